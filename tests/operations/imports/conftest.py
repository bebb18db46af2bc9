"""Stores with a files folder, empty or with two districts."""

from pathlib import Path

import pytest

from app.settings import Settings
from app.store.sessions import Store
from tests.operations.imports.house import TWO_DISTRICTS, House


@pytest.fixture
def house(store: Store, tmp_path: Path) -> House:
    """A store of each kind with a files folder."""
    return House(store, Settings(home=tmp_path / "home", database_url=store.url))


@pytest.fixture
def local(sqlite_store: Store, tmp_path: Path) -> House:
    """The embedded store alone, for what does not depend on the store."""
    return House(sqlite_store, Settings(home=tmp_path / "home", database_url=sqlite_store.url))


@pytest.fixture
def settled(house: House) -> House:
    """With two districts, on each store."""
    house.bring("boundaries", TWO_DISTRICTS, name="distritos.geojson")
    return house


@pytest.fixture
def settled_local(local: House) -> House:
    """With two districts, on the embedded store."""
    local.bring("boundaries", TWO_DISTRICTS, name="distritos.geojson")
    return local
