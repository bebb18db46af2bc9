"""Agreements: what was agreed of a budget, whom it serves, and every news of it.

An agreement comes from a published result (``agreement_starts``), from the planner's sheet of
earlier years (``imports.agreements``) or is entered by hand. Its news are rows of
``app.records.works``, read by ``agreement_news``; the rules are in ``app.planning.works``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from app.errors import Conflict, Invalid, Stale, Unknown
from app.operations import counts, districts, trail
from app.operations.trail import Act, Author
from app.planning import works as rules
from app.records.places import Where
from app.records.proposals import Agreement, Origin, Proposal
from app.records.works import AgreementCommunity, AgreementStep
from app.store.sessions import Reading, Writing, columns


@dataclass(frozen=True, slots=True)
class Seen:
    """An agreement, in the revision that the person saw."""

    year: int
    number: int
    revision: int


def listed(
    session: Reading, where: Where, year: int | None = None, state: str | None = None
) -> Sequence[Agreement]:
    """The agreements of a district, the newest year first."""
    wanted = select(Agreement).where(Agreement.place_id == where.place_id)
    if year is not None:
        wanted = wanted.where(Agreement.fiscal_year == year)
    if state is not None:
        wanted = wanted.where(Agreement.state == state)
    order = (col(Agreement.fiscal_year).desc(), col(Agreement.number))
    return session.exec(wanted.order_by(*order)).all()


def find(session: Reading, where: Where, year: int, number: int) -> Agreement:
    """The agreement that is called by this number in its year.

    Raises
    ------
    Unknown
        The district has none.
    """
    row = session.exec(_numbered(where, year, number)).first()
    return _found(row)


def _numbered(where: Where, year: int, number: int) -> Any:
    return select(Agreement).where(
        Agreement.place_id == where.place_id,
        Agreement.fiscal_year == year,
        Agreement.number == number,
    )


def _found(row: Agreement | None) -> Agreement:
    if row is None:
        raise Unknown("El distrito no tiene ese acuerdo.", remedy="Vuelva a la lista.")
    return row


def code_of(row: Agreement) -> str:
    """How an agreement is called aloud and on paper: A-2027-03."""
    return f"A-{row.fiscal_year}-{row.number:02}"


@dataclass(frozen=True, slots=True)
class Given:
    """An agreement to open."""

    fiscal_year: int
    title: str
    cents: int | None = None
    origin: str = "entered"
    state: str = "agreed"
    need: str = ""
    cui: str = ""
    source: str = ""
    upkeep_by: str = ""
    proposal_id: int | None = None
    allocation_id: int | None = None
    served: tuple[int, ...] = ()
    unserved: tuple[int, ...] = ()
    expectation: dict[str, Any] | None = None
    note: str = ""


def open_one(
    session: Writing, author: Author, where: Where, given: Given, on_day: date
) -> Agreement:
    """Put down what was agreed, numbered within its year. The caller holds ``hold``."""
    latest = session.exec(
        select(func.max(Agreement.number)).where(
            Agreement.place_id == where.place_id, Agreement.fiscal_year == given.fiscal_year
        )
    ).one()
    made = Agreement(
        place_id=districts.own(where),
        number=(latest or 0) + 1,
        updated_on=on_day,
        author_id=author.account_id,
        **{
            name: getattr(given, name)
            for name in (
                *("fiscal_year", "title", "cents", "origin", "state", "need", "cui", "source"),
                *("upkeep_by", "proposal_id", "allocation_id", "expectation", "note"),
            )
        },
    )
    session.add(made)
    session.flush()
    for served, keys in ((True, given.served), (False, given.unserved)):
        for key in dict.fromkeys(keys):
            link = AgreementCommunity(agreement_id=made.id, community_id=key, served=served)
            session.add(link)
    session.add(_step(author, made, given.state, (on_day, given.note)))
    recount(session, made)
    act = Act("open", "agreements", made.uuid, where.place_id)
    trail.written(session, author, where, act)
    return made


def _step(author: Author, row: Agreement, state: str, told: tuple[date, str]) -> AgreementStep:
    on_day, note = told
    return AgreementStep(
        agreement_id=row.id,
        on_day=on_day,
        state=state,
        note=note[:500],
        author_id=author.account_id,
    )


def recount(session: Writing, row: Agreement) -> None:
    """Count anew the communities whose requests an agreement takes up (GO-04, GO-04b)."""
    if row.proposal_id is None:
        return
    wanted = columns(Origin.community_id).where(col(Origin.proposal_id) == row.proposal_id)
    for community in sorted({found[0] for found in session.rows(wanted)}):
        counts.recompute(session, community)


def hold(session: Writing, where: Where) -> None:
    """Keep other openers of this district's agreements away until the end."""
    session.hold(f"agreements {where.code}")


@dataclass(frozen=True, slots=True)
class Step:
    """What happened: the new state, the day, and why."""

    state: str
    on_day: date
    note: str = ""


def advance(
    session: Writing, author: Author, where: Where, seen: Seen, step: Step, today: date
) -> Agreement:
    """Write down that an agreement took another state.

    Raises
    ------
    Unknown
        The district has no such agreement.
    Stale
        Somebody changed it first.
    Conflict
        It cannot become that from where it stands.
    Invalid
        A day to come, or a stop, an end or a step back without its reason.
    """
    row = taken(session, where, seen)
    if step.state not in rules.moves(row.state):
        raise Conflict(
            "De su estado de hoy el acuerdo no pasa a «{state}».",
            remedy="Elija uno de los estados de la lista.",
            state=step.state[:20],
        )
    refuse_future(step.on_day, today)
    back = row.state in ("delivered", "dropped")
    if (step.state in ("stopped", "dropped") or back) and not step.note.strip():
        raise Invalid(
            "Falta decir por qué.", remedy="Escríbalo: quedará a la vista de todos.", field="note"
        )
    row.state = step.state
    row.delivered_on = step.on_day if step.state == "delivered" else None
    session.add(_step(author, row, step.state, (step.on_day, step.note.strip())))
    if step.note.strip():
        row.note = step.note.strip()[:500]
    _tell_proposal(session, row)
    recount(session, row)
    touched(session, author, where, row, Act("advance", "agreements", row.uuid), step.on_day)
    return row


def _tell_proposal(session: Writing, row: Agreement) -> None:
    """A proposal is executed once its work was handed over."""
    proposal = session.get(Proposal, row.proposal_id) if row.proposal_id is not None else None
    if proposal is not None and proposal.state in ("agreed", "executed"):
        proposal.state = "executed" if row.state == "delivered" else "agreed"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is settled of an agreement besides its state; None leaves it as it is."""

    cui: str | None = None
    source: str | None = None
    upkeep_by: str | None = None
    upkeep_cents: int | None = None


def settle(
    session: Writing, author: Author, where: Where, seen: Seen, terms: Terms, today: date
) -> Agreement:
    """Change the code, the source of funding or whose duty the care is.

    Raises
    ------
    Unknown, Stale
        As in ``advance``.
    Invalid
        A CUI that is none.
    """
    row = taken(session, where, seen)
    if terms.cui is not None:
        row.cui = cui_of(terms.cui)
    if terms.source is not None:
        row.source = terms.source.strip()[:120]
    if terms.upkeep_by is not None:
        row.upkeep_by = terms.upkeep_by.strip()[:200]
    if terms.upkeep_cents is not None:
        row.upkeep_cents = terms.upkeep_cents
    touched(session, author, where, row, Act("settle", "agreements", row.uuid), today)
    return row


def cui_of(text: str) -> str:
    """A code of Invierte.pe, or nothing.

    Raises
    ------
    Invalid
        It is not of five to ten figures.
    """
    bare = text.strip().replace(" ", "").removesuffix(".0")
    if bare and not (bare.isascii() and bare.isdigit() and 5 <= len(bare) <= 10):
        raise Invalid(
            "«{text}» no es un CUI.",
            remedy="Son solo cifras, siete por lo general.",
            field="cui",
            text=text[:20],
        )
    return bare


def refuse_future(on_day: date, today: date) -> None:
    """Refuse a day that has not come.

    Raises
    ------
    Invalid
        It lies after today.
    """
    if on_day > today:
        raise Invalid(
            "Ese día todavía no llega.", remedy="Ponga el día en que pasó.", field="on_day"
        )


def taken(session: Writing, where: Where, seen: Seen) -> Agreement:
    """The row in the revision that was seen, kept from other writers.

    Raises
    ------
    Unknown
        The district has no such agreement.
    Stale
        Somebody changed it first.
    """
    row = locked(session, where, seen.year, seen.number)
    if row.revision != seen.revision:
        raise Stale(
            "Otra persona anotó algo en este acuerdo antes que usted.",
            remedy="Vuelva a abrirlo, mire lo que cambió y repita su anotación.",
        )
    return row


def locked(session: Writing, where: Where, year: int, number: int) -> Agreement:
    """The row kept from other writers, in whatever revision: for what is only added to it."""
    wanted = _numbered(where, year, number).with_for_update()
    return _found(session.exec(wanted.execution_options(populate_existing=True)).first())


def touched(
    session: Writing, author: Author, where: Where, row: Agreement, act: Act, on_day: date
) -> None:
    """Leave the mark of a change: revision, day of the newest news, trail and stamp."""
    row.revision += 1
    row.updated_on = max(on_day, row.updated_on or on_day)
    session.flush()
    done = Act(act.action, act.register, act.subject, where.place_id, act.reason, act.digest)
    trail.written(session, author, where, done)
