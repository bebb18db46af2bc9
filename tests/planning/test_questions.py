"""Rounds are compared only where the form asked the same."""

import pytest

from app.planning.questions import FormVersion, same_question

HOMES, TOTALS = "household_monitoring", "monitoring"
REWORDED = {
    FormVersion(HOMES, 3): frozenset({"P-F1"}),
    FormVersion(TOTALS, 2): frozenset({"P-F2"}),
}


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ([(HOMES, 1)], [(HOMES, 2)], True),  # version 2 names nothing
        ([(HOMES, 2)], [(HOMES, 3)], False),
        ([(HOMES, 1)], [(HOMES, 4)], False),  # what 3 changed, 4 kept
        ([(HOMES, 3)], [(HOMES, 4)], True),
        ([(HOMES, 3)], [(HOMES, 2)], False),  # an old version that was filled in later
        ([(HOMES, 2), (HOMES, 3)], [(HOMES, 3)], False),  # some homes on the old form
        ([(HOMES, 2)], [(TOTALS, 2)], True),  # the total changed another question
        ([], [], True),
    ],
)
def test_a_question_is_the_same_until_a_version_says_otherwise(
    before: list[tuple[str, int]], after: list[tuple[str, int]], same: bool
) -> None:
    first, last = ([FormVersion(*each) for each in forms] for forms in (before, after))

    assert same_question(first, last, {"P-F1"}, REWORDED) is same


def test_what_a_version_does_not_name_stays_comparable() -> None:
    rounds = [FormVersion(HOMES, 2)], [FormVersion(HOMES, 3)]

    assert same_question(*rounds, {"P-G1"}, REWORDED)
    assert not same_question(*rounds, {"WA-01", "P-F1"}, REWORDED)
