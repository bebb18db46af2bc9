"""Who took which layer that is not for everybody, and how many rows of it: in the trail.

One row an export or a print. What the public may see is nobody's business who takes it.
"""

from collections.abc import Iterable

from app.gis.outgoing import Table
from app.operations import trail
from app.operations.layers import registry, visible
from app.operations.layers.exports import ALL, LIMITS
from app.operations.layers.offered import Reader, Sheet
from app.operations.trail import Act, Author
from app.store.sessions import Store

Taken = list[tuple[str, int]]
"""The code of a layer, with its choice, and how many rows of it."""


def of_tables(reader: Reader, tables: Iterable[Table]) -> Taken:
    """Those of the tables of a file that are not public."""
    return [
        (table.code, len(table.rows))
        for table in tables
        if table.code != LIMITS and not _is_public(reader, table.code)
    ]


def of_sheets(sheets: Iterable[Sheet]) -> Taken:
    """Those of the sheets of a paper that are not public."""
    return [(each.offer.code, len(each.rows)) for each in sheets if not each.offer.asked.public]


def note(store: Store, author: Author, reader: Reader, way: str, taken: Taken) -> None:
    """Write down that these rows were taken away, as ``export csv`` or ``print pdf``."""
    if not taken:
        return
    rows = sum(count for _, count in taken)
    listed = ", ".join(f"{code} {count}" for code, count in taken)
    said = f"{rows} filas" if len(taken) == 1 else f"{len(taken)} capas, {rows} filas: {listed}"
    subject = taken[0][0] if len(taken) == 1 else ALL
    with store.writing() as session:
        act = Act(way, "maps", subject[:64], reader.where.place_id, said)
        trail.record(session, author, act)


def _is_public(reader: Reader, code: str) -> bool:
    layer = registry.by_code(code.partition(".")[0])
    return visible.audience(reader.policy, reader.actor, reader.where, layer)
