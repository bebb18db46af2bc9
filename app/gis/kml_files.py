"""KML and KMZ files, read without GDAL: its reader follows links that a file names.

Read are the placemarks of the whole document, wherever its folders hold them: name,
description, the data that programs add, and their shapes. What a KML only points to (network
links, styles, pictures laid over the ground) is told and left out. Coordinates of KML are
always EPSG:4326 (OGC 12-007r2, 7.2).
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import shapely
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from app.errors import RowError
from app.gis import archives
from app.gis.files import Kind, Limits, Upload
from app.gis.notices import Findings
from app.gis.raw_layers import Raw, broken, too_many_rows, too_many_vertices

_SHAPES = frozenset({"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry"})
_LEFT_OUT = {
    "NetworkLink": "El KML remite a otros archivos: no se siguen; súbalos aparte.",
    "GroundOverlay": "El KML trae imágenes puestas sobre el suelo: no se leen.",
}
_MOST_DEPTH = 20


def read(upload: Upload, limits: Limits, findings: Findings) -> Raw:
    """The placemarks of the document.

    Raises
    ------
    Malformed, TooLarge
        No XML or cut, over a limit.
    """
    try:
        if upload.kind is Kind.KMZ:
            with archives.member(
                upload.path, upload.name, ".kml", limits.unpacked_bytes
            ) as document:
                return _read(document, upload, limits, findings)
        with upload.path.open("rb") as document:
            return _read(document, upload, limits, findings)
    except (ParseError, DefusedXmlException, zipfile.BadZipFile, RecursionError) as error:
        raise broken(upload.name) from error


def _read(document: BinaryIO, upload: Upload, limits: Limits, findings: Findings) -> Raw:
    attributes: list[dict[str, str]] = []
    shapes: list[shapely.Geometry | None] = []
    left, name = limits.vertices, ""
    for element in _elements(document, findings):
        if _tag(element) == "name":
            name = name or _text(element)
            continue
        attributes.append(_attributes(element))
        shape = _shape_of(element, len(attributes), findings)
        left -= int(shapely.get_num_coordinates(shape))
        shapes.append(shape)
        if len(shapes) > limits.rows:
            raise too_many_rows(upload.name, limits)
        if left < 0:
            raise too_many_vertices(upload.name, limits)
    geometries = np.array([None, *shapes], dtype=object)[1:]
    return Raw(name or Path(upload.name).stem, attributes, geometries, "EPSG:4326")


def _elements(document: BinaryIO, findings: Findings) -> Iterator[Element]:
    """The name of the document and each placemark, forgotten once it was looked at."""
    path: list[str] = []
    for event, element in iterparse(document, events=("start", "end"), forbid_dtd=True):
        tag = _tag(element)
        if event == "start":
            path.append(tag)
            continue
        path.pop()
        if tag in _LEFT_OUT:
            findings.tell(_LEFT_OUT[tag])
        if tag == "Placemark":
            yield element
            element.clear()
        elif tag == "name" and path in (["kml", "Document"], ["kml", "Folder"]):
            yield element


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _attributes(placemark: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in placemark:
        tag = _tag(child)
        if tag in ("name", "description"):
            found[tag] = _text(child)
        elif tag == "ExtendedData":
            found |= dict(_data(child))
    return found


def _data(extended: Element) -> Iterator[tuple[str, str]]:
    for element in extended.iter():
        name = element.get("name")
        if name and _tag(element) == "SimpleData":
            yield name, _text(element)
        elif name and _tag(element) == "Data":
            yield name, next((_text(e) for e in element if _tag(e) == "value"), "")


def _shape_of(placemark: Element, row: int, findings: Findings) -> shapely.Geometry | None:
    for child in placemark:
        if _tag(child) in _SHAPES:
            try:
                return _shape(child)
            except (ValueError, IndexError, shapely.errors.GEOSException):
                findings.refuse_row(
                    RowError(
                        *(row, "geometry", "Las coordenadas de la marca no se entienden."),
                        _text(child)[:80],
                        "Dibújela otra vez y exporte el archivo.",
                    )
                )
                return None
    return None


def _shape(element: Element, depth: int = 0) -> shapely.Geometry | None:
    if depth > _MOST_DEPTH:
        raise ValueError("nested too deep")
    tag = _tag(element)
    if tag == "MultiGeometry":
        parts = [_shape(child, depth + 1) for child in element if _tag(child) in _SHAPES]
        return _together([part for part in parts if part is not None])
    if tag == "Polygon":
        rings = {"outerBoundaryIs": [], "innerBoundaryIs": []}  # type: dict[str, list[_Line]]
        for side in element:
            if _tag(side) in rings:
                rings[_tag(side)] += [_line(each) for each in _coordinates(side)]
        shell = rings["outerBoundaryIs"][0]
        return shapely.Polygon(shell, rings["innerBoundaryIs"])
    line = next((_line(each) for each in _coordinates(element)), [])
    if not line:
        return None
    return shapely.Point(line[0]) if tag == "Point" else shapely.LineString(line)


_Line = list[tuple[float, float]]


def _coordinates(element: Element) -> Iterator[str]:
    for each in element.iter():
        if _tag(each) == "coordinates" and each.text:
            yield each.text


def _line(text: str) -> _Line:
    """Pairs of ``lon,lat[,height]``; heights are left out."""
    found = []
    for each in text.split():
        lon, lat = each.split(",")[:2]
        found.append((float(lon), float(lat)))
    return found


def _together(parts: list[shapely.Geometry]) -> shapely.Geometry | None:
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    kinds = {type(part) for part in parts}
    makers: dict[type, Any] = {
        shapely.Point: shapely.MultiPoint,
        shapely.LineString: shapely.MultiLineString,
        shapely.Polygon: shapely.MultiPolygon,
    }
    make = makers.get(kinds.pop(), shapely.GeometryCollection) if len(kinds) == 1 else None
    made: shapely.Geometry = (make or shapely.GeometryCollection)(parts)
    return made
