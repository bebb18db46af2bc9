"""Connections that break while a document comes, as on the way out of a village's signal."""

import random
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlmodel import func, select

from app.records.devices import Delivery
from app.records.intake import Attachment
from app.store.sessions import Store
from tests.openrosa.serving import (
    NAME,
    Document,
    Yard,
    a_photo,
    found,
    post,
    require_all_is_well,
    serving,
    wait_until_taken,
)
from tests.openrosa.test_packed import body_of

TENTHS = range(10)


def head(url: str, kind: str, length: int | None) -> bytes:
    """The lines before the body; without a length it comes in chunks."""
    path = urlsplit(url).path
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = (f"POST {path}/submission HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {kind}", size)
    return "\r\n".join((*lines, "", "")).encode()


def chunks(body: bytes, count: int = 20) -> bytes:
    """A body in chunks, with their end."""
    step = len(body) // count + 1
    parts = [body[at : at + step] for at in range(0, len(body), step)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    port = urlsplit(url).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        yield line


def cut(url: str, sent: bytes, *, abruptly: bool) -> None:
    """Send so much and hang up, with a good-bye or without."""
    with connected(url) as line:
        line.sendall(sent)
        time.sleep(0.02)
        if abruptly:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def counted(store: Store) -> tuple[int, int]:
    with store.reading() as session:
        deliveries = session.exec(select(func.count()).select_from(Delivery)).one()
        return deliveries, session.exec(select(func.count()).select_from(Attachment)).one()


def named_files(yard: Yard) -> list[Path]:
    return [path for path in yard.files.rglob("*") if path.is_file()]


@pytest.mark.parametrize("chunked", [False, True])
def test_cut_at_any_tenth_leaves_nothing_and_the_next_time_all_arrives(
    store_url: str, tmp_path: Path, chunked: bool
) -> None:
    yard, store = found(store_url, tmp_path), Store(store_url)
    document = Document(yard.plan, a_photo(random.Random(7)))
    assert document.photo is not None
    body, kind = body_of(document.xml, acta_jpg=document.photo)
    wired = chunks(body) if chunked else body

    with serving(yard) as (child, url), httpx.Client(base_url=url, timeout=30) as client:
        whole = head(url, kind, None if chunked else len(body)) + wired
        begins = len(whole) - len(wired)
        for tenth in TENTHS:
            for abruptly in (False, True):
                cut(url, whole[: begins + len(wired) * tenth // 10], abruptly=abruptly)
        cut(url, whole[:-1], abruptly=False)
        answers = client.head("/submission").status_code
        left = counted(store), named_files(yard)
        with connected(url) as line:
            line.sendall(whole)
            said = line.recv(4_000)
        again = post(client, document, with_photo=True).status_code
        wait_until_taken(store)
        lives = child.poll() is None

    assert lives
    assert answers == 204
    assert left == ((0, 0), [])
    assert said.startswith(b"HTTP/1.1 201")
    assert again == 202
    require_all_is_well(store, yard, {NAME: document})
    store.close()
    assert "Traceback" not in (tmp_path / "server.log").read_text("utf-8")
