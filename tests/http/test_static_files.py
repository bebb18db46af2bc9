"""Files of the pages: packed for those who take it, kept for ever only under their version."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.http.static_files import FOR_EVER, PackedFiles

TEXT = "a { color: red }\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.css").write_text(TEXT)
    (tmp_path / "few.css").write_text("a {}")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG" * 300)
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    app = FastAPI()
    app.mount("/static", PackedFiles(folder))
    with TestClient(app) as opened:
        yield opened


def test_a_text_comes_packed_and_whole(client: TestClient) -> None:
    found = client.get("/static/a.css?v=1")

    assert found.text == TEXT
    assert found.headers["content-encoding"] == "gzip"
    assert int(found.headers["content-length"]) < len(TEXT) / 10
    assert found.headers["content-type"].startswith("text/css")
    assert found.headers["vary"] == "Accept-Encoding"


def test_who_takes_no_packing_gets_none(client: TestClient) -> None:
    found = client.get("/static/a.css", headers={"Accept-Encoding": "identity"})

    assert "content-encoding" not in found.headers
    assert (found.text, found.headers["vary"]) == (TEXT, "Accept-Encoding")


@pytest.mark.parametrize("name", ["few.css", "picture.png"])
def test_what_packing_does_not_help_comes_as_it_is(
    client: TestClient, folder: Path, name: str
) -> None:
    found = client.get(f"/static/{name}")

    assert "content-encoding" not in found.headers
    assert found.content == (folder / name).read_bytes()


def test_only_a_version_is_kept_without_asking(client: TestClient) -> None:
    assert client.get("/static/a.css?v=1").headers["cache-control"] == FOR_EVER
    assert client.get("/static/a.css").headers["cache-control"] == "no-cache"


def test_what_did_not_change_costs_no_body(client: TestClient) -> None:
    tag = client.get("/static/a.css").headers["etag"]

    again = client.get("/static/a.css", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


def test_a_changed_file_is_packed_anew(client: TestClient, folder: Path) -> None:
    client.get("/static/a.css")
    (folder / "a.css").write_text(TEXT.replace("red", "blue"))
    os.utime(folder / "a.css", (2_000_000_000, 2_000_000_000))

    assert "blue" in client.get("/static/a.css").text


def test_a_part_of_a_file_is_a_part_of_what_it_is(client: TestClient) -> None:
    found = client.get("/static/a.css", headers={"Range": "bytes=0-9"})

    assert (found.status_code, found.text) == (206, TEXT[:10])


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.get("/static/none.css").status_code == 404
    assert client.get("/static/../secret").status_code == 404


def test_the_packed_bytes_are_the_same_for_everybody(client: TestClient) -> None:
    with client.stream("GET", "/static/a.css") as one, client.stream("GET", "/static/a.css") as two:
        first, second = b"".join(one.iter_raw()), b"".join(two.iter_raw())

    assert first == second
    assert gzip.decompress(first).decode() == TEXT
