"""Small elections: by hand, and drawn for properties."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from hypothesis import strategies as st

from app.planning.allocation.elections import Ballot, Election, Option

FILE_TIES = ("support", "cost", "id")


def an_election(
    costs: Mapping[str, int], votes: Sequence[tuple[str, int]], budget: int
) -> Election:
    """Approvals: each entry of ``votes`` is letters of options and how many ballots."""
    options = tuple(Option(code, cost) for code, cost in costs.items())
    ballots = tuple(Ballot(dict.fromkeys(marks, 1), count=count) for marks, count in votes)
    return Election(options, ballots, budget)


@st.composite
def elections(
    draw: st.DrawFn, *, points: int = 1, communities: bool = False, unit: int = 1
) -> Election:
    """Up to six options and nine kinds of ballot; many ties, since numbers are small."""
    codes = "abcdef"[: draw(st.integers(1, 6))]
    costs = [unit * draw(st.integers(0, 12)) for _ in codes]
    withdrawn = [draw(st.integers(0, 9)) == 0 for _ in codes]
    options = tuple(
        Option(code, cost, zone=draw(st.sampled_from(("", "n", "s"))), withdrawn=gone)
        for code, cost, gone in zip(codes, costs, withdrawn, strict=True)
    )
    ballot = st.builds(
        Ballot,
        st.dictionaries(st.sampled_from(codes), st.integers(1, points), max_size=4),
        st.sampled_from(("p", "q") if communities else ("",)),
        st.integers(1, 4),
    )
    ballots = tuple(draw(st.lists(ballot, min_size=1, max_size=9)))
    budget = unit * draw(st.integers(0, 30))
    purses: dict[str, Fraction] = {}
    if communities:
        part = Fraction(budget * draw(st.integers(1, 9)), 10)
        purses = {"p": part, "q": budget - part}
    return Election(options, ballots, budget, purses)
