"""A map for paper, drawn by us as SVG: ground, areas, lines, symbols by people, and names.

Nothing here knows what the colours mean: a feature comes with its colour, or without one
where it is not known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.gis import labels, map_signs, spread
from app.gis.classes import NO_DATA
from app.gis.crs import Geometries
from app.gis.labels import Wanted
from app.gis.paper_pictures import Laid
from app.gis.plane import Plane, grid

SEA, LAND, HOME = "#dfe7ea", "#f1eee6", "#fdfcf8"
RIVER, ROAD = "#6d9ab5", "#a58463"
_FINE = 0.06  # millimetres that no print shows
_AREA, _LINE = 2, 1
_BEARS = 8.0  # millimetres from the middle of an area to its edge that hold a name


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on the map.

    ``colour`` None is not known. ``number`` is that of its row in the table, written on the
    symbol of the ``first`` ones and beside another's where its name finds no room. What is
    ``old`` is fainter.
    """

    shape: BaseGeometry | None
    name: str = ""
    colour: str | None = None
    people: int | None = None
    number: str = ""
    first: bool = False
    old: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """A layer: the later ones lie over the earlier, and their names come after.

    Areas that are not ``opaque`` let what lies under them be seen.
    """

    features: Sequence[Feature]
    drawing: str = "circle"
    sized: bool = False
    named: bool = True
    opaque: bool = True
    striped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the layers, in degrees: land, lines of other limits, the own limits.

    ``over`` are borders that lie over the layers; ``names`` are written at their place;
    ``pictures`` lie over the land, and the own limits are a line over them.
    """

    land: Sequence[BaseGeometry] = ()
    others: Sequence[BaseGeometry] = ()
    home: Sequence[BaseGeometry] = ()
    rivers: Sequence[BaseGeometry] = ()
    roads: Sequence[BaseGeometry] = ()
    over: Sequence[BaseGeometry] = ()
    names: Sequence[tuple[str, BaseGeometry]] = ()
    pictures: Sequence[Laid] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """The map; ``unnamed`` names found no room, ``off`` symbols lie outside it, ``moved`` stand
    beside their place.
    """

    svg: str
    unnamed: int
    off: int
    moved: int


@dataclass(slots=True)
class _Sheet:
    plane: Plane
    scale: float = 1.0
    parts: list[str] = field(default_factory=list)
    taken: list[labels.Box] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    off: int = 0
    moved: int = 0


def drawn(
    plane: Plane,
    ground: Ground,
    covers: Sequence[Cover],
    *,
    west: str = "O",
    scale: float = 1.0,
) -> Drawing:
    """The map of these layers.

    ``west`` is the letter that the language has for it; ``scale`` enlarges symbols and names
    on larger paper.
    """
    sheet = _Sheet(plane, scale)
    _ground(sheet, ground)
    _grid(sheet, west)
    _covers(sheet, covers)
    if data := _path(_inside(plane, ground.over)):
        sheet.parts.append(f'<path d="{data}" fill="none" stroke="#4a4741" stroke-width="0.3"/>')
    for name, shape in ground.names:
        _place_name(sheet, name, shape)
    unnamed = _names(sheet)
    frame = (
        f'<rect x="0.15" y="0.15" width="{plane.width - 0.3:.2f}" '
        f'height="{plane.height - 0.3:.2f}" fill="none" stroke="{map_signs.INK}" '
        'stroke-width="0.3"/>'
    )
    body = map_signs.svg(plane.width, plane.height, [*sheet.parts, frame])
    return Drawing(body, unnamed, sheet.off, sheet.moved)


def _ground(sheet: _Sheet, ground: Ground) -> None:
    plane = sheet.plane
    sea = SEA if ground.land else LAND
    sheet.parts.append(f'<rect width="{plane.width}" height="{plane.height}" fill="{sea}"/>')
    if data := _path(_inside(plane, ground.land)):
        sheet.parts.append(
            f'<path d="{data}" fill-rule="evenodd" fill="{LAND}" stroke="#a9a496" '
            'stroke-width="0.25"/>'
        )
    sheet.parts += [each.svg for each in ground.pictures]
    home = "none" if ground.pictures else HOME
    layers = (
        (ground.others, 'fill="none" stroke="#c3bcac" stroke-width="0.2"'),
        (ground.home, f'fill="{home}" stroke="#6b655b" stroke-width="0.5"'),
        (
            ground.roads,
            f'fill="none" stroke="{ROAD}" stroke-width="0.3" stroke-dasharray="1.6 0.6"',
        ),
        (ground.rivers, f'fill="none" stroke="{RIVER}" stroke-width="0.35"'),
    )
    for shapes, look in layers:
        if data := _path(_inside(plane, shapes)):
            sheet.parts.append(f'<path d="{data}" fill-rule="evenodd" {look}/>')


def _grid(sheet: _Sheet, west: str) -> None:
    for each in grid(sheet.plane):
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in each.line)
        sheet.parts.append(
            f'<polyline points="{points}" fill="none" stroke="#7d8a90" stroke-width="0.1" '
            'stroke-opacity="0.55"/>'
        )
        side = (west if each.degrees < 0 else "E") if each.upright else (
            "S" if each.degrees < 0 else "N")  # fmt: skip
        words = _degrees(each.degrees) + "\N{NO-BREAK SPACE}" + side
        wide = labels.width_of(words, 2.1)
        x, y = max(each.line, key=lambda at: at[1]) if each.upright else min(each.line)
        spot = (x + 0.5, y - 0.8) if each.upright else (x + 0.8, y - 0.5)
        box = (spot[0], spot[1] - 2, spot[0] + wide, spot[1] + 0.4)
        if box[2] < sheet.plane.width - 1 and box[1] > 1:
            sheet.taken.append(box)
            sheet.parts.append(map_signs.text(spot, words, 2.1, fill="#5b666b", halo=True))


def _degrees(value: float) -> str:
    minutes, seconds = divmod(round(abs(value) * 3600), 60)
    found = f"{minutes // 60}°"
    if minutes % 60 or seconds:
        found += f"{minutes % 60:02d}′"
    return found + (f"{seconds:02d}″" if seconds else "")


def _covers(sheet: _Sheet, covers: Sequence[Cover]) -> None:
    """All areas first, then all lines, then all symbols: nothing small lies under a large one."""
    placed = [_placed(sheet, cover) for cover in covers]
    for cover, pairs in zip(covers, placed, strict=True):
        _areas(sheet, cover, [pair for pair in pairs if _kind(pair) == _AREA])
    for pairs in placed:
        _lines(sheet, [pair for pair in pairs if _kind(pair) == _LINE])
    for cover, pairs in zip(covers, placed, strict=True):
        spots = [
            (each, (float(point.x), float(point.y)))
            for each, shape in pairs
            if _kind((each, shape)) < _LINE
            for point in [shapely.centroid(shape)]
        ]
        _points(sheet, cover, spots)
        if cover.named:
            _want_shapes(sheet, [pair for pair in pairs if _kind(pair) >= _LINE])


def _placed(sheet: _Sheet, cover: Cover) -> list[tuple[Feature, BaseGeometry]]:
    shapes = sheet.plane.placed([each.shape for each in cover.features])
    return [
        (each, shape)
        for each, shape in zip(cover.features, shapes, strict=True)
        if shape is not None and not shape.is_empty
    ]


def _kind(pair: tuple[Feature, BaseGeometry]) -> int:
    return int(shapely.get_dimensions(pair[1]))


def _areas(sheet: _Sheet, cover: Cover, pairs: Sequence[tuple[Feature, BaseGeometry]]) -> None:
    """Areas of one colour in one path, however many; those that may overlap each by itself."""
    groups: dict[tuple[str | None, int], list[BaseGeometry]] = {}
    for at, (each, shape) in enumerate(pairs):
        groups.setdefault((each.colour, 0 if cover.opaque else at), []).append(shape)
    for (colour, _), shapes in groups.items():
        data = _path(_clipped(sheet.plane, shapes))
        fill = "url(#unknown)" if colour is None else colour
        edge = 'stroke="#6b655b" stroke-width="0.08" stroke-linejoin="round"'
        if not cover.opaque:
            edge = f'{map_signs.SEEN_THROUGH} stroke="{colour or NO_DATA}" stroke-width="0.3"'
        sheet.parts.append(f'<path d="{data}" fill="{fill}" fill-rule="evenodd" {edge}/>')
        if colour in cover.striped:
            sheet.parts.append(f'<path d="{data}" fill="url(#stripes)" fill-rule="evenodd"/>')


def _lines(sheet: _Sheet, pairs: Sequence[tuple[Feature, BaseGeometry]]) -> None:
    for each, shape in pairs:
        dash = "" if each.colour else ' stroke-dasharray="1.6 1"'
        sheet.parts.append(
            f'<path d="{_path([shape])}" fill="none" stroke="{each.colour or NO_DATA}" '
            f'stroke-width="0.8" stroke-linejoin="round"{dash}/>'
        )


def _points(
    sheet: _Sheet, cover: Cover, spots: Sequence[tuple[Feature, tuple[float, float]]]
) -> None:
    """The large ones first, so that the small lie over them; the first ones over all."""

    def radius(each: Feature) -> float:
        found = map_signs.radius_of(each.people) if cover.sized else map_signs.UNSIZED + 0.2
        return sheet.scale * (max(found, 2.1) if each.first else found)

    plane = sheet.plane
    inside = [one for one in spots if 0 < one[1][0] < plane.width and 0 < one[1][1] < plane.height]
    sheet.off += len(spots) - len(inside)
    # Who is first keeps its place, and so does the larger one.
    by_weight = sorted(inside, key=lambda one: (not one[0].first, -radius(one[0])))
    put = spread.apart([at for _, at in by_weight], [radius(each) for each, _ in by_weight])
    signs = []
    for (each, at), to in zip(by_weight, put, strict=True):
        if at != to:
            sheet.moved += 1
            sheet.parts.append(map_signs.leader(at, to))
        signs.append(_sign(cover, each, to, radius(each)))
        side = radius(each) * 0.8
        sheet.taken.append((to[0] - side, to[1] - side, to[0] + side, to[1] + side))
        if cover.named:
            _want(sheet, each, to, radius(each))
    first = sum(1 for each, _ in by_weight if each.first)
    sheet.parts += [*signs[first:], *signs[:first]]


def _sign(cover: Cover, each: Feature, at: tuple[float, float], radius: float) -> str:
    found = map_signs.symbol(at, radius, cover.drawing, each.colour, old=each.old)
    if each.colour in cover.striped:
        found += map_signs.stripes(at, radius)
    if each.first and each.number:
        found += map_signs.number(at, each.number, each.colour, radius)
    return found


def _want(sheet: _Sheet, each: Feature, at: tuple[float, float], radius: float) -> None:
    texts = [labels.wrapped(each.name, *most) for most in ((24, 1), (16, 2), (22, 3))]
    # The whole name on more lines rather than its beginning on one.
    texts.sort(key=lambda text: text.endswith("…"))
    texts += [each.number] if each.number and not each.first else []
    unique = tuple(text for text in dict.fromkeys(texts) if text)
    inside = 0 <= at[0] <= sheet.plane.width and 0 <= at[1] <= sheet.plane.height
    if unique and inside:
        size = sheet.scale * (2.9 if each.first else 2.6)
        sheet.wanted.append(Wanted(*at, radius, unique, size))


def _want_shapes(sheet: _Sheet, pairs: Sequence[tuple[Feature, BaseGeometry]]) -> None:
    """Names of areas and lines at a point that stands on them, the largest first.

    What is too small to bear its name has it at its side.
    """
    for each, shape in sorted(pairs, key=lambda one: (not one[0].first, -one[1].area)):
        point = shapely.point_on_surface(shape)
        west, north, east, south = shape.bounds
        half = max(east - west, south - north) / 2
        on_it = _kind((each, shape)) == _LINE or half > _BEARS
        if not on_it:
            point = shapely.centroid(shape)
            sheet.taken.append((west, north, east, south))
        _want(sheet, each, (float(point.x), float(point.y)), 0.0 if on_it else half)


def _place_name(sheet: _Sheet, name: str, shape: BaseGeometry) -> None:
    (moved,) = _clipped(sheet.plane, sheet.plane.placed([shape])) or (None,)
    if moved is None or moved.is_empty:
        return
    point = shapely.point_on_surface(moved)
    words = (labels.wrapped(name, 14, 2),)
    sheet.wanted.append(Wanted(float(point.x), float(point.y), 0.0, words, 2.4))


def _names(sheet: _Sheet) -> int:
    """Write the names that find room; how many of those asked for did not."""
    plane = sheet.plane
    found = labels.place(sheet.wanted, sheet.taken, plane.width, plane.height)
    for each in found:
        if each is None:
            continue
        for at, line in enumerate(each.lines):
            spot = (each.x, each.y + at * each.leading)
            sheet.parts.append(map_signs.text(spot, line, each.size, halo=True))
    return sum(1 for each in found if each is None)


def _inside(plane: Plane, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    return _clipped(plane, plane.placed(shapes)) if len(shapes) else []


def _clipped(plane: Plane, shapes: Iterable[BaseGeometry] | Geometries) -> list[BaseGeometry]:
    """What of them lies in the frame, no finer than print shows."""
    given = np.array([*shapes, None], dtype=object)[:-1]
    cut = shapely.clip_by_rect(given, -2, -2, plane.width + 2, plane.height + 2)
    light = shapely.simplify(cut, _FINE, preserve_topology=False)
    return [each for each in light if each is not None and not each.is_empty]


def _path(shapes: Iterable[BaseGeometry]) -> str:
    """The data of one path for all of them."""
    found: list[str] = []
    for part in shapely.get_parts([shape for shape in shapes if not shape.is_empty]):
        if shapely.get_dimensions(part) == _AREA:
            found += [_ring(ring.coords) + "Z" for ring in (part.exterior, *part.interiors)]
        elif shapely.get_dimensions(part) == _LINE:
            found.append(_ring(part.coords))
    return "".join(found)


def _ring(coordinates: Iterable[tuple[float, ...]]) -> str:
    return "M" + "L".join(f"{at[0]:.2f} {at[1]:.2f}" for at in coordinates)
