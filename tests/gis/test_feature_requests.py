"""Parameters of a request for features: read exactly, or refused by their name."""

from datetime import date

import pytest
import shapely

from app.errors import Malformed
from app.gis import feature_requests as requests
from app.gis.feature_requests import CRS84, CRS_EPSG, Interval

KINDS = {"code": "string", "value": "number", "urban": "boolean"}
LATLON = "http://www.opengis.net/def/crs/EPSG/0/4326"
UTM = "http://www.opengis.net/def/crs/EPSG/0/32718"
WEB = "http://www.opengis.net/def/crs/EPSG/0/3857"


def asked(**given: str) -> requests.Wanted:
    return requests.wanted([(k.replace("_", "-"), v) for k, v in given.items()], KINDS)


def test_nothing_asked_is_the_first_thousand() -> None:
    found = requests.wanted([], KINDS)

    assert (found.limit, found.offset, found.crs, found.filter) == (1_000, 0, CRS84, None)


def test_more_than_the_most_is_the_most() -> None:
    assert asked(limit="20000").limit == 10_000


@pytest.mark.parametrize(
    ("bbox", "crs", "bounds"),
    [
        ("-77,-12,-76,-11", CRS84, (-77, -12, -76, -11)),
        ("-77,-12,0,-76,-11,9", CRS84, (-77, -12, -76, -11)),
        ("-12,-77,-11,-76", LATLON, (-77, -12, -76, -11)),
        ("500000,8670000,500000,8670000", UTM, (-75, -12.04, -75, -12.04)),
        ("-8571600.8,-1345708.4,-8460281.3,-1232106.8", WEB, (-77, -12, -76, -11)),
        ("170,-12,-170,-11", CRS84, (-180, -12, 180, -11)),
    ],
)
def test_box_is_brought_to_longitude_and_latitude(
    bbox: str, crs: str, bounds: tuple[float, ...]
) -> None:
    area = asked(bbox=bbox, bbox_crs=crs).area

    assert area is not None
    assert area.bounds == pytest.approx(bounds, abs=0.01)


def test_box_across_the_last_meridian_leaves_out_the_rest_of_the_world() -> None:
    area = asked(bbox="170,-12,-170,-11").area

    assert area is not None
    assert not area.intersects(shapely.Point(-76, -11.5))
    assert area.intersects(shapely.Point(175, -11.5))


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("2026-01-31T10:00:00Z", (date(2026, 1, 31), date(2026, 1, 31))),
        ("2026-01-31", (date(2026, 1, 31), date(2026, 1, 31))),
        ("2026-01-31T00:00:00Z/..", (date(2026, 1, 31), None)),
        ("../2026-01-31T00:00:00-05:00", (None, date(2026, 1, 31))),
        ("/2026-01-31", (None, date(2026, 1, 31))),
        ("2025-01-01/2025-12-31", (date(2025, 1, 1), date(2025, 12, 31))),
        ("../..", (None, None)),
    ],
)
def test_dates_are_instants_or_intervals(
    text: str, interval: tuple[date | None, date | None]
) -> None:
    assert asked(datetime=text).during == Interval(*interval)


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (None, None, True),
        (date(2024, 1, 1), None, True),
        (date(2026, 1, 1), None, False),
        (None, date(2024, 12, 31), False),
        (date(2025, 12, 31), date(2026, 1, 1), True),
    ],
)
def test_open_ends_meet_everything_on_their_side(
    start: date | None, end: date | None, holds: bool
) -> None:
    year = Interval(date(2025, 1, 1), date(2025, 12, 31))

    assert year.holds(start, end) is holds


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limite", "3"),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "diez"),
        ("limit", "٣"),
        ("limit", "9" * 400),
        ("offset", "1.5"),
        ("bbox", "1,2,3"),
        ("bbox", "1,2,3,x"),
        ("bbox", "1,2,3,nan"),
        ("bbox", "-76,-11,-77,-12"),
        ("bbox-crs", "EPSG:4326"),
        ("crs", "http://www.opengis.net/def/crs/EPSG/0/9999"),
        ("datetime", "ayer"),
        ("datetime", "2026-13-01"),
        ("datetime", "2026-01-01/2025-01-01"),
        ("datetime", "2026-01-01/2026-02-01/2026-03-01"),
        ("datetime", ""),
        ("filter", "value >"),
        ("filter-lang", "cql-text"),
        ("filter-crs", "x"),
        ("value", "mucho"),
        ("value", "nan"),
        ("urban", "quizá"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(Malformed) as refused:
        requests.wanted([(name, value)], KINDS)

    assert name in str(refused.value) or refused.value.field in {"filter", name}
    assert refused.value.remedy


def test_a_parameter_stands_once() -> None:
    with pytest.raises(Malformed):
        requests.wanted([("limit", "1"), ("limit", "2")], KINDS)


def test_property_and_filter_hold_together() -> None:
    both = asked(code="A", filter="value > 1").filter

    assert both is not None
    assert "code" in str(both)
    assert "value" in str(both)


def test_filter_in_json_is_the_same_as_in_text() -> None:
    tree = '{"op":"<=","args":[{"property":"value"},2]}'

    assert asked(filter=tree, filter_lang="cql2-json") == asked(filter="value <= 2")


@pytest.mark.parametrize("uri", list(CRS_EPSG))
def test_shapes_go_out_and_come_back(uri: str) -> None:
    box = shapely.box(-76, -11, -75.9, -10.9)

    out = requests.projected(requests.np.array([box], dtype=object), uri)

    assert requests.placed(out[0], uri).symmetric_difference(box).area < 1e-5
