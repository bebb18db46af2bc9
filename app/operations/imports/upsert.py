"""Rows that are new, changed or the same as what stands, found before the lock is taken.

A table with a ``code`` that nobody else has, an ``import_id`` and perhaps one shape. Only
the columns that a file brings are compared and written; a value of None leaves what stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from geoalchemy2 import Geometry
from sqlalchemy import Table, select

from app.operations.imports import journal
from app.store import bulk, spatial
from app.store.sessions import Reading, Writing
from app.store.types import uuid7

AT_ONCE = 5_000


@dataclass
class Upsert:
    """What to write into one table: new rows, and changed ones with what stood before.

    ``bound`` are the new rows as the store's driver takes them and ``bounds`` where their
    shapes stand, made ready so that the lock is held for the writing alone.
    """

    table: Table
    names: tuple[str, ...]
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[tuple[int, dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    same: int = 0
    bound: list[list[Any]] = field(default_factory=list)
    bounds: list[list[float]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind."""
        return {"new": len(self.new), "changed": len(self.changed), "same": self.same}

    def ready(self, session: Reading) -> None:
        """Make the new rows ready to be written; nothing may be altered in them afterwards."""
        names = ("uuid", *self.names)
        rows = ([uuid7(), *(row[name] for name in self.names)] for row in self.new)
        self.bound = bulk.bound(session, self.table, names, rows)
        shape = _shape(self)
        if shape is not None:
            blobs = [row[shape] for row in self.new]
            self.bounds = shapely.bounds(shapely.from_wkb(blobs)).tolist()


def planned(
    session: Reading, table: Table, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> Upsert:
    """Compare rows, told apart by their ``code``, with those of the table."""
    plan = Upsert(table, tuple(names))
    standing = _standing(session, table, names, [row["code"] for row in rows])
    for row in rows:
        old = standing.get(row["code"])
        if old is None:
            plan.new.append({name: row[name] for name in names})
            continue
        differs = [n for n in names if row[n] is not None and row[n] != old[n]]
        if not differs:
            plan.same += 1
            continue
        before = {n: journal.plain(table.c[n], old[n]) for n in (*differs, "import_id")}
        plan.changed.append((old["id"], {n: row[n] for n in differs}, before))
    return plan


def _standing(
    session: Reading, table: Table, names: Sequence[str], codes: Sequence[str]
) -> dict[str, dict[str, Any]]:
    columns = [table.c[name] for name in ("id", *names, "import_id")]
    found = {}
    for start in range(0, len(codes), AT_ONCE):
        part = codes[start : start + AT_ONCE]
        for row in session.rows(select(*columns).where(table.c.code.in_(part))):
            old = dict(row._mapping)
            for name in names:
                if isinstance(table.c[name].type, Geometry):
                    old[name] = _bytes(old[name])
            found[old["code"]] = old
    return found


def _bytes(value: Any) -> bytes | None:
    if value is None:
        return None
    data = value.data
    return bytes.fromhex(data) if isinstance(data, str) else bytes(data)


def write(session: Writing, batch_id: int, plan: Upsert) -> list[int]:
    """Write and journal a plan that is ready; returns the keys of the new rows, in order."""
    ids = bulk.new_ids(session, plan.table, len(plan.new))
    bulk.insert_bound(
        session,
        plan.table,
        ("id", "uuid", *plan.names, "import_id"),
        ((row_id, *row, batch_id) for row_id, row in zip(ids, plan.bound, strict=True)),
    )
    if plan.bounds:
        placed = zip(ids, plan.bounds, strict=True)
        spatial.index_bounds(session.connection(), plan.table.name, placed)
    journal.made_all(session, batch_id, plan.table)
    journal.changed(
        session, batch_id, plan.table, ((row_id, before) for row_id, _, before in plan.changed)
    )
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for row_id, values, _ in plan.changed:
        alike.setdefault(tuple(values), []).append((row_id, *values.values(), batch_id))
    for names, rows in alike.items():
        bulk.update(session, plan.table, (*names, "import_id"), rows)
    _index_changed(session, plan)
    return ids


def _shape(plan: Upsert) -> str | None:
    return next((n for n in plan.names if isinstance(plan.table.c[n].type, Geometry)), None)


def _index_changed(session: Writing, plan: Upsert) -> None:
    shape = _shape(plan)
    placed = [(row_id, v[shape]) for row_id, v, _ in plan.changed if shape and v.get(shape)]
    shapes = shapely.from_wkb([blob for _, blob in placed])
    spatial.index_rows(session.connection(), plan.table.name, [i for i, _ in placed], shapes)
