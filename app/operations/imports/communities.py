"""Communities of a district: code, kind, name, language, altitude, people, homes, point.

The code is INEI's of ten digits, which says the district and lends its point, or a local
one, and then a column says the district. A community that stands is brought up to date with
what the file brings; an empty cell leaves what stands.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import Table
from sqlmodel import SQLModel, col, select

from app.gis import codes
from app.gis.tables import Table as Sheet
from app.operations import communities
from app.operations.imports import drawing, journal, tree, upsert
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.operations.imports.columns import DISTRICT, LAT, LON, Cells, mapped, plain, proper
from app.operations.imports.places import repeated
from app.records.base import folded, sort_key
from app.records.imports import ImportBatch
from app.records.territory import COMMUNITY_KINDS, Belonging, Community, Place, Settlement
from app.store import bulk
from app.store.functions import ewkb
from app.store.sessions import Reading, Writing, columns
from app.store.spatial import from_column
from app.store.types import uuid7

COMMUNITIES: Table = SQLModel.metadata.tables["community"]
BELONGINGS: Table = SQLModel.metadata.tables["belonging"]
FIELDS = {
    "code": ("codigo", "code", "codigo_comunidad", "cod_comunidad", "inei_ccpp", "codccpp"),
    "kind": ("tipo", "kind", "clase", "tipo_de_comunidad"),
    "name": ("nombre", "name", "comunidad", "nombre_comunidad", "centro_poblado"),
    "district": DISTRICT,
    "language": ("lengua", "idioma", "language"),
    "altitude_m": ("altitud", "altitude", "altitud_m", "altitude_m", "msnm"),
    "population": ("poblacion", "population", "habitantes", "pob"),
    "households": ("hogares", "households", "familias", "viviendas"),
    "lon": LON,
    "lat": LAT,
}
NAMES = ("code", "kind", "name", "search", "sort_key", "language", "altitude_m", "population",
         "households", "geom")  # fmt: skip
KIND_WORDS = {
    **{kind: kind for kind in COMMUNITY_KINDS},
    "comunidad_campesina": "campesina",
    "comunidad_nativa": "nativa",
    "anexos": "anexo",
    "ccpp": "centro_poblado",
    "caserios": "caserio",
    "asentamiento_humano": "asentamiento",
    "aahh": "asentamiento",
}
LANGUAGE_WORDS = {"espanol": "es", "castellano": "es", "aymara": "ayr", "aimara": "ayr"}


@cache
def languages() -> dict[str, str]:
    """Code of each language, by its code and by its Spanish name, plain."""
    named = {plain(words["es"]): code for code, words in communities.languages()}
    return {**named, **{code: code for code in named.values()}, **LANGUAGE_WORDS}


def check(session: Reading, asked: Asked, say: Say) -> Checked:
    """Read the communities and compare them with what stands."""
    found = Found()
    sheet = asked.points()
    say(1, 4, f"Se leyeron {len(sheet.rows)} comunidades")
    found.take(sheet.notices, sheet.errors)
    named = mapped(sheet.columns, FIELDS, asked, ("code", "name"))
    known = tree.load(session)
    rows, numbers, texts = _rows(sheet, named, (known, found, asked))
    lon, lat = tree.points(
        texts, numbers, (named.get("lon", "lon"), named.get("lat", "lat")), found
    )
    _point(session, rows, (lon, lat), numbers, found)
    say(2, 4, "Comparando con lo que ya está")
    _refuse_moved(session, rows, numbers, named, found)
    sound = [r for r, n in zip(rows, numbers, strict=True) if n not in found.refused]
    plan = upsert.planned(session, COMMUNITIES, NAMES, sound)
    districts = {row["code"]: row["district"] for row in sound}
    _fill(plan)
    plan.ready(session)
    place_ids = {code: known.places[district].id for code, district in districts.items()}
    writes = (plan, districts, place_ids, asked.day("valid_from"))
    drawn = drawing.points(rows, numbers, (lon, lat), plan, found)
    return Checked(len(sheet.rows), found, plan.counts, writes, basis=known.version, drawn=drawn)


def _rows(
    sheet: Sheet, named: Mapping[str, str], told: tuple[tree.Tree, Found, Asked]
) -> tuple[list[dict[str, Any]], list[int], list[tuple[str, str]]]:
    known, found, asked = told
    resolver = tree.Resolver(known, found, named.get("district", named["code"]), asked.place_code)
    seen: dict[str, int] = {}
    rows, numbers, texts = [], [], []
    for number, row in zip(sheet.row_numbers, sheet.rows, strict=True):
        cells = Cells(named, row, number, found)
        code = _code(cells)
        if code is None or repeated(seen, code, cells):
            continue
        district = _district(cells, code, resolver, known)
        made = _community(cells, code)
        if district is None or made is None:
            continue
        rows.append({**made, "district": district})
        numbers.append(number)
        texts.append((row.get(named.get("lon", ""), ""), row.get(named.get("lat", ""), "")))
    return rows, numbers, texts


def _code(cells: Cells) -> str | None:
    code = cells.text("code", 20).removesuffix(".0")
    if len(code) == codes.PLACE - 1 and code.isdigit() and not cells.text("district"):
        code = f"0{code}"
        cells.found.tell_row(
            "Los códigos que perdieron su cero se leyeron con él; filas: {rows}.", cells.number
        )
    if code and all(letter.isalnum() or letter in "-_." for letter in code):
        return code
    cells.refuse(
        "code",
        "El código solo puede tener letras, cifras y guiones." if code else "Falta el código.",
        code,
        "Escriba el código de INEI de diez cifras, o el que usa la municipalidad.",
    )
    return None


def _district(cells: Cells, code: str, resolver: tree.Resolver, known: tree.Tree) -> str | None:
    text = cells.text("district")
    if not text and len(code) == codes.PLACE and code.isdigit():
        text = code[: codes.DISTRICT]
    text = text or resolver.within or ""
    district = resolver.code(text, cells.number)
    if district is not None and district not in known.places:
        cells.refuse("district", "El distrito todavía no está cargado.", district,
                     "Importe primero los límites que lo traen.")  # fmt: skip
        return None
    return district


def _community(cells: Cells, code: str) -> dict[str, Any] | None:
    name = proper(cells.text("name"))
    if not name:
        cells.refuse("name", "Falta el nombre.", "", "Escriba el nombre de la comunidad.")
        return None
    return {
        "code": code,
        "kind": _word(cells, "kind", KIND_WORDS, ", ".join(COMMUNITY_KINDS)),
        "name": name,
        "search": folded(name),
        "sort_key": sort_key(name),
        "language": _word(cells, "language", languages(), "castellano, quechua chanka..."),
        "altitude_m": cells.whole("altitude_m", 0, 6_000),
        "population": cells.whole("population", 0, 1_000_000),
        "households": cells.whole("households", 0, 300_000),
    }


def _word(cells: Cells, field: str, words: Mapping[str, str], known: str) -> str | None:
    text = cells.text(field)
    if not text:
        return None
    found = words.get(plain(text))
    if found is None:
        cells.refuse(field, "No se conoce esa palabra.", text, f"Use una de estas: {known}.")
    return found


def _point(
    session: Reading,
    rows: list[dict[str, Any]],
    at: tuple[tree.Floats, tree.Floats],
    numbers: Sequence[int],
    found: Found,
) -> None:
    lent = _settlements(session, [row["code"] for row in rows])
    inside, loaded = tree.containing(session, *at)
    blobs = tree.blobs(*at)[0]
    blank = np.isnan(at[0]).tolist()
    for n, row in enumerate(rows):
        row["geom"] = blobs[n] if blobs[n] is not None else lent.get(row["code"])
        if row["geom"] is None:
            found.tell_row("{count} quedan sin punto en el mapa; filas: {rows}.", numbers[n])
        if loaded and not blank[n] and inside[n] != row["district"]:
            found.tell_row(
                "{count} puntos caen fuera de los límites de su distrito; filas: {rows}.",
                numbers[n],
            )


def _settlements(session: Reading, wanted: Sequence[str]) -> dict[str, bytes]:
    lent = {}
    for start in range(0, len(wanted), upsert.AT_ONCE):
        part = wanted[start : start + upsert.AT_ONCE]
        for code, value in session.rows(
            columns(Settlement.code, Settlement.geom).where(col(Settlement.code).in_(part))
        ):
            shape = from_column(value)
            if shape is not None:
                lent[code] = ewkb(shape)
    return lent


def _refuse_moved(
    session: Reading,
    rows: Sequence[dict[str, Any]],
    numbers: Sequence[int],
    named: Mapping[str, str],
    found: Found,
) -> None:
    standing = {
        code: (merged, district)
        for code, merged, district in session.rows(
            columns(Community.code, Community.merged_into_id, Place.code)
            .join(Belonging, col(Belonging.community_id) == Community.id)
            .join(Place, col(Place.id) == Belonging.place_id)
            .where(col(Belonging.valid_to).is_(None))
        )
    }
    gone = set(
        session.exec(select(Community.code).where(col(Community.merged_into_id).is_not(None))).all()
    )
    for row, number in zip(rows, numbers, strict=True):
        cells = Cells(named, {}, number, found)
        if row["code"] in gone:
            cells.refuse("code", "Esta comunidad fue unida a otra.", row["code"],
                         "Quite la fila, o use el código de la que sigue.")  # fmt: skip
        elif row["code"] in standing and standing[row["code"]][1] != row["district"]:
            cells.refuse(
                "code",
                f"Este código ya es de una comunidad del distrito {standing[row['code']][1]}.",
                row["code"],
                "Use otro código, o traslade la comunidad desde su página.",
            )


def _fill(plan: upsert.Upsert) -> None:
    for row in plan.new:
        row["kind"] = row["kind"] or "centro_poblado"
        row["language"] = row["language"] or "es"


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Write the new and the changed communities; the new ones belong to their districts."""
    plan, districts, place_ids, valid_from = checked.writes
    ids = upsert.write(session, batch.id, plan)
    belonging_ids = bulk.new_ids(session, BELONGINGS, len(ids))
    bulk.insert(
        session,
        BELONGINGS,
        ("id", "uuid", "community_id", "place_id", "valid_from"),
        (
            (belonging_id, uuid7(), community_id, place_ids[row["code"]], valid_from)
            for belonging_id, community_id, row in zip(belonging_ids, ids, plan.new, strict=True)
        ),
    )
    journal.made(session, batch.id, BELONGINGS, belonging_ids)
    return tree.stamped(districts.values())


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Take the batch back; refused where a council, a cycle or a form stands on it."""
    touched = session.rows(
        columns(col(Place.code))
        .join(Belonging, col(Belonging.place_id) == Place.id)
        .join(Community, col(Community.id) == Belonging.community_id)
        .where(col(Community.import_id) == batch.id)
        .distinct()
    )
    journal.take_back(session, batch.id, [BELONGINGS, COMMUNITIES])
    return tree.stamped(row[0] for row in touched)
