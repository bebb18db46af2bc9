"""Stores for tests: each test has its own, and what many begin with is built once.

Most tests need a district that takes half a second to build and read a few rows of it. So
a *world* is a function that fills an empty store and returns what the test needs to know
of it. It runs once in a process for each kind of store; what it made is kept as a template,
and every test gets a copy of the file or database, with a copy of what was returned.

A world depends on its arguments alone: on no fixture, no clock that a test changed, no
folder of a test. What it returns is of ids and plain values; a store in it is exchanged
for the one of the test.
"""

import copy
import shutil
import sqlite3
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from sqlalchemy import create_engine, make_url

from app.records.tables import METADATA
from app.store import engines, migrations
from app.store.sessions import Store
from app.store.types import uuid7

T = TypeVar("T")


class Keeper(Protocol):
    """Where the stores of one kind are kept."""

    def address(self) -> str:
        """The address of a store that is not there yet."""

    def copy(self, template: str, url: str) -> None:
        """Put a copy of a closed store at an address, in place of what is there."""

    def drop(self, url: str) -> None:
        """Throw a store away."""


class Files:
    """Embedded stores, each a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def address(self) -> str:
        return f"sqlite:///{(self.folder / uuid7().hex).as_posix()}.db"

    def copy(self, template: str, url: str) -> None:
        with sqlite3.connect(_path(template)) as file:
            file.execute("PRAGMA journal_mode=DELETE")  # all of it into the one file
        file.close()
        self.drop(url)
        shutil.copyfile(_path(template), _path(url))

    def drop(self, url: str) -> None:
        for beside in ("", "-wal", "-shm"):
            Path(f"{_path(url)}{beside}").unlink(missing_ok=True)


def _path(url: str) -> str:
    return url.removeprefix("sqlite:///")


class Databases:
    """PostGIS databases of one server, made over a connection that is kept."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = create_engine(self.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        self.line = self.engine.connect()

    def address(self) -> str:
        name = self.url.set(database=f"test_{uuid7().hex}")
        return name.render_as_string(hide_password=False)

    def copy(self, template: str, url: str) -> None:
        self.drop(url)
        # Copied file by file, it takes half the time that it takes through the log.
        self._do(f"CREATE DATABASE {_name(url)} TEMPLATE {_name(template)} STRATEGY FILE_COPY")

    def create(self, url: str) -> None:
        """An empty database without tables."""
        self._do(f"CREATE DATABASE {_name(url)}")

    def drop(self, url: str) -> None:
        self._do(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")

    def _do(self, sql: str) -> None:
        self.line.exec_driver_sql(sql)

    def close(self) -> None:
        """Hang up."""
        self.line.close()
        self.engine.dispose()


def _name(url: str) -> str:
    return str(make_url(url).database)


@dataclass(frozen=True)
class _Template:
    """A store filled by a world, and what the world returned of it."""

    store: Store
    value: Any


class Worlds:
    """The worlds that this process has built so far, and stores made from them."""

    def __init__(self, folder: Path, server: str | None) -> None:
        self.files = Files(folder)
        self.server = server
        self._databases: Databases | None = None
        self._templates: dict[tuple[Hashable, ...], _Template] = {}
        self._filled: set[str] = set()

    @property
    def databases(self) -> Databases:
        """The databases of the server that the tests were given."""
        if not self.server:
            pytest.skip("SISMUNI_TEST_PG_URL no está definida: no hay PostGIS con que probar")
        self._databases = self._databases or Databases(self.server)
        return self._databases

    def empty(self, url: str) -> None:
        """Make an empty migrated store at an address."""
        self._keeper(url).copy(self._template(url, None, ()).store.url, url)

    def fill(self, store: Store, world: Callable[..., T], *given: Hashable) -> T:
        """What ``world(store, *given)`` returns, and all that it writes is in the store.

        The store must be untouched: whatever was in it would be lost.
        """
        assert store.url not in self._filled, "one world a store"
        assert not store.write_engine.pool.checkedin(), "somebody has written into this store"
        self._filled.add(store.url)
        template = self._template(store.url, world, given)
        store.close()
        self._keeper(store.url).copy(template.store.url, store.url)
        found: T = copy.deepcopy(template.value, {id(template.store): store})
        return found

    def fill_at(self, url: str, world: Callable[..., T], *given: Hashable) -> T:
        """As ``fill``, for whoever opens the store afterwards."""
        store = Store(url)
        found = self.fill(store, world, *given)
        store.close()
        return found

    def close(self) -> None:
        """Throw the templates away."""
        for each in self._templates.values():
            self._keeper(each.store.url).drop(each.store.url)
        if self._databases:
            self._databases.close()

    def _keeper(self, url: str) -> Keeper:
        return self.files if engines.is_sqlite(url) else self.databases

    def _template(
        self, like: str, world: Callable[..., Any] | None, given: tuple[Hashable, ...]
    ) -> _Template:
        key = (engines.is_sqlite(like), world, given)
        if key not in self._templates:
            keeper = self._keeper(like)
            store = Store(keeper.address())
            if world is None:
                if isinstance(keeper, Databases):
                    keeper.create(store.url)
                value = migrations.upgrade(store.url, METADATA)
            else:
                self.empty(store.url)
                value = world(store, *given)
            store.close()
            self._templates[key] = _Template(store, value)
        return self._templates[key]


def built_once(build: Callable[[Store], T], name: str = "") -> Any:
    """A fixture that gives what a world returns, once on each store."""

    def filled(store: Store, worlds: Worlds) -> T:
        return worlds.fill(store, build)

    filled.__doc__ = build.__doc__
    return pytest.fixture(name=name or build.__name__)(filled)
