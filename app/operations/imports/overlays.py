"""A district's own layers: rivers, roads and other lines and areas that lie under its maps.

They are drawn and counted nowhere. A row without a shape, or a point, is left out and told; what
lies wholly outside the limits of the district is taken and told, since rivers go on.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Table, delete, select
from sqlmodel import SQLModel

from app.errors import Invalid
from app.gis.layers import Layer, read_layer
from app.operations.import_previews import NEW, REFUSED, Drawn
from app.operations.imports import tree
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.operations.imports.columns import plain
from app.records import boundaries
from app.records.imports import ImportBatch
from app.records.risk_maps import OVERLAY_KINDS
from app.store import bulk, spatial
from app.store.sessions import Reading, Writing
from app.store.types import uuid7

FEATURES: Table = SQLModel.metadata.tables["overlay_feature"]
NAMES = ("nombre", "name", "nom_rio", "nombre_rio", "toponimia", "codruta", "nomb")
_COLUMNS = ("id", "uuid", "place_id", "import_id", "kind", "name", "geom")


@dataclass(frozen=True, slots=True)
class Writes:
    """What is written: the district, the kind of the layer, and a name and a shape a feature."""

    place_id: int
    kind: str
    features: list[tuple[str, Any]]


def check(session: Reading, asked: Asked, say: Say) -> Checked:
    """Read the layer, and say what of it would lie under the maps of the district."""
    found = Found()
    kind = asked.text("draws", "other") or "other"
    known = tree.load(session)
    place = known.places.get(asked.place_code or "")
    if kind not in OVERLAY_KINDS or place is None:
        raise Invalid(
            "Una capa propia es de un distrito, y es de agua, de caminos o de otra cosa.",
            remedy="Impórtela desde el distrito y elija qué dibuja.",
            field="draws",
        )
    say(0, 2, "Leyendo la capa")
    layer = read_layer(
        asked.upload(),
        asked.limits,
        assume_epsg=asked.number("epsg"),
        layer=asked.text("layer") or None,
    )
    found.take(layer.notices, layer.errors)
    if layer.kind not in ("lines", "polygons", "mixed"):
        raise Invalid(
            "{name} no trae líneas ni áreas que dibujar.",
            remedy="Suba ríos, caminos u otras líneas o áreas, no puntos.",
            field="geometry",
            name=asked.name,
        )
    names, features, states = _features(layer, found)
    say(1, 2, "Comprobando que estén en el distrito")
    _tell_outside(session, asked.place_code or "", features, found)
    drawn = Drawn(layer.geometries, [""] * len(names), names, states)
    counts = {"new": len(features), "changed": 0, "same": 0}
    writes = Writes(place.id, kind, features)
    return Checked(len(names), found, counts, writes, {"crs": layer.crs}, known.version, drawn)


def _features(layer: Layer, found: Found) -> tuple[list[str], list[tuple[str, Any]], list[int]]:
    column = next((c for c in layer.columns if plain(c) in NAMES), "")
    names, features, states = [], [], []
    pairs = zip(layer.attributes, layer.geometries, strict=True)
    for number, (row, shape) in enumerate(pairs, start=1):
        name = " ".join(row.get(column, "").split())[:160]
        names.append(name)
        fit = shape is not None and shapely.get_dimensions(shape) > 0
        if not fit and number not in found.refused:
            found.tell_row("{count} no son líneas ni áreas: no se dibujan; filas: {rows}.", number)
        fit = fit and number not in found.refused
        states.append(NEW if fit else REFUSED)
        if fit:
            features.append((name, shape))
    return names, features, states


def _tell_outside(
    session: Reading, code: str, features: list[tuple[str, Any]], found: Found
) -> None:
    limits = boundaries.in_force(session, "district", code)
    if not limits or not features:
        return
    shapes = np.array([None, *(shape for _, shape in features)], dtype=object)[1:]
    outside = int(np.count_nonzero(~shapely.intersects(shapes, limits[0].shape)))
    if outside:
        found.tell(
            "{outside} de {all} quedan fuera de los límites del distrito.",
            outside=outside,
            all=len(features),
        )


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Put the features under the maps of the district."""
    writes: Writes = checked.writes
    ids = bulk.new_ids(session, FEATURES, len(writes.features))
    shapes = np.array([None, *(shape for _, shape in writes.features)], dtype=object)[1:]
    blobs = shapely.to_wkb(shapely.set_srid(shapes, spatial.SRID), include_srid=True)
    rows = (
        (key, uuid7(), writes.place_id, batch.id, writes.kind, name, blob)
        for key, (name, _), blob in zip(ids, writes.features, blobs.tolist(), strict=True)
    )
    bulk.insert(session, FEATURES, _COLUMNS, rows)
    spatial.index_rows(session.connection(), FEATURES.name, ids, shapes)
    return {f"district:{batch.place_code}"}


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Take the layer from under the maps."""
    mine = FEATURES.c.import_id == batch.id
    gone = [row[0] for row in session.rows(select(FEATURES.c.id).where(mine))]
    session.connection().execute(delete(FEATURES).where(mine))
    spatial.forget_rows(session.connection(), FEATURES.name, gone)
    return {f"district:{batch.place_code}"}
