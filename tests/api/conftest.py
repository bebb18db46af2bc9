"""The API of a small town: prepared once on each store, and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

from app.store.types import uuid7
from tests.api.house import Api, open_api, prepare


@pytest.fixture(scope="session")
def prepared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, UUID]:
    """A file with the town in it."""
    path = tmp_path_factory.mktemp("api") / "sismuni.db"
    shutil.copy(sqlite_template, path)
    return path, prepare(f"sqlite:///{path.as_posix()}")


def _administer(url: URL, sql: str) -> None:
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


def _copy(template: URL) -> URL:
    url = template.set(database=f"test_api_{uuid7().hex}")
    _administer(url, f"CREATE DATABASE {url.database} TEMPLATE {template.database}")
    return url


@pytest.fixture(scope="session")
def prepared_postgis(postgis_template: URL) -> Iterator[tuple[URL, UUID]]:
    """A database with the town in it."""
    url = _copy(postgis_template)
    yield url, prepare(url.render_as_string(hide_password=False))
    _administer(url, f"DROP DATABASE {url.database} WITH (FORCE)")


@pytest.fixture
def api(prepared: tuple[Path, UUID], tmp_path: Path) -> Iterator[Api]:
    """The API over the embedded store."""
    path = tmp_path / "sismuni.db"
    shutil.copy(prepared[0], path)
    with open_api(f"sqlite:///{path.as_posix()}", tmp_path, prepared[1]) as opened:
        yield opened


@pytest.fixture
def postgis_api(prepared_postgis: tuple[URL, UUID], tmp_path: Path) -> Iterator[Api]:
    """The API over PostGIS."""
    url = _copy(prepared_postgis[0])
    with open_api(
        url.render_as_string(hide_password=False), tmp_path, prepared_postgis[1]
    ) as opened:
        yield opened
    _administer(url, f"DROP DATABASE {url.database} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgis"])
def both_api(request: pytest.FixtureRequest) -> Api:
    """The API, once on each store."""
    found: Api = request.getfixturevalue("api" if request.param == "sqlite" else "postgis_api")
    return found
