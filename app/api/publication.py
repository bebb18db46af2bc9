"""What the public may know: figures already suppressed, and published texts.

Whoever asks gets the same here: what is written for the public is for all.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from app.api.figure_shapes import CountOut, DayDep, public_count
from app.api.paging import PagingDep
from app.api.shapes import Day, Page, Shape, Words
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import publishing
from app.records.aggregates import Publication, PublicText

router = APIRouter(tags=["publication"])
ReaderDep = Annotated[Passage, Depends(Permit("publication", "read"), scope="function")]
WriterDep = Annotated[Passage, Depends(Permit("publication", "write"), scope="function")]
Label = Annotated[str | None, Query(alias="round", max_length=20, examples=["2027-I"])]
Code = Annotated[str | None, Query(max_length=20, examples=["P-F1"])]
State = Annotated[Literal["published", "pooled", "suppressed", "empty"] | None, Query()]
From = Annotated[Day | None, Query(alias="from", description="Desde esta fecha.")]
To = Annotated[Day | None, Query(description="Hasta esta fecha.")]


class PublicFigureOut(BaseModel):
    """One figure that the public may know; null counts are kept back."""

    uuid: UUID
    community: str | None = Field(description="Nulo: todo el distrito.", examples=["2209990001"])
    indicator: str = Field(examples=["P-F1"])
    round: str = Field(examples=["2027-I"])
    as_of: date
    state: str = Field(description="published, pooled, suppressed o empty.")
    rounds: list[str] = Field(description="Las que se cuentan juntas, si son varias.")
    count: CountOut | None

    @classmethod
    def of(cls, row: Publication, codes: dict[int, str]) -> "PublicFigureOut":
        """A figure as machines read it."""
        return cls(
            uuid=row.uuid,
            community=codes.get(row.community_id) if row.community_id is not None else None,
            indicator=row.indicator,
            round=row.round_label,
            as_of=row.as_of,
            state=row.state,
            rounds=row.rounds,
            count=public_count(row),
        )


class PublicTextOut(BaseModel):
    """A list or page that the district published."""

    uuid: UUID
    kind: str = Field(examples=["needs"])
    published_at: datetime
    body: dict[str, Any]

    @classmethod
    def of(cls, row: PublicText) -> "PublicTextOut":
        """A text as machines read it."""
        return cls(uuid=row.uuid, kind=row.kind, published_at=row.published_at, body=row.body)


class RoundToPublish(Shape):
    """The round to publish, by its label."""

    round: Words = Field(min_length=1, max_length=20, examples=["2027-I"])


class PublishedOut(BaseModel):
    """How many figures the public reads of a round, and how many are kept back."""

    round: str
    published: int
    pooled: int
    suppressed: int


@router.get("/districts/{ubigeo}/publication/figures", responses=responses(400))
def list_public_figures(
    passage: ReaderDep,
    session: ReadDep,
    paging: PagingDep,
    round_label: Label = None,
    indicator: Code = None,
    state: State = None,
    from_day: From = None,
    to: To = None,
) -> Page[PublicFigureOut]:
    """Public figures of a district and its communities."""
    rows = publishing.figures(session, passage.where, label=round_label, indicator=indicator)
    found = [
        row
        for row in rows
        if state in (None, row.state)
        and (from_day is None or row.as_of >= from_day)
        and (to is None or row.as_of <= to)
    ]
    codes = publishing.codes(session, passage.where)
    return paging.page(found, lambda row: str(row.uuid), lambda row: PublicFigureOut.of(row, codes))


@router.get("/districts/{ubigeo}/publication/texts", responses=responses(400))
def list_public_texts(
    passage: ReaderDep,
    session: ReadDep,
    paging: PagingDep,
    kind: Annotated[str | None, Query(max_length=20, examples=["needs"])] = None,
) -> Page[PublicTextOut]:
    """Lists and pages that the district published, the newest first."""
    found = publishing.texts(session, passage.where, kind)
    return paging.page(found, lambda row: str(row.uuid), PublicTextOut.of)


@router.post("/districts/{ubigeo}/publication/rounds", status_code=201, responses=responses(409))
def publish_round(
    given: RoundToPublish, passage: WriterDep, store: StoreDep, day: DayDep
) -> PublishedOut:
    """Write what the public may know of a round; it cannot be called back."""
    with store.writing() as session:
        done = publishing.publish_round(session, passage.author, passage.where, given.round, day)
    return PublishedOut(
        round=done.label,
        published=done.published,
        pooled=done.pooled,
        suppressed=done.suppressed,
    )


@router.post("/districts/{ubigeo}/publication/needs", status_code=201)
def publish_needs(passage: WriterDep, store: StoreDep, day: DayDep) -> PublicTextOut:
    """Publish the needs list as it stands on a day, without counts of homes or people."""
    with store.writing() as session:
        return PublicTextOut.of(
            publishing.publish_needs(session, passage.author, passage.where, day)
        )
