"""First half of reading a document: its shape and each answer's own type and limits."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from app.capture.fields import Field, Instrument, Text
from app.capture.places import Unreadable
from app.capture.problems import Known, Problem
from app.capture.values import blank, read_value

MOST_ROWS = 8_000
"""Rows of all the repeats of one document together."""

_ROW_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,63}")
_MOST_UNKNOWN = 20

Values = dict[str, Any]


class Reading:
    """Walks the definition, never the document, so that depth and size stay bounded."""

    def __init__(self, instrument: Instrument, known: Known, roles: Collection[str] | None) -> None:
        self.instrument = instrument
        self.known = known
        self.roles = frozenset(roles) if roles is not None else None
        self.problems: list[Problem] = []
        self.unread: set[str] = set()
        self.rows = 0

    def document(self, raw: Mapping[str, Any]) -> Values:
        """Typed values of a whole document; what is wrong lands in ``problems``."""
        fields = tuple(self.instrument.fields())
        return self._row(fields, raw, "", Text("", ""), frozenset({"_reasons"}))

    def tell(self, path: str, where: Text, message: Text, kind: str) -> None:
        """Note a hard problem; the answer is read as blank and not asked for twice."""
        self.problems.append(Problem(path, where, message, kind))
        self.unread.add(path)

    def _row(
        self,
        fields: tuple[Field, ...],
        raw: Mapping[str, Any],
        path: str,
        above: Text,
        extra: frozenset[str],
    ) -> Values:
        codes = {field.code for field in fields}
        unknown = [key for key in raw if key not in codes and key not in extra]
        for key in unknown[:_MOST_UNKNOWN]:
            name = str(key)[:60].encode("utf-8", "replace").decode()
            self.tell(path + name, Text(name, name), _NO_SUCH_FIELD, "unknown")
        values: Values = {}
        for field in fields:
            if not field.answered or field.code not in raw:
                continue
            value = self._value(field, raw[field.code], path + field.code, above)
            if value is not None:
                values[field.code] = value
        return values

    def _value(self, field: Field, raw: Any, path: str, above: Text) -> Any:
        where = _under(above, field.label)
        if blank(raw):
            return None
        if self.roles is not None and not field.ask & self.roles:
            self.tell(path, where, _NOT_YOURS, "forbidden")
            return None
        if field.type == "repeat":
            return self._repeat(field, raw, path, above)
        try:
            value = read_value(field, raw, self.known.sources.get(field.source))
        except Unreadable as wrong:
            self.tell(path, where, wrong.text, "type")
            return None
        outside = _outside(field, value, self.known)
        if outside:
            self.tell(path, where, outside, "limit")
            return None
        return value

    def _repeat(self, field: Field, raw: Any, path: str, above: Text) -> tuple[Values, ...] | None:
        where = _under(above, field.label)
        if not isinstance(raw, list | tuple) or not all(isinstance(r, Mapping) for r in raw):
            self.tell(path, where, _NOT_ROWS, "type")
            return None
        self.rows += len(raw)
        most = field.maximum if field.maximum is not None else MOST_ROWS
        if len(raw) > most or self.rows > MOST_ROWS:
            self.tell(path, where, _too_many(min(most, MOST_ROWS)), "limit")
            return None
        return tuple(
            self._one(field, row, f"{path}[{index}]", _row_words(where, index))
            for index, row in enumerate(raw)
        )

    def _one(self, field: Field, raw: Mapping[str, Any], path: str, above: Text) -> Values:
        values = self._row(field.fields, raw, path + ".", above, frozenset({"_id"}))
        row_id = raw.get("_id")
        if isinstance(row_id, str) and _ROW_ID.fullmatch(row_id):
            values["_id"] = row_id
        elif not blank(row_id):
            self.tell(path + "._id", above, _BAD_ROW_ID, "type")
        return values


def reasons_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """Read the written reasons of a document by path; what is not text counts as none."""
    given = raw.get("_reasons")
    if not isinstance(given, Mapping):
        return {}
    reasons = {
        key: " ".join(unicodedata.normalize("NFC", text[:2000]).split())[:500].strip()
        for key, text in list(given.items())[:MOST_ROWS]
        if isinstance(key, str) and isinstance(text, str)
    }
    return {key: text for key, text in reasons.items() if text and text.isprintable()}


def _under(above: Text, label: Text) -> Text:
    if not above.es:
        return label
    return Text(f"{above.es}: {label.es}", f"{above.en}: {label.en}")


def _row_words(where: Text, index: int) -> Text:
    return Text(f"{where.es}, fila {index + 1}", f"{where.en}, row {index + 1}")


def _outside(field: Field, value: Any, known: Known) -> Text | None:
    if field.not_future and value > known.today:
        return Text(
            "La fecha todavía no llega. Revise el día, el mes y el año.",
            "The date has not come yet. Check day, month and year.",
        )
    if field.type not in ("integer", "decimal"):
        return None
    low, high = field.minimum, field.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    if high is None:
        return Text(f"Va un número desde {low}.", f"A number from {low}.")
    return Text(f"Va un número entre {low} y {high}.", f"A number from {low} to {high}.")


def _too_many(most: int) -> Text:
    return Text(
        f"Hay más de {most} filas. Divida la ficha en dos.",
        f"There are over {most} rows. Split the form in two.",
    )


_NO_SUCH_FIELD = Text(
    "Esta ficha no tiene ese campo. Quítelo o revise su nombre.",
    "This form has no such field. Remove it or check its name.",
)
_NOT_YOURS = Text(
    "Esta pregunta la hace otra persona, por ejemplo el personal de salud. Déjela en blanco.",
    "Somebody else asks this question, such as health staff. Leave it blank.",
)
_NOT_ROWS = Text("Va una lista de filas.", "A list of rows.")
_BAD_ROW_ID = Text("El código de la fila no es válido.", "The code of the row is not valid.")
