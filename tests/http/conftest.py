"""A town for each test, on the embedded store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.town import Town, a_town


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    """A small territory with an administrator of everything, called root."""
    with a_town(sqlite_url, tmp_path) as found:
        yield found
