"""A town for each test, on the embedded store; made once and copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.town import Town, a_town, found_town


@pytest.fixture(scope="session")
def town_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its catalogues, the territory and root."""
    path = tmp_path_factory.mktemp("town") / "sismuni.db"
    shutil.copy(sqlite_template, path)
    found_town(f"sqlite:///{path.as_posix()}")
    return path


@pytest.fixture
def town(town_template: Path, tmp_path: Path) -> Iterator[Town]:
    """A small territory with an administrator of everything, called root."""
    path = tmp_path / "sismuni.db"
    shutil.copy(town_template, path)
    with a_town(f"sqlite:///{path.as_posix()}", tmp_path) as found:
        yield found
