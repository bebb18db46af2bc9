"""Numbers, days and money as they are said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import aloud


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "cero"),
        (16, "dieciséis"),
        (21, "veintiuno"),
        (31, "treinta y uno"),
        (100, "cien"),
        (101, "ciento uno"),
        (555, "quinientos cincuenta y cinco"),
        (1_000, "mil"),
        (2_027, "dos mil veintisiete"),
        (21_000, "veintiún mil"),
        (100_000, "cien mil"),
        (1_000_000, "un millón"),
        (31_200_001, "treinta y un millones doscientos mil uno"),
    ],
)
def test_a_number_is_said_as_it_is_counted(n: int, said: str) -> None:
    assert aloud.number(n) == said


@given(st.integers(0, aloud.MOST - 1), st.integers(0, aloud.MOST - 1))
def test_two_numbers_are_never_said_alike(one: int, other: int) -> None:
    assert (aloud.number(one) == aloud.number(other)) == (one == other)


@given(st.integers(0, aloud.MOST - 1))
def test_nothing_said_holds_a_figure(n: int) -> None:
    assert not any(letter.isdigit() for letter in aloud.number(n))


@pytest.mark.parametrize("n", [-1, aloud.MOST])
def test_what_is_too_large_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="read aloud"):
        aloud.number(n)


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (100, "un sol"),
        (2_100, "veintiún soles"),
        (1_250_000, "doce mil quinientos soles"),
        (100_000_000, "un millón de soles"),
    ],
)
def test_money_is_said_in_whole_soles(cents: int, said: str) -> None:
    assert aloud.soles(cents) == said


def test_a_day_is_said_with_its_year_or_without() -> None:
    assert aloud.day(date(2027, 3, 1)) == "primero de marzo de dos mil veintisiete"
    assert aloud.day(date(2027, 9, 30), year=False) == "treinta de setiembre"
