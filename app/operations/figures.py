"""Figures as screens, the API and the ranking read them: counts with their round and source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.planning.changes import Change, asked_otherwise, change, threshold_moved
from app.planning.counts import Count, total
from app.planning.gaps import Direction
from app.planning.questions import FormVersion, Reworded, same_question

THRESHOLD = "threshold"  # stands where a form would: rounds under two of them are not compared


@dataclass(frozen=True, slots=True)
class Limit:
    """From which share on something counts in a district, since when, and who says so."""

    share: float
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is shown of an indicator beside its figures; ``measures`` are its practices.

    ``limit`` is the threshold that the district set for it, which its names tell too.
    """

    id: int
    code: str
    name_es: str
    name_en: str
    numerator: str
    denominator: str
    direction: Direction
    unit: str
    dimension: str
    sensitivity: str
    measures: tuple[str, ...] = ()
    limit: Limit | None = None

    @property
    def practice(self) -> bool:
        """It is a practice of the catalogue, told as an indicator of its own."""
        return self.measures == (self.code,)

    @property
    def sensitive(self) -> bool:
        """Kept from all but the health role below the district."""
        return self.sensitivity == "sensitive"


@dataclass(frozen=True, slots=True)
class Member:
    """A community as a district's figures see it; ``last_round`` is its newest of the year."""

    id: int
    code: str
    name: str
    people: int | None
    homes: int | None
    last_round: str | None = None
    held_on: date | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of one indicator in one community, and the round that gave it.

    ``source`` is lines, totals or register; ``typed`` is the (x, n) of the total that
    stood beside household lines; ``forms`` are the versions of the forms behind it, none for
    what a register gives.
    """

    count: Count
    verified: int
    source: str
    label: str
    held_on: date
    typed: tuple[int, int] | None
    forms: tuple[FormVersion, ...] = ()

    @property
    def differs(self) -> bool:
        """The typed total says something else than the household lines."""
        return self.typed is not None and self.typed != (self.count.x, self.count.n)


@dataclass(frozen=True, slots=True)
class Rolled:
    """An indicator over a place: all its communities with data together."""

    indicator: Indicator
    count: Count
    verified: int
    with_data: int
    communities: int


@dataclass(frozen=True, slots=True)
class Point:
    """One round of a trend; ``communities`` is how many stand behind it, ``forms``
    the versions of their forms.
    """

    label: str
    held_on: date
    count: Count
    communities: int
    forms: tuple[FormVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A place on a date; ``figures`` by indicator code, then by community code.

    ``reworded`` is what versions of the forms ask otherwise than those before them.
    """

    day: date
    members: tuple[Member, ...]
    indicators: Mapping[str, Indicator]
    figures: Mapping[str, Mapping[str, Figure]]
    reworded: Reworded = field(default_factory=dict)

    @property
    def current(self) -> int:
        """Communities with a counted round of the last twelve months."""
        return sum(1 for member in self.members if member.last_round is not None)

    def rolled(self, code: str) -> Rolled:
        """One indicator over the whole place."""
        found = self.figures.get(code, {})
        known = [figure for figure in found.values() if figure.count.n or figure.count.empty]
        count = total(figure.count for figure in found.values()) if found else Count(0, 0)
        return Rolled(
            self.indicators[code],
            count,
            sum(figure.verified for figure in known),
            sum(1 for figure in known if figure.count.n),
            len(self.members),
        )

    def all_rolled(self) -> list[Rolled]:
        """Every indicator that somebody has a figure of, by code."""
        return [self.rolled(code) for code in self.indicators if code in self.figures]

    def moved(self, code: str, before: Figure | Point, after: Figure | Point) -> Change:
        """What changed of an indicator between two rounds, where both asked the same of it."""
        known = self.indicators[code]
        asked = {code, *known.measures}
        if not same_question(before.forms, after.forms, asked, self.reworded):
            moved = any(form.instrument == THRESHOLD for form in after.forms)
            return (threshold_moved if moved else asked_otherwise)(before.count, after.count)
        return change(before.count, after.count, known.direction)

    def last_move(self, code: str, points: Sequence[Point]) -> Change | None:
        """What changed between the last two rounds with answers; None where there is one alone."""
        told = [point for point in points if point.count.n]
        return self.moved(code, told[-2], told[-1]) if len(told) > 1 else None

    def by_community(self, code: str, *, health: bool) -> Mapping[str, Figure]:
        """The figures of one indicator by community code; none for whom it is closed."""
        if self.indicators[code].sensitive and not health:
            return {}
        return self.figures.get(code, {})


@dataclass(frozen=True, slots=True)
class CardLine:
    """One indicator on a community's card, with its rounds, the oldest first."""

    indicator: Indicator
    figure: Figure
    points: tuple[Point, ...]
    change: Change | None
