"""The private cluster is laid, found again, reached by password only, and stopped alone."""

import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tools import localpg


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the server's own user can reach; pytest's own is closed to him."""
    try:
        localpg.programs()
    except localpg.LocalPgError as error:
        pytest.skip(str(error))
    path = Path(tempfile.mkdtemp(prefix="sismuni-", dir="/var/tmp"))
    path.chmod(0o755)
    yield path / "pg"
    localpg.stop(path / "pg")
    shutil.rmtree(path)


def test_address_names_driver_user_loopback_port_and_database() -> None:
    url = make_url(localpg.address(5433, "s3cret"))

    assert (url.drivername, url.host, url.port) == ("postgresql+psycopg", "127.0.0.1", 5433)
    assert (url.username, url.password, url.database) == ("sismuni", "s3cret", "sismuni")


@pytest.fixture(scope="module")
def address(folder: Path) -> str:
    """The address that a first start gives."""
    return localpg.ensure(folder, durable=False)


def test_the_cluster_has_postgis(address: str) -> None:
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        row = connection.execute("select postgis_lib_version()").fetchone()

    assert row is not None
    assert row[0] >= "3"


def test_a_second_call_finds_the_running_one(folder: Path, address: str) -> None:
    assert localpg.ensure(folder) == address


def test_nobody_enters_without_the_password(address: str) -> None:
    url = make_url(address)

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(
            host=url.host, port=url.port, user=url.username, dbname=url.database, password="other"
        )


def test_its_folder_is_closed_to_others(folder: Path, address: str) -> None:
    assert address
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_stopping_ends_it_and_a_new_start_keeps_what_it_held(folder: Path, address: str) -> None:
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("create table kept (n int)")

    localpg.stop(folder)

    assert not localpg.running(folder)
    with psycopg.connect(localpg.ensure(folder).replace("+psycopg", "")) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)


def test_removing_leaves_neither_server_nor_folder(folder: Path) -> None:
    other = folder.parent / "other"
    localpg.ensure(other, durable=False)

    localpg.remove(other)

    assert not localpg.running(other)
    assert not other.exists()


def test_as_root_a_closed_folder_is_exchanged_for_one_the_server_reaches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    # Who we are is the one thing that a test cannot bring about.
    monkeypatch.setattr(localpg, "_is_root", lambda: True)
    monkeypatch.setattr(localpg, "_service_id", lambda: 12345)

    assert localpg.place(closed / "pg").parent == Path("/var/tmp")


def test_a_cluster_that_need_not_last_is_kept_in_memory_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(localpg, "MEMORY", tmp_path)
    monkeypatch.setattr(localpg, "MEMORY_BYTES", 1)

    assert localpg.place(tmp_path / "tree" / "pg", durable=False).parent == tmp_path
    assert localpg.place(tmp_path / "tree" / "pg").parent != tmp_path


@pytest.mark.parametrize("memory", ["none", "."])
def test_without_room_in_memory_it_lies_where_it_was_wanted(
    tmp_path: Path, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(localpg, "MEMORY", tmp_path / memory)
    monkeypatch.setattr(localpg, "MEMORY_BYTES", 1 << 60)
    wanted = tmp_path / "tree" / "pg"

    assert localpg.place(wanted, durable=False) == localpg.place(wanted)


def test_stopping_where_nothing_runs_does_nothing(tmp_path: Path) -> None:
    localpg.stop(tmp_path / "none")

    assert not (tmp_path / "none").exists()
