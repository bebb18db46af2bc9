"""The database goes away and comes back while telephones deliver."""

import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.records.tables import METADATA
from app.store import migrations
from app.store.sessions import Store
from tests.openrosa.serving import (
    Sender,
    found,
    post,
    require_all_is_well,
    serving,
    wait_until_taken,
)
from tools import localpg

TELEPHONES = 4


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A cluster of its own that keeps its promises to the disk, and its address."""
    if not os.environ.get("SISMUNI_TEST_PG_URL"):
        pytest.skip("SISMUNI_TEST_PG_URL no está definida: no hay PostGIS con que probar")
    folder = localpg.place(tmp_path / "cluster")
    url = localpg.ensure(folder)
    try:
        yield folder, url
    finally:
        localpg.stop(folder)
        shutil.rmtree(folder)


def restart_under_load(folder: Path, senders: list[Sender], chance: random.Random) -> None:
    """Pull the plug at a moment that nobody chose, and wait until telephones get on again."""
    time.sleep(chance.random())
    localpg.restart(folder)
    before = sum(each.whole for each in senders)
    until = time.monotonic() + 60
    while sum(each.whole for each in senders) < before + TELEPHONES:
        assert time.monotonic() < until, "nobody gets on after the restart"
        assert any(each.is_alive() for each in senders)
        time.sleep(0.05)


def survive(folder: Path, url: str, home: Path, restarts: int, seed: int) -> None:
    migrations.upgrade(url, METADATA)
    yard, chance = found(url, home), random.Random(seed)
    with serving(yard) as (_, address):
        senders = [
            Sender(address, yard, chance.randrange(2**30), bears=frozenset({503}))
            for _ in range(TELEPHONES)
        ]
        for each in senders:
            each.start()
        for _ in range(restarts):
            restart_under_load(folder, senders, chance)
        for each in senders:
            each.told.set()
        for each in senders:
            each.join(60)
        sent = {name: doc for each in senders for name, doc in each.sent.items()}
        with httpx.Client(base_url=address, timeout=30) as client:
            again = {name: post(client, sent[name], with_photo=True).status_code for name in sent}
        store = Store(url)
        wait_until_taken(store)

    assert [said for each in senders for said in each.strange] == []
    assert sum(each.borne[503] for each in senders) > 0
    whole = {name for name, document in sent.items() if document.whole}
    assert {name: again[name] for name in whole} == dict.fromkeys(whole, 202)
    require_all_is_well(store, yard, sent)
    store.close()


def test_a_restart_of_the_database_costs_a_second_and_no_document(
    own_cluster: tuple[Path, str], tmp_path: Path
) -> None:
    survive(*own_cluster, tmp_path, restarts=1, seed=1)


@pytest.mark.verify
def test_many_restarts_of_the_database_cost_no_document(
    own_cluster: tuple[Path, str], tmp_path: Path
) -> None:
    survive(*own_cluster, tmp_path, restarts=12, seed=2)
