"""Areas with shared borders as TopoJSON: every border stands once, as small whole numbers.

A national layer takes a third of the bytes of its GeoJSON. Positions are first put on the grid
of the decimals, so that what two neighbours share stays the same for both; arcs end where the
neighbours of a border change. Source: TopoJSON format specification (2017), sections 2.1 and 2.2.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from app.gis.crs import Geometries

Position = tuple[int, int]
Line = tuple[Position, ...]
Rings = list[list[Line]]


def written(
    codes: Sequence[str],
    geometries: Geometries,
    properties: Sequence[Mapping[str, Any]],
    decimals: int,
    name: str = "layer",
) -> bytes:
    """A topology of one object, each area under its code; what is no area has no geometry.

    A part that is smaller than the grid falls away; the whole area never does.
    """
    rings = [_rings(shape, decimals) for shape in geometries]
    ends = _junctions([ring for parts in rings for part in parts for ring in part])
    arcs = _Arcs(ends)
    objects = [
        {"id": code, "properties": dict(more), **_geometry(parts, arcs)}
        for code, parts, more in zip(codes, rings, properties, strict=True)
    ]
    step = 10.0**-decimals
    topology = {
        "type": "Topology",
        "transform": {"scale": [step, step], "translate": [0, 0]},
        "objects": {name: {"type": "GeometryCollection", "geometries": objects}},
        "arcs": [_steps(line) for line in arcs.lines],
    }
    return json.dumps(topology, ensure_ascii=False, separators=(",", ":")).encode()


def _rings(shape: shapely.Geometry | None, decimals: int) -> Rings:
    """The polygons of a shape as closed rings on the grid, without their last position."""
    if shape is None or shapely.get_dimensions(shape) != 2:
        return []
    found: Rings = []
    for part in shapely.get_parts(shape):
        outer, *holes = (
            _on_grid(shapely.get_coordinates(ring), decimals) for ring in shapely.get_rings(part)
        )
        if len(outer) > 2:
            found.append([outer, *(hole for hole in holes if len(hole) > 2)])
    if not found:  # all of it within a cell or two of the grid
        west, south, east, north = np.round(np.array(shapely.bounds(shape)) * 10**decimals)
        corners = ((west, south), (max(east, west + 1), south), (west, max(north, south + 1)))
        found.append([tuple((int(x), int(y)) for x, y in corners)])
    return found


def _on_grid(positions: Any, decimals: int) -> Line:
    whole = np.round(positions * 10**decimals).astype(np.int64)
    kept = np.any(np.diff(whole, axis=0, prepend=whole[-2:-1]), axis=1)
    kept[-1] = False  # the first again
    return tuple((x, y) for x, y in whole[kept].tolist())


def _junctions(rings: Sequence[Line]) -> set[Position]:
    """Where the two positions beside one differ from ring to ring: borders part there."""
    beside: dict[Position, frozenset[Position]] = {}
    found = set()
    for ring in rings:
        for at, position in enumerate(ring):
            pair = frozenset((ring[at - 1], ring[(at + 1) % len(ring)]))
            if beside.setdefault(position, pair) != pair:
                found.add(position)
    return found


@dataclass(slots=True)
class _Arcs:
    """The borders that were met, each once, and where they end."""

    ends: set[Position]
    lines: list[Line] = field(default_factory=list)
    known: dict[Line, int] = field(default_factory=dict)

    def of(self, ring: Line) -> list[int]:
        """The arcs of a ring in order; one that is walked backwards by its complement."""
        cuts = [at for at, position in enumerate(ring) if position in self.ends]
        if not cuts:  # an island: begun at its lowest, so that a twin begins alike
            start = ring.index(min(ring))
            return [self._arc((*ring[start:], *ring[: start + 1]))]
        turned = (*ring[cuts[0] :], *ring[: cuts[0] + 1])
        places = [*(cut - cuts[0] for cut in cuts), len(ring)]
        return [self._arc(turned[begin : end + 1]) for begin, end in pairwise(places)]

    def _arc(self, line: Line) -> int:
        if line in self.known:
            return self.known[line]
        back = self.known.get(line[::-1])
        if back is not None:
            return ~back
        self.known[line] = len(self.lines)
        self.lines.append(line)
        return self.known[line]


def _geometry(parts: Rings, arcs: _Arcs) -> dict[str, Any]:
    if not parts:
        return {"type": None}
    drawn = [[arcs.of(ring) for ring in part] for part in parts]
    if len(drawn) == 1:
        return {"type": "Polygon", "arcs": drawn[0]}
    return {"type": "MultiPolygon", "arcs": drawn}


def _steps(line: Line) -> list[list[int]]:
    """The first position and then the steps from one to the next."""
    whole = np.array(line)
    steps: list[list[int]] = np.diff(whole, axis=0, prepend=[[0, 0]]).tolist()
    return steps
