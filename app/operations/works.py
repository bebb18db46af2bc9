"""What is noted of an agreement: money read, milestones, findings, efforts.

Rows are only added. A wrong milestone or effort is struck out with its reason; a wrong reading
or finding is followed by a right one of the same day, which then stands.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from app.errors import Conflict, Invalid, Unknown
from app.operations import agreements
from app.operations.agreements import Seen, refuse_future, touched
from app.operations.trail import Act, Author
from app.planning import works as rules
from app.records.places import Where
from app.records.proposals import Agreement
from app.records.works import (
    EFFORTS,
    VERDICTS,
    AgreementCommunity,
    AgreementStep,
    BudgetLine,
    Effort,
    Finding,
    Milestone,
)
from app.store.sessions import Reading, Writing

MOST_CENTS = 10**13


@dataclass(frozen=True, slots=True)
class Name:
    """An agreement by its year and number."""

    year: int
    number: int


@dataclass(frozen=True, slots=True)
class Money:
    """A reading of the budget line; None where the source does not say."""

    on_day: date
    pim_cents: int | None = None
    certified_cents: int | None = None
    accrued_cents: int | None = None
    paid_cents: int | None = None
    cui: str = ""
    source: str = ""
    note: str = ""


def read_money(
    session: Writing, author: Author, where: Where, seen: Seen, money: Money, today: date
) -> BudgetLine:
    """Note what the budget line said on a day.

    Raises
    ------
    Unknown, Stale
        As in ``agreements.taken``.
    Invalid
        No amount, an impossible one, a day to come, or no CUI where one is named.
    """
    row = agreements.taken(session, where, seen)
    refuse_future(money.on_day, today)
    amounts = (money.pim_cents, money.certified_cents, money.accrued_cents, money.paid_cents)
    if all(each is None for each in amounts):
        raise Invalid(
            "Falta al menos un monto.", remedy="Escriba los que diga su fuente.", field="accrued"
        )
    if any(each is not None and not 0 <= each <= MOST_CENTS for each in amounts):
        raise Invalid("Un monto no es posible.", remedy="Revise las cifras.", field="accrued")
    line = BudgetLine(
        agreement_id=row.id,
        on_day=money.on_day,
        cui=agreements.cui_of(money.cui),
        source=money.source.strip()[:120],
        pim_cents=money.pim_cents,
        certified_cents=money.certified_cents,
        accrued_cents=money.accrued_cents,
        paid_cents=money.paid_cents,
        note=money.note.strip()[:300],
        author_id=author.account_id,
    )
    row.cui = line.cui or row.cui
    row.source = line.source or row.source
    session.add(line)
    touched(session, author, where, row, Act("read_money", "agreements", row.uuid), money.on_day)
    return line


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone to be reached."""

    title: str
    due_on: date | None = None
    reached_on: date | None = None
    note: str = ""


def set_milestone(
    session: Writing, author: Author, where: Where, seen: Seen, mark: Mark, today: date
) -> Milestone:
    """Put a milestone on the way of an agreement.

    Raises
    ------
    Unknown, Stale
        As in ``agreements.taken``.
    Invalid
        No title, due before there was an agreement, or reached on a day to come.
    """
    row = agreements.taken(session, where, seen)
    if not mark.title.strip():
        raise Invalid("Falta decir qué hito es.", field="title")
    _check_due(session, row, mark.due_on)
    if mark.reached_on is not None:
        refuse_future(mark.reached_on, today)
    made = Milestone(
        agreement_id=row.id,
        title=mark.title.strip()[:200],
        due_on=mark.due_on,
        reached_on=mark.reached_on,
        note=mark.note.strip()[:300],
        author_id=author.account_id,
    )
    session.add(made)
    day = mark.reached_on or today
    touched(session, author, where, row, Act("milestone", "agreements", row.uuid), day)
    return made


def _check_due(session: Reading, row: Agreement, due_on: date | None) -> None:
    news = select(func.min(AgreementStep.on_day)).where(AgreementStep.agreement_id == row.id)
    earliest = rules.earliest_due(row.fiscal_year, session.exec(news).one())
    if due_on is not None and due_on < earliest:
        raise Invalid(
            "El hito no puede tener plazo en {due}: el acuerdo es del presupuesto {year}.",
            remedy="Revise el año del plazo; el primero posible es {earliest}.",
            field="due_on",
            due=due_on.year,
            year=row.fiscal_year,
            earliest=earliest.year,
        )


def reach(
    session: Writing, author: Author, where: Where, name: Name, done: tuple[UUID, date], today: date
) -> Milestone:
    """Say on which day a milestone was reached.

    Raises
    ------
    Unknown
        The agreement has no such milestone.
    Conflict
        It was reached or struck out already.
    Invalid
        A day to come.
    """
    uuid, on_day = done
    row = agreements.locked(session, where, name.year, name.number)
    mark = milestone(session, row, uuid)
    if mark.reached_on is not None or mark.struck:
        raise Conflict("Ese hito ya está cerrado.", remedy="Vuelva a abrir el acuerdo.")
    refuse_future(on_day, today)
    mark.reached_on = on_day
    touched(session, author, where, row, Act("reach", "agreements", row.uuid), on_day)
    return mark


def milestone(session: Reading, row: Agreement, uuid: UUID) -> Milestone:
    """A milestone of an agreement by its key.

    Raises
    ------
    Unknown
        It has none.
    """
    found = session.exec(
        select(Milestone).where(Milestone.uuid == uuid, Milestone.agreement_id == row.id)
    ).first()
    if found is None:
        raise Unknown("El acuerdo no tiene ese hito.", remedy="Vuelva a abrirlo.")
    return found


@dataclass(frozen=True, slots=True)
class Said:
    """What the oversight committee or a community found."""

    verdict: str
    on_day: date
    text: str = ""


def find(
    session: Writing, author: Author, where: Where, name: Name, said: Said, today: date
) -> Finding:
    """Write down a finding: of the community where ``where`` is one, else of the committee.

    Raises
    ------
    Unknown
        The district has no such agreement.
    Conflict
        The agreement does not serve this community.
    Invalid
        No such word, a day to come, or anything but "conforme" without its reason.
    """
    row = agreements.locked(session, where, name.year, name.number)
    if said.verdict not in VERDICTS:
        raise Invalid("Elija una palabra de la lista.", field="verdict")
    refuse_future(said.on_day, today)
    if said.verdict != "conforming" and not said.text.strip():
        raise Invalid(
            "Falta decir qué se observa.", remedy="Escriba lo que vio en la obra.", field="text"
        )
    if where.community_id is not None:
        _check_served(session, row, where.community_id)
    made = Finding(
        agreement_id=row.id,
        body="oversight" if where.community_id is None else "community",
        community_id=where.community_id,
        verdict=said.verdict,
        text=said.text.strip()[:1000],
        on_day=said.on_day,
        author_id=author.account_id,
    )
    session.add(made)
    register = "findings" if where.community_id is None else "conformity"
    touched(session, author, where, row, Act("find", register, row.uuid), said.on_day)
    return made


def _check_served(session: Reading, row: Agreement, community_id: int) -> None:
    key = (row.id, community_id)
    link = session.get(AgreementCommunity, key)
    if link is None or not link.served:
        raise Conflict(
            "Este acuerdo no es de esa comunidad.", remedy="Vuelva a la lista de acuerdos."
        )


@dataclass(frozen=True, slots=True)
class Help:
    """What somebody promised or gave beside the budget."""

    kind: str
    who: str
    on_day: date
    promised: bool = False
    people: int | None = None
    days: int | None = None
    cents: int | None = None
    note: str = ""


def add_effort(
    session: Writing, author: Author, where: Where, seen: Seen, help_: Help, today: date
) -> Effort:
    """Put an effort into the ledger.

    Raises
    ------
    Unknown, Stale
        As in ``agreements.taken``.
    Invalid
        No such kind, nobody named, nothing counted, an impossible number, or given on a day to
        come.
    """
    row = agreements.taken(session, where, seen)
    counted = (help_.people, help_.days, help_.cents)
    if help_.kind not in EFFORTS:
        raise Invalid("Elija de la lista qué aporte es.", field="kind")
    if not help_.who.strip():
        raise Invalid("Falta decir quién aporta.", field="who")
    if all(each is None for each in counted):
        raise Invalid("Falta decir cuánto: personas, jornadas o su valor en soles.", field="days")
    if any(each is not None and not 0 <= each <= MOST_CENTS for each in counted):
        raise Invalid("Un número no es posible.", remedy="Revise las cifras.", field="days")
    if not help_.promised:
        refuse_future(help_.on_day, today)
    made = Effort(
        agreement_id=row.id,
        kind=help_.kind,
        promised=help_.promised,
        who=help_.who.strip()[:200],
        people=help_.people,
        days=help_.days,
        cents=help_.cents,
        on_day=help_.on_day,
        note=help_.note.strip()[:300],
        author_id=author.account_id,
    )
    session.add(made)
    day = min(help_.on_day, today)
    touched(session, author, where, row, Act("effort", "agreements", row.uuid), day)
    return made


def strike(
    session: Writing, author: Author, where: Where, name: Name, line: tuple[UUID, str]
) -> None:
    """Strike out a milestone or an effort that was noted by mistake; it stays to be read.

    Raises
    ------
    Unknown
        The agreement has no such line.
    Conflict
        It is struck out already.
    Invalid
        No reason.
    """
    uuid, reason = line
    row = agreements.locked(session, where, name.year, name.number)
    if not reason.strip():
        raise Invalid("Falta la razón.", remedy="Escriba por qué se tacha.", field="reason")
    found: Milestone | Effort | None = session.exec(
        select(Effort).where(Effort.uuid == uuid, Effort.agreement_id == row.id)
    ).first()
    found = found or milestone(session, row, uuid)
    if found.struck:
        raise Conflict("Esa línea ya está tachada.", remedy="Vuelva a abrir el acuerdo.")
    found.struck = reason.strip()[:200]
    act = Act("strike", "agreements", row.uuid, reason=reason.strip())
    touched(session, author, where, row, act, row.updated_on or found.at.date())
