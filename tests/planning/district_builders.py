"""Small districts that state only what a test is about, and random ones for properties."""

from random import Random

from hypothesis import strategies as st

from app.planning.counts import Count, Unit
from app.planning.evidence import Community, Evidence, Indicator, Votes
from app.planning.gaps import Goal

UP = Goal(target=0.8, worst=0.0, direction="up")
DOWN = Goal(target=0.1, worst=0.6, direction="down")
EVEN = {"gap": 25.0, "people": 25.0, "equity": 25.0, "assembly": 25.0}


def an_indicator(
    code: str, dimension: str = "agua", unit: Unit = "person", weight: float = 1, goal: Goal = UP
) -> Indicator:
    return Indicator(code, dimension, goal, unit, weight)


def a_community(
    code: str, people: int = 100, homes: int = 25, equity: float | None = 0.5
) -> Community:
    return Community(code, people, homes, equity)


@st.composite
def districts(draw: st.DrawFn) -> Evidence:
    """Three to seven communities, two to six indicators, holes, votes and problems."""
    communities = [
        a_community(
            f"c{index}",
            people=draw(st.integers(0, 400)),
            homes=draw(st.integers(0, 90)),
            equity=draw(st.none() | st.sampled_from([0.0, 0.25, 0.5, 1.0])),
        )
        for index in range(draw(st.integers(3, 7)))
    ]
    indicators = [
        an_indicator(
            f"i{index}",
            dimension=draw(st.sampled_from(["agua", "niñez", "parto"])),
            unit=draw(st.sampled_from(["person", "home", "community"])),
            weight=draw(st.sampled_from([1.0, 2.0])),
            goal=draw(st.sampled_from([UP, DOWN])),
        )
        for index in range(draw(st.integers(2, 6)))
    ]
    counts: dict[tuple[str, str], Count] = {}
    votes: dict[tuple[str, str], Votes] = {}
    for indicator in indicators:
        for community in communities:
            key = (indicator.code, community.code)
            if draw(st.integers(0, 9)):
                n = draw(st.integers(0, 30))
                population = draw(st.none() | st.integers(0, 40))
                counts[key] = Count(draw(st.integers(0, n)), n, population=population)
            if not draw(st.integers(0, 3)):
                votes[key] = Votes(draw(st.integers(0, 20)), draw(st.integers(0, 20)))
    if draw(st.booleans()):
        votes["puente", communities[0].code] = Votes(3, 4)
    return Evidence(tuple(indicators), tuple(communities), counts, votes)


def shuffled(evidence: Evidence, random: Random) -> Evidence:
    """The same district, arriving in another order."""
    indicators, communities = list(evidence.indicators), list(evidence.communities)
    counts, votes = list(evidence.counts.items()), list(evidence.votes.items())
    for rows in (indicators, communities, counts, votes):
        random.shuffle(rows)
    return Evidence(tuple(indicators), tuple(communities), dict(counts), dict(votes))
