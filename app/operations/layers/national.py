"""The districts of the whole country, simplified once and kept as a file for every browser.

Shared borders stay shared. The file is named by its content, so that whoever has it never
asks again; it holds nothing but public limits. It is made by the worker after limits are
imported; a few districts are quick enough to be made while somebody waits. There is one for
each year whose limits are kept: a figure of a year is shown on the limits of that year.
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

from app.gis import simplify, topology
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
    """What the file holds, and the stamp of the territory that it was made from.

    ``year`` is that of limits that are in force no more, None of those of today.
    """

    stamp: int
    digest: str
    districts: int
    regions: tuple[Region, ...]
    year: int | None = None

    @property
    def box(self) -> Bounds | None:
        """The box of all of them."""
        if not self.regions:
            return None
        west, south, east, north = zip(*(region.box for region in self.regions), strict=True)
        return Bounds(min(west), min(south), max(east), max(north))


def current(store: Store, settings: Settings, year: int | None = None) -> Sheet | None:
    """The sheet to serve now, of today or of a year; None while the worker makes the first one.

    An old one is served until the new one is there.
    """
    with store.reading() as session:
        stamp = stamps.version(session, "territory")
        held = _held(session, year)
        kept = _kept(settings.home, held)
        if kept is not None and kept.stamp == stamp:
            return kept
        many = session.rows(columns(func.count(func.distinct(col(Boundary.place_id)))))[0][0]
        if many <= QUICK:
            return build(session, settings.home, held)
    with store.writing() as session:
        queue(session, held)
    return kept


def _held(session: Reading, year: int | None) -> int | None:
    """The year of the limits that held then; None where those are the ones in force."""
    years = boundaries.years(session) if year is not None else []
    if not years or year is None or year >= years[-1]:
        return None
    return max((each for each in years if each <= year), default=years[0])


def queue(session: Writing, year: int | None = None) -> None:
    """Have the worker make the sheet, unless it is about to."""
    session.hold(KIND)
    params = {"year": year} if year else {}
    waiting = select(Job.params).where(Job.kind == KIND, col(Job.state).in_(OPEN))
    if params not in session.exec(waiting).all():
        jobs.queue(session, KIND, params, trail.SYSTEM)


def run(store: Store, job: Job, report: Report) -> dict[str, Any]:
    """Make the file anew, as a job."""
    report(0, 1, "Se simplifican los límites")
    with store.reading() as session:
        sheet = build(session, report.settings.home, job.params.get("year"))
    report(1, 1)
    return {"districts": sheet.districts}


def file(home: Path, digest: str) -> Path | None:
    """The compressed TopoJSON of this name, if it is there."""
    if len(digest) != _DIGEST or not digest.isalnum():
        return None
    path = _folder(home) / f"districts-{digest}.topojson.gz"
    return path if path.is_file() else None


def build(session: Reading, home: Path, year: int | None = None) -> Sheet:
    """Simplify the limits of today or of a year and keep them; the same ones, the same name."""
    # The stamp first: what is kept may be newer than it says, never older.
    stamp = stamps.version(session, "territory")
    limits = _real(session, boundaries.in_force(session, year=year))
    names = _names(session)
    shapes = _array([each.shape for each in limits])
    body = topology.written(
        [each.code for each in limits],
        simplify.simplified(shapes, simplify.tolerance_for(_box(shapes))),
        [{"name": _label(each.code, names)} for each in limits],
        3 if len(limits) > QUICK else 5,
        "districts",
    )
    sheet = Sheet(stamp, named(body).tag, len(limits), _regions(limits, names), year)
    folder = _folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    before = _wanted(folder)
    _write(folder / f"districts-{sheet.digest}.topojson.gz", gzip.compress(body, 9, mtime=0))
    _write(_index(home, year), json.dumps(asdict(sheet)).encode())
    # The one before stays: somebody may have just been told of it.
    wanted = before | _wanted(folder)
    for path in folder.glob("districts-*.topojson.gz"):
        if path.name.split("-", 1)[1].split(".", 1)[0] not in wanted:
            path.unlink(missing_ok=True)
    return sheet


def _wanted(folder: Path) -> set[str]:
    """The names of the files that the sheets of all years speak of."""
    found = set()
    for path in folder.glob("limits*.json"):
        try:
            found.add(str(json.loads(path.read_bytes())["digest"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a cache: whatever ails it, it is made anew
    return found


def _folder(home: Path) -> Path:
    return home / "cache"


def _index(home: Path, year: int | None) -> Path:
    return _folder(home) / (f"limits-{year}.json" if year else "limits.json")


def _kept(home: Path, year: int | None = None) -> Sheet | None:
    try:
        found = json.loads(_index(home, year).read_bytes())
        regions = tuple(Region(r["code"], r["name"], tuple(r["box"])) for r in found["regions"])
        told = found["stamp"], found["digest"], found["districts"]
        kept = Sheet(*told, regions, found["year"])
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
