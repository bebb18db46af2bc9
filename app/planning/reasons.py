"""A reason that a citizen may ask for: a code, its numbers and one plain sentence.

The sentence is a Spanish template with ``{named}`` places, the key of the translation
catalogues; the numbers stay beside it, raw, so that a screen, a sheet or another
language can say the same. A name tells how its number is shown: ``..._centimos`` as
soles, ``..._share`` as a percentage, any other whole number with thousands apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Number = int | float | str

APART = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something stands where it stands."""

    code: str
    text: str
    numbers: Mapping[str, Number] = field(default_factory=dict)

    @property
    def shown(self) -> dict[str, str]:
        """The numbers as people read them, for this text or its translation."""
        return {name: _shown(name, number) for name, number in self.numbers.items()}

    @property
    def sentence(self) -> str:
        """The sentence in Spanish, numbers filled in."""
        return self.text.format(**self.shown)

    @property
    def kept(self) -> dict[str, object]:
        """As rows keep it: its template and numbers for other languages, its sentence for papers.

        ``again`` reads it back.
        """
        return {"text": self.text, "numbers": dict(self.numbers), "sentence": self.sentence}


def again(code: str, kept: Mapping[str, Any]) -> Reason:
    """A reason that a row kept; where only its sentence was, the sentence is the template."""
    if "text" in kept:
        return Reason(code, kept["text"], kept["numbers"])
    bare = str(kept["sentence"]).replace("{", "{{").replace("}", "}}")
    return Reason(code, bare)


def soles(centimos: int) -> str:
    """Money as printed: ``S/ 12 500`` or ``S/ 12 500,50``; the spaces do not break."""
    sign = "-" if centimos < 0 else ""
    whole, cents = divmod(abs(centimos), 100)
    tail = f",{cents:02d}" if cents else ""
    return f"S/{APART}{sign}{grouped(whole)}{tail}"


def percent(share: float) -> str:
    """A share, 0 to 1, as a percentage with one decimal at most.

    What is not zero is never shown as 0 %, nor what is not everybody as 100 %.
    """
    if 0 < share < 0.0005:
        return f"menos de 0,1{APART}%"
    if 0.9995 <= share < 1:
        return f"más de 99,9{APART}%"
    return tenths(100 * share).removesuffix(",0") + f"{APART}%"


def tenths(value: float) -> str:
    """A measure with one decimal, after a comma as on every screen: ``58,1``."""
    return f"{value:.1f}".replace(".", ",")


def grouped(whole: int) -> str:
    """A whole number with its thousands apart: ``2 214``."""
    return f"{whole:,}".replace(",", APART)


def _shown(name: str, number: Number) -> str:
    if isinstance(number, str):
        return number
    if name.endswith("_centimos"):
        return soles(int(number))
    if name.endswith("_share"):
        return percent(number)
    return grouped(number) if isinstance(number, int) else tenths(number)
