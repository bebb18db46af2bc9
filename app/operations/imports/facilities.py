"""Health facilities: RENIPRESS code, name, category, district and point.

The district comes from a UBIGEO column, from the names of region, province and district
together, or else from the limits that contain the point; never from one name alone. Where
the point falls in another district than the declared one, the declared holds and is told.
"""

from typing import Any

from sqlalchemy import Table
from sqlmodel import SQLModel

from app.gis.tables import Table as Sheet
from app.operations.imports import drawing, journal, tree, upsert
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.operations.imports.columns import (
    DISTRICT,
    DISTRICT_NAME,
    LAT,
    LON,
    PROVINCE_NAME,
    REGION_NAME,
    Cells,
    mapped,
    plain,
    proper,
)
from app.operations.imports.places import repeated
from app.records.base import folded
from app.records.imports import ImportBatch
from app.store.sessions import Reading, Writing

FACILITIES: Table = SQLModel.metadata.tables["facility"]
DIGITS = 8
FIELDS = {
    "code": ("id_eess", "codigo_renipress", "renipress", "renaes", "cod_ipress", "ipress",
             "codigo_unico", "cod_renaes", "codigo"),
    "name": ("nombre", "nombre_del_establecimiento", "establecimiento", "nom_eess", "name"),
    "category": ("categoria", "category", "cat"),
    "district": tuple(name for name in DISTRICT if name != "inei"),
    "region_name": REGION_NAME,
    "province_name": PROVINCE_NAME,
    "district_name": DISTRICT_NAME,
    "lon": LON,
    "lat": LAT,
}  # fmt: skip
NAMES = ("code", "name", "search", "place_id", "category", "geom")


def check(session: Reading, asked: Asked, say: Say) -> Checked:
    """Read the facilities and compare them with what stands."""
    found = Found()
    sheet = asked.points()
    say(1, 4, f"Se leyeron {len(sheet.rows)} establecimientos")
    found.take(sheet.notices, sheet.errors)
    columns = mapped(sheet.columns, FIELDS, asked, ("code", "name"))
    known = tree.load(session)
    rows, numbers, texts = _rows(sheet, columns, (known, found, asked))
    fields = (columns.get("lon", "lon"), columns.get("lat", "lat"))
    lon, lat = tree.points(texts, numbers, fields, found)
    say(2, 4, "Comprobando en qué distrito cae cada uno")
    inside, loaded = tree.containing(session, lon, lat)
    if not loaded:
        found.tell("No hay límites de distritos cargados: no se comprobó dónde cae cada punto.")
    differ = _place(rows, inside, numbers, known, found)
    for row, blob in zip(rows, tree.blobs(lon, lat)[0], strict=True):
        row["geom"] = blob
    sound = [r for r, n in zip(rows, numbers, strict=True) if n not in found.refused]
    say(3, 4, "Comparando con lo que ya está")
    plan = upsert.planned(session, FACILITIES, NAMES, sound)
    plan.ready(session)
    summary = {"in_another_district": differ}
    drawn = drawing.points(rows, numbers, (lon, lat), plan, found)
    return Checked(len(sheet.rows), found, plan.counts, plan, summary, known.version, drawn)


def _rows(
    sheet: Sheet, columns: dict[str, str], told: tuple[tree.Tree, Found, Asked]
) -> tuple[list[dict[str, Any]], list[int], list[tuple[str, str]]]:
    known, found, asked = told
    resolver = tree.Resolver(known, found, columns.get("district", "district"), asked.place_code)
    by_names = known.by_names()
    seen: dict[str, int] = {}
    rows, numbers, texts = [], [], []
    for number, row in zip(sheet.row_numbers, sheet.rows, strict=True):
        cells = Cells(columns, row, number, found)
        code, name = _code(cells), proper(cells.text("name", 160))
        if not name:
            cells.refuse("name", "Falta el nombre.", "", "Escriba el nombre del establecimiento.")
        if code is None or not name or repeated(seen, code, cells):
            continue
        if cells.text("district"):
            district = resolver.code(cells.text("district"), number)
        else:
            parts = [plain(cells.text(f"{n}_name")) for n in ("region", "province", "district")]
            district = by_names.get((parts[0], parts[1], parts[2]))
        rows.append(
            {
                "code": code,
                "name": name,
                "search": folded(name),
                "district": district,
                "category": cells.text("category", 10) or None,
            }
        )
        numbers.append(number)
        texts.append((row.get(columns.get("lon", ""), ""), row.get(columns.get("lat", ""), "")))
    return rows, numbers, texts


def _code(cells: Cells) -> str | None:
    text = cells.text("code").removesuffix(".0")
    if text.isascii() and text.isdigit() and int(text) > 0 and len(text) <= DIGITS:
        return text.zfill(DIGITS)
    cells.refuse("code", "No es un código de establecimiento (RENIPRESS).", text,
                 "Son hasta ocho cifras; 0 no es un código.")  # fmt: skip
    return None


def _place(
    rows: list[dict[str, Any]],
    inside: list[str | None],
    numbers: list[int],
    known: tree.Tree,
    found: Found,
) -> int:
    differ = 0
    for row, within, number in zip(rows, inside, numbers, strict=True):
        declared = row.pop("district")
        if declared is None and within is not None:
            found.tell_row(
                "{count} no dicen su distrito de modo seguro: se tomó el que contiene su punto; "
                "filas: {rows}.",
                number,
            )
        elif declared is None:
            found.tell_row(
                "{count} quedan sin distrito: ni código, ni los tres nombres, ni punto dentro de "
                "un límite; filas: {rows}.",
                number,
            )
        elif within is not None and within != declared:
            differ += 1
            found.tell_row(
                "{count} puntos caen en otro distrito que el declarado; filas: {rows}.", number
            )
        place = known.places.get(declared or within or "")
        row["place_id"] = place.id if place else None
    return differ


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Write the new and the changed facilities."""
    upsert.write(session, batch.id, checked.writes)
    return {"territory"}


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Take the batch back."""
    journal.take_back(session, batch.id, [FACILITIES])
    return {"territory"}
