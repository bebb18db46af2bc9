"""The living places as imports need them: codes that hold, codes that changed, who contains.

Districts are never matched by their name alone: 250 share theirs with another. A code, or
the three names of region, province and district together, say which one is meant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlmodel import col, select

from app.errors import Invalid, RowError
from app.gis import codes, coordinates
from app.gis.coordinates import REMEDIES, Verdict, classify
from app.operations.imports.asked import Found
from app.operations.imports.columns import EMPTY, plain
from app.records import boundaries, stamps
from app.records.territory import CodeChange, Place
from app.store.sessions import Reading, columns

Floats = NDArray[np.float64]
COUNTRY = "PE"
TOLD = {
    "El código {raw} perdió su cero: se leyó como {code}.": (
        "Los códigos que perdieron su cero se leyeron con él; filas: {rows}."
    ),
    "El código {raw} venía como número: se leyó {code}.": (
        "Los códigos que venían como número se leyeron sin decimales; filas: {rows}."
    ),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A living place."""

    id: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Tree:
    """Living places by code; old codes to new; codes that a later law created."""

    places: Mapping[str, Known]
    changes: Mapping[str, str]
    created: frozenset[str]
    version: int

    @property
    def districts(self) -> bool:
        """Whether any district is known at all."""
        return any(place.kind == "district" for place in self.places.values())

    def current(self, code: str, field: str) -> codes.Code:
        """A clean code as it stands today; refused as ``codes.matched`` does.

        A code that the table of changes created is in force though its limits are not loaded.
        """
        return codes.matched(code, {*self.places, *self.created}, self.changes, field=field)

    def by_names(self) -> dict[tuple[str, str, str], str]:
        """District codes by region, province and district name, plain, together."""
        found = {}
        for code, place in self.places.items():
            province, region = self.places.get(code[:4]), self.places.get(code[:2])
            if place.kind == "district" and province and region:
                key = (plain(region.name), plain(province.name), plain(place.name))
                found[key] = code
        return found


def load(session: Reading) -> Tree:
    """The tree as it stands."""
    rows = session.rows(
        columns(Place.code, Place.id, Place.kind, Place.name).where(col(Place.valid_to).is_(None))
    )
    changes = session.exec(select(CodeChange)).all()
    return Tree(
        {code: Known(place_id, kind, name) for code, place_id, kind, name in rows},
        {
            c.old_code: c.new_code
            for c in changes
            if c.kind == "reassigned" and c.old_code and c.new_code
        },
        frozenset(c.new_code for c in changes if c.kind == "created" and c.new_code),
        stamps.version(session, "territory"),
    )


class Resolver:
    """Cleans and follows district codes, once for each way that a file writes them."""

    def __init__(self, tree: Tree, found: Found, field: str, within: str | None = None) -> None:
        self.tree = tree
        self.found = found
        self.field = field
        self.within = within
        self._seen: dict[str, codes.Code | Invalid] = {}

    def code(self, text: str, row: int) -> str | None:
        """The district code of a row, or None with its error noted."""
        if text not in self._seen:
            self._seen[text] = self._resolved(text)
        result = self._seen[text]
        if isinstance(result, Invalid):
            remedy = result.remedy.format(**result.params) if result.params else result.remedy
            self.found.refuse_row(RowError(row, self.field, str(result), text[:40], remedy))
            return None
        for notice in result.notices:
            # One notice for each thing done, not one for each code.
            self.found.tell_row(TOLD.get(notice.message, f"{notice.text} Filas: {{rows}}."), row)
        if self.within is not None and result.value != self.within:
            self.found.refuse_row(
                RowError(
                    row,
                    self.field,
                    "La fila es de otro distrito.",
                    result.value,
                    "Deje solo las filas de su distrito, o pida la importación a quien "
                    "administra la instalación.",
                )
            )
            return None
        return result.value

    def _resolved(self, text: str) -> codes.Code | Invalid:
        if text in self.tree.places and len(text) == codes.DISTRICT:
            return codes.Code(text)  # also the invented ones of a demonstration
        try:
            clean = codes.ubigeo(text, field=self.field)
            now = self.tree.current(clean.value, self.field)
        except Invalid as refusal:
            return refusal
        return codes.Code(now.value, (*clean.notices, *now.notices))


def points(
    texts: Sequence[tuple[str, str]], rows: Sequence[int], fields: tuple[str, str], found: Found
) -> tuple[Floats, Floats]:
    """Longitudes and latitudes of many rows; not a number where there are none or wrong ones.

    A cell that is no coordinate, or a pair that cannot be in Peru, is an error of its row.
    """
    read = [
        [_degrees(text, row, field, found) for text, field in zip(pair, fields, strict=True)]
        for pair, row in zip(texts, rows, strict=True)
    ]
    lon, lat = np.array(read, dtype=np.float64).reshape(-1, 2).T.copy()
    half = np.isnan(lon) != np.isnan(lat)
    for place in np.flatnonzero(half).tolist():
        if rows[place] not in found.refused:
            missing = fields[0] if np.isnan(lon[place]) else fields[1]
            found.refuse_row(
                RowError(rows[place], missing, "Falta la mitad de las coordenadas.", "",
                         "Escriba las dos, o deje las dos celdas vacías.")
            )  # fmt: skip
    lon[half] = lat[half] = np.nan
    there = np.flatnonzero(~np.isnan(lon)).tolist()
    verdicts = coordinates.classify_many(lon[there].tolist(), lat[there].tolist())
    for place, verdict in zip(there, verdicts, strict=True):
        if verdict == Verdict.OK:
            continue
        judged = classify(float(lon[place]), float(lat[place]))
        value = f"{lon[place]:.6f}, {lat[place]:.6f}"
        remedy = judged.remedy or REMEDIES[verdict]
        field = f"{fields[0]}, {fields[1]}"
        found.refuse_row(RowError(rows[place], field, judged.message, value, remedy))
        if judged.suggestion is not None:
            found.meant[rows[place]] = judged.suggestion
        lon[place] = lat[place] = np.nan
    return lon, lat


def _degrees(text: str, row: int, field: str, found: Found) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    if text.strip().casefold() in EMPTY:
        return float("nan")
    try:
        return coordinates.parse(text, field=field)
    except Invalid as refusal:
        found.refuse_row(RowError(row, field, str(refusal), text[:40], refusal.remedy))
        return float("nan")


def containing(session: Reading, lon: Floats, lat: Floats) -> tuple[list[str | None], bool]:
    """The district whose limits contain each point, and whether any limits are loaded."""
    limits = boundaries.in_force(session)
    inside: list[str | None] = [None] * len(lon)
    if not limits:
        return inside, False
    # The many points stand in the tree and each polygon is prepared once: seconds, not minutes.
    stand = np.flatnonzero(~np.isnan(lon))
    index = shapely.STRtree(np.asarray(shapely.points(lon[stand], lat[stand]), dtype=object))
    shapes = np.array([each.shape for each in limits], dtype=object)
    shapely.prepare(shapes)
    which, who = index.query(shapes, predicate="intersects")
    for polygon, point in zip(which.tolist(), who.tolist(), strict=True):
        inside[int(stand[point])] = limits[polygon].code
    return inside, True


def blobs(lon: Floats, lat: Floats) -> tuple[list[bytes | None], NDArray[np.object_]]:
    """Points as the store keeps them and as shapes; None where there are no coordinates."""
    made = np.full(len(lon), None, dtype=object)
    stand = ~np.isnan(lon)
    made[stand] = shapely.set_srid(shapely.points(lon[stand], lat[stand]), 4326)
    written = shapely.to_wkb(made, include_srid=True)
    return list(written.tolist()), made


def stamped(districts: Iterable[str]) -> set[str]:
    """The stamps that say that these districts changed."""
    return {"territory", *(f"district:{code}" for code in districts)}
