"""Engines of the two stores: one that only reads, one that writes."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from app.store.functions import register

BUSY_MS = 15_000


def is_sqlite(url: str) -> bool:
    """Whether the address names the embedded store."""
    return url.startswith("sqlite")


def reading(url: str, pool: int = 8) -> Engine:
    """An engine whose connections cannot write, whatever they are asked."""
    if is_sqlite(url):
        return _sqlite(url, pool, writes=False)
    return create_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        connect_args={"options": "-c default_transaction_read_only=on -c timezone=UTC"},
    )


def writing(url: str, pool: int = 8) -> Engine:
    """An engine whose transactions take the write lock at their beginning."""
    if is_sqlite(url):
        return _sqlite(url, pool, writes=True)
    return create_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=UTC"},
    )


def _sqlite(url: str, pool: int, *, writes: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=BUSY_MS / 1000,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        # We send BEGIN ourselves: Python's own habit would leave DDL outside transactions.
        # Temporary tables stay where SQLite puts them: with all of them in memory, counting
        # ten million answers takes a quarter longer.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_MS}",
            "cache_size=-32000",
            "foreign_keys=ON",
            f"query_only={'OFF' if writes else 'ON'}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        register(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def migrating(url: str) -> Engine:
    """An engine for schema changes: one connection, foreign keys off on SQLite."""
    if not is_sqlite(url):
        return create_engine(url, pool_size=1, connect_args={"options": "-c timezone=UTC"})
    engine = _sqlite(url, 1, writes=True)

    # Batch changes copy and rename tables; enforced keys would stop them half-way.
    @event.listens_for(engine, "connect")
    def loosen(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA foreign_keys=OFF")

    return engine
