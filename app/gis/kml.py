"""KML 2.2 of layers: a folder each, coloured as the screen, every column in the card.

Reference: OGC 12-007r2, OGC KML 2.3; colours are written alpha, blue, green, red.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from app.gis.classes import NO_DATA
from app.gis.outgoing import CLASS, Look, Row, Table

NAMESPACE = "http://www.opengis.net/kml/2.2"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ICON = "http://maps.google.com/mapfiles/kml/shapes/shaded_dot.png"


def document(title: str, about: str, tables: Sequence[Table]) -> bytes:
    """All the layers as one document; the same layers give the same bytes."""
    root = ET.Element("kml", xmlns=NAMESPACE)
    book = ET.SubElement(root, "Document")
    _say(book, "name", title)
    _say(book, "description", about)
    for table in tables:
        _styles(book, table)
    for table in tables:
        folder = ET.SubElement(book, "Folder")
        _say(folder, "name", table.title)
        _say(folder, "visibility", "1" if table is tables[0] else "0")
        _say(folder, "description", "\n".join(f"{n}: {words}" for n, words in table.facts if words))
        for row, shape in zip(table.rows, table.shapes, strict=True):
            _placemark(folder, table, row, shape)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _say(parent: ET.Element, tag: str, words: str) -> ET.Element:
    child = ET.SubElement(parent, tag)
    child.text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", words)
    return child


def _styles(book: ET.Element, table: Table) -> None:
    """One style a class, and one for what is not known."""
    for name, colour in _colours(table.look).items():
        style = ET.SubElement(book, "Style", id=f"{table.name}-{name}")
        icon = ET.SubElement(style, "IconStyle")
        _say(icon, "color", _abgr(colour))
        _say(ET.SubElement(icon, "Icon"), "href", _ICON)
        line = ET.SubElement(style, "LineStyle")
        _say(line, "color", _abgr(colour))
        _say(line, "width", "2")
        area = ET.SubElement(style, "PolyStyle")
        _say(area, "color", _abgr(colour, 0x99))
        _say(area, "fill", "0" if table.look.outline else "1")


def _colours(look: Look) -> dict[str, str]:
    if not look.coloured:
        return {"all": look.colour}
    colours = look.classes.colours if look.classes else ()
    return {str(at): colour for at, colour in enumerate(colours)} | {"unknown": NO_DATA}


def _abgr(colour: str, alpha: int = 0xFF) -> str:
    return f"{alpha:02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}"


def _placemark(folder: ET.Element, table: Table, row: Row, shape: BaseGeometry | None) -> None:
    values = dict(zip((name for name, _ in table.columns), row, strict=True))
    mark = ET.SubElement(folder, "Placemark")
    _say(mark, "name", str(values.get("name") or ""))
    if text := values.get("text"):
        _say(mark, "Snippet", str(text))
    _say(mark, "styleUrl", f"#{table.name}-{_style(table.look, values.get(CLASS))}")
    data = ET.SubElement(mark, "ExtendedData")
    for name, value in values.items():
        if value is not None:
            _say(ET.SubElement(data, "Data", name=name), "value", str(value))
    if shape is not None and not shape.is_empty:
        _shape(mark, shape)


def _style(look: Look, place: object) -> str:
    if not look.coloured:
        return "all"
    return "unknown" if place is None else str(place)


def _shape(parent: ET.Element, shape: BaseGeometry) -> None:
    if shape.geom_type.startswith("Multi") or shape.geom_type == "GeometryCollection":
        many = ET.SubElement(parent, "MultiGeometry")
        for part in shapely.get_parts(shape):
            _shape(many, part)
    elif isinstance(shape, shapely.Polygon):
        area = ET.SubElement(parent, "Polygon")
        _ring(ET.SubElement(area, "outerBoundaryIs"), shape.exterior.coords)
        for hole in shape.interiors:
            _ring(ET.SubElement(area, "innerBoundaryIs"), hole.coords)
    else:
        _say(ET.SubElement(parent, shape.geom_type), "coordinates", _line(shape.coords))


def _ring(parent: ET.Element, coordinates: Iterable[tuple[float, ...]]) -> None:
    _say(ET.SubElement(parent, "LinearRing"), "coordinates", _line(coordinates))


def _line(coordinates: Iterable[tuple[float, ...]]) -> str:
    return " ".join(f"{at[0]:.6f},{at[1]:.6f}" for at in coordinates)
