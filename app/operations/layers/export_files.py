"""The files of layers: GeoPackage, GeoJSON, KML, GeoParquet, CSV, and a project of QGIS.

One layer is one file. Of several, a GeoPackage or KML holds all; the other formats go into a
ZIP with a page to read first. A file is put together in a folder of its own, which is gone
when it was sent: nothing that was taken away stays.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app.capture.fields import Text
from app.documents.tables import Cell, Column, as_csv
from app.documents.tables import Table as Spreadsheet
from app.errors import Unknown
from app.gis import geojson, geoparquet, kml, outgoing, qgis_project, qgis_style
from app.gis.crs import utm_epsg
from app.gis.geojson import Feature
from app.gis.geopackage import GeoPackage, Kind
from app.gis.outgoing import Table, parts
from app.operations.export_files import Taken, sent
from app.operations.layers.exports import LEGAL, LIMITS, MEANINGS

TYPES = {
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
    "kml": "application/vnd.google-earth.kml+xml",
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8",
}
ZIP = "application/zip"
_TOGETHER = frozenset({"gpkg", "kml"})  # formats that hold many layers in one file
_SQL: dict[type, Kind] = {str: "TEXT", int: "INTEGER", float: "REAL"}
_PEOPLE_READ = Text(
    "Capas de mapas de SISMUNI. Coordenadas geográficas WGS 84 (EPSG:4326).",
    "Layers of maps of SISMUNI. Geographic coordinates WGS 84 (EPSG:4326).",
)
_OPEN = Text(
    "Abra el archivo .qgs con QGIS 3.22 o posterior, con el .gpkg en la misma carpeta.",
    "Open the .qgs file with QGIS 3.22 or later, with the .gpkg in the same folder.",
)


def take(found: Sequence[Table], way: str, name: str, lang: str) -> Taken:
    """Begin the file of these layers in a format; ``name`` is that of the file, without its end.

    Raises
    ------
    Unknown
        There is no such format.
    """
    if way not in TYPES:
        raise Unknown(
            "Una capa no se entrega como «{way}».",
            remedy="Pida gpkg, geojson, kml, parquet o csv.",
            way=way[:20],
        )
    if len(found) == 1 or way in _TOGETHER:
        file = f"{name}.{way}"
        return Taken(file, TYPES[way], _made(file, lambda path: _write(found, way, path, lang)))
    file = f"{name}-{way}.zip"
    return Taken(file, ZIP, _made(file, lambda path: _zipped(found, way, path, lang)))


def project(found: Sequence[Table], name: str, title: str, lang: str) -> Taken:
    """A ZIP with a project of QGIS, the GeoPackage that it opens, and what to read first."""

    def write(path: Path) -> None:
        package = path.with_name(f"{name}.gpkg")
        _package(found, package, lang)
        body = qgis_project.written(
            _project(found, title, lang), qgis_project.package(package.name)
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            _put(out, package.name, package.read_bytes())
            _put(out, f"{name}.qgs", body)
            _put(out, "LEEME.txt", _guide(found, title, lang).encode("utf-8-sig"))

    return Taken(f"{name}-qgis.zip", ZIP, _made(f"{name}-qgis.zip", write))


def online(found: Sequence[Table], title: str, lang: str, address: str) -> bytes:
    """A project of QGIS that fetches the layers from a service of OGC API - Features."""
    return qgis_project.written(_project(found, title, lang), qgis_project.service(address))


def _project(found: Sequence[Table], title: str, lang: str) -> qgis_project.Project:
    boxes = [box for box in (each.bounds for each in found) if box is not None]
    lon = (boxes[0].west + boxes[0].east) / 2 if boxes else -75.0
    lat = (boxes[0].south + boxes[0].north) / 2 if boxes else -10.0
    first = [each.code for each in found if each.code != LIMITS][:1]
    # QGIS draws from the bottom of its list: what lies under all goes last.
    ordered = [each for each in found if each.code != LIMITS]
    ordered += [each for each in found if each.code == LIMITS]
    about = Text(
        "Capas de SISMUNI con las clases y los colores de sus mapas.",
        "Layers of SISMUNI with the classes and colours of its maps.",
    )
    return qgis_project.Project(
        *(title, about.of(lang), LEGAL.of(lang), utm_epsg(lon, lat), ordered),
        frozenset({*first, LIMITS}),
    )


def _write(found: Sequence[Table], way: str, path: Path, lang: str) -> None:
    if way == "gpkg":
        _package(found, path, lang)
    elif way == "kml":
        path.write_bytes(kml.document(found[0].title, _guide(found, "", lang), found))
    elif way == "parquet":
        geoparquet.write([(found[0], path)])
    elif way == "csv":
        path.write_bytes(as_csv(_spreadsheet(found[0])))
    else:
        path.write_bytes(_geojson(found[0]))


def _package(found: Sequence[Table], path: Path, lang: str) -> None:
    """Each layer with its style, and two tables that say what they are and what columns hold."""
    styles = {}
    with GeoPackage(path) as package:
        for each in (part for one in found for part in parts(one)):
            columns = {name: _SQL[kind] for name, kind in each.table.columns}
            about = " ".join(words for _, words in each.table.facts if words)
            title = each.table.title + each.name.removeprefix(each.table.name)
            package.layer(
                each.name,
                f"{title} ({each.name})",
                columns,
                shaped=True,
                geometry=each.geometry.upper(),
                about=about,
            )
            for row, shape in zip(each.table.rows, each.table.shapes, strict=True):
                package.add(each.name, row, shape)
            styles[each.name] = qgis_style.qml(each.table.look, each.dimension)
        package.styles(styles)
        _dictionary(package, found, lang)


def _dictionary(package: GeoPackage, found: Sequence[Table], lang: str) -> None:
    heads: dict[str, Kind] = {"layer": "TEXT", "what": "TEXT", "said": "TEXT"}
    package.layer(
        "about", Text("Sobre las capas", "About the layers").of(lang), heads, shaped=False
    )
    for each in found:
        package.add("about", (each.name, "title", each.title), None)
        for heading, words in each.facts:
            if words:
                package.add("about", (each.name, heading, words), None)
    kinds: dict[str, Kind] = {"column": "TEXT", "meaning": "TEXT"}
    title = Text("Qué dice cada columna", "What each column says").of(lang)
    package.layer("dictionary", title, kinds, shaped=False)
    for name, meaning in MEANINGS:
        package.add("dictionary", (name, meaning.of(lang)), None)


def _zipped(found: Sequence[Table], way: str, path: Path, lang: str) -> None:
    files = [(each, path.with_name(f"{each.code}.{way}")) for each in found]
    if way == "parquet":
        geoparquet.write(files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for each, inner in files:
            if way != "parquet":
                _write([each], way, inner, lang)
            _put(out, inner.name, inner.read_bytes())
            inner.unlink()
        _put(out, "LEEME.txt", _guide(found, "", lang).encode("utf-8-sig"))


def _geojson(table: Table) -> bytes:
    names = [name for name, _ in table.columns]
    features = [
        Feature(shape, dict(zip(names, row, strict=True)), str(row[0]))
        for row, shape in zip(table.rows, table.shapes, strict=True)
    ]
    facts = {heading: words for heading, words in table.facts if words and heading}
    return geojson.feature_collection(features, name=table.code, title=table.title, about=facts)


def _spreadsheet(table: Table) -> Spreadsheet:
    """The rows with longitude and latitude of where each stands, or of its middle."""
    columns = [Column(name, "text" if kind is str else "number") for name, kind in table.columns]
    columns += [Column("lon", "number"), Column("lat", "number")]
    rows: list[tuple[Cell, ...]] = []
    for row, shape in zip(table.rows, table.shapes, strict=True):
        at = shape.representative_point() if shape is not None and not shape.is_empty else None
        spot = (round(at.x, 6), round(at.y, 6)) if at is not None else (None, None)
        cells = [cell if isinstance(cell, str | int | float) else None for cell in row]
        rows.append((*cells, *spot))
    return Spreadsheet(table.title, columns, rows)


def _guide(found: Sequence[Table], title: str, lang: str) -> str:
    meanings = [(name, meaning.of(lang)) for name, meaning in MEANINGS]
    head = [title] if title else []
    head += [_PEOPLE_READ.of(lang), LEGAL.of(lang)] + ([_OPEN.of(lang)] if title else [])
    return outgoing.readable(found, meanings, "\r\n".join(head))


def _put(out: zipfile.ZipFile, name: str, body: bytes) -> None:
    # The hour of writing is nobody's business.
    out.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)


def _made(name: str, write: Callable[[Path], None]) -> Iterator[bytes]:
    folder = Path(tempfile.mkdtemp(prefix="sismuni-"))
    try:
        path = folder / name
        write(path)
        yield from sent(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
