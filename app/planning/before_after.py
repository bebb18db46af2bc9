"""Before and after a work, for the families that were seen both times; it says no cause.

A family has a trait or has it not, before and after, so that four numbers tell all: it kept the
trait, gained it, lost it, or never had it. Whether gains and losses differ by more than chance
is McNemar's exact test (the two-sided sign test on those that changed), and how large the change
may be is Newcombe's interval for paired shares. Both must speak before one of the words is said.

A community that was chosen for being the worst comes back towards the others by itself when it
is measured again. The change to be expected without any work is the distance from its share to
that share drawn towards the district's mean (beta-binomial empirical Bayes, its spread clamped
at zero). "Mejoró" is said only of a change beyond that; the allowance never makes a word easier.

Nothing here says why something changed.

References
----------
McNemar 1947, Note on the sampling error of the difference between correlated proportions;
Newcombe 1998, Improved confidence intervals for the difference between binomial proportions
based on paired data, Statistics in Medicine 17:2635, method 10; Morris 1983, Parametric empirical
Bayes inference; planning.md 5.3 (clamped moments).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import comb, hypot, sqrt
from typing import Literal

from app.planning.counts import Count
from app.planning.gaps import Direction
from app.planning.intervals import Z95, Interval, wilson
from app.planning.reasons import Number, Reason
from app.planning.shrinkage import FEWEST as FEWEST_COMMUNITIES
from app.planning.shrinkage import spread
from app.planning.ties import DECIMALS

Word = Literal["not_yet", "unknown", "improved", "same", "worsened"]
FEWEST = 5
MONTHS = 6
LEVEL = 0.05
RELEVANT = 0.20
"""A change that nobody would call the same, where no change was stated beforehand."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Families by whether they had the trait before and have it after."""

    kept: int = 0
    gained: int = 0
    lost: int = 0
    never: int = 0

    @classmethod
    def of(cls, seen: Iterable[tuple[bool, bool]]) -> "Pairs":
        """Counted from (before, after) of each family."""
        found = [0, 0, 0, 0]
        for before, after in seen:
            found[(0 if after else 2) if before else (1 if after else 3)] += 1
        return cls(*found)

    @property
    def n(self) -> int:
        """Families seen both times."""
        return self.kept + self.gained + self.lost + self.never

    @property
    def before(self) -> Count:
        """With the trait before."""
        return Count(self.kept + self.lost, self.n)

    @property
    def after(self) -> Count:
        """With the trait after."""
        return Count(self.kept + self.gained, self.n)

    @property
    def difference(self) -> float:
        """After less before, in shares; 0 where nobody was seen."""
        return (self.gained - self.lost) / self.n if self.n else 0.0

    @property
    def reversed(self) -> "Pairs":
        """With before and after in each other's place."""
        return Pairs(self.kept, self.lost, self.gained, self.never)


@dataclass(frozen=True, slots=True)
class Expected:
    """The change stated at approval, in shares 0 to 1."""

    before: float | None
    after: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """One of five words with its reason.

    ``difference`` and ``interval`` are after less before in shares; ``returns`` is the change to
    be expected without any work, None where the district cannot tell; ``chance`` the p of the
    exact test.
    """

    word: Word
    reason: Reason
    pairs: Pairs
    difference: float | None = None
    interval: Interval | None = None
    returns: float | None = None
    chance: float | None = None
    beside: Pairs | None = None


def opens_on(delivered_on: date) -> date:
    """The first day whose round may measure what a work left: six months after hand-over."""
    months = delivered_on.year * 12 + delivered_on.month - 1 + MONTHS
    year, month = divmod(months, 12)
    for shorter in range(4):  # 31 August and six months: the last day of February
        try:
            return date(year, month + 1, delivered_on.day - shorter)
        except ValueError:
            continue
    raise AssertionError  # no month has fewer than 28 days


def waiting(delivered_on: date | None, last_round: date | None, day: date) -> Reason | None:
    """Why it cannot be measured yet; None once a round came six months after hand-over."""
    if delivered_on is None:
        return Reason("not_delivered", TEXTS["not_delivered"])
    opens = opens_on(delivered_on)
    if last_round is not None and last_round >= opens:
        return None
    if day < opens:
        return Reason("not_yet", TEXTS["not_yet"], {"opens": opens.isoformat()})
    return Reason("due", TEXTS["due"], {"opens": opens.isoformat()})


def exact_p(gained: int, lost: int) -> float:
    """Two-sided p of McNemar's exact test: 1 where nobody changed."""
    n, fewer = gained + lost, min(gained, lost)
    return min(1.0, 2 * sum(comb(n, each) for each in range(fewer + 1)) / 2**n) if n else 1.0


def paired_interval(pairs: Pairs, z: float = Z95) -> Interval | None:
    """Newcombe's interval of after less before; None where nobody was seen."""
    first, second = wilson(pairs.before, z), wilson(pairs.after, z)
    if first is None or second is None:
        return None
    before, after = pairs.before.share or 0.0, pairs.after.share or 0.0
    phi = _phi(pairs)
    down = _joined(after - second.low, first.high - before, phi)
    up = _joined(second.high - after, before - first.low, phi)
    difference = pairs.difference
    return Interval(max(-1.0, difference - down), min(1.0, difference + up))


def _joined(one: float, other: float, phi: float) -> float:
    return sqrt(max(0.0, hypot(one, other) ** 2 - 2 * phi * one * other))


def _phi(pairs: Pairs) -> float:
    """How before and after go together, corrected for continuity where they do."""
    a, b, c, d = pairs.kept, pairs.gained, pairs.lost, pairs.never
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    together = float(a * d - b * c)
    if together > 0:
        together = max(together - pairs.n / 2, 0.0)
    return together / sqrt(margins)


def expected_return(served: Count, district: Sequence[Count]) -> float | None:
    """How much a share would come back towards the district's mean by itself.

    Parameters
    ----------
    served
        Those measured before, of the communities that were chosen.
    district
        Every community of the district in the same rounds, those chosen among them.

    Returns
    -------
    The change in share, towards the mean always; None with fewer than three communities, of
    which no spread can be told.
    """
    known = [each for each in district if each.n]
    if served.share is None or len(known) < FEWEST_COMMUNITIES:
        return None
    n = sum(each.n for each in known)
    mean = sum(each.x for each in known) / n
    between = spread(known, mean)
    own = mean * (1 - mean) / served.n
    # Nothing tells the communities apart: all of the distance is chance.
    weight = between / (between + own) if between + own > 0 else 1.0
    return (1 - weight) * (mean - served.share)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured: ``district`` are all communities in the rounds before."""

    pairs: Pairs
    beside: Pairs | None = None
    district: Sequence[Count] = ()
    has_before: bool = True


def verdict(seen: Seen, direction: Direction, expected: Expected | None = None) -> Verdict:
    """Say one of four words of the families that were seen both times.

    The interval is held against zero and against what would come back by itself, whichever asks
    for more. "Igual" is said only where the interval leaves out the change that was stated, or a
    fifth of the families where none was; else nobody can know.
    """
    pairs = seen.pairs
    beside = seen.beside if seen.beside is not None and seen.beside.n >= FEWEST else None
    if not seen.has_before:
        reason = Reason("no_before", TEXTS["no_before"])
        return Verdict("unknown", reason, pairs, beside=beside)
    if pairs.n < FEWEST:
        text = FEW.get(pairs.n, TEXTS["few_pairs"])
        reason = Reason("few_pairs", text, {"n": pairs.n})
        return Verdict("unknown", reason, pairs, beside=beside)
    interval = paired_interval(pairs)
    assert interval is not None  # n is 5 or more
    returns = expected_return(pairs.before, seen.district)
    chance = exact_p(pairs.gained, pairs.lost)
    word = _word(interval, chance, returns or 0.0, (direction, expected))
    better, worse = pairs.gained, pairs.lost
    if direction == "down":
        better, worse = worse, better
    numbers: dict[str, Number] = {
        "x0": pairs.before.x,
        "x1": pairs.after.x,
        "n": pairs.n,
        "better": better,
        "worse": worse,
    }
    code = "too_few" if word == "unknown" else word
    reason = Reason(code, TEXTS[code], numbers)
    if word == "unknown" and chance <= LEVEL and not interval.low <= 0 <= interval.high:
        numbers = {**numbers, "returns_share": abs(returns or 0.0)}
        reason = Reason("by_itself", TEXTS["by_itself"], numbers)
    return Verdict(word, reason, pairs, pairs.difference, interval, returns, chance, beside)


def _word(
    interval: Interval, chance: float, returns: float, asked: tuple[Direction, Expected | None]
) -> Word:
    direction, expected = asked
    low, high = (interval.low, interval.high)
    if direction == "down":  # from here on more is better
        low, high, returns = -high, -low, -returns
    low, high = round(low, DECIMALS), round(high, DECIMALS)
    if chance <= LEVEL and low > max(0.0, returns):
        return "improved"
    if chance <= LEVEL and high < min(0.0, returns):
        return "worsened"
    most = _promised(expected) or RELEVANT
    return "same" if high < most and low > -most else "unknown"


def _promised(expected: Expected | None) -> float:
    if expected is None or expected.before is None:
        return 0.0
    return abs(expected.after - expected.before)


TEXTS: dict[str, str] = {
    "not_delivered": "Todavía no toca medir: la obra no se entregó.",
    "not_yet": "Todavía no toca medir: se mira en la primera ronda desde el {opens}, "
    "seis meses después de la entrega.",
    "due": "Ya toca medir: falta una ronda aprobada desde el {opens}.",
    "no_before": "No se puede saber: no hay ninguna ronda de antes de la obra.",
    "few_pairs": "No se puede saber: solo {n} familias se vieron en las dos rondas, y hacen "
    "falta 5.",
    "improved": "Mejoró: de {n} familias vistas las dos veces, antes {x0} y después {x1}; "
    "{better} están mejor y {worse} peor.",
    "same": "Igual: de {n} familias vistas las dos veces, antes {x0} y después {x1}; "
    "{better} están mejor y {worse} peor.",
    "worsened": "Empeoró: de {n} familias vistas las dos veces, antes {x0} y después {x1}; "
    "{better} están mejor y {worse} peor.",
    "by_itself": "No se puede saber: de {n} familias, antes {x0} y después {x1}, pero a quien se "
    "elige por estar peor le toca volver hacia el promedio, aquí unos {returns_share} de las "
    "familias.",
    "too_few": "No se puede saber: de {n} familias vistas las dos veces, antes {x0} y después "
    "{x1}; son pocas para distinguir un cambio de la casualidad.",
}


def bare(found: Verdict) -> Reason:
    """The word alone, without counts: what the public reads of few families."""
    return Reason(found.word, BARE[found.word])


FEW: dict[int, str] = {
    0: "No se puede saber: ninguna familia se vio en las dos rondas, y hacen falta 5.",
    1: "No se puede saber: solo una familia se vio en las dos rondas, y hacen falta 5.",
}
BARE: dict[str, str] = {
    "improved": "Mejoró.",
    "same": "Igual.",
    "worsened": "Empeoró.",
    "unknown": "No se puede saber.",
}
