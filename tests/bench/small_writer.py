"""Another person who writes while something large goes on, and how long each write takes.

In a process of its own, so that it waits for the store's lock and not for our interpreter.
Each write is one transaction of the program's own kind: on PostgreSQL it locks a community
that the import writes too, on the embedded store there is one lock for all.

    python -m tests.bench.small_writer    reads an address from the environment
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import func, select

from app.records import stamps
from app.records.territory import Community
from app.settings import ROOT
from app.store.sessions import Store

PAUSE_S = 0.02


@contextmanager
def writing(url: str) -> Iterator[list[float]]:
    """Write from another process until the block ends; then the list holds each one's seconds."""
    command = [sys.executable, "-m", "tests.bench.small_writer"]
    told: list[float] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "SISMUNI_DATABASE_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
        yield told
        process.stdin.close()
        told += json.loads(process.stdout.read())


def write_until_told() -> list[float]:
    """Write again and again until the standard input ends."""
    store = Store(os.environ["SISMUNI_DATABASE_URL"], 1)
    with store.reading() as session:
        last = session.exec(select(func.max(Community.id))).one()
    took: list[float] = []
    over = threading.Event()
    threading.Thread(target=_listen, args=(over,), daemon=True).start()
    print("begun", flush=True)
    while not over.wait(PAUSE_S):
        began = time.perf_counter()
        with store.writing() as session:
            session.hold(f"community {last}")
            stamps.bump(session, "bench")
        took.append(time.perf_counter() - began)
    store.close()
    return took


def _listen(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


if __name__ == "__main__":
    print(json.dumps(write_until_told()))
