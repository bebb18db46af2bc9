"""What was measured, as rows: the table for people and the list for programs."""

import json
import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure must be: a bound on the ratio to the reference, or on the value itself."""

    sign: str
    bound: float
    of_ratio: bool = False

    def holds(self, value: float, ratio: float | None) -> bool:
        """Whether it is met; a ratio that could not be measured meets nothing."""
        judged = ratio if self.of_ratio else value
        return judged is not None and bool(SIGNS[self.sign](judged, self.bound))

    def __str__(self) -> str:
        """As the table and the file tell it."""
        return f"{'ratio ' if self.of_ratio else ''}{self.sign} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: the median of what was measured, and that of its reference.

    Parameters
    ----------
    measured
        Every measurement, in ``unit``; one alone where a figure cannot be repeated.
    reference
        Those of what it is held against, in the same unit and taken in the same run.
    """

    name: str
    unit: str
    measured: Sequence[float]
    reference: Sequence[float] = field(default=())
    goal: Goal | None = None

    @property
    def value(self) -> float:
        """The median."""
        return median(self.measured)

    @property
    def ratio(self) -> float | None:
        """Value over reference, or None where there is nothing to hold it against."""
        return self.value / median(self.reference) if self.reference else None

    @property
    def holds(self) -> bool | None:
        """Whether the goal is met, or None where none was set."""
        return None if self.goal is None else self.goal.holds(self.value, self.ratio)

    def as_json(self) -> dict[str, Any]:
        """The row for programs."""
        return {
            "name": self.name,
            "value": _rounded(self.value),
            "reference": _rounded(median(self.reference)) if self.reference else None,
            "ratio": _rounded(self.ratio) if self.ratio is not None else None,
            "goal": str(self.goal) if self.goal else None,
            "holds": self.holds,
            "unit": self.unit,
        }


def _rounded(number: float) -> float:
    return float(f"{number:.4g}") if abs(number) < 1_000 else round(number)


def _told(number: float) -> str:
    rounded = _rounded(number)
    return f"{rounded:,.0f}" if abs(rounded) >= 1_000 else f"{rounded:g}"


def _span(numbers: Sequence[float]) -> str:
    return f"{_told(min(numbers))}..{_told(max(numbers))}" if len(numbers) > 1 else ""


def text(rows: Sequence[Row]) -> str:
    """One table; where something was measured more than once, between which figures it lay."""
    head = ("what", "value", "min..max", "reference", "ratio", "goal", "holds", "unit")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    padded = (
        "  ".join(
            cell.ljust(width) if place in (0, 5, 7) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
    return "\n".join(padded)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        _told(row.value),
        _span(row.measured),
        _told(median(row.reference)) if row.reference else "",
        f"{row.ratio:.2f}" if row.ratio is not None else "",
        str(row.goal) if row.goal else "",
        {None: "", True: "yes", False: "NO"}[row.holds],
        row.unit,
    )


def write(rows: Sequence[Row], path: Path) -> None:
    """The list for programs: name, value, reference, ratio, goal, holds, unit."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1)
    path.write_text(content + "\n", encoding="utf-8")


def broken(rows: Sequence[Row]) -> list[str]:
    """The names of the rows that miss their goal."""
    return [row.name for row in rows if row.holds is False]


def percentile(numbers: Sequence[float], share: float) -> float:
    """The smallest figure that at least this share of them do not pass (nearest rank)."""
    ordered = sorted(numbers)
    # Not one place too far for what a product like 0.55 * 20 carries in its last digit.
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]
