"""One answer, from whatever way it came in to the value that is kept.

Kept values: text (NFC), ``int``, ``Decimal``, ``date``, a choice's code, a tuple of
codes in the order of the list, or a GeoJSON geometry as a dict. What cannot be read
raises ``Unreadable`` with words for the person who typed it; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.capture.fields import Field
from app.capture.places import Unreadable, read_geometry, trace

MOST_DIGITS = 15
_INTEGER = re.compile(r"[+-]?\d{1,15}")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?\d{1,3}(?:\.\d{3})+,\d+")
_AMBIGUOUS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PERUVIAN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_FILE = re.compile(r"[0-9a-f]{64}")
_REFERENCE = re.compile(r"[^\s\x00-\x1f]{1,80}")


def blank(raw: Any) -> bool:
    """Whether nothing was answered: None, spaces, or an empty list."""
    return raw is None or (isinstance(raw, str) and not raw.strip()) or raw in ([], (), {})


def read_value(field: Field, raw: Any, known: Collection[str] | None) -> Any:
    """Read one answer that is not blank; ``known`` are the codes of a register's choices.

    Raises
    ------
    Unreadable
        It is of another type, out of its list, or over a limit.
    """
    if field.type == "select_many":
        return _many(raw, field, known)
    if field.type in ("select_one", "yes_no_unknown"):
        return _one(raw, field, known)
    if field.type == "geometry":
        return read_geometry(raw, field.kinds)
    if field.type == "text":
        return _text(raw, field.max_length)
    return _BY_TYPE[field.type](raw)


def plain(value: Any) -> Any:
    """Write a kept value as JSON holds it: decimals and dates are text, nothing is a float.

    Coordinates are the exception, numbers of at most seven decimals, as GeoJSON asks.
    """
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


def as_xml(value: Any) -> str:
    """Write a kept value as an XForms instance holds it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, dict):
        return trace(value)
    return str(plain(value))


def decimal_text(value: Decimal) -> str:
    """Give the shortest plain digits of a decimal: 1.50 is 1.5 and 2E+3 is 2000."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _integer(raw: Any) -> int:
    wrong = Unreadable("Va un número entero, sin letras.", "A whole number, without letters.")
    if isinstance(raw, bool):
        raise wrong
    if isinstance(raw, int):
        if abs(raw) >= 10**MOST_DIGITS:
            raise wrong
        return raw
    if isinstance(raw, float | Decimal):
        raw = decimal_text(_finite(raw))
    text = _typed(raw, wrong)
    if _AMBIGUOUS.fullmatch(text):
        raise _ambiguous(text)
    text = re.sub(r"[.,]0{1,2}$", "", text)
    if not _INTEGER.fullmatch(text):
        raise wrong
    return int(text)


def _decimal(raw: Any) -> Decimal:
    wrong = Unreadable("Va un número, como 12 o 12.50.", "A number, such as 12 or 12.50.")
    if isinstance(raw, bool):
        raise wrong
    if isinstance(raw, int | float | Decimal):
        return _finite(raw)
    text = _typed(raw, wrong)
    if _GROUPED.fullmatch(text):
        mark = max(text.rfind(","), text.rfind("."))
        text = re.sub(r"[.,]", "", text[:mark]) + "." + text[mark + 1 :]
    elif "," in text and _AMBIGUOUS.fullmatch(text):
        raise _ambiguous(text)
    elif not _NUMBER.fullmatch(text):
        raise wrong
    return _finite(text.replace(",", "."))


def _finite(raw: Any) -> Decimal:
    try:
        value = Decimal(repr(raw) if isinstance(raw, float) else raw)
    except (InvalidOperation, ValueError) as wrong:
        raise Unreadable("Va un número.", "A number.") from wrong
    if not value.is_finite() or (value and not -10 <= value.adjusted() < MOST_DIGITS):
        raise Unreadable("El número es demasiado grande.", "The number is too large.")
    if len(value.as_tuple().digits) > 2 * MOST_DIGITS:
        raise Unreadable("El número tiene demasiados dígitos.", "The number has too many digits.")
    return Decimal(decimal_text(value))


def _ambiguous(text: str) -> Unreadable:
    return Unreadable(
        f"No queda claro si «{text}» son miles o decimales. Escríbalo sin separador de miles.",
        f'It is not clear whether "{text}" means thousands or decimals. Leave out the separator.',
    )


def _typed(raw: Any, wrong: Unreadable) -> str:
    if not isinstance(raw, str) or len(raw) > 60:
        raise wrong
    return raw.strip().replace("\u2212", "-")


def _date(raw: Any) -> date:
    wrong = Unreadable(
        "Va una fecha: día, mes y año, como 31/08/2026.", "A date, such as 2026-08-31."
    )
    if type(raw) is date:
        return raw
    text = _typed(raw, wrong)
    iso, typed = _ISO.fullmatch(text[:10]), _PERUVIAN.fullmatch(text)
    if iso and (len(text) == 10 or text[10] == "T"):
        year, month, day = map(int, iso.groups())
    elif typed:
        day, month, year = map(int, typed.groups())
    else:
        raise wrong
    try:
        found = date(year, month, day)
    except ValueError as impossible:
        raise Unreadable("Esa fecha no existe.", "There is no such date.") from impossible
    if not 1900 <= found.year <= 2100:
        raise Unreadable("El año va entre 1900 y 2100.", "The year goes from 1900 to 2100.")
    return found


def _text(raw: Any, longest: int) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw) if abs(raw) < 10**MOST_DIGITS else "?"
    if not isinstance(raw, str):
        raise Unreadable("Va un texto.", "A text.")
    if len(raw) > 4 * longest + 100:  # before any work on it
        raise _too_long(longest)
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        raise Unreadable("El texto lleva signos que no se ven.", "The text has hidden characters.")
    if len(text) > longest:
        raise _too_long(longest)
    return text


def _too_long(longest: int) -> Unreadable:
    return Unreadable(
        f"El texto pasa de {longest} letras. Acórtelo.",
        f"The text is over {longest} characters. Shorten it.",
    )


def _one(raw: Any, field: Field, known: Collection[str] | None) -> str:
    if isinstance(raw, bool) and {"yes", "no"} <= field.codes:
        raw = "yes" if raw else "no"
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)[: MOST_DIGITS + 1]
    wrong = Unreadable(
        "Esa respuesta no está en la lista. Elija una de la lista.",
        "That answer is not on the list. Choose one of the list.",
    )
    code = unicodedata.normalize("NFC", raw.strip()) if isinstance(raw, str) else ""
    if not _REFERENCE.fullmatch(code) or not code.isprintable():
        raise wrong
    allowed = field.codes if not field.source else known
    if allowed is not None and code not in allowed:
        raise wrong
    return code


def _many(raw: Any, field: Field, known: Collection[str] | None) -> tuple[str, ...]:
    given = raw.split() if isinstance(raw, str) else raw
    if not isinstance(given, list | tuple) or len(given) > 500:
        raise Unreadable("Va una lista de respuestas.", "A list of answers.")
    codes = {_one(item, field, known) for item in given}
    order = {choice.code: at for at, choice in enumerate(field.choices)}
    return tuple(sorted(codes, key=lambda code: (order.get(code, len(order)), code)))


def _file(raw: Any) -> str:
    text = raw.strip().lower() if isinstance(raw, str) else ""
    if not _FILE.fullmatch(text):
        raise Unreadable(
            "El archivo no llegó completo. Adjúntelo otra vez.",
            "The file did not arrive whole. Attach it again.",
        )
    return text


_BY_TYPE: dict[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "photo": _file,
    "file": _file,
}
