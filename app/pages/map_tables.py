"""A layer as a table: one row a mark, with what its card says."""

from collections.abc import Sequence
from typing import Any

from app.capture.fields import Text
from app.operations.layers.declared import Layer, Mark, Told, Value

MOST_COLUMNS = 7
_WHAT = Text("Qué", "What")
_COMMUNITY = Text("Comunidad", "Community")
_SAID = Text("Dato", "Figure")
_X, _N = Text("Cuántos", "How many"), Text("De cuántos", "Out of")
_MORE = Text("Detalle", "Details")
_ON_MAP = Text("En el mapa", "On the map")
_UNKNOWN = Text("no se sabe", "not known")
_YES, _NO = Text("sí", "yes"), Text("sin lugar", "no place")

Row = dict[str, Any]


def table(layer: Layer, marks: Sequence[Mark], told: Told, lang: str) -> dict[str, Any]:
    """Columns and rows for the table of the page; what nobody has is left out."""
    pairs = [(mark, told.values.get(mark.code, mark.about)) for mark in marks]
    pairs = [(mark, value) for mark, value in pairs if not value.hidden]
    labels = list(dict.fromkeys(label for _, value in pairs for label, _ in value.lines))
    apart = len(labels) <= MOST_COLUMNS
    columns = [{"key": "name", "label": (_COMMUNITY if layer.ground else _WHAT).of(lang)}]
    if layer.ground:
        columns += _figures(told, pairs, lang)
    columns += [{"key": f"line {label}", "label": label} for label in labels if apart]
    if not apart:
        columns.append({"key": "more", "label": _MORE.of(lang)})
    if any(mark.shape is None for mark, _ in pairs):
        columns.append({"key": "placed", "label": _ON_MAP.of(lang)})
    return {
        "columns": columns,
        "rows": [_row(mark, value, labels, lang) for mark, value in _ordered(pairs, told)],
    }


def _figures(told: Told, pairs: Sequence[tuple[Mark, Value]], lang: str) -> list[Row]:
    columns: list[Row] = [{"key": "said", "label": _SAID.of(lang)}]
    if any(value.value is not None for _, value in pairs) and not _says_its_class(told, pairs):
        kind = "share" if told.unit == "%" else "num"
        named = told.unit.capitalize() if told.unit not in ("", "%") else told.title
        columns.append({"key": "value", "label": named, "kind": kind})
    if any(value.n is not None for _, value in pairs):
        columns.append({"key": "x", "label": _X.of(lang), "kind": "num"})
        columns.append({"key": "n", "label": _N.of(lang), "kind": "num"})
    return columns


def _says_its_class(told: Told, pairs: Sequence[tuple[Mark, Value]]) -> bool:
    """Whether the words are those of the classes: then the number is only their place in order."""
    labels = told.classes.labels if told.classes else ()
    return all(value.text in labels for _, value in pairs if value.value is not None)


def _ordered(pairs: Sequence[tuple[Mark, Value]], told: Told) -> list[tuple[Mark, Value]]:
    """Those that the map is most about first, then the others as they came."""
    place = {code: at for at, code in enumerate(told.first)}
    return sorted(pairs, key=lambda pair: place.get(pair[0].code, len(place)))


def _row(mark: Mark, value: Value, labels: Sequence[str], lang: str) -> Row:
    found: Row = {f"line {label}": "" for label in labels}
    for label, text in value.lines:
        found[f"line {label}"] = text
    return found | {
        "name": {"text": mark.name, "href": mark.href},
        "said": value.text or _UNKNOWN.of(lang),
        "value": value.value,
        "x": value.x,
        "n": value.n,
        "more": "; ".join(f"{label}: {text}" for label, text in value.lines),
        "placed": (_NO if mark.shape is None else _YES).of(lang),
    }
