"""The districts of the whole country, simplified once and kept as a file for every browser.

Shared borders stay shared. The file is named by its content, so that whoever has it never
asks again; it holds nothing but public limits. It is made by the worker after limits are
imported; a few districts are quick enough to be made while somebody waits.
"""

import gzip
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func
from sqlmodel import col, select

from app.gis import simplify
from app.gis.crs import Bounds, Geometries
from app.operations import jobs, trail
from app.operations.layers.serving import named
from app.operations.progress import Report
from app.records import boundaries, stamps
from app.records.jobs import OPEN, Job
from app.records.territory import Boundary, Place
from app.settings import Settings
from app.store.sessions import Reading, Store, Writing, columns

KIND = "map_layers"
QUICK = 60
"""So many districts are simplified within the request; more are left to the worker."""
_DIGEST = 20


@dataclass(frozen=True, slots=True)
class Region:
    """A region to look at: code, name and the box of its districts."""

    code: str
    name: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the file holds, and the stamp of the territory that it was made from."""

    stamp: int
    digest: str
    districts: int
    regions: tuple[Region, ...]

    @property
    def box(self) -> Bounds | None:
        """The box of all of them."""
        if not self.regions:
            return None
        west, south, east, north = zip(*(region.box for region in self.regions), strict=True)
        return Bounds(min(west), min(south), max(east), max(north))


def current(store: Store, settings: Settings) -> Sheet | None:
    """The sheet to serve now; None while the worker makes the first one.

    An old one is served until the new one is there.
    """
    with store.reading() as session:
        stamp = stamps.version(session, "territory")
        kept = _kept(settings.home)
        if kept is not None and kept.stamp == stamp:
            return kept
        many = session.rows(columns(func.count(func.distinct(col(Boundary.place_id)))))[0][0]
        if many <= QUICK:
            return build(session, settings.home)
    with store.writing() as session:
        queue(session)
    return kept


def queue(session: Writing) -> None:
    """Have the worker make the sheet, unless it is about to."""
    session.hold(KIND)
    waiting = select(Job.id).where(Job.kind == KIND, col(Job.state).in_(OPEN)).limit(1)
    if session.exec(waiting).first() is None:
        jobs.queue(session, KIND, {}, trail.SYSTEM)


def run(store: Store, job: Job, report: Report) -> dict[str, Any]:
    """Make the file anew, as a job."""
    report(0, 1, "Se simplifican los límites")
    with store.reading() as session:
        sheet = build(session, report.settings.home)
    report(1, 1)
    return {"districts": sheet.districts}


def file(home: Path, digest: str) -> Path | None:
    """The compressed GeoJSON of this name, if it is there."""
    if len(digest) != _DIGEST or not digest.isalnum():
        return None
    path = _folder(home) / f"districts-{digest}.geojson.gz"
    return path if path.is_file() else None


def build(session: Reading, home: Path) -> Sheet:
    """Simplify the limits in force and keep them; the same limits give the same name."""
    # The stamp first: what is kept may be newer than it says, never older.
    stamp = stamps.version(session, "territory")
    limits = _real(session, boundaries.in_force(session))
    names = _names(session)
    shapes = _array([each.shape for each in limits])
    body = simplify.simplified_collection(
        [each.code for each in limits],
        shapes,
        [{"name": _label(each.code, names), "href": f"/d/{each.code}/mapas"} for each in limits],
        simplify.tolerance_for(_box(shapes)),
        4 if len(limits) > QUICK else 5,
    )
    sheet = Sheet(stamp, named(body).tag, len(limits), _regions(limits, names))
    folder = _folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    kept = _kept(home)
    _write(folder / f"districts-{sheet.digest}.geojson.gz", gzip.compress(body, 9, mtime=0))
    _write(folder / "districts.json", json.dumps(asdict(sheet)).encode())
    # The one before stays: somebody may have just been told of it.
    wanted = {sheet.digest, kept.digest if kept else ""}
    for path in folder.glob("districts-*.geojson.gz"):
        if path.name.split("-", 1)[1].split(".", 1)[0] not in wanted:
            path.unlink(missing_ok=True)
    return sheet


def _folder(home: Path) -> Path:
    return home / "cache"


def _kept(home: Path) -> Sheet | None:
    try:
        found = json.loads((_folder(home) / "districts.json").read_bytes())
        regions = tuple(Region(r["code"], r["name"], tuple(r["box"])) for r in found["regions"])
        kept = Sheet(found["stamp"], found["digest"], found["districts"], regions)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a cache: whatever ails it, it is made anew
    return kept if file(home, kept.digest) else None


def _real(session: Reading, limits: list[boundaries.Limits]) -> list[boundaries.Limits]:
    """Without invented districts, which lie over real ones; all of them where all are."""
    invented = set(session.exec(select(Place.id).where(col(Place.fictitious).is_(True))).all())
    return [each for each in limits if each.place_id not in invented] or limits


def _names(session: Reading) -> dict[str, str]:
    rows = session.rows(columns(Place.code, Place.name).where(col(Place.valid_to).is_(None)))
    return dict(tuple(row) for row in rows)


def _label(code: str, names: dict[str, str]) -> str:
    """The district with its province: 250 share their name with another."""
    name, province = names.get(code, code), names.get(code[:4])
    return f"{name} ({province})" if province else name


def _array(shapes: list[BaseGeometry]) -> Geometries:
    return np.array([*shapes, None], dtype=object)[:-1]  # numpy must not look into them


def _box(shapes: Geometries) -> Bounds:
    if not len(shapes):
        return Bounds(0, 0, 0, 0)
    return Bounds(*shapely.total_bounds(shapes).tolist())


def _regions(limits: list[boundaries.Limits], names: dict[str, str]) -> tuple[Region, ...]:
    found: dict[str, list[BaseGeometry]] = {}
    for each in limits:
        found.setdefault(each.code[:2], []).append(each.shape)
    return tuple(
        Region(code, names.get(code, code), _box(_array(shapes)))
        for code, shapes in sorted(found.items())
    )


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: readers never meet half a file."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
