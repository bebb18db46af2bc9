"""The land under the maps is cut from a TopoJSON to the neighbourhood of Peru."""

import json
from pathlib import Path

import pytest
import shapely

from app.gis import background

# Two squares that share the arc 0; the second runs it backwards. One country is far away,
# one lies on the antimeridian.
TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [1, 1], "translate": [-80, -15]},
    "arcs": [
        [[5, 0], [0, 5]],
        [[5, 5], [-5, 0], [0, -5], [5, 0]],
        [[5, 0], [50, 0], [0, 5], [-50, 0]],
        [[170, 0], [5, 0], [0, 5], [-5, 0], [0, -5]],
        [[-100, 0], [359, 0], [0, 1], [-359, 0], [0, -1]],
    ],
    "objects": {
        "countries": {
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "Oeste"}},
                {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"name": "Este"}},
                {"type": "Polygon", "arcs": [[3]], "properties": {"name": "Lejos"}},
                {"type": "Polygon", "arcs": [[4]], "properties": {"name": "Antimeridiano"}},
                {"type": None, "properties": {"name": "Nada"}},
            ]
        }
    },
}


def test_countries_are_decoded_cut_and_named() -> None:
    found = json.loads(background.south_america(json.dumps(TOPOLOGY).encode()))

    shapes = {
        feature["properties"]["name"]: shapely.geometry.shape(feature["geometry"])
        for feature in found["features"]
    }
    assert set(shapes) == {"Oeste", "Este"}
    assert shapes["Oeste"].equals(shapely.box(-80, -15, -75, -10))
    assert shapes["Este"].equals(shapely.box(-75, -15, -54, -10))


@pytest.mark.parametrize("content", ["{}", "[]", '{"objects": {}}'])
def test_another_file_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match="not a TopoJSON"):
        background.south_america(content.encode())


def test_the_command_writes_the_file_and_refuses_a_wrong_call(tmp_path: Path) -> None:
    source, target = tmp_path / "a.json", tmp_path / "vendor" / "b.geojson"
    source.write_text(json.dumps(TOPOLOGY))

    assert background.main([str(source), str(target)]) == 0
    assert background.main([]) == 2
    assert len(json.loads(target.read_bytes())["features"]) == 2
