"""Processes that serve, as somebody would start them, and one person who asks over HTTP."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.settings import ROOT
from tests.bench.stores import FOLDER

PATIENCE_S = 60.0
IDLE_S = 3.0  # servers hang up after five
# The limits a person stay on and are counted; only their bound is lifted for one who measures.
UNHURRIED = {
    "SISMUNI_REQUESTS_A_MINUTE": "100000000",
    "SISMUNI_WRITES_A_MINUTE": "100000000",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves on the loopback address."""

    port: int
    pid: int
    first_answer_s: float

    def rss_mb(self) -> float | None:
        """Memory that it holds, in millions of bytes; None where the system does not tell."""
        status = Path(f"/proc/{self.pid}/status")
        if not status.exists():
            return None
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmRSS"].split()[0]) * 1024 / 1e6


@contextmanager
def serving(url: str) -> Iterator[Server]:
    """SISMUNI over a store, by its own command: one process, every setting its default."""
    home = FOLDER / "home"
    given = {"SISMUNI_DATABASE_URL": url, "SISMUNI_HOME": str(home), **UNHURRIED}
    with process(["app.cli", "serve", "--port"], given) as server:
        yield server


@contextmanager
def serving_bare(url: str, body: Path) -> Iterator[Server]:
    """The bare endpoint over the same store, served alike."""
    given = {"SISMUNI_DATABASE_URL": url, "SISMUNI_BENCH_BODY": str(body)}
    with process(["tests.bench.bare"], given) as server:
        yield server


@contextmanager
def serving_tipg(url: str) -> Iterator[Server]:
    """Tipg over the tables of a store on PostgreSQL, by the application that it ships."""
    given = {
        "DATABASE_URL": url.replace("postgresql+psycopg://", "postgresql://"),
        # Else every function of PostGIS that gives rows becomes a layer.
        "TIPG_DB_EXCLUDE_FUNCTION_SCHEMAS": '["public"]',
    }
    words = ["uvicorn", "tipg.main:app", "--log-level", "error", "--no-access-log", "--port"]
    with process(words, given) as server:
        yield server


@contextmanager
def process(
    words: Sequence[str], given: Mapping[str, str], python: Path = Path(sys.executable)
) -> Iterator[Server]:
    """A module of Python that serves at the port that ends its words, until it is left."""
    port = _free_port()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "server.log").open("ab") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            [str(python), "-m", *words, str(port)],
            cwd=ROOT,
            env={**os.environ, **given},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(process, port)
            yield Server(port, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Ask for the front page until it answers."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode}: see {FOLDER / 'server.log'}")
        try:
            if _front(port) < 500:
                return
        except OSError:
            time.sleep(0.01)
    raise TimeoutError(f"no answer within {PATIENCE_S} s")


def _front(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


class Person:
    """One keep-alive connection with somebody's bearer token."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
        self.headers["Content-Type"] = "application/json"
        self.seconds = 0.0
        self.last = time.perf_counter()

    def ask(
        self, method: str, path: str, body: Any = None, more: Mapping[str, str] | None = None
    ) -> bytes:
        """One request, which must go well; ``seconds`` tells how long the last one took."""
        sent = None if body is None else json.dumps(body)
        began = time.perf_counter()
        if began - self.last > IDLE_S:
            self.connection.close()  # the server has hung up, or is about to; it opens anew
        self.connection.request(method, path, sent, {**self.headers, **(more or {})})
        answer = self.connection.getresponse()
        content = answer.read()
        self.last = time.perf_counter()
        self.seconds = self.last - began
        if answer.status not in (200, 201, 202):
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:600]!r}")
        return content

    def send(self, method: str, path: str, body: Any) -> Any:
        """What a change is answered, as JSON."""
        return json.loads(self.ask(method, path, body, {"Accept-Encoding": "identity"}))

    def read(self, path: str) -> Any:
        """What a path says, as JSON, sent plain."""
        return json.loads(self.ask("GET", path, more={"Accept-Encoding": "identity"}))

    def close(self) -> None:
        """Hang up."""
        self.connection.close()
