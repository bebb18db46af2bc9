"""Shapefiles and GeoPackages, read by GDAL under guard.

GDAL opens nothing but files that ``app.gis.files`` told by their bytes, copied under names of
ours, and only with the two drivers listed here.
"""

import shutil
import sqlite3
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely

from app.errors import Invalid, RowError
from app.gis.files import Kind, Limits, Upload, unpacked_shapefile
from app.gis.notices import Findings
from app.gis.raw_layers import Raw, broken, text, too_many_rows, too_many_vertices

DRIVERS = frozenset({"ESRI Shapefile", "GPKG"})


def read(upload: Upload, limits: Limits, findings: Findings, layer: str | None) -> Raw:
    """The only layer of the file, or the one named (GeoPackage).

    Raises
    ------
    Malformed, Invalid, TooLarge
        Broken; without geometries, of several layers or without a needed part; over a limit.
    """
    if upload.kind is Kind.SHAPEFILE:
        with unpacked_shapefile(upload, limits) as parts:
            encoding = _dbf_encoding(parts.shp)
            return _with_gdal(parts.shp, (None, parts.layer, encoding), upload, limits, findings)
    with _copied(upload) as path:
        chosen = _table(path, upload.name, layer)
        return _with_gdal(path, (chosen, chosen, None), upload, limits, findings)


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
        raise too_many_rows(file_name, limits)
    if int(shapely.get_num_coordinates(shapes).sum()) > limits.vertices:
        raise too_many_vertices(file_name, limits)
    fields = [str(field) for field in meta["fields"]]
    texts = [[text(value) for value in column.tolist()] for column in columns]
    rows = zip(*texts, strict=True) if texts else iter([()] * len(shapes))
    attributes = [dict(zip(fields, row, strict=True)) for row in rows]
    declared = meta["crs"]
    undefined = not declared or "ndefined" in declared[:40]
    return Raw(name, attributes, shapes, None if undefined else declared)
