"""What a ballot may say, and when two readers agree, whoever came first."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import ballots
from app.planning.ballots import (
    BallotRules,
    InvalidBallotRules,
    Kind,
    Typing,
    UnreadTyping,
    fault,
    points,
    read,
    settle,
)

KNOWN = {"1", "2", "3", "4"}
RULES = BallotRules("approval", 1, 2)


@pytest.mark.parametrize(
    ("text", "kind", "marks"),
    [
        ("3 1", "approval", (("1", 1), ("3", 1))),
        (" 03, 1;", "approval", (("1", 1), ("3", 1))),
        ("", "approval", ()),
        ("3 1", "order", (("3", 1), ("1", 1))),
        ("3=5 1:2", "points", (("1", 2), ("3", 5))),
        ("3=0 1=2", "points", (("1", 2),)),
    ],
)
def test_marks_are_read_as_people_type_them(
    text: str, kind: Kind, marks: tuple[tuple[str, int], ...]
) -> None:
    assert read(text, kind) == marks


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a", "approval"),
        ("1 1", "approval"),
        ("1=2", "approval"),
        ("1", "points"),
        ("1=x", "points"),
    ],
)
def test_what_are_no_marks_is_refused(text: str, kind: Kind) -> None:
    with pytest.raises(UnreadTyping):
        read(text, kind)


@pytest.mark.parametrize(
    ("text", "why"),
    [("1", ""), ("1 2", ""), ("", ""), ("1 2 3", "too_many"), ("9", "unknown")],
)
def test_a_ballot_says_what_the_rules_allow(text: str, why: str) -> None:
    assert fault(read(text, "approval"), RULES, KNOWN) == why


def test_points_are_all_given_and_order_counts_down() -> None:
    shared = BallotRules("points", 1, 3, total=10)
    ranked = BallotRules("order", 0, 3)

    assert fault(read("1=4 2=5", "points"), shared, KNOWN) == "points"
    assert fault(read("1=4 2=6", "points"), shared, KNOWN) == ""
    assert points(read("4 2", "order"), ranked) == {"4": 3, "2": 2}


@pytest.mark.parametrize(
    "rules",
    [
        BallotRules("dedo"),  # type: ignore[arg-type]
        BallotRules(least=3, most=2),
        BallotRules(most=0),
        BallotRules("points", least=5, most=6, total=3),
    ],
)
def test_rules_that_nobody_can_follow_are_refused(rules: BallotRules) -> None:
    with pytest.raises(InvalidBallotRules):
        rules.check()


@pytest.mark.parametrize("why", ["unknown", "too_many", "too_few", "points", "community", "?"])
def test_each_fault_is_refused_in_words(why: str) -> None:
    assert str(ballots.impossible(why)).endswith(".")


TYPINGS = st.builds(
    Typing,
    st.sampled_from([(), (("1", 1),), (("1", 1), ("2", 1)), (("9", 1),)]),
    st.sampled_from(["", "A"]),
    st.booleans(),
)


@given(
    typings=st.dictionaries(st.integers(1, 4), TYPINGS, max_size=4),
    order=st.randoms(use_true_random=False),
)
def test_who_typed_first_is_of_no_consequence(typings: dict[int, Typing], order: Random) -> None:
    turned = list(typings.items())
    order.shuffle(turned)
    people = [who for who, _ in turned]
    order.shuffle(people)
    others = {10 + who: typing for who, (_, typing) in zip(people, turned, strict=True)}

    assert settle(typings, RULES, KNOWN) == settle(dict(turned), RULES, KNOWN)
    assert settle(typings, RULES, KNOWN) == settle(others, RULES, KNOWN)


@given(typings=st.dictionaries(st.integers(1, 3), TYPINGS, min_size=2, max_size=3))
def test_a_sheet_of_two_is_accepted_only_if_all_read_the_same_possible_thing(
    typings: dict[int, Typing],
) -> None:
    found = settle(typings, RULES, KNOWN)

    alike = len(set(typings.values())) == 1
    only = next(iter(typings.values()))
    fine = alike and not only.unreadable and not fault(only.marks, RULES, KNOWN)
    assert (found.state == "accepted") == fine
    assert found.state in {"accepted", "differs", "review"}
