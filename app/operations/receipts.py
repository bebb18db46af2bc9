"""Proof of arrival: what was received, what became of it, and where it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.operations import intake, waits
from app.records import comments
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.cycles import Round
from app.records.diagnoses import Diagnosis
from app.records.families import Family
from app.records.intake import Derivation, Entry, Form
from app.records.people import Account
from app.records.places import Where
from app.store.sessions import Reading, columns

COUNTED = ("approved", "locked")
COUNTS = ("monitoring", "household_monitoring")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document's standing: number to read aloud, state, and the indicators it counts in."""

    number: str
    at: datetime
    digest: str
    state: str
    derived: str
    problems: tuple[dict[str, Any], ...]
    counts_in: tuple[tuple[str, str, str, int, int], ...]  # code, es, en, x, n


@dataclass(frozen=True, slots=True)
class Line:
    """One document in a list."""

    uuid: UUID
    instrument: str
    state: str
    sent_at: datetime
    round_label: str
    author: str
    reason: str
    days_waiting: int
    comments: int = 0
    household: str = ""  # of the home that it is about, for whoever may see homes

    @property
    def late(self) -> bool:
        """Whether it has waited longer than the town hall promised."""
        return self.days_waiting > waits.LATE_DAYS


def form_by_uuid(session: Reading, uuid: UUID) -> Form | None:
    """A document by its UUID, wherever it belongs."""
    return session.exec(select(Form).where(Form.uuid == uuid)).first()


def of_form(session: Reading, form: Form) -> Arrival:
    """The standing of a document's newest entry."""
    entry = session.get_one(Entry, form.entry_id)
    receipt = intake.receipt(session, entry)
    counts = _counts_in(session, form) if form.state in COUNTED else ()
    return Arrival(
        receipt.number,
        receipt.at,
        receipt.digest,
        form.state,
        receipt.state,
        receipt.problems,
        counts,
    )


def _counts_in(session: Reading, form: Form) -> tuple[tuple[str, str, str, int, int], ...]:
    if form.instrument not in COUNTS:
        return ()
    rows = session.rows(
        columns(
            IndicatorRow.code, IndicatorRow.name_es, IndicatorRow.name_en, Aggregate.x, Aggregate.n
        )
        .join(Aggregate, col(Aggregate.indicator_id) == IndicatorRow.id)
        .where(
            col(Aggregate.round_id) == form.round_id,
            col(Aggregate.community_id) == form.community_id,
        )
        .order_by(IndicatorRow.code)
    )
    return tuple((r[0], r[1], r[2], r[3], r[4]) for r in rows)


def sheets(session: Reading, where: Where, instrument: str | None = None) -> list[Line]:
    """A community's documents, newest first."""
    wanted = [col(Form.community_id) == where.community_id]
    if instrument is not None:
        wanted.append(col(Form.instrument) == instrument)
    rows = session.rows(
        columns(Form, Round.label, Account.name, col(Family.code).label("household"))
        .join(Round, col(Round.id) == Form.round_id, isouter=True)
        .join(Account, col(Account.id) == Form.author_id, isouter=True)
        .join(Family, col(Family.uuid) == Form.family_uuid, isouter=True)
        .where(*wanted)
        .order_by(col(Form.sent_at).desc(), col(Form.id).desc())
        .limit(300)
    )
    said = comments.counted(session, [row._mapping["uuid"] for row in rows])
    return [_line(row, said) for row in rows]


def _line(row: Any, said: Mapping[UUID, int]) -> Line:
    form = row._mapping
    return Line(
        form["uuid"],
        form["instrument"],
        form["state"],
        form["sent_at"],
        form["label"] or "",
        form["name"] or "",
        form["reason"],
        waits.days(form["state"], form["sent_at"], form["decided_at"]),
        said.get(form["uuid"], 0),
        form["household"] or "",
    )


def quarantined(session: Reading, where: Where) -> list[tuple[Entry, Derivation]]:
    """What of a community could not be folded, newest first."""
    return list(
        session.exec(
            select(Entry, Derivation)
            .join(Derivation, col(Derivation.entry_id) == Entry.id)
            .where(
                Entry.community_id == where.community_id,
                Derivation.state == "quarantined",
                col(Derivation.resolved_by).is_(None),
            )
            .order_by(col(Entry.id).desc())
        ).all()
    )


def last_diagnosis(session: Reading, community_id: int) -> Diagnosis | None:
    """The community's newest diagnosis that was not withdrawn."""
    return session.exec(
        select(Diagnosis)
        .where(Diagnosis.community_id == community_id)
        .order_by(col(Diagnosis.assembled_on).desc(), col(Diagnosis.id).desc())
        .limit(1)
    ).first()
