"""A project of QGIS that opens our layers as the screen draws them, written by ourselves.

The layers lie in a GeoPackage beside it, or are fetched from a service of OGC API - Features;
no password stands in it. Group layers hold the choices of one layer; the first layer is on.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyproj import CRS

from app.gis import qgis_style
from app.gis.crs import STORED, Bounds, transformer
from app.gis.outgoing import Part, Table, parts

_SHAPES = ("Point", "Line", "Polygon")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the layers are: their provider and, for a part, its address there.

    ``by_value`` where the source lacks the column of the class; ``whole`` where a layer cannot
    be split by its kinds of shapes.
    """

    provider: str
    address: Callable[[Part], str]
    by_value: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """Title, words on what it is (the line on limits among them), its metric system, its layers.

    ``on`` are the codes of the layers that are seen when it opens.
    """

    title: str
    about: str
    legal: str
    epsg: int
    tables: Sequence[Table]
    on: frozenset[str]


def package(file_name: str) -> Source:
    """The tables of a GeoPackage in the same folder."""
    return Source("ogr", lambda part: f"./{file_name}|layername={part.name}")


def service(address: str) -> Source:
    """The collections of a service of OGC API - Features, asked by box and page by page."""

    def of(part: Part) -> str:
        return (
            f" pagingEnabled='true' restrictToRequestBBOX='1' typename='{part.table.code}' "
            f"url='{address}'"
        )

    return Source("OAPIF", of, by_value=True, whole=True)


def written(project: Project, source: Source) -> bytes:
    """The project file; the same layers give the same bytes."""
    root = ET.Element("qgis", projectname=project.title, version=qgis_style.VERSION)
    ET.SubElement(root, "homePath", path="")
    ET.SubElement(root, "title").text = project.title
    system = ET.SubElement(root, "projectCrs")
    system.append(_system(project.epsg))
    listed = [
        (part, _id(part))
        for table in project.tables
        for part in parts(table)[: 1 if source.whole else None]
    ]
    root.append(_tree(project, listed, source))
    seen = _seen(project)
    root.append(_canvas(project, seen))
    layers = ET.SubElement(root, "projectlayers")
    for part, name in listed:
        layers.append(_layer(part, name, project, source))
    order = ET.SubElement(root, "layerorder")
    for _, name in listed:
        ET.SubElement(order, "layer", id=name)
    root.append(_properties(project))
    root.append(_metadata(project))
    if seen is not None:
        root.append(_view(project, seen))
    body: str = ET.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{body}\n".encode()


def _id(part: Part) -> str:
    return f"sismuni_{part.name}"


def _tree(project: Project, listed: Sequence[tuple[Part, str]], source: Source) -> ET.Element:
    tree = ET.Element("layer-tree-group")
    groups: dict[str, ET.Element] = {}
    for part, name in listed:
        table, parent = part.table, tree
        if table.group:
            if table.group not in groups:
                groups[table.group] = ET.SubElement(
                    tree, "layer-tree-group", name=table.group, checked="Qt::Checked", expanded="0"
                )
            parent = groups[table.group]
        ET.SubElement(
            parent,
            "layer-tree-layer",
            id=name,
            name=table.title,
            source=source.address(part),
            providerKey=source.provider,
            checked="Qt::Checked" if table.code in project.on else "Qt::Unchecked",
            expanded="1" if table.code in project.on else "0",
        )
    return tree


def _layer(part: Part, name: str, project: Project, source: Source) -> ET.Element:
    look, table = part.table.look, part.table
    layer = ET.Element(
        "maplayer",
        type="vector",
        geometry=_SHAPES[part.dimension],
        wkbType=part.geometry,
        labelsEnabled=qgis_style.labels_on(look),
        autoRefreshEnabled="0",
        hasScaleBasedVisibilityFlag="0",
        readOnly="0",
    )
    if box := table.bounds:
        layer.append(_extent(box))
    ET.SubElement(layer, "id").text = name
    ET.SubElement(layer, "datasource").text = source.address(part)
    ET.SubElement(layer, "layername").text = table.title
    facts = "\n".join(f"{heading}: {words}" for heading, words in table.facts if words)
    ET.SubElement(layer, "abstract").text = f"{facts}\n{project.legal}"
    ET.SubElement(layer, "srs").append(_system(STORED))
    ET.SubElement(layer, "provider", encoding="UTF-8").text = source.provider
    layer.extend(qgis_style.elements(look, part.dimension, by_value=source.by_value))
    names = [column for column, _ in table.columns]
    if "name" in names:
        ET.SubElement(layer, "previewExpression").text = '"name"'
    return layer


def _seen(project: Project) -> Bounds | None:
    """The box of the layers that are on, in the project's own metres, with some air."""
    boxes = [table.bounds for table in project.tables if table.code in project.on]
    corners = [
        transformer(STORED, project.epsg).transform(lon, lat)
        for box in boxes
        if box is not None
        for lon, lat in ((box.west, box.south), (box.east, box.north))
    ]
    if not corners:
        return None
    east, north = zip(*corners, strict=True)
    room = max(max(east) - min(east), max(north) - min(north), 1_000.0) * 0.05
    return Bounds(min(east) - room, min(north) - room, max(east) + room, max(north) + room)


def _canvas(project: Project, seen: Bounds | None) -> ET.Element:
    """What the window shows when the project opens."""
    canvas = ET.Element("mapcanvas", name="theMapCanvas", annotationsVisible="1")
    ET.SubElement(canvas, "units").text = "meters"
    if seen is not None:
        canvas.append(_extent(seen))
    ET.SubElement(canvas, "rotation").text = "0"
    ET.SubElement(canvas, "destinationsrs").append(_system(project.epsg))
    return canvas


def _view(project: Project, seen: Bounds) -> ET.Element:
    """The same, as the project itself keeps it."""
    found = ET.Element("ProjectViewSettings", UseProjectScales="0")
    corners = zip(("xmin", "ymin", "xmax", "ymax"), map(repr, map(float, seen)), strict=True)
    ET.SubElement(found, "DefaultViewExtent", dict(corners)).append(_system(project.epsg))
    return found


def _extent(box: Bounds) -> ET.Element:
    found = ET.Element("extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True):
        ET.SubElement(found, name).text = repr(float(value))
    return found


def _system(epsg: int) -> ET.Element:
    """A system of coordinates; QGIS looks the rest up by its code."""
    found = ET.Element("spatialrefsys")
    crs = CRS(epsg)
    ET.SubElement(found, "wkt").text = crs.to_wkt()
    ET.SubElement(found, "srid").text = str(epsg)
    ET.SubElement(found, "authid").text = f"EPSG:{epsg}"
    ET.SubElement(found, "description").text = crs.name
    ET.SubElement(found, "geographicflag").text = "true" if crs.is_geographic else "false"
    return found


def _properties(project: Project) -> ET.Element:
    """Paths relative to the file, and the line on limits over the map and its prints."""
    found = ET.Element("properties")
    paths = ET.SubElement(found, "Paths")
    ET.SubElement(paths, "Absolute", type="bool").text = "false"
    system = ET.SubElement(found, "SpatialRefSys")
    ET.SubElement(system, "ProjectionsEnabled", type="int").text = "1"
    line = ET.SubElement(found, "CopyrightLabel")
    ET.SubElement(line, "Enabled", type="bool").text = "true"
    ET.SubElement(line, "Label", type="QString").text = project.legal
    ET.SubElement(line, "Placement", type="int").text = "3"
    return found


def _metadata(project: Project) -> ET.Element:
    found = ET.Element("projectMetadata")
    ET.SubElement(found, "title").text = project.title
    ET.SubElement(found, "abstract").text = f"{project.about}\n{project.legal}"
    return found
