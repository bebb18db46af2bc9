"""A district's own rivers and roads: seen before they are stored, drawn under maps, taken back."""

import json
from typing import Any

import pytest

from app.operations import instruments
from app.operations.layers import registry, serving
from app.operations.layers.declared import Asked
from app.records import places
from tests.operations.imports.house import House, notices

RIVER = {"type": "LineString", "coordinates": [[-76.3, -9.95], [-76.25, -9.93], [-76.2, -9.95]]}
FAR = {"type": "LineString", "coordinates": [[-75.3, -8.9], [-75.2, -8.9]]}
SPOT = {"type": "Point", "coordinates": [-76.25, -9.95]}


def _layer(*shapes: Any) -> str:
    features = [
        {"type": "Feature", "properties": {"NOMBRE": f"Río {at}"}, "geometry": shape}
        for at, shape in enumerate(shapes, start=1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def _brought(house: House, content: str, **options: Any) -> Any:
    key = house.rows("SELECT id FROM place WHERE code = '100101'")[0][0]
    given = {"draws": "water"} | options
    return house.check("overlays", content, name="rios.geojson", place=("100101", key), **given)


def test_rivers_are_checked_drawn_under_the_maps_and_taken_back(settled: House) -> None:
    before = settled.dump()
    batch = _brought(settled, _layer(RIVER, FAR))
    assert settled.rows("SELECT * FROM overlay_feature") == []

    settled.publish(batch)

    layer = registry.by_code("own_lines")
    with settled.store.reading() as session:
        where = places.district(session, "100101")
        marks, told = serving.drawn(session, layer, Asked(where, True, instruments.today()))
    assert [(mark.name, mark.about.text) for mark in marks] == [
        ("Río 1", "agua"),
        ("Río 2", "agua"),
    ]
    assert told.sentence == "2 líneas y áreas que importó la municipalidad."
    assert "1 de 2 quedan fuera de los límites del distrito." in notices(batch)
    settled.undo(batch)
    assert settled.dump() == before


def test_a_point_among_the_lines_is_left_out_and_told(settled_local: House) -> None:
    batch = _brought(settled_local, _layer(RIVER, SPOT))

    assert batch.report["counts"]["new"] == 1
    assert any("no son líneas ni áreas" in said for said in notices(batch))


@pytest.mark.parametrize("options", [{"draws": "nubes"}])
def test_what_cannot_be_a_layer_of_the_district_is_refused(
    settled_local: House, options: dict[str, str]
) -> None:
    batch = _brought(settled_local, _layer(RIVER), **options)

    assert batch.state == "failed"


def test_points_alone_are_no_layer_to_draw(settled_local: House) -> None:
    batch = _brought(settled_local, _layer(SPOT, SPOT))

    assert batch.state == "failed"
