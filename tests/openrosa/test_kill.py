"""A server that is killed while telephones deliver loses nothing that it acknowledged."""

import random
import time
from pathlib import Path

import httpx
import pytest

from app.store.sessions import Store
from tests.openrosa.serving import (
    GOOD,
    Sender,
    Yard,
    found,
    post,
    require_all_is_well,
    require_files,
    serving,
    wait_until_taken,
)

TELEPHONES = 6


def deliver_and_kill(yard: Yard, chance: random.Random) -> list[Sender]:
    """Deliver from several telephones and kill the server at a moment that nobody chose."""
    with serving(yard) as (child, url):
        senders = [Sender(url, yard, chance.randrange(2**30)) for _ in range(TELEPHONES)]
        for each in senders:
            each.start()
        until = time.monotonic() + 60
        while sum(each.whole for each in senders) < TELEPHONES and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(1.5 * chance.random())
        child.kill()
        for each in senders:
            each.join(30)
    return senders


def survive(url: str, home: Path, kills: int, seed: int) -> None:
    yard = found(url, home)
    chance = random.Random(seed)
    store = Store(url)

    senders = [each for _ in range(kills) for each in deliver_and_kill(yard, chance)]

    require_files(store, yard)
    assert [said for each in senders for said in each.strange] == []
    sent = {name: document for each in senders for name, document in each.sent.items()}
    whole = {name: document for name, document in sent.items() if document.whole}
    assert len(whole) >= kills * TELEPHONES
    with serving(yard) as (_, address), httpx.Client(base_url=address, timeout=30) as client:
        again = {name: post(client, sent[name], with_photo=True).status_code for name in sent}
        wait_until_taken(store)
    assert {name: again[name] for name in whole} == dict.fromkeys(whole, 202)  # nothing new
    assert set(again.values()) <= GOOD
    require_all_is_well(store, yard, sent)
    store.close()


def test_what_was_acknowledged_survives_two_kills(store_url: str, tmp_path: Path) -> None:
    survive(store_url, tmp_path, kills=2, seed=20261122)


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(3))
def test_what_was_acknowledged_survives_fifteen_kills(
    store_url: str, tmp_path: Path, seed: int
) -> None:
    survive(store_url, tmp_path, kills=15, seed=seed)
