"""Small counts are kept back, and no sum or difference of what is public tells them."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.counts import Count, Unit, total
from app.planning.suppression import InvalidTree, Public, Tree, may_publish, publication
from tests.planning.test_derivations import reduce_rows

Cell = tuple[str, str]
DISTRICT = {"a": "D", "b": "D", "c": "D", "d": "D"}
PROVINCE = {"a": "D", "b": "D", "c": "D", "d": "E", "e": "E", "D": "P", "E": "P"}


def one_round(**counts: Count) -> dict[Cell, Count]:
    return {(place, "1"): count for place, count in counts.items()}


def statuses(public: dict[Cell, Public], name: str = "1") -> dict[str, str]:
    return {place: cell.status for (place, r), cell in sorted(public.items()) if r == name}


@pytest.mark.parametrize(
    ("count", "unit", "public"),
    [
        (Count(3, 10), "person", True),
        (Count(2, 10), "person", False),
        (Count(7, 10), "person", True),
        (Count(8, 10), "person", False),
        (Count(4, 9), "person", False),
        (Count(0, 5), "home", True),
        (Count(2, 4), "home", False),
        (Count(0, 1), "community", True),
    ],
)
def test_the_first_rule_by_what_is_counted(count: Count, unit: Unit, public: bool) -> None:
    assert may_publish(count, unit) is public


def test_one_small_place_takes_the_next_smallest_with_it() -> None:
    table = one_round(a=Count(1, 3), b=Count(5, 20), c=Count(5, 30), d=Count(5, 40))

    public = publication(table, "home", DISTRICT)

    assert statuses(public) == {
        "D": "published",
        "a": "suppressed",
        "b": "suppressed",
        "c": "published",
        "d": "published",
    }
    assert public["D", "1"].count == Count(16, 93)
    assert public["a", "1"].count is None


def test_why_it_is_kept_back_is_not_told() -> None:
    table = one_round(a=Count(1, 3), b=Count(5, 20), c=Count(5, 30))

    public = publication(table, "home", DISTRICT)

    assert public["a", "1"].reason == public["b", "1"].reason


def test_two_tiny_places_together_are_still_too_few() -> None:
    table = one_round(a=Count(1, 2), b=Count(1, 2), c=Count(5, 30), d=Count(5, 40))

    assert statuses(publication(table, "home", DISTRICT))["c"] == "suppressed"


def test_a_district_of_one_small_place_is_kept_back_too() -> None:
    assert statuses(publication(one_round(a=Count(1, 3)), "home", {"a": "D"})) == {
        "D": "suppressed",
        "a": "suppressed",
    }


def test_a_small_district_is_protected_in_its_province() -> None:
    table = one_round(a=Count(1, 3), d=Count(9, 20), e=Count(9, 30))
    parents = {"a": "D", "d": "E", "e": "E", "D": "P", "E": "P"}

    assert statuses(publication(table, "home", parents)) == {
        "D": "suppressed",
        "E": "suppressed",
        "P": "published",
        "a": "suppressed",
        "d": "suppressed",
        "e": "published",
    }


def test_where_nobody_answered_there_is_nothing_to_keep_back() -> None:
    table = one_round(a=Count(0, 0, missing=4), b=Count(5, 20), c=Count(5, 30))

    public = publication(table, "home", DISTRICT)

    assert statuses(public) == {"D": "published", "a": "empty", "b": "published", "c": "published"}
    assert public["a", "1"].reason.sentence == "No se sabe: nadie respondió."


def test_facts_of_organisation_are_public() -> None:
    table = one_round(a=Count(0, 1), b=Count(1, 1))

    assert set(statuses(publication(table, "community", DISTRICT)).values()) == {"published"}


def over_rounds(**counts: list[Count]) -> dict[Cell, Count]:
    return {(p, str(r)): count for p, row in counts.items() for r, count in enumerate(row, 1)}


def test_small_rounds_are_shown_together() -> None:
    table = over_rounds(
        a=[Count(1, 4), Count(2, 4), Count(3, 4)],
        b=[Count(1, 3), Count(2, 3), Count(1, 3)],
        c=[Count(9, 30)] * 3,
    )

    public = publication(table, "home", DISTRICT)

    assert public["a", "1"].status == "pooled"
    assert (public["a", "1"].count, public["a", "1"].rounds) == (Count(6, 12), ("1", "2", "3"))
    assert "3 rondas" in public["a", "1"].reason.sentence


def test_a_pool_that_would_tell_another_small_place_is_not_shown() -> None:
    """Totals less the pool of b would give all of a, two homes in two rounds."""
    table = over_rounds(a=[Count(0, 1), Count(1, 1)], b=[Count(9, 20)] * 2, c=[Count(9, 30)] * 2)

    public = publication(table, "home", DISTRICT)

    assert statuses(public, "1") == {
        "D": "published",
        "a": "suppressed",
        "b": "suppressed",
        "c": "published",
    }


def test_what_is_public_stays_and_a_new_round_makes_no_new_pool_of_it() -> None:
    small = over_rounds(a=[Count(1, 4)] * 2, b=[Count(2, 4)] * 2, c=[Count(9, 30)] * 2)
    before = publication(small, "home", DISTRICT)
    third = {("a", "3"): Count(0, 4), ("b", "3"): Count(0, 4), ("c", "3"): Count(9, 30)}

    after = publication(small | third, "home", DISTRICT, before)

    assert {key: after[key] for key in before} == before
    assert before["a", "1"].rounds == ("1", "2")
    assert after["a", "3"].status == "suppressed"


def test_what_was_kept_back_once_may_join_a_later_pool() -> None:
    first = over_rounds(a=[Count(1, 4)], b=[Count(2, 4)], c=[Count(9, 30)])
    both = over_rounds(a=[Count(1, 4)] * 2, b=[Count(2, 4)] * 2, c=[Count(9, 30)] * 2)
    before = publication(first, "home", DISTRICT)

    after = publication(both, "home", DISTRICT, before)

    assert before["a", "1"].status == "suppressed"
    assert after["a", "1"].rounds == ("1", "2")


def test_who_comes_late_to_a_closed_round_enters_no_total() -> None:
    table = one_round(a=Count(5, 20), b=Count(5, 30))
    before = publication(table, "home", DISTRICT)

    late = table | one_round(c=Count(1, 2), d=Count(9, 40))
    after = publication(late, "home", DISTRICT, before)

    assert after["D", "1"] == before["D", "1"]
    assert statuses(after) == {
        "D": "published",
        "a": "published",
        "b": "published",
        "c": "suppressed",
        "d": "published",
    }


def test_who_comes_late_hides_nobody_in_a_total_it_is_not_part_of() -> None:
    """The total of round 1 less the pool of b would give a's two homes: c is not in it."""
    table = over_rounds(a=[Count(0, 1)], b=[Count(9, 20)], d=[Count(9, 30)])
    before = publication(table, "home", DISTRICT)
    second = {("a", "2"): Count(1, 1), ("b", "2"): Count(9, 20), ("d", "2"): Count(9, 30)}

    after = publication(table | second | one_round(c=Count(2, 4)), "home", DISTRICT, before)

    assert statuses(after)["b"] == "suppressed"


def test_a_total_given_beside_its_parts_is_refused() -> None:
    with pytest.raises(InvalidTree, match="«D» es un total"):
        publication(one_round(D=Count(1, 2)), "home", DISTRICT)


def test_a_place_inside_itself_is_refused() -> None:
    with pytest.raises(InvalidTree, match="dentro de sí"):
        publication({}, "home", {"D": "P", "P": "D"})


@st.composite
def tables(draw: st.DrawFn) -> dict[Cell, Count]:
    places = draw(st.sets(st.sampled_from("abcde"), min_size=1))
    table = {}
    for place in sorted(places):
        for name in "123":
            if draw(st.integers(0, 5)):
                n = draw(st.sampled_from([0, 1, 2, 4, 5, 8, 12, 25, 40]))
                table[place, name] = Count(draw(st.integers(0, n)), n)
    return table


def solvable(table: dict[Cell, Count], public: dict[Cell, Public], tree: Tree) -> set[Cell]:
    """Lowest cells, not public, whose value follows from all that is, by exact algebra."""
    cells = sorted(key for key, count in table.items() if count.n)

    def told(place: str, rounds: tuple[str, ...]) -> list[Fraction]:
        return [
            Fraction(int(r in rounds and (p == place or place in tree.ancestors(p))))
            for p, r in cells
        ]

    matrix = [
        told(place, cell.rounds or (r,))
        for (place, r), cell in sorted(public.items())
        if cell.count is not None
    ]
    reduce_rows(matrix)
    alone = [row for row in matrix if sum(1 for value in row if value) == 1]
    found = {cells[next(i for i, value in enumerate(row) if value)] for row in alone}
    return {key for key in found if public[key].status != "published"}


@pytest.mark.parametrize("parents", [DISTRICT | {"e": "D"}, PROVINCE])
@given(tables(), st.sampled_from(["home", "person"]))
@settings(max_examples=200)
def test_no_cell_kept_back_follows_from_what_is_public(
    parents: dict[str, str], table: dict[Cell, Count], unit: Unit
) -> None:
    public = publication(table, unit, parents)

    assert solvable(table, public, Tree(parents)) == set()


@pytest.mark.parametrize("parents", [DISTRICT | {"e": "D"}, PROVINCE])
@given(tables(), st.sampled_from(["home", "person"]))
@settings(max_examples=200)
def test_published_round_by_round_nothing_follows_either(
    parents: dict[str, str], table: dict[Cell, Count], unit: Unit
) -> None:
    public: dict[Cell, Public] = {}
    for last in "123":
        so_far = {key: count for key, count in table.items() if key[1] <= last}
        public = publication(so_far, unit, parents, public)

    assert solvable(table, public, Tree(parents)) == set()


@pytest.mark.parametrize("parents", [DISTRICT | {"e": "D"}, PROVINCE])
@given(tables(), st.sampled_from(["home", "person"]))
def test_every_total_less_its_public_parts_may_itself_be_public(
    parents: dict[str, str], table: dict[Cell, Count], unit: Unit
) -> None:
    public, tree = publication(table, unit, parents), Tree(parents)

    for (place, name), cell in public.items():
        if cell.status != "published" or place not in tree.children:
            continue
        rest = [
            count
            for (leaf, r), count in table.items()
            if r == name
            and public[leaf, r].status in ("suppressed", "pooled")
            and tree.above(leaf, {p for (p, q), c in public.items() if q == r and not c.count})
            == place
        ]
        assert not rest or may_publish(total(rest), unit)


@given(tables(), st.sampled_from(["home", "person"]))
def test_what_is_shown_is_true_and_passes_the_first_rule(
    table: dict[Cell, Count], unit: Unit
) -> None:
    for (place, name), cell in publication(table, unit, PROVINCE).items():
        if cell.status == "published" and (place, name) in table:
            assert cell.count == table[place, name]
        if cell.status in ("published", "pooled"):
            assert cell.count is not None
            assert may_publish(cell.count, unit)
        if cell.status == "suppressed":
            assert cell.count is None


@given(tables())
def test_order_of_arrival_never_matters(table: dict[Cell, Count]) -> None:
    turned = dict(reversed(table.items()))

    assert publication(turned, "home", PROVINCE) == publication(table, "home", PROVINCE)
