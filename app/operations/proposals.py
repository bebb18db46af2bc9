"""Proposals: requests taken up for the participatory budget, alone or bundled.

A proposal points at the actions of the plans that it answers; they stay as they were,
readable and apart. Nothing is deleted: a proposal is withdrawn with its reason, and its
requests are then free again. Who changes a proposal says which revision was seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import col, select

from app.errors import Conflict, Invalid, Stale, Unknown
from app.gis.joined import joined
from app.operations import districts, requests, trail
from app.operations.requests import Request
from app.operations.trail import Act, Author
from app.planning import gate
from app.records.places import Where
from app.records.proposals import Origin, Proposal
from app.store.sessions import Reading, Writing
from app.store.spatial import to_column

EDITABLE = ("draft", "presented")
COST_METHODS = ("plan", "similar", "quote", "study", "file")
COST_CLASSES = (50, 25, 10)


@dataclass(frozen=True, slots=True)
class Given:
    """What a proposal says; what is left out comes from its requests."""

    fiscal_year: int
    actions: tuple[UUID, ...] = ()
    title: str = ""
    description: str = ""
    need: str = ""
    kind: str = ""
    cost_cents: int | None = None
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes; None leaves a field as it is."""

    title: str | None = None
    description: str | None = None
    need: str | None = None
    kind: str | None = None
    cost_cents: int | None = None
    cost_on: date | None = None
    cost_method: str | None = None
    cost_class: int | None = None
    people: int | None = None
    gate: dict[str, Any] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A proposal, in the revision that the person saw."""

    uuid: UUID
    revision: int


def listed(
    session: Reading, where: Where, year: int | None = None, state: str | None = None
) -> Sequence[Proposal]:
    """The proposals of a district, by year and number."""
    wanted = select(Proposal).where(Proposal.place_id == where.place_id)
    if year is not None:
        wanted = wanted.where(Proposal.fiscal_year == year)
    if state is not None:
        wanted = wanted.where(Proposal.state == state)
    return session.exec(wanted.order_by(col(Proposal.fiscal_year), col(Proposal.number))).all()


def find(session: Reading, where: Where, uuid: UUID) -> Proposal:
    """The proposal with this key.

    Raises
    ------
    Unknown
        The district has none.
    """
    return _found(
        session.exec(
            select(Proposal).where(Proposal.uuid == uuid, Proposal.place_id == where.place_id)
        ).first()
    )


def _found(row: Proposal | None) -> Proposal:
    if row is None:
        raise Unknown("El distrito no tiene esa propuesta.", remedy="Vuelva a la lista.")
    return row


def _cost(asked: Sequence[Request]) -> int | None:
    """What all of them cost; None where one of them has no cost yet."""
    costs = [request.cost_cents for request in asked if request.cost_cents is not None]
    return sum(costs) if asked and len(costs) == len(asked) else None


def _people(asked: Sequence[Request]) -> int | None:
    """Whom they reach; who asks twice in a community counts once, in the largest request."""
    largest: dict[int, int] = {}
    for request in asked:
        if request.people is not None:
            before = largest.get(request.community_id, 0)
            largest[request.community_id] = max(before, request.people)
    return sum(largest.values()) if largest else None


def ungated(row: Proposal) -> bool:
    """Whether a proposal that may still change was not told whose it is, or what it is."""
    return row.state in EDITABLE and gate.unanswered(gate.Answers(**row.gate))


def create(session: Writing, author: Author, where: Where, given: Given, day: date) -> Proposal:
    """Take up one request or several as a proposal, numbered within its year.

    Raises
    ------
    Unknown
        An action that no approved plan of the district raises.
    Conflict
        An action that another proposal takes up.
    Invalid
        Neither a title nor an action to take it from.
    """
    session.hold(f"proposals {where.code}")
    asked = _free(session, where, day, given.actions, None)
    if not given.title and not asked:
        raise Invalid(
            "La propuesta no dice qué pide.",
            remedy="Elija un pedido de un plan comunal o escriba un título.",
            field="title",
        )
    latest = session.exec(
        select(func.max(Proposal.number)).where(
            Proposal.place_id == where.place_id, Proposal.fiscal_year == given.fiscal_year
        )
    ).one()
    made = Proposal(
        place_id=districts.own(where),
        fiscal_year=given.fiscal_year,
        number=(latest or 0) + 1,
        title=(given.title or asked[0].title)[:200],
        description=given.description,
        need=given.need or next((r.need for r in asked if r.need), ""),
        kind=given.kind or (asked[0].kind if asked else "project"),
        cost_cents=_first(given.cost_cents, _cost(asked)),
        people=_first(given.people, _people(asked)),
        author_id=author.account_id,
        geom=_shape(asked),
    )
    session.add(made)
    session.flush()
    _link(session, made, asked)
    trail.written(session, author, where, Act("create", "proposals", made.uuid, where.place_id))
    return made


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _shape(asked: Sequence[Request]) -> Any:
    return to_column(joined([each.shape for each in asked if each.shape is not None]))


def _link(session: Writing, proposal: Proposal, asked: Sequence[Request]) -> None:
    for request in asked:
        session.add(
            Origin(
                proposal_id=proposal.id,
                action_uuid=request.uuid,
                community_id=request.community_id,
            )
        )
    session.flush()


def _free(
    session: Reading, where: Where, day: date, uuids: Sequence[UUID], own: int | None
) -> list[Request]:
    wanted = list(dict.fromkeys(uuids))
    found = requests.named(session, where, day, wanted)
    if len(found) != len(wanted):
        raise Unknown(
            "Uno de los pedidos no está en ningún plan comunal aprobado del distrito.",
            remedy="Vuelva a la lista de pedidos: quizá el plan se corrigió.",
            field="actions",
        )
    for request in found:
        if request.petition or request.taken not in (None, own):
            raise Conflict(
                "El pedido «{title}» de {community} ya está en otra propuesta o gestión.",
                remedy="Retírelo de ella, o retire esa propuesta o gestión.",
                field="actions",
                title=request.title,
                community=request.community_name,
            )
    return found


def bundle(
    session: Writing, author: Author, where: Where, seen: Seen, actions: Sequence[UUID], day: date
) -> Proposal:
    """Say which requests a proposal answers, in the place of those before.

    Its people and cost follow its requests wherever these say them.

    Raises
    ------
    Stale
        Somebody changed it first.
    Unknown, Conflict
        As in ``create``.
    """
    session.hold(f"proposals {where.code}")
    row = _seen(session, where, seen)
    asked = _free(session, where, day, actions, row.id)
    session.connection().execute(delete(Origin).where(col(Origin.proposal_id) == row.id))
    _link(session, row, asked)
    if asked:
        row.cost_cents = _first(_cost(asked), row.cost_cents)
        row.people = _first(_people(asked), row.people)
        row.geom = _shape(asked)
    row.revision += 1
    trail.written(session, author, where, Act("bundle", "proposals", row.uuid, where.place_id))
    return row


def edit(session: Writing, author: Author, where: Where, seen: Seen, change: Edit) -> Proposal:
    """Change what a proposal says.

    Raises
    ------
    Stale
        Somebody changed it first.
    Conflict
        It was withdrawn or agreed already.
    Invalid
        A blank title, a negative cost or number of people, an unknown way of estimating, or a
        gate without a single answer.
    """
    row = _seen(session, where, seen)
    if change.gate is not None and gate.blank(gate.Answers(**change.gate)):
        raise Invalid(
            "No respondió ninguna pregunta de la puerta: no se guardó nada.",
            remedy="Diga al menos de quién es la competencia y qué es.",
            field="competence",
        )
    if change.title is not None and not change.title.strip():
        raise Invalid("La propuesta necesita un título.", field="title")
    for name in ("cost_cents", "people"):
        if (getattr(change, name) or 0) < 0:
            raise Invalid("No puede ser un número negativo.", field=name)
    if (change.cost_method or COST_METHODS[0]) not in COST_METHODS:
        raise Invalid("Elija de la lista cómo se estimó el costo.", field="cost_method")
    if (change.cost_class or COST_CLASSES[0]) not in COST_CLASSES:
        raise Invalid("Elija de la lista cuánto puede variar el costo.", field="cost_class")
    for each in fields(change):
        value = getattr(change, each.name)
        if value is not None:
            setattr(row, each.name, value)
    row.revision += 1
    trail.written(session, author, where, Act("edit", "proposals", row.uuid, where.place_id))
    return row


def present(session: Writing, author: Author, where: Where, seen: Seen) -> Proposal:
    """Put a draft before the district: from now on it may be funded.

    Raises
    ------
    Stale
        Somebody changed it first.
    Conflict
        It is no draft.
    """
    row = _seen(session, where, seen)
    if row.state != "draft":
        raise Conflict("La propuesta ya fue presentada.", remedy="Vuelva a la lista.")
    row.state = "presented"
    row.revision += 1
    trail.written(session, author, where, Act("present", "proposals", row.uuid, where.place_id))
    return row


def withdraw(session: Writing, author: Author, where: Where, seen: Seen, reason: str) -> Proposal:
    """Take a proposal back, with its reason; its requests are free again.

    Raises
    ------
    Stale
        Somebody changed it first.
    Invalid
        No reason.
    """
    if not reason.strip():
        raise Invalid(
            "Falta la razón para retirar la propuesta.",
            remedy="Escriba por qué se retira; quedará a la vista.",
            field="reason",
        )
    row = _seen(session, where, seen)
    row.state, row.note = "withdrawn", reason[:500]
    row.revision += 1
    act = Act("withdraw", "proposals", row.uuid, where.place_id, reason)
    trail.written(session, author, where, act)
    return row


def _seen(session: Writing, where: Where, seen: Seen) -> Proposal:
    """The row in the revision that was seen, kept from other writers."""
    row = _found(
        session.exec(
            select(Proposal)
            .where(Proposal.uuid == seen.uuid, Proposal.place_id == where.place_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).first()
    )
    if row.revision != seen.revision:
        raise Stale(
            "Otra persona cambió la propuesta antes que usted.",
            remedy="Vuelva a abrirla, mire lo que cambió y repita su cambio.",
        )
    if row.state not in EDITABLE:
        raise Conflict(
            "La propuesta ya no se puede cambiar: está en estado «{state}».",
            remedy="Vuelva a la lista.",
            state=row.state,
        )
    return row
