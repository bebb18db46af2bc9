"""Gestiones: a request that another must meet goes on under its own number until it ends.

It is raised from the actions of communal plans, told by the gate to whom it goes, filed with
a number and a day by which to reply, and followed step by step. A request is taken up by one
living proposal or one living petition, never by both.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from app.errors import Conflict, Invalid, Stale, Unknown
from app.operations import districts, proposals, requests, trail
from app.operations.proposals import Seen
from app.operations.requests import Request
from app.operations.trail import Act, Author
from app.planning.gate import ROUTES, Answers
from app.records.petitions import Petition, PetitionOrigin, PetitionStep
from app.records.places import Where
from app.records.proposals import Origin
from app.store.sessions import Reading, Writing, columns

NEXT = {
    "draft": ("filed", "dropped"),
    "filed": ("answered", "accepted", "refused", "dropped"),
    "answered": ("filed", "accepted", "refused", "dropped"),
    "accepted": ("done", "dropped"),
    "refused": ("filed", "dropped"),
}
STALE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Given:
    """A petition as it is raised; ``answers`` are what the gate was told."""

    actions: tuple[UUID, ...]
    route: str
    addressee: str
    title: str = ""
    answers: Answers = field(default_factory=Answers)


@dataclass(frozen=True, slots=True)
class Step:
    """What happened: the new state, and what a filing or a reply says."""

    state: str
    on_day: date
    note: str = ""
    filing: str = ""
    due_on: date | None = None


def listed(session: Reading, where: Where, state: str | None = None) -> Sequence[Petition]:
    """The petitions of a district, the newest first."""
    wanted = select(Petition).where(Petition.place_id == where.place_id)
    if state is not None:
        wanted = wanted.where(Petition.state == state)
    return session.exec(wanted.order_by(col(Petition.id).desc())).all()


def find(session: Reading, where: Where, year: int, number: int) -> Petition:
    """The petition that is called by this number in its year.

    Raises
    ------
    Unknown
        The district has none.
    """
    row = session.exec(
        select(Petition).where(
            Petition.place_id == where.place_id,
            Petition.year == year,
            Petition.number == number,
        )
    ).first()
    if row is None:
        raise Unknown("El distrito no tiene esa gestión.", remedy="Vuelva a la lista.")
    return row


def asked(session: Reading, where: Where, day: date, petition: Petition) -> list[Request]:
    """The requests that it carries."""
    rows = session.rows(
        columns(PetitionOrigin.action_uuid).where(col(PetitionOrigin.petition_id) == petition.id)
    )
    return requests.named(session, where, day, [row[0] for row in rows], every=True)


def steps(session: Reading, petition: Petition) -> Sequence[PetitionStep]:
    """What happened to it, the newest first."""
    return session.exec(
        select(PetitionStep)
        .where(PetitionStep.petition_id == petition.id)
        .order_by(col(PetitionStep.id).desc())
    ).all()


def code_of(petition: Petition) -> str:
    """How a petition is called aloud and on paper: G-2027-004."""
    return requests.petition_code(petition.year, petition.number)


def is_stale(session: Reading, petition: Petition, day: date) -> bool:
    """Whether nothing was noted of it for ninety days, while it waits."""
    if petition.state in ("done", "dropped"):
        return False
    last = session.exec(
        select(func.max(PetitionStep.on_day)).where(PetitionStep.petition_id == petition.id)
    ).one()
    return last is not None and (day - last).days > STALE_DAYS


def raise_one(session: Writing, author: Author, where: Where, given: Given, day: date) -> Petition:
    """Take up requests as a petition to an addressee.

    Raises
    ------
    Invalid
        No request, no addressee, or an unknown route.
    Unknown, Conflict
        A request that no approved plan raises, or that something else takes up.
    """
    session.hold(f"proposals {where.code}")
    if given.route not in ROUTES or given.route == "budget" or not given.addressee:
        raise Invalid(
            "Falta ante quién se gestiona.",
            remedy="Elija el camino y escriba el nombre de la entidad.",
            field="addressee",
        )
    found = _free(session, where, day, given.actions)
    last = session.exec(
        select(func.max(Petition.number)).where(
            Petition.place_id == where.place_id, Petition.year == day.year
        )
    ).one()
    made = Petition(
        place_id=districts.own(where),
        year=day.year,
        number=(last or 0) + 1,
        title=(given.title or found[0].title)[:200],
        need=next((r.need for r in found if r.need), ""),
        route=given.route,
        addressee=given.addressee[:200],
        answers=asdict(given.answers),
        author_id=author.account_id,
    )
    session.add(made)
    session.flush()
    session.add_all(
        PetitionOrigin(petition_id=made.id, action_uuid=r.uuid, community_id=r.community_id)
        for r in found
    )
    _noted(session, author, made, Step("draft", day, "Se abrió la gestión."))
    trail.written(session, author, where, Act("raise", "petitions", made.uuid, where.place_id))
    return made


def from_proposal(
    session: Writing,
    author: Author,
    where: Where,
    seen: Seen,
    to: tuple[str, str],
    day: date,
) -> Petition:
    """Take the requests of a proposal to an addressee; ``to`` is the route and its name.

    The proposal is withdrawn, and says where its requests went.

    Raises
    ------
    Stale, Conflict
        As ``proposals.withdraw``.
    Invalid
        As ``raise_one``.
    """
    row = proposals.find(session, where, seen.uuid)
    actions = tuple(
        each[0]
        for each in session.rows(
            columns(Origin.action_uuid).where(col(Origin.proposal_id) == row.id)
        )
    )
    answers, title = Answers(**row.gate), row.title
    why = f"Sus pedidos se gestionan ante {to[1]}." if to[1] else ""
    proposals.withdraw(session, author, where, seen, why)
    return raise_one(session, author, where, Given(actions, to[0], to[1], title, answers), day)


def _free(session: Reading, where: Where, day: date, uuids: Sequence[UUID]) -> list[Request]:
    wanted = list(dict.fromkeys(uuids))
    found = requests.named(session, where, day, wanted, every=True)
    if not wanted:
        raise Invalid(
            "La gestión no lleva ningún pedido.",
            remedy="Elija al menos un pedido de un plan comunal.",
            field="action",
        )
    if len(found) != len(wanted):
        raise Unknown(
            "Uno de los pedidos no está en ningún plan comunal aprobado del distrito.",
            remedy="Vuelva a la lista de pedidos: quizá el plan se corrigió.",
            field="action",
        )
    for request in found:
        if not request.free:
            raise Conflict(
                "El pedido «{title}» de {community} ya está en una propuesta o gestión.",
                remedy="Retírelo de ella primero.",
                title=request.title,
                community=request.community_name,
            )
    return found


def advance(
    session: Writing, author: Author, where: Where, petition: Petition, seen: int, step: Step
) -> Petition:
    """Note what happened to a petition.

    Raises
    ------
    Stale
        Somebody changed it first.
    Conflict
        It cannot go from its state to that one.
    Invalid
        A filing without its number, a reply or an end without words.
    """
    if petition.revision != seen:
        raise Stale(
            "Otra persona anotó algo en la gestión antes que usted.",
            remedy="Vuelva a abrirla y repita su anotación.",
        )
    if step.state not in NEXT.get(petition.state, ()):
        raise Conflict(
            "La gestión no puede pasar a ese estado desde donde está.",
            remedy="Vuelva a abrirla.",
        )
    _check(step)
    petition.state = step.state
    if step.state == "filed":
        petition.filing, petition.filed_on = step.filing[:60], step.on_day
        petition.due_on = step.due_on
    elif step.state in ("answered", "accepted", "refused"):
        petition.reply, petition.replied_on = step.note[:1000], step.on_day
    petition.revision += 1
    _noted(session, author, petition, step)
    act = Act(step.state, "petitions", petition.uuid, where.place_id, step.note)
    trail.written(session, author, where, act)
    return petition


def _check(step: Step) -> None:
    if step.state == "filed" and not step.filing:
        raise Invalid(
            "Falta el número de expediente con que se presentó.",
            remedy="Cópielo del cargo de la mesa de partes.",
            field="filing",
        )
    if step.due_on is not None and step.due_on < step.on_day:
        raise Invalid(
            "La respuesta no puede vencer antes de presentarse.",
            remedy="Revise las dos fechas.",
            field="due_on",
        )
    if step.state != "filed" and not step.note:
        raise Invalid(
            "Falta decir qué pasó.", remedy="Escriba la respuesta o la razón.", field="note"
        )


def _noted(session: Writing, author: Author, petition: Petition, step: Step) -> None:
    note = step.note or (f"Expediente {step.filing}" if step.filing else "")
    session.add(
        PetitionStep(
            petition_id=petition.id,
            on_day=step.on_day,
            state=step.state,
            note=note[:500],
            author_id=author.account_id,
        )
    )
