"""Lines of sheets put together into documents, and each answer's way back to its cell.

``grouped`` says which lines are one document; ``assembled`` makes the raw answers of one,
which ``app.capture.answers.read`` then judges like any others. ``Document.cell`` finds the
line and the column of whatever it complains about.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.capture.fields import Field
from app.capture.spread_cells import Cells, Wrong, place
from app.capture.spreadsheets import (
    COMMUNITY,
    FICHA,
    HOW,
    LINKS,
    OBSERVED,
    REASON,
    ROUND,
    UUID,
    Column,
    Layout,
)

Raw = dict[str, Any]
Key = tuple[str, ...]
_LAST = re.compile(r"(?:^|\.)([^.\[\]]+)(?:\[\d+\])?$")


@dataclass(frozen=True, eq=False)
class Line:
    """One line of a sheet: its cells by column code, and the letter of each column."""

    tab: str
    row: int
    target: tuple[str, ...]
    cells: Mapping[str, str]
    letters: Mapping[str, str]

    def says(self, bare: Collection[str] = ()) -> bool:
        """Whether it answers anything; its number, its place and what is ``bare`` are nothing."""
        return any(text for c, text in self.cells.items() if c not in LINKS and c not in bare)


@dataclass(frozen=True)
class Fault:
    """A cell, or a whole line where ``code`` is blank, and what is wrong with it."""

    line: Line
    code: str
    message: str
    remedy: str = ""

    @property
    def value(self) -> str:
        """What the cell says."""
        return self.line.cells.get(self.code, "")


@dataclass
class Group:
    """The lines of one document."""

    key: Key
    lines: list[Line] = field(default_factory=list)

    def link(self, code: str) -> str:
        """What the lines say of the document: its community, its round, its key."""
        return next((text for line in self.lines if (text := line.cells.get(code, ""))), "")


@dataclass
class Document:
    """The raw answers of one document, and where each came from."""

    raw: Raw
    lines: list[Line]
    at: dict[str, tuple[Line, str]] = field(default_factory=dict)
    rows: dict[str, Line] = field(default_factory=dict)
    homes: dict[Line, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    remarks: dict[str, list[Line]] = field(default_factory=dict)

    def cell(self, path: str) -> tuple[Line, str]:
        """The line of an answer, and its column or blank."""
        if path in self.at:
            return self.at[path]
        name = found[1] if (found := _LAST.search(path)) else path
        above = path
        while above:
            line = self.rows.get(above)
            if line is not None:
                return line, _code_in(line, name)
            cut = max(above.rfind("."), above.rfind("["))
            above = above[: max(cut, 0)]
        return self.lines[0], _code_in(self.lines[0], name)

    def reason(self, path: str) -> str:
        """Why an unusual answer stands, as its line says; blank where it does not."""
        line, _ = self.cell(path)
        return line.cells.get(REASON, "")

    def faulty(self, line: Line, code: str) -> bool:
        """Whether something is known to be wrong with a cell already."""
        name = code.partition(".")[0]
        return any(f.line is line and f.code.partition(".")[0] == name for f in self.faults)


def _code_in(line: Line, name: str) -> str:
    for code in (name, f"{name}.lat", f"{name}.shape"):
        if code in line.letters:
            return code
    return ""


def grouped(layout: Layout, lines: Iterable[Line]) -> tuple[list[Group], list[Fault]]:
    """Lines by document, in the order of the first line of each, and lines that are nobody's."""
    groups: dict[Key, Group] = {}
    faults: list[Fault] = []
    main = (layout.homes,) if layout.homes else ()
    listed = list(lines)
    heads = {_key(line) for line in listed if line.target == main}
    for line in listed:
        key = _key(line)
        if heads and line.target != main and key not in heads:
            faults.append(_orphan(line))
            continue
        group = groups.setdefault(key, Group(key))
        if not layout.homes and not line.target and any(not each.target for each in group.lines):
            other = next(each for each in group.lines if not each.target)
            message = f"La ficha {line.cells.get(FICHA, '')} ya está en la fila {other.row}."
            faults.append(Fault(line, FICHA, message, "Dé a cada ficha su propio número."))
            continue
        group.lines.append(line)
    return list(groups.values()), faults


def _key(line: Line) -> Key:
    for code in (UUID, FICHA):
        if line.cells.get(code):
            return (code, line.cells[code])
    if not line.target:
        return ("line", line.tab, str(line.row))
    return (COMMUNITY, line.cells.get(COMMUNITY, ""), line.cells.get(ROUND, ""))


def _orphan(line: Line) -> Fault:
    number = line.cells.get(FICHA) or line.cells.get(UUID, "")
    if not number:
        message = "La fila no dice de qué ficha es."
        return Fault(line, FICHA, message, "Escriba el número que la ficha tiene en su hoja.")
    message = f"La ficha {number} no está en la hoja de fichas."
    return Fault(line, FICHA, message, "Revise el número, o agregue su fila.")


def assembled(layout: Layout, group: Group, cells: Cells, tabs: Collection[Key]) -> Document:
    """The document of a group's lines; ``tabs`` are the repeats that have a sheet of their own."""
    return _Assembly(layout, cells, tabs).document(group)


class _Assembly:
    def __init__(self, layout: Layout, cells: Cells, tabs: Collection[Key]) -> None:
        self.columns = layout.known()
        self.homes = layout.homes
        self.cells = cells
        self.tabs = frozenset(tabs)
        self.fields = {field.code: field for field, _ in layout.instrument.walk()}

    def document(self, group: Group) -> Document:
        self.doc = Document({}, list(group.lines))
        self.keyed: dict[tuple[str, Key], int] = {}
        for line in sorted(group.lines, key=lambda each: len(each.target)):
            self.cells.remarks.clear()
            self._line(line)
            for remark in sorted(self.cells.remarks):
                self.doc.remarks.setdefault(remark, []).append(line)
        return self.doc

    def _line(self, line: Line) -> None:
        levels, items = self._read(line)
        if self._only_of_document(line, levels) and not items:
            rows: list[tuple[Raw, str]] | None = [(self.doc.raw, "")]
            levels = {0: levels[0]}
        else:
            rows = self._rows(line, levels)
        if rows is None:
            return
        for level, values in levels.items():
            row, path = rows[level]
            for code, (value, column) in values.items():
                self._put(row, path, (code, value), (line, column))
        if items and len(rows) > 1:
            self._observe(line, items, rows)

    def _only_of_document(self, line: Line, levels: Mapping[int, Mapping[str, Any]]) -> bool:
        """Whether the line of a home says nothing of the home, as where nobody went there."""
        if not self.homes or line.target != (self.homes,):
            return False
        return levels.get(1, {}).keys() <= set(self.fields[self.homes].key)

    def _read(
        self, line: Line
    ) -> tuple[dict[int, dict[str, tuple[Any, str]]], dict[str, tuple[Any, Column]]]:
        """Answers by how deep they stand, each with its column; and those of the catalogue."""
        levels: dict[int, dict[str, tuple[Any, str]]] = {0: {}}
        items: dict[str, tuple[Any, Column]] = {}
        places: dict[str, dict[str, str]] = {}
        for code, text in line.cells.items():
            column = self.columns.get(code)
            if column is None or column.field is None or not text:
                continue
            if column.part:
                places.setdefault(column.field.code, {})[column.part] = text
                continue
            value = self._value(line, column, text)
            if column.item:
                items[column.item] = (value, column)
            else:
                levels.setdefault(len(column.chain), {})[code] = (value, code)
        for code, parts in places.items():
            self._place(line, self.fields[code], parts, levels)
        return levels, items

    def _value(self, line: Line, column: Column, text: str) -> Any:
        try:
            return self.cells.raw(column, text)
        except Wrong as wrong:
            self.doc.faults.append(Fault(line, column.code, wrong.message, wrong.remedy))
            return text

    def _place(
        self,
        line: Line,
        asked: Field,
        parts: Mapping[str, str],
        levels: dict[int, dict[str, tuple[Any, str]]],
    ) -> None:
        code = f"{asked.code}.{next(iter(parts))}"
        chain = self.columns[code].chain
        try:
            value = place(parts, asked)
        except Wrong as wrong:
            self.doc.faults.append(Fault(line, code, wrong.message, wrong.remedy))
            return
        levels.setdefault(len(chain), {})[asked.code] = (value, code)

    def _rows(
        self, line: Line, levels: Mapping[int, Mapping[str, tuple[Any, str]]]
    ) -> list[tuple[Raw, str]] | None:
        """The rows that a line stands in, outermost first; None where one is not there."""
        rows: list[tuple[Raw, str]] = [(self.doc.raw, "")]
        for depth, code in enumerate(line.target, 1):
            above, path = rows[-1]
            listed = above.setdefault(code, [])
            at = f"{path}.{code}" if path else code
            named = {name: value for name, (value, _) in levels.get(depth, {}).items()}
            key = tuple(str(named.get(name, "")) for name in self.fields[code].key)
            index = self._index(listed, at, key) if depth < len(line.target) else None
            if index is None:
                if depth < len(line.target) and line.target[:depth] in self.tabs:
                    self._refuse(line, self.fields[code], key)
                    return None
                index = len(listed)
                listed.append({})
                self.doc.rows[f"{at}[{index}]"] = line
                self.keyed.setdefault((at, key), index)
            rows.append((listed[index], f"{at}[{index}]"))
        if self.homes and line.target[:1] == (self.homes,):
            self.doc.homes[line] = rows[1][1]
        return rows

    def _index(self, listed: list[Raw], at: str, key: Key) -> int | None:
        if not key:  # rows that nothing tells apart: a line belongs to the one before it
            return len(listed) - 1 if listed else None
        return self.keyed.get((at, key))

    def _refuse(self, line: Line, repeat: Field, key: Key) -> None:
        column = repeat.key[0] if repeat.key else ""
        if self.doc.faulty(line, column):
            return
        message = f"«{' '.join(key)}» no está en la hoja «{repeat.label.es}»."
        self.doc.faults.append(Fault(line, column, message, "Agréguelo allí, o corrija el código."))

    def _put(self, row: Raw, path: str, answer: tuple[str, Any], cell: tuple[Line, str]) -> None:
        code, value = answer
        at = f"{path}.{code}" if path else code
        if code not in row:
            row[code] = value
            self.doc.at[at] = cell
        elif row[code] != value:
            line, column = cell
            other = self.doc.at[at][0]
            message = f"Dice otra cosa que la fila {other.row} de «{other.tab}», de la misma ficha."
            self.doc.faults.append(Fault(line, column, message, "Deje lo mismo en las dos."))

    def _observe(
        self, line: Line, items: dict[str, tuple[Any, Column]], rows: list[tuple[Raw, str]]
    ) -> None:
        """A row for each practice that has a column and an answer."""
        home, path = rows[1]
        how = items.pop(HOW, None)
        person = rows[-1][0].get(OBSERVED.number) if line.target[-1] == OBSERVED.roster else None
        listed = home.setdefault(OBSERVED.repeat, [])
        for item, (value, column) in items.items():
            at = f"{path}.{OBSERVED.repeat}[{len(listed)}]"
            made = {OBSERVED.item: item, OBSERVED.value: value}
            if person is not None:
                made[OBSERVED.person] = person
            if how is not None:
                made[OBSERVED.how] = how[0]
                self.doc.at[f"{at}.{OBSERVED.how}"] = (line, HOW)
            listed.append(made)
            self.doc.rows[at] = line
            for name in (OBSERVED.item, OBSERVED.value):
                self.doc.at[f"{at}.{name}"] = (line, column.code)
        if not listed:
            del home[OBSERVED.repeat]


def without(group: Group, document: Document, homes: Collection[str]) -> Group:
    """The same lines but those of some homes, named by the path of their row."""
    kept = [line for line in group.lines if document.homes.get(line) not in homes]
    return Group(group.key, kept)


def home_of(layout: Layout, path: str) -> str | None:
    """The row of the home in which an answer stands; None where it is of the whole document."""
    if not layout.homes:
        return None
    found = re.match(rf"{re.escape(layout.homes)}\[\d+\]", path)
    return found[0] if found else None


def units(layout: Layout, document: Document) -> Iterator[tuple[str, Line]]:
    """What is taken or left out by itself: each home, or the document whole."""
    if not layout.homes:
        yield "", document.lines[0]
        return
    for path, line in document.rows.items():
        if home_of(layout, path) == path:
            yield path, line
