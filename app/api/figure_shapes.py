"""Figures as machines read them: x, n, N and missing always, the share and its range."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from app.api.shapes import Day
from app.operations.figures import CardLine, Figure, Indicator, Member, Point, Rolled
from app.planning.counts import Count
from app.planning.intervals import wilson
from app.planning.questions import FormVersion
from app.planning.reasons import Reason
from app.records.aggregates import Publication

LIMA = ZoneInfo("America/Lima")


def _the_day(
    day: Annotated[Day | None, Query(description="A qué fecha; hoy en Lima si no se dice.")] = None,
) -> date:
    return day or datetime.now(LIMA).date()


DayDep = Annotated[date, Depends(_the_day)]


class ReasonOut(BaseModel):
    """Why: a code, its raw numbers, and a sentence in Spanish."""

    code: str = Field(examples=["gap"])
    sentence: str = Field(examples=["La brecha media hasta la meta es 42 %."])
    numbers: dict[str, float | int | str] = {}

    @classmethod
    def of(cls, reason: Reason) -> "ReasonOut":
        """A reason as machines read it."""
        return cls(code=reason.code, sentence=reason.sentence, numbers=dict(reason.numbers))


class CountOut(BaseModel):
    """How many have it of how many asked; the range is Wilson's of 95 %."""

    x: int = Field(examples=[12])
    n: int = Field(examples=[31])
    missing: int = Field(default=0, examples=[2])
    population: int | None = Field(
        default=None, description="N; nulo donde nadie lo sabe.", examples=[35]
    )
    share: float | None = Field(default=None, description="x entre n, de 0 a 1.", examples=[0.387])
    low: float | None = Field(default=None, examples=[0.24])
    high: float | None = Field(default=None, examples=[0.55])

    @classmethod
    def of(cls, count: Count) -> "CountOut":
        """A count as machines read it."""
        interval = wilson(count)
        return cls(
            x=count.x,
            n=count.n,
            missing=count.missing,
            population=count.population,
            share=count.share,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
        )


class IndicatorOut(BaseModel):
    """One indicator of the catalogue; every practice is one."""

    code: str = Field(examples=["P-F1"])
    name_es: str = Field(examples=["Se lavan las manos con agua y jabón"])
    name_en: str
    numerator: str
    denominator: str
    direction: str = Field(description="up: más es mejor; down: menos es mejor.", examples=["up"])
    unit: str = Field(
        description="person, home, community, commitment, action, request o post.",
        examples=["home"],
    )
    dimension: str = Field(examples=["hygiene"])
    sensitivity: str = Field(examples=["none"])
    practice: bool

    @classmethod
    def of(cls, indicator: Indicator) -> "IndicatorOut":
        """An indicator as machines read it."""
        return cls(
            code=indicator.code,
            name_es=indicator.name_es,
            name_en=indicator.name_en,
            numerator=indicator.numerator,
            denominator=indicator.denominator,
            direction=indicator.direction,
            unit=indicator.unit,
            dimension=indicator.dimension,
            sensitivity=indicator.sensitivity,
            practice=indicator.practice,
        )


class RolledOut(BaseModel):
    """An indicator over a place.

    ``state`` is counted for those who may see the registers; the public gets what was
    published: published, pooled, suppressed or empty, of the round ``round``.
    """

    indicator: str = Field(examples=["P-F1"])
    name_es: str
    dimension: str
    state: str = Field(examples=["counted"])
    count: CountOut | None
    with_data: int | None = Field(default=None, description="Comunidades con dato.", examples=[31])
    communities: int | None = Field(default=None, examples=[40])
    round: str | None = Field(default=None, examples=["2027-I"])

    @classmethod
    def of(cls, rolled: Rolled) -> "RolledOut":
        """A rolled-up figure as machines read it."""
        return cls(
            indicator=rolled.indicator.code,
            name_es=rolled.indicator.name_es,
            dimension=rolled.indicator.dimension,
            state="counted",
            count=CountOut.of(rolled.count),
            with_data=rolled.with_data,
            communities=rolled.communities,
        )

    @classmethod
    def public(cls, row: Publication, indicator: Indicator) -> "RolledOut":
        """A public figure as machines read it."""
        return cls(
            indicator=indicator.code,
            name_es=indicator.name_es,
            dimension=indicator.dimension,
            state=row.state,
            count=public_count(row),
            round=row.round_label,
        )


def public_count(row: Publication) -> CountOut | None:
    """The count of a public figure; None where it is kept back."""
    if row.x is None or row.n is None:
        return None
    return CountOut.of(Count(row.x, row.n))


class FormVersionOut(BaseModel):
    """A version of a form that stands behind a figure."""

    instrument: str = Field(examples=["household_monitoring"])
    version: int = Field(examples=[1])

    @classmethod
    def of_all(cls, forms: Sequence[FormVersion]) -> "list[FormVersionOut]":
        """The versions as machines read them."""
        return [cls(instrument=each.instrument, version=each.version) for each in forms]


class CommunityFigureOut(BaseModel):
    """One indicator in one community, with the round that gave it."""

    community: str = Field(examples=["2209990001"])
    name: str
    state: str = Field(description="counted o missing; al público, lo publicado.")
    count: CountOut | None
    verified: int | None = None
    source: str | None = Field(
        default=None, description="lines, totals o register.", examples=["lines"]
    )
    round: str | None = Field(default=None, examples=["2027-I"])
    held_on: date | None = None
    typed_x: int | None = Field(
        default=None, description="El total anotado junto a las fichas de hogar."
    )
    typed_n: int | None = None
    forms: list[FormVersionOut] = Field(
        default_factory=list,
        description="Versiones de las fichas detrás; vacío en lo que dan los registros.",
    )

    @classmethod
    def of(cls, member: Member, figure: Figure | None) -> "CommunityFigureOut":
        """A community's figure as machines read it; missing where it has none."""
        if figure is None:
            return cls(community=member.code, name=member.name, state="missing", count=None)
        typed_x, typed_n = figure.typed or (None, None)
        return cls(
            community=member.code,
            name=member.name,
            state="counted",
            count=CountOut.of(figure.count),
            verified=figure.verified,
            source=figure.source,
            round=figure.label,
            held_on=figure.held_on,
            typed_x=typed_x,
            typed_n=typed_n,
            forms=FormVersionOut.of_all(figure.forms),
        )


class PointOut(BaseModel):
    """One round of a trend; ``communities`` is how many stand behind it."""

    round: str = Field(examples=["2027-I"])
    held_on: date
    count: CountOut
    communities: int = Field(examples=[31])
    forms: list[FormVersionOut] = Field(
        default_factory=list, description="Versiones de las fichas detrás; al público, ninguna."
    )

    @classmethod
    def of(cls, point: Point) -> "PointOut":
        """A point as machines read it."""
        return cls(
            round=point.label,
            held_on=point.held_on,
            count=CountOut.of(point.count),
            communities=point.communities,
            forms=FormVersionOut.of_all(point.forms),
        )


class CardLineOut(BaseModel):
    """One indicator on a community's card."""

    indicator: str = Field(examples=["P-F1"])
    name_es: str
    dimension: str
    figure: CommunityFigureOut
    change: ReasonOut | None = Field(
        default=None, description="Qué cambió entre las dos últimas rondas."
    )
    points: list[PointOut]

    @classmethod
    def of(cls, line: CardLine, member: Member) -> "CardLineOut":
        """A line as machines read it."""
        return cls(
            indicator=line.indicator.code,
            name_es=line.indicator.name_es,
            dimension=line.indicator.dimension,
            figure=CommunityFigureOut.of(member, line.figure),
            change=ReasonOut.of(line.change.reason) if line.change else None,
            points=[PointOut.of(point) for point in line.points],
        )
