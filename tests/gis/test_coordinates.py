"""What a pair of coordinates is, what was probably meant, and how people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.gis.coordinates import Verdict, classify, classify_many, parse

LON = st.floats(-82, -68)
LAT = st.floats(-19, -0.01)


@pytest.mark.parametrize(
    ("lon", "lat", "verdict", "meant"),
    [
        (-76.24, -9.93, Verdict.OK, None),
        (0, 0, Verdict.ZERO, None),
        (-9.93, -76.24, Verdict.SWAPPED, (-76.24, -9.93)),
        (9.93, 76.24, Verdict.SWAPPED, (-76.24, -9.93)),
        (76.7297, -7.1802, Verdict.SIGN_LOST, (-76.7297, -7.1802)),
        (-77606349, -7616079, Verdict.POINT_LOST, (-77.606349, -7.616079)),
        (-78.049183, -7616079, Verdict.POINT_LOST, (-78.049183, -7.616079)),
        (-9.93, -9.93, Verdict.COPIED, None),
        (362145.0, 8901234.0, Verdict.METRES, None),
        (-3.7, 40.4, Verdict.OUTSIDE, None),
        (float("nan"), -9.93, Verdict.OUTSIDE, None),
    ],
)
def test_each_slip_has_its_verdict_and_what_was_meant(
    lon: float, lat: float, verdict: Verdict, meant: tuple[float, float] | None
) -> None:
    judged = classify(lon, lat)

    assert judged.verdict is verdict
    assert judged.suggestion == meant


def test_a_verdict_says_what_to_do_with_the_pair_that_was_meant() -> None:
    judged = classify(-9.93, -76.24)

    assert "cambiadas de lugar" in judged.message
    assert "longitud -76.240000, latitud -9.930000" in judged.remedy


@given(LON, LAT)
def test_what_stands_in_peru_is_always_well(lon: float, lat: float) -> None:
    assert classify(lon, lat).verdict is Verdict.OK


@given(LON, LAT)
def test_a_swapped_pair_is_always_recognised(lon: float, lat: float) -> None:
    assert classify(lat, lon).suggestion == (lon, lat)


def test_many_pairs_get_the_verdicts_of_each() -> None:
    lon, lat = [-76.24, 0.0, -9.93, 76.2], [-9.93, 0.0, -76.24, -9.9]

    verdicts = classify_many(lon, lat)

    assert list(verdicts) == [Verdict.OK, Verdict.ZERO, Verdict.SWAPPED, Verdict.SIGN_LOST]


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("-9.927955", -9.927955),
        ("-9,927955", -9.927955),
        (" 9.927955 S ", -9.927955),
        ("76.236176 O", -76.236176),
        ("76.236176W", -76.236176),
        ("9°55'40.6\" S", -(9 + 55 / 60 + 40.6 / 3600)),
        ("S 9 55 40,6", -(9 + 55 / 60 + 40.6 / 3600)),
        ("-76°14'10''", -(76 + 14 / 60 + 10 / 3600)),
        ("76º14.5'W", -(76 + 14.5 / 60)),
        ("\N{MINUS SIGN}9.5", -9.5),
    ],
)
def test_degrees_are_read_as_people_write_them(text: str, degrees: float) -> None:
    assert parse(text) == pytest.approx(degrees, abs=1e-9)


@pytest.mark.parametrize("text", ["", "aquí", "9°75'", "9°5'75\"", "-9.5 S", "1,234,567", "9..5"])
def test_what_is_no_angle_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(text, field="latitud")

    assert refusal.value.field == "latitud"
    assert refusal.value.remedy
