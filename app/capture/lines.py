"""How rows of an instrument stand as lines: on paper, and where paper is typed in.

Worked out from the definition, so that both show the same: rows that a catalogue names
beforehand (``fixed``), homes with one narrow column a practice (``crossed``), short rows as
a table (``table``), and long ones as a card each (``cards``).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.capture.fields import Field, Instrument
from app.capture.values import blank

Shape = Literal["fixed", "crossed", "table", "cards"]
MOST_COLUMNS = 8
TEXTS = 2
QUICK = "_renglones"  # posted beside the answers where rows were typed as lines
CELL = "@"
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
PEOPLE = CELL  # where the lines of a home's people wait beside its own answers


@dataclass(frozen=True, slots=True)
class Crossing:
    """Homes with people and practices: which field plays which part.

    ``kind`` says who a person is; ``aged`` is the choice of it that has a date of birth.
    """

    homes: Field
    home: Field
    people: Field
    number: Field
    seen: Field
    practice: Field
    person: Field
    value: Field
    how: Field
    kind: Field | None
    aged: str

    @property
    def adults(self) -> str:
        """The posted name before the lines of those who are told by their kind."""
        return CELL + self.people.code

    @property
    def children(self) -> str:
        """The posted name before the lines of those of one kind, told by their birth."""
        return self.adults + "+"


@dataclass(frozen=True, slots=True)
class Cell:
    """One practice of one line: its answer, and its place among the rows of the document."""

    code: str
    value: str
    at: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a crossed table; ``at`` is where its row stands in the document."""

    at: str
    values: Mapping[str, Any]
    cells: Mapping[str, Cell]
    how: str


def shape(field: Field) -> Shape:
    """How the rows of a repeat are laid out."""
    if any(inner.type == "repeat" for inner in field.fields):
        return "crossed" if crossing(field) else "cards"
    if fixed_by(field) is not None:
        return "fixed"
    asked = written(field)
    texts = sum(f.type in ("text", "geometry", "select_many") for f in asked)
    return "table" if len(asked) <= MOST_COLUMNS and texts <= TEXTS else "cards"


def written(field: Field) -> list[Field]:
    """What a person writes down of a row: photographs are taken, sums are worked out."""
    return [f for f in field.fields if f.answered and f.type not in ("photo", "file", "repeat")]


def fixed_by(field: Field) -> Field | None:
    """The question that names each row, where all of its answers are known beforehand."""
    if len(field.key) != 1:
        return None
    key = next((f for f in field.fields if f.code == field.key[0]), None)
    if key is None or key.type != "select_one" or key.source == "households":
        return None
    return key


def crossing(field: Field) -> Crossing | None:
    """The parts of a repeat of homes, or None where it has no practices in it."""
    inner = [f for f in field.fields if f.type == "repeat"]
    seen = next((f for f in inner if any(g.source == "practices" for g in f.fields)), None)
    people = next((f for f in inner if f is not seen and f.key), None)
    if seen is None or people is None or not field.key:
        return None
    by = {f.code: f for f in seen.fields}
    practice = next(f for f in seen.fields if f.source == "practices")
    choices = [f for f in seen.fields if f.type == "select_one" and f is not practice]
    person = next((by[code] for code in seen.key if code != practice.code), None)
    if person is None or len(choices) != 2:
        return None
    value, how = sorted(choices, key=lambda f: not f.required)
    home = next(f for f in field.fields if f.code == field.key[0])
    number = next(f for f in people.fields if f.code == people.key[0])
    kind = next((f for f in people.fields if f.type == "select_one"), None)
    return Crossing(
        field, home, people, number, seen, practice, person, value, how, kind, _aged(people, kind)
    )


def _aged(people: Field, kind: Field | None) -> str:
    dated = next((f for f in people.fields if f.type == "date"), None)
    if dated is None or kind is None:
        return ""
    named = (
        code for code in sorted(kind.codes) if f"${{{kind.code}}} = '{code}'" in dated.relevant
    )
    return next(named, "")


def digit(field: Field, code: Any) -> str:
    """The number under which a choice stands on paper, from 1; what is none of them as it is."""
    codes = [choice.code for choice in field.choices]
    return str(codes.index(code) + 1) if code in codes else str(code or "")


def coded(field: Field, text: str) -> str:
    """The choice with that number, or what was typed, for the rules to speak about."""
    text = text.strip()
    codes = [choice.code for choice in field.choices]
    if text.isdecimal() and 0 < int(text) <= len(codes):
        return codes[int(text) - 1]
    return text


def lines_of(crossed: Crossing, rows: Iterable[Mapping[str, Any]]) -> tuple[list[Line], list[Line]]:
    """The lines of the homes and those of their people, of what a document holds."""
    homes, people = [], []
    for at, row in enumerate(rows):
        where = f"{crossed.homes.code}.{at}"
        seen = list(enumerate(row.get(crossed.seen.code) or []))
        own = [(n, each) for n, each in seen if blank(each.get(crossed.person.code))]
        homes.append(_line(crossed, where, row, own, where))
        for number, person in enumerate(row.get(crossed.people.code) or []):
            name = str(person.get(crossed.number.code) or "")
            hers = [(n, e) for n, e in seen if name and str(e.get(crossed.person.code)) == name]
            place = f"{where}.{crossed.people.code}.{number}"
            told = {**person, crossed.home.code: row.get(crossed.home.code)}
            people.append(_line(crossed, place, told, hers, where))
    return homes, people


def _line(
    crossed: Crossing,
    at: str,
    values: Mapping[str, Any],
    seen: list[tuple[int, Mapping[str, Any]]],
    home: str,
) -> Line:
    cells = {}
    for number, each in seen:
        code = str(each.get(crossed.practice.code) or "")
        shown = digit(crossed.value, each.get(crossed.value.code))
        cells[code] = Cell(code, shown, f"{home}.{crossed.seen.code}.{number}")
    how = next((str(e[crossed.how.code]) for _, e in seen if e.get(crossed.how.code)), "")
    return Line(at, values, cells, how)


def answers(instrument: Instrument, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was typed as lines, under the names that the document's questions have.

    Days come as paper has them, day first; here they become those of the calendar's norm.
    """
    days = {field.code for field, _ in instrument.walk() if field.type == "date"}
    pairs = [(name, _iso(text) if _leaf(name) in days else text) for name, text in pairs]
    for field in instrument.fields():
        if field.type != "repeat":
            continue
        if shape(field) == "fixed":
            pairs = _without_unasked(field, pairs)
        elif shape(field) == "crossed":
            crossed = crossing(field)
            assert crossed is not None
            pairs = _uncrossed(crossed, pairs)
    return pairs


def _iso(text: str) -> str:
    found = _DAY.fullmatch(text.strip())
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def _without_unasked(field: Field, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Rows that were printed with their name and left blank were not asked."""
    key = fixed_by(field)
    assert key is not None
    silent = {key.code, "_id"}
    said = {
        _row(name, field.code) for name, text in pairs if text.strip() and _leaf(name) not in silent
    }
    return [(n, t) for n, t in pairs if _row(n, field.code) is None or _row(n, field.code) in said]


def _row(name: str, repeat: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == repeat and len(parts) > 2 else None


def _leaf(name: str) -> str:
    return name.rpartition(".")[2]


def _uncrossed(crossed: Crossing, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    homes: dict[str, dict[str, Any]] = {}
    people: dict[tuple[str, str], dict[str, Any]] = {}
    kept = []
    for name, text in pairs:
        first, _, rest = name.partition(".")
        index, _, leaf = rest.partition(".")
        if first == crossed.homes.code and index.isdecimal():
            homes.setdefault(index, {})[leaf] = text
        elif index.isdecimal() and first in (crossed.adults, crossed.children):
            people.setdefault((first, index), {})[leaf] = text
        else:
            kept.append((name, text))
    rows = [row for _, row in sorted(homes.items(), key=lambda each: int(each[0])) if _says(row)]
    for (table, _), person in sorted(
        people.items(), key=lambda each: (each[0][0], int(each[0][1]))
    ):
        if not _says(person):
            continue
        if table == crossed.children and crossed.kind is not None:
            person[crossed.kind.code] = crossed.aged
        _home_of(crossed, rows, person).setdefault(PEOPLE, []).append(person)
    for number, row in enumerate(rows):
        kept += _home_pairs(crossed, f"{crossed.homes.code}.{number}.", row)
    return kept


def _says(row: Mapping[str, str]) -> bool:
    return any(text.strip() for name, text in row.items() if name != "_id")


def _home_of(
    crossed: Crossing, rows: list[dict[str, Any]], person: Mapping[str, str]
) -> dict[str, Any]:
    """The line of the home that a person's line names; a new one, to be mended, if none does."""
    wanted = person.get(crossed.home.code, "").strip()
    for row in rows:
        if row.get(crossed.home.code, "").strip().casefold() == wanted.casefold():
            return row
    rows.append({crossed.home.code: wanted})
    return rows[-1]


def _home_pairs(crossed: Crossing, at: str, row: dict[str, Any]) -> list[tuple[str, str]]:
    people: list[dict[str, str]] = row.pop(PEOPLE, [])
    found = [(at + name, text) for name, text in row.items() if not name.startswith(CELL)]
    seen = _seen(crossed, row, "")
    taken = {p.get(crossed.number.code, "").strip() for p in people}
    for index, person in enumerate(people):
        number = person.get(crossed.number.code, "").strip() or _next(taken)
        taken.add(number)
        place = f"{at}{crossed.people.code}.{index}."
        own = {**person, crossed.number.code: number}
        skipped = (crossed.home.code,)
        found += [(place + n, t) for n, t in own.items() if n not in skipped and n[:1] != CELL]
        seen += _seen(crossed, person, number)
    for index, each in enumerate(seen):
        place = f"{at}{crossed.seen.code}.{index}."
        found += [(place + name, text) for name, text in each.items() if text]
    return found


def _next(taken: set[str]) -> str:
    return str(next(n for n in range(1, 1000) if str(n) not in taken))


def _seen(crossed: Crossing, line: Mapping[str, str], person: str) -> list[dict[str, str]]:
    """One row for each practice that has an answer; how it was known holds for the whole line."""
    how = coded(crossed.how, line.get(f"{CELL}how", ""))
    found = []
    for name, text in line.items():
        if not name.startswith(f"{CELL}.") or not text.strip():
            continue
        value = coded(crossed.value, text)
        row = {crossed.practice.code: name[2:], crossed.person.code: person}
        row[crossed.value.code] = value
        row[crossed.how.code] = how if _is_known(crossed, value) else ""
        found.append(row)
    return found


def _is_known(crossed: Crossing, value: str) -> bool:
    """Whether one may say how it was known: the question of that is asked of such answers."""
    asked = crossed.how.relevant
    return not asked or f"'{value}'" in asked
