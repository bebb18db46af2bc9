"""How far the figures of a district can be trusted: what is missing, and what looks odd.

Nothing here corrects a figure or hides one; it says where somebody should look.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.operations.figures import Figure, Indicator, Member, Point, Standing
from app.operations.gathering import Gathered
from app.operations.round_trends import Trends

MUCH_MISSING = 0.2  # of those asked; above it the answers may not be those of everybody

FEW = 5  # under so many answers any change is as wide
JUMP = 0.4  # so much from one round to the next is looked at before it is believed

Kind = Literal["differs", "register_behind", "much_missing", "all_or_none", "jump"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the indicators that have a goal a community has data of."""

    member: Member
    with_data: int
    applicable: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where none applies."""
        return self.with_data / self.applicable if self.applicable else None


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A figure that deserves a look.

    ``differs``: the typed total says something else than the household lines.
    ``register_behind``: more answered than the register knows of.
    ``much_missing``: over a fifth of those asked are not known.
    ``all_or_none``: twenty answers or more, and all alike.
    ``jump``: forty points of a hundred or more from the round before, and not by chance.
    """

    kind: Kind
    indicator: Indicator
    member: Member
    figure: Figure
    before: Point | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """The report of a district."""

    coverage: tuple[Coverage, ...]
    anomalies: tuple[Anomaly, ...]


def of_district(found: Gathered, trends: Trends, *, health: bool) -> Quality:
    """The report; figures of closed indicators are not told by community."""
    measured = [indicator.code for indicator in found.evidence.indicators]
    coverage = tuple(
        _coverage(found.standing, member, measured) for member in found.standing.members
    )
    return Quality(
        tuple(sorted(coverage, key=lambda c: (c.share is None, c.share or 0.0))),
        (*_anomalies(found.standing, health), *_jumps(found.standing, trends, health)),
    )


def _coverage(standing: Standing, member: Member, measured: list[str]) -> Coverage:
    found = [standing.figures.get(code, {}).get(member.code) for code in measured]
    counts = [figure.count for figure in found if figure is not None]
    empty = sum(1 for count in counts if count.empty)
    return Coverage(member, sum(1 for count in counts if count.n), len(measured) - empty)


def _told_once(standing: Standing) -> list[str]:
    """Every measured code but practices that an indicator of another name tells alone."""
    known = standing.indicators.values()
    twins = {i.measures[0] for i in known if len(i.measures) == 1 and not i.practice}
    return [code for code in standing.figures if code not in twins]


def _anomalies(standing: Standing, health: bool) -> Iterator[Anomaly]:
    members = {member.code: member for member in standing.members}
    for code in _told_once(standing):
        for community, figure in standing.by_community(code, health=health).items():
            for kind in _kinds(figure):
                yield Anomaly(kind, standing.indicators[code], members[community], figure)


def _jumps(standing: Standing, trends: Trends, health: bool) -> Iterator[Anomaly]:
    members = {member.code: member for member in standing.members}
    for code in _told_once(standing):
        for community, figure in standing.by_community(code, health=health).items():
            rounds = trends.get(community, {}).get(code, ())
            earlier = [p for p in rounds if p.count.n >= FEW and p.held_on < figure.held_on]
            if not earlier or figure.count.n < FEW:
                continue
            indicator = standing.indicators[code]
            moved = standing.moved(code, earlier[-1], figure)
            told = moved.verdict in ("better", "worse")
            if told and abs(moved.difference or 0.0) >= JUMP:
                yield Anomaly("jump", indicator, members[community], figure, earlier[-1])


def _kinds(figure: Figure) -> Iterator[Kind]:
    count = figure.count
    if figure.differs:
        yield "differs"
    if count.register_behind:
        yield "register_behind"
    if count.missing > MUCH_MISSING * (count.n + count.missing):
        yield "much_missing"
    if count.n >= 20 and count.x in (0, count.n):
        yield "all_or_none"
