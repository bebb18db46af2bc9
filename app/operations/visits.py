"""Which communities to visit and support first, and the visits that missing data ask for.

The list orders support and nothing else (decision 12). Silence has one consequence: a
task to go and ask.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import districts, draws, needs, trail
from app.operations.figures import Member
from app.operations.gathering import Gathered
from app.operations.remembered import remembered
from app.operations.trail import Act, Author
from app.planning import visits
from app.planning.evidence import Visit
from app.planning.smaa import Simulation
from app.planning.visits import VisitsList
from app.records import places
from app.records.places import Where
from app.records.proposals import VisitTask
from app.store.sessions import Reading, Writing
from app.store.types import now

TOP = 5  # communities that can be gone to first in one cycle
STATES = ("open", "done", "dropped")


@dataclass(frozen=True, slots=True)
class DistrictVisits:
    """The communities in order, with what the order was made from."""

    day: date
    seed: str
    listed: VisitsList
    gathered: Gathered

    @property
    def members(self) -> Mapping[str, Member]:
        """The communities of the district by code."""
        return {member.code: member for member in self.gathered.standing.members}


def of_district(session: Reading, where: Where, day: date) -> DistrictVisits:
    """The communities of a district in the order of visits; those without data apart."""
    key = ("visits", where.place_id, day)
    return remembered(session, where, key, lambda: _rank(session, where, day))


def _rank(session: Reading, where: Where, day: date) -> DistrictVisits:
    known = needs.evidence_of(session, where, day)
    seed = needs.seed_of(where, day)
    return DistrictVisits(day, seed, visits.rank(known.evidence, seed), known)


def ranges_of(session: Reading, where: Where, day: date, top: int = TOP) -> Simulation | None:
    """How sure the place of each ranked community is; None where none is ranked."""
    found = of_district(session, where, day)
    if not found.listed.ranked:
        return None
    key = ("visits ranges", where.place_id, day, top)
    evidence = found.gathered.evidence
    return remembered(session, where, key, lambda: draws.of_visits(evidence, found.seed, top))


def missing(session: Reading, where: Where, day: date) -> Sequence[Visit]:
    """The visits that would let every need and every community be ranked."""
    of_needs = [n.visit for n in needs.of_district(session, where, day).listed.without_data]
    silent = [s.visit for s in of_district(session, where, day).listed.without_data]
    return [*of_needs, *silent]


def tasks(session: Reading, where: Where, state: str | None = "open") -> Sequence[VisitTask]:
    """The visit tasks of a district, the oldest first; ``state`` None gives all."""
    wanted = select(VisitTask).where(VisitTask.place_id == where.place_id)
    if state is not None:
        wanted = wanted.where(VisitTask.state == state)
    return session.exec(wanted.order_by(col(VisitTask.id))).all()


def plan(
    session: Writing, author: Author, where: Where, need: str, day: date
) -> Sequence[VisitTask]:
    """One open task for each community that has no data of a need; none twice.

    ``need`` is the code of an indicator, or empty: communities too silent to be ranked.

    Raises
    ------
    Conflict
        Nothing is missing there.
    """
    codes = _missing(session, where, need, day)
    if not codes:
        raise Conflict(
            "No falta ningún dato que pedir con una visita.",
            remedy="Vuelva a la lista: quizá ya llegó.",
        )
    reason = "Faltan datos para saber cómo está la comunidad."
    if need:
        reason = f"Falta el dato: {needs.of_district(session, where, day).name(need)}."
    session.hold(f"visits {where.code}")
    standing = {(t.community_id, t.need) for t in tasks(session, where)}
    keys = {code: member.id for code, member in _members(session, where, day).items()}
    made = [
        _task(session, author, where, (keys[code], need, reason))
        for code in codes
        if (keys[code], need) not in standing
    ]
    session.flush()
    return made


def add(session: Writing, author: Author, where: Where, community: str, reason: str) -> VisitTask:
    """A visit that somebody asks for, with the reason in words.

    Raises
    ------
    Unknown
        The district has no such community.
    """
    found = places.community(session, where, community)
    return _task(session, author, where, (found.community_id or 0, "", reason))


def close(
    session: Writing, author: Author, where: Where, uuid: UUID, state: str, reason: str = ""
) -> VisitTask:
    """Say that a visit was done, or that it is no longer needed.

    Raises
    ------
    Unknown
        The district has no such task.
    Invalid
        The state is neither done nor dropped.
    Conflict
        It was closed before.
    """
    if state not in ("done", "dropped"):
        raise Invalid(
            "Una visita se cierra como hecha o como descartada.",
            remedy="Elija una de las dos.",
            field="state",
        )
    task = session.exec(
        select(VisitTask)
        .where(VisitTask.uuid == uuid, VisitTask.place_id == where.place_id)
        .with_for_update()
    ).first()
    if task is None:
        raise Unknown("El distrito no tiene esa visita.", remedy="Vuelva a la lista.")
    if task.state != "open":
        raise Conflict("Esa visita ya está cerrada.", remedy="Vuelva a la lista.")
    task.state, task.done_at = state, now()
    trail.record(session, author, Act(state, "visits", uuid, where.place_id, reason))
    return task


def _missing(session: Reading, where: Where, need: str, day: date) -> tuple[str, ...]:
    if not need:
        silent = of_district(session, where, day).listed.without_data
        return tuple(each.community for each in silent)
    listed = needs.of_district(session, where, day).listed
    for ranked in listed.ranked:
        if ranked.code == need:
            return ranked.missing
    return next((u.visit.communities for u in listed.without_data if u.code == need), ())


def _members(session: Reading, where: Where, day: date) -> Mapping[str, Member]:
    return of_district(session, where, day).members


def _task(
    session: Writing, author: Author, where: Where, wanted: tuple[int, str, str]
) -> VisitTask:
    community_id, need, reason = wanted
    made = VisitTask(
        place_id=districts.own(where),
        community_id=community_id,
        need=need,
        reason=reason,
        author_id=author.account_id,
    )
    session.add(made)
    trail.record(session, author, Act("open", "visits", made.uuid, where.place_id, reason))
    return made
