"""The district of the maps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.sessions import Store
from tests.http.town import Town, a_town
from tests.maps.district import settle
from tests.worlds import Worlds


@pytest.fixture
def settled(worlds: Worlds, store: Store) -> Store:
    """The district, once on each store."""
    worlds.fill(store, settle)
    return store


@pytest.fixture
def mapped(worlds: Worlds, sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    """The application over it, on the embedded store."""
    worlds.fill_at(sqlite_url, settle)
    with a_town(sqlite_url, tmp_path) as found:
        yield found
