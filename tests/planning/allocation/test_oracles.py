"""The engine against real elections and against what others reckoned of them."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.planning.allocation import pabulib, rules
from app.planning.allocation.elections import Ballot, Election, Option
from app.planning.allocation.limits import Limits
from app.planning.allocation.rules import Wording
from tests.planning.allocation.elections import FILE_TIES

COMPUTED = {
    "greedy_by_score_skip": Wording("greedy"),
    "greedy_by_score_stop_at_first_misfit": Wording("greedy-stop"),
    "greedy_by_score_skip_with_threshold": Wording("greedy"),
    "greedy_by_score_stop_with_threshold": Wording("greedy-stop"),
    "mes_cost_no_completion": Wording("mes", "cost"),
    "mes_card_no_completion": Wording("mes", "cardinality"),
    "mes_additive_no_completion": Wording("mes", "points"),
    "mes_cost_add1": Wording("mes-add1", "cost", Fraction(100), step_in_money=True),
    "sequential_phragmen_pabutools": Wording("phragmen"),
}


@pytest.fixture(scope="module")
def folder(data_dir: Path) -> Path:
    """Real elections with published and reckoned outcomes."""
    return data_dir / "pb"


def worded(name: str, file: pabulib.File) -> Wording:
    given = COMPUTED[name]
    limits = Limits(least_score=file.least_score if "threshold" in name else 0)
    return Wording(
        given.rule, given.utility, given.step, given.step_in_money, ties=FILE_TIES, limits=limits
    )


def test_every_reckoned_outcome_of_the_real_elections(folder: Path) -> None:
    entries = json.loads((folder / "resultados_esperados.json").read_text("utf-8"))
    assert len(entries) == 11
    tried = 0
    for entry in entries:
        file = pabulib.read((folder / entry["file"]).read_text("utf-8"))
        assert set(entry["computed"]) <= set(COMPUTED)
        for name, expected in entry["computed"].items():
            outcome = rules.allocate(file.election, worded(name, file))
            assert set(outcome.funded) == set(expected["winners"]), (entry["file"], name)
            steps = expected.get("voter_budget_increments_of_1")
            assert steps in (None, outcome.level)
            tried += 1

    assert tried == sum(len(entry["computed"]) for entry in entries)


@pytest.mark.parametrize(
    ("name", "least"),
    [("Netherlands_Assen_2024.pb", 9), ("Poland_Wieliczka_2023_Green_Budget.pb", 30)],
)
def test_published_winners_of_towns_that_used_equal_shares(
    folder: Path, name: str, least: int
) -> None:
    file = pabulib.read((folder / name).read_text("utf-8"))
    winners = {row["project_id"] for row in file.projects.rows if row["selected"] == "1"}

    assert len(winners) == least
    assert set(rules.allocate(file.election, worded("mes_cost_add1", file)).funded) == winners


def test_stopping_once_exhausted_is_another_rule_with_other_winners(folder: Path) -> None:
    file = pabulib.read((folder / "Poland_Wieliczka_2023_Green_Budget.pb").read_text("utf-8"))
    wording = Wording(
        "mes-add1", "cost", Fraction(100), step_in_money=True, exhausted=True, ties=FILE_TIES
    )
    outcome = rules.allocate(file.election, wording)

    assert (outcome.level, len(outcome.funded)) == (150, 31)


def committee(entry: dict[str, Any]) -> Election:
    options = tuple(Option(str(code), 100) for code in range(entry["n_candidatos"]))
    ballots = tuple(Ballot({str(code): 1 for code in marks}) for marks in entry["perfil"])
    return Election(options, ballots, 100 * entry["tamano_comite"])


def test_committees_of_another_library(folder: Path) -> None:
    """Of a tie any of its committees; whoever nobody marked is not elected here."""
    entries = json.loads((folder / "abcvoting_presupuesto_unitario.json").read_text("utf-8"))
    assert len(entries) == 240
    for entry in entries:
        election = committee(entry)
        for rule, name in (("greedy", "av"), ("phragmen", "seqphragmen"), ("mes", "equal-shares")):
            outcome = rules.allocate(election, Wording(rule, ties=FILE_TIES))
            chosen = {int(code) for code in outcome.funded}
            published = [set(each) for each in entry["resultados"][name]["irresoluto"]]
            assert any(chosen <= each for each in published), (entry["id"], rule)
            full = min(entry["tamano_comite"], sum(1 for votes in election.votes if votes))
            assert rule == "mes" or len(chosen) == full
