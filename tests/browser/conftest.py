"""A real server with the demonstration district, and a real browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page

from app.settings import ROOT

START_S = 240


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The address of a server that is started as ``make run`` starts it."""
    port = _free_port()
    own = {k: v for k, v in os.environ.items() if not k.startswith("SISMUNI_")}
    environment = {**own, "SISMUNI_HOME": str(home), "SISMUNI_PORT": str(port)}
    log = (home / "server.log").open("w")
    running = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--demo-if-new"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _await(running, address, home / "server.log")
        yield address
    finally:
        running.terminate()
        running.wait(30)
        log.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration that all walks share."""
    with serving(tmp_path_factory.mktemp("home")) as address:
        yield address


def _await(running: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if running.poll() is not None:
            break
        try:
            with urlopen(f"{address}/entrar", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"the server did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a desk, with the times of a slow machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="es-PE")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where the pictures of the walk are left to be looked at."""
    folder = ROOT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
