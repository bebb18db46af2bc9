"""How QGIS draws a layer of ours: rules by class as on the screen, sizes by people, names.

Written for QGIS 3.22 and later. The rules stand on the class of the screen where the file has
it, else on the value itself.
"""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from app.gis.classes import NO_DATA
from app.gis.outgoing import CLASS, Look

VERSION = "3.22.16-Białowieża"
EDGE = "74,71,65,255"
_MARKERS = {"cross": "cross_fill", "triangle": "triangle", "star": "star"}
_SIZE = 'coalesce(2 * min(4.2, 1.05 + sqrt("people") * 0.07), 2.8)'
"""Diameter in millimetres, as in print (``map_signs.radius_of``)."""
_SIZE_PROPERTY = 3  # QgsSymbolLayer::PropertySize... of a marker
_POINT, _LINE, _AREA = 0, 1, 2
_TYPES = {_POINT: "marker", _LINE: "line", _AREA: "fill"}


def qml(look: Look, dimension: int) -> str:
    """The style of a layer by itself, as QGIS keeps it in a GeoPackage."""
    root = ET.Element(
        "qgis", version=VERSION, styleCategories="Symbology|Labeling", labelsEnabled=labels_on(look)
    )
    root.extend(elements(look, dimension))
    text: str = ET.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}"


def labels_on(look: Look) -> str:
    """Whether names are written, as QGIS writes it."""
    return "1" if look.labelled else "0"


def elements(look: Look, dimension: int, *, by_value: bool = False) -> list[ET.Element]:
    """Renderer and labels; ``by_value`` where the source has no column of the class."""
    return [_renderer(look, dimension, by_value), *([_labels(dimension)] if look.labelled else [])]


def _renderer(look: Look, dimension: int, by_value: bool) -> ET.Element:
    if not look.coloured:
        found = ET.Element("renderer-v2", type="singleSymbol", forceraster="0", symbollevels="0")
        symbols = ET.SubElement(found, "symbols")
        symbols.append(_symbol("0", look, dimension, look.colour))
        return found
    found = ET.Element("renderer-v2", type="RuleRenderer", forceraster="0", symbollevels="0")
    rules = ET.SubElement(found, "rules", key=_key("root"))
    symbols = ET.SubElement(found, "symbols")
    for at, (label, colour, rule) in enumerate(_classes(look, by_value)):
        ET.SubElement(rules, "rule", key=_key(rule), filter=rule, symbol=str(at), label=label)
        symbols.append(_symbol(str(at), look, dimension, colour))
    return found


def _classes(look: Look, by_value: bool) -> list[tuple[str, str | None, str]]:
    """Words, colour and condition of each class; last what is not known."""
    column = "value" if by_value else CLASS
    unknown = (look.unknown, None, f'"{column}" IS NULL')
    if look.classes is None:
        return [unknown]
    found: list[tuple[str, str | None, str]] = []
    last = len(look.classes.colours) - 1
    for at, (colour, label) in enumerate(
        zip(look.classes.colours, look.classes.labels, strict=True)
    ):
        rule = f'"{CLASS}" = {at}'
        if by_value:
            low, high = look.classes.edges[at], look.classes.edges[at + 1]
            limits = [f'"value" >= {low!r}'] * (at > 0) + [f'"value" < {high!r}'] * (at < last)
            rule = " AND ".join(limits) or '"value" IS NOT NULL'
        found.append((label, colour, rule))
    return [*found, unknown]


def _symbol(name: str, look: Look, dimension: int, colour: str | None) -> ET.Element:
    symbol = ET.Element(
        "symbol", name=name, type=_TYPES[dimension], alpha="1", clip_to_extent="1", force_rhr="0"
    )
    kind, properties = _layer(look, dimension, colour)
    layer = ET.SubElement(
        symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"}
    )
    layer.append(_map(properties))
    if dimension == _POINT and look.sized:
        layer.append(_by_people())
    return symbol


def _layer(look: Look, dimension: int, colour: str | None) -> tuple[str, Mapping[str, str]]:
    paint = _rgba(colour or NO_DATA)
    if dimension == _LINE:
        dashed = "solid" if colour else "dash"
        return "SimpleLine", {"line_color": paint, "line_width": "0.8", "line_style": dashed}
    if dimension == _AREA:
        style = "no" if look.outline else "solid" if colour else "b_diagonal"
        edge = paint if look.outline else "107,101,91,255"
        return "SimpleFill", {
            "color": paint,
            "style": style,
            "outline_color": edge,
            "outline_width": "0.5" if look.outline else "0.16",
            "outline_style": "solid",
        }
    return "SimpleMarker", {
        "name": _MARKERS.get(look.drawing, look.drawing),
        "color": paint if colour else "255,255,255,150",
        "outline_color": EDGE if colour else paint,
        "outline_style": "solid" if colour else "dash",
        "outline_width": "0.2" if colour else "0.5",
        "size": "2.8",
        "size_unit": "MM",
    }


def _map(properties: Mapping[str, str]) -> ET.Element:
    found = ET.Element("Option", type="Map")
    for name, value in properties.items():
        ET.SubElement(found, "Option", type="QString", name=name, value=value)
    return found


def _by_people() -> ET.Element:
    found = ET.Element("data_defined_properties")
    whole = ET.SubElement(found, "Option", type="Map")
    ET.SubElement(whole, "Option", type="QString", name="name", value="")
    properties = ET.SubElement(whole, "Option", type="Map", name="properties")
    size = ET.SubElement(properties, "Option", type="Map", name="size")
    ET.SubElement(size, "Option", type="bool", name="active", value="true")
    ET.SubElement(size, "Option", type="QString", name="expression", value=_SIZE)
    ET.SubElement(size, "Option", type="int", name="type", value=str(_SIZE_PROPERTY))
    ET.SubElement(whole, "Option", type="QString", name="type", value="collection")
    return found


def _labels(dimension: int) -> ET.Element:
    found = ET.Element("labeling", type="simple")
    settings = ET.SubElement(found, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName="name",
        isExpression="0",
        fontFamily="Noto Sans",
        fontSize="8",
        fontSizeUnit="Point",
        textColor="35,33,30,255",
        textOpacity="1",
    )
    ET.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.7",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,255",
        bufferOpacity="0.9",
    )
    # 6 around a point by its importance, 2 along a line, 1 over the middle of an area.
    placement = {_POINT: "6", _LINE: "2", _AREA: "1"}[dimension]
    # offsetType 1: away from the edge of the symbol, not from its middle.
    ET.SubElement(
        settings,
        "placement",
        placement=placement,
        offsetType="1",
        predefinedPositionOrder="R,L,TSR,BSR,TR,BR,TL,BL",
        dist="0.6",
        distUnits="MM",
    )
    ET.SubElement(settings, "rendering", drawLabels="1", displayAll="0")
    return found


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _key(words: str) -> str:
    return f"{{{uuid5(NAMESPACE_URL, f'sismuni:{words}')}}}"
