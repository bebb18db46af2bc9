"""OGC API beside tipg and pygeoapi: pages of items, dense tiles, and all places read by GDAL.

The same tables of the same store, the same page size and the same properties; each server in
one process of its own. Boxes and tiles change from request to request, so that nobody is
measured by an answer that was kept. tipg needs PostGIS; the embedded store is held against the
same figures. pygeoapi runs in an environment of its own, and is only asked for items.
"""

import csv
import gzip
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pyogrio
import shapely
from sqlalchemy import insert

from app.gis import vector_tiles
from app.operations.open_layers import tilesets
from app.records import stamps
from app.records.base import folded
from app.records.territory import Boundary, Place, Settlement
from app.store.sessions import Store, columns
from app.store.spatial import index_rows, to_column
from tests.bench import load, pygeoapi, stores
from tests.bench.serving import serving, serving_tipg
from tests.bench.stores import FOLDER, POSTGRESQL
from tests.bench.table import Goal, Row

OURS = "/ogc/collections/settlements"
THEIRS = "/collections/public.settlement"
PAGE, ZOOM = 1_000, 9
PROPERTIES = "code,name,district_code,urban"


def rows(full: bool) -> Iterator[Row]:
    """Requests a second of items and of tiles, seconds of GDAL; nothing without the open data."""
    given = os.environ.get("SISMUNI_TEST_DATA")
    if not given:
        print("  ogc: SISMUNI_TEST_DATA is not set, so there are no places to serve")
        return
    data = Path(given)
    times, seconds = (3, 6.0) if full else (1, 1.0)
    beds = {kind: _bed(kind, data) for kind in stores.kinds()}
    if POSTGRESQL not in beds:
        print("  ogc: without PostGIS there is no tipg to be held against")
    theirs = _theirs(beds[POSTGRESQL].url, times, seconds) if POSTGRESQL in beds else {}
    for kind, bed in beds.items():
        _prepare(bed.url)
        with serving(bed.url) as server:
            at = f"http://127.0.0.1:{server.port}"
            items = [load.over_paths(server.port, _items(OURS, ""), seconds) for _ in range(times)]
            tiles = [load.over_paths(server.port, _tiles(OURS), seconds) for _ in range(times)]
            read = [_read(f"{at}/ogc", "settlements") for _ in range(times)]
        yield Row(
            f"OGC items ({PAGE:,} with bbox), {kind}",
            "requests/s",
            items,
            theirs.get("items", ()),
            Goal(">=", 1, of_ratio=True) if theirs else None,
        )
        if theirs.get("others"):
            yield Row(
                f"OGC items beside pygeoapi, {kind}",
                "requests/s",
                items,
                theirs["others"],
                Goal(">", 1, of_ratio=True),
            )
        yield Row(
            f"OGC dense tile, {kind}",
            "requests/s",
            tiles,
            theirs.get("tiles", ()),
            Goal(">=", 1, of_ratio=True) if theirs else None,
        )
        yield Row(
            f"GDAL OAPIF, all places, {kind}",
            "s",
            read,
            theirs.get("read", ()),
            Goal("<", 1, of_ratio=True) if theirs else None,
        )


def _theirs(url: str, times: int, seconds: float) -> dict[str, list[float]]:
    others = []
    with pygeoapi.serving(url) as server:
        if server is not None:
            paths = _items("/collections/settlement", "")
            others = [load.over_paths(server.port, paths, seconds) for _ in range(times)]
    with serving_tipg(url) as server:
        at = f"http://127.0.0.1:{server.port}"
        said = json.load(urlopen(at + _items(THEIRS, f"&properties={PROPERTIES}")[0]))
        if len(said["features"]) != PAGE:
            raise AssertionError(f"tipg gave {len(said['features'])} features")
        return {
            "others": others,
            "items": [
                load.over_paths(server.port, _items(THEIRS, f"&properties={PROPERTIES}"), seconds)
                for _ in range(times)
            ],
            "tiles": [
                load.over_paths(server.port, _tiles(THEIRS, "?properties=code,name"), seconds)
                for _ in range(times)
            ],
            # Once: it takes as long as everything else together.
            "read": [_read(at, "public.settlement")],
        }


def _items(collection: str, more: str) -> list[str]:
    """Forty boxes of two degrees over the Andes, each with more than a page of places."""
    found = []
    for step in range(40):
        west, south = -76.5 + 0.1 * (step % 20), -14.0 - 0.05 * step
        box = f"{west:.2f},{south:.2f},{west + 2:.2f},{south + 2:.2f}"
        found.append(f"{collection}/items?limit={PAGE}&bbox={box}{more}")
    return found


def _tiles(collection: str, more: str = "") -> list[str]:
    """The tiles of the zoom where most places are; each service in its own order of numbers."""
    ours = collection == OURS
    return [
        f"{collection}/tiles/WebMercatorQuad/{ZOOM}/{y if ours else x}/{x if ours else y}{more}"
        for x, y in DENSE
    ]


DENSE: list[tuple[int, int]] = []


def _prepare(url: str) -> None:
    """The file of tiles, as the worker makes it after an import."""
    store = Store(url)
    with store.reading() as session:
        tilesets.build(session, FOLDER / "home")
    store.close()


def _read(root: str, layer: str) -> float:
    began = time.perf_counter()
    found = pyogrio.read_dataframe(f"OAPIF:{root}", layer=layer)
    if len(found) < 94_000:
        raise AssertionError(f"{len(found)} places")
    return time.perf_counter() - began


def _bed(kind: str, data: Path) -> stores.Bed:
    places = _places(data)
    flat = vector_tiles.flat(np.array([each["at"] for each in places]))
    cells, counts = np.unique(np.floor(flat * 2**ZOOM).astype(int), axis=0, return_counts=True)
    DENSE[:] = [tuple(cells[at].tolist()) for at in np.argsort(-counts)[:20]]
    return stores.kept(kind, "ogc", (Path(__file__),), lambda store: _fill(store, places, data))


def _places(data: Path) -> list[dict[str, Any]]:
    path = data / "puntos" / "centros_poblados_peru.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return [
            {
                "code": row["inei_ccpp"],
                "name": row["ccpp"],
                "search": folded(row["ccpp"])[:120],
                "district_code": row["inei_distrito"],
                "urban": row["tipo"].startswith("Urb"),
                "at": (float(row["longitude"]), float(row["latitude"])),
            }
            for row in csv.DictReader(lines)
        ]


def _fill(store: Store, places: Sequence[dict[str, Any]], data: Path) -> None:
    limits = pyogrio.read_dataframe(data / "limites" / "peru_distritos_2017_detalle.gpkg")
    with store.writing() as session:
        for at, (code, shape) in enumerate(zip(limits.ubigeo, limits.geometry, strict=True)):
            name = limits.distrito[at]
            place = Place(kind="district", code=code, name=name, search=name, sort_key=name)
            session.add(place)
            session.flush()
            whole = shapely.MultiPolygon(shapely.get_parts(shape).tolist())
            session.add(Boundary(place_id=place.id, geom=to_column(whole)))
        for start in range(0, len(places), 10_000):
            part = places[start : start + 10_000]
            made = [Settlement(**{k: v for k, v in each.items() if k != "at"}) for each in part]
            spots = [shapely.Point(each["at"]) for each in part]
            values = [
                {**row.model_dump(exclude={"id", "geom"}), "geom": to_column(spot)}
                for row, spot in zip(made, spots, strict=True)
            ]
            session.connection().execute(insert(Settlement), values)
        ids = {code: key for key, code in session.rows(columns(Settlement.id, Settlement.code))}
        index_rows(
            session.connection(),
            "settlement",
            [ids[each["code"]] for each in places],
            shapely.points([each["at"] for each in places]),
        )
        stamps.bump(session, "territory")
