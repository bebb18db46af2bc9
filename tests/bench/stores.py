"""Real stores to measure on: made once, kept for the next run, and copied for each measurement.

The embedded ones are files under ``var/bench``; those of PostgreSQL are databases of the
cluster that ``SISMUNI_TEST_PG_URL`` names, which must keep its promises to the disk
(``tools.check`` sees to that).
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url

from app.operations import seeding
from app.records.tables import METADATA
from app.settings import ROOT
from app.store import migrations
from app.store.sessions import Store

FOLDER = ROOT / "var" / "bench"
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


def kinds() -> tuple[str, ...]:
    """The stores that can be had here."""
    return (SQLITE, POSTGRESQL) if os.environ.get("SISMUNI_TEST_PG_URL") else (SQLITE,)


@dataclass(frozen=True, slots=True)
class Bed:
    """One store by name; ``url`` opens it."""

    kind: str
    name: str

    @property
    def url(self) -> str:
        """The SQLAlchemy address."""
        if self.kind == SQLITE:
            return f"sqlite:///{self.path.as_posix()}"
        url = make_url(os.environ["SISMUNI_TEST_PG_URL"]).set(database=self.name)
        return url.render_as_string(hide_password=False)

    @property
    def path(self) -> Path:
        """The file of an embedded store."""
        return FOLDER / f"{self.name}.db"

    @property
    def exists(self) -> bool:
        """Whether it was made before."""
        if self.kind == SQLITE:
            return self.path.exists()
        return bool(_ask("SELECT 1 FROM pg_database WHERE datname = %s", self.name))

    def drop(self) -> None:
        """Take it away, if it is there."""
        if self.kind == SQLITE:
            for path in FOLDER.glob(f"{self.name}.db*"):
                path.unlink()
        else:
            _ask(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def become(self, other: "Bed") -> None:
        """A copy of another of the same kind, which nobody may have open."""
        if self.kind == SQLITE:
            shutil.copy(other.path, self.path)
        else:
            _ask(f'CREATE DATABASE "{self.name}" TEMPLATE "{other.name}"')

    def size(self) -> int:
        """Bytes of all that it holds."""
        if self.kind == SQLITE:
            return self.path.stat().st_size
        return int(_ask("SELECT pg_database_size(%s)", self.name)[0][0])


def _ask(sql: str, *values: str) -> list[tuple[int]]:
    engine = create_engine(os.environ["SISMUNI_TEST_PG_URL"], isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql(sql, values)
            return [tuple(row) for row in found] if found.returns_rows else []
    finally:
        engine.dispose()


def migrated(bed: Bed) -> Store:
    """A new store with its schema and catalogues."""
    bed.drop()
    if bed.kind == POSTGRESQL:
        _ask(f'CREATE DATABASE "{bed.name}"')
    FOLDER.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(bed.url, METADATA)
    store = Store(bed.url)
    seeding.seed(store)
    return store


def kept(kind: str, name: str, made_by: tuple[Path, ...], fill: Callable[[Store], None]) -> Bed:
    """A filled store, made now unless an earlier run of the same programs left it.

    ``name`` holds whatever tells its content from others', its sizes among it; ``made_by``
    are the files that decide the content, besides migrations and catalogues.
    """
    bed = Bed(kind, f"bench_{name}_{_fingerprint(made_by)}")
    if not bed.exists:
        half = Bed(kind, f"{bed.name}_half")
        store = migrated(half)
        fill(store)
        settle(store)
        store.close()
        _rename(half, bed)
    return bed


def _fingerprint(made_by: tuple[Path, ...]) -> str:
    total = hashlib.sha256()
    files = [*made_by, *(ROOT / "seeds").glob("*.*"), *(ROOT / "migrations").glob("versions/*.py")]
    for path in sorted(files):
        total.update(path.read_bytes())
    return total.hexdigest()[:10]


def _rename(half: Bed, whole: Bed) -> None:
    if half.kind == SQLITE:
        half.path.rename(whole.path)
        half.drop()  # what is left of its journal
    else:
        _ask(f'ALTER DATABASE "{half.name}" RENAME TO "{whole.name}"')


def settle(store: Store) -> None:
    """All of it in its place, as a store is that was loaded some time ago."""
    if store.is_sqlite:
        _driver(store, "PRAGMA wal_checkpoint(TRUNCATE)", "ANALYZE")
        _driver(store, "PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        _driver(store, "VACUUM ANALYZE", "CHECKPOINT")


def _driver(store: Store, *statements: str) -> None:
    engine = create_engine(store.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@contextmanager
def copy_of(bed: Bed, name: str) -> Iterator[Bed]:
    """A copy to write in, gone afterwards."""
    copy = Bed(bed.kind, f"bench_run_{name}")
    copy.drop()
    copy.become(bed)
    try:
        yield copy
    finally:
        copy.drop()
