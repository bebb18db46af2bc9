"""The API of a small town: prepared once on the embedded store, anew on PostGIS."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from tests.api.house import Api, open_api, prepare


@pytest.fixture(scope="session")
def prepared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, UUID]:
    """A file with the town in it, to be copied."""
    path = tmp_path_factory.mktemp("api") / "sismuni.db"
    shutil.copy(sqlite_template, path)
    return path, prepare(f"sqlite:///{path.as_posix()}")


@pytest.fixture
def api(prepared: tuple[Path, UUID], tmp_path: Path) -> Iterator[Api]:
    """The API over the embedded store."""
    path = tmp_path / "sismuni.db"
    shutil.copy(prepared[0], path)
    with open_api(f"sqlite:///{path.as_posix()}", tmp_path, prepared[1]) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgis"])
def both_api(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Api]:
    """The API, once on each store."""
    if request.param == "sqlite":
        yield request.getfixturevalue("api")
        return
    url = request.getfixturevalue("postgis_url")
    with open_api(url, tmp_path, prepare(url)) as opened:
        yield opened
