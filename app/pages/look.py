"""How values look on a screen, and the template environment that shows them.

Pure: no store, no request. There is one environment a language, because a macro
that is imported sees only what its environment holds; the language is therefore
chosen once, by choosing the environment, and never passed from macro to macro.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.pages.coordinates import vertices
from app.pages.language import LANGUAGES, N_, SOURCE, say, translator

LIMA = ZoneInfo("America/Lima")
THIN = "\u202f"  # narrow no-break space: a number is never cut at the end of a line
HARD = "\u00a0"

_MONTHS = {
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_LONG_MONTHS = {
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "setiembre", "octubre", "noviembre", "diciembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
UNKNOWN = N_("no se sabe")
UNDATED = N_("sin fecha")
UNITS = {
    "persons": N_("personas"),
    "families": N_("familias"),
    "homes": N_("hogares"),
    "dwellings": N_("viviendas"),
    "votes": N_("votos"),
    "minutes": N_("minutos"),
    "hours": N_("horas"),
    "days of work": N_("jornales"),
    "soles": N_("soles"),
    "soles a month": N_("soles al mes"),
}

Number = int | float | Decimal


class Spoken(Protocol):
    """A text that knows its languages, as the definitions of the instruments hold it."""

    def of(self, language: str, /) -> str:
        """Give the words in a language."""


Words = str | Mapping[str, str] | Spoken


def num(value: Number | None, lang: str = SOURCE, digits: int = 0) -> str:
    """A count or measure: ``2 214`` in Spanish, ``2,214`` in English; halves go up."""
    if value is None:
        return say(lang, UNKNOWN)
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{rounded:,.{digits}f}"
    if lang == "en":
        return text
    return text.replace(",", THIN).replace(".", ",")


def soles(centimos: int | None, lang: str = SOURCE, digits: int | None = None) -> str:
    """Money, from integer céntimos, told where there are any; ``digits=0`` rounds to the sol."""
    if centimos is None:
        return say(lang, UNKNOWN)
    if digits is None:
        digits = 2 if centimos % 100 else 0
    sign = "−" if centimos < 0 else ""
    return f"{sign}S/{HARD}{num(Decimal(abs(centimos)) / 100, lang, digits)}"


def share(value: Number | None, lang: str = SOURCE, digits: int = 0) -> str:
    """A share from 0 to 1 as a percentage that never claims none or all by rounding."""
    if value is None:
        return say(lang, UNKNOWN)
    step = Decimal(1).scaleb(-digits)
    percent = Decimal(str(value)) * 100
    if 0 < percent < step / 2:
        return say(lang, N_("menos de {percent}"), percent=_percent(step, lang, digits))
    if 100 - step / 2 <= percent < 100:
        return say(lang, N_("más de {percent}"), percent=_percent(100 - step, lang, digits))
    return _percent(percent, lang, digits)


def tight_share(value: float, lang: str = SOURCE) -> str:
    """A share kept to a tenth of a per cent, with its decimal only where it has one."""
    return share(value, lang, 1 if round(value * 1000) % 10 else 0)


def of(x: int | None, n: int | None, lang: str = SOURCE) -> str:
    """The count behind a share: ``12 de 31``."""
    if x is None or n is None:
        return say(lang, UNKNOWN)
    return say(lang, N_("{x} de {n}"), x=num(x, lang), n=num(n, lang))


def when(instant: datetime | None, lang: str = SOURCE) -> str:
    """An instant as the clock in Lima shows it: ``21 nov 2026, 17:20``."""
    if instant is None:
        return say(lang, UNDATED)
    local = _in_lima(instant)
    return f"{day(local.date(), lang)}, {local:%H:%M}"


def day(value: date | datetime | str | None, lang: str = SOURCE) -> str:
    """A day, or the day in Lima of an instant: ``21 nov 2026``; answers spell days in ISO."""
    if value is None:
        return say(lang, UNDATED)
    if isinstance(value, str):
        value = date.fromisoformat(value)
    when_ = _in_lima(value).date() if isinstance(value, datetime) else value
    return f"{when_.day}{HARD}{_MONTHS[lang][when_.month - 1]}{HARD}{when_.year}"


def long_day(value: date | datetime | None, lang: str = SOURCE) -> str:
    """A day as a sentence says it: ``21 de noviembre de 2026``."""
    if value is None:
        return say(lang, UNDATED)
    when_ = _in_lima(value).date() if isinstance(value, datetime) else value
    month = _LONG_MONTHS[lang][when_.month - 1]
    link = " " if lang == "en" else " de "
    return f"{when_.day}{link}{month}{link}{when_.year}"


def label(text: Words | None, lang: str = SOURCE) -> str:
    """A text of a catalogue in a language, in Spanish where it has no other."""
    if text is None or isinstance(text, str):
        return text or ""
    if isinstance(text, Mapping):
        return text.get(lang) or text.get(SOURCE, "")
    return text.of(lang)


def percent_at(value: Number, low: Number = 0, high: Number = 1) -> str:
    """Where a value falls on an axis, for an SVG attribute: ``38.71%``; ends hold it."""
    span = float(high) - float(low)
    at = (float(value) - float(low)) / span if span else 0.0
    return f"{100 * min(1.0, max(0.0, at)):.2f}%"


def environment(template_dir: Path, static_version: str, lang: str = SOURCE) -> Environment:
    """Build the templates' environment for one language.

    ``static_version`` stands behind every address of ``static()``, so that a browser
    may keep a file for ever and still see the next one. A language that is not one of
    ours is a ValueError.
    """
    if lang not in LANGUAGES:
        raise ValueError(lang)
    env = Environment(
        loader=FileSystemLoader(template_dir),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.policies["ext.i18n.trimmed"] = True
    # The extension adds this method at run time, where the type checker cannot see it.
    env.install_gettext_translations(translator(lang), newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(
        lang=lang, languages=LANGUAGES, static=partial(_static, static_version), at=percent_at
    )
    env.filters.update(_filters(lang))
    return env


def environments(template_dir: Path, static_version: str) -> dict[str, Environment]:
    """One environment for each language, by its code."""
    return {lang: environment(template_dir, static_version, lang) for lang in LANGUAGES}


def _filters(lang: str) -> dict[str, Any]:
    return {
        "num": lambda value, digits=0: num(value, lang, digits),
        "soles": lambda value, digits=None: soles(value, lang, digits),
        "share": lambda value, digits=0: share(value, lang, digits),
        "of": lambda x, n: of(x, n, lang),
        "when": lambda value: when(value, lang),
        "day": lambda value: day(value, lang),
        "long_day": lambda value: long_day(value, lang),
        "label": lambda text, other=lang: label(text, other),
        "pairs": lambda choices: [_pair(choice, lang) for choice in choices],
        "unit": lambda text: say(lang, UNITS.get(text, text) or ""),
        "code": _code,
        "kinds": _kinds,
        "geojson": _geojson,
        "vertices": _typed,
        "iso": _iso,
        "sort_key": _sort_key,
    }


def _iso(value: date | datetime | None) -> str:
    return "" if value is None else value.isoformat()


def _pair(choice: Any, lang: str) -> tuple[str, str]:
    """Code and words of a choice, whether it comes as a pair, a mapping or an object."""
    if isinstance(choice, tuple | list):
        code, text = choice
        return str(code), label(text, lang)
    text = choice["label"] if isinstance(choice, Mapping) else choice.label
    return _code(choice), label(text, lang)


def _code(thing: Any) -> str:
    """What a field or choice is called in the answers."""
    return str(thing["code"] if isinstance(thing, Mapping) else thing.code)


def _kinds(field: Any) -> list[str]:
    """Shapes that a geometry field takes; a point where it does not say."""
    given = field.get("kinds") if isinstance(field, Mapping) else field.kinds
    return list(given or ["point"])


def _geojson(value: object) -> str:
    """A geometry for a hidden input; what was typed and not understood stays out of it."""
    shape = _shape(value)
    return json.dumps(shape, separators=(",", ":")) if shape else ""


def _typed(value: object) -> str:
    """A geometry as lines to edit; what was typed and not understood, as it was typed."""
    shape = _shape(value)
    return vertices(shape) if shape else str(value or "")


def _shape(value: object) -> dict[str, Any] | None:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return dict(value) if isinstance(value, Mapping) else None


def _sort_key(value: object) -> str:
    """What the table module compares: numbers and days as such, words as read."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return "" if value is None else str(value)


def _static(version: str, path: str) -> str:
    return f"/static/{path}?v={version}"


def _percent(percent: Decimal, lang: str, digits: int) -> str:
    return num(percent, lang, digits) + ("%" if lang == "en" else f"{HARD}%")


def _in_lima(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without its zone has no day")
    return instant.astimezone(LIMA)
