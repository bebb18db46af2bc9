"""The tools of a map in the browser's own language: measures, names, rounds, addresses."""

import json

import pytest
from pyproj import Geod
from shapely.geometry import Polygon

from tests.gis.test_maps import in_node

GEOD = Geod(ellps="WGS84")
WAY = [(-76.52, -7.04), (-76.48, -7.01), (-76.40, -7.09), (-76.55, -7.12)]


def _points(way: list[tuple[float, float]]) -> str:
    return json.dumps([{"lng": lon, "lat": lat} for lon, lat in way])


@pytest.mark.parametrize("shift", [0.0, 4.0, -10.0])
def test_a_way_is_as_long_as_on_the_ellipsoid(shift: float) -> None:
    way = [(lon, lat + shift) for lon, lat in WAY]

    metres = in_node(f"m.lengthOf({_points(way)})")

    true = GEOD.line_length(*zip(*way, strict=True))
    assert metres == pytest.approx(true, rel=1e-5)


@pytest.mark.parametrize("shift", [0.0, 4.0, -10.0])
def test_a_surface_is_as_large_as_on_the_ellipsoid(shift: float) -> None:
    way = [(lon, lat + shift) for lon, lat in WAY]

    found = in_node(f"m.areaOf({_points(way)})")

    true = abs(GEOD.geometry_area_perimeter(Polygon(way))[0])
    assert found == pytest.approx(true, rel=1e-4)


def test_measures_are_said_in_the_unit_that_fits() -> None:
    ways = "[0, 849.6, 12345].map(metres => m.distanceText(metres, 'es'))"
    said = in_node(f"[...{ways}, ...[950, 25000].map(square => m.areaText(square, 'es'))]")

    plain = [text.replace("\xa0", " ") for text in said]
    assert plain == ["0 m", "850 m", "12,35 km", "950 m²", "25.000 m² (2,5 ha)"]


def test_names_are_found_without_accents_and_with_a_plain_n() -> None:
    state = "{named: new Map([['a', [{name: 'Ñucñupampa'}, {name: 'Alto Ñuñu'}, {name: null}]]])}"

    found = in_node(
        f"[m.matches({state}, 'nucnu'), m.matches({state}, 'ÑU'), m.matches({state}, ' ')]"
    )

    assert [[one["name"] for one in each] for each in found] == [
        ["Ñucñupampa"],
        ["Ñucñupampa", "Alto Ñuñu"],
        [],
    ]


def test_two_rounds_compare_only_who_was_seen_in_both() -> None:
    now = {"A": {"value": 0.5}, "B": 0.2, "C": {"value": None, "text": "no se sabe"}}
    then = {"A": 0.4, "B": {"text": "no se sabe"}, "C": 0.1}

    found = in_node(f"m.compared({json.dumps(now)}, {json.dumps(then)})")

    assert (found["seen"], found["again"]) == (2, 1)
    assert found["both"] == {"A": {"value": 0.5}, "B": {"hidden": True}, "C": {"hidden": True}}


def test_what_is_seen_is_read_from_the_address_and_nonsense_is_not() -> None:
    asked = ["?vista=-9.5,-75.4,12.25", "?vista=-95,0,3", "?vista=a,b,c", "?vista=1,2,99", ""]

    found = in_node(f"{json.dumps(asked)}.map(m.viewIn)")

    assert found == [[-9.5, -75.4, 12.25], None, None, None, None]


def test_the_other_choices_of_an_address_stay() -> None:
    found = in_node(
        "m.changed('?indicador=P-F1&con=a&con=b', {con: ['c'], ronda: '', vista: '1,2,3'})"
    )

    assert found == "indicador=P-F1&con=c&vista=1,2,3"
