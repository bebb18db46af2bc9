"""The rows of a geometry file as they stand in it: text columns, shapes, declared system.

GDAL opens nothing but files that ``app.gis.files`` told by their bytes, copied under names of
ours, and only with the drivers listed here; GeoJSON is read without it (its family of drivers
holds some that run commands or fetch addresses found inside the file).
"""

import json
import shutil
import sqlite3
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import numpy as np
import shapely

from app.errors import Invalid, Malformed, RowError, TooLarge, UnsupportedFile
from app.gis import geojson
from app.gis.crs import Geometries
from app.gis.files import Kind, Limits, Upload, unpacked_shapefile
from app.gis.notices import Findings

DRIVERS = frozenset({"ESRI Shapefile", "GPKG"})


@dataclass(frozen=True, slots=True)
class Raw:
    """A layer before its system of coordinates is settled."""

    name: str
    attributes: list[dict[str, str]]
    geometries: Geometries
    declared_crs: str | None


def raw(upload: Upload, limits: Limits, findings: Findings, layer: str | None) -> Raw:
    """The only layer of the file, or the one named (GeoPackage).

    Raises
    ------
    Malformed, Invalid, TooLarge, UnsupportedFile
        Broken, of several layers, over a limit, or not a layer.
    """
    if upload.kind is Kind.GEOJSON:
        return _geojson(upload, limits, findings)
    if upload.kind is Kind.SHAPEFILE:
        with unpacked_shapefile(upload, limits) as parts:
            encoding = _dbf_encoding(parts.shp)
            return _with_gdal(parts.shp, (None, parts.layer, encoding), upload, limits, findings)
    if upload.kind is Kind.GEOPACKAGE:
        with _copied(upload) as path:
            chosen = _table(path, upload.name, layer)
            return _with_gdal(path, (chosen, chosen, None), upload, limits, findings)
    raise UnsupportedFile(
        "{name} es una tabla y aquí se espera una capa con geometrías.",
        remedy="Suba un GeoJSON, un Shapefile en ZIP o un GeoPackage.",
        name=upload.name,
    )


def broken(name: str) -> Malformed:
    """The refusal for a layer that cannot be read."""
    return Malformed(
        "La capa {name} está cortada o dañada.",
        remedy="Vuelva a exportarla y súbala otra vez.",
        name=name,
    )


def too_many_vertices(name: str, limits: Limits) -> TooLarge:
    """The refusal for a layer over the limit of vertices."""
    return TooLarge(
        "La capa {name} tiene más de {most} vértices.",
        remedy="Divídala por provincias o simplifíquela.",
        name=name,
        most=limits.vertices,
    )


def _geojson(upload: Upload, limits: Limits, findings: Findings) -> Raw:
    collection = _json(upload, findings)
    features = _features(collection, upload.name)
    if len(features) > limits.rows:
        raise TooLarge("La capa {name} tiene demasiadas filas.", name=upload.name)
    shapes: list[shapely.Geometry | None] = []
    left = limits.vertices
    for row, feature in enumerate(features, start=1):
        shape = _feature_shape(feature.get("geometry"), row, findings)
        left -= int(shapely.get_num_coordinates(shape))
        if left < 0:
            raise too_many_vertices(upload.name, limits)
        shapes.append(shape)
    attributes = [_properties(feature) for feature in features]
    name = collection.get("name")
    return Raw(
        name if isinstance(name, str) else Path(upload.name).stem,
        attributes,
        np.array([None, *shapes], dtype=object)[1:],
        _named_crs(collection.get("crs")),
    )


def _json(upload: Upload, findings: Findings) -> dict[str, Any]:
    content = upload.path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        findings.tell("El GeoJSON no está en UTF-8: se leyó como Latin-1. Revise ñ y tildes.")
    del content
    try:
        found = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) - 1
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


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


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
    texts = {str(name): _text(value) for name, value in properties.items()}
    if "id" in feature and "id" not in texts:
        texts["id"] = _text(feature["id"])
    return texts


def _named_crs(member: object) -> str | None:
    # The crs member left GeoJSON in 2016; QGIS and GDAL still write it.
    if isinstance(member, dict) and isinstance(member.get("properties"), dict):
        name = member["properties"].get("name")
        if isinstance(name, str) and name and "CRS84" not in name:
            return name
    return None


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124  # NaN is how tables say empty
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value).strip()


@contextmanager
def _copied(upload: Upload) -> Iterator[Path]:
    # GDAL knows a GeoPackage by its ending, and SQLite may write beside the file it opens.
    with TemporaryDirectory(prefix="capa-") as folder:
        path = Path(folder) / "capa.gpkg"
        shutil.copyfile(upload.path, path)
        yield path


def _table(path: Path, name: str, asked: str | None) -> str:
    """Name of the feature table to read; a view could run without end and is not a layer."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as found:
            found.execute("pragma trusted_schema = off")
            rows = found.execute(
                "select c.table_name, m.type, m.sql from gpkg_contents c join sqlite_master m "
                "on lower(m.name) = lower(c.table_name) where c.data_type = 'features'"
            ).fetchall()
    except sqlite3.Error as error:
        raise broken(name) from error
    layers = [
        table for table, kind, sql in rows if kind == "table" and "virtual" not in sql[:20].lower()
    ]
    if asked in layers:
        return str(asked)
    if asked is None and len(layers) == 1:
        return str(layers[0])
    raise Invalid(
        "El GeoPackage {name} trae {count} capas: {layers}.",
        remedy="Elija una.",
        field="capa",
        name=name,
        count=len(layers),
        layers=", ".join(layers[:10]),
    )


def _dbf_encoding(shp: Path) -> str | None:
    """Encoding of a DBF that came without .cpg: UTF-8 where its bytes say so, else cp1252."""
    if shp.with_suffix(".cpg").exists():
        return None
    try:
        shp.with_suffix(".dbf").read_bytes()[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "UTF-8"


def _with_gdal(
    path: Path,
    which: tuple[str | None, str, str | None],
    upload: Upload,
    limits: Limits,
    findings: Findings,
) -> Raw:
    # Imported here because it costs 30 MB and a second, and the web process imports this
    # module while only the worker reads layers.
    import pyogrio.raw  # noqa: PLC0415
    from pyogrio import errors as gdal  # noqa: PLC0415

    layer, name, encoding = which
    try:
        with warnings.catch_warnings():
            # What GDAL mumbles about M values or ring order is settled below or harmless.
            warnings.simplefilter("ignore", RuntimeWarning)
            if pyogrio.read_info(path, layer=layer)["driver"] not in DRIVERS:
                raise broken(upload.name)
            try:
                found = pyogrio.raw.read(path, layer=layer, encoding=encoding, force_2d=True)
            except UnicodeDecodeError:
                findings.tell("Las letras no están como dice el .cpg: se leyeron como Latin-1.")
                found = pyogrio.raw.read(path, layer=layer, encoding="cp1252", force_2d=True)
    except (gdal.DataSourceError, gdal.DataLayerError, gdal.FeatureError) as error:
        raise broken(upload.name) from error
    meta, _, wkb, columns = found
    return _from_gdal(name, meta, (wkb, columns), upload.name, (limits, findings))


def _from_gdal(
    name: str,
    meta: Mapping[str, Any],
    data: tuple[Any, Any],
    file_name: str,
    told: tuple[Limits, Findings],
) -> Raw:
    wkb, columns = data
    limits, findings = told
    if wkb is None:
        raise Invalid(
            "{name} no tiene geometrías.", remedy="Suba la capa con geometrías.", name=file_name
        )
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    for row in np.flatnonzero([one is not None for one in wkb] & shapely.is_missing(shapes)):
        findings.refuse_row(RowError(int(row) + 1, None, "La geometría está dañada."))
    if len(shapes) > limits.rows:
        raise TooLarge("La capa {name} tiene demasiadas filas.", name=file_name)
    if int(shapely.get_num_coordinates(shapes).sum()) > limits.vertices:
        raise too_many_vertices(file_name, limits)
    fields = [str(field) for field in meta["fields"]]
    texts = [[_text(value) for value in column.tolist()] for column in columns]
    rows = zip(*texts, strict=True) if texts else iter([()] * len(shapes))
    attributes = [dict(zip(fields, row, strict=True)) for row in rows]
    declared = meta["crs"]
    undefined = not declared or "ndefined" in declared[:40]
    return Raw(name, attributes, shapes, None if undefined else declared)
