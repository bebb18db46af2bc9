"""Technical reviews of proposals: the matrix of the year, the team's sheets, their batches."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, col, select

from app.records.base import Row, link
from app.store.sessions import Reading
from app.store.types import Instant, Json, Key, now

OPINIONS = ("feasible", "changes", "unfeasible")
STATES = ("draft", "signed", "complete", "published", "replaced")


class ReviewRules(Row, table=True):
    """The matrix of criteria of a year as an ordinance words it; a change is another version.

    ``body`` is spelt by ``app.operations.review_rules``.
    """

    __tablename__ = "review_rules"
    __table_args__ = (UniqueConstraint("place_id", "fiscal_year", "version"),)

    place_id: int = link("place")
    fiscal_year: int
    version: int = 1
    ordinance: str = Field(max_length=80)
    ordinance_on: date | None = None
    article: str = Field(default="", max_length=40)
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    reason: str = Field(default="", max_length=500)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class TechnicalReview(Row, table=True):
    """What the technical team says of a proposal, in the revision that it read.

    ``chosen`` is the step of each judged criterion by its place, ``parts`` the points of all
    criteria as they stood when it was published. One that is published changes no more:
    another takes its place, with its reason.
    """

    __tablename__ = "technical_review"

    proposal_id: int = link("proposal")
    rules_id: int | None = link("review_rules", nullable=True)
    proposal_revision: int
    chosen: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    opinion: str = Field(default="", max_length=12)
    findings: str = Field(default="", max_length=2000)
    state: str = Field(default="draft", max_length=10)
    revision: int = 1
    parts: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    first_id: int | None = link("account", nullable=True)
    first_at: datetime | None = Field(default=None, sa_type=Instant)
    second_id: int | None = link("account", nullable=True)
    second_at: datetime | None = Field(default=None, sa_type=Instant)
    batch_id: int | None = link("review_batch", nullable=True)
    reason: str = Field(default="", max_length=500)


class ReviewBatch(Row, table=True):
    """All reviews that were published together: nobody learns of one before the others.

    ``missing`` names the proposals that were presented and not reviewed, with why the batch
    did not wait for them.
    """

    __tablename__ = "review_batch"

    place_id: int = link("place")
    fiscal_year: int
    digest: str = Field(max_length=64)
    missing: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    reason: str = Field(default="", max_length=500)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    count: int = Field(default=0, sa_type=Key)


def published(session: Reading, proposals: Iterable[int]) -> dict[int, TechnicalReview]:
    """What was published of these proposals, by the proposal's key."""
    rows = session.exec(
        select(TechnicalReview).where(
            col(TechnicalReview.proposal_id).in_(list(proposals)),
            TechnicalReview.state == "published",
        )
    ).all()
    return {row.proposal_id: row for row in rows}
