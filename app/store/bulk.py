"""Many rows at once, by the fastest path of each store: COPY, or ``executemany`` below SQLAlchemy.

Both run inside the transaction of the session. Values are what the columns' own types
would take; shapes are EWKB bytes (``app.store.functions.ewkb``). Nothing here keeps the
R-tree: see ``spatial.index_rows``.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from geoalchemy2 import Geometry
from numpy.typing import NDArray
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Dialect,
    MetaData,
    SmallInteger,
    Table,
    func,
    select,
    text,
)
from sqlmodel import Session

COPY_BYTES = 4_000_000
_HEAD = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
_TAIL = b"\xff\xff"

Numbers = Mapping[str, NDArray[Any]]
Maker = Callable[[Any], Any] | None


def new_ids(session: Session, table: Table, count: int) -> list[int]:
    """So many keys of a table that nobody else will take; call it inside the write lock."""
    if not count:
        return []
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        drawn = text(
            f"SELECT nextval(pg_get_serial_sequence('{table.name}', 'id')) "
            "FROM generate_series(1, :count)"
        )
        return [row[0] for row in connection.execute(drawn, {"count": count})]
    last = connection.execute(select(func.max(table.c.id))).scalar() or 0
    return list(range(last + 1, last + 1 + count))


def bound(
    session: Session, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> list[list[Any]]:
    """Rows as this store's driver takes them; done before the write lock, for ``insert_bound``."""
    columns = [table.c[name] for name in names]
    if session.get_bind().dialect.name == "postgresql":
        makers: list[Maker] = [_copied(column) for column in columns]
    else:
        makers = [_bound_by(column, session.get_bind().dialect) for column in columns]
    return list(_bound(makers, rows))


def insert(
    session: Session, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows, given as the values of the named columns in their order."""
    insert_bound(session, table, names, bound(session, table, names, rows))


def insert_bound(
    session: Session, table: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows whose values went through ``bound``."""
    driver = _driver(session)
    if session.get_bind().dialect.name != "postgresql":
        driver.executemany(_insertion(table, names), rows)
        return
    statement = f'COPY "{table.name}" ({_names(names)}) FROM STDIN'
    with driver.cursor() as cursor, cursor.copy(statement) as sink:
        for row in rows:
            sink.write_row(row)


def insert_numbers(session: Session, table: Table, columns: Numbers) -> None:
    """Insert rows of whole numbers, given as arrays of one length; a masked one may hold NULL."""
    length = len(next(iter(columns.values())))
    if not length:
        return
    driver = _driver(session)
    if session.get_bind().dialect.name != "postgresql":
        lists = [_list(array) for array in columns.values()]
        driver.executemany(_insertion(table, list(columns)), zip(*lists, strict=True))
        return
    statement = f'COPY "{table.name}" ({_names(columns)}) FROM STDIN (FORMAT BINARY)'
    with driver.cursor() as cursor, cursor.copy(statement) as sink:
        sink.write(_HEAD)
        for block in _blocks(table, columns, length):
            for start in range(0, len(block), COPY_BYTES):
                sink.write(block[start : start + COPY_BYTES])
        sink.write(_TAIL)


def _driver(session: Session) -> Any:
    return session.connection().connection.driver_connection


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _insertion(table: Table, names: Sequence[str]) -> str:
    marks = ", ".join("?" * len(names))
    return f'INSERT INTO "{table.name}" ({_names(names)}) VALUES ({marks})'


def _copied(column: Column[Any]) -> Maker:
    if isinstance(column.type, Geometry):
        return lambda value: None if value is None else bytes(value).hex()
    if isinstance(column.type, JSON):
        return lambda value: None if value is None else json.dumps(value, ensure_ascii=False)
    return None


def _bound_by(column: Column[Any], dialect: Dialect) -> Maker:
    if isinstance(column.type, Geometry):
        return None  # the bytes are kept as they are
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _bound(makers: Sequence[Maker], rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    for row in rows:
        yield [make(value) if make else value for make, value in zip(makers, row, strict=True)]


def _list(array: NDArray[Any]) -> list[Any]:
    if not np.ma.isMaskedArray(array):
        return list(array.tolist())
    values = array.data.astype(object)
    values[np.ma.getmaskarray(array)] = None
    return list(values.tolist())


def _blocks(table: Table, columns: Numbers, length: int) -> Iterator[memoryview]:
    """The rows in PostgreSQL's binary form; those with the same columns filled are one block.

    Each row is a count of fields and, for each, its bytes' length and its bytes, big end
    first; -1 is the length of NULL. Source: PostgreSQL manual, COPY, binary format.
    """
    holes = {
        name: np.ma.getmaskarray(array)
        for name, array in columns.items()
        if np.ma.isMaskedArray(array) and np.ma.getmaskarray(array).any()
    }
    pattern = np.zeros(length, dtype=np.int64)
    for place, hole in enumerate(holes.values()):
        pattern |= hole.astype(np.int64) << place
    for found in np.unique(pattern):
        chosen = pattern == found if holes else slice(None)
        empty = {name for place, name in enumerate(holes) if found >> place & 1}
        yield _block(table, {n: np.ma.getdata(a)[chosen] for n, a in columns.items()}, empty)


def _block(table: Table, columns: Numbers, empty: set[str]) -> memoryview:
    kinds: list[tuple[str, str]] = [("_fields", ">i2")]
    for name in columns:
        kinds.append((f"_{name}", ">i4"))
        if name not in empty:
            kinds.append((name, f">i{_width(table.c[name])}"))
    rows = np.empty(len(next(iter(columns.values()))), dtype=kinds)
    rows["_fields"] = len(columns)
    for name, array in columns.items():
        rows[f"_{name}"] = -1 if name in empty else _width(table.c[name])
        if name not in empty:
            rows[name] = array
    return memoryview(rows.tobytes())


def _width(column: Column[Any]) -> int:
    if isinstance(column.type, SmallInteger):
        return 2
    return 8 if isinstance(column.type, BigInteger) else 4


def update(
    session: Session, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Write the named columns of rows that stand, given as ``(id, value, ...)``."""
    if not rows:
        return
    if session.get_bind().dialect.name == "postgresql":
        listed = _names(["id", *names])
        session.connection().exec_driver_sql(
            f'CREATE TEMP TABLE coming ON COMMIT DROP AS SELECT {listed} FROM "{table.name}" '
            "WITH NO DATA"
        )
        columns = [table.c[name] for name in ("id", *names)]
        coming = Table("coming", MetaData(), *(Column(c.name, c.type) for c in columns))
        insert(session, coming, ["id", *names], rows)
        written = ", ".join(f'"{name}" = coming."{name}"' for name in names)
        session.connection().exec_driver_sql(
            f'UPDATE "{table.name}" AS t SET {written} FROM coming WHERE t.id = coming.id'
        )
        session.connection().exec_driver_sql("DROP TABLE coming")
        return
    dialect = session.get_bind().dialect
    makers = [_bound_by(table.c[name], dialect) for name in (*names, "id")]
    written = ", ".join(f'"{name}" = ?' for name in names)
    turned = ([*row[1:], row[0]] for row in rows)
    _driver(session).executemany(
        f'UPDATE "{table.name}" SET {written} WHERE id = ?', _bound(makers, turned)
    )


def delete_keys(session: Session, table: Table, keys: Numbers) -> None:
    """Delete the rows that have these keys, given as arrays of whole numbers."""
    if not len(next(iter(keys.values()))):
        return
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(
            f'CREATE TEMP TABLE going ON COMMIT DROP AS SELECT {_names(keys)} FROM "{table.name}" '
            "WITH NO DATA"
        )
        going = Table("going", MetaData(), *(Column(n, table.c[n].type) for n in keys))
        insert_numbers(session, going, keys)
        alike = " AND ".join(f't."{name}" = going."{name}"' for name in keys)
        session.connection().exec_driver_sql(
            f'DELETE FROM "{table.name}" AS t USING going WHERE {alike}'
        )
        session.connection().exec_driver_sql("DROP TABLE going")
        return
    alike = " AND ".join(f'"{name}" = ?' for name in keys)
    lists = [_list(array) for array in keys.values()]
    _driver(session).executemany(
        f'DELETE FROM "{table.name}" WHERE {alike}', zip(*lists, strict=True)
    )
