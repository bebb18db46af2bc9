"""Documents of a community, page by page, with what they are filtered by."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Invalid
from app.records.cycles import Cycle, Round
from app.records.intake import Form
from app.records.places import Where
from app.store.sessions import Reading, columns
from app.store.types import LIMA


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents: of one instrument, in these states, of a round, sent between two days.

    Days are those of the clock in Lima, both included.
    """

    instrument: str
    states: tuple[str, ...] = ()
    round_uuid: UUID | None = None
    sent_from: date | None = None
    sent_to: date | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """One document without its answers."""

    uuid: UUID
    instrument: str
    version: str
    state: str
    revision: int
    sent_at: datetime
    decided_at: datetime | None
    reason: str
    cycle_uuid: UUID | None
    round_uuid: UUID | None
    round_label: str


def page(
    session: Reading, where: Where, wanted: Wanted, after: UUID | None, limit: int
) -> tuple[list[Heading], UUID | None]:
    """At most ``limit`` documents, newest first, and where the next page begins.

    ``after`` is the document that ended the page before. What was sent meanwhile stands
    before it, so that no page repeats or leaves out a document.

    Raises
    ------
    Invalid
        ``after`` is no document of this community.
    """
    conditions = _conditions(where, wanted)
    if after is not None:
        conditions.append(col(Form.id) < _id_of(session, where, after))
    found = session.rows(
        _headings().where(*conditions).order_by(col(Form.id).desc()).limit(limit + 1)
    )
    headings = [Heading(*row) for row in found[:limit]]
    return headings, headings[-1].uuid if len(found) > limit else None


def heading(session: Reading, document: Form) -> Heading:
    """One document as lists show it."""
    return Heading(*session.rows(_headings().where(col(Form.id) == document.id))[0])


def _headings() -> Any:
    return (
        columns(
            Form.uuid,
            Form.instrument,
            Form.version,
            Form.state,
            Form.revision,
            Form.sent_at,
            Form.decided_at,
            Form.reason,
            Cycle.uuid,
            Round.uuid,
            Round.label,
        )
        .select_from(Form)
        .join(Cycle, col(Cycle.id) == Form.cycle_id, isouter=True)
        .join(Round, col(Round.id) == Form.round_id, isouter=True)
    )


def _conditions(where: Where, wanted: Wanted) -> list[Any]:
    found = [
        col(Form.community_id) == where.community_id,
        col(Form.instrument) == wanted.instrument,
    ]
    if wanted.states:
        found.append(col(Form.state).in_(wanted.states))
    if wanted.round_uuid is not None:
        found.append(col(Round.uuid) == wanted.round_uuid)
    if wanted.sent_from is not None:
        found.append(col(Form.sent_at) >= _midnight(wanted.sent_from))
    if wanted.sent_to is not None:
        found.append(col(Form.sent_at) < _midnight(wanted.sent_to) + timedelta(days=1))
    return found


def _midnight(day: date) -> datetime:
    from_utc = datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
    return from_utc - LIMA


def _id_of(session: Reading, where: Where, uuid: UUID) -> int:
    found = session.exec(
        select(Form.id).where(Form.uuid == uuid, Form.community_id == where.community_id)
    ).first()
    if found is None:
        raise Invalid(
            "El cursor «{uuid}» no es de esta lista.",
            remedy="Empiece otra vez desde la primera página, sin cursor.",
            field="after",
            uuid=str(uuid),
        )
    return found
