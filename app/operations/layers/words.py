"""What the layers say, in Spanish and English, with numbers as each language writes them.

These words also leave by the API, which has no pages: so both languages stand here
together, as in the definitions of the instruments.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from app.capture.fields import Text
from app.gis.classes import Wording
from app.operations.figures import Indicator
from app.planning.counts import Count

_THIN = "\N{NARROW NO-BREAK SPACE}"
_HARD = "\N{NO-BREAK SPACE}"
UNKNOWN = Text("no se sabe", "not known")
_COUNTED = {
    "home": Text("{x} de {n} hogares", "{x} of {n} homes"),
    "person": Text("{x} de {n} personas", "{x} of {n} people"),
    "community": Text("{x} de {n} comunidades", "{x} of {n} communities"),
    "commitment": Text("{x} de {n} compromisos", "{x} of {n} commitments"),
    "action": Text("{x} de {n} acciones", "{x} of {n} actions"),
    "request": Text("{x} de {n} pedidos", "{x} of {n} requests"),
    "post": Text("{x} de {n} cargos", "{x} of {n} posts"),
}
_OF_ALL = Text("{known} de {all} comunidades", "{known} of {all} communities")
_AND = Text("y", "and")
_OR_E = ("i", "hi")


def wording(lang: str) -> Wording:
    """How the classes of a legend are written."""
    if lang == "en":
        return Wording("{low} to {high}", ".", ",")
    return Wording()


def num(value: float | Decimal, lang: str, digits: int = 0) -> str:
    """A number with its thousands apart; halves go up."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{rounded:,.{digits}f}"
    return text if lang == "en" else text.replace(",", _THIN).replace(".", ",")


def share(value: float, lang: str) -> str:
    """A share from 0 to 1 as a percentage; not all is never 100, not none never 0."""
    percent = 100 * value
    if 0 < percent < 1:
        return say(Text("menos de {p}", "under {p}"), lang, p=_percent(1, lang))
    if 99 < percent < 100:
        return say(Text("más de {p}", "over {p}"), lang, p=_percent(99, lang))
    return _percent(percent, lang)


def _percent(percent: float, lang: str) -> str:
    return num(percent, lang) + ("%" if lang == "en" else f"{_HARD}%")


def soles(cents: int, lang: str) -> str:
    """Money to the sol."""
    return f"S/{_HARD}{num(Decimal(cents) / 100, lang)}"


def say(text: Text, lang: str, **params: object) -> str:
    """A sentence with its named places filled in."""
    return text.of(lang).format(**params)


def some(one: Text, many: Text, count: int, lang: str, **params: object) -> str:
    """A sentence that differs for one and for many; ``{n}`` is the count."""
    return say(one if count == 1 else many, lang, n=num(count, lang), **params)


def counted(count: Count | None, indicator: Indicator, lang: str) -> str:
    """``12 de 31 hogares``."""
    if count is None or not count.n:
        return UNKNOWN.of(lang)
    basis = _COUNTED.get(indicator.unit, _COUNTED["person"])
    return say(basis, lang, x=num(count.x, lang), n=num(count.n, lang))


def of_all(known: int, every: int, lang: str) -> str:
    """``34 de 38 comunidades``."""
    return say(_OF_ALL, lang, known=known, all=every)


def day(on: date) -> str:
    """A day in figures, as both languages of Peru's papers write it: ``6/11/2026``."""
    return f"{on.day}/{on.month}/{on.year}"


def name(indicator: Indicator, lang: str) -> str:
    """What an indicator is called."""
    return indicator.name_en if lang == "en" and indicator.name_en else indicator.name_es


def inside(sentence: str) -> str:
    """A name as it stands inside a sentence: its first letter small, unless it is an acronym."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def listing(names: Sequence[str], lang: str) -> str:
    """``A, B y C``; Spanish says ``e`` before the sound of i."""
    if len(names) < 2:
        return "".join(names)
    joint = _AND.of(lang)
    if lang != "en" and names[-1].casefold().startswith(_OR_E) and not _diphthong(names[-1]):
        joint = "e"
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def _diphthong(word: str) -> bool:
    # Hielo, Hierba and the like begin with the sound of y.
    return word.casefold().startswith(("hie", "hia", "ia", "ie", "io"))
