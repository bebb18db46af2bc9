"""A killed server loses nothing that it acknowledged, and counts nothing twice."""

import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from app.operations import rebuilding
from app.records.families import Family
from app.records.intake import Derivation, Entry, Form
from app.settings import ROOT, Settings
from app.store.sessions import Store
from app.store.types import uuid7
from tests import builders
from tests.api.house import FORMS, document, prepare
from tests.worlds import Worlds

THREADS = 4


class Sender(threading.Thread):
    """Somebody who sends one document after another, and remembers what was acknowledged."""

    def __init__(self, url: str, token: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.url, self.token = url, token
        self.random = random.Random(seed)
        self.sent: dict[str, tuple[str, dict[str, Any]]] = {}
        self.acknowledged: dict[str, str] = {}
        self.strange: list[str] = []

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=10) as client:
            while True:
                uuid = str(uuid7())
                code, body = self._document(uuid)
                self.sent[uuid] = (code, body)
                try:
                    answer = client.post(f"{FORMS}/{code}", json=body)
                except httpx.TransportError:
                    return  # the server is gone
                if answer.status_code != 201:
                    self.strange.append(f"{answer.status_code} {answer.text}")
                else:
                    self.acknowledged[uuid] = answer.json()["number"]

    def _document(self, uuid: str) -> tuple[str, dict[str, Any]]:
        if self.random.random() < 0.5:
            household = f"K-{uuid[-12:]}"
            return "family", {"uuid": uuid, "answers": builders.a_family(household=household)}
        women = self.random.randrange(1, 90)
        return "activity", document("activity", attendees_women=women) | {"uuid": uuid}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The real server over a home folder; killed at the latest when the block ends."""
    port = free_port()
    settings = Settings(home=home, port=port, worker=False, writes_a_minute=10**6,
                        requests_a_minute=10**6)  # fmt: skip
    command = (sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory",
               "--port", str(port), "--log-level", "warning")  # fmt: skip
    child = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings.to_environment())
    try:
        _wait_for(port, child)
        yield child, f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert child.poll() is None, "the server ended by itself"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not answer in a minute and a half")


def send_and_kill(home: Path, token: str, chance: random.Random) -> list[Sender]:
    """Send from several threads and kill the server at a moment nobody chose."""
    with serving(home) as (child, url):
        senders = [Sender(url, token, chance.randrange(2**30)) for _ in range(THREADS)]
        for each in senders:
            each.start()
        until = time.monotonic() + 90
        while sum(len(s.acknowledged) for s in senders) < 3 and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.6 * chance.random())
        child.kill()
        for each in senders:
            each.join(20)
    return senders


def registers(store: Store) -> tuple[Any, ...]:
    with store.reading() as session:
        forms = session.exec(select(Form.uuid, Form.state, Form.revision, Form.instrument)).all()
        families = session.exec(select(Family.uuid, Family.code, Family.consents)).all()
    return sorted(map(tuple, forms)), sorted(map(tuple, families))


def survive(worlds: Worlds, home: Path, kills: int, seed: int) -> None:
    settings = Settings(home=home)
    _, tokens = worlds.fill_at(settings.url, prepare)
    store, token = Store(settings.url), tokens["council"]
    chance = random.Random(seed)

    rounds = [send_and_kill(home, token, chance) for _ in range(kills)]

    senders = [each for senders in rounds for each in senders]
    assert [strange for each in senders for strange in each.strange] == []
    acknowledged = {u: n for each in senders for u, n in each.acknowledged.items()}
    assert len(acknowledged) >= kills
    sent = {u: body for each in senders for u, body in each.sent.items()}
    with serving(home) as (_, url):
        client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        with client:
            for uuid, number in acknowledged.items():
                receipt = client.get(f"{FORMS}/{sent[uuid][0]}/{uuid}/receipt")
                assert receipt.status_code == 200, uuid
                assert (receipt.json()["number"], receipt.json()["derived"]) == (number, "derived")
            for uuid in sent.keys() - acknowledged.keys():  # sent again, as whoever heard nothing
                code, body = sent[uuid]
                assert client.post(f"{FORMS}/{code}", json=body).status_code in {200, 201}
    with store.reading() as session:
        entries = session.exec(select(Entry.form_uuid).where(Entry.kind == "submission")).all()
        left = session.exec(select(Derivation.state).where(Derivation.state != "derived")).all()
    assert Counter(map(str, entries)) == Counter(dict.fromkeys(sent, 1))
    assert left == []
    before = registers(store)
    rebuilding.rebuild(store)
    assert registers(store) == before
    store.close()


def test_three_kills_lose_no_receipt(worlds: Worlds, tmp_path: Path) -> None:
    survive(worlds, tmp_path, kills=3, seed=20261121)


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(3))
def test_thirty_kills_lose_no_receipt(worlds: Worlds, tmp_path: Path, seed: int) -> None:
    survive(worlds, tmp_path, kills=10, seed=seed)
