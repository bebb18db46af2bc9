"""Limits of districts, provinces or regions: the tree of places and their shapes.

Places are told apart by their code. Those that are missing above (province, region, country)
are made with the names that the layer gives. A layer never overwrites an earlier one: each
place keeps all its limits, and the newest that was not withdrawn is in force, so taking a
layer back is cheap. A place that stands keeps its name unless the person asks otherwise
(``rename``), since layers often shout without accents.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Select, Table, delete, select, update
from sqlmodel import SQLModel

from app.errors import Invalid, RowError
from app.gis import codes, coverage, measure
from app.gis.layers import Layer, read_layer
from app.operations.imports import journal, tree
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
from app.records.base import folded, sort_key
from app.records.imports import ImportBatch
from app.store import bulk, spatial
from app.store.sessions import Reading, Writing
from app.store.types import uuid7

PLACES: Table = SQLModel.metadata.tables["place"]
LIMITS: Table = SQLModel.metadata.tables["boundary"]
DIGITS = {"region": 2, "province": 4, "district": 6}
LEVELS = {"distrito": "district", "provincia": "province", "departamento": "region"}
CODES = {"district": DISTRICT, "province": PROVINCE, "region": REGION}
NAMES = {"district": DISTRICT_NAME, "province": PROVINCE_NAME, "region": REGION_NAME}
CAPITAL = ("capital", "nom_cap", "nomb_cap")
SHOWN = 100
_FOOTNOTE = re.compile(r"\s*/\s*\d+\s*$")
_PLACE_COLUMNS = ("id", "uuid", "kind", "code", "name", "search", "sort_key", "parent_id",
                  "capital", "fictitious", "import_id")  # fmt: skip
_LIMIT_COLUMNS = ("id", "uuid", "place_id", "import_id", "vintage", "source", "area_m2",
                  "withdrawn", "geom")  # fmt: skip


@dataclass
class Writes:
    """What to write: places by code (from the country down) and one shape a place."""

    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    renamed: list[tuple[str, int, str, str]] = field(default_factory=list)
    shapes: dict[str, tuple[shapely.Geometry, float]] = field(default_factory=dict)
    vintage: int | None = None
    source: str = ""
    fictitious: bool = False


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
    _refuse_rows(checked, wanted, columns, asked, found)
    say(3, 4, "Comparando con los lugares que ya están")
    writes = _writes(layer, columns, (level, wanted), checked, (known, found, asked))
    counts = {
        "new": sum(place["kind"] == level for place in writes.new.values()),
        "new_above": sum(place["kind"] != level for place in writes.new.values()),
        "renamed": len(writes.renamed),
        "limits": len(writes.shapes),
    }
    summary = {"level": level, "crs": layer.crs, **_summary(checked.report)}
    return Checked(len(wanted), found, counts, writes, summary, known.version)


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


def _refuse_rows(
    checked: coverage.Checked,
    wanted: Sequence[str | None],
    columns: Mapping[str, str],
    asked: Asked,
    found: Found,
) -> None:
    refused = set(found.refused)
    empty = shapely.is_missing(checked.geometries) | shapely.is_empty(checked.geometries)
    for row in np.flatnonzero(empty).tolist():
        if row + 1 not in refused:
            found.refuse_row(
                RowError(
                    row + 1,
                    "geometry",
                    "La fila no tiene geometría."
                    if wanted[row] not in checked.report.lost
                    else "La geometría no se pudo reparar.",
                    wanted[row] or "",
                    "Complete su polígono, o elija «dejar fuera las filas con errores».",
                )
            )
    for duplicate in checked.report.duplicate_codes:
        for row in duplicate.rows[1:]:
            found.refuse_row(
                RowError(
                    row,
                    columns["code"],
                    f"El código ya está en la fila {duplicate.rows[0]}.",
                    duplicate.codes[0],
                    "Deje una sola fila por código; si tiene varias partes, únalas.",
                )
            )


def _summary(report: coverage.Report) -> dict[str, Any]:
    """The report as it is kept: how many and how large, the largest one by one."""
    return {
        "rows": report.rows,
        "nulls": list(report.nulls[:SHOWN]),
        "null_count": len(report.nulls),
        "repair_count": len(report.repairs),
        "repairs": [
            {"row": r.row, "code": r.code, "reason": r.reason, "change_m2": round(r.change_m2, 2)}
            for r in report.repairs[:SHOWN]
        ],
        "overlap_count": len(report.overlaps),
        "overlap_m2": round(report.overlap_m2, 2),
        "overlaps": [
            {"codes": [o.code_a, o.code_b], "m2": round(o.area_m2, 2), "sliver": o.sliver}
            for o in report.overlaps[:SHOWN]
        ],
        "gap_count": len(report.gaps),
        "gap_m2": round(report.gap_m2, 2),
        "gaps": [
            {
                "codes": list(g.codes),
                "m2": round(g.area_m2, 2),
                "sliver": g.sliver,
                "at": [round(g.lon, 5), round(g.lat, 5)],
            }
            for g in report.gaps[:SHOWN]
        ],
        "sliver_count": sum(o.sliver for o in report.overlaps) + sum(g.sliver for g in report.gaps),
        "sliver_m2": round(report.sliver_m2, 2),
        "unmatched": list(report.unmatched[:SHOWN]),
        "same_shape": [list(d.codes) for d in report.duplicate_shapes[:SHOWN]],
        "area_m2": round(report.area_m2),
    }


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
        vintage=asked.number("vintage"),
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


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Write the tree from the country down, then the shapes."""
    writes: Writes = checked.writes
    by_code = {
        row.code: row.id
        for row in session.rows(
            select(PLACES.c.code, PLACES.c.id).where(PLACES.c.valid_to.is_(None))
        )
    }
    order = ("country", "region", "province", "district")
    new = sorted(writes.new.values(), key=lambda place: (order.index(place["kind"]), place["code"]))
    ids = bulk.new_ids(session, PLACES, len(new))
    rows = []
    for place_id, place in zip(ids, new, strict=True):
        by_code[place["code"]] = place_id
        above = codes.parent(place["code"]) or (tree.COUNTRY if place["kind"] == "region" else "")
        rows.append(
            (
                *(place_id, uuid7(), place["kind"], place["code"], place["name"], place["search"]),
                *(place["sort_key"], by_code.get(above), place["capital"]),
                *(writes.fictitious, batch.id),
            )
        )
    bulk.insert(session, PLACES, _PLACE_COLUMNS, rows)
    journal.made(session, batch.id, PLACES, ids)
    _rename(session, batch, writes)
    _draw(session, batch, writes, by_code)
    return tree.stamped(code for code in writes.shapes if len(code) == codes.DISTRICT)


def _rename(session: Writing, batch: ImportBatch, writes: Writes) -> None:
    standing = {
        row.id: dict(row._mapping)
        for row in session.rows(
            select(*(PLACES.c[n] for n in ("id", "name", "search", "sort_key", "import_id"))).where(
                PLACES.c.valid_to.is_(None)
            )
        )
    }
    names = ("name", "search", "sort_key", "import_id")
    befores = [
        (place_id, {n: standing[place_id][n] for n in names})
        for _, place_id, _, _ in writes.renamed
    ]
    journal.changed(session, batch.id, PLACES, befores)
    bulk.update(
        session,
        PLACES,
        names,
        [
            (place_id, name, folded(name), sort_key(name), batch.id)
            for _, place_id, _, name in writes.renamed
        ],
    )


def _draw(session: Writing, batch: ImportBatch, writes: Writes, by_code: Mapping[str, int]) -> None:
    ids = bulk.new_ids(session, LIMITS, len(writes.shapes))
    shapes = np.array([None, *(shape for shape, _ in writes.shapes.values())], dtype=object)[1:]
    blobs = shapely.to_wkb(shapely.set_srid(shapes, spatial.SRID), include_srid=True)
    rows = (
        (
            *(limit_id, uuid7(), by_code[code], batch.id, writes.vintage, writes.source, area),
            *(False, blob),
        )
        for limit_id, code, (_, area), blob in zip(
            ids, writes.shapes, writes.shapes.values(), blobs.tolist(), strict=True
        )
    )
    bulk.insert(session, LIMITS, _LIMIT_COLUMNS, rows)
    spatial.index_rows(session.connection(), LIMITS.name, ids, shapes)


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Withdraw the limits; the places that the layer brought go too, if nothing needs them.

    Raises
    ------
    Conflict
        Something refers to a place that would go: a community, an account, another layer.
    """
    mine = LIMITS.c.import_id == batch.id
    touched = session.rows(
        select(PLACES.c.code).join(LIMITS, LIMITS.c.place_id == PLACES.c.id).where(mine)
    )
    made: Select[Any] = select(PLACES.c.id).where(
        PLACES.c.id.in_(
            select(journal.CHANGES.c.row_id).where(
                journal.CHANGES.c.batch_id == batch.id,
                journal.CHANGES.c.table == PLACES.name,
                journal.CHANGES.c.before.is_(None),
            )
        )
    )
    gone = [
        row[0] for row in session.rows(select(LIMITS.c.id).where(mine, LIMITS.c.place_id.in_(made)))
    ]
    session.connection().execute(delete(LIMITS).where(mine, LIMITS.c.place_id.in_(made)))
    spatial.forget_rows(session.connection(), LIMITS.name, gone)
    session.connection().execute(update(LIMITS).where(mine).values(withdrawn=True))
    journal.take_back(session, batch.id, [PLACES])
    return tree.stamped(row[0] for row in touched if len(row[0]) == codes.DISTRICT)
