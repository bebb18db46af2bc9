"""Numbers that norms give, by date: in force or not, verified or not.

A norm is asked for the day of the fact, never for today: a child seen in 2024 is judged by
the table of 2024. One that nobody verified still answers, and says so; whoever asks advises
with it and never refuses.

Source: decision 10 of the design.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.errors import Invalid

MOST_LINES = 200
MOST = 1e6  # no age, altitude or dose is more; keeps infinity and no-number out


class InvalidTable(Invalid):
    """A table of a norm that cannot be read."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a norm is about: its table's columns, of which the last is the value."""

    code: str
    name: str
    unit: str
    columns: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many numbers stand in a line; a single number has one."""
        return max(1, len(self.columns))


@dataclass(frozen=True, slots=True)
class Norm:
    """What one norm says from a day on, until another day if it has ended."""

    code: str
    lines: tuple[tuple[float, ...], ...]
    source: str
    valid_from: date | None = None
    valid_to: date | None = None
    verified_by: str = ""
    verified_on: date | None = None

    @property
    def is_verified(self) -> bool:
        """Somebody read the norm itself and signed for these numbers."""
        return bool(self.verified_by) and self.verified_on is not None

    @property
    def is_loaded(self) -> bool:
        """It has numbers at all."""
        return bool(self.lines)

    def number(self) -> float | None:
        """The value of a norm that is one number; None of an empty one."""
        return self.lines[0][-1] if self.lines else None

    def at(self, value: float) -> float | None:
        """What the table gives for a value (an age, an altitude); None outside of it."""
        found = (line for line in self.lines if len(line) == 3 and line[0] <= value <= line[1])
        return next((line[2] for line in found), None)


def in_force(norms: Iterable[Norm], code: str, day: date) -> Norm | None:
    """The norm of a kind on a day; of several the one that began last."""
    found = [
        each
        for each in norms
        if each.code == code
        and (each.valid_from or date.min) <= day
        and (each.valid_to is None or day < each.valid_to)
    ]
    return max(found, key=lambda each: each.valid_from or date.min, default=None)


def table(kind: Kind, text: str) -> tuple[tuple[float, ...], ...]:
    """The lines of a table as typed or pasted, a line a row; empty is an empty table.

    Raises
    ------
    InvalidTable
        Something that is no number, a line of another width, ranges that turn back or overlap,
        or too many lines.
    """
    rows = [row for row in text.splitlines() if row.strip()]
    if len(rows) > MOST_LINES:
        raise InvalidTable(
            "La tabla tiene más de {most} renglones.", field="lines", most=MOST_LINES
        )
    lines = tuple(_line(kind, at, row) for at, row in enumerate(rows, 1))
    if kind.width == 1 and len(lines) > 1:
        raise InvalidTable("Esta norma es un solo número.", field="lines")
    _check_ranges(kind, lines)
    return lines


def _line(kind: Kind, at: int, row: str) -> tuple[float, ...]:
    parts = [part.strip().replace(",", ".") for part in row.replace("\t", ";").split(";")]
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        raise InvalidTable(
            "Renglón {row}: «{typed}» no son números.",
            remedy="Escriba los números separados por punto y coma, como 6; 11; 10,5",
            field="lines",
            row=at,
            typed=row.strip()[:40],
        ) from None
    if len(numbers) != kind.width or not all(abs(each) <= MOST for each in numbers):
        raise InvalidTable(
            "Renglón {row}: hacen falta {width} números.",
            remedy="Uno por columna, separados por punto y coma.",
            field="lines",
            row=at,
            width=kind.width,
        )
    return numbers


def _check_ranges(kind: Kind, lines: Sequence[tuple[float, ...]]) -> None:
    if kind.width != 3:
        return
    before: float | None = None
    for at, (low, high, _) in enumerate(lines, 1):
        if high < low or (before is not None and low <= before):
            raise InvalidTable(
                "Renglón {row}: su rango se cruza con el anterior o va al revés.",
                remedy="Ordene los rangos de menor a mayor, sin que se toquen.",
                field="lines",
                row=at,
            )
        before = high
