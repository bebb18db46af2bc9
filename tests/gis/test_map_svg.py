"""A map drawn for paper: names apart, symbols seen, and nothing unknown in white."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.gis import labels, map_signs, map_svg, plane, spread
from app.gis.classes import CHANGE, COOL, WARM
from app.gis.crs import Bounds
from app.gis.labels import Wanted
from app.gis.map_svg import Cover, Feature, Ground

PLANE = plane.fitted(Bounds(-76.4, -10.0, -76.0, -9.7), 200, 150)
EVIL = "<script>alert(1)</script>&amp;"


def drawn(features: list[Feature], **more: bool) -> map_svg.Drawing:
    return map_svg.drawn(PLANE, Ground(), [Cover(features, **more)])


places = st.tuples(st.floats(5, 195), st.floats(5, 145), st.floats(1, 4))


@settings(max_examples=30)
@given(st.lists(places, max_size=40), st.text("abcÑz ", min_size=1, max_size=20))
def test_no_two_names_lie_over_one_another(
    spots: list[tuple[float, float, float]], name: str
) -> None:
    wanted = [Wanted(x, y, r, (f"{name}{at}", str(at))) for at, (x, y, r) in enumerate(spots)]
    taken = [(x - r, y - r, x + r, y + r) for x, y, r in spots]

    found = labels.place(wanted, taken, 200, 150)

    boxes = [
        shapely.box(
            one.x, one.y - one.size * 0.74, one.x + one.width,
            one.y - one.size * 0.74 + one.size * (0.98 + 1.02 * (len(one.lines) - 1)),
        )
        for one in found if one is not None
    ]  # fmt: skip
    symbols = [shapely.box(*each) for each in taken]
    assert all(one.intersection(other).area < 1e-9 for one, other in combinations(boxes, 2))
    assert all(box.intersection(each).area < 1e-9 for box in boxes for each in symbols)
    assert found == labels.place(wanted, taken, 200, 150)


def test_a_name_without_room_is_said_by_its_number() -> None:
    at_the_edge = Wanted(190, 75, 1.4, ("Un nombre muy largo que no cabe", "7"))

    (found,) = labels.place([at_the_edge], [(100, 60, 188, 90)], 200, 150)
    (nowhere,) = labels.place([at_the_edge], [(100, 60, 200, 90)], 200, 150)

    assert found is not None
    assert found.lines == ("7",)
    assert nowhere is None


def test_a_long_name_is_cut_and_says_so() -> None:
    name = "Comunidad Nativa Santa Rosa de Yanajanca y Anexos del Valle Grande"

    lines = labels.wrapped(name, 16, 2).split("\n")

    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert labels.wrapped("Cerro", 16, 2) == "Cerro"
    assert len(labels.wrapped("x" * 300, 16, 2)) < 30


@settings(max_examples=30)
@given(st.lists(st.floats(1, 4), min_size=2, max_size=25))
def test_symbols_on_one_spot_are_all_seen(radii: list[float]) -> None:
    put = spread.apart([(50.0, 50.0)] * len(radii), radii)

    assert put[0] == (50, 50)
    assert len(set(put)) == len(radii)


def test_what_is_apart_already_stays() -> None:
    spots = [(10.0, 10.0), (20.0, 10.0), (10.0, 30.0)]

    assert spread.apart(spots, [2, 2, 2]) == spots


def test_the_unknown_has_a_dashed_ring_or_hatching_and_is_never_white() -> None:
    point = drawn([Feature(shapely.Point(-76.2, -9.9), "A")]).svg
    area = drawn([Feature(shapely.box(-76.3, -9.9, -76.2, -9.8), "A")]).svg

    assert "stroke-dasharray" in point
    assert 'fill="url(#unknown)"' in area
    assert 'fill="#fff"' not in area.split("</defs>")[1]


@pytest.mark.parametrize("ramp", [WARM, COOL])
def test_a_ramp_is_told_apart_in_grey_without_more(ramp: tuple[str, ...]) -> None:
    greys = [map_signs.luminance(colour) for colour in ramp]

    assert map_signs.striped(ramp) == frozenset()
    assert greys == sorted(greys, reverse=True)


def test_two_dark_ends_are_told_apart_by_stripes() -> None:
    striped = map_signs.striped(CHANGE)

    assert striped == {CHANGE[0], CHANGE[1]}
    svg = drawn(
        [Feature(shapely.Point(-76.2, -9.9), "A", CHANGE[0])],
    ).svg
    assert "url(#stripes)" not in svg.split("</defs>")[1]
    cover = Cover([Feature(shapely.Point(-76.2, -9.9), "A", CHANGE[0])], striped=striped)
    assert "url(#stripes)" in map_svg.drawn(PLANE, Ground(), [cover]).svg.split("</defs>")[1]


def test_names_are_text_whatever_they_hold() -> None:
    svg = drawn([Feature(shapely.Point(-76.2, -9.9), EVIL, "#c44e33", 90, "1", True)]).svg

    found = ET.fromstring(svg)
    assert not [each for each in found.iter() if each.tag.endswith("script")]
    assert "<script>" not in svg


def test_symbols_grow_with_people_as_area() -> None:
    small, large = map_signs.radius_of(100), map_signs.radius_of(400)

    assert large - map_signs.LEAST == pytest.approx(2 * (small - map_signs.LEAST))
    assert map_signs.radius_of(10**9) == map_signs.MOST


def test_every_kind_of_shape_is_drawn_and_the_lost_are_counted() -> None:
    far = shapely.Point(-70, -9.9)
    found = drawn(
        [
            Feature(shapely.LineString([(-76.3, -9.9), (-76.1, -9.8)]), "Línea", "#23211e"),
            Feature(shapely.MultiPoint([(-76.2, -9.9)]), "Punto", "#c44e33"),
            Feature(shapely.MultiPolygon([shapely.box(-76.2, -9.8, -76.1, -9.75)]), "Área", "#fff"),
            Feature(None, "Sin lugar"),
            Feature(far, "Lejos"),
        ]
    )

    text = "".join(ET.fromstring(found.svg).itertext())
    assert all(name in text for name in ("Línea", "Punto", "Área"))
    assert "Lejos" not in text
    assert found.off == 1
    assert not re.search(r"nan|inf", found.svg)
