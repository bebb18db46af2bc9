"""A code is text of so many digits, whatever a spreadsheet made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.gis.codes import level, matched, parent, place_code, short, ubigeo


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("100101", "100101", False),
        (" 050101 ", "050101", False),
        ("'050101", "050101", False),
        ("50101", "050101", True),
        ("50101.0", "050101", True),
        ("100101.0", "100101", True),
    ],
)
def test_a_code_is_cleaned_and_what_was_mended_is_told(text: str, code: str, told: bool) -> None:
    found = ubigeo(text)

    assert found.value == code
    assert bool(found.notices) is told


def test_a_lost_zero_is_said_with_both_codes() -> None:
    (notice,) = ubigeo("50101").notices

    assert notice.text == "El código 50101 perdió su cero: se leyó como 050101."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "000nan",
        "nan",
        "260101",
        "000101",
        "0501",
        "1001011",
        "AB0101",
        "１００１０１",
        "-50101",
    ],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        ubigeo(text, field="UBIGEO")

    assert refusal.value.field == "UBIGEO"
    assert "6 cifras" in refusal.value.remedy


def test_a_code_that_became_scientific_says_so() -> None:
    with pytest.raises(Invalid, match="hoja de cálculo"):
        place_code("5.01E+08")


@given(st.integers(1, 25), st.integers(0, 9999))
def test_a_code_survives_the_way_through_a_number(department: int, rest: int) -> None:
    code = f"{department:02}{rest:04}"

    assert ubigeo(str(int(code))).value == code
    assert ubigeo(str(float(code))).value == code


def test_a_place_code_has_ten_digits() -> None:
    assert place_code("501010001").value == "0501010001"


@pytest.mark.parametrize(
    ("code", "of", "shortest", "above"),
    [
        ("050000", "region", "05", "0500"),
        ("050100", "province", "0501", "0501"),
        ("050101", "district", "050101", "0501"),
        ("0501010001", "place", "0501010001", "050101"),
        ("0501", "province", "0501", "05"),
        ("05", "region", "05", None),
    ],
)
def test_a_code_tells_its_level_and_what_stands_above(
    code: str, of: str, shortest: str, above: str | None
) -> None:
    assert (level(code), short(code), parent(code)) == (of, shortest, above)


def test_an_old_code_is_followed_to_the_one_in_force() -> None:
    found = matched("160109", {"160801"}, {"160109": "160150", "160150": "160801"})

    assert found.value == "160801"
    assert "hoy es 160801" in found.notices[0].text


def test_changes_in_a_ring_and_unknown_codes_are_refused() -> None:
    with pytest.raises(Invalid, match="160109 no existe"):
        matched("160109", {"100101"}, {"160109": "160150", "160150": "160109"})
