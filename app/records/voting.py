"""Votings on the proposals of a year: their rules, ballot sheets, typings, and what-ifs.

No row ties a sheet to a person: a sheet has a code, printed on it, and at most the community
where it was handed out. Who typed it stands with the typing.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.records.base import Row, link
from app.store.types import Instant, Json, Key, now

STATES = ("preparing", "open", "closed", "allocated", "annulled")
MODES = ("paper", "totals", "plans", "merit", "file")
SHEET_STATES = ("printed", "typed", "accepted", "differs", "review", "void")


class VotingRules(Row, table=True):
    """The rules of a year as an ordinance words them; a change is another version.

    ``body`` is spelt by ``app.operations.voting_rules``.
    """

    __tablename__ = "voting_rules"
    __table_args__ = (UniqueConstraint("place_id", "fiscal_year", "version"),)

    place_id: int = link("place")
    fiscal_year: int = Field(index=True)
    version: int = 1
    ordinance: str = Field(max_length=80)
    ordinance_on: date | None = None
    article: str = Field(default="", max_length=40)
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    reason: str = Field(default="", max_length=500)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class Voting(Row, table=True):
    """A voting with all that it was opened with, as it stood that day.

    ``options`` are the proposals on the ballot, ``communities`` who lives where, with the
    people entitled to vote where a register says so; ``given`` how many sheets were handed
    out, by the acta of the tables; ``file`` what a ``.pb`` said beside, whole.
    """

    __tablename__ = "voting"

    place_id: int = link("place")
    fiscal_year: int = Field(index=True)
    rules_id: int = link("voting_rules")
    state: str = Field(default="preparing", max_length=12)
    mode: str = Field(default="paper", max_length=12)
    cents: int = Field(sa_type=Key)
    options: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    communities: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    given: int | None = None
    file: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    author_id: int | None = link("account", nullable=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    opened_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    note: str = Field(default="", max_length=500)


class BallotSheet(Row, table=True):
    """One ballot, or one count sheet of an assembly that counts by hand.

    ``marks`` are pairs of the number of a proposal and its points, once they are settled;
    ``weight`` is how many ballots it counts as; ``extra`` the columns of a ``.pb`` row.
    """

    __tablename__ = "ballot_sheet"

    voting_id: int = link("voting")
    number: int
    code: str = Field(max_length=12, unique=True)
    community: str = Field(default="", max_length=20)
    state: str = Field(default="printed", max_length=10, index=True)
    marks: list[Any] = Field(default_factory=list, sa_type=Json)
    weight: int = 1
    extra: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    decided_by: int | None = link("account", nullable=True)
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str = Field(default="", max_length=500)


class BallotTyping(Row, table=True):
    """What one person read on a sheet; the newest of each person counts."""

    __tablename__ = "ballot_typing"

    sheet_id: int = link("ballot_sheet")
    author_id: int = link("account")
    marks: list[Any] = Field(default_factory=list, sa_type=Json)
    community: str = Field(default="", max_length=20)
    unreadable: bool = False
    note: str = Field(default="", max_length=300)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class AgreedList(Row, table=True):
    """What people decided beside a run: the newest stands; none ever changes the run.

    ``changes`` names each proposal on which they differ from the run, with the reason.
    """

    __tablename__ = "agreed_list"

    allocation_id: int = link("allocation")
    funded: list[str] = Field(default_factory=list, sa_type=Json)
    changes: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class Workshop(Row, table=True):
    """What the acta of a voting says of the workshop; the newest stands."""

    __tablename__ = "workshop"

    voting_id: int = link("voting")
    held_on: date
    venue: str = Field(default="", max_length=200)
    body: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class VoteScenario(Row, table=True):
    """A what-if with a name; it changes nothing."""

    __tablename__ = "voting_scenario"

    voting_id: int = link("voting")
    name: str = Field(max_length=80)
    change: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    result: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
