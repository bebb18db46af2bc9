"""A sheet as it is typed in from paper: its lists as lines, in the order in which paper has them.

The fields, labels, choices and rules are the instrument's. What is made here is only where
each answer stands, under which posted name, and where what is wrong with it is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.capture import lines
from app.capture.fields import Field, Instrument, Text
from app.capture.lines import Crossing, Line
from app.operations.paper import AskedPractice

BLANK = {"homes": 12, "people": 5, "table": 4}

Named = Mapping[str, Any]
Lists = Mapping[str, Sequence[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its posted name, what it holds, where its error is told.

    ``field`` is the question; ``choices`` as (number, code, words) where it has some.
    """

    name: str
    id: str
    field: Field
    value: Any
    error: str = ""
    practice: AskedPractice | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of boxes behind what is given: hidden values, and cells that only show."""

    hidden: tuple[tuple[str, str], ...]
    given: tuple[str | Text, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a column; ``title`` is the whole name where the heading is a code."""

    words: str | Text
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under one posted name; ``pattern`` is the line that a new row copies."""

    name: str
    label: str | Text
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    pattern: Row | None
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """Marked words of the page that the definition does not have."""

    women: str
    children: str


def build(
    instrument: Instrument,
    practices: Sequence[AskedPractice],
    told: Named,
    lists: Lists,
    words: Texts,
) -> dict[str, Any]:
    """The tables of each list by its code; errors and doubts where the page tells them."""
    errors, doubts = dict(told["errors"]), dict(told["doubts"])
    tables: dict[str, list[Table]] = {}
    for field in instrument.fields():
        if field.type != "repeat":
            continue
        rows = told["answers"].get(field.code) or []
        kind = lines.shape(field)
        crossed = lines.crossing(field) if kind == "crossed" else None
        given = _given(field, practices, lists) if kind == "fixed" else []
        if crossed is not None:
            tables[field.code] = _crossed(crossed, practices, rows, errors, words)
        elif given:
            errors, doubts = (_moved(each, field, rows, given) for each in (errors, doubts))
            tables[field.code] = [_fixed(field, given, rows, errors)]
        elif kind != "cards":
            tables[field.code] = [_table(field, rows, errors)]
    loose = {code: _loose(code, made, errors) for code, made in tables.items()}
    return {"tables": tables, "errors": errors, "doubts": doubts, "lists": lists, "loose": loose}


def _loose(code: str, tables: Sequence[Table], errors: Named) -> list[tuple[str, str]]:
    """What is wrong in a list and has no box of its own, such as a sum."""
    boxes = {box.id for table in tables for row in table.rows for box in row.boxes}
    return [
        (name, text)
        for name, text in errors.items()
        if name.startswith(f"{code}.") and f"f-{name}" not in boxes
    ]


def _given(
    field: Field, practices: Sequence[AskedPractice], lists: Lists
) -> list[tuple[str, str, Any]]:
    """Each row that paper names beforehand: code, what stands first, words."""
    key = lines.fixed_by(field)
    assert key is not None
    if key.source == "practices":
        return [(p.code, p.code, p.name) for p in practices]
    choices = lists.get(key.code) or [(c.code, c.label) for c in key.choices]
    return [(str(code), str(n), text) for n, (code, text) in enumerate(choices, 1)]


def _moved(
    names: Named, field: Field, rows: Sequence[Named], given: Sequence[tuple[str, str, Any]]
) -> dict[str, Any]:
    """What is told of the nth answered row, told where that row stands among all of them."""
    key = lines.fixed_by(field)
    assert key is not None
    place = {code: at for at, (code, _, _) in enumerate(given)}
    at = {n: place.get(str(row.get(key.code)), n) for n, row in enumerate(rows)}
    found = {}
    for name, value in names.items():
        parts = name.split(".")
        if parts[0] == field.code and len(parts) > 1 and parts[1].isdecimal():
            parts[1] = str(at.get(int(parts[1]), parts[1]))
        found[".".join(parts)] = value
    return found


def _fixed(
    field: Field, given: Sequence[tuple[str, str, Any]], rows: Sequence[Named], errors: Named
) -> Table:
    key = lines.fixed_by(field)
    assert key is not None
    asked = [f for f in lines.written(field) if f is not key]
    by = {str(row.get(key.code)): row for row in rows}
    made = []
    for at, (code, first, text) in enumerate(given):
        row, name = by.get(code, {}), f"{field.code}.{at}"
        hidden = ((f"{name}._id", str(row.get("_id") or "")), (f"{name}.{key.code}", code))
        made.append(Row(hidden, (first, text), _boxes(name, name, asked, row, errors)))
    heads = (Head(""), Head(key.label), *(Head(f.label) for f in asked))
    return Table(field.code, field.label, heads, tuple(made), None, field.hint)


def _table(field: Field, rows: Sequence[Named], errors: Named) -> Table:
    asked = lines.written(field)
    most = min(len(rows) + BLANK["table"], field.maximum or 500)
    made = [
        _plain(field.code, at, asked, rows[at] if at < len(rows) else {}, errors)
        for at in range(most)
    ]
    heads = tuple(Head(f.label) for f in asked)
    pattern = _plain(field.code, "__n__", asked, {}, {})
    return Table(field.code, field.label, heads, tuple(made), pattern, field.hint)


def _plain(code: str, at: int | str, asked: Sequence[Field], row: Named, errors: Named) -> Row:
    name = f"{code}.{at}"
    hidden = ((f"{name}._id", str(row.get("_id") or "")),)
    return Row(hidden, (), _boxes(name, name, asked, row, errors))


def _boxes(
    name: str, at: str, asked: Sequence[Field], row: Named, errors: Named
) -> tuple[Box, ...]:
    return tuple(
        Box(
            f"{name}.{f.code}",
            f"f-{at}.{f.code}",
            f,
            row.get(f.code),
            errors.get(f"{at}.{f.code}", ""),
        )
        for f in asked
    )


def _crossed(
    crossed: Crossing,
    practices: Sequence[AskedPractice],
    rows: Sequence[Named],
    errors: Named,
    words: Texts,
) -> list[Table]:
    """The lines of homes, of women by who they are, of children by their birth."""
    homes, people = lines.lines_of(crossed, rows)
    by_person = [p for p in practices if p.unit == "person"]
    who = [f for f in lines.written(crossed.people) if f is not crossed.number]
    kinds = [f for f in who if f.type != "date"]
    dated = [f for f in who if f.type == "date"]
    grown = [line for line in people if not _is_aged(crossed, line)]
    young = [line for line in people if _is_aged(crossed, line)]
    told: list[tuple[str, Any, list[Field], list[AskedPractice], list[Line], int]] = [
        (
            crossed.homes.code,
            crossed.homes.label,
            lines.written(crossed.homes),
            [p for p in practices if p.unit == "home"],
            homes,
            BLANK["homes"],
        ),
        (
            crossed.adults,
            words.women,
            [crossed.home, crossed.number, *kinds],
            [p for p in by_person if p.of_women],
            grown,
            BLANK["people"],
        ),
        (
            crossed.children,
            words.children,
            [crossed.home, crossed.number, *dated],
            [p for p in by_person if not p.of_women],
            young,
            BLANK["people"],
        ),
    ]
    return [_lines(crossed, *each, errors) for each in told]


def _is_aged(crossed: Crossing, line: Line) -> bool:
    return crossed.kind is not None and line.values.get(crossed.kind.code) == crossed.aged


def _lines(
    crossed: Crossing,
    name: str,
    label: Any,
    asked: Sequence[Field],
    practices: Sequence[AskedPractice],
    known: Sequence[Line],
    blank: int,
    errors: Named,
) -> Table:
    empty = Line("", {}, {}, "")
    made = [
        _line(crossed, f"{name}.{at}", asked, practices, line, errors)
        for at, line in enumerate([*known, *[empty] * blank])
    ]
    heads = (
        *(Head(f.label) for f in asked),
        *(Head(p.code, p.name) for p in practices),
        Head(crossed.how.label),
    )
    pattern = _line(crossed, f"{name}.__n__", asked, practices, empty, {})
    return Table(name, label, heads, tuple(made), pattern)


def _line(
    crossed: Crossing,
    name: str,
    asked: Sequence[Field],
    practices: Sequence[AskedPractice],
    line: Line,
    errors: Named,
) -> Row:
    at = line.at or name
    hidden = ((f"{name}._id", str(line.values.get("_id") or "")),)
    boxes = _boxes(name, at, asked, line.values, errors)
    cells = tuple(_cell(crossed, name, line, p, errors) for p in practices)
    how = Box(f"{name}.@how", f"f-{at}.@how", crossed.how, lines.digit(crossed.how, line.how))
    return Row(hidden, (), (*boxes, *cells, how))


def _cell(crossed: Crossing, name: str, line: Line, practice: AskedPractice, errors: Named) -> Box:
    cell = line.cells.get(practice.code)
    at = f"{cell.at}.{crossed.value.code}" if cell else f"{name}.@.{practice.code}"
    told = [text for where, text in errors.items() if cell and where.rpartition(".")[0] == cell.at]
    value = cell.value if cell else ""
    error = told[0] if told else ""
    return Box(f"{name}.@.{practice.code}", f"f-{at}", crossed.value, value, error, practice)
