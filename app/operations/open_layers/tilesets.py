"""Vector tiles of collections: large public ones from files made by the worker, others at once.

A tile holds shapes, codes and names; values come by JSON, under the policy. Only the country's
registers, which are public, are ever kept as files; a layer of a district is drawn anew for each
reader from what that reader may know.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlmodel import col, select

from app.errors import Unavailable, Unknown
from app.gis import simplify, tile_files, vector_tiles
from app.gis.crs import Bounds
from app.gis.feature_requests import MOST, Wanted
from app.gis.tile_files import AREAS, POINTS, About, TileFile
from app.gis.vector_tiles import Feature, Tile, Words
from app.operations import jobs, trail
from app.operations.open_layers.declared import Collection
from app.operations.progress import Report
from app.operations.remembered import of_territory
from app.records import open_tables, stamps
from app.records.jobs import OPEN, Job
from app.records.open_tables import TABLES, Found
from app.store.sessions import Reading, Store, Writing

KIND = "map_tiles"
LIGHT = {True: 3_000, False: 60}
"""So many points, or areas, are drawn within the request; more are left to the worker."""
DRAWN = range(0, 15)
"""The zooms of what is drawn within the request."""
_FIELDS = ("code", "name")


@dataclass(frozen=True, slots=True)
class Body:
    """A tile ready to send, with the name of its content; ``packed`` where it is gzip."""

    content: bytes
    tag: str
    packed: bool


def kept_as(collection: Collection) -> str | None:
    """The register whose tiles serve a collection; figures are drawn on their districts."""
    if not collection.public:
        return None
    code = "districts" if collection.code.startswith("figures.") else collection.code
    return code if code in TABLES else None


def zooms(session: Reading, collection: Collection) -> range:
    """The zooms that a collection is to be had at."""
    code = kept_as(collection)
    if code is None or _is_light(session, code):
        return DRAWN
    return POINTS if TABLES[code].flat else AREAS


def tile(store: Store, session: Reading, home: Path, asked: tuple[Collection, Tile]) -> Body | None:
    """A tile of a collection; None where it has nothing to show.

    Raises
    ------
    Unknown
        The tile is beyond the matrix or the zooms of the collection.
    Unavailable
        The worker is making the file.
    """
    collection, place = asked
    code = kept_as(collection)
    file = standing(store, session, home, code) if code else None
    if file is not None:
        return of_file(file, place)
    _require(place, DRAWN)
    content = _drawn(session, collection, place)
    return Body(content, hashlib.sha256(content).hexdigest()[:20], False) if content else None


def of_file(file: TileFile, place: Tile) -> Body | None:
    """A tile of a file; None where it has nothing to show, refused beyond its zooms."""
    _require(place, file.zooms)
    packed = file.get(place)
    # The name of the file is that of its content.
    return Body(packed, f"{file.path.stem}-{'-'.join(map(str, place))}", True) if packed else None


def _require(place: Tile, zooms: range) -> None:
    if not place.is_there or place.z not in zooms:
        raise Unknown("No hay ninguna tesela ahí.", remedy="Revise el nivel, la fila y la columna.")


def _is_light(session: Reading, code: str) -> bool:
    table = TABLES[code]
    rows = of_territory(
        session, ("open count", code), lambda: open_tables.count(session, table, Wanted())
    )
    return rows <= LIGHT[table.flat]


def _drawn(session: Reading, collection: Collection, place: Tile) -> bytes:
    area = shapely.box(*place.bounds())
    found = collection.source.page(session, Wanted(limit=MOST, area=area))
    shapes = simplify.simplified(found.shapes, tile_files.tolerance(place.z))
    cut = vector_tiles.clipped(vector_tiles.flattened(shapes), place)
    pairs = zip(cut, _words(found, collection), strict=True)
    name = kept_as(collection) or collection.code
    return vector_tiles.encoded(
        name, (Feature(shape, words) for shape, words in pairs if shape), place
    )


def _words(found: Found, collection: Collection) -> list[Words]:
    code, name = (collection.names.index(field) for field in _FIELDS)
    return [(("code", str(row[code])), ("name", str(row[name]))) for row in found.rows]


def standing(store: Store, session: Reading, home: Path, code: str) -> TileFile | None:
    """The file of a register to serve now, an old one until the new one is there.

    None where the register is light, and its tiles are drawn within the request.

    Raises
    ------
    Unavailable
        The worker is making the first one.
    """
    if _is_light(session, code):
        return None
    kept = _kept(home)
    if kept.get("stamp") != stamps.version(session, "territory"):
        with store.writing() as writing:
            queue(writing)
    path = _path(home, code, str(kept.get("files", {}).get(code)))
    if not path.is_file():
        raise Unavailable(
            "Las teselas se están preparando.", remedy="Vuelva a intentar en un minuto."
        )
    return _opened(path)


@lru_cache(maxsize=16)
def _opened(path: Path) -> TileFile:
    return tile_files.opened(path)


def queue(session: Writing) -> None:
    """Have the worker make the files, unless it is about to."""
    session.hold(KIND)
    waiting = select(Job.id).where(Job.kind == KIND, col(Job.state).in_(OPEN)).limit(1)
    if session.exec(waiting).first() is None:
        jobs.queue(session, KIND, {}, trail.SYSTEM)


def run(store: Store, job: Job, report: Report) -> dict[str, Any]:
    """Make the files anew, as a job."""
    with store.reading() as session:
        return build(session, report.settings.home, report)


def build(session: Reading, home: Path, report: Any = lambda *_: None) -> dict[str, Any]:
    """Make the file of each register that is not light; the same content gives the same name."""
    # The stamp first: what is kept may be newer than it says, never older.
    stamp = stamps.version(session, "territory")
    folder = home / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, str] = {}
    for done, code in enumerate(TABLES):
        report(done, len(TABLES), "Se dibujan las teselas")
        if not _is_light(session, code):
            files |= _file(session, home, code)
    before = _kept(home).get("files", {})
    _write(folder / "tiles.json", json.dumps({"stamp": stamp, "files": files}).encode())
    # Those before stay: somebody may have just been told of them.
    wanted = {_path(home, *each) for each in (*files.items(), *before.items())}
    for path in set(folder.glob("tiles-*.pmtiles")) - wanted:
        path.unlink(missing_ok=True)
    return {"files": len(files)}


def _file(session: Reading, home: Path, code: str) -> Mapping[str, str]:
    table = TABLES[code]
    more = ("urban",) if "urban" in table.columns else ()
    found = open_tables.everything(session, table, *_FIELDS, *more)
    order = sorted(range(len(found.rows)), key=lambda at: (not _first(found.rows[at]), at))
    rows = [found.rows[at] for at in order]
    words: list[Words] = [(("code", str(row[0])), ("name", str(row[1]))) for row in rows]
    shapes = found.shapes[order]
    if table.flat:
        tiles = tile_files.of_points(code, shapely.get_coordinates(shapes), words)
    else:
        tiles = tile_files.of_areas(code, shapes, words)
    if not tiles:
        return {}
    part = home / "cache" / f"tiles-{code}.{os.getpid()}.part"
    with part.open("wb") as file:
        box = Bounds(*np.round(shapely.total_bounds(shapes), 7).tolist())
        tile_files.write(file, tiles, About(code, _FIELDS, box))
    digest = hashlib.sha256(part.read_bytes()).hexdigest()[:20]
    part.replace(_path(home, code, digest))
    return {code: digest}


def _first(row: Any) -> bool:
    """Towns stay on small maps where hamlets give way."""
    return len(row) > 2 and row[2] is True


def _path(home: Path, code: str, digest: str) -> Path:
    return home / "cache" / f"tiles-{code}-{digest}.pmtiles"


def _kept(home: Path) -> Mapping[str, Any]:
    try:
        found = json.loads((home / "cache" / "tiles.json").read_bytes())
    except (OSError, ValueError):
        return {}  # a cache: whatever ails it, it is made anew
    return found if isinstance(found, dict) else {}


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: readers never meet half a file."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
