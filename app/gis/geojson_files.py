"""GeoJSON files, read without GDAL.

Its family of JSON drivers holds some that run commands or fetch addresses found in the file,
and it says less about where a file is broken.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import shapely

from app.errors import Invalid, Malformed, RowError, UnsupportedFile
from app.gis import geojson, topojson_files
from app.gis.files import Limits, Upload
from app.gis.notices import Findings
from app.gis.raw_layers import Raw, broken, text, too_many_rows, too_many_vertices


def read(upload: Upload, limits: Limits, findings: Findings, layer: str | None = None) -> Raw:
    """The features of a FeatureCollection, of one Feature, of a bare geometry or a TopoJSON.

    Raises
    ------
    Malformed, TooLarge, UnsupportedFile, Invalid
        No JSON or cut, over a limit, another kind of JSON, a TopoJSON of several layers.
    """
    collection = _json(upload, findings)
    if collection.get("type") == "Topology":
        features = topojson_files.features(collection, upload.name, layer)
    else:
        features = _features(collection, upload.name)
    if len(features) > limits.rows:
        raise too_many_rows(upload.name, limits)
    shapes: list[shapely.Geometry | None] = []
    left = limits.vertices
    for row, feature in enumerate(features, start=1):
        shape = _feature_shape(feature.get("geometry"), row, findings)
        left -= int(shapely.get_num_coordinates(shape))
        if left < 0:
            raise too_many_vertices(upload.name, limits)
        shapes.append(shape)
    name = collection.get("name")
    return Raw(
        name if isinstance(name, str) else Path(upload.name).stem,
        [_properties(feature) for feature in features],
        np.array([None, *shapes], dtype=object)[1:],
        _named_crs(collection.get("crs")),
    )


def _json(upload: Upload, findings: Findings) -> dict[str, Any]:
    content = upload.path.read_bytes()
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        decoded = content.decode("cp1252", errors="replace")
        findings.tell("El GeoJSON no está en UTF-8: se leyó como Latin-1. Revise ñ y tildes.")
    try:
        found = json.loads(decoded, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(decoded.rstrip()) - 1
        raise Malformed(
            "{name} está cortado en la línea {line}."
            if cut
            else "{name} no es un JSON correcto: línea {line}, columna {column}.",
            remedy="Vuelva a exportarlo y súbalo otra vez.",
            name=upload.name,
            line=error.lineno,
            column=error.colno,
        ) from error
    except (RecursionError, ValueError) as error:
        raise broken(upload.name) from error
    if not isinstance(found, dict):
        raise broken(upload.name)
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _features(collection: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    kind = collection.get("type")
    if kind == "FeatureCollection":
        features = collection.get("features")
        if isinstance(features, list) and all(isinstance(one, dict) for one in features):
            return features
        raise broken(name)
    if kind == "Feature":
        return [dict(collection)]
    if kind in geojson.KINDS:
        return [{"geometry": collection, "properties": {}}]
    raise UnsupportedFile(
        "{name} es un JSON de tipo «{kind}», no un GeoJSON.",
        remedy="Expórtelo como GeoJSON (FeatureCollection).",
        name=name,
        kind=str(kind)[:40],
    )


def _feature_shape(value: object, row: int, findings: Findings) -> shapely.Geometry | None:
    if value is None:
        return None
    try:
        return geojson.parsed(value)
    except Invalid as error:
        findings.refuse_row(RowError(row, error.field, str(error), remedy=error.remedy))
        return None


def _properties(feature: Mapping[str, Any]) -> dict[str, str]:
    found = feature.get("properties")
    properties = found if isinstance(found, dict) else {}
    texts = {str(name): text(value) for name, value in properties.items()}
    if "id" in feature and "id" not in texts:
        texts["id"] = text(feature["id"])
    return texts


def _named_crs(member: object) -> str | None:
    # The crs member left GeoJSON in 2016; QGIS and GDAL still write it.
    if isinstance(member, dict) and isinstance(member.get("properties"), dict):
        name = member["properties"].get("name")
        if isinstance(name, str) and name and "CRS84" not in name:
            return name
    return None
