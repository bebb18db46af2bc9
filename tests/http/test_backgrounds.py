"""Pictures under maps over HTTP: brought by who may, seen by whoever sees the map, kept long."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import worker
from app.operations.seats import Seat
from tests.http.town import DISTRICT, Town, an_account
from tests.pictures import MINE, mbtiles, picture, tiles

PAGES = f"/d/{DISTRICT}/administracion/importaciones"
API = f"/api/v1/districts/{DISTRICT}"
SPOT = next(tiles())


@pytest.fixture
def admin(town: Town) -> TestClient:
    """The browser of the municipality's administrator."""
    an_account(town.store, "muni", Seat("admin", ubigeo=DISTRICT))
    client = town.client("muni")
    client.headers["X-CSRF-Token"] = town.csrf("muni")
    return client


def brought(town: Town, client: TestClient, content: bytes) -> str:
    """Send a file and let the worker look at it; its key."""
    file = ("fondo.mbtiles", content, "application/octet-stream")
    answer = client.post(f"{API}/imports", data={"kind": "backgrounds"}, files={"file": file})
    assert answer.status_code == 202, answer.text
    worker.run(town.settings, idle_s=0)
    return str(answer.headers["location"]).rsplit("/", 1)[1]


def published(town: Town, client: TestClient, content: bytes) -> str:
    """The address of the tiles of a published background."""
    uuid = brought(town, client, content)
    answer = client.post(f"{API}/imports/{uuid}/publish")
    assert answer.status_code == 202, answer.text
    worker.run(town.settings, idle_s=0)
    (found,) = client.get(f"{API}/backgrounds").json()["items"]
    assert found["attribution"] == MINE
    return str(found["tiles"])


def at(address: str, tile: tuple[int, int, int] = SPOT) -> str:
    """The address of one tile."""
    return address.format(z=tile[0], x=tile[1], y=tile[2])


def test_the_file_is_seen_on_a_map_before_it_is_published(
    town: Town, admin: TestClient, tmp_path: Path
) -> None:
    uuid = brought(town, admin, mbtiles(tmp_path / "m"))

    page = admin.get(f"{PAGES}/{uuid}").text
    drawn = admin.get(f"{PAGES}/{uuid}/fondo/{SPOT.z}/{SPOT.x}/{SPOT.y}")

    assert f"{PAGES}/{uuid}/fondo/{{z}}/{{x}}/{{y}}" in page
    assert MINE.removeprefix("© ") in page
    assert (drawn.status_code, drawn.content) == (200, picture())
    assert admin.get(f"{API}/backgrounds").json() == {"items": []}
    assert town.client().get(f"{PAGES}/{uuid}/fondo/1/0/0").status_code in (303, 401, 403)


def test_anybody_who_sees_the_map_sees_its_pictures_and_keeps_them(
    town: Town, admin: TestClient, tmp_path: Path
) -> None:
    address = published(town, admin, mbtiles(tmp_path / "m"))
    client = town.client()

    first = client.get(at(address))
    again = client.get(at(address), headers={"If-None-Match": first.headers["etag"]})
    nothing = client.get(at(address, (10, 0, 0)))

    assert (first.status_code, first.headers["content-type"]) == (200, "image/png")
    assert first.content == picture()
    assert "max-age=31536000" in first.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")
    assert (nothing.status_code, nothing.content) == (204, b"")
    assert address in client.get(f"/d/{DISTRICT}/mapas").text


@pytest.mark.parametrize("tile", ["3/9/0", "23/0/0", "99/0/0", "1/-1/0", "uno/0/0"])
def test_a_tile_that_no_matrix_has_is_refused(
    town: Town, admin: TestClient, tmp_path: Path, tile: str
) -> None:
    address = published(town, admin, mbtiles(tmp_path / "m"))

    answer = town.client().get(address.removesuffix("{z}/{x}/{y}") + tile)

    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_file_over_the_limit_is_refused_with_the_limit(town: Town, admin: TestClient) -> None:
    file = ("fondo.mbtiles", b"SQLite format 3\x00" + bytes(town.settings.upload_bytes), "x/y")

    answer = admin.post(f"{API}/imports", data={"kind": "backgrounds"}, files={"file": file})

    assert answer.status_code == 413
    assert f"{town.settings.upload_bytes // 1_000_000} MB" in answer.text
