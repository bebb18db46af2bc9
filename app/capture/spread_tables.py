"""Documents as flat tables: one of the documents, one more for each repeat.

Columns are those of the newest version, with what older ones asked besides at the end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.capture import spreadsheets
from app.capture.fields import Field, Instrument, Text
from app.capture.spreadsheets import Column

Cell = str | int | float | None
HEAD: tuple[tuple[str, Text], ...] = (
    ("uuid", Text("Identificador de la ficha", "Key of the form")),
    ("ubigeo", Text("UBIGEO del distrito", "UBIGEO of the district")),
    ("comunidad", Text("Código de la comunidad", "Code of the community")),
)
ABOUT: tuple[tuple[str, Text], ...] = (
    ("nombre_comunidad", Text("Comunidad", "Community")),
    ("ronda", Text("Ronda", "Round")),
    ("version", Text("Versión de la ficha", "Version of the form")),
    ("estado", Text("Estado", "State")),
    ("recibida", Text("Recibida (hora universal)", "Received (UTC)")),
)
ROW = ("fila", Text("Fila de la ficha", "Row of the form"))


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an export: its name, its titles and codes, and the repeat of its rows.

    ``geometry`` is the field that places its rows; the documents without one stand at the
    point of their community.
    """

    name: str
    title: Text
    chain: tuple[str, ...]
    columns: tuple[Column, ...]
    codes: tuple[str, ...]
    titles: tuple[Text, ...]
    geometry: str = ""

    @property
    def shaped(self) -> bool:
        """Whether its rows have places."""
        return not self.chain or bool(self.geometry)


def tables_of(versions: Sequence[Instrument]) -> Iterator[Table]:
    """The tables of the newest version, with what older ones asked besides at their end."""
    newest = versions[0]
    fields: dict[tuple[str, ...], dict[str, Column]] = {(): {}}
    places: dict[tuple[str, ...], str] = {}
    titles: dict[tuple[str, ...], Text] = {(): newest.title}
    for instrument in versions:
        _gather(tuple(instrument.fields()), (), fields, places, titles)
    for chain, found in fields.items():
        head = (*HEAD, *ABOUT) if not chain else (*HEAD, *_numbers(chain))
        yield Table(
            chain[-1] if chain else "fichas",
            titles[chain],
            chain,
            tuple(found.values()),
            (*(code for code, _ in head), *found),
            (*(words for _, words in head), *(column.title for column in found.values())),
            places.get(chain, ""),
        )


def _numbers(chain: tuple[str, ...]) -> Iterator[tuple[str, Text]]:
    """The column of a row's number, after those of the rows above it."""
    for code in chain[:-1]:
        yield f"{ROW[0]}_{code}", ROW[1]
    yield ROW


def _gather(
    fields: tuple[Field, ...],
    chain: tuple[str, ...],
    found: dict[tuple[str, ...], dict[str, Column]],
    places: dict[tuple[str, ...], str],
    titles: dict[tuple[str, ...], Text],
) -> None:
    for column in spreadsheets.columns_of(fields, chain):
        found[chain].setdefault(column.code, column)
    for field in fields:
        if field.type == "geometry":
            places.setdefault(chain, field.code)
        elif field.type == "repeat":
            inner = (*chain, field.code)
            found.setdefault(inner, {})
            titles.setdefault(inner, field.label)
            _gather(field.fields, inner, found, places, titles)


def rows_of(
    raw: Mapping[str, Any], chain: tuple[str, ...], numbers: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], Mapping[str, Any]]]:
    """The rows of a repeat with their numbers; the document itself where ``chain`` is empty."""
    if not chain:
        yield numbers, raw
        return
    for number, row in enumerate(raw.get(chain[0]) or (), 1):
        yield from rows_of(row, chain[1:], (*numbers, number))


def cell_of(column: Column, values: Mapping[str, Any]) -> Cell:
    """What a cell shows of an answer: figures as figures, lists with «; », places as WKT."""
    assert column.field is not None
    value = values.get(column.field.code)
    if value is None:
        return None
    if column.part:
        return _part(column.part, value)
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if column.field.type == "decimal":
        return float(value)
    return value if isinstance(value, int) else str(value)


def _part(part: str, place: Mapping[str, Any]) -> Cell:
    kind, at = place.get("type"), place.get("coordinates")
    if at is None:
        return None
    if kind == "Point":
        return None if part == "shape" else at[1] if part == "lat" else at[0]
    if part != "shape":
        return None
    if kind == "LineString":
        return f"LINESTRING({_pairs(at)})"
    return "POLYGON(" + ", ".join(f"({_pairs(ring)})" for ring in at) + ")"


def _pairs(at: Sequence[Sequence[float]]) -> str:
    return ", ".join(f"{lon} {lat}" for lon, lat, *_ in at)
