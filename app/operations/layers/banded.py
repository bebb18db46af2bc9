"""The legend of a risk map: its agreed classes, with which they are and since when."""

from dataclasses import replace

from app.capture.fields import Text
from app.gis.classes import WARM, Classes, fixed
from app.operations.layers import words
from app.operations.risk_bands import InForce

SHIPPED = Text(
    "Clases de partida, por verificar: el distrito todavía no acordó las suyas.",
    "Starting classes, not verified: the district has not agreed its own yet.",
)
AGREED = Text(
    "Clases acordadas por el distrito: {ordinance}, versión {version}, desde el {since}.",
    "Classes agreed by the district: {ordinance}, version {version}, since {since}.",
)
FAINT = Text(
    "Más tenue: dato de hace más de 12 meses.", "Fainter: data from more than 12 months ago."
)
OLD = Text("Dato antiguo", "Old data")
OLDER = Text("tiene más de 12 meses", "more than 12 months old")


def classes(found: InForce, lang: str, unit: str = "") -> Classes:
    """The classes as a legend: the word of each, then its numbers."""
    plain = fixed(found.bands.edges, unit=unit, ramp=WARM, wording=words.wording(lang))
    pairs = zip(found.bands.words, plain.labels, strict=True)
    return replace(plain, labels=tuple(f"{word} · {numbers}" for word, numbers in pairs))


def word_of(found: InForce, value: float) -> str:
    """The agreed word of a value."""
    place = classes(found, "es").class_of(value) or 0
    return found.bands.words[place]


def told(found: InForce, lang: str) -> str:
    """Which classes these are, for a legend."""
    if not found.version or found.since is None:
        return SHIPPED.of(lang)
    since = words.day(found.since)
    return words.say(AGREED, lang, ordinance=found.ordinance, version=found.version, since=since)
