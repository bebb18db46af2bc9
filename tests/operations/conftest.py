"""The small district of tests/town.py, on both stores and on the embedded one."""

import pytest

from app.store.sessions import Store
from tests.town import Town, a_town


@pytest.fixture
def town(store: Store) -> Town:
    """The district, once on each store."""
    return a_town(store)


@pytest.fixture
def sqlite_town(sqlite_store: Store) -> Town:
    """The district on the embedded store alone."""
    return a_town(sqlite_store)
