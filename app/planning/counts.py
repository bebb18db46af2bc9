"""Counts of people, homes or communities: never a rate alone.

x have the trait, n answered, missing is not known, and population is the size of the
indicator's own denominator (N), None where nobody knows it. Source: decision 8 of the
design; N < n is no error of the form but a register that lags behind reality, so the
count stands, says so, and nobody corrects for a finite population with it.

Invalid
└── InvalidCount    x, n, missing or population cannot be such
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.errors import Invalid

Unit = Literal["person", "home", "community"]


class InvalidCount(Invalid):
    """The four numbers do not fit together."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many have a trait among those who answered.

    Parameters
    ----------
    x
        With the trait, 0 to n.
    n
        Known to have it or not.
    missing
        Asked or due, not known; outside n.
    population
        The indicator's own denominator, N; None where unknown.

    Raises
    ------
    InvalidCount
        A negative number, or x over n.
    """

    x: int
    n: int
    missing: int = 0
    population: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be counted."""
        for name, number in (
            ("x", self.x),
            ("n", self.n),
            ("missing", self.missing),
            ("population", self.population),
        ):
            if number is not None and number < 0:
                raise InvalidCount(
                    "La cantidad {number} es negativa.",
                    remedy="Escriba 0 o un número mayor.",
                    field=name,
                    number=number,
                )
        if self.x > self.n:
            raise InvalidCount(
                "Hay {x} con la práctica, pero solo {n} con respuesta.",
                remedy="Revise ambos números: el primero no puede pasar al segundo.",
                field="x",
                x=self.x,
                n=self.n,
            )

    @property
    def share(self) -> float | None:
        """The x of n, 0 to 1; None where nobody answered."""
        return self.x / self.n if self.n else None

    @property
    def register_behind(self) -> bool:
        """More answered than the register knows of: N is not to be trusted."""
        return self.population is not None and self.population < self.n

    @property
    def known_population(self) -> int | None:
        """N where it is known and believable, else None."""
        return None if self.register_behind else self.population

    @property
    def coverage(self) -> float | None:
        """Answered of N, 0 to 1; None where N is unknown, zero or behind."""
        known = self.known_population
        return self.n / known if known else None

    @property
    def empty(self) -> bool:
        """There is nobody to ask (N = 0): it does not apply, which is not missing."""
        return self.n == 0 and self.population == 0

    def __add__(self, other: "Count") -> "Count":
        """Both together; N only where both are known and believable."""
        return total((self, other))


def total(counts: Iterable[Count]) -> Count:
    """All counts together, whatever their order.

    N is known only if each N is: a part that is behind or unknown makes the whole unknown.
    Of nothing the total is 0 of 0, population 0.
    """
    parts = tuple(counts)
    if len(parts) == 1:
        return parts[0]
    known = [part.known_population for part in parts]
    return Count(
        x=sum(part.x for part in parts),
        n=sum(part.n for part in parts),
        missing=sum(part.missing for part in parts),
        population=None if None in known else sum(size for size in known if size is not None),
    )
