"""Draws: one in ten, alike everywhere, and never known before their seed."""

from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from app.planning import lots

NAMES = st.sets(st.text(min_size=1, max_size=6), max_size=80)


def test_thirty_one_homes_give_four() -> None:
    homes = [f"H{number:02d}" for number in range(1, 32)]

    found = lots.drawn(homes, "0123456789abcdef")

    assert found == ("H05", "H17", "H22", "H28")


def test_no_home_is_drawn_of_none() -> None:
    assert lots.drawn([], "seed") == ()


@given(names=NAMES, seed=st.text(max_size=16))
def test_a_tenth_is_drawn_rounded_up_whatever_the_order(names: set[str], seed: str) -> None:
    found = lots.drawn(sorted(names, reverse=True), seed)

    assert found == lots.drawn(names, seed)
    assert len(found) == ceil(len(names) / 10)
    assert set(found) <= names


def test_each_home_is_drawn_as_often_as_the_others() -> None:
    homes = [f"H{number}" for number in range(20)]
    times = dict.fromkeys(homes, 0)
    for number in range(2_000):
        for home in lots.drawn(homes, f"seed {number}"):
            times[home] += 1

    assert all(140 < count < 260 for count in times.values())


@given(st.lists(st.text(alphabet="0123456789abcdef", min_size=4, max_size=4), max_size=5))
def test_a_seed_does_not_depend_on_the_order_of_the_documents(digests: list[str]) -> None:
    assert lots.seed_of(digests) == lots.seed_of(reversed(digests))
    assert len(lots.seed_of(digests)) == 16
