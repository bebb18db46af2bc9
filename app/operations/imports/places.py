"""INEI's gazetteer of populated places: ten-digit code, district, name, kind, point.

A point outside the limits of its own district is told, not refused: limits and points come
from different years. A code that is not ten digits, or whose district is not known, is an
error of its row.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Table
from sqlmodel import SQLModel

from app.errors import Invalid
from app.gis import codes
from app.gis.tables import Table as Sheet
from app.operations.imports import drawing, journal, tree, upsert
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.operations.imports.columns import DISTRICT, LAT, LON, Cells, mapped, plain, proper
from app.records.base import folded
from app.records.imports import ImportBatch
from app.store.sessions import Reading, Writing

SETTLEMENTS: Table = SQLModel.metadata.tables["settlement"]
FIELDS = {
    "code": ("inei_ccpp", "codccpp", "cod_ccpp", "idccpp", "codigo_ccpp", "cod_cp", "codigo"),
    "district": DISTRICT,
    "name": ("ccpp", "nomccpp", "nom_ccpp", "nombre_ccpp", "centro_poblado", "nombre", "name"),
    "urban": ("tipo", "area", "ambito", "urbano_rural"),
    "lon": LON,
    "lat": LAT,
}
NAMES = ("code", "name", "search", "district_code", "urban", "geom")
URBAN = {"urban": True, "urbano": True, "u": True, "1": True}
RURAL = {"rural": False, "r": False, "2": False}
OUTSIDE_SHOWN = 100


def check(session: Reading, asked: Asked, say: Say) -> Checked:
    """Read the gazetteer and compare it with what stands."""
    found = Found()
    sheet = asked.points()
    say(1, 5, f"Se leyeron {len(sheet.rows)} centros poblados")
    found.take(sheet.notices, sheet.errors)
    columns = mapped(sheet.columns, FIELDS, asked, ("code", "name"))
    known = tree.load(session)
    rows, numbers, texts = _rows(sheet, columns, (known, found, asked))
    fields = (columns.get("lon", "lon"), columns.get("lat", "lat"))
    lon, lat = tree.points(texts, numbers, fields, found)
    say(2, 5, "Comprobando en qué distrito cae cada punto")
    summary = _outside(session, rows, (lon, lat), numbers, found)
    for row, blob in zip(rows, tree.blobs(lon, lat)[0], strict=True):
        row["geom"] = blob
    say(4, 5, "Comparando con lo que ya está")
    sound = [r for r, n in zip(rows, numbers, strict=True) if n not in found.refused]
    plan = upsert.planned(session, SETTLEMENTS, NAMES, sound)
    plan.ready(session)
    drawn = drawing.points(rows, numbers, (lon, lat), plan, found)
    return Checked(len(sheet.rows), found, plan.counts, plan, summary, known.version, drawn)


def _rows(
    sheet: Sheet, columns: dict[str, str], told: tuple[tree.Tree, Found, Asked]
) -> tuple[list[dict[str, Any]], list[int], list[tuple[str, str]]]:
    known, found, asked = told
    resolver = tree.Resolver(known, found, columns.get("district", "district"), asked.place_code)
    seen: dict[str, int] = {}
    rows, numbers, texts = [], [], []
    for number, row in zip(sheet.row_numbers, sheet.rows, strict=True):
        cells = Cells(columns, row, number, found)
        code = _code(cells)
        if code is None or repeated(seen, code, cells):
            continue
        district = resolver.code(cells.text("district") or code[:6], number)
        name = proper(cells.text("name"))
        if not name:
            cells.refuse("name", "Falta el nombre.", "", "Escriba el nombre del centro poblado.")
        if district is None or not name:
            continue
        urban = cells.text("urban").casefold()
        rows.append(
            {
                "code": code,
                "name": name,
                "search": folded(name),
                "district_code": district,
                "urban": {**URBAN, **RURAL}.get(plain(urban)),
            }
        )
        numbers.append(number)
        texts.append((row.get(columns.get("lon", ""), ""), row.get(columns.get("lat", ""), "")))
    return rows, numbers, texts


def _code(cells: Cells) -> str | None:
    text = cells.text("code")
    if len(text) == codes.PLACE and text.isascii() and text.isdigit() and "01" <= text[:2] <= "25":
        return text
    try:
        clean = codes.place_code(text, field=cells.columns["code"])
    except Invalid as refusal:
        cells.refuse_as("code", refusal)
        return None
    district = cells.text("district")
    if clean.notices and district and not clean.value.startswith(district):
        # A zero put before it would make it a place of another region.
        cells.refuse("code", "El código tiene una cifra de menos.", text,
                     "Son diez cifras: las seis del distrito y cuatro propias.")  # fmt: skip
        return None
    for notice in clean.notices:
        told = tree.TOLD.get(notice.message, notice.text)
        cells.found.tell_row(told, cells.number)
    return clean.value


def repeated(seen: dict[str, int], code: str, cells: Cells) -> bool:
    """Whether an earlier row has this code already; then it is an error of this one."""
    first = seen.setdefault(code, cells.number)
    if first == cells.number:
        return False
    cells.refuse("code", f"El código {code} ya está en la fila {first}.", code,
                 "Deje una sola fila por código.")  # fmt: skip
    return True


def _outside(
    session: Reading,
    rows: Sequence[dict[str, Any]],
    at: tuple[tree.Floats, tree.Floats],
    numbers: Sequence[int],
    found: Found,
) -> dict[str, Any]:
    inside, loaded = tree.containing(session, *at)
    if not loaded:
        found.tell("No hay límites de distritos cargados: no se comprobó dónde cae cada punto.")
        return {"placed": int((~np.isnan(at[0])).sum())}
    outside, nowhere = [], 0
    blank = np.isnan(at[0]).tolist()
    for row, place, number, no_point in zip(rows, inside, numbers, blank, strict=True):
        if no_point or place == row["district_code"]:
            continue
        nowhere += place is None
        found.tell_row(
            "{count} puntos caen fuera de los límites de su distrito; filas: {rows}.", number
        )
        outside.append({"row": number, "code": row["code"], "inside": place})
    return {
        "placed": int((~np.isnan(at[0])).sum()),
        "outside_district": len(outside),
        "outside_all": nowhere,
        "outside": outside[:OUTSIDE_SHOWN],
    }


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Write the new and the changed places."""
    upsert.write(session, batch.id, checked.writes)
    return {"territory"}


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Take the batch back."""
    journal.take_back(session, batch.id, [SETTLEMENTS])
    return {"territory"}
