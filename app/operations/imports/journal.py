"""What a batch made and changed, row by row, so that it can be taken back exactly.

A row made has no ``before``; a row changed keeps what stood in the columns that changed.
Taking back is refused where a row was changed again since, by another import or by hand
(both leave another ``import_id``), and where something else now refers to a row made.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Column, Date, Select, Table, and_, func, literal, or_, select
from sqlmodel import SQLModel

from app.errors import Conflict
from app.records.imports import ImportChange
from app.store import bulk, spatial
from app.store.functions import ewkb
from app.store.sessions import Reading, Writing

WORDS = {
    "place": "lugares",
    "boundary": "límites",
    "community": "comunidades",
    "belonging": "comunidades",
    "facility": "establecimientos",
    "binding": "cuentas",
    "family": "familias",
    "form": "fichas",
    "entry": "envíos",
    "cycle": "ciclos",
    "round": "rondas",
    "job": "trabajos",
    "audit": "anotaciones de auditoría",
    "goal": "metas",
    "publication": "publicaciones",
    "aggregate": "indicadores",
    "proposal": "propuestas",
}
CHANGES: Table = SQLModel.metadata.tables[str(ImportChange.__tablename__)]
_IN_ORDER = {"import_batch", "import_change"}


def made(session: Writing, batch_id: int, table: Table, ids: Iterable[int]) -> None:
    """Note rows that the batch made."""
    rows = ((batch_id, table.name, row_id, None) for row_id in ids)
    bulk.insert(session, CHANGES, ("batch_id", "table", "row_id", "before"), rows)


def made_all(session: Writing, batch_id: int, table: Table) -> None:
    """Note every row of a table that so far carries the batch: as ``made``, in one statement."""
    mine = select(literal(batch_id), literal(table.name), table.c.id).where(
        table.c.import_id == batch_id
    )
    noted = CHANGES.insert().from_select(["batch_id", "table", "row_id"], mine)
    session.connection().execute(noted)


def changed(
    session: Writing, batch_id: int, table: Table, rows: Iterable[tuple[int, Mapping[str, Any]]]
) -> None:
    """Note rows that the batch changed, each with the old values of its changed columns."""
    noted = ((batch_id, table.name, row_id, dict(before)) for row_id, before in rows)
    bulk.insert(session, CHANGES, ("batch_id", "table", "row_id", "before"), noted)


def plain(column: Column[Any], value: Any) -> Any:
    """A column's value as JSON holds it."""
    if value is None:
        return None
    if isinstance(column.type, Geometry):
        shape = spatial.from_column(value)
        return None if shape is None else ewkb(shape).hex()
    return value.isoformat() if isinstance(value, date) else value


def whole(column: Column[Any], value: Any) -> Any:
    """A column's value again, as bulk writing takes it."""
    if value is None:
        return None
    if isinstance(column.type, Geometry):
        return bytes.fromhex(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def take_back(session: Writing, batch_id: int, tables: Sequence[Table]) -> None:
    """Undo a batch in these tables, children first.

    Raises
    ------
    Conflict
        A row changed since, or something else refers to a row that would go.
    """
    for table in tables:
        _refuse_changed_since(session, batch_id, table)
        made_here = _journaled(batch_id, table).where(CHANGES.c.before.is_(None))
        refuse_referred(session, table, made_here)
        _delete(session, table, made_here)
        _restore(session, batch_id, table)
    session.connection().execute(CHANGES.delete().where(CHANGES.c.batch_id == batch_id))


def _journaled(batch_id: int, table: Table) -> Select[Any]:
    return select(CHANGES.c.row_id).where(
        CHANGES.c.batch_id == batch_id, CHANGES.c.table == table.name
    )


def _refuse_changed_since(session: Reading, batch_id: int, table: Table) -> None:
    if "import_id" not in table.c:
        return
    since = session.rows(
        select(func.count())
        .select_from(table)
        .where(
            table.c.id.in_(_journaled(batch_id, table)),
            or_(table.c.import_id.is_(None), table.c.import_id != batch_id),
        )
    )[0][0]
    if since:
        raise Conflict(
            "No se puede deshacer: {count} {what} de esta importación cambiaron después.",
            remedy="Deshaga primero la importación posterior, o corrija esas filas una por una.",
            count=since,
            what=WORDS.get(table.name, table.name),
        )


def refuse_referred(
    session: Reading, table: Table, ids: Select[Any], but: Sequence[Table] = ()
) -> None:
    """Refuse where something refers to one of these rows.

    ``but`` are tables whose rows go too.

    Raises
    ------
    Conflict
        It names what refers and how often.
    """
    found: dict[str, int] = {}
    for child in SQLModel.metadata.sorted_tables:
        if child.name in _IN_ORDER or child in but:
            continue
        columns = [key.parent for key in child.foreign_keys if key.column.table is table]
        for column in columns:
            refers = and_(column.in_(ids))
            if child is table:
                refers = and_(refers, table.c.id.not_in(ids))
            count = session.rows(select(func.count()).select_from(child).where(refers))[0][0]
            if count:
                found[child.name] = found.get(child.name, 0) + count
    if found:
        told = ", ".join(f"{WORDS.get(name, name)} ({n})" for name, n in found.items())
        raise Conflict(
            "No se puede deshacer: sobre lo importado ya hay {told}.",
            remedy="Quite o traslade primero eso; lo demás queda como está.",
            told=told,
        )


def _delete(session: Writing, table: Table, ids: Select[Any]) -> None:
    gone = [row[0] for row in session.rows(ids)]
    session.connection().execute(table.delete().where(table.c.id.in_(ids)))
    if any(isinstance(column.type, Geometry) for column in table.c):
        spatial.forget_rows(session.connection(), table.name, gone)


def _restore(session: Writing, batch_id: int, table: Table) -> None:
    rows = session.rows(
        select(CHANGES.c.row_id, CHANGES.c.before).where(
            CHANGES.c.batch_id == batch_id,
            CHANGES.c.table == table.name,
            CHANGES.c.before.is_not(None),
        )
    )
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for row_id, before in rows:
        names = tuple(sorted(before))
        values = (whole(table.c[name], before[name]) for name in names)
        alike.setdefault(names, []).append((row_id, *values))
    for names, restored in alike.items():
        bulk.update(session, table, names, restored)
        _place_again(session, table, names, restored)


def _place_again(
    session: Writing, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    at = next((n for n, name in enumerate(names, 1) if _is_shape(table, name)), None)
    if at is None:
        return
    gone = [row[0] for row in rows if row[at] is None]
    spatial.forget_rows(session.connection(), table.name, gone)
    kept = [row for row in rows if row[at] is not None]
    shapes = [spatial.from_column(row[at]) for row in kept]
    spatial.index_rows(session.connection(), table.name, [row[0] for row in kept], shapes)


def _is_shape(table: Table, name: str) -> bool:
    return isinstance(table.c[name].type, Geometry)
