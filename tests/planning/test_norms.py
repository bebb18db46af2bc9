"""Norms by date: the one of the day answers, verified or not, and says which."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.norms import InvalidTable, Kind, Norm, in_force, table

VISITS = Kind("growth.visits", "Controles", "controles", ("desde", "hasta", "controles"))
FLOOR = Kind("water.floor", "Cloro", "mg/L")
OLD = Norm(
    "growth.visits", ((0, 11, 11), (12, 23, 6)), "antes", date(2017, 7, 1), date(2025, 10, 1)
)
NEW = Norm("growth.visits", (), "ahora", date(2025, 10, 1), None, "Ana", date(2026, 1, 2))


@pytest.mark.parametrize(
    ("day", "source"),
    [(date(2017, 6, 30), None), (date(2017, 7, 1), "antes"), (date(2025, 9, 30), "antes"),
     (date(2025, 10, 1), "ahora"), (date(2030, 1, 1), "ahora")],
)  # fmt: skip
def test_the_norm_of_the_day_answers(day: date, source: str | None) -> None:
    found = in_force([NEW, OLD], "growth.visits", day)

    assert (found.source if found else None) == source


def test_a_table_answers_for_an_age_and_for_none_outside() -> None:
    assert [OLD.at(age) for age in (0, 11, 12, 23, 24)] == [11, 11, 6, 6, None]


def test_an_empty_or_unverified_norm_says_so() -> None:
    assert (OLD.is_loaded, OLD.is_verified) == (True, False)
    assert (NEW.is_loaded, NEW.is_verified, NEW.number()) == (False, True, None)


def test_a_table_is_read_as_it_is_pasted() -> None:
    assert table(VISITS, "0; 11; 11\n\n12\t23\t6,5\n") == ((0, 11, 11), (12, 23, 6.5))
    assert table(FLOOR, " 0,5 ") == ((0.5,),)
    assert table(FLOOR, "") == ()


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (VISITS, "0; once; 11", "no son números"),
        (VISITS, "0; 11", "3 números"),
        (VISITS, "0; 11; nan", "números"),
        (VISITS, "0; 11; 1\n11; 20; 1", "Renglón 2"),
        (VISITS, "5; 2; 1", "Renglón 1"),
        (FLOOR, "1\n2", "un solo número"),
        (FLOOR, "\n".join("1" for _ in range(201)), "más de 200"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(kind: Kind, text: str, says: str) -> None:
    with pytest.raises(InvalidTable) as refused:
        table(kind, text)

    assert says in str(refused.value)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30)), max_size=8))
def test_ranges_never_answer_twice(steps: list[tuple[int, int]]) -> None:
    at, rows = 0, []
    for gap, length in steps:
        low = at + gap + 1
        rows.append(f"{low};{low + length};{length}")
        at = low + length

    lines = table(VISITS, "\n".join(rows))

    norm = Norm("growth.visits", lines, "x")
    assert all(norm.at(low) == value == norm.at(high) for low, high, value in lines)
