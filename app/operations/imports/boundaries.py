"""Limits of districts, provinces or regions: the tree of places and their shapes.

Places are told apart by their code. Those that are missing above (province, region, country)
are made with the names that the layer gives. A layer never overwrites an earlier one: each
place keeps all its limits, and the newest that was not withdrawn is in force, so taking a
layer back is cheap. A place that stands keeps its name unless the person asks otherwise
(``rename``), since layers often shout without accents.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from app.errors import Invalid
from app.gis import codes, coverage, measure
from app.gis.layers import Layer, read_layer
from app.operations import instruments
from app.operations.import_previews import Drawn
from app.operations.imports import drawing, limits_report, tree
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.operations.imports.columns import (
    DISTRICT,
    DISTRICT_NAME,
    PROVINCE,
    PROVINCE_NAME,
    REGION,
    REGION_NAME,
    Cells,
    mapped,
    plain,
    proper,
)
from app.operations.imports.limit_writing import Writes
from app.records.base import folded, sort_key
from app.store.sessions import Reading

DIGITS = {"region": 2, "province": 4, "district": 6}
LEVELS = {"distrito": "district", "provincia": "province", "departamento": "region"}
CODES = {"district": DISTRICT, "province": PROVINCE, "region": REGION}
NAMES = {"district": DISTRICT_NAME, "province": PROVINCE_NAME, "region": REGION_NAME}
_OLDEST = 1821
CAPITAL = ("capital", "nom_cap", "nomb_cap")
_FOOTNOTE = re.compile(r"\s*/\s*\d+\s*$")


def check(session: Reading, asked: Asked, say: Say) -> Checked:
    """Read the layer, mend what can be mended, and report on it."""
    found = Found()
    say(0, 4, "Leyendo la capa")
    epsg = asked.number("epsg")
    layer = read_layer(
        asked.upload(), asked.limits, assume_epsg=epsg, layer=asked.text("layer") or None
    )
    found.take(layer.notices, layer.errors)
    if layer.kind not in ("polygons", "empty"):
        raise Invalid(
            "{name} no es una capa de polígonos.",
            remedy="Suba los límites, no puntos ni líneas.",
            field="geometry",
            name=asked.name,
        )
    level, columns = _level(layer, asked)
    known = tree.load(session)
    wanted = _codes(layer, columns, level, (known, found))
    say(1, 4, f"Revisando bordes, traslapes y vacíos de {len(wanted)} polígonos")
    checked = coverage.checked([code or "" for code in wanted], layer.geometries)
    limits_report.refuse_rows(checked, wanted, columns, found)
    say(3, 4, "Comparando con los lugares que ya están")
    writes = _writes(layer, columns, (level, wanted), checked, (known, found, asked))
    counts = {
        "new": sum(place["kind"] == level for place in writes.new.values()),
        "new_above": sum(place["kind"] != level for place in writes.new.values()),
        "renamed": len(writes.renamed),
        "limits": len(writes.shapes),
    }
    summary = {"level": level, "crs": layer.crs, **limits_report.summary(checked.report)}
    drawn = Drawn(
        checked.geometries,
        [code or "" for code in wanted],
        _names(layer, columns, level),
        [drawing.state(code, row, writes.new, found) for row, code in enumerate(wanted, start=1)],
    )
    return Checked(len(wanted), found, counts, writes, summary, known.version, drawn)


def _names(layer: Layer, columns: Mapping[str, str], level: str) -> list[str]:
    column = columns.get(f"{level}_name", "")
    return [proper(row.get(column, "")) for row in layer.attributes]


def _level(layer: Layer, asked: Asked) -> tuple[str, dict[str, str]]:
    """Which level the layer draws, and its columns; the finest whose code the layer has."""
    chosen = asked.text("level")
    chosen = LEVELS.get(chosen, chosen)
    if chosen and chosen not in DIGITS:
        raise Invalid(
            "No hay un nivel «{level}».",
            remedy="Use distrito, provincia o departamento.",
            field="level",
            level=chosen[:40],
        )
    for level in [chosen] if chosen else ("district", "province", "region"):
        wanted = {
            "code": CODES[level],
            **{f"{other}_name": NAMES[other] for other in NAMES},
            "capital": CAPITAL,
        }
        try:
            return level, mapped(layer.columns, wanted, asked, ("code",))
        except Invalid:
            if chosen or asked.options.get("columns"):
                raise
    raise Invalid(
        "{name} no tiene una columna con el UBIGEO; sus columnas son: {columns}.",
        remedy="Llame «ubigeo» a la del código de seis cifras, o indique cuál es. Por el nombre "
        "solo no se puede saber el lugar: 250 distritos comparten el suyo.",
        field="ubigeo",
        name=asked.name,
        columns=", ".join(layer.columns[:30]),
    )


def _codes(
    layer: Layer, columns: Mapping[str, str], level: str, told: tuple[tree.Tree, Found]
) -> list[str | None]:
    known, found = told
    zeros = "0" * (6 - DIGITS[level])
    wanted: list[str | None] = []
    for number, row in enumerate(layer.attributes, start=1):
        cells = Cells(columns, row, number, found)
        text = cells.text("code")
        whole = len(text) >= 5 and zeros and text.endswith(zeros)
        try:
            clean = codes.ubigeo(text if whole else text + zeros, field=columns["code"])
        except Invalid as refusal:
            cells.refuse_as("code", refusal)
            wanted.append(None)
            continue
        if clean.notices:
            found.tell_row(
                tree.TOLD.get(clean.notices[0].message, "Códigos corregidos; filas: {rows}."),
                number,
            )
        code = clean.value[: DIGITS[level]]
        now = known.changes.get(code, code)
        if code not in known.places and now != code:
            found.tell("El código {old} hoy es {new}: se cambió.", old=code, new=now)
            code = now
        wanted.append(code)
    return wanted


def _writes(
    layer: Layer,
    columns: Mapping[str, str],
    what: tuple[str, Sequence[str | None]],
    checked: coverage.Checked,
    told: tuple[tree.Tree, Found, Asked],
) -> Writes:
    level, wanted = what
    known, found, asked = told
    rename = bool(asked.options.get("rename"))
    writes = Writes(
        vintage=_vintage(asked, found),
        source=asked.text("source", asked.name),
        fictitious=bool(asked.options.get("fictitious")),
    )
    shapes = _polygons(checked.geometries)
    areas = measure.areas_m2(checked.geometries)
    differ = 0
    for number, (code, row) in enumerate(zip(wanted, layer.attributes, strict=True), start=1):
        if code is None or number in found.refused:
            continue
        cells = Cells(columns, row, number, found)
        _above(writes, known, code, cells)
        name = proper(cells.text(f"{level}_name")) or _unnamed(level, code)
        standing = known.places.get(code)
        if standing is None:
            capital = proper(_FOOTNOTE.sub("", cells.text("capital"))) or None
            writes.new[code] = _place(level, code, name, capital)
        elif plain(standing.name) != plain(name) and cells.text(f"{level}_name"):
            differ += 1
            if rename:
                writes.renamed.append((code, standing.id, standing.name, name))
        writes.shapes[code] = (shapes[number - 1], float(areas[number - 1]))
    if differ and not rename:
        found.tell(
            "{count} lugares se escriben aquí de otro modo: conservan el nombre que tienen.",
            count=differ,
        )
    return writes


def _vintage(asked: Asked, found: Found) -> int:
    """The year that the limits are of: later ones are in force, figures find their own."""
    today = instruments.today().year
    year = asked.number("vintage")
    if year is None:
        found.tell(
            "No se dijo de qué año son los límites: se toman como de {year}. Si son de otro, "
            "escríbalo en «Año de los límites».",
            year=today,
        )
        return today
    if not _OLDEST <= year <= today + 1:
        raise Invalid(
            "{year} no puede ser el año de los límites.",
            remedy="Escriba las cuatro cifras del año, o deje la casilla vacía.",
            field="vintage",
            year=year,
        )
    return year


def _polygons(geometries: Any) -> list[Any]:
    """One kind of shape for all: polygons become multipolygons of one part."""
    return [
        shapely.MultiPolygon([shape]) if isinstance(shape, shapely.Polygon) else shape
        for shape in geometries
    ]


def _above(writes: Writes, known: tree.Tree, code: str, cells: Cells) -> None:
    for above, kind in ((code[:4], "province"), (code[:2], "region"), (tree.COUNTRY, "country")):
        if above == code or above in known.places or above in writes.new:
            continue
        name = "Perú" if kind == "country" else proper(cells.text(f"{kind}_name"))
        writes.new[above] = _place(kind, above, name or _unnamed(kind, above), None)


def _unnamed(level: str, code: str) -> str:
    word = {"district": "Distrito", "province": "Provincia", "region": "Departamento"}[level]
    return f"{word} {code}"


def _place(kind: str, code: str, name: str, capital: str | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "code": code,
        "name": name,
        "search": folded(name),
        "sort_key": sort_key(name),
        "capital": capital,
    }
