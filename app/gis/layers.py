"""Layers from people's files: rows with their shapes, brought to EPSG:4326 and to Peru."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from app.errors import Invalid, RowError, UnsupportedFile
from app.gis import crs, gdal_files, geojson_files, kml_files
from app.gis.coordinates import MESSAGES, REMEDIES, Verdict, classify
from app.gis.crs import PERU, Bounds, Geometries, Suggestion
from app.gis.files import GEOMETRY, Kind, Limits, Upload
from app.gis.notices import Findings, Notice
from app.gis.raw_layers import Raw

_KINDS = {0: "points", 1: "lines", 2: "polygons"}


@dataclass(frozen=True, slots=True)
class Layer:
    """Rows and shapes of a file; row 1 is its first feature.

    ``geometries`` are EPSG:4326, flat, ``None`` where the file has none; ``crs`` is the system
    of the file; ``kind`` is points, lines, polygons, mixed or empty; ``errors`` are the rows
    whose shape cannot be taken, ``notices`` what was done or looked doubtful.
    """

    name: str
    columns: tuple[str, ...]
    attributes: list[dict[str, str]]
    geometries: Geometries
    crs: str
    kind: str
    notices: tuple[Notice, ...]
    errors: tuple[RowError, ...]


class UnknownCRS(Invalid):
    """The file does not say its system of coordinates, or says one that cannot be."""

    def __init__(self, message: str, suggestions: tuple[Suggestion, ...], **told: Any) -> None:
        super().__init__(message, **told)
        self.suggestions = suggestions


def read_layer(
    upload: Upload,
    limits: Limits | None = None,
    *,
    assume_epsg: int | None = None,
    layer: str | None = None,
    within: Bounds | None = PERU,
) -> Layer:
    """The layer of an admitted file, in EPSG:4326.

    Parameters
    ----------
    upload
        From ``app.gis.files.admitted``.
    limits
        The most rows, vertices and bytes.
    assume_epsg
        System that the person gave for a file without one; it wins over a declared one.
    layer
        Which layer, where a GeoPackage has several.
    within
        Where the shapes must stand (degrees); a row outside is an error with its likely slip.
        ``None`` asks nothing.

    Raises
    ------
    UnknownCRS
        No system and none assumed, or one that the coordinates contradict; carries the likely
        ones.
    Malformed, Invalid, TooLarge, UnsupportedFile
        Broken; of several layers, or all coordinates swapped; over a limit; not a layer.
    """
    findings = Findings()
    found = _raw(upload, limits or Limits(), findings, layer)
    source = _source_crs(found, upload, assume_epsg)
    stored = crs.reprojected(found.geometries, source)
    _tell_crs(source, found, assume_epsg, findings)
    if within is not None:
        _judge_places(stored, within, findings)
    columns = tuple(dict.fromkeys(name for row in found.attributes for name in row))
    _tell_letters(found, findings)
    return Layer(
        found.name,
        columns,
        found.attributes,
        stored,
        crs.name_of(source),
        _kind(stored),
        findings.notices,
        tuple(findings.errors),
    )


def _raw(upload: Upload, limits: Limits, findings: Findings, layer: str | None) -> Raw:
    if upload.kind not in GEOMETRY:
        raise UnsupportedFile(
            "{name} es una tabla y aquí se espera una capa con geometrías.",
            remedy="Suba un GeoJSON, TopoJSON, Shapefile en ZIP, GeoPackage o KML.",
            name=upload.name,
        )
    if upload.kind is Kind.GEOJSON:
        return geojson_files.read(upload, limits, findings, layer)
    if upload.kind in (Kind.KML, Kind.KMZ):
        return kml_files.read(upload, limits, findings)
    return gdal_files.read(upload, limits, findings, layer)


def _source_crs(found: Raw, upload: Upload, assume_epsg: int | None) -> str | int:
    xy = shapely.get_coordinates(found.geometries)
    xy = xy[np.isfinite(xy).all(axis=1)]
    declared = found.declared_crs
    if declared is None and upload.kind is Kind.GEOJSON:
        declared = "EPSG:4326"
    if assume_epsg is not None:
        return assume_epsg
    if declared is None:
        raise _unknown(
            "A la capa {name} le falta el sistema de coordenadas{prj}; {likely}.", upload, xy
        )
    if crs.is_geographic(declared) and len(xy) and np.abs(xy).max() > 400:
        raise _unknown("La capa {name} dice estar en grados y trae metros; {likely}.", upload, xy)
    return declared


def _unknown(message: str, upload: Upload, xy: NDArray[np.float64]) -> UnknownCRS:
    likely = tuple(crs.suggestions(xy))
    return UnknownCRS(
        message,
        likely,
        remedy=f"Confirme el sistema (EPSG:{likely[0].epsg}) o añada el .prj y súbala otra vez."
        if likely
        else "Pregunte a quien la hizo por su sistema de coordenadas (EPSG) e indíquelo.",
        field="epsg",
        name=upload.name,
        prj=" (falta el .prj)" if upload.kind is Kind.SHAPEFILE else "",
        likely=f"parece {likely[0].label}" if likely else "no se reconoce cuál es",
    )


def _tell_crs(source: str | int, found: Raw, assume_epsg: int | None, findings: Findings) -> None:
    name = crs.name_of(source)
    if assume_epsg is not None and found.declared_crs is not None:
        findings.tell(
            "La capa dice {declared}; se usó {used}, como usted indicó.",
            declared=crs.name_of(found.declared_crs),
            used=name,
        )
    elif name not in ("EPSG:4326", "OGC:CRS84"):
        findings.tell("La capa estaba en {crs}: se pasó a grados WGS84.", crs=name)
    if not crs.same_datum(source):
        findings.tell(
            "{crs} no usa el datum WGS84: la posición puede variar unos metros.", crs=name
        )


def _judge_places(stored: Geometries, within: Bounds, findings: Findings) -> None:
    box = shapely.bounds(stored)
    present = ~(shapely.is_missing(stored) | shapely.is_empty(stored))
    inside = (box[:, 0] >= within.west) & (box[:, 1] >= within.south)
    inside &= (box[:, 2] <= within.east) & (box[:, 3] <= within.north)
    outside = np.flatnonzero(present & ~inside)
    judged = [classify(*_middle(box[row])) for row in outside]
    swapped = sum(one.verdict is Verdict.SWAPPED for one in judged)
    if swapped and swapped == present.sum():
        raise Invalid(
            "La latitud y la longitud están cambiadas de lugar en toda la capa.",
            remedy="Expórtela con la longitud primero.",
            field="geometry",
        )
    for row, one in zip(outside, judged, strict=True):
        # The middle may stand well while an edge does not.
        verdict = Verdict.OUTSIDE if one.verdict is Verdict.OK else one.verdict
        remedy = REMEDIES[verdict] if verdict is not one.verdict else one.remedy
        value = f"{one.lon:.6f}, {one.lat:.6f}"
        findings.refuse_row(RowError(int(row) + 1, "geometry", MESSAGES[verdict], value, remedy))


def _middle(box: NDArray[np.float64]) -> tuple[float, float]:
    return float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2


def _tell_letters(found: Raw, findings: Findings) -> None:
    for row, attributes in enumerate(found.attributes, start=1):
        if any("Ã" in text or "\ufffd" in text for text in attributes.values()):
            findings.tell_row("Hay letras mal convertidas (como Ã± por ñ); filas: {rows}.", row)


def _kind(geometries: Geometries) -> str:
    present = geometries[~shapely.is_missing(geometries)]
    dimensions = {int(one) for one in np.unique(shapely.get_dimensions(present)) if one >= 0}
    if not dimensions:
        return "empty"
    return _KINDS[dimensions.pop()] if len(dimensions) == 1 else "mixed"
