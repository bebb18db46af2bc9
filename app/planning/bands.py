"""The classes of a risk map: where one word ends and the next begins.

A district agrees them in an ordinance or an acta. Until it does, the shipped ones hold: they are
a starting point of the design that nobody has verified, and every legend says so.

Invalid
└── InvalidBands    edges that do not rise, words that are missing or alike
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from app.errors import Invalid

FEWEST, MOST = 2, 5
WORD = 40


class InvalidBands(Invalid):
    """These classes cannot colour a map."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Edges that rise, one more than words; a class holds its lower edge, the last both."""

    edges: tuple[float, ...]
    words: tuple[str, ...]


SHIPPED: Mapping[str, Bands] = {
    "maternal_child": Bands((0, 20, 40, 60, 100), ("baja", "media", "alta", "muy alta")),
    "hazard_exposure": Bands(
        (0, 0.1, 0.25, 0.5, 1),
        ("pocas familias", "algunas familias", "muchas familias", "la mitad o más"),
    ),
}
"""By the code of the layer; points of 100, and shares of the families."""


def agreed(edges: Sequence[float], words: Sequence[str], shipped: Bands) -> Bands:
    """Classes as somebody typed them, with the ends of the shipped ones.

    Raises
    ------
    InvalidBands
        Not two to five classes, an edge outside the scale or not over the one before, or a
        word that is missing, repeated or longer than forty signs.
    """
    low, high = shipped.edges[0], shipped.edges[-1]
    told = tuple(" ".join(word.split()) for word in words)
    if not FEWEST <= len(told) <= MOST or len(edges) != len(told) - 1:
        raise InvalidBands(
            "Un mapa de riesgo lleva de {fewest} a {most} clases, cada una con su palabra.",
            remedy="Escriba dónde empieza cada clase después de la primera.",
            field="words",
            fewest=FEWEST,
            most=MOST,
        )
    whole = (low, *(float(edge) for edge in edges), high)
    if not all(isfinite(edge) for edge in whole) or any(a >= b for a, b in pairwise(whole)):
        raise InvalidBands(
            "Los límites de las clases deben subir, entre el mínimo y el máximo de la escala.",
            remedy="Revise que cada clase empiece después de la anterior.",
            field="edges",
        )
    if not all(told) or any(len(word) > WORD for word in told):
        raise InvalidBands(
            "Cada clase necesita su palabra, de {most} letras o menos.",
            remedy="Escríbala como la diría en la asamblea: «alta», «muy alta».",
            field="words",
            most=WORD,
        )
    if len({word.casefold() for word in told}) < len(told):
        raise InvalidBands(
            "Dos clases llevan la misma palabra.",
            remedy="Dé a cada clase una palabra distinta.",
            field="words",
        )
    return Bands(whole, told)
