"""A page of features is the same whichever way it was written."""

import json
from datetime import date

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.gis import feature_pages, geojson
from app.gis.geojson import Feature

VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.text(st.characters(exclude_categories=["Cs"]))
)
NAMES = ("code", 'a "b" 100%', "ñ")
SHAPES = [
    shapely.Point(-76.123456789, -10),
    None,
    shapely.LineString([(0, 0), (1, 1)]),
    shapely.box(0, 0, 1, 1),
]


@given(st.lists(st.tuples(st.text("ab1"), VALUES, VALUES, st.sampled_from(SHAPES)), max_size=4))
def test_a_page_reads_as_its_features_one_by_one(found: list[tuple[object, ...]]) -> None:
    rows = [each[:3] for each in found]
    shapes = np.array([None, *(each[3] for each in found)], dtype=object)[1:]
    one_by_one = geojson.feature_collection(
        [
            Feature(s, dict(zip(NAMES, r, strict=True)), str(r[0]))
            for r, s in zip(rows, shapes, strict=True)
        ],
        7,
    )

    page = feature_pages.features(NAMES, rows, shapes, 7)

    assert [json.loads(each) for each in page] == json.loads(one_by_one)["features"]


def test_what_json_cannot_say_is_null() -> None:
    page = feature_pages.features(
        ("code", "value"), [("a", float("nan"))], np.array([shapely.Point(1, 2)]), 7
    )

    assert json.loads(page[0])["properties"] == {"code": "a", "value": None}


def test_days_are_written_as_such() -> None:
    page = feature_pages.features(
        ("code", "day"), [("a", date(2026, 1, 31))], np.array([None], dtype=object), 7
    )

    assert json.loads(page[0])["properties"]["day"] == "2026-01-31"
