"""A disk without room: told as such, nothing kept by halves, and later the same is taken."""

import random
import sys
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event
from sqlmodel import select

from app.records.devices import Delivery
from app.records.intake import Attachment
from app.store.sessions import Store
from tests.openrosa.conftest import Phone
from tests.openrosa.serving import (
    NAME,
    Document,
    a_photo,
    found,
    post,
    require_all_is_well,
    require_files,
    serving,
    wait_until_taken,
)
from tests.town import a_plan

ONE = UUID(int=1)
NO_ROOM = 507
# What PostgreSQL itself raises when it cannot extend a file.
REFUSE = (
    "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
    "CREATE TRIGGER no_room BEFORE INSERT ON delivery EXECUTE FUNCTION no_room()",
)


def a_plan_of(phone: Phone) -> bytes:
    return phone.document("plan", {**a_plan(), "acta_photo": "acta.jpg"}, ONE)


def require_told(answer: httpx.Response) -> None:
    """It says in the form of OpenRosa what to do."""
    assert answer.status_code == NO_ROOM
    assert answer.headers["x-openrosa-version"] == "1.0"
    assert 'nature="submit_error"' in answer.text
    assert "ya no queda sitio" in answer.text


def test_a_full_embedded_store_says_so_and_takes_it_when_there_is_room(phone: Phone) -> None:
    engine = phone.client.app.state.store.write_engine  # type: ignore[attr-defined]
    xml, photo = a_plan_of(phone), a_photo(random.Random(1))

    def fill(connection: object, *_: object) -> None:
        # SQLite's own limit: not one page more than there are.
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    event.listen(engine, "checkout", fill)
    big = xml[:-1] + b" " * 500_000 + b">"
    answers = [phone.post(big, acta_jpg=photo) for _ in range(2)]
    left = phone.deliveries()
    event.remove(engine, "checkout", fill)

    @event.listens_for(engine, "checkout")
    def empty(connection: object, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1073741823")  # type: ignore[attr-defined]

    for answer in answers:
        require_told(answer)
    assert left == []
    assert phone.post(big, acta_jpg=photo).status_code == 201
    assert [d.state for d in phone.deliveries()] == ["taken"]


def test_a_full_server_says_so_and_takes_it_when_there_is_room(
    postgis_url: str, tmp_path: Path
) -> None:
    yard, store = found(postgis_url, tmp_path), Store(postgis_url)
    document = Document(yard.plan, a_photo(random.Random(2)))
    with store.writing() as session:
        for statement in REFUSE:
            session.connection().exec_driver_sql(statement)

    with serving(yard) as (_, url), httpx.Client(base_url=url, timeout=30) as client:
        answers = [post(client, document, with_photo=True) for _ in range(2)]
        with store.writing() as session:
            session.connection().exec_driver_sql("DROP TRIGGER no_room ON delivery")
        again = post(client, document, with_photo=True)
        wait_until_taken(store)

    for answer in answers:
        require_told(answer)
    assert again.status_code == 201
    require_all_is_well(store, yard, {NAME: document})
    store.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits another process's files")
@pytest.mark.parametrize("most", [0, 2_000, 50_000])
def test_a_process_that_may_write_no_more_acknowledges_nothing(
    sqlite_url: str, tmp_path: Path, most: int
) -> None:
    # There is no such function elsewhere.
    from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit

    yard, store = found(sqlite_url, tmp_path), Store(sqlite_url)
    chance = random.Random(most)
    xml = yard.plan[:-1] + b" " * 100_000 + b">"
    document = Document(xml, a_photo(chance))
    with serving(yard) as (child, url), httpx.Client(base_url=url, timeout=30) as client:
        assert client.head("/submission").status_code == 204
        prlimit(child.pid, RLIMIT_FSIZE, (most, RLIM_INFINITY))
        answers = [post(client, document, with_photo=True) for _ in range(3)]
        with store.reading() as session:
            left = session.exec(select(Delivery)).all(), session.exec(select(Attachment)).all()
        prlimit(child.pid, RLIMIT_FSIZE, (RLIM_INFINITY, RLIM_INFINITY))
        again = post(client, document, with_photo=True)
        wait_until_taken(store)

    for answer in answers:
        require_told(answer)
    assert left == ([], [])
    assert again.status_code == 201
    require_files(store, yard)
    require_all_is_well(store, yard, {NAME: document})
    store.close()
