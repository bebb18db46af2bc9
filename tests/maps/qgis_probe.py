"""Run by the Python of QGIS: opens a project or a GeoPackage, and tells what it found as JSON.

python3 qgis_probe.py project FILE.qgs PICTURE.png [LOGIN:PASSWORD]
python3 qgis_probe.py package FILE.gpkg PICTURE.png
"""

import base64
import json
import os
import sys

from osgeo import ogr
from qgis.core import (
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsNetworkAccessManager,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize


def _typed(account: str) -> None:
    """Show the name and the password as QGIS does once a person has typed them."""
    shown = b"Basic " + base64.b64encode(account.encode())

    def show(request) -> None:
        request.setRawHeader(b"Authorization", shown)

    QgsNetworkAccessManager.setRequestPreprocessor(show)


def main(kind: str, path: str, picture: str, account: str = "") -> None:
    program = QgsApplication([], False)
    program.initQgis()
    if account:
        _typed(account)
    project = QgsProject.instance()
    if kind == "project":
        opened = project.read(path)
        layers = [node.layer() for node in project.layerTreeRoot().findLayers()]
        shown = [node.layer() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
    else:
        names = [layer.GetName() for layer in ogr.Open(path)]
        layers = [QgsVectorLayer(f"{path}|layername={name}", name, "ogr") for name in names]
        opened, shown = True, [each for each in layers if each.isSpatial()]
        for each in layers:
            each.loadDefaultStyle()
    told = {
        "opened": opened,
        "title": project.title(),
        "crs": project.crs().authid(),
        "seen": project.viewSettings().defaultViewExtent().toString(3),
        "legal": project.readEntry("CopyrightLabel", "/Label", "")[0],
        "groups": [group.name() for group in project.layerTreeRoot().findGroups()],
        "layers": [_told(each) for each in layers],
        "colours": _draw(project, shown, picture),
    }
    print("PROBE " + json.dumps(told), flush=True)
    # What Python would take down after QGIS has gone crashes it.
    os._exit(0)


def _told(layer: QgsVectorLayer) -> dict:
    renderer = layer.renderer() if layer.isValid() else None
    items = renderer.legendSymbolItems() if renderer else []
    return {
        "name": layer.name(),
        "source": layer.source(),
        "valid": layer.isValid(),
        "features": layer.featureCount() if layer.isValid() else None,
        "crs": layer.crs().authid(),
        "renderer": renderer.type() if renderer else "",
        "legend": [item.label() for item in items],
        "colours": [item.symbol().color().name() for item in items if item.symbol()],
        "labels": layer.labelsEnabled(),
        "sized": any(_sized(item.symbol()) for item in items if item.symbol()),
        "classed": _classed(layer) if renderer else {},
    }


def _sized(symbol) -> bool:
    layer = symbol.symbolLayer(0)
    return bool(layer and layer.dataDefinedProperties().hasActiveProperties())


def _classed(layer: QgsVectorLayer) -> dict:
    """How many features each rule takes."""
    if layer.renderer().type() != "RuleRenderer":
        return {}
    found = {}
    for rule in layer.renderer().rootRule().children():
        layer.setSubsetString("")
        expression = rule.filterExpression()
        found[rule.label()] = sum(1 for _ in layer.getFeatures(expression))
    return found


def _draw(project: QgsProject, layers: list, picture: str) -> int:
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(project.crs() if project.crs().isValid() else layers[0].crs())
    settings.setOutputSize(QSize(800, 600))
    box = settings.fullExtent()
    box.scale(1.1)
    settings.setExtent(box)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(picture)
    return len({image.pixel(x, y) for x in range(0, 800, 2) for y in range(0, 600, 2)})


main(*sys.argv[1:5])
