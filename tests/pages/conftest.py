"""The pages of a district."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.town import Town, a_town
from tests.pages.district_town import settle
from tests.worlds import Worlds


@pytest.fixture
def district(worlds: Worlds, sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    """The application over the district, on the embedded store."""
    worlds.fill_at(sqlite_url, settle)
    with a_town(sqlite_url, tmp_path) as found:
        yield found
