"""Classes of a choropleth: where to cut, which colour, what the legend says.

A class holds its lower edge and not its upper, but the last holds both: ``map-layers.js``
follows the same rule. Natural breaks are exact (Fisher 1958, "On grouping for maximum
homogeneity"): the cuts with the least squared distance to the means of the classes.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WARM = ("#fdebc8", "#f7c37b", "#e78a4b", "#c44e33", "#8a1f2b")
"""Risk and gap, light to dark; the r1 to r5 of the look, ordered also in grey print."""
COOL = ("#e3eef6", "#b3d0e5", "#7aaccf", "#3f7fb0", "#1c4f7c")
"""What is plain size (people, homes), light to dark."""
CHANGE = ("#2f6f95", "#9cc4d6", "#eeebe4", "#eab07c", "#a8442a")
"""Change between two rounds: blue is down, red is up, safe for colour-blind readers."""
_DIGITS = 4
NO_DATA = "#8b8f98"
"""Grey of the ring and of the hatching for what is not known."""


class Method(StrEnum):
    """How the cuts are found."""

    EQUAL = "equal"
    QUANTILES = "quantiles"
    NATURAL = "natural"


@dataclass(frozen=True, slots=True)
class Wording:
    """How a legend writes numbers; the defaults are Spanish of Peru."""

    between: str = "{low} a {high}"
    decimal: str = ","
    group: str = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Classes:
    """Edges (one more than classes), a colour and a label a class."""

    edges: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]

    def class_of(self, value: float | None) -> int | None:
        """Place of the class from 0; beyond the edges the nearest; ``None`` for not known."""
        if value is None or value != value:  # noqa: PLR0124  # NaN
            return None
        return min(max(bisect_right(self.edges, value) - 1, 0), len(self.colours) - 1)

    def colour_of(self, value: float | None) -> str | None:
        """Colour of the class; ``None`` is drawn as hatching, never as a colour."""
        found = self.class_of(value)
        return None if found is None else self.colours[found]


def fixed(
    edges: Sequence[float],
    *,
    unit: str = "",
    ramp: Sequence[str] = WARM,
    dark_low: bool = False,
    wording: Wording | None = None,
) -> Classes:
    """Classes between given edges (rising), of two to six.

    Parameters
    ----------
    edges
        Of the values themselves; for ``unit="%"`` shares from 0 to 1.
    unit
        Written after the numbers; ``%`` multiplies by 100.
    ramp
        Five colours, light to dark.
    dark_low
        Whether the dark colour is for low values (where more is better).
    wording
        How numbers are written.

    Raises
    ------
    ValueError
        The edges do not rise, or there are too few or too many.
    """
    found = tuple(float(edge) for edge in edges)
    if not 2 <= len(found) <= len(ramp) + 1 or sorted(set(found)) != list(found):
        raise ValueError(f"edges must rise, 2 to {len(ramp) + 1} of them: {found}")
    colours = _spread(ramp, len(found) - 1)
    labels = _labels(found, unit, wording or Wording())
    return Classes(found, colours[::-1] if dark_low else colours, labels)


def of_values(
    values: Iterable[float | None],
    method: Method = Method.NATURAL,
    count: int = 5,
    *,
    unit: str = "",
    ramp: Sequence[str] = WARM,
    dark_low: bool = False,
    wording: Wording | None = None,
) -> Classes | None:
    """Classes for the values at hand, cut at round numbers; ``None`` where none is known.

    There may be fewer than ``count``: as many as the values and their rounding allow.
    """
    known = np.array([value for value in values if value is not None], dtype=float)
    known = np.sort(known[np.isfinite(known)])
    if not len(known):
        return None
    cuts = _CUTS[method](known, min(count, len(np.unique(known)), len(ramp)))
    edges = _rounded_edges(known, cuts, 100 if unit == "%" else 1)
    return fixed(edges, unit=unit, ramp=ramp, dark_low=dark_low, wording=wording)


def _equal(known: NDArray[np.float64], count: int) -> list[float]:
    return [float(cut) for cut in np.linspace(known[0], known[-1], count + 1)[1:-1]]


def _quantiles(known: NDArray[np.float64], count: int) -> list[float]:
    """Classes of as many values each; where the lowest value alone fills one, of the others.

    So four districts in five without a hospital bed do not hide the differences of the fifth.
    """
    above = known[known > known[0]]
    if count > 2 and len(above) and np.quantile(known, 1 / count) == known[0]:
        return [float(above[0]), *_quantiles(above, count - 1)]
    return [float(np.quantile(known, part / count)) for part in range(1, count)]


def _natural(known: NDArray[np.float64], count: int) -> list[float]:
    """Cuts half-way between the last value of a class and the first of the next."""
    values, times = np.unique(known, return_counts=True)
    weight = np.concatenate([[0], np.cumsum(times)])
    first = np.concatenate([[0.0], np.cumsum(values * times)])
    second = np.concatenate([[0.0], np.cumsum(values**2 * times)])

    def spread_to(end: int) -> NDArray[np.float64]:
        """Squared distance to the mean of the values from each start up to ``end``."""
        begin = np.arange(end)
        mass, total = weight[end] - weight[begin], first[end] - first[begin]
        squares: NDArray[np.float64] = second[end] - second[begin] - total**2 / mass
        return squares

    size = len(values)
    spreads = [np.zeros(0)] + [spread_to(end) for end in range(1, size + 1)]
    best = np.array([np.inf] + [spreads[end][0] for end in range(1, size + 1)])
    best[0] = 0.0
    starts = []
    for _ in range(1, count):
        sums = [best[:end] + spreads[end] for end in range(1, size + 1)]
        starts.append([0] + [int(np.argmin(one)) for one in sums])
        best = np.array([0.0] + [float(one.min()) for one in sums])
    cuts, end = [], size
    for start in reversed(starts):
        end = start[end]
        if end > 0:
            cuts.append(float(values[end - 1] + values[end]) / 2)
    return sorted(cuts)


_CUTS = {Method.EQUAL: _equal, Method.QUANTILES: _quantiles, Method.NATURAL: _natural}


def _rounded_edges(known: NDArray[np.float64], cuts: list[float], scale: int) -> list[float]:
    """Edges at numbers short enough to be said, and long enough to keep all cuts apart.

    About a hundredth of the range; where nearly all values crowd at one end, as beds of
    hospitals do at none, a tenth of that until no two cuts fall together.
    """
    low, high = float(known[0]) * scale, float(known[-1]) * scale
    if high > low:
        step = 10.0 ** np.floor(np.log10((high - low) / 100) + 0.8)
    else:
        step = min(1.0, 10.0 ** np.floor(np.log10(abs(high)))) if high else 1.0
    finest = 10.0**-_DIGITS  # a label has so many decimals at most
    step = max(float(step), finest)
    wanted = len(set(cuts)) + 2
    edges = _at_steps(low, high, cuts, scale, step)
    while len(edges) < wanted and step > finest:
        step = max(step / 10, finest)
        finer = _at_steps(low, high, cuts, scale, step)
        edges = finer if len(finer) > len(edges) else edges
    return [float(np.round(edge, 10)) / scale for edge in edges]


def _at_steps(low: float, high: float, cuts: list[float], scale: int, step: float) -> list[float]:
    """The ends and the cuts between them, each at a whole number of steps."""
    ends = float(np.floor(low / step) * step), float(np.ceil(high / step) * step)
    if ends[0] == ends[1]:
        ends = ends[0], ends[0] + step
    inner = {round(cut * scale / step) * step for cut in cuts}
    return [edge for edge in sorted({*inner, *ends}) if ends[0] <= edge <= ends[1]]


def _spread(ramp: Sequence[str], count: int) -> tuple[str, ...]:
    """So many colours of the ramp, its dark end always among them."""
    if count == 1:
        return (ramp[len(ramp) // 2],)
    return tuple(ramp[round(place * (len(ramp) - 1) / (count - 1))] for place in range(count))


def _labels(edges: tuple[float, ...], unit: str, wording: Wording) -> tuple[str, ...]:
    scaled = [edge * 100 if unit == "%" else edge for edge in edges]
    digits = next(
        (d for d in range(_DIGITS) if all(abs(round(edge, d) - edge) < 1e-9 for edge in scaled)),
        _DIGITS,
    )
    texts = [_number(edge, digits, wording) for edge in scaled]
    ending = f"\N{NO-BREAK SPACE}{unit}" if unit else ""
    return tuple(
        wording.between.format(low=low, high=high) + ending for low, high in pairwise(texts)
    )


def _number(value: float, digits: int, wording: Wording) -> str:
    text = f"{value:,.{digits}f}"
    return text.translate({ord(","): wording.group, ord("."): wording.decimal})
