"""The small district of tests/town.py, on both stores and on the embedded one."""

import pytest

from app.store.sessions import Store
from tests.town import Town, a_town
from tests.worlds import Worlds, built_once

town = built_once(a_town, name="town")


@pytest.fixture
def sqlite_town(sqlite_store: Store, worlds: Worlds) -> Town:
    """The district on the embedded store alone."""
    return worlds.fill(sqlite_store, a_town)
