"""A proposal's own criteria: measured or judged, as the matrix of an ordinance words them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.merits import (
    MEASURES,
    PLAIN,
    Criterion,
    Facts,
    InvalidMatrix,
    Matrix,
    Step,
    check,
    merit,
)

STUDY = Criterion(
    "study", "Estado del estudio", 20, None, (Step(20, "con expediente"), Step(5, "idea"))
)
REACH = Criterion("reach", "Población", 80, "people", (Step(80, "", 0.1), Step(30, "", 0.05)))


@pytest.mark.parametrize(
    ("facts", "score"),
    [
        (Facts(), 0),
        (Facts(100.0, 1.0, women=True), 100),
        (Facts(50.0, 0.25), 40),
        (Facts(None, 0.5, women=True), 20),
    ],
)
def test_a_score_is_the_sum_of_its_parts(facts: Facts, score: float) -> None:
    found = merit(facts)

    assert found.score == pytest.approx(score)
    assert [part.criterion for part in found.parts] == ["need", "people", "women"]
    assert found.open == ()


def test_what_nobody_measured_says_so() -> None:
    codes = [part.reason.code for part in merit(Facts()).parts]

    assert codes == ["no_evidence", "people_unknown", "not_women"]


@pytest.mark.parametrize(
    ("share", "points"), [(None, 0), (0.049, 0), (0.05, 30), (0.099, 30), (0.1, 80), (1.0, 80)]
)
def test_a_measure_with_steps_gives_the_highest_that_it_reaches(
    share: float | None, points: int
) -> None:
    assert merit(Facts(people=share), (REACH, STUDY)).parts[0].points == points


def test_a_judged_criterion_gives_what_the_team_chose_and_waits_until_it_does() -> None:
    waiting = merit(Facts(), (REACH, STUDY))
    judged = merit(Facts(), (REACH, STUDY), {"study": 1})
    strange = merit(Facts(), (REACH, STUDY), {"study": 7})

    assert waiting.open == strange.open == ("study",)
    assert judged.open == ()
    assert (judged.score, judged.parts[1].reason.sentence) == (
        5,
        "El equipo técnico halló: idea.",
    )


@pytest.mark.parametrize(
    ("matrix", "says"),
    [
        ((), "entre 1 y 15"),
        ((REACH,), "suman 80"),
        ((REACH, Criterion("b", " ", 20, "women")), "falta el nombre"),
        ((REACH, Criterion("b", "b", 0, "women")), "falta el nombre"),
        ((REACH, Criterion("b", "b", 20)), "faltan sus tramos"),
        ((REACH, Criterion("b", "b", 20, "communities")), "necesita tramos"),
        ((REACH, Criterion("b", "b", 20, "women", (Step(20, "sí"),))), "desde qué valor"),
        ((REACH, Criterion("b", "b", 20, None, (Step(21, "a"), Step(0, "b")))), "más puntos"),
        ((REACH, Criterion("b", "población", 20, "women")), "dos veces"),
    ],
)
def test_a_matrix_that_cannot_judge_is_refused_with_its_remedy(matrix: Matrix, says: str) -> None:
    with pytest.raises(InvalidMatrix) as refused:
        check(matrix)

    assert says in str(refused.value)


def test_the_plain_matrix_can_judge() -> None:
    check(PLAIN)
    check((REACH, STUDY))


@given(
    st.sampled_from([m for m in MEASURES if m != "communities"]),
    st.floats(0, 100),
    st.floats(0, 100),
)
def test_more_of_what_is_measured_never_lowers_a_proposal(
    measure: str, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    matrix = (Criterion("a", "a", 100, measure),)  # type: ignore[arg-type]

    def points(value: float) -> float:
        share = value / 100
        facts = Facts(value, share, share > 0.5, share, share > 0.5)
        return merit(facts, matrix).score

    assert 0 <= points(low) <= points(high) <= 100 + 1e-9
