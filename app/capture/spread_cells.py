"""What a cell of a spreadsheet says, as an answer that ``app.capture.answers.read`` takes.

Only what spreadsheets do to answers is dealt with here: a label where a code is meant, a
date that became a number, a decimal comma, a zero that was lost, a place as text. Whether
the answer is right is for the reading of answers to say.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.capture.fields import Field
from app.capture.spreadsheets import Column

SERIAL = "Hay fechas que Excel guardó como número; se leyeron como fechas ({tab}, filas: {rows})."
TYPED = "Hay fechas escritas como día/mes/año; se leyeron así ({tab}, filas: {rows})."
COMMA = "Hay números con coma decimal; se leyeron como decimales ({tab}, filas: {rows})."
ZERO = "Hay códigos que perdieron su cero inicial; se completaron ({tab}, filas: {rows})."
LABEL = "Hay respuestas sin tilde o con otras mayúsculas; se entendieron ({tab}, filas: {rows})."

Geometry = dict[str, Any]

_FIRST_DAY = date(1899, 12, 30)  # Excel's day 0; its year 1900 has a day too many
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,]\d+)?")  # 1954 to 2119
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]\d{2}:\d{2}.*")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_WKT = re.compile(r"\s*(POINT|LINESTRING|POLYGON)\s*(?:Z\s*)?\((.*)\)\s*", re.I | re.S)
_POWER = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.I)
_OTHER = re.compile(r"[^a-z0-9]+")
_SHAPES = {"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon"}
_SAID = {
    "yes": ("si", "s", "1", "x", "verdadero", "true"),
    "no": ("no", "n", "0", "falso", "false"),
    "unknown": ("ns", "no sabe", "no se sabe", "nose", "3"),
    "meets": ("si", "s", "1", "x", "cumple", "si cumple"),
    "not_yet": ("no", "n", "0", "no cumple"),
    "not_applicable": ("na", "n a", "no aplica", "no le corresponde", "2"),
}


class Wrong(Exception):
    """A cell that cannot be an answer: what is wrong, and what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def plain(words: str) -> str:
    """Words as they are compared: no accents, no case, no punctuation."""
    split = unicodedata.normalize("NFKD", words.replace("\u00ba", "").replace("\u00b0", ""))
    bare = "".join(sign for sign in split if not unicodedata.combining(sign))
    return _OTHER.sub(" ", bare.casefold()).strip()


@dataclass
class Cells:
    """Reads cells; ``sources`` are the codes that registers offer, each with its words.

    ``remarks`` gathers what was mended since it was last emptied.
    """

    sources: Mapping[str, Mapping[str, str]]
    remarks: set[str] = field(default_factory=set)
    _words: dict[str, dict[str, str]] = field(default_factory=dict)

    def raw(self, column: Column, text: str) -> Any:
        """The answer that a cell gives, as a form would post it.

        Raises
        ------
        Wrong
            It names no answer of its list, or no place.
        """
        asked = column.field
        text = _without_mark(text.replace("\u00a0", " ").strip())
        if asked is None or not text:
            return text
        if asked.type in ("select_one", "yes_no_unknown"):
            return self._one(asked, text)
        if asked.type == "select_many":
            return self._many(asked, text)
        if asked.type == "date":
            return self._date(text)
        if asked.type in ("integer", "decimal") and _DECIMAL_COMMA.fullmatch(text):
            self.remarks.add(COMMA)
        return text

    def _date(self, text: str) -> str:
        serial, moment = _SERIAL.fullmatch(text), _MOMENT.fullmatch(text)
        if serial:
            self.remarks.add(SERIAL)
            return (_FIRST_DAY + timedelta(days=int(serial[1]))).isoformat()
        if _DAY.fullmatch(text):
            self.remarks.add(TYPED)
        return moment[1] if moment else text

    def _one(self, asked: Field, text: str) -> str:
        codes = self._codes(asked)
        if text in codes.values():
            return text
        found = codes.get(plain(text))
        if found is None and asked.source == "households":
            return self._home(asked, text)
        if found is None:
            raise Wrong(f"«{text[:60]}» no está en la lista.", _remedy(asked, codes))
        if text not in self._labels(asked):
            self.remarks.add(LABEL)
        return found

    def _many(self, asked: Field, text: str) -> list[str]:
        parts = [part for part in re.split(r"[;|\n]", text) if part.strip()]
        codes = self._codes(asked)
        if len(parts) == 1 and plain(text) not in codes:
            parts = [part for part in text.split(",") if part.strip()]
        return [self._one(asked, part.strip()) for part in parts]

    def _home(self, asked: Field, text: str) -> str:
        """The code of a home; one that lost its zeros is known by its figures."""
        known = self.sources.get(asked.source, {})
        text = text.removesuffix(".0")
        alike = [code for code in known if code.casefold() == text.casefold()]
        if not alike and text.isdigit():
            alike = [c for c in known if c.isdigit() and c.lstrip("0") == text.lstrip("0")]
        if len(alike) != 1:
            raise Wrong(
                f"No hay un hogar registrado con el código «{text[:40]}».",
                "Revise el código, o registre primero la ficha de la familia.",
            )
        if alike[0].casefold() != text.casefold():
            self.remarks.add(ZERO)
        return alike[0]

    def _labels(self, asked: Field) -> frozenset[str]:
        """What a list shows, as it shows it."""
        own = (word for choice in asked.choices for word in (choice.label.es, choice.label.en))
        return frozenset((*own, *self.sources.get(asked.source, {}).values()))

    def _codes(self, asked: Field) -> dict[str, str]:
        if asked.code not in self._words:
            self._words[asked.code] = self._made(asked)
        return self._words[asked.code]

    def _made(self, asked: Field) -> dict[str, str]:
        """Code of each answer by its words, compared as ``plain``; words of two are nobody's."""
        pairs = [(plain(word), code) for code, words in self._answers(asked) for word in words]
        meant: dict[str, set[str]] = {}
        for words, code in pairs:
            meant.setdefault(words, set()).add(code)
        found = {words: codes.pop() for words, codes in meant.items() if len(codes) == 1}
        there = {code for code, _ in self._answers(asked)}
        for code in there & _SAID.keys():
            for words in _SAID[code]:
                found.setdefault(words, code)
        return found

    def _answers(self, asked: Field) -> list[tuple[str, tuple[str, ...]]]:
        own = [(c.code, (c.label.es, c.label.en, c.code)) for c in asked.choices]
        known = self.sources.get(asked.source, {}) if asked.source else {}
        return own + [(code, (words, code)) for code, words in known.items()]


def _remedy(asked: Field, codes: Mapping[str, str]) -> str:
    shown = [choice.label.es for choice in asked.choices[:6]]
    if not shown:
        return "Elija una de la lista." if codes else "Primero hay que registrarlo."
    more = "..." if len(asked.choices) > len(shown) else "."
    return f"Use: {', '.join(shown)}{more}"


def _without_mark(text: str) -> str:
    """A text that was kept from running as a formula, as it was."""
    return text[1:] if re.match(r"'[=+\-@\t\r\n＝＋－＠]", text) else text


def code_of(text: str, digits: int) -> tuple[str, bool]:
    """A code of so many digits, and whether it had lost its first zero.

    Raises
    ------
    Wrong
        A spreadsheet made it a number of another size.
    """
    bare = _without_mark(text.strip())
    bare = bare.removesuffix(".0")
    if _POWER.fullmatch(bare):
        raise Wrong(
            f"Excel convirtió el código en el número «{bare}».",
            "Dé a la columna el formato Texto y escriba el código otra vez.",
        )
    if bare.isdigit() and len(bare) == digits - 1:
        return f"0{bare}", True
    return bare, False


def place(parts: Mapping[str, str], asked: Field) -> Geometry | None:
    """The place that the cells lat, lon and shape give together, or None where all are empty.

    Raises
    ------
    Wrong
        They give half a place, two, or none that can be read.
    """
    lat, lon, shape = (parts.get(name, "").strip() for name in ("lat", "lon", "shape"))
    if not (lat or lon or shape):
        return None
    if (lat or lon) and shape:
        raise Wrong("Hay un punto y además una línea o área.", "Deje solo uno de los dos.")
    if shape:
        return _shape(shape, asked.kinds)
    if not (lat and lon):
        raise Wrong("Falta la latitud o la longitud.", "Escriba las dos, o ninguna.")
    return {"type": "Point", "coordinates": _position(lat, lon)}


def _position(lat: str, lon: str) -> list[float]:
    if not (_NUMBER.fullmatch(lat) and _NUMBER.fullmatch(lon)):
        raise Wrong(
            f"«{lat[:20]} {lon[:20]}» no son grados.",
            "Escriba latitud y longitud en grados, como -9.93 y -76.24.",
        )
    north, east = (float(each.replace(",", ".")) for each in (lat, lon))
    if -82 <= north <= -68 and -19 <= east <= 1:
        raise Wrong(
            "La latitud y la longitud están cambiadas.",
            "En el Perú la latitud va de -18.4 a 0, y la longitud de -81.4 a -68.6.",
        )
    if not (abs(north) <= 90 and abs(east) <= 180):
        raise Wrong("El punto está fuera de la Tierra.", "Escriba grados, como -9.93 y -76.24.")
    return [east, north]


def _shape(text: str, kinds: tuple[str, ...]) -> Geometry:
    wkt = _WKT.fullmatch(text)
    if wkt:
        return _of_wkt(wkt[1].upper(), wkt[2])
    at = [_typed(part) for part in re.split(r"[;\n]", text) if part.strip()]
    closed = len(at) > 3 and at[0] == at[-1]
    if len(at) == 1 and "point" in kinds:
        return {"type": "Point", "coordinates": at[0]}
    if len(at) >= 3 and "polygon" in kinds and (closed or "line" not in kinds):
        return {"type": "Polygon", "coordinates": [at if closed else [*at, at[0]]]}
    if len(at) >= 2 and "line" in kinds:
        return {"type": "LineString", "coordinates": at}
    raise Wrong(
        "No se puede dibujar un lugar con esos puntos.",
        "Separe los puntos con «;»: una línea lleva 2 o más; un área, 3 o más, y el último "
        "igual al primero.",
    )


def _typed(part: str) -> list[float]:
    numbers = part.split() if len(part.split()) == 2 else part.split(",")
    if len(numbers) != 2:
        raise Wrong(
            f"No se entiende el punto «{part.strip()[:40]}».",
            "Escriba latitud, un espacio y longitud, como -9.93 -76.24.",
        )
    return _position(numbers[0].strip().rstrip(","), numbers[1].strip())


def _of_wkt(kind: str, inner: str) -> Geometry:
    try:
        rings = [
            [[float(n) for n in point.split()[:2]] for point in ring.strip(" ()").split(",")]
            for ring in re.split(r"\)\s*,\s*\(", inner)
        ]
    except ValueError:
        raise Wrong("No se entiende el lugar en WKT.", "Revise su escritura.") from None
    at: Any = rings if kind == "POLYGON" else rings[0] if kind == "LINESTRING" else rings[0][0]
    return {"type": _SHAPES[kind], "coordinates": at}
