"""Answers as an HTML form posts them, and back.

Names: ``families``, ``problems.0.votes_women``, ``problems.0._id``; check boxes repeat
their name; a geometry posts GeoJSON under its name; the reason for a soft rule posts as
``_reasons.problems.0.people_affected``. Rows that hold nothing are left out, and those
after them move up, with their reasons.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from app.capture.fields import Field, Instrument
from app.capture.problems import form_name, path_of
from app.capture.values import blank, plain
from app.errors import TooLarge

MOST_PAIRS = 60_000
NOT_ANSWERS = frozenset({"csrf", "version", "accion"})
_ROW = re.compile(r"0|[1-9]\d{0,5}")

Tree = dict[str, Any]


def from_form(
    instrument: Instrument,
    pairs: Iterable[tuple[str, str]],
    ignore: Collection[str] = NOT_ANSWERS,
) -> dict[str, Any]:
    """Build the raw document of a posted form, for ``read`` to judge.

    Raises
    ------
    TooLarge
        There are more than ``MOST_PAIRS`` fields.
    """
    given: dict[str, list[str]] = {}
    reasons: dict[str, str] = {}
    for count, (name, text) in enumerate(pairs):
        if count >= MOST_PAIRS:
            raise TooLarge("El formulario tiene más de {most} campos.", most=MOST_PAIRS)
        if name.startswith("_reasons."):
            reasons[path_of(name.removeprefix("_reasons."))] = text
        elif name not in ignore:
            given.setdefault(name, []).append(text)
    moved: dict[str, str] = {}
    raw = _row(tuple(instrument.fields()), _tree(given), "", "", moved)
    kept = {_moved(path, moved): text for path, text in reasons.items() if text.strip()}
    if kept:
        raw["_reasons"] = kept
    return raw


def to_form(instrument: Instrument, values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values for a page: text, numbers, lists of codes, GeoJSON, rows as lists."""
    return _shown(tuple(instrument.fields()), values)


def pairs_of(instrument: Instrument, raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Flatten a raw document into the pairs that a form would post, to try pages with."""
    found: list[tuple[str, str]] = []
    _flatten(tuple(instrument.fields()), raw, "", found)
    reasons = raw.get("_reasons") or {}
    return found + [(f"_reasons.{form_name(path)}", text) for path, text in reasons.items()]


def _tree(given: Mapping[str, list[str]]) -> Tree:
    """Nest names by their dots; a name that is both a value and a branch keeps its value."""
    tree: Tree = {}
    for name, texts in given.items():
        parts = name.split(".") if name.count(".") <= 8 else [name]
        at = tree
        for part in parts[:-1]:
            below = at.setdefault(part, {})
            if not isinstance(below, dict):
                below = at[part] = {"": below}
            at = below
        leaf = at.get(parts[-1])
        if isinstance(leaf, dict):
            leaf[""] = texts
        else:
            at[parts[-1]] = texts
    return tree


def _row(
    fields: tuple[Field, ...], tree: Tree, was: str, path: str, moved: dict[str, str]
) -> dict[str, Any]:
    known = {field.code: field for field in fields}
    raw: dict[str, Any] = {}
    for name, held in tree.items():
        field = known.get(name)
        if field is None:
            raw[name] = held[-1] if isinstance(held, list) else held
        elif field.type == "repeat" and isinstance(held, dict):
            raw[name] = _rows(field, held, was + name, path + name, moved)
        else:
            raw[name] = _leaf(field, held)
    return raw


def _rows(
    field: Field, held: Tree, was: str, path: str, moved: dict[str, str]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    numbered = [key for key in held if _ROW.fullmatch(key) and isinstance(held[key], dict)]
    for key in sorted(numbered, key=int):
        before, after = f"{was}[{key}]", f"{path}[{len(rows)}]"
        row = _row(field.fields, held[key], before + ".", after + ".", moved)
        if all(blank(value) for name, value in row.items() if name != "_id"):
            continue
        moved[before] = after
        rows.append(row)
    return rows


def _leaf(field: Field, held: Any) -> Any:
    typed = ""
    if isinstance(held, dict):
        typed = "".join(held.get("text") or [])
        held = held.get("", [])
    texts = [text for text in held if text.strip()] if isinstance(held, list) else []
    if field.type == "select_many":
        return texts
    return texts[-1] if texts else typed


def _moved(path: str, moved: Mapping[str, str]) -> str:
    for before in sorted(moved, key=len, reverse=True):
        if path.startswith(before + "."):
            return moved[before] + path[len(before) :]
    return path


def _shown(fields: tuple[Field, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"_id": values["_id"]} if "_id" in values else {}
    for field in fields:
        value = values.get(field.code)
        if value is None:
            continue
        if field.type == "repeat":
            found[field.code] = [_shown(field.fields, row) for row in value]
        else:
            found[field.code] = plain(value)
    return found


def _flatten(
    fields: tuple[Field, ...], raw: Mapping[str, Any], prefix: str, found: list[tuple[str, str]]
) -> None:
    if raw.get("_id"):
        found.append((f"{prefix}_id", str(raw["_id"])))
    for field in fields:
        value = raw.get(field.code)
        if value is None:
            continue
        name = prefix + field.code
        if field.type == "repeat":
            for index, row in enumerate(value):
                _flatten(field.fields, row, f"{name}.{index}.", found)
        elif isinstance(value, list | tuple):
            found.extend((name, str(item)) for item in value)
        else:
            found.append((name, _posted(value)))


def _posted(value: Any) -> str:
    if isinstance(value, Mapping):
        return json.dumps(value)
    return str(plain(value))
