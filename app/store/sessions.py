"""Two kinds of session, told apart by type, and the only commit of the house."""

import hashlib
import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, Select, func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlmodel import Session

from app.store import engines, spatial
from app.store.states import Watch

AWAY = (OperationalError, InterfaceError, NoConnection)
"""The store is away, busy or full: what was asked of it has nothing to do with it."""


def columns(*wanted: Any) -> Select[Any]:
    """A Core select of any columns, for ``Reading.rows``; SQLModel's own has types for four."""
    return select(*wanted)


class Reading(Session):
    """A session that cannot write: the store itself refuses."""

    def rows(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Any] | None = None
    ) -> Sequence[Any]:
        """The rows of a Core statement; for more columns than ``exec`` has types for."""
        return self.connection().execute(statement, values).all()


class Writing(Reading):
    """A session that holds the write lock from its first statement to its commit.

    A kind of ``Reading``, so that whoever only asks takes either.
    """

    def hold(self, name: str) -> None:
        """Wait until nobody else's transaction holds this name; kept until the commit.

        The embedded store has one writer at a time, so there is nothing to wait for.
        """
        if self.get_bind().dialect.name == "postgresql":
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            self.rows(select(func.pg_advisory_xact_lock(number)))


WRITERS = 4
"""Transactions that one piece of work holds at once on PostgreSQL, at most."""


class Store:
    """The store of one installation.

    ``writers`` is how many transactions a large piece of work gains from writing side by
    side: one on the embedded store, where they wait for each other.
    """

    def __init__(self, url: str, pool: int = 8) -> None:
        self.url = url
        self.is_sqlite = engines.is_sqlite(url)
        self.writers = 1 if self.is_sqlite else min(WRITERS, os.cpu_count() or 1, pool)
        if self.is_sqlite:
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self.read_engine = engines.reading(url, pool)
        self.write_engine = engines.writing(url, pool)
        self._watch = Watch(self.read_engine)

    def state(self) -> Hashable:
        """A name of all that is committed: the same twice means that nothing changed between."""
        return self._watch.state()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A snapshot to ask; nothing in it can be changed."""
        with Reading(self.read_engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction: committed when the block ends well, else nothing happened."""
        with Writing(self.write_engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                session.connection()
            yield session
            session.commit()

    def close(self) -> None:
        """Give the connections back."""
        self._watch.close()
        self.read_engine.dispose()
        self.write_engine.dispose()


spatial.keep_index(Writing)
