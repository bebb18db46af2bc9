"""What a printed map of a district says: the layers that its page shows, in their words.

Everything comes from the same tables as files and services (``offered.sheet``), so that paper
holds what the screen shows to this reader and no more.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.documents import map_sheet
from app.documents.acta import Table
from app.documents.map_sheet import MapSheet, Size
from app.gis import map_signs, map_svg, measure, plane
from app.gis.crs import Bounds
from app.gis.map_svg import Cover, Drawing, Feature, Ground
from app.gis.paper_pictures import Laid
from app.gis.plane import Plane
from app.operations.layers.declared import Layer
from app.operations.layers.offered import Sheet
from app.pages import look, map_keys, wording
from app.pages.language import N_, say
from app.pages.map_keys import PLACES
from app.pages.shell import WEB

_WATER = 0
LEGEND_ROWS = 12  # of a table, that the legend of one more layer takes the room of
_COUNTRY = Bounds(-81.4, -18.4, -68.6, 0.1)
LONGEST_NAME, FEW = 44, 12  # letters of what is still a name, where there are more than a few
MOST_NAMED = 6  # of those without a place, in words under the map


@dataclass(frozen=True, slots=True)
class Wish:
    """The paper that is asked for. ``which``: todas, primeras or con-dato."""

    size: Size = "a4"
    across: bool = True
    table: bool = True
    which: Literal["todas", "primeras", "con-dato"] = "todas"


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the map lies: the words over it, its limits and its box in degrees.

    ``under`` are the own lines with the place of their kind: water, roads, others; ``pictures``
    what lies under them, by ``attribution``.
    """

    over: str
    limits: tuple[BaseGeometry, ...]
    box: Bounds | None
    others: tuple[tuple[str, BaseGeometry], ...] = ()
    under: Sequence[tuple[int, BaseGeometry]] = ()
    pictures: Callable[[Plane], Sequence[Laid]] | None = None
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One feature of the main layer with the number of its row; ``said`` is its figure."""

    number: str
    name: str
    said: str
    people: int | None
    details: str
    feature: Feature


@cache
def land() -> tuple[BaseGeometry, ...]:
    """The land around Peru that the site serves (Natural Earth)."""
    kept = json.loads((WEB / "static" / "vendor" / "background.geojson").read_bytes())
    return tuple(shapely.geometry.shape(each["geometry"]) for each in kept["features"])


def of_district(wish: Wish, setting: Setting, sheets: Sequence[Sheet], lang: str) -> MapSheet:
    """The sheet of a district: the first layer with names and table, the others beside it."""
    main = sheets[0]
    lines = _lines(main, wish, lang)
    beside = _beside(wish, len(lines) + LEGEND_ROWS * (len(sheets) - 1))
    frame = map_sheet.frame(wish.size, wish.across, beside)
    drawn_on = plane.fitted(roomy(_seen(main, setting)), frame.width, frame.height)
    covers = [_cover(main.offer.layer, [line.feature for line in lines], main)]
    covers += [_cover(each.offer.layer, _plain(each), each, named=False) for each in sheets[1:]]
    ground = Ground(
        land=land(),
        home=setting.limits,
        others=[shape for _, shape in setting.others],
        rivers=[shape for kind, shape in setting.under if kind == _WATER],
        roads=[shape for kind, shape in setting.under if kind != _WATER],
        names=setting.others,
        pictures=setting.pictures(drawn_on) if setting.pictures else (),
    )
    # Grounds first, so that what is beside lies over them; the main layer keeps its names.
    made = map_svg.drawn(
        drawn_on, ground, covers, west=say(lang, N_("O")), scale=1.0 if wish.size == "a4" else 1.2
    )
    title = main.told.title or main.offer.title
    return MapSheet(
        size=wish.size,
        across=wish.across,
        language=lang,
        over=setting.over,
        title=title,
        sentence=main.told.sentence,
        map=made.svg,
        bar=bar(drawn_on, lang),
        arrow=map_signs.arrow(drawn_on.north_turn, "N"),
        measures=(measures(drawn_on, wish, lang), *_notes(made, lines, wish, lang)),
        legends=tuple(map_keys.legend(each, lang) for each in sheets),
        referential=say(lang, N_("Límites referenciales, sin efecto legal.")),
        foot=foot(lang, setting.attribution),
        table_title=say(lang, N_("En el mapa: {title}"), title=title),
        table=_table(main, lines, lang, short=beside) if wish.table and lines else None,
        beside=beside and wish.table and bool(lines),
    )


def bar(drawn_on: Plane, lang: str) -> str:
    """The scale bar of a plane, in metres or kilometres."""
    length, metres = drawn_on.bar(55)
    unit, size = ("km", 1_000) if metres >= 1_000 else ("m", 1)
    half, whole = metres / size / 2, metres / size
    digits = 0 if half == int(half) else 1
    ends = (look.num(half, lang, digits), f"{look.num(whole, lang)} {unit}")
    return map_signs.bar(length, ("0", *ends))


def measures(drawn_on: Plane, wish: Wish, lang: str) -> str:
    """Scale and projection in words."""
    scale = say(
        lang,
        N_("Escala 1:{scale} en {paper} al 100 %"),
        scale=look.num(drawn_on.scale, lang),
        paper=wish.size.upper(),
    )
    if drawn_on.epsg:
        zone = f"UTM {drawn_on.epsg % 100}{'S' if drawn_on.epsg >= 32700 else 'N'}"
        return f"{scale} · {zone}, WGS 84 (EPSG:{drawn_on.epsg})"
    return f"{scale} · {say(lang, N_('transversa de Mercator, WGS 84'))}"


def foot(lang: str, attribution: str = "") -> str:
    """When it was made, and with what; ``attribution`` of the pictures under it."""
    made = look.long_day(wording.today(), lang)
    ground = "; ".join(filter(None, (attribution, "Natural Earth")))
    return say(lang, N_("Impreso el {day} con SISMUNI. Fondo: {ground}."), day=made, ground=ground)


def _lines(sheet: Sheet, wish: Wish, lang: str) -> list[Line]:
    """The features that were asked for, numbered: the first ones, then as they are ranked."""
    told, layer = sheet.told, sheet.offer.layer
    place = {code: at for at, code in enumerate(told.first)}
    # A sentence is no name: with a table its number stands on the map.
    wordy = wish.table and _wordy([_text(row, "name") for row in sheet.rows])
    worth = _worth(sheet)
    pairs = sorted(
        zip(sheet.rows, sheet.shapes, strict=True),
        key=lambda pair: (place.get(_text(pair[0], "code"), len(place)), worth(pair[0])),
    )
    found = []
    for at, (row, shape) in enumerate(pairs, start=1):
        code = _text(row, "code")
        first = code in place
        known = row[PLACES["value"]] is not None or bool(row[PLACES["text"]])
        if (wish.which == "primeras" and not first) or (wish.which == "con-dato" and not known):
            continue
        people = row[PLACES["people"]]
        feature = Feature(
            shape,
            "" if wordy else _text(row, "name"),
            map_keys.colour(sheet, row),
            people if isinstance(people, int) else None,
            str(at),
            first,
            code in told.values and told.values[code].old,
        )
        said = _text(row, "text") or (say(lang, look.UNKNOWN) if layer.ground else "")
        found.append(
            Line(str(at), _text(row, "name"), said, feature.people, _text(row, "details"), feature)
        )
    return found


def _plain(sheet: Sheet) -> list[Feature]:
    return [
        Feature(shape, _text(row, "name"), map_keys.colour(sheet, row), _people(row))
        for row, shape in zip(sheet.rows, sheet.shapes, strict=True)
    ]


def _cover(layer: Layer, features: Sequence[Feature], sheet: Sheet, *, named: bool = True) -> Cover:
    colours = sheet.told.classes.colours if sheet.told.classes else ()
    striped = map_signs.striped(colours) if colours else frozenset()
    return Cover(
        *(features, layer.drawing, map_keys.sized(sheet), named, layer.ground),
        striped=striped,
    )


def _notes(made: Drawing, lines: Sequence[Line], wish: Wish, lang: str) -> list[str]:
    """What the map could not show, and where it stands instead."""
    found = []
    if wish.which == "primeras":
        found.append(say(lang, N_("Solo las primeras de este mapa.")))
    elif wish.which == "con-dato":
        found.append(say(lang, N_("Solo las que tienen dato.")))
    homeless = [line.name for line in lines if line.feature.shape is None]
    if homeless and not _wordy(homeless):
        counted = [name if n == 1 else f"{name} ({n})" for name, n in Counter(homeless).items()]
        names = ", ".join(counted[:MOST_NAMED]) + ("…" if len(counted) > MOST_NAMED else "")
        found.append(say(lang, N_("Sin lugar en el mapa: {names}."), names=names))
    if made.moved:
        moved = N_("Los símbolos con una raya están al lado de su lugar, para que se vean todos.")
        found.append(say(lang, moved))
    if made.unnamed and wish.table:
        unnamed = N_("{n} van sin nombre en el mapa, por falta de lugar: están en la tabla.")
        found.append(say(lang, unnamed, n=made.unnamed))
    if made.off:
        found.append(say(lang, N_("{n} quedan fuera de este mapa."), n=made.off))
    return found


def _wordy(names: Sequence[str]) -> bool:
    return any(len(name) > LONGEST_NAME for name in names) and len(names) > FEW


def _table(sheet: Sheet, lines: Sequence[Line], lang: str, *, short: bool) -> Table:
    ground = sheet.offer.layer.ground
    headings = [say(lang, N_("N.º")), say(lang, N_("Comunidad") if ground else N_("Qué"))]
    widths, right = [2, 9], [0]
    said = any(line.said for line in lines)
    people = not short and any(line.people for line in lines)
    details = not (short and said)
    columns = [[line.number for line in lines], [line.name for line in lines]]
    if said:
        headings.append(say(lang, N_("Dato")))
        widths.append(13 if short else 9)
        columns.append([line.said for line in lines])
    if people:
        headings.append(say(lang, N_("Personas")))
        right.append(len(widths))
        widths.append(3)
        columns.append([look.num(line.people, lang) if line.people else "" for line in lines])
    if details and any(line.details for line in lines):
        headings.append(say(lang, N_("Detalle")))
        widths.append(26)
        columns.append([line.details for line in lines])
    rows = tuple(zip(*columns, strict=True))
    return Table(tuple(headings), rows, tuple(widths), tuple(right))


def _beside(wish: Wish, rows: int) -> bool:
    fits = wish.size == "a3" and wish.across and rows <= map_sheet.MOST_BESIDE
    return wish.table and fits


def _seen(sheet: Sheet, setting: Setting) -> Bounds:
    """The limits; without them what has a place; without that the whole country."""
    shapes = [shape for shape in sheet.shapes if shape is not None]
    found = measure.bounds(np.array([*shapes, None], dtype=object)[:-1]) if shapes else None
    return setting.box or found or _COUNTRY


def roomy(box: Bounds) -> Bounds:
    """A little air around."""
    room = max(box.east - box.west, box.north - box.south) * 0.03
    return Bounds(box.west - room, box.south - room, box.east + room, box.north + room)


def _worth(sheet: Sheet) -> Callable[[Sequence[object]], float]:
    """Where a row stands after the first ones: as their figures go on; what is not known last."""
    by_code = {_text(row, "code"): row[PLACES["value"]] for row in sheet.rows}
    known = [by_code[code] for code in sheet.told.first if code in by_code]
    figures = [value for value in known if isinstance(value, int | float)]
    if not sheet.offer.layer.ground or not figures:
        return lambda _: 0.0
    sign = -1.0 if figures[0] > figures[-1] else 1.0

    def worth(row: Sequence[object]) -> float:
        value = row[PLACES["value"]]
        return sign * value if isinstance(value, int | float) else math.inf

    return worth


def _people(row: Sequence[object]) -> int | None:
    people = row[PLACES["people"]]
    return people if isinstance(people, int) else None


def _text(row: Sequence[object], column: str) -> str:
    value = row[PLACES[column]]
    return value if isinstance(value, str) else ""
