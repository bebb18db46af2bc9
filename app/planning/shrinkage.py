"""Shares drawn towards their common mean, for colours on a map and for nothing else.

One of three families is 33 %, and means little; one of three hundred means much. What few
were asked is drawn towards the district's mean, by how much the communities differ beyond
chance (beta-binomial empirical Bayes). The spread is clamped at zero: without it the order of
communities can turn round. Where everybody was asked nothing is drawn. Tables, texts and
ranks use what was counted.

References
----------
Morris 1983, Parametric empirical Bayes inference; Marshall 1991, Mapping disease and mortality
rates using empirical Bayes estimators; planning.md 5.3 of the design (the clamp).
"""

from collections.abc import Mapping, Sequence

from app.planning.counts import Count

FEWEST = 3  # communities from which a spread can be told


def spread(known: Sequence[Count], mean: float) -> float:
    """Variance of the true shares among communities, by moments, never under zero."""
    n = sum(each.n for each in known)
    seen = sum(each.n * ((each.share or 0.0) - mean) ** 2 for each in known)
    by_chance = mean * (1 - mean) * (len(known) - 1)
    scale = n - sum(each.n**2 for each in known) / n
    return max(0.0, (seen - by_chance) / scale) if scale > 0 else 0.0


def shaded(counts: Mapping[str, Count]) -> dict[str, float | None]:
    """The share of each community for its colour, 0 to 1; None where nobody answered.

    With fewer than three communities with answers each keeps its own.
    """
    known = [each for each in counts.values() if each.n]
    if len(known) < FEWEST:
        return {code: count.share for code, count in counts.items()}
    mean = sum(each.x for each in known) / sum(each.n for each in known)
    between = spread(known, mean)
    return {code: _shaded(count, mean, between) for code, count in counts.items()}


def _shaded(count: Count, mean: float, between: float) -> float | None:
    if count.share is None:
        return None
    own = mean * (1 - mean) / count.n * _unseen(count)
    weight = between / (between + own) if between + own > 0 else 1.0
    return mean + weight * (count.share - mean)


def _unseen(count: Count) -> float:
    """How much of the chance stays: none where all of them were asked, 1 of an unknown many."""
    if count.population is None or count.population <= 1:
        return 1.0
    return max(0.0, (count.population - count.n) / (count.population - 1))
