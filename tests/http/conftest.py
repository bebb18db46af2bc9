"""A town for each test, on the embedded store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.town import Town, a_town, found_town
from tests.worlds import Worlds


@pytest.fixture
def town(worlds: Worlds, sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    """A small territory with an administrator of everything, called root."""
    worlds.fill_at(sqlite_url, found_town)
    with a_town(sqlite_url, tmp_path) as found:
        yield found
