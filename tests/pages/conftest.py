"""The pages of a district, over a store that is settled once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.sessions import Store
from tests.http.town import Town, a_town
from tests.pages.district_town import settle


@pytest.fixture(scope="session")
def district_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the district in it."""
    path = tmp_path_factory.mktemp("district") / "sismuni.db"
    shutil.copy(sqlite_template, path)
    store = Store(f"sqlite:///{path.as_posix()}")
    settle(store)
    # All of it into the one file, so that the file alone may be copied.
    with store.write_engine.connect() as connection:
        connection.rollback()
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture
def district(district_template: Path, tmp_path: Path) -> Iterator[Town]:
    """The application over a copy of it."""
    path = tmp_path / "sismuni.db"
    shutil.copy(district_template, path)
    with a_town(f"sqlite:///{path.as_posix()}", tmp_path) as found:
        yield found
