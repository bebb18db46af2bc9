"""What went back to each community: numbers of requests, return sheets, and the slips typed in.

A number, once given to a request, is never given to another, whatever becomes of the plan that
raised it: it stands on paper. A sheet keeps what it said on the day it was issued, and its
replies are never rewritten: a slip typed wrongly is typed again and the newest holds.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.records.base import Row, link
from app.store.types import Guid, Instant, Json, now

OCCASIONS = ("quarter", "decision")


class RequestNumber(SQLModel, table=True):
    """What a request (an action of a communal plan) is called on paper: community, year, number.

    The year is that of the assembly. ``action_uuid`` is no foreign key: registers are folded
    anew from what was received, and the number outlives them.
    """

    __tablename__ = "request_number"
    __table_args__ = (UniqueConstraint("community_id", "year", "number"),)

    action_uuid: UUID = Field(primary_key=True, sa_type=Guid)
    community_id: int = link("community", index=False)
    year: int
    number: int


class ReturnSheet(Row, table=True):
    """A return sheet (hoja de retorno) of a community, numbered within its district and year.

    ``about`` tells what it answers: a quarter (2027-T2) or the key of a decision. ``content``
    is what it printed, ``digest`` the SHA-256 of that content.
    """

    __tablename__ = "return_sheet"
    __table_args__ = (
        UniqueConstraint("place_id", "year", "number"),
        UniqueConstraint("community_id", "occasion", "about"),
    )

    place_id: int = link("place")
    community_id: int = link("community")
    year: int
    number: int
    on_day: date
    occasion: str = Field(max_length=10)
    about: str = Field(max_length=60)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    digest: str = Field(max_length=64)
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)


class ReturnReply(Row, table=True):
    """What the slip (talón) of a sheet brought back: conforming or not, and the words.

    ``speaks_of`` are the keys of the lines of the sheet that it names: requests, proposals,
    gestiones, agreements. ``signed_by`` is the office that signed, as written on the slip.
    """

    __tablename__ = "return_reply"

    sheet_id: int = link("return_sheet")
    conforming: bool
    text: str = Field(default="", max_length=1000)
    speaks_of: list[str] = Field(default_factory=list, sa_type=Json)
    signed_by: str = Field(default="", max_length=120)
    on_day: date
    author_id: int | None = link("account", nullable=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
