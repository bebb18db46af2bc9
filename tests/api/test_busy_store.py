"""Assemblies send while somebody publishes an import: all wait their turn and none is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlmodel import SQLModel, func, select

from app.records.base import folded
from app.records.families import Family
from app.records.intake import Form
from app.records.territory import Community
from app.store import bulk
from app.store.sessions import Store
from app.store.types import uuid7
from tests.api.house import FORMS, Api, document

HOMES, TIMES, SHEETS = 40_000, 3, 24


def publish(store: Store, community_id: int, batch: int) -> None:
    """Many rows in one transaction, as an import publishes them: made ready before the lock."""
    table = SQLModel.metadata.tables["family"]
    names = ("uuid", "community_id", "code", "sector", "state", "consents")
    rows: list[tuple[Any, ...]] = [
        (uuid7(), community_id, f"B{batch}-{number}", "", "active", False)
        for number in range(HOMES)
    ]
    with store.reading() as session:
        ready = bulk.bound(session, table, names, rows)
    with store.writing() as session:
        bulk.insert_bound(session, table, names, ready)


def test_sheets_sent_while_imports_are_published_all_arrive(both_api: Api) -> None:
    store = both_api.store
    with store.reading() as session:
        other = session.exec(select(Community.id).where(Community.search == folded("Comunidad C2")))
        community_id = other.one()
    done = threading.Event()

    def publishing() -> None:
        for batch in range(TIMES):
            publish(store, community_id, batch)
        done.set()

    def send(number: int) -> int:
        body = document("activity", attendees_women=number + 1)
        return both_api.ask("council").post(f"{FORMS}/activity", json=body).status_code

    thread = threading.Thread(target=publishing)
    thread.start()
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(send, range(SHEETS)))
    thread.join()

    assert statuses == [201] * SHEETS
    assert done.is_set()
    with store.reading() as session:
        assert session.exec(select(func.count()).select_from(Form)).one() == SHEETS
        assert session.exec(select(func.count()).select_from(Family)).one() == HOMES * TIMES
