"""Report of a layer of boundaries: what is missing, broken, twice, on top or in between.

Overlaps and gaps are found in the plane of the stored degrees, where two neighbours share a
border if their vertices are the same, and measured in square metres on an equal-area plane.
A national layer in full detail takes some seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from app.gis.crs import Geometries
from app.gis.measure import areas_m2, flattened

LEAST_M2 = 0.01
"""Smaller than this is the rounding of the coordinates."""
SLIVER_WIDTH_M = 10.0
"""Narrower than this on average is a border drawn twice, not land in dispute or a lake."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A shape that crossed itself and was mended; ``change_m2`` is what its area changed by."""

    row: int
    code: str
    reason: str
    change_m2: float


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Rows (from 1) that share a code, or that hold the very same shape."""

    rows: tuple[int, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Ground that two shapes claim, with a point in it; a sliver is narrower than ten metres."""

    code_a: str
    code_b: str
    area_m2: float
    sliver: bool
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Ground inside the layer that no shape claims, the codes around it and a point in it."""

    codes: tuple[str, ...]
    area_m2: float
    sliver: bool
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a layer of boundaries is like; overlaps and gaps are listed widest first.

    ``unmatched`` are the codes whose border has vertices that the neighbour's has not: no
    ground is in dispute, but simplifying apart would open strips.
    """

    rows: int
    nulls: tuple[str, ...]
    repairs: tuple[Repair, ...]
    lost: tuple[str, ...]
    duplicate_codes: tuple[Duplicate, ...]
    duplicate_shapes: tuple[Duplicate, ...]
    overlaps: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]
    unmatched: tuple[str, ...]
    area_m2: float

    @property
    def overlap_m2(self) -> float:
        """Square metres claimed twice, slivers included."""
        return sum(one.area_m2 for one in self.overlaps)

    @property
    def gap_m2(self) -> float:
        """Square metres that nobody claims, slivers included."""
        return sum(one.area_m2 for one in self.gaps)

    @property
    def sliver_m2(self) -> float:
        """Square metres of slivers, of overlaps and gaps together."""
        slivers = [one.area_m2 for one in self.overlaps if one.sliver]
        return sum(slivers) + sum(one.area_m2 for one in self.gaps if one.sliver)


@dataclass(frozen=True, slots=True)
class Checked:
    """The report and the shapes as they may be stored: valid, polygons only, ``None`` kept."""

    report: Report
    geometries: Geometries


def checked(codes: Sequence[str], geometries: Geometries) -> Checked:
    """Mend what can be mended and report on a layer of polygons in EPSG:4326.

    Parameters
    ----------
    codes
        One a row; they may repeat, which is reported.
    geometries
        Polygons; ``None`` and empty ones are reported as nulls. Points and lines have neither
        overlaps nor gaps.
    """
    names = np.asarray(codes, dtype=object)
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    sound, repairs = repaired(codes, geometries)
    lost = shapely.is_missing(sound) & ~empty
    areal = ~shapely.is_missing(sound) & (shapely.get_dimensions(sound) == 2)
    names_in, shapes_in = names[areal], sound[areal]
    unmatched = _unmatched(shapes_in)
    report = Report(
        rows=len(names),
        nulls=tuple(names[empty]),
        repairs=repairs,
        lost=tuple(names[lost]),
        duplicate_codes=_same(names, names),
        duplicate_shapes=_same_shapes(names, sound),
        overlaps=_overlaps(names_in, shapes_in, unmatched),
        gaps=_gaps(names_in, shapes_in, unmatched),
        unmatched=tuple(names_in[unmatched]),
        area_m2=float(areas_m2(shapes_in).sum()),
    )
    return Checked(report, sound)


def repaired(codes: Sequence[str], geometries: Geometries) -> tuple[Geometries, tuple[Repair, ...]]:
    """Valid shapes of the same kind, and what was changed; ``None`` where nothing was left.

    A mended polygon loses spikes and collapsed parts (they have no area).
    """
    sound = np.array([*geometries, None], dtype=object)[:-1]
    sound[shapely.is_empty(sound)] = None
    wrong = np.flatnonzero(~shapely.is_valid(sound) & ~shapely.is_missing(sound))
    if not len(wrong):
        return sound, ()
    mended = shapely.make_valid(sound[wrong], method="structure", keep_collapsed=False)
    mended[shapely.is_empty(mended)] = None
    reasons = shapely.is_valid_reason(sound[wrong])
    change = areas_m2(mended) - areas_m2(sound[wrong])
    sound[wrong] = mended
    return sound, tuple(
        Repair(int(row) + 1, codes[int(row)], str(reason), float(square))
        for row, reason, square in zip(wrong, reasons, change, strict=True)
    )


def _same(keys: NDArray[np.object_], names: NDArray[np.object_]) -> tuple[Duplicate, ...]:
    rows: dict[object, list[int]] = {}
    for row, key in enumerate(keys):
        if key:
            rows.setdefault(key, []).append(row)
    return tuple(
        Duplicate(tuple(row + 1 for row in found), tuple(str(names[row]) for row in found))
        for found in rows.values()
        if len(found) > 1
    )


def _same_shapes(names: NDArray[np.object_], sound: Geometries) -> tuple[Duplicate, ...]:
    return _same(np.asarray(shapely.to_wkb(shapely.normalize(sound)), dtype=object), names)


def _unmatched(shapes: Geometries) -> NDArray[np.bool_]:
    """Which shapes have an edge that no neighbour repeats although one lies along it."""
    if not len(shapes):
        return np.zeros(0, dtype=bool)
    edges = shapely.coverage_invalid_edges(shapes)
    return np.asarray(~(shapely.is_missing(edges) | shapely.is_empty(edges)), dtype=bool)


def _overlaps(
    names: NDArray[np.object_], shapes: Geometries, unmatched: NDArray[np.bool_]
) -> tuple[Overlap, ...]:
    # An overlap always shows as an unmatched edge of one of the two: the rest, nearly all
    # of a good layer, need not be intersected.
    suspects = np.flatnonzero(unmatched)
    if not len(suspects):
        return ()
    ours, theirs = shapely.STRtree(shapes).query(shapes[suspects], predicate="intersects")
    pairs = np.unique(np.sort(np.column_stack([suspects[ours], theirs]), axis=1), axis=0)
    a, b = pairs[pairs[:, 0] < pairs[:, 1]].T
    common = _areal(shapely.intersection(shapes[a], shapes[b]))
    area, sliver = _measured(common)
    kept = np.flatnonzero(area >= LEAST_M2)
    points = shapely.get_coordinates(shapely.point_on_surface(common[kept])).tolist()
    found = [
        Overlap(str(names[a[n]]), str(names[b[n]]), float(area[n]), bool(sliver[n]), *point)
        for n, point in zip(kept, points, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -one.area_m2))


def _areal(common: Geometries) -> Geometries:
    """Only the ground of an intersection: neighbours also share lines and points."""
    for place in np.flatnonzero(shapely.get_type_id(common) == 7):
        parts = shapely.get_parts(common[place])
        ground = parts[shapely.get_dimensions(parts) == 2]
        common[place] = shapely.union_all(ground) if len(ground) else None
    return common


def _gaps(
    names: NDArray[np.object_], shapes: Geometries, unmatched: NDArray[np.bool_]
) -> tuple[Gap, ...]:
    holes = _holes(shapes, unmatched)
    area, sliver = _measured(holes)
    kept = np.flatnonzero(area >= LEAST_M2)
    if not len(kept):
        return ()
    around: dict[int, list[str]] = {}
    touching = shapely.STRtree(shapes).query(holes[kept], predicate="intersects")
    for hole, shape in touching.T:
        around.setdefault(int(hole), []).append(str(names[shape]))
    points = shapely.get_coordinates(shapely.point_on_surface(holes[kept]))
    found = [
        Gap(
            tuple(sorted(around.get(place, ()))),
            float(area[n]),
            bool(sliver[n]),
            float(points[place, 0]),
            float(points[place, 1]),
        )
        for place, n in enumerate(kept)
    ]
    return tuple(sorted(found, key=lambda one: -one.area_m2))


def _holes(shapes: Geometries, unmatched: NDArray[np.bool_]) -> Geometries:
    """Holes of the union: an enclave of another layer, a lake, a strip between neighbours."""
    union = shapely.union_all(shapes) if unmatched.any() else shapely.coverage_union_all(shapes)
    holes = [
        shapely.Polygon(ring)
        for part in shapely.get_parts(union)
        for ring in getattr(part, "interiors", ())
    ]
    return np.array([None, *holes], dtype=object)[1:]


def _measured(shapes: Geometries) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Square metres of each shape, and whether its mean width (2 area / edge) is a sliver's."""
    flat = flattened(shapes)
    area = np.nan_to_num(shapely.area(flat))
    edge = np.maximum(np.nan_to_num(shapely.length(flat)), 1e-9)
    return area, 2 * area / edge < SLIVER_WIDTH_M
