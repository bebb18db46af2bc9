"""Agreements of earlier budgets and where each stands: the follow-up that was asked for most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from app.errors import Invalid, Unknown
from app.operations import trail
from app.operations.trail import Act, Author
from app.records.places import Where
from app.records.proposals import Agreement
from app.records.territory import Community
from app.records.works import AgreementCommunity, AgreementStep, BudgetLine
from app.store.sessions import Reading, Writing

STATES = ("agreed", "procured", "works", "stopped", "delivered", "dropped")


def listed(
    session: Reading, where: Where, year: int | None = None, state: str | None = None
) -> Sequence[Agreement]:
    """The agreements of a district, the newest year first."""
    wanted = select(Agreement).where(Agreement.place_id == where.place_id)
    if year is not None:
        wanted = wanted.where(Agreement.fiscal_year == year)
    if state is not None:
        wanted = wanted.where(Agreement.state == state)
    return session.exec(wanted.order_by(col(Agreement.fiscal_year).desc(), col(Agreement.id))).all()


def community_codes(session: Reading, found: Sequence[Agreement]) -> dict[int, str]:
    """The codes of the communities that these agreements name."""
    rows = session.exec(
        select(AgreementCommunity.agreement_id, Community.code)
        .join(Community, col(Community.id) == AgreementCommunity.community_id)
        .where(
            col(AgreementCommunity.agreement_id).in_([row.id for row in found]),
            col(AgreementCommunity.served).is_(True),
        )
    )
    return dict(rows.all())


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an agreement stands; None leaves money spent as it was."""

    state: str
    spent_cents: int | None = None
    note: str = ""


def follow(
    session: Writing, author: Author, where: Where, uuid: UUID, progress: Progress, day: date
) -> Agreement:
    """Write down where an agreement stands on a day.

    Raises
    ------
    Unknown
        The district has no such agreement.
    Invalid
        A state that does not exist, or negative money.
    """
    if progress.state not in STATES or (progress.spent_cents or 0) < 0:
        raise Invalid(
            "El avance no se entiende: revise el estado y lo gastado.",
            remedy="Elija un estado de la lista y escriba un monto de cero o más.",
            field="state",
        )
    row = session.exec(
        select(Agreement)
        .where(Agreement.uuid == uuid, Agreement.place_id == where.place_id)
        .with_for_update()
    ).first()
    if row is None:
        raise Unknown("El distrito no tiene ese acuerdo.", remedy="Vuelva a la lista.")
    row.state, row.note, row.updated_on = progress.state, progress.note[:300], day
    session.add(AgreementStep(agreement_id=row.id, on_day=day, state=row.state, note=row.note))
    if progress.spent_cents is not None:
        session.add(BudgetLine(agreement_id=row.id, on_day=day, accrued_cents=progress.spent_cents))
    trail.record(session, author, Act("follow", "agreements", uuid, where.place_id))
    return row
