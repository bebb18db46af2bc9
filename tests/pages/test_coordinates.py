"""A place that is typed says the same as a place that is touched on the map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.pages import coordinates

DEGREES = st.tuples(
    st.floats(-90, 90).map(lambda d: round(d, 6)), st.floats(-180, 180).map(lambda d: round(d, 6))
)


@given(st.lists(DEGREES, min_size=3, max_size=9), st.sampled_from(["line", "polygon"]))
def test_typed_lines_and_geometry_go_back_and_forth(
    points: list[tuple[float, float]], kind: str
) -> None:
    text = "\n".join(f"{lat:.6f}, {lon:.6f}" for lat, lon in points)

    shape = coordinates.geometry(text, [kind])

    assert coordinates.vertices(shape) == text


@pytest.mark.parametrize(
    ("text", "kinds", "kind"),
    [
        ("", ["point"], None),
        ("-9.93, -76.24", ["point"], "Point"),
        ("-9,93; -76,24", ["point"], "Point"),
        ("-9.93 -76.24\n-9.94 -76.25", ["point", "line", "polygon"], "LineString"),
        ("-9.93 -76.24\n\n-9.94 -76.25\n-9.95 -76.2", ["polygon"], "Polygon"),
    ],
)
def test_the_number_of_lines_says_the_shape(text: str, kinds: list[str], kind: str | None) -> None:
    shape = coordinates.geometry(text, kinds)

    assert (shape["type"] if shape else None) == kind


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("por el río", ["point"]),
        ("-95.1, -76.2", ["point"]),
        ("-9.93, -76.24, 2300", ["point"]),
        ("-9.93, -76.24\n-9.94, -76.25", ["point"]),
        ("-9.93, -76.24", ["polygon"]),
    ],
)
def test_what_is_no_place_is_refused_with_what_to_do(text: str, kinds: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        coordinates.geometry(text, kinds)

    assert refused.value.remedy
