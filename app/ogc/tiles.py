"""Vector tiles of a collection, in the one matrix that all maps on the web share."""

import gzip
import math
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from app.errors import Unknown
from app.gis.vector_tiles import Tile
from app.http.gate import SettingsDep, StoreDep, known_in_thread
from app.ogc.documents import only_json, written
from app.ogc.roots import JSON, REL, Link, Root, RootDep, headers, link, tags
from app.operations.open_layers import tilesets
from app.operations.open_layers.declared import Collection
from app.operations.open_layers.tilesets import Body
from app.records.open_tables import TABLES

router = APIRouter()
MATRIX = "WebMercatorQuad"
MVT = "application/vnd.mapbox-vector-tile"
_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX}"
_CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
_HALF = 20_037_508.342_789_244
_DEEPEST = 18


@router.get("/tileMatrixSets")
def list_matrices(root: RootDep) -> Response:
    """The one matrix."""
    only_json(root.only())
    told = {"id": MATRIX, "title": MATRIX, "uri": _URI}
    links = [link("self", root.address("tileMatrixSets", MATRIX), JSON)]
    return written(root, {"tileMatrixSets": [{**told, "links": links}]})


@router.get("/tileMatrixSets/{matrix}")
def read_matrix(root: RootDep, matrix: str) -> Response:
    """The matrix in numbers."""
    only_json(root.only())
    _require(matrix)
    levels = [_level(z) for z in range(_DEEPEST + 1)]
    told = {"id": MATRIX, "title": MATRIX, "uri": _URI, "crs": _CRS, "orderedAxes": ["X", "Y"]}
    known = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
    return written(root, {**told, "wellKnownScaleSet": known, "tileMatrices": levels})


def _level(z: int) -> dict[str, Any]:
    side = 1 << z
    cell = 2 * _HALF / 256 / side
    return {
        "id": str(z),
        "scaleDenominator": cell / 0.000_28,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-_HALF, _HALF],
        "tileWidth": 256,
        "tileHeight": 256,
        "matrixWidth": side,
        "matrixHeight": side,
    }


def _require(matrix: str) -> None:
    if matrix != MATRIX:
        raise Unknown("No hay esa matriz de teselas.", remedy=f"Use {MATRIX}.")


@router.get("/collections/{collection}/tiles")
def list_tilesets(root: RootDep, collection: str) -> Response:
    """The tilesets of a collection: one."""
    only_json(root.only())
    found = root.shelf.find(collection)
    told = _short(root, found)
    links = [link("self", root.of(found, "tiles"), JSON)]
    return written(root, {"tilesets": [told], "links": links})


@router.get("/collections/{collection}/tiles/{matrix}")
def read_tileset(root: RootDep, collection: str, matrix: str) -> Response:
    """A tileset: its zooms, its layer, how its tiles are addressed."""
    only_json(root.only())
    _require(matrix)
    found = root.shelf.find(collection)
    return written(root, _whole(root, found))


def _short(root: Root, found: Collection) -> dict[str, Any]:
    return {
        "title": found.title,
        "dataType": "vector",
        "crs": _CRS,
        "tileMatrixSetURI": _URI,
        "links": _links(root, found),
    }


def _links(root: Root, found: Collection) -> list[Link]:
    at = root.of(found, "tiles", MATRIX)
    tile: Link = {
        **link("item", f"{at}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", MVT),
        "templated": True,
    }
    matrix = root.address("tileMatrixSets", MATRIX)
    return [link("self", at, JSON), tile, link(f"{REL}tiling-scheme", matrix, JSON)]


def _whole(root: Root, found: Collection) -> dict[str, Any]:
    box = found.source.box(root.session)
    zooms = tilesets.zooms(root.session, found)
    shape = {} if found.dimension is None else {"geometryDimension": found.dimension}
    told = _short(root, found) | {
        "layers": [{"id": tilesets.kept_as(found) or found.code, "dataType": "vector", **shape}]
    }
    if box is None:
        return told
    corners = {"lowerLeft": [box.west, box.south], "upperRight": [box.east, box.north]}
    return told | {
        "boundingBox": {**corners, "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"},
        "tileMatrixSetLimits": [_limits(z, box) for z in zooms],
    }


def _limits(z: int, box: Any) -> dict[str, Any]:
    side = 1 << z
    rows = [_row(latitude, side) for latitude in (box.north, box.south)]
    columns = [min(int((lon + 180) / 360 * side), side - 1) for lon in (box.west, box.east)]
    return {
        "tileMatrix": str(z),
        "minTileRow": rows[0],
        "maxTileRow": rows[1],
        "minTileCol": columns[0],
        "maxTileCol": columns[1],
    }


def _row(latitude: float, side: int) -> int:
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return max(0, min(int(y * side), side - 1))


@router.get("/collections/{collection}/tiles/{matrix}/{z}/{y}/{x}")
async def read_tile(
    request: Request,
    root: RootDep,
    store: StoreDep,
    settings: SettingsDep,
    collection: str,
    matrix: str,
    z: str,
    y: str,
    x: str,
) -> Response:
    """One tile; 204 where there is nothing in it."""
    root.only()
    _require(matrix)
    place = Tile(*(_whole_number(each) for each in (z, x, y)))
    session, home = root.session, settings.home
    if root.is_country and collection in TABLES:
        # The file is known as long as nothing changes: then nothing waits for the store.
        file = await known_in_thread(
            request,
            ("tiles", collection),
            lambda: tilesets.standing(store, session, home, collection),
        )
        if file is not None:
            return _answer(request, root, tilesets.of_file(file, place))
    body = await run_in_threadpool(
        lambda: tilesets.tile(store, session, home, (root.shelf.find(collection), place))
    )
    return _answer(request, root, body)


def _answer(request: Request, root: Root, body: Body | None) -> Response:
    if body is None:
        return Response(status_code=204, headers=headers(root))
    own = headers(root, {"ETag": f'"{body.tag}"'})
    own["Vary"] = "Accept-Encoding, Cookie, Authorization"
    if tags([body.tag], request.headers.get("if-none-match")):
        return Response(status_code=304, headers=own)
    content = body.content
    if body.packed and "gzip" in request.headers.get("accept-encoding", ""):
        own["Content-Encoding"] = "gzip"
    elif body.packed:
        content = gzip.decompress(content)
        own["Content-Encoding"] = "identity"  # it was compressed once: not again for each
    return Response(content, headers=own, media_type=MVT)


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
