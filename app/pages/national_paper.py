"""The map of the districts on paper: the country, or one region in its own detail."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.documents import map_sheet
from app.documents.acta import Table
from app.documents.map_sheet import Key, Legend, MapSheet
from app.gis import map_signs, map_svg, plane, topojson_files
from app.gis.crs import Bounds, Geometries
from app.gis.map_svg import HOME, Cover, Drawing, Feature, Ground
from app.gis.plane import Plane
from app.operations.layers.external import National
from app.pages import look, map_paper
from app.pages.language import N_, say
from app.pages.map_paper import Wish
from app.records.boundaries import Limits

Shapes = Mapping[str, BaseGeometry]


def read(path: Path) -> dict[str, BaseGeometry]:
    """The simplified limits of all districts by UBIGEO, from the file that screens fetch."""
    kept = topojson_files.features(json.loads(gzip.decompress(path.read_bytes())), path.name, None)
    shapes = shapely.from_geojson([json.dumps(each["geometry"]) for each in kept])
    return {
        each["id"]: shape for each, shape in zip(kept, shapes, strict=True) if shape is not None
    }


@dataclass(frozen=True, slots=True)
class Part:
    """What of the country is drawn: ``drawn`` in colour, ``around`` as pale limits.

    ``region`` is the name of the region, empty for the country; ``names`` those of districts,
    provinces and regions by their kind and code.
    """

    drawn: Shapes
    around: tuple[BaseGeometry, ...]
    region: str
    names: Mapping[str, Mapping[str, str]]

    @property
    def numbers(self) -> dict[str, str]:
        """The number of each district in the table."""
        return {code: str(at) for at, code in enumerate(sorted(self.drawn), start=1)}


def whole(shapes: Shapes, names: Mapping[str, Mapping[str, str]]) -> Part:
    """The country."""
    return Part(shapes, (), "", names)


def one(
    shapes: Shapes, detail: Sequence[Limits], region: str, names: Mapping[str, Mapping[str, str]]
) -> Part:
    """A region in its own detail, the others pale around it."""
    drawn = {each.code: each.shape for each in detail}
    return Part(drawn, tuple(s for code, s in shapes.items() if code not in drawn), region, names)


def sheet(wish: Wish, found: National, part: Part, lang: str, limits: str = "") -> MapSheet:
    """The sheet of the country or of a region; ``limits`` says of which year its limits are."""
    told, few = found.told, len(part.drawn) <= map_sheet.MOST_BESIDE
    beside = wish.table and wish.size == "a3" and wish.across and few
    frame = map_sheet.frame(wish.size, wish.across, beside)
    box = Bounds(*shapely.total_bounds(_array(part.drawn.values())).tolist())
    drawn_on = plane.fitted(map_paper.roomy(box), frame.width, frame.height)
    made = _drawn(wish, found, part, drawn_on, lang)
    title = told.title or say(lang, N_("Mapa de los distritos"))
    notes = [map_paper.measures(drawn_on, wish, lang)]
    notes += [limits] if limits else []
    if part.region and made.unnamed and wish.table:
        said = N_("{n} van sin nombre en el mapa, por falta de lugar: están en la tabla.")
        notes.append(say(lang, said, n=made.unnamed))
    return MapSheet(
        size=wish.size,
        across=wish.across,
        language=lang,
        over=part.region or say(lang, N_("Perú")),
        title=title,
        sentence=_sentence(found, part, lang) if part.region else told.sentence,
        map=made.svg,
        bar=map_paper.bar(drawn_on, lang),
        arrow=map_signs.arrow(drawn_on.north_turn, "N"),
        measures=tuple(notes),
        legends=(_legend(found, part.drawn, title, lang),),
        referential=say(lang, N_("Límites referenciales, sin efecto legal.")),
        foot=map_paper.foot(lang),
        table_title=say(lang, N_("En el mapa: {title}"), title=title),
        table=_table(found, part, lang) if wish.table else None,
        beside=beside,
    )


def _drawn(wish: Wish, found: National, part: Part, drawn_on: Plane, lang: str) -> Drawing:
    """Districts with their names in a region; in the country the regions with theirs."""
    classes, district, numbers = found.told.classes, part.names["district"], part.numbers
    named = bool(part.region)
    features = [
        Feature(
            shape,
            district.get(code, code) if named else "",
            _colour(found, code),
            number=numbers[code] if named and wish.table else "",
        )
        for code, shape in part.drawn.items()
    ]
    regions = {} if named else _regions(part.drawn)
    ground = Ground(
        land=map_paper.land(),
        others=part.around,
        over=tuple(regions.values()),
        names=tuple((part.names["region"].get(c, c), shape) for c, shape in regions.items()),
    )
    striped = map_signs.striped(classes.colours) if classes else frozenset()
    return map_svg.drawn(
        drawn_on,
        ground,
        [Cover(features, striped=striped, named=named)],
        west=say(lang, N_("O")),
        scale=1.0 if wish.size == "a4" else 1.2,
    )


def _colour(found: National, code: str) -> str | None:
    told = found.told
    if told.classes is None:
        return HOME
    value = told.values.get(code)
    return told.classes.colour_of(value.value) if value else None


def _known(found: National, drawn: Shapes) -> int:
    values = (found.told.values.get(code) for code in drawn)
    return sum(1 for value in values if value is not None and value.value is not None)


def _sentence(found: National, part: Part, lang: str) -> str:
    """The sum of a region: how many of its districts are known."""
    if found.told.classes is None:
        return found.told.sentence
    return say(
        lang,
        N_("{title}: hay dato de {known} de los {all} distritos de {region}."),
        title=found.told.title,
        known=_known(found, part.drawn),
        all=len(part.drawn),
        region=part.region,
    )


def _legend(found: National, drawn: Shapes, title: str, lang: str) -> Legend:
    told = found.told
    keys: list[Key] = []
    if told.classes is not None:
        striped = map_signs.striped(told.classes.colours)
        keys = [
            Key(map_signs.patch(colour, with_stripes=colour in striped), label)
            for colour, label in zip(told.classes.colours, told.classes.labels, strict=True)
        ]
        keys.append(Key(map_signs.patch(None), say(lang, N_("Sin datos"))))
    known = N_("n = {known} de {all} distritos")
    about = [
        say(lang, known, known=look.num(_known(found, drawn), lang), all=look.num(len(drawn), lang))
    ]
    about = about if told.classes else []
    when = look.long_day(told.on, lang) if told.on else found.period
    if when:
        about.append(f"{say(lang, N_('Datos al'))} {when}")
    source = found.source or say(lang, N_("límites importados"))
    about.append(f"{say(lang, N_('Fuente'))}: {source}")
    about += [told.note] if told.note else []
    return Legend(title, tuple(keys), tuple(about))


def _table(found: National, part: Part, lang: str) -> Table:
    numbers, names = part.numbers, part.names
    headings = (N_("N.º"), N_("Distrito"), N_("Provincia"), "UBIGEO", N_("Dato"))
    rows = tuple(
        (
            numbers[code],
            names["district"].get(code, code),
            names["province"].get(code[:4], ""),
            code,
            _said(found, code, lang),
        )
        for code in sorted(part.drawn)
    )
    return Table(tuple(say(lang, each) for each in headings), rows, (2, 7, 6, 3, 5), (0, 4))


def _said(found: National, code: str, lang: str) -> str:
    value = found.told.values.get(code)
    if value is None:
        return say(lang, look.UNKNOWN)
    if value.text or value.value is None:
        return value.text or say(lang, look.UNKNOWN)
    if found.told.unit == "%":
        shown = look.share(value.value, lang, 0 if value.n else 1)
        return f"{look.of(value.x, value.n, lang)} ({shown})" if value.n else shown
    return f"{look.num(value.value, lang, 2)} {found.told.unit}".strip()


def _regions(shapes: Shapes) -> dict[str, BaseGeometry]:
    """The regions as their districts make them up, for their names and their borders."""
    found: dict[str, list[BaseGeometry]] = {}
    for code, shape in shapes.items():
        found.setdefault(code[:2], []).append(shape)
    return {code: shapely.coverage_union_all(each) for code, each in sorted(found.items())}


def _array(shapes: Iterable[BaseGeometry]) -> Geometries:
    return np.array([*shapes, None], dtype=object)[:-1]  # numpy must not look into them
