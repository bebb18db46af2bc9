"""The district of the maps, settled once on each store and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

from app.store.sessions import Store
from app.store.types import uuid7
from tests.http.town import Town, a_town
from tests.maps.district import settle


@pytest.fixture(scope="session")
def mapped_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the district in it."""
    path = tmp_path_factory.mktemp("mapped") / "sismuni.db"
    shutil.copy(sqlite_template, path)
    store = Store(f"sqlite:///{path.as_posix()}")
    settle(store)
    with store.write_engine.connect() as connection:
        connection.rollback()
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture
def mapped(mapped_template: Path, tmp_path: Path) -> Iterator[Town]:
    """The application over a copy of it."""
    path = tmp_path / "sismuni.db"
    shutil.copy(mapped_template, path)
    with a_town(f"sqlite:///{path.as_posix()}", tmp_path) as found:
        yield found


def _administer(url: URL, sql: str) -> None:
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


@pytest.fixture(scope="session")
def settled_postgis(postgis_template: URL) -> Iterator[Store]:
    """The district in a database of its own; the tests of layers only read it."""
    url = postgis_template.set(database=f"test_maps_{uuid7().hex}")
    _administer(url, f"CREATE DATABASE {url.database} TEMPLATE {postgis_template.database}")
    store = Store(url.render_as_string(hide_password=False))
    settle(store)
    yield store
    store.close()
    _administer(url, f"DROP DATABASE {url.database} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgis"])
def settled(request: pytest.FixtureRequest) -> Store:
    """The district, once on each store."""
    if request.param == "postgis":
        found: Store = request.getfixturevalue("settled_postgis")
        return found
    town: Town = request.getfixturevalue("mapped")
    return town.store
