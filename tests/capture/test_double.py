"""Two typings of one sheet side by side."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture import double
from app.errors import Invalid
from tests.builders import a_diagnosis, a_household_monitoring, instruments

HOMES = instruments()["household_monitoring"]
DIAGNOSIS = instruments()["diagnosis"]


def test_equal_typings_agree_in_all() -> None:
    found = double.compare(HOMES, a_household_monitoring(), a_household_monitoring())

    assert found.differences == ()
    assert found.equal == found.compared > 20
    assert found.share == 1


def test_each_difference_says_its_row_and_both_answers() -> None:
    second = a_household_monitoring()
    second["households"][0]["observations"][0]["value"] = "not_yet"

    found = double.compare(HOMES, a_household_monitoring(), second)

    [told] = found.differences
    assert (told.first, told.second) == ("meets", "not_yet")
    assert [name for _, name in told.rows] == ["H-001", "P-F1"]
    assert found.compared - found.equal == 1


def test_rows_are_found_by_their_key_wherever_they_stand() -> None:
    second = a_household_monitoring()
    second["households"].reverse()

    assert double.compare(HOMES, a_household_monitoring(), second).differences == ()


def test_row_on_one_side_alone_is_one_difference_that_weighs_its_answers() -> None:
    second = a_household_monitoring()
    gone = second["households"].pop(1)

    found = double.compare(HOMES, a_household_monitoring(), second)

    [told] = found.differences
    assert told.is_row
    assert (told.first["household"], told.second) == ("H-002", None)
    assert found.compared - found.equal == len(gone)


def test_chosen_answers_and_rows_win() -> None:
    first, second = a_household_monitoring(), a_household_monitoring()
    second["households"][0]["sector"] = "Bajo"
    second["households"][0]["observations"][0]["value"] = "not_yet"
    second["households"].pop(1)
    paths = {d.field.code: d.path for d in double.compare(HOMES, first, second).differences}

    chosen = {paths["sector"]: "second", paths["value"]: "first", paths["households"]: "second"}
    raw = double.merged(HOMES, first, second, chosen)

    assert [home["household"] for home in raw["households"]] == ["H-001", "H-003"]
    assert raw["households"][0]["sector"] == "Bajo"
    assert raw["households"][0]["observations"][0]["value"] == "meets"


def test_difference_without_a_choice_is_refused() -> None:
    second = a_diagnosis(families=32)

    with pytest.raises(Invalid) as refused:
        double.merged(DIAGNOSIS, a_diagnosis(), second, {})

    assert refused.value.field == "families"


def test_what_the_second_person_is_not_asked_stays_as_it_was() -> None:
    first = a_diagnosis(deaths_under_5=1)
    asked = DIAGNOSIS.asked_by(["council"])

    found = double.compare(asked, first, a_diagnosis())
    raw = double.merged(asked, first, a_diagnosis(), {})

    assert found.differences == ()
    assert raw["deaths_under_5"] == 1


@given(st.data())
def test_choosing_one_side_throughout_gives_that_side(data: st.DataObject) -> None:
    first = a_household_monitoring()
    second = deepcopy(first)
    for home in second["households"]:
        home["sector"] = data.draw(st.sampled_from(["Alto", "Bajo", "Medio"]))
        if data.draw(st.booleans()):
            home.pop("observations", None)
    if data.draw(st.booleans()):
        second["households"].pop()

    found = double.compare(HOMES, first, second)
    for side, whole in (("first", first), ("second", second)):
        chosen = {d.path: side for d in found.differences}
        raw = double.merged(HOMES, first, second, chosen)
        assert double.compare(HOMES, raw, whole).differences == ()
