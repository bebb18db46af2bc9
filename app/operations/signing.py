"""Who signs a paper of the town hall: by name where a register knows, a blank line where none does.

Names come from the seats of a process (authorities, technical team, oversight committee, CCL)
and from the list of agents as it was published. No DNI is printed: who signs writes it.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import col, select

from app.documents.acta import Part, Signer, Table
from app.operations import agent_lists, processes, team_seats
from app.records.base import folded
from app.records.places import Where
from app.records.process import Process, TeamSeat
from app.store.sessions import Reading

MAYOR = "Alcaldesa o alcalde"
PLANNING = "Planeamiento y presupuesto"
OVERSIGHT = "Comité de vigilancia"
TEAM = "Equipo técnico"
CCL = "Consejo de Coordinación Local"
AGENT = "Agente participante"
BODIES = {"technical_team": TEAM, "ccl": CCL, "oversight": OVERSIGHT}
STEMS = {MAYOR: ("alcald",), PLANNING: ("planea", "planif", "presup")}
LASTING = ("authority", "ccl")  # they are not of one year's process
SPARE = 4  # blank lines under the list of agents


def seats_on(session: Reading, where: Where, day: date, year: int = 0) -> list[TeamSeat]:
    """The seats held on a day, each body from the newest process in which it has any.

    With a ``year`` the team and the committee are of that year's process alone.
    """
    rows = session.exec(
        select(Process)
        .where(Process.place_id == where.place_id)
        .order_by(col(Process.fiscal_year).desc())
    ).all()
    found: dict[str, list[TeamSeat]] = {}
    for row in sorted(rows, key=lambda row: row.fiscal_year != year):
        held: dict[str, list[TeamSeat]] = {}
        for seat in team_seats.listed(session, row):
            own = not year or row.fiscal_year == year or seat.body in LASTING
            if own and seat.since <= day and (seat.until is None or seat.until > day):
                held.setdefault(seat.body, []).append(seat)
        found = held | found
    return [seat for body in found for seat in found[body]]


def official(seats: Iterable[TeamSeat], office: str) -> Signer:
    """An authority by its office; without a name where nobody wrote who holds it."""
    for seat in seats:
        if seat.body == "authority" and _holds(seat, office):
            return Signer(seat.post, seat.name)
    return Signer(office)


def others(seats: Iterable[TeamSeat], *offices: str) -> list[Signer]:
    """The authorities that hold none of these offices, as the councillors."""
    return [
        Signer(seat.post or "Autoridad", seat.name)
        for seat in seats
        if seat.body == "authority" and not any(_holds(seat, each) for each in offices)
    ]


def _holds(seat: TeamSeat, office: str) -> bool:
    return any(stem in folded(seat.post) for stem in STEMS[office])


def members(seats: Iterable[TeamSeat], body: str, least: int = 1) -> list[Signer]:
    """Who sits in a body; as many blank lines as ``least`` where nobody does."""
    found = [
        Signer(_seat(seat.post, BODIES[body], seat.institution), seat.name)
        for seat in seats
        if seat.body == body
    ]
    return found or [Signer(BODIES[body])] * least


def _seat(post: str, body: str, institution: str) -> str:
    named = f"{post}, {body[0].lower() if body != CCL else body[0]}{body[1:]}" if post else body
    return f"{named} ({institution})" if institution else named


def of_workshop(session: Reading, where: Where, year: int, day: date) -> tuple[Signer, ...]:
    """Who signs the acta of agreements of a year: authorities, team, CCL and committee.

    The agents sign on the list of their own; without one they have two blank lines here.
    """
    seats = seats_on(session, where, day, year)
    agents = [] if roll(session, where, year) else [Signer(AGENT)] * 2
    return (
        official(seats, MAYOR),
        *others(seats, MAYOR),
        *members(seats, "technical_team"),
        *(members(seats, "ccl", 0)),
        *members(seats, "oversight", 2),
        *agents,
    )


def line(signer: Signer) -> str:
    """A signer as people write one: the office, and after a colon the name."""
    return f"{signer.office}: {signer.name}" if signer.name else signer.office


def read(text: str) -> Signer:
    """A signer as somebody wrote one; without a colon it is an office alone."""
    office, colon, name = text.rpartition(":")
    return Signer(office.strip(), name.strip()) if colon else Signer(text.strip())


def roll(session: Reading, where: Where, year: int) -> Part | None:
    """The agents who may vote, to sign beside their names; None before their final list."""
    process = processes.of_year(session, where, year)
    found = agent_lists.of_kind(session, process, "final") if process else None
    if found is None:
        return None
    lines: Sequence[dict[str, object]] = [each for each in found.body if not each["voice_only"]]
    rows = [(str(each["number"]), str(each["name"]), _for(each), "", "") for each in lines]
    return Part(
        "Agentes participantes que suscriben el acta",
        (
            "De la lista definitiva publicada. Firma quien estuvo en el taller; el renglón de quien"
            " no estuvo se tacha. Quien reemplaza a otra persona se anota al final.",
        ),
        Table(
            ("N.º", "Nombres y apellidos", "Organización", "DNI", "Firma o huella"),
            (*rows, *[("",) * 5] * SPARE),
            (2, 8, 9, 4, 7),
            (0,),
        ),
    )


def _for(each: dict[str, object]) -> str:
    place, organisation = str(each["community_name"]), str(each["organisation"])
    return organisation if not place or place in organisation else f"{organisation}, {place}"
