"""Both real stores for every test that asks for one, a copy of its own each time."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from app.store.sessions import Store
from tests.worlds import Worlds

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


# What is loaded stays until the end: to look through it for garbage, while it is loaded and at
# every later time, would take a tenth of all the time.
gc.disable()


def pytest_collection_finish() -> None:
    gc.enable()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


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
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """What this process has built of stores so far."""
    made = Worlds(tmp_path_factory.mktemp("worlds"), os.environ.get("SISMUNI_TEST_PG_URL"))
    yield made
    made.close()


@pytest.fixture
def sqlite_url(worlds: Worlds, tmp_path: Path) -> str:
    """A fresh embedded store."""
    url = f"sqlite:///{(tmp_path / 'sismuni.db').as_posix()}"
    worlds.empty(url)
    return url


@pytest.fixture
def postgis_url(worlds: Worlds) -> Iterator[str]:
    """A fresh PostGIS database."""
    url = worlds.databases.address()
    worlds.empty(url)
    yield url
    worlds.databases.drop(url)


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
