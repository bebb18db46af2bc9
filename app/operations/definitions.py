"""What indicators count, in both languages.

The store keeps each definition in Spanish; the English stands beside it in the catalogue that
comes with the system, and holds only while the Spanish is still the same.
"""

from collections.abc import Mapping
from functools import cache

from app.capture import catalogue_rows
from app.capture.fields import Text
from app.settings import ROOT

SEEDS = ROOT / "seeds"


@cache
def _texts() -> Mapping[str, str]:
    catalogue = catalogue_rows.load(SEEDS / "practices.csv", SEEDS / "indicators.csv")
    every: list[Text] = []
    for each in (*catalogue.indicators, *catalogue.practice_indicators()):
        every += [each.numerator, each.denominator]
    return {text.es: text.en for text in every if text.en}


def english(text: str) -> str:
    """A numerator or a denominator in English; as it stands where the catalogue has none."""
    return _texts().get(text, text)
