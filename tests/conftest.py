"""Both real stores for every test that asks for one, made anew each time from a template."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import URL

from app.records.tables import METADATA
from app.store import migrations
from app.store.sessions import Store
from app.store.types import uuid7

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real open data, where it exists."""
    given = os.environ.get("SISMUNI_TEST_DATA")
    if not given:
        pytest.skip("SISMUNI_TEST_DATA no está definida: no hay datos abiertos con que probar")
    return Path(given)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, one for all tests of a process.

    Its driver keeps an event loop running in the thread: a second one beside it is refused.
    """
    path = os.environ.get("SISMUNI_TEST_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("SISMUNI_TEST_CHROMIUM no está definida: no hay navegador con que probar")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty migrated file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "sismuni.db"
    migrations.upgrade(f"sqlite:///{path.as_posix()}", METADATA)
    engine = create_engine(f"sqlite:///{path.as_posix()}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    engine.dispose()
    return path


def _administer(url: URL, sql: str) -> None:
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


@pytest.fixture(scope="session")
def postgis_template() -> Iterator[URL]:
    """An empty migrated database, the template of each test's own."""
    given = os.environ.get("SISMUNI_TEST_PG_URL")
    if not given:
        pytest.skip("SISMUNI_TEST_PG_URL no está definida: no hay PostGIS con que probar")
    url = make_url(given).set(database=f"template_{uuid7().hex}")
    _administer(url, f"CREATE DATABASE {url.database}")
    migrations.upgrade(url.render_as_string(hide_password=False), METADATA)
    yield url
    _administer(url, f"DROP DATABASE {url.database} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh embedded store."""
    path = tmp_path / "sismuni.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path.as_posix()}"


@pytest.fixture
def postgis_url(postgis_template: URL) -> Iterator[str]:
    """A fresh PostGIS database."""
    url = postgis_template.set(database=f"test_{uuid7().hex}")
    _administer(url, f"CREATE DATABASE {url.database} TEMPLATE {postgis_template.database}")
    yield url.render_as_string(hide_password=False)
    _administer(url, f"DROP DATABASE {url.database} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgis"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh store, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A fresh store, once of each kind."""
    opened = Store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """A fresh embedded store alone, for what does not depend on the store."""
    opened = Store(sqlite_url)
    yield opened
    opened.close()
