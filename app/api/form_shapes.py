"""Shapes of documents as they are listed, sent, corrected, decided and acknowledged."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from app.api.shapes import After, Answers, Day, Limit, Reason, Shape, Words
from app.operations.form_lists import Heading
from app.operations.receipts import Arrival

State = Literal["sent", "returned", "approved", "locked", "withdrawn"]


class HeadingOut(BaseModel):
    """A document without its answers."""

    uuid: UUID
    instrument: str
    version: str
    state: str
    revision: int
    sent_at: datetime
    decided_at: datetime | None
    reason: str
    cycle: UUID | None
    round: UUID | None
    round_label: str

    @classmethod
    def of(cls, heading: Heading) -> "HeadingOut":
        """A heading as machines read it."""
        return cls(**heading_fields(heading))


class DocumentOut(HeadingOut):
    """A document with the answers that the asker may see; null where they may see none."""

    answers: dict[str, Any] | None


class DocumentIn(Shape):
    """A filled document. ``uuid`` is made where the document is born; geometries are GeoJSON."""

    uuid: UUID | None = Field(None, description="El del documento; si falta, se le da uno.")
    answers: Answers
    round: UUID | None = Field(None, description="La ronda; si falta, la última abierta.")
    reasons: dict[str, Words] = Field({}, description="Razón de cada dato fuera de lo común.")


class CorrectionIn(Shape):
    """All the answers of a document again, corrected."""

    answers: Answers
    reasons: dict[str, Words] = Field({}, description="Razón de cada dato fuera de lo común.")


class DecisionIn(Shape):
    """What a reviewer resolves; everything but an approval says why."""

    verb: Literal["approve", "return", "reopen", "withdraw"]
    reason: Words = Field("", examples=["Falta el acta firmada."])


class WithdrawalIn(Shape):
    """Why a document does not count any more."""

    reason: Reason


class CountOut(BaseModel):
    """An indicator in which a document counts."""

    indicator: str
    name_es: str
    name_en: str
    x: int
    n: int


class ArrivalOut(BaseModel):
    """What became of a document so far, and where it counts."""

    number: str
    received_at: datetime
    digest: str
    state: str
    derived: str
    problems: list[dict[str, Any]]
    counts_in: list[CountOut]

    @classmethod
    def of(cls, arrival: Arrival) -> "ArrivalOut":
        """An arrival as machines read it."""
        counts = [
            CountOut(indicator=code, name_es=es, name_en=en, x=x, n=n)
            for code, es, en, x, n in arrival.counts_in
        ]
        return cls(
            number=arrival.number,
            received_at=arrival.at,
            digest=arrival.digest,
            state=arrival.state,
            derived=arrival.derived,
            problems=list(arrival.problems),
            counts_in=counts,
        )


class Wanting(Shape):
    """Which documents of a list, and which page of it."""

    state: list[State] = Field([], max_length=5, description="Uno o varios estados.")
    round: UUID | None = Field(None, description="Solo los de esta ronda.")
    sent_from: Day | None = Field(None, description="Enviados desde este día, en Lima.")
    sent_to: Day | None = Field(None, description="Enviados hasta este día, en Lima.")
    after: After = None
    limit: Limit = 50


def heading_fields(heading: Heading) -> dict[str, Any]:
    return {
        "uuid": heading.uuid,
        "instrument": heading.instrument,
        "version": heading.version,
        "state": heading.state,
        "revision": heading.revision,
        "sent_at": heading.sent_at,
        "decided_at": heading.decided_at,
        "reason": heading.reason,
        "cycle": heading.cycle_uuid,
        "round": heading.round_uuid,
        "round_label": heading.round_label or "",
    }
