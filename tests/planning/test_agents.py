"""What can be wrong with an agent, who is there twice, and the live shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.agents import (
    NO_DNI,
    AgentText,
    Member,
    entitled,
    faults,
    repeated,
    shares,
    well_formed,
)

GOOD = AgentText("Club de madres", "women", "Rosa", "12345678", "F", ("club", "rosa"))
MEMBERS = st.builds(
    Member,
    st.sampled_from(["", "A", "B", "C"]),
    st.booleans(),
    st.sampled_from(["", "F", "M"]),
    st.booleans(),
)


def test_a_sound_agent_has_no_fault() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    "dni", ["", "1234567", "123456789", "1234567a", "12 345678", "１２３４５６７８", "-1234567"]
)
def test_a_dni_is_eight_digits_and_nothing_else(dni: str) -> None:
    found = faults(AgentText("X", "other", "Y", dni))

    assert [(f.field, f.message) for f in found] == [("dni", NO_DNI[0])]


def test_each_wrong_field_is_named() -> None:
    found = faults(AgentText(" ", "club", "", "1", "femenino"))

    assert [f.field for f in found] == ["organisation", "name", "kind", "sex", "dni"]


def test_a_person_is_not_enrolled_twice_by_dni_or_by_name() -> None:
    same_dni = AgentText("Otra", "other", "Ana", "12345678", "", ("otra", "ana"))
    same_name = AgentText("Club", "women", "Rosa", "87654321", "F", ("club", "rosa"))
    third = AgentText("Club", "women", "Inés", "11111111", "F", ("club", "ines"))

    found = repeated([(1, GOOD), (2, same_dni), (3, same_name), (4, third)])

    assert {key: fault.field for key, fault in found.items()} == {2: "dni", 3: "name"}


@given(st.lists(st.sampled_from(["12345678", "87654321", "x"]), max_size=8))
def test_as_many_stand_as_there_are_different_ones(numbers: list[str]) -> None:
    texts = [
        (at, AgentText("o", "other", "n", dni, "", ("o", f"n{at}")))
        for at, dni in enumerate(numbers, 1)
    ]

    found = repeated(texts)

    sound = [dni for dni in numbers if well_formed(dni)]
    assert len(found) == len(sound) - len(set(sound))


@given(st.lists(MEMBERS, max_size=30))
def test_shares_add_up_and_name_who_is_missing(members: list[Member]) -> None:
    found = shares(members, ["A", "B", "C"])

    assert found.women <= found.sex_known <= found.agents == len(members)
    assert {*found.without} == {"A", "B", "C"} - {each.community for each in members}
    assert (found.women_share is None) == (found.sex_known == 0)
    assert sum(entitled(members).values()) == found.voters


def test_those_of_the_whole_district_stand_apart_and_the_voiceless_do_not_vote() -> None:
    members = [
        Member("A", False, "F", False),
        Member("A", False, "M", True),
        Member("", False, "M", False),
    ]

    assert entitled(members) == {"A": 1, "": 1}
