"""The map of the districts on paper: the country, or one region in its own detail."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.documents import map_sheet
from app.documents.acta import Table
from app.documents.map_sheet import Key, Legend, MapSheet
from app.gis import map_signs, map_svg, plane
from app.gis.crs import Bounds, Geometries
from app.gis.map_svg import HOME, Cover, Feature, Ground
from app.operations.layers.external import National
from app.pages import look, map_paper
from app.pages.language import N_, say
from app.pages.map_paper import Wish
from app.records.boundaries import Limits

Shapes = Mapping[str, BaseGeometry]


def read(path: Path) -> dict[str, BaseGeometry]:
    """The simplified limits of all districts by UBIGEO, from the file that screens fetch."""
    kept = json.loads(gzip.decompress(path.read_bytes()))["features"]
    shapes = shapely.from_geojson([json.dumps(each["geometry"]) for each in kept])
    return {
        each["id"]: shape for each, shape in zip(kept, shapes, strict=True) if shape is not None
    }


def sheet(
    wish: Wish,
    found: National,
    shapes: Shapes,
    region: tuple[str, str, Sequence[Limits]] | None,
    names: Mapping[str, Mapping[str, str]],
    lang: str,
) -> MapSheet:
    """The sheet of the country, or of a region (its code, its name, its limits in detail).

    ``names`` are those of districts, provinces and regions by their kind and code.
    """
    drawn = {each.code: each.shape for each in region[2]} if region else dict(shapes)
    numbers = {code: str(at) for at, code in enumerate(sorted(drawn), start=1)}
    beside = (
        wish.table and wish.size == "a3" and wish.across and len(drawn) <= map_sheet.MOST_BESIDE
    )
    frame = map_sheet.frame(wish.size, wish.across, beside)
    box = Bounds(*shapely.total_bounds(_array(drawn.values())).tolist())
    drawn_on = plane.fitted(map_paper.roomy(box), frame.width, frame.height)
    told, district = found.told, names["district"]
    features = [
        Feature(
            shape,
            district.get(code, code) if region else "",
            _colour(found, code),
            number=numbers[code] if region and wish.table else "",
        )
        for code, shape in drawn.items()
    ]
    striped = map_signs.striped(told.classes.colours) if told.classes else frozenset()
    regions = {} if region else _regions(shapes)
    ground = Ground(
        land=map_paper.land(),
        others=[shape for code, shape in shapes.items() if code not in drawn] if region else (),
        over=tuple(regions.values()),
        names=tuple((names["region"].get(code, code), shape) for code, shape in regions.items()),
    )
    made = map_svg.drawn(
        drawn_on,
        ground,
        [Cover(features, striped=striped, named=bool(region))],
        west=say(lang, N_("O")),
        scale=1.0 if wish.size == "a4" else 1.2,
    )
    title = told.title or say(lang, N_("Mapa de los distritos"))
    notes = [map_paper.measures(drawn_on, wish, lang)]
    if region and made.unnamed and wish.table:
        said = N_("{n} nombres no caben en el mapa: están en la tabla.")
        notes.append(say(lang, said, n=made.unnamed))
    return MapSheet(
        size=wish.size,
        across=wish.across,
        language=lang,
        over=region[1] if region else say(lang, N_("Perú")),
        title=title,
        sentence=_sentence(found, drawn, region[1], lang) if region else told.sentence,
        map=made.svg,
        bar=map_paper.bar(drawn_on, lang),
        arrow=map_signs.arrow(drawn_on.north_turn, "N"),
        measures=tuple(notes),
        legends=(_legend(found, drawn, title, lang),),
        referential=say(lang, N_("Límites referenciales, sin efecto legal.")),
        foot=map_paper.foot(lang),
        table_title=say(lang, N_("En el mapa: {title}"), title=title),
        table=_table(found, drawn, numbers, names, lang) if wish.table else None,
        beside=beside,
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


def _sentence(found: National, drawn: Shapes, region: str, lang: str) -> str:
    """The sum of a region: how many of its districts are known."""
    if found.told.classes is None:
        return found.told.sentence
    return say(
        lang,
        N_("{title}: hay dato de {known} de los {all} distritos de {region}."),
        title=found.told.title,
        known=_known(found, drawn),
        all=len(drawn),
        region=region,
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


def _table(
    found: National,
    drawn: Shapes,
    numbers: Mapping[str, str],
    names: Mapping[str, Mapping[str, str]],
    lang: str,
) -> Table:
    headings = (N_("N.º"), N_("Distrito"), N_("Provincia"), "UBIGEO", N_("Dato"))
    rows = tuple(
        (
            numbers[code],
            names["district"].get(code, code),
            names["province"].get(code[:4], ""),
            code,
            _said(found, code, lang),
        )
        for code in sorted(drawn)
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
