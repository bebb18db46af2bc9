"""Write a layer of limits and the tree that it needs, and take it back.

A layer never overwrites an earlier one: each place keeps all its limits, and the newest
that was not withdrawn is in force.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Select, Table, delete, select, update
from sqlmodel import SQLModel

from app.gis import codes
from app.operations.imports import journal, tree
from app.operations.imports.asked import Checked
from app.operations.layers import national
from app.records.base import folded, sort_key
from app.records.imports import ImportBatch
from app.store import bulk, spatial
from app.store.sessions import Writing
from app.store.types import uuid7

PLACES: Table = SQLModel.metadata.tables["place"]
LIMITS: Table = SQLModel.metadata.tables["boundary"]
_PLACE_COLUMNS = ("id", "uuid", "kind", "code", "name", "search", "sort_key", "parent_id",
                  "capital", "fictitious", "import_id")  # fmt: skip
_LIMIT_COLUMNS = ("id", "uuid", "place_id", "import_id", "vintage", "source", "area_m2",
                  "withdrawn", "geom")  # fmt: skip


@dataclass
class Writes:
    """What to write: places by code (from the country down) and one shape a place."""

    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    renamed: list[tuple[str, int, str, str]] = field(default_factory=list)
    shapes: dict[str, tuple[shapely.Geometry, float]] = field(default_factory=dict)
    vintage: int | None = None
    source: str = ""
    fictitious: bool = False


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Write the tree from the country down, then the shapes."""
    writes: Writes = checked.writes
    by_code = {
        row.code: row.id
        for row in session.rows(
            select(PLACES.c.code, PLACES.c.id).where(PLACES.c.valid_to.is_(None))
        )
    }
    order = ("country", "region", "province", "district")
    new = sorted(writes.new.values(), key=lambda place: (order.index(place["kind"]), place["code"]))
    ids = bulk.new_ids(session, PLACES, len(new))
    rows = []
    for place_id, place in zip(ids, new, strict=True):
        by_code[place["code"]] = place_id
        above = codes.parent(place["code"]) or (tree.COUNTRY if place["kind"] == "region" else "")
        rows.append(
            (
                *(place_id, uuid7(), place["kind"], place["code"], place["name"], place["search"]),
                *(place["sort_key"], by_code.get(above), place["capital"]),
                *(writes.fictitious, batch.id),
            )
        )
    bulk.insert(session, PLACES, _PLACE_COLUMNS, rows)
    journal.made(session, batch.id, PLACES, ids)
    _rename(session, batch, writes)
    _draw(session, batch, writes, by_code)
    if len(writes.shapes) > national.QUICK:
        national.queue(session)  # so that the first who opens the map need not wait for it
    return tree.stamped(code for code in writes.shapes if len(code) == codes.DISTRICT)


def _rename(session: Writing, batch: ImportBatch, writes: Writes) -> None:
    standing = {
        row.id: dict(row._mapping)
        for row in session.rows(
            select(*(PLACES.c[n] for n in ("id", "name", "search", "sort_key", "import_id"))).where(
                PLACES.c.valid_to.is_(None)
            )
        )
    }
    names = ("name", "search", "sort_key", "import_id")
    befores = [
        (place_id, {n: standing[place_id][n] for n in names})
        for _, place_id, _, _ in writes.renamed
    ]
    journal.changed(session, batch.id, PLACES, befores)
    bulk.update(
        session,
        PLACES,
        names,
        [
            (place_id, name, folded(name), sort_key(name), batch.id)
            for _, place_id, _, name in writes.renamed
        ],
    )


def _draw(session: Writing, batch: ImportBatch, writes: Writes, by_code: Mapping[str, int]) -> None:
    ids = bulk.new_ids(session, LIMITS, len(writes.shapes))
    shapes = np.array([None, *(shape for shape, _ in writes.shapes.values())], dtype=object)[1:]
    blobs = shapely.to_wkb(shapely.set_srid(shapes, spatial.SRID), include_srid=True)
    rows = (
        (
            *(limit_id, uuid7(), by_code[code], batch.id, writes.vintage, writes.source, area),
            *(False, blob),
        )
        for limit_id, code, (_, area), blob in zip(
            ids, writes.shapes, writes.shapes.values(), blobs.tolist(), strict=True
        )
    )
    bulk.insert(session, LIMITS, _LIMIT_COLUMNS, rows)
    spatial.index_rows(session.connection(), LIMITS.name, ids, shapes)


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Withdraw the limits; the places that the layer brought go too, if nothing needs them.

    Raises
    ------
    Conflict
        Something refers to a place that would go: a community, an account, another layer.
    """
    mine = LIMITS.c.import_id == batch.id
    touched = session.rows(
        select(PLACES.c.code).join(LIMITS, LIMITS.c.place_id == PLACES.c.id).where(mine)
    )
    made: Select[Any] = select(PLACES.c.id).where(
        PLACES.c.id.in_(
            select(journal.CHANGES.c.row_id).where(
                journal.CHANGES.c.batch_id == batch.id,
                journal.CHANGES.c.table == PLACES.name,
                journal.CHANGES.c.before.is_(None),
            )
        )
    )
    gone = [
        row[0] for row in session.rows(select(LIMITS.c.id).where(mine, LIMITS.c.place_id.in_(made)))
    ]
    session.connection().execute(delete(LIMITS).where(mine, LIMITS.c.place_id.in_(made)))
    spatial.forget_rows(session.connection(), LIMITS.name, gone)
    session.connection().execute(update(LIMITS).where(mine).values(withdrawn=True))
    journal.take_back(session, batch.id, [PLACES])
    return tree.stamped(row[0] for row in touched if len(row[0]) == codes.DISTRICT)
