"""Where a request goes is said at once, and no request dies."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.gate import COMPETENCES, NATURES, ROUTES, Answers, blank, unanswered, verdict

SOUND = Answers("district", "investment", None, True, True, True, 0.2)
TERNARY = st.sampled_from([None, True, False])


def test_a_sound_investment_passes_without_advice() -> None:
    found = verdict(SOUND)

    assert found.passes
    assert (found.open, found.advice) == ((), ())


@pytest.mark.parametrize(
    ("change", "route"),
    [
        ({"nature": "labour"}, "community"),
        ({"nature": "activity"}, "activity"),
        ({"competence": "health"}, "health_network"),
        ({"competence": "education"}, "education"),
        ({"competence": "province"}, "province"),
        ({"competence": "region"}, "region"),
        ({"competence": "national"}, "programme"),
    ],
)
def test_what_is_not_for_this_budget_goes_elsewhere(change: dict[str, str], route: str) -> None:
    assert verdict(replace(SOUND, **change)).route == route  # type: ignore[arg-type]


def test_what_the_community_does_itself_goes_to_nobody_else() -> None:
    assert verdict(Answers("region", "labour")).route == "community"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"upkeep": None}, "ask_upkeep"),
        ({"upkeep": False}, "ask_upkeep"),
        ({"land": None}, "ask_land"),
        ({"nature": "ioarr"}, "ask_unit"),
        ({"competence": None}, "ask_competence"),
        ({"nature": None}, "ask_nature"),
    ],
)
def test_what_is_lacking_is_asked_for(change: dict[str, object], code: str) -> None:
    found = verdict(replace(SOUND, **change))  # type: ignore[arg-type]

    assert not found.passes
    assert code in [reason.code for reason in found.open]


@pytest.mark.parametrize(
    ("answers", "none", "lacking"),
    [
        (Answers(), True, True),
        (Answers(share=0.5), True, True),
        (Answers(in_pmi=False), False, True),
        (Answers("district"), False, True),
        (Answers("district", "investment"), False, False),
        (Answers("health"), False, False),
        (Answers(nature="labour"), False, False),
    ],
)
def test_a_gate_is_answered_once_it_is_known_where_to_go(
    answers: Answers, none: bool, lacking: bool
) -> None:
    assert (blank(answers), unanswered(answers)) == (none, lacking)


def test_an_ioarr_on_what_does_not_work_becomes_a_project() -> None:
    assert verdict(replace(SOUND, nature="ioarr", unit_works=False)).reason.code == "unit_idle"
    assert verdict(replace(SOUND, nature="ioarr", unit_works=True)).passes


def test_norms_that_nobody_verified_advise_and_never_refuse() -> None:
    found = verdict(replace(SOUND, in_pmi=False, share=0.01))

    assert found.passes
    assert [reason.code for reason in found.advice] == ["not_in_pmi", "narrow"]
    assert "por verificar" in found.advice[1].sentence


@given(
    answers=st.builds(
        Answers,
        st.sampled_from([None, *COMPETENCES]),
        st.sampled_from([None, *NATURES]),
        TERNARY,
        TERNARY,
        TERNARY,
        TERNARY,
        st.none() | st.floats(0, 1),
    )
)
def test_every_request_has_somewhere_to_go_or_something_to_answer(answers: Answers) -> None:
    found = verdict(answers)

    assert found.route in ROUTES or found.open or found.reason.code == "unit_idle"
    assert found.reason.sentence
