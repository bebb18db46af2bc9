"""Tiles over HTTP: read by GDAL, nothing in them that their reader may not see."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from fastapi.testclient import TestClient
from shapely.geometry import MultiPolygon, Point

from app.gis import vector_tiles
from app.gis.tile_files import AREAS, POINTS
from app.operations import jobs, seeding
from app.operations.open_layers import tilesets
from app.operations.progress import Report
from app.records import stamps
from app.records.territory import Boundary, Place, Settlement
from app.store.sessions import Store
from app.store.spatial import to_column
from tests import world
from tests.http.town import Town, a_town
from tests.maps.district import KEPT, NAMED, NAMES, SAID

HERE = f"/d/{world.UBIGEO}/ogc"
TILES = "tiles/WebMercatorQuad"
WEST, SOUTH, STEP = -77.0, -12.0, 0.1
SIDE, PLACES = 8, 3_200


def tile_at(lon: float, lat: float, z: int) -> str:
    """The address of the tile where a place is."""
    x, y = (vector_tiles.flat(np.array([[lon, lat]]))[0] * 2**z).astype(int)
    return f"{z}/{y}/{x}"


def words_of(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def test_layer_of_a_district_is_drawn_with_codes_and_names_alone(mapped: Town) -> None:
    client = mapped.client("oficial")
    at = f"{HERE}/collections/indicator.P-F1"
    spot = client.get(f"{at}/items/A").json()["geometry"]["coordinates"]
    tile = client.get(f"{at}/{TILES}/{tile_at(*spot, 8)}")

    assert tile.status_code == 200
    assert tile.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert NAMES["A"] in words_of(tile.content)
    assert "details" not in words_of(tile.content)
    again = client.get(
        f"{at}/{TILES}/{tile_at(*spot, 8)}", headers={"if-none-match": tile.headers["etag"]}
    )
    assert again.status_code == 304
    assert "private" in tile.headers["cache-control"]


def test_empty_tile_and_tile_beyond_the_matrix_are_told_apart(mapped: Town) -> None:
    client = mapped.client("oficial")
    at = f"{HERE}/collections/indicator.P-F1/{TILES}"

    assert client.get(f"{at}/8/0/0").status_code == 204
    for wrong in ("8/256/0", "8/0/256", "99/0/0", "8/-1/0", "8/x/0", "15/0/0"):
        assert client.get(f"{at}/{wrong}").status_code == 404
    assert client.get(f"{at}/8/0/0?limit=3").status_code == 400
    assert client.get(at.replace("WebMercatorQuad", "WorldCRS84Quad")).status_code == 404


def test_public_tiles_hold_nothing_unpublished(mapped: Town) -> None:
    public, official = mapped.client(), mapped.client("oficial")
    for each in official.get(f"{HERE}/collections").json()["collections"]:
        at = f"{HERE}/collections/{each['id']}/{TILES}"
        answer = public.get(f"{at}/{tile_at(-76.7, -7.1, 6)}")
        assert answer.status_code in {200, 204, 401, 404}
        assert all(word not in words_of(answer.content) for word in (SAID, NAMED, KEPT))
        if answer.status_code == 401:
            assert public.get(at).status_code == 401


def test_tilesets_tell_how_their_tiles_are_addressed(mapped: Town) -> None:
    client = mapped.client("oficial")
    for root in ("/ogc", HERE):
        matrix = client.get(f"{root}/tileMatrixSets/WebMercatorQuad").json()
        assert matrix["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559_082_264.029)
        for each in client.get(f"{root}/collections").json()["collections"]:
            told = client.get(f"{root}/collections/{each['id']}/tiles").json()["tilesets"][0]
            whole = client.get(told["links"][0]["href"]).json()
            template = next(link for link in whole["links"] if link.get("templated"))["href"]
            for limits in whole.get("tileMatrixSetLimits", [])[4:6]:
                for name, value in (
                    ("tileMatrix", limits["tileMatrix"]),
                    ("tileRow", limits["minTileRow"]),
                    ("tileCol", limits["minTileCol"]),
                ):
                    template = template.replace(f"{{{name}}}", str(value))
                assert client.get(template).status_code in {200, 204}


def _fill(store: Store) -> None:
    """A board of districts with bent borders, and more settlements than are drawn at once."""
    seeding.seed(store)
    rng = np.random.default_rng(3)
    with store.writing() as session:
        for at in range(SIDE * SIDE):
            x, y = divmod(at, SIDE)
            code = f"{100_101 + at:06d}"
            place = Place(kind="district", code=code, name=f"Ñ {code}", search=code, sort_key=code)
            session.add(place)
            session.flush()
            shape = MultiPolygon([_cell(x, y)])
            session.add(Boundary(place_id=place.id, geom=to_column(shape)))
        spots = rng.uniform((WEST, SOUTH), (WEST + SIDE * STEP, SOUTH + SIDE * STEP), (PLACES, 2))
        for at, spot in enumerate(spots):
            code = f"{at:010d}"
            row = Settlement(code=code, name=f"P {code}", search=code, district_code="100101")
            row.geom, row.urban = to_column(Point(*spot)), at % 50 == 0
            session.add(row)
        stamps.bump(session, "territory")


def _cell(x: int, y: int) -> shapely.Polygon:
    """A square whose sides are bent, each as its neighbour's."""

    def bent(a: tuple[float, float], b: tuple[float, float]) -> list[tuple[float, float]]:
        t = np.linspace(0, 1, 20)
        wave = 0.05 * np.sin(t * np.pi * 2)
        across = a[1] == b[1]
        xs = a[0] + (b[0] - a[0]) * t + (0 if across else wave)
        ys = a[1] + (b[1] - a[1]) * t + (wave if across else 0)
        return list(zip(WEST + STEP * xs, SOUTH + STEP * ys, strict=True))

    low, right = bent((x, y), (x + 1, y)), bent((x + 1, y), (x + 1, y + 1))
    top, left = bent((x, y + 1), (x + 1, y + 1)), bent((x, y), (x, y + 1))
    return shapely.Polygon([*low, *right, *top[::-1], *left[::-1]])


@contextmanager
def _town(store: Store, home: Path) -> Iterator[Town]:
    _fill(store)
    with a_town(store.url, home) as town:
        yield town


def _work(town: Town) -> None:
    """What the worker does with the one job that waits."""
    job = jobs.take(town.store)
    assert job is not None
    assert job.kind == tilesets.KIND
    tilesets.run(town.store, job, Report(town.settings, threading.Event()))


def test_registers_are_drawn_by_the_worker_and_served_from_its_file(
    store: Store, tmp_path: Path
) -> None:
    with _town(store, tmp_path) as town:
        client = TestClient(town.app)  # type: ignore[arg-type]
        at = f"/ogc/collections/districts/{TILES}"
        middle = tile_at(WEST + 0.4, SOUTH + 0.4, 9)
        waiting = client.get(f"{at}/{middle}")
        _work(town)
        served = client.get(f"{at}/{middle}")
        plain = client.get(f"{at}/{middle}", headers={"accept-encoding": "identity"})
        seen = client.get(f"{at}/{middle}", headers={"if-none-match": served.headers["etag"]})
        beyond = client.get(f"{at}/{tile_at(WEST, SOUTH, 12)}")
        empty = client.get(f"{at}/{tile_at(-70, -2, 9)}")
        zooms = client.get(at).json()["tileMatrixSetLimits"]

    assert (waiting.status_code, served.status_code, seen.status_code) == (503, 200, 304)
    assert (beyond.status_code, empty.status_code) == (404, 204)
    assert served.headers["content-encoding"] == "gzip"
    assert plain.content == served.content
    assert "public" in served.headers["cache-control"]
    assert [int(each["tileMatrix"]) for each in zooms] == list(AREAS)


def test_gdal_reads_the_file_and_no_border_opens(store: Store, tmp_path: Path) -> None:
    _fill(store)
    with store.reading() as session:
        tilesets.build(session, tmp_path)
    (path,) = (tmp_path / "cache").glob("tiles-districts-*.pmtiles")

    whole = shapely.union_all([_cell(*divmod(at, SIDE)) for at in range(SIDE * SIDE)])
    for zoom in (7, 9, 11):
        found = pyogrio.read_dataframe(path, ZOOM_LEVEL=str(zoom)).to_crs(4326)
        joined = found.dissolve("code").geometry
        assert len(joined) == SIDE * SIDE
        drawn = shapely.union_all(joined.to_numpy())
        assert shapely.get_num_interior_rings(shapely.get_parts(drawn)).sum() == 0
        assert drawn.symmetric_difference(whole).area < 0.02 * whole.area


def test_every_place_is_there_and_towns_stay_on_small_maps(store: Store, tmp_path: Path) -> None:
    _fill(store)
    with store.reading() as session:
        tilesets.build(session, tmp_path)
    (path,) = (tmp_path / "cache").glob("tiles-settlements-*.pmtiles")

    counts = {}
    for zoom in (POINTS[0], 9, POINTS[-1]):
        found = pyogrio.read_dataframe(path, ZOOM_LEVEL=str(zoom))
        assert found.code.is_unique
        counts[zoom] = len(found)
    small = pyogrio.read_dataframe(path, ZOOM_LEVEL=str(POINTS[0]))
    urban = small.code.astype(int) % 50 == 0

    assert counts[9] == counts[POINTS[-1]] == PLACES
    assert counts[POINTS[0]] < 400
    assert urban.mean() > 0.2


def test_same_registers_give_the_same_file_and_a_damaged_list_is_made_anew(
    sqlite_store: Store, tmp_path: Path
) -> None:
    _fill(sqlite_store)
    with sqlite_store.reading() as session:
        tilesets.build(session, tmp_path)
        first = sorted((tmp_path / "cache").glob("tiles-*"))
        (tmp_path / "cache" / "tiles.json").write_text("[")
        tilesets.build(session, tmp_path)

    assert sorted((tmp_path / "cache").glob("tiles-*")) == first
    assert set(json.loads((tmp_path / "cache" / "tiles.json").read_text())) == {"stamp", "files"}


def test_few_places_are_drawn_while_somebody_waits(mapped: Town) -> None:
    client: Any = mapped.client()
    answer = client.get(f"/ogc/collections/districts/{TILES}/{tile_at(-76.5, -7, 8)}")

    assert answer.status_code == 200
    assert not list(Path(mapped.settings.home).glob("cache/tiles-*"))
