"""The chain: kept once, read both ways, and what lacks is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.planning import chains
from app.planning.chains import KINDS, LEVELS, Ref

REFS = st.tuples(st.sampled_from(KINDS), st.sampled_from("abcd"))
PAIRS = st.lists(
    st.tuples(REFS, REFS).filter(lambda pair: LEVELS[pair[0][0]] < LEVELS[pair[1][0]]), max_size=60
)


def every(ref: Ref) -> bool:
    return True


@given(PAIRS)
def test_whatever_follows_something_is_preceded_by_it(pairs: list[tuple[Ref, Ref]]) -> None:
    chain = chains.linked(pairs)

    forwards = {(a, b) for a, found in chain.later.items() for b in found}
    backwards = {(a, b) for b, found in chain.earlier.items() for a in found}
    assert forwards == backwards == set(pairs)


@given(PAIRS, REFS, REFS)
def test_one_thing_is_reached_from_another_exactly_if_the_other_is_reached_back(
    pairs: list[tuple[Ref, Ref]], one: Ref, other: Ref
) -> None:
    chain = chains.linked(pairs)

    onwards = other in chains.reached(one, chain.later, every)
    back = one in chains.reached(other, chain.earlier, every)

    assert onwards == back


@given(PAIRS, REFS)
def test_nothing_is_reached_twice_nor_from_itself(pairs: list[tuple[Ref, Ref]], one: Ref) -> None:
    found = chains.reached(one, chains.linked(pairs).later, every)

    assert one not in found
    assert len(found) == len(set(found))


@given(PAIRS, REFS, st.sets(REFS))
def test_nothing_is_reached_through_what_is_closed(
    pairs: list[tuple[Ref, Ref]], one: Ref, shut: set[Ref]
) -> None:
    chain = chains.linked(pairs)

    found = chains.reached(one, chain.later, lambda ref: ref not in shut)

    without = chains.linked(pair for pair in pairs if not set(pair) & (shut - {one}))
    assert set(found) == set(chains.reached(one, without.later, lambda ref: ref not in shut))
    assert not shut & set(found)


def test_a_link_back_is_refused() -> None:
    with pytest.raises(Invalid, match="no puede ir de «need» a «form»"):
        chains.linked([(("need", "a"), ("form", "b"))])


def test_a_link_to_something_unknown_is_refused() -> None:
    with pytest.raises(Invalid):
        chains.linked([(("need", "a"), ("tale", "b"))])


def test_a_proposal_without_evidence_says_so() -> None:
    before, after = chains.lacking("proposal", "presented", ["request"], ["result"])

    assert before == (chains.NO_NEED, chains.NO_OBJECTIVE)
    assert after == ()


def test_what_came_to_its_end_lacks_nothing_after_it() -> None:
    _, after = chains.lacking("result", "unfunded", ["proposal"], [])

    assert after == ()


def test_what_was_funded_and_not_agreed_lacks_its_agreement() -> None:
    _, after = chains.lacking("result", "funded", ["proposal"], [])

    assert after == (chains.NO_AGREEMENT,)
