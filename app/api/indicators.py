"""Indicators: the catalogue, a place on a date, its communities, its rounds, a card.

The public gets what was published, in the same shapes.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Response

from app.api.figure_shapes import (
    CardLineOut,
    CommunityFigureOut,
    DayDep,
    IndicatorOut,
    PointOut,
    RolledOut,
    public_count,
)
from app.api.paging import Paging, PagingDep
from app.api.ready import ready
from app.api.shapes import Page
from app.errors import Unknown
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep
from app.operations import publishing, standing
from app.operations.figures import Indicator, Member
from app.records.aggregates import Publication
from app.store.sessions import Reading

K = TypeVar("K")
router = APIRouter(tags=["indicators"])
READ = Permit("indicators", "read")
ReaderDep = Annotated[Passage, Depends(READ, scope="function")]
Dimension = Annotated[
    str | None, Query(max_length=30, description="Solo los de este tema.", examples=["water"])
]
RoundLabel = Annotated[
    str | None, Query(alias="round", max_length=20, description="Solo esta ronda.")
]


@router.get("/indicators", responses=responses(400))
def list_indicators(
    passage: ReaderDep, session: ReadDep, paging: PagingDep, dimension: Dimension = None
) -> Page[IndicatorOut]:
    """Every indicator of the catalogue, by code."""
    every = standing.indicators(session, passage.where).values()
    found = [each for each in every if dimension in (None, each.dimension)]
    return paging.page(found, lambda each: each.code, IndicatorOut.of)


@router.get(
    "/districts/{ubigeo}/indicators", response_model=Page[RolledOut], responses=responses(400)
)
def list_district_figures(
    passage: ReaderDep,
    session: ReadDep,
    paging: PagingDep,
    day: DayDep,
    dimension: Dimension = None,
) -> Response:
    """Each indicator over the place: the last figure of each community in twelve months."""
    key = ("indicators", day, dimension, paging.cursor, paging.limit)
    return ready(session, passage, key, lambda: _rolled(session, passage, paging, (day, dimension)))


def _rolled(
    session: Reading, passage: Passage, paging: Paging, wanted: tuple[date, str | None]
) -> Page[RolledOut]:
    day, dimension = wanted
    if passage.view == "public":
        found = [row for row in _public(session, passage) if dimension in (None, row.dimension)]
        return paging.page(found, lambda each: each.indicator, lambda each: each)
    every = standing.of_place(session, passage.where, day).all_rolled()
    rolled = [each for each in every if dimension in (None, each.indicator.dimension)]
    return paging.page(rolled, lambda each: each.indicator.code, RolledOut.of)


def _public(session: Reading, passage: Passage) -> list[RolledOut]:
    """The newest public figure of each indicator over the district."""
    known = standing.indicators(session, passage.where)
    rows = publishing.figures(session, passage.where)
    newest = _newest((row for row in rows if row.community_id is None), lambda r: r.indicator)
    return [RolledOut.public(row, known[code]) for code, row in sorted(newest.items())]


def _newest(rows: Iterable[Publication], key: Callable[[Publication], K]) -> dict[K, Publication]:
    return {key(row): row for row in sorted(rows, key=lambda row: row.as_of)}


def _indicator(session: Reading, passage: Passage, code: str) -> Indicator:
    found = standing.indicators(session, passage.where).get(code)
    if found is None:
        raise Unknown(
            "No existe el indicador {code}.", remedy="Búsquelo en el catálogo.", code=code
        )
    return found


@router.get("/districts/{ubigeo}/indicators/{code}/communities", responses=responses(400))
def list_community_figures(
    code: str, passage: ReaderDep, session: ReadDep, paging: PagingDep, day: DayDep
) -> Page[CommunityFigureOut]:
    """One indicator in each community of the place; those without data say so."""
    indicator = _indicator(session, passage, code)
    if passage.view == "public":
        shown = _public_by_community(session, passage, indicator, day)
    else:
        found = standing.of_place(session, passage.where, day)
        figures = found.by_community(code, health=passage.health)
        closed = indicator.sensitive and not passage.health
        members = () if closed else found.members
        shown = [CommunityFigureOut.of(each, figures.get(each.code)) for each in members]
    return paging.page(shown, lambda each: each.community, lambda each: each)


def _public_by_community(
    session: Reading, passage: Passage, indicator: Indicator, day: date
) -> list[CommunityFigureOut]:
    names = {row.id: row for row in standing.members(session, passage.where, day)}
    rows = publishing.figures(session, passage.where, indicator=indicator.code)
    told = (row for row in rows if row.community_id in names and row.as_of <= day)
    newest = _newest(told, lambda row: row.community_id or 0)
    return [
        CommunityFigureOut(
            community=names[key].code,
            name=names[key].name,
            state=row.state,
            count=public_count(row),
            round=row.round_label,
        )
        for key, row in newest.items()
    ]


@router.get("/districts/{ubigeo}/indicators/{code}/rounds", responses=responses(400, 401, 403))
def list_rounds_of_indicator(
    code: str, passage: ReaderDep, session: ReadDep, paging: PagingDep
) -> Page[PointOut]:
    """One indicator over the place, round by round, the oldest first."""
    _indicator(session, passage, code)
    if passage.view == "public":
        points = _public_points(session, passage, code)
    else:
        every = standing.trend(session, passage.where, health=passage.health)
        points = [PointOut.of(point) for point in every.get(code, ())]
    return paging.page(points, lambda each: each.round, lambda each: each)


def _public_points(session: Reading, passage: Passage, code: str) -> list[PointOut]:
    rows = publishing.figures(session, passage.where, indicator=code)
    told = [(row, public_count(row)) for row in rows if row.state == "published"]
    return [
        PointOut(round=row.round_label, held_on=row.as_of, count=count, communities=0)
        for row, count in sorted(told, key=lambda pair: pair[0].as_of)
        if count is not None and row.community_id is None
    ]


@router.get("/districts/{ubigeo}/communities/{community}/indicators", responses=responses(400))
def read_community_card(
    passage: ReaderDep,
    session: ReadDep,
    paging: PagingDep,
    day: DayDep,
    round_label: RoundLabel = None,
) -> Page[CardLineOut]:
    """What a community knows of itself: each indicator, its rounds, and what changed."""
    where = passage.where
    member = Member(
        where.community_id or 0, where.community_code or "", where.community_name or "", None, None
    )
    if passage.view == "public":
        return paging.page(
            _public_card(session, passage, member), lambda each: each.indicator, lambda each: each
        )
    lines = [
        line
        for line in standing.community_card(session, where, day, health=passage.health)
        if round_label in (None, line.figure.label)
    ]
    return paging.page(
        lines, lambda line: line.indicator.code, lambda line: CardLineOut.of(line, member)
    )


def _public_card(session: Reading, passage: Passage, member: Member) -> list[CardLineOut]:
    known = standing.indicators(session, passage.where)
    newest = _newest(publishing.figures(session, passage.where), lambda row: row.indicator)
    return [
        CardLineOut(
            indicator=code,
            name_es=known[code].name_es,
            dimension=known[code].dimension,
            figure=CommunityFigureOut(
                community=member.code,
                name=member.name,
                state=row.state,
                count=public_count(row),
                round=row.round_label,
            ),
            points=[],
        )
        for code, row in sorted(newest.items())
    ]
