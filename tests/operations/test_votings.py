"""A voting from its rules to its result, on both stores."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from app.errors import Conflict, Invalid, Unknown
from app.operations import (
    agreed_lists,
    allocations,
    ballot_files,
    ballots,
    proposals,
    requests,
    vote_counts,
    vote_scenarios,
    voting_rules,
    voting_steps,
    votings,
)
from app.operations.ballots import Typed
from app.operations.proposals import Edit, Given, Seen
from app.planning.allocation import pabulib
from app.planning.allocation.comparing import Change
from app.store.sessions import Store
from app.store.types import now
from tests import world
from tests.operations.voting_town import DAY, YEAR, VotingTown, a_voting_town, here
from tests.worlds import Worlds, built_once

BALLOTS = ["1 2", "1 2", "1 3", "4", "4", "2 4", ""]


town = built_once(a_voting_town, name="town")


@pytest.fixture
def sqlite_town(sqlite_store: Store, worlds: Worlds) -> VotingTown:
    """The district on the embedded store alone."""
    return worlds.fill(sqlite_store, a_voting_town)


def test_a_voting_goes_from_its_rules_to_its_result(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.closed(session, BALLOTS)
        run = vote_counts.allocate(session, town.third, here(session), voting, "bolo 17")

    told = {line["code"]: (line["funded"], line["reason"], line["votes"]) for line in run.outcomes}
    assert told == {
        "1": (True, "funded", 3),
        "2": (True, "funded", 3),
        "4": (False, "does_not_fit", 3),
        "3": (True, "funded", 1),
        "5": (False, "over_budget", 0),
    }
    assert run.seed == "bolo 17"
    assert run.detail is not None
    assert run.detail["rules"]["version"] == 1
    assert run.detail["left_cents"] == 0
    assert [each["rule"] for each in run.detail["compared"]][:2] == ["greedy", "greedy-stop"]
    assert (voting.state, run.published) == ("allocated", True)


def test_the_official_run_is_made_once(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.closed(session, BALLOTS)
        vote_counts.allocate(session, town.third, here(session), voting)

        with pytest.raises(Conflict, match="ya está hecho"):
            vote_counts.allocate(session, town.third, here(session), voting, "otra semilla")


def test_the_merit_ranking_does_not_stand_against_a_voting(town: VotingTown) -> None:
    with town.store.writing() as session:
        town.opened(session)

        with pytest.raises(Conflict, match="votación"):
            allocations.run(session, town.third, here(session), YEAR, DAY)


@pytest.mark.parametrize("state", ["preparing", "open", "annulled"])
def test_nobody_counts_before_the_close(town: VotingTown, state: str) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        town.cast(session, voting, ["1 2", "3"])
        voting.state = state
        where = here(session)
        questions: list[Any] = [
            lambda: vote_counts.accepted(session, voting),
            lambda: vote_counts.case_of(session, where, voting),
            lambda: vote_counts.allocate(session, town.third, where, voting),
            lambda: ballot_files.write(session, where, voting),
            lambda: vote_scenarios.ask(session, where, voting, Change()),
            lambda: vote_scenarios.keep(session, town.third, where, voting, "x", Change()),
        ]

        for question in questions:
            with pytest.raises(Conflict, match="cuando la votación cierra"):
                question()


def test_two_people_who_agree_settle_a_sheet(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        sheet = town.printed(session, voting, 1)[0]
        where = here(session)
        ballots.type_sheet(session, town.first, where, voting, sheet.code, Typed("3 1"))
        assert sheet.state == "typed"

        ballots.type_sheet(session, town.second, where, voting, sheet.code, Typed("1,3"))

        assert (sheet.state, sheet.marks) == ("accepted", [["1", 1], ["3", 1]])
        with pytest.raises(Conflict, match="ya está digitada"):
            ballots.type_sheet(session, town.third, where, voting, sheet.code, Typed("2"))


def test_one_person_alone_settles_nothing(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        sheet = town.printed(session, voting, 1)[0]
        for text in ("1 2", "1 3", "1 3"):
            ballots.type_sheet(session, town.first, here(session), voting, sheet.code, Typed(text))

        assert sheet.state == "typed"
        # What counts is the last that she typed.
        ballots.type_sheet(session, town.second, here(session), voting, sheet.code, Typed("1 3"))
        assert sheet.state == "accepted"


@pytest.mark.parametrize(("text", "why"), [("1 9", "unknown"), ("1 2", ""), ("", "")])
def test_a_slip_of_the_keys_is_seen_before_the_second_person(
    town: VotingTown, text: str, why: str
) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        sheet = town.printed(session, voting, 1)[0]

        ballots.type_sheet(session, town.first, here(session), voting, sheet.code, Typed(text))

        assert (sheet.state, ballots.doubt(session, voting, sheet)) == ("typed", why)


def test_a_difference_waits_for_a_reason(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        where = here(session)
        sheet = town.type_(session, voting, town.printed(session, voting, 1)[0], "1", second="2")
        assert sheet.state == "differs"
        with pytest.raises(Conflict, match="con diferencias 1"):
            voting_steps.close(session, town.third, where, voting)
        with pytest.raises(Invalid, match="razón"):
            ballots.decide(session, town.third, where, voting, sheet.code, Typed("1"), " ")

        ballots.decide(
            session, town.third, where, voting, sheet.code, Typed("1"), "Se ve el aspa en el 1"
        )

        assert (sheet.state, sheet.marks) == ("accepted", [["1", 1]])
        assert sheet.decided_by == town.third.account_id


@pytest.mark.parametrize(
    ("text", "why"),
    [("1 2 3 4", "too_many"), ("9", "unknown"), ("1 77", "unknown")],
)
def test_what_no_ballot_may_say_goes_to_the_tray_and_never_away(
    town: VotingTown, text: str, why: str
) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        where = here(session)
        sheet = town.type_(session, voting, town.printed(session, voting, 1)[0], text)
        assert [(w.sheet.code, w.why) for w in ballots.waiting(session, voting)] == [
            (sheet.code, why)
        ]
        with pytest.raises(Invalid, match="Marca"):
            ballots.decide(session, town.third, where, voting, sheet.code, Typed(text), "Así está")

        ballots.decide(
            session, town.third, where, voting, sheet.code, Typed(), "Marca de más", void=True
        )

        assert sheet.state == "void"
        assert votings.progress(session, voting).void == 1


def test_an_unreadable_sheet_is_reviewed(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        where, sheet = here(session), town.printed(session, voting, 1)[0]
        blurred = Typed(unreadable=True, note="mojada")
        ballots.type_sheet(session, town.first, where, voting, sheet.code, blurred)
        ballots.type_sheet(session, town.second, where, voting, sheet.code, Typed("2"))

        waiting = ballots.waiting(session, voting)

    assert [(w.why, len(w.typings)) for w in waiting] == [("unreadable", 2)]


@pytest.mark.parametrize("text", ["uno=dos=tres", "1 1", "1=5", "1 @"])
def test_what_is_no_list_of_numbers_is_refused_and_nothing_kept(
    town: VotingTown, text: str
) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        sheet = town.printed(session, voting, 1)[0]

        with pytest.raises(Invalid):
            ballots.type_sheet(session, town.first, here(session), voting, sheet.code, Typed(text))

        assert ballots.typings_of(session, sheet) == []


def test_a_wrong_code_is_told(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)

        with pytest.raises((Unknown, Invalid)):
            ballots.type_sheet(session, town.first, here(session), voting, "ABCD2345", Typed("1"))


def test_rules_change_with_a_reason_until_the_first_ballot(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        where = here(session)
        body = voting_rules.body_of(votings.rules_of(session, voting))
        ordinance = voting_rules.Ordinance("Ordenanza 13")
        with pytest.raises(Invalid, match="razón"):
            voting_rules.save(session, town.third, where, YEAR, ordinance, body)
        changed = voting_rules.save(
            session, town.third, where, YEAR, ordinance, body, "Así lo pidió el CCL"
        )
        assert (changed.version, voting.rules_id) == (2, changed.id)
        town.cast(session, voting, ["1"])

        with pytest.raises(Conflict, match="primer voto"):
            voting_rules.save(session, town.third, where, YEAR, ordinance, body, "Otra vez")


@pytest.mark.parametrize(
    "over",
    [
        {"least": 4},
        {"most": 0},
        {"rule": "dedo"},
        {"floors": (("zone", "Alto", 20_000_000),)},
        {"floors": (("zone", "Alto", 500),), "caps": (("zone", "Alto", 400),)},
        {"incompatible": (("3", "3"),)},
        {"step": "0"},
        {"step": "mucho"},
        {"ties": ("moneda",)},
        {"poverty_weight": "-1"},
        {"least_votes": -1},
        {"kind": "points", "total": 0},
        {"compare": ("dedo",)},
    ],
)
def test_rules_that_contradict_are_refused(sqlite_town: VotingTown, over: dict[str, Any]) -> None:
    with sqlite_town.store.writing() as session:
        with pytest.raises(Invalid):
            sqlite_town.rules(session, **over)

        assert voting_rules.current(session, here(session), YEAR) is None


def test_a_limit_on_what_nobody_proposes_keeps_the_voting_shut(sqlite_town: VotingTown) -> None:
    with sqlite_town.store.writing() as session, pytest.raises(Invalid, match="Nadie propone"):
        sqlite_town.opened(session, caps=(("zone", "Alto", 500),))


def test_zones_of_the_ballot_hold_caps(sqlite_town: VotingTown) -> None:
    town = sqlite_town
    with town.store.writing() as session:
        town.rules(session, caps=(("zone", "Alto", 40_000_00),))
        where = here(session)
        voting = voting_steps.prepare(session, town.third, where, YEAR, DAY)
        voting_steps.group(
            session, town.third, where, voting, {"1": ("Alto", ""), "2": ("Alto", "OE1")}
        )
        voting_steps.open_(session, town.third, where, voting)
        town.cast(session, voting, ["1 2", "1 2", "1"])
        voting_steps.close(session, town.third, where, voting)
        run = vote_counts.allocate(session, town.third, where, voting)

    told = {line["code"]: line["reason"] for line in run.outcomes}
    assert (told["1"], told["2"]) == ("funded", "over_cap")


def test_an_empty_voting_cannot_close_and_says_what_to_do(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)

        with pytest.raises(Conflict, match="ninguna cédula"):
            voting_steps.close(session, town.third, here(session), voting)

        voting_steps.annul(session, town.third, here(session), voting, "Nadie vino")
        assert votings.current(session, here(session), YEAR) is None


def test_after_the_close_nothing_is_typed(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        sheets = town.printed(session, voting, 2)
        town.type_(session, voting, sheets[0], "1")
        voting_steps.close(session, town.third, here(session), voting, given=2)

        with pytest.raises(Conflict, match="cerrada"):
            town.type_(session, voting, sheets[1], "1")


def test_more_ballots_than_were_handed_out_are_noticed(sqlite_town: VotingTown) -> None:
    town = sqlite_town
    with town.store.writing() as session:
        voting = town.opened(session)
        town.cast(session, voting, ["1", "2"])

        with pytest.raises(Invalid, match="volvieron 2"):
            voting_steps.close(session, town.third, here(session), voting, given=1)


def test_a_proposal_over_the_budget_is_told_when_it_goes_on_the_ballot(
    sqlite_town: VotingTown,
) -> None:
    with sqlite_town.store.writing() as session:
        voting = sqlite_town.opened(session)

    assert [(e.value, e.field) for e in votings.too_dear(voting)] == [("5", "Obra 5")]


def test_what_is_on_the_ballot_stays_as_it_stood(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session)
        row = proposals.listed(session, here(session), YEAR)[0]
        seen = Seen(row.uuid, row.revision)
        proposals.edit(session, town.third, here(session), seen, Edit(cost_cents=1, title="Otra"))
        town.cast(session, voting, ["1", "1"])
        voting_steps.close(session, town.third, here(session), voting)

        run = vote_counts.allocate(session, town.third, here(session), voting)

    assert (run.outcomes[0]["title"], run.outcomes[0]["cost_cents"]) == ("Obra 1", 40_000_00)


def test_what_was_withdrawn_since_stays_on_the_ballot_unfunded(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.closed(session, ["1", "1", "2"])
        row = proposals.listed(session, here(session), YEAR)[0]
        seen = Seen(row.uuid, row.revision)
        proposals.withdraw(session, town.third, here(session), seen, "La paga la región")

        run = vote_counts.allocate(session, town.third, here(session), voting)

    assert {o["code"]: o["reason"] for o in run.outcomes}["1"] == "withdrawn"


def test_totals_count_down_the_votes_and_no_other_way(town: VotingTown) -> None:
    with pytest.raises(Invalid, match="totales"), town.store.writing() as session:
        town.opened(session, mode="totals", rule="mes")
    with town.store.writing() as session:
        voting = town.opened(session, mode="totals")
        sheet = town.printed(session, voting, 1)[0]
        town.type_(session, voting, sheet, "1=3 2=30 4=12")
        voting_steps.close(session, town.third, here(session), voting)

        run = vote_counts.allocate(session, town.third, here(session), voting)

    assert [o["code"] for o in run.outcomes if o["funded"]] == ["2", "4"]
    assert run.detail is not None
    assert [each["rule"] for each in run.detail["compared"]] == ["greedy", "greedy-stop"]


def test_merit_votes_are_one_ballot_of_whole_points(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session, mode="merit")
        voting_steps.close(session, town.third, here(session), voting)

        run = vote_counts.allocate(session, town.third, here(session), voting)

    # People benefit of 500: 10 of them are 0.4 points of 20, 50 are 2.
    support = {o["code"]: o["support"] for o in run.outcomes}
    assert support == {"1": 0, "2": 1, "3": 1, "4": 2, "5": 2}


def test_money_by_community_goes_by_people_and_poverty(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.opened(session, rule="mes", endowments=True)
        for community, texts in (("A", ["1", "1"]), ("C", ["2", "3", "3"])):
            sheets = town.printed(session, voting, len(texts), community)
            for sheet, text in zip(sheets, texts, strict=True):
                town.type_(session, voting, sheet, text)
        voting_steps.close(session, town.third, here(session), voting)

        case = vote_counts.case_of(session, here(session), voting)
        run = vote_counts.allocate(session, town.third, here(session), voting)

    assert sum(case.election.purses.values()) == voting.cents
    assert case.election.purses["C"] == 6 * case.election.purses["A"]
    # A holds a seventh of 100 000, not enough for work 1; C pays for 3 with two thirds of its own.
    assert {o["code"]: o["funded"] for o in run.outcomes}["3"]
    assert not {o["code"]: o["funded"] for o in run.outcomes}["1"]


def test_with_money_by_community_a_sheet_says_whose_it_is(sqlite_town: VotingTown) -> None:
    town = sqlite_town
    with town.store.writing() as session:
        voting = town.opened(session, endowments=True)
        town.type_(session, voting, town.printed(session, voting, 1)[0], "1")

        assert [w.why for w in ballots.waiting(session, voting)] == ["community"]


def test_a_decision_of_people_stands_beside_the_run(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.closed(session, BALLOTS)
        where = here(session)
        run = vote_counts.allocate(session, town.third, where, voting)
        before = [dict(line) for line in run.outcomes]
        with pytest.raises(Invalid, match="falta la razón en 2"):
            agreed_lists.decide(session, town.third, where, run, ["1", "4"], {"4": "Urge"})
        with pytest.raises(Invalid, match=r"por S/\xa0[0-9\xa0,]+\."):
            reasons = {"5": "Urge"}
            agreed_lists.decide(session, town.third, where, run, ["1", "2", "3", "5"], reasons)

        reasons = {"2": "Cede", "3": "Cede", "4": "Urge por la lluvia"}
        made = agreed_lists.decide(session, town.third, where, run, ["4", "1"], reasons)

        assert made.funded == ["1", "4"]
        assert [(c["code"], c["funded"]) for c in made.changes] == [
            ("2", False),
            ("4", True),
            ("3", False),
        ]
        assert run.outcomes == before


def test_a_scenario_is_kept_and_moves_nothing(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.closed(session, BALLOTS)
        where = here(session)
        run = vote_counts.allocate(session, town.third, where, voting)
        funded = [o["code"] for o in run.outcomes if o["funded"]]

        kept = vote_scenarios.keep(
            session, town.third, where, voting, "sin la 1", Change(without="1", budget_percent=-20)
        )

        assert kept.result["leaves"] != []
        assert kept.result["spent_cents"] <= 80_000_00
        assert [o["code"] for o in run.outcomes if o["funded"]] == funded
        assert [s.name for s in vote_scenarios.listed(session, voting)] == ["sin la 1"]


def test_a_closed_voting_is_written_as_a_file_that_counts_the_same(town: VotingTown) -> None:
    with town.store.writing() as session:
        voting = town.closed(session, BALLOTS, rule="mes-add1")
        where = here(session)
        case = vote_counts.case_of(session, where, voting)
        text = ballot_files.write(session, where, voting)

    file = pabulib.read(text)
    assert file.election.blocs == case.election.blocs
    assert file.meta["budget"] == "100000"
    codes = [sheet.code for sheet in _sheets(town)]
    assert not any(code in text for code in codes)


def _sheets(town: VotingTown) -> list[Any]:
    with town.store.reading() as session:
        voting = votings.needed(session, here(session), YEAR)
        return list(vote_counts.accepted(session, voting))


FILE = """META
key;value
description;Taller
num_projects;2
num_votes;3
budget;1000
vote_type;approval
color;azul
PROJECTS
project_id;cost;name;category;sello
1;400;Agua "segura";Alto;x1
2;700;"Luz; y fuerza";Bajo;x2
VOTES
voter_id;vote;edad;neighborhood
v1;1,2;30;A
v2;2;41;B
v3;1;22;A
"""


def test_a_file_is_brought_in_and_written_again_with_every_column(town: VotingTown) -> None:
    with town.store.writing() as session:
        town.rules(session)
        where = here(session)
        shown = ballot_files.preview(session, where, YEAR, FILE)
        assert (shown.projects, shown.votes, shown.faults) == (2, 3, ())
        voting = ballot_files.bring(session, town.third, where, YEAR, DAY, FILE)
        voting_steps.close(session, town.third, where, voting)

        text = ballot_files.write(session, where, voting)
        public = ballot_files.write(session, where, voting, public=True)

    again, before = pabulib.read(text), pabulib.read(FILE)
    assert (again.meta, again.projects, again.votes) == (before.meta, before.projects, before.votes)
    assert {row["neighborhood"] for row in pabulib.read(public).votes.rows} == {""}


def test_a_file_with_faults_is_refused_row_by_row_and_nothing_kept(town: VotingTown) -> None:
    broken = FILE.replace("budget;1000", "budget;1,000").replace("v2;2;", "v,2;9;")
    with town.store.writing() as session:
        town.rules(session)
        with pytest.raises(Invalid) as refused:
            ballot_files.bring(session, town.third, here(session), YEAR, DAY, broken)

        assert {row.field for row in refused.value.rows} == {"budget", "voter_id", "vote"}
        assert votings.current(session, here(session), YEAR) is None


def test_ballots_of_a_file_that_no_ballot_may_say_wait(town: VotingTown) -> None:
    with town.store.writing() as session:
        town.rules(session, most=1)
        where = here(session)
        voting = ballot_files.bring(session, town.third, where, YEAR, DAY, FILE)

        assert [w.why for w in ballots.waiting(session, voting)] == ["too_many"]
        with pytest.raises(Conflict, match="en la bandeja 1"):
            voting_steps.close(session, town.third, where, voting)


READINGS = [(0, "1 2"), (0, "1 2"), (1, "3"), (1, "2"), (2, "9"), (2, "9")]


@pytest.mark.parametrize("turn", range(6))
def test_the_order_of_typing_changes_nothing(sqlite_store: Store, turn: int) -> None:
    """Six typings of three sheets, by two people, in several orders."""
    town = a_voting_town(sqlite_store)
    order = list(permutations(range(6)))[turn * 113]
    with town.store.writing() as session:
        voting = town.opened(session)
        sheets = town.printed(session, voting, 3)
        for at in order:
            sheet, text = READINGS[at]
            author = town.first if at % 2 else town.second
            ballots.type_sheet(
                session, author, here(session), voting, sheets[sheet].code, Typed(text)
            )

        states = [(sheet.state, sheet.marks) for sheet in sheets]

    assert states == [("accepted", [["1", 1], ["2", 1]]), ("differs", []), ("review", [])]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_two_people_in_any_order_come_to_the_same_count(
    sqlite_store: Store, data: st.DataObject
) -> None:
    """Sheets typed alike by two of three people, in any order: the same ballots, the same run."""
    town = _fresh(sqlite_store)
    texts = data.draw(
        st.lists(st.sampled_from(["1", "1 2", "2 3", "3 4", ""]), min_size=1, max_size=5)
    )
    people = (town.first, town.second, town.third)
    pairs = [data.draw(st.permutations(people))[:2] for _ in texts]
    typings = [(at, who) for at, pair in enumerate(pairs) for who in pair]
    order = data.draw(st.permutations(typings))
    with town.store.writing() as session:
        where = here(session)
        old = votings.current(session, where, YEAR)
        if old is not None:
            old.state = "annulled"
        if voting_rules.current(session, where, YEAR) is None:
            town.rules(session)
        voting = voting_steps.prepare(session, town.third, where, YEAR, DAY)
        voting_steps.open_(session, town.third, where, voting)
        sheets = town.printed(session, voting, len(texts))
        for at, who in order:
            ballots.type_sheet(session, who, where, voting, sheets[at].code, Typed(texts[at]))
        voting.state, voting.closed_at = "closed", now()

        case = vote_counts.case_of(session, where, voting)

    expected = sorted(sorted(text.split()) for text in texts)
    assert sorted(sorted(b.points) for b in case.election.ballots) == expected
    assert {sheet.state for sheet in sheets} == {"accepted"}


def _fresh(store: Store) -> VotingTown:
    """The town of this store, made at the first example."""
    if not hasattr(store, "voting_town"):
        store.voting_town = a_voting_town(store)  # type: ignore[attr-defined]
    found: VotingTown = store.voting_town  # type: ignore[attr-defined]
    return found


def test_the_close_is_an_instant(sqlite_town: VotingTown) -> None:
    with sqlite_town.store.writing() as session:
        voting = sqlite_town.closed(session, ["1"])

    assert voting.closed_at is not None
    assert voting.closed_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("weights", "ballots_", "support"),
    [
        ("one", 2, {"6": 3 + 2, "7": 2 + 3}),
        ("people", 200, {"6": 50 * 3 + 150 * 2, "7": 50 * 2 + 150 * 3}),
    ],
)
def test_communal_plans_vote_by_the_order_of_their_actions(
    town: VotingTown, weights: str, ballots_: int, support: dict[str, int]
) -> None:
    with town.store.writing() as session:
        where = here(session)
        _plans(session)
        asked = {
            (request.community, request.title): request.uuid
            for request in requests.of_district(session, where, DAY)
        }
        for title in ("Posta", "Agua"):
            taken = tuple(asked[community, title] for community in ("A", "B"))
            made = proposals.create(
                session, town.third, where, Given(YEAR, taken, cost_cents=1_000_00), DAY
            )
            proposals.present(session, town.third, where, Seen(made.uuid, made.revision))
        voting = town.opened(session, mode="plans", kind="order", plan_weights=weights)
        voting_steps.close(session, town.third, where, voting)

        case = vote_counts.case_of(session, where, voting)

    scores = dict(zip((o.code for o in case.election.options), case.election.scores, strict=True))
    assert case.election.voters == ballots_
    assert {code: scores[code] for code in ("6", "7")} == support


def _plans(session: Any) -> None:
    """A wants the post first and then water; B the other way; C asks for nothing."""
    orders = {"A": ("Posta", "Agua"), "B": ("Agua", "Posta")}
    rows = session.exec(select(world.Community)).all()
    for here_ in rows:
        if here_.code not in orders:
            continue
        held = world.a_round(session, world.cycle(session, here_))
        actions = [{"title": title, "to_budget": True} for title in orders[here_.code]]
        world.plan(session, world.form(session, "plan", here_, held), actions)
