"""The API of a small town."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import Api, open_api
from tests.worlds import Worlds


@pytest.fixture
def api(worlds: Worlds, sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    """The API over the embedded store."""
    with open_api(worlds, sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def both_api(worlds: Worlds, store_url: str, tmp_path: Path) -> Iterator[Api]:
    """The API, once on each store."""
    with open_api(worlds, store_url, tmp_path) as opened:
        yield opened
