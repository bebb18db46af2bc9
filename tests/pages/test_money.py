"""Money as it is typed at a town hall's counter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.pages import look
from app.pages.language import remedy_of
from app.pages.money import cents


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12500", 1_250_000),
        ("12 500", 1_250_000),
        ("12,500", 1_250_000),
        ("12.500", 1_250_000),
        ("12 500,5", 1_250_050),
        ("12,500.50", 1_250_050),
        ("S/ 1 200 000", 120_000_000),
        ("s/. 80,05", 8_005),
        ("0", 0),
        ("", None),
        ("  ", None),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, expected: int | None) -> None:
    assert cents(typed, "cost") == expected


@pytest.mark.parametrize("typed", ["mil", "-5", "1,2,3", "12 50", "=1+1", "9" * 15, "1.234.5678"])
def test_what_is_no_amount_is_refused_with_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        cents(typed, "cost")

    assert refused.value.field == "cost"
    assert "12\N{NO-BREAK SPACE}500,50" in remedy_of(refused.value, "es")


@given(st.integers(0, 10**12), st.sampled_from(["es", "en"]))
def test_what_a_screen_shows_can_be_typed_back(amount: int, lang: str) -> None:
    assert cents(look.soles(amount, lang), "cost") == amount
