"""Money by community: as much as its people and its poverty say, for its ballots to share.

The part of community c is proportional to ``people_c * (1 + weight * poverty_c)``; only
communities that cast a ballot have a part, since nobody else could spend it. Parts are exact
fractions, so that they add up to the budget to the last céntimo.

Source: planning.md 3.5 of the design (equal shares by community).

Invalid
└── InvalidEndowments    people or poverty that nobody knows, a weight under zero
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from app.errors import Invalid

DECIMALS = 4


class InvalidEndowments(Invalid):
    """Communities whose part cannot be reckoned."""


@dataclass(frozen=True, slots=True)
class Dweller:
    """A community; ``poverty`` is 0 to 1, None where nobody knows."""

    code: str
    people: int
    poverty: float | None = None


def purses(
    budget: int, communities: Iterable[Dweller], weight: Fraction, casting: Collection[str]
) -> dict[str, Fraction]:
    """The money of each community that votes.

    Poverty is taken to four decimals, and as 0 where nobody knows it.

    Raises
    ------
    InvalidEndowments
        A negative weight; a community that votes and has no people or is not known.
    """
    if weight < 0:
        raise InvalidEndowments(
            "El peso de la pobreza no puede ser negativo.", field="poverty_weight"
        )
    known = {each.code: each for each in communities}
    parts: dict[str, Fraction] = {}
    for code in sorted(casting):
        found = known.get(code)
        if found is None or found.people < 1:
            raise InvalidEndowments(
                "No se sabe cuánta gente vive en «{community}», así que no se sabe qué parte del"
                " presupuesto le toca.",
                remedy="Escriba su población en la ficha de la comunidad.",
                community=code,
            )
        poverty = Fraction(round((found.poverty or 0.0) * 10**DECIMALS), 10**DECIMALS)
        parts[code] = found.people * (1 + weight * poverty)
    whole = sum(parts.values(), Fraction(0))
    return {code: budget * part / whole for code, part in parts.items()}
