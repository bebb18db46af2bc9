"""Each rule of each instrument bites on a document that breaks it, and only there."""

# ruff: noqa: E501 -- a table of rules reads by rows

from collections.abc import Callable
from typing import Any

import pytest

from app.capture import answers
from tests.builders import (
    BUILDERS,
    Raw,
    a_commitment,
    a_diagnosis,
    a_household,
    a_household_monitoring,
    a_plan,
    a_practice_total,
    a_problem,
    an_action,
    instruments,
    known,
)

Change = Callable[[Raw], Any]


def found(code: str, raw: Raw, **about: Any) -> list[tuple[str, str, str]]:
    document = answers.read(instruments()[code], raw, known(**about))
    return [(p.path, p.kind, p.severity) for p in document.problems]


@pytest.mark.parametrize("code", sorted(BUILDERS))
def test_a_good_document_has_nothing_to_mend(code: str) -> None:
    assert found(code, BUILDERS[code]()) == []


def put(**fields: Any) -> Change:
    return lambda raw: raw.update(fields)


def row(repeat: str, index: int, **fields: Any) -> Change:
    return lambda raw: raw[repeat][index].update(fields)


WATER = {"chlorine_homes_sampled": 4, "chlorine_homes_enough": 5}
TOILETS = {"toilets_network": 1, "toilets_ubs": 1, "toilets_latrine": 1, "toilets_open": 1}
BANDS = [{"age_band": "m0_5", "age_women": 90, "age_men": 90}]
NINE = [
    {"age_band": b, "age_women": 1, "age_men": 1}
    for b in ("m0_5", "m6_11", "m12_23", "y2_4", "y5_11", "y12_17", "y18_29", "y30_59", "y60_up")
]
SIX = [a_commitment(commitment=f"Compromiso {n}") for n in range(6)]

BROKEN: list[tuple[str, Change, str, str, str]] = [
    # diagnosis
    ("diagnosis", put(attendees_women=0, attendees_men=0), "attendees_men", "rule", "hard"),
    ("diagnosis", put(date="2026-07-01"), "date", "limit", "hard"),
    ("diagnosis", put(population=20), "population", "rule", "soft"),
    ("diagnosis", put(children_under_5=129), "children_under_5", "rule", "hard"),
    ("diagnosis", put(children_under_2=18), "children_under_2", "rule", "hard"),
    ("diagnosis", put(pregnant_women=112), "pregnant_women", "rule", "hard"),
    ("diagnosis", put(pregnant_women=-1), "pregnant_women", "limit", "hard"),
    ("diagnosis", put(minutes_rain=74), "minutes_rain", "rule", "soft"),
    ("diagnosis", put(minutes_dry=2881), "minutes_dry", "limit", "hard"),
    ("diagnosis", put(dwellings_with_water=30), "dwellings_with_water", "rule", "hard"),
    ("diagnosis", put(dwellings_with_toilet=30), "dwellings_with_toilet", "rule", "hard"),
    ("diagnosis", put(problems=[]), "problems", "required", "hard"),
    ("diagnosis", row("problems", 1, people_affected=129), "problems[1].people_affected", "rule", "hard"),
    ("diagnosis", row("problems", 0, votes_women=13), "problems[0].votes_women", "rule", "hard"),
    ("diagnosis", row("problems", 0, votes_women=6), "votes_women_total", "rule", "hard"),
    ("diagnosis", row("problems", 0, votes_men=10), "problems[0].votes_men", "rule", "hard"),
    ("diagnosis", row("problems", 1, votes_men=6), "votes_men_total", "rule", "hard"),
    ("diagnosis", row("problems", 0, votes_men=-1), "problems[0].votes_men", "limit", "hard"),
    ("diagnosis", row("problems", 0, since_year=2027), "problems[0].since_year", "rule", "hard"),
    ("diagnosis", row("problems", 0, theme="moon"), "problems[0].theme", "type", "hard"),
    ("diagnosis", put(assets_gate="some"), "assets", "rule", "hard"),
    ("diagnosis", put(hazards=[]), "hazards", "rule", "hard"),
    ("diagnosis", row("hazards", 0, hazard_families=32), "hazards[0].hazard_families", "rule", "hard"),
    ("diagnosis", row("hazards", 0, hazard_last_year=2027), "hazards[0].hazard_last_year", "rule", "hard"),
    ("diagnosis", put(age_groups=BANDS), "age_total", "rule", "hard"),
    ("diagnosis", put(age_groups=NINE), "age_total", "rule", "soft"),
    ("diagnosis", put(age_groups=NINE[:2] + NINE[:1]), "age_groups[2].age_band", "repeated", "hard"),
    ("diagnosis", put(people_with_disability=129), "people_with_disability", "rule", "hard"),
    ("diagnosis", put(children_out_of_school=129), "children_out_of_school", "rule", "hard"),
    ("diagnosis", put(adults_not_reading=129), "adults_not_reading", "rule", "hard"),
    ("diagnosis", put(deaths_under_5=1, deaths_under_1=2), "deaths_under_1", "rule", "hard"),
    ("diagnosis", put(**WATER), "chlorine_homes_enough", "rule", "hard"),
    ("diagnosis", put(chlorine_mg_l="5.1"), "chlorine_mg_l", "limit", "hard"),
    ("diagnosis", put(**TOILETS), "toilets_total", "rule", "soft"),
    ("diagnosis", put(energy_sources=["grid", "none"]), "energy_sources", "rule", "hard"),
    ("diagnosis", put(communications=["radio", "none"]), "communications", "rule", "hard"),
    ("diagnosis", put(earth_floor=30), "earth_floor", "rule", "hard"),
    ("diagnosis", put(improved_stove=30), "improved_stove", "rule", "hard"),
    ("diagnosis", put(animals_inside=30), "animals_inside", "rule", "hard"),
    ("diagnosis", put(capital_minutes_dry=9, capital_minutes_rain=8), "capital_minutes_rain", "rule", "soft"),
    ("diagnosis", put(birth_minutes_dry=9, birth_minutes_rain=8), "birth_minutes_rain", "rule", "soft"),
    # monitoring
    ("monitoring", row("practices", 0, x=30), "practices[0].x", "rule", "hard"),
    ("monitoring", row("practices", 0, practice="P-F99"), "practices[0].practice", "type", "hard"),
    ("monitoring", row("practices", 1, practice="P-F1"), "practices[1].practice", "repeated", "hard"),
    ("monitoring", row("practices", 3, n=2), "practices[3].n", "rule", "hard"),
    ("monitoring", row("practices", 0, observed=28), "practices[0].verified_total", "rule", "hard"),
    ("monitoring", row("practices", 0, observed=19), "practices[0].verified_total", "rule", "soft"),
    ("monitoring", row("practices", 0, missing=None), "practices[0].missing", "required", "hard"),
    ("monitoring", put(children_with_diarrhoea=17), "children_with_diarrhoea", "rule", "hard"),
    # plan
    ("plan", put(attendees_women=0, attendees_men=0), "attendees_men", "rule", "hard"),
    ("plan", put(period_end="2026-05-31"), "period_end", "rule", "hard"),
    ("plan", put(period_end="2029-06-03"), "period_end", "rule", "soft"),
    ("plan", row("actions", 0, end="2026-06-30"), "actions[0].end", "rule", "hard"),
    ("plan", row("actions", 0, end="2027-06-01"), "actions[0].end", "rule", "soft"),
    ("plan", row("actions", 0, place=None), "actions[0].needs_place", "rule", "hard"),
    ("plan", row("actions", 1, raise_to_budget="yes"), "actions[1].raise_to_budget", "rule", "soft"),
    ("plan", row("actions", 0, cost_soles="12.345"), "actions[0].cost_soles", "rule", "hard"),
    ("plan", row("actions", 0, cost_soles="-1"), "actions[0].cost_soles", "limit", "hard"),
    ("plan", row("actions", 0, votes_women=13), "actions[0].votes_women", "rule", "hard"),
    ("plan", row("actions", 0, votes_men=10), "actions[0].votes_men", "rule", "hard"),
    ("plan", row("actions", 0, people_benefited=5, children_benefited=6), "actions[0].children_benefited", "rule", "hard"),
    ("plan", put(actions=[]), "actions", "required", "hard"),
    # council
    ("council", put(mandate_to="2026-02-14"), "mandate_to", "rule", "hard"),
    ("council", put(mandate_from="2026-02-09"), "mandate_from", "rule", "soft"),
    ("council", put(resolution_number=None), "resolution_number", "required", "hard"),
    ("council", put(vision_date="2023-02-09"), "vision_date", "rule", "soft"),
    ("council", row("posts", 3, post="president"), "presidents", "rule", "hard"),
    ("council", row("posts", 2, holder_phone="llamar a Rosa"), "posts[2].holder_phone", "rule", "hard"),
    # family
    ("family", put(household="H 001"), "household", "rule", "hard"),
    ("family", put(children_under_5=6), "children_under_5", "rule", "hard"),
    ("family", put(children_under_2=2), "children_under_2", "rule", "hard"),
    ("family", put(pregnant_women=4), "pregnant_women", "rule", "hard"),
    ("family", put(consent_method="witness"), "witness_post", "required", "hard"),
    ("family", put(consent_method="fingerprint"), "witness_post", "required", "hard"),
    # self-assessment
    ("self_assessment", put(consent="refused"), "consent", "rule", "hard"),
    ("self_assessment", put(commitments=SIX), "open_commitments", "rule", "hard"),
    ("self_assessment", row("commitments", 0, due_date="2027-04-06"), "commitments[0].due_date", "rule", "hard"),
    ("self_assessment", row("commitments", 0, due_date="2026-04-03"), "commitments[0].due_date", "rule", "hard"),
    ("self_assessment", row("commitments", 0, state="not_possible"), "commitments[0].state_reason", "required", "hard"),
    # activity and evaluation
    ("activity", put(attendees_women=0, attendees_men=0), "attendees_men", "rule", "soft"),
    ("evaluation", row("results", 1, why=" "), "results[1].why", "required", "hard"),
    ("evaluation", row("results", 1, action="A-1"), "results[1].action", "repeated", "hard"),
    ("evaluation", put(attendees_women=0, attendees_men=0), "attendees_men", "rule", "hard"),
    # progress and the survey
    ("progress", row("told", 0, state="done"), "told[0].share", "rule", "hard"),
    ("progress", row("told", 0, ready=32), "told[0].ready", "rule", "hard"),
    ("progress", row("told", 1, obstacle=None), "told[1].obstacle", "required", "hard"),
    ("progress", row("told", 1, action="A-1"), "told[1].action", "repeated", "hard"),
    ("social_capital", put(consent="refused"), "consent", "rule", "hard"),
    ("social_capital", put(trust=None), "trust", "required", "hard"),
    # household lines
    ("household_monitoring", row("households", 1, household="H-001"), "households[1].household", "repeated", "hard"),
    ("household_monitoring", row("households", 1, visit_date="2026-06-02"), "households[1].visit_date", "rule", "hard"),
    ("household_monitoring", row("households", 1, consent=None), "households[1].consent", "required", "hard"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "change", "path", "kind", "severity"), BROKEN)
def test_a_broken_rule_is_told_where_it_breaks(
    code: str, change: Change, path: str, kind: str, severity: str
) -> None:
    raw = BUILDERS[code]()
    change(raw)

    assert (path, kind, severity) in found(code, raw)


def in_home(**fields: Any) -> Raw:
    return a_household_monitoring(households=[a_household(**fields)])


CHILD = {"person_no": 1, "person_kind": "child", "birth_date": "2025-08-20"}
LINES: list[tuple[Raw, str, str, str]] = [
    ({"persons": [CHILD, CHILD]}, "persons[1].person_no", "repeated", "hard"),
    ({"persons": [{**CHILD, "birth_date": "2026-06-02"}]}, "persons[0].birth_date", "rule", "hard"),
    ({"persons": [{**CHILD, "birth_date": None}]}, "persons[0].birth_date", "required", "hard"),
    ({"observations": [{"practice": "P-B6", "value": "meets"}]}, "observations[0].value", "rule", "hard"),
    ({"observations": [{"practice": "P-B6", "person": 2, "value": "meets"}]}, "observations[0].person", "rule", "hard"),
    ({"observations": [{"practice": "P-A1", "person": 1, "value": "meets"}]}, "observations[0].value", "rule", "soft"),
    ({"observations": [{"practice": "P-F1", "value": "meets"}] * 2}, "observations[1].practice", "repeated", "hard"),
]  # fmt: skip


@pytest.mark.parametrize(("home", "path", "kind", "severity"), LINES)
def test_a_broken_household_line_is_told(home: Raw, path: str, kind: str, severity: str) -> None:
    problems = found("household_monitoring", in_home(**home))

    assert (f"households[0].{path}", kind, severity) in problems


def test_a_practice_outside_its_age_that_does_not_apply_is_fine() -> None:
    line = {"practice": "P-A1", "person": 1, "value": "not_applicable"}

    assert found("household_monitoring", in_home(observations=[line])) == []


@pytest.mark.parametrize(
    ("born", "months"),
    [("2025-06-01", "12"), ("2025-06-02", "11"), ("2026-06-01", "0"), ("2024-12-31", "17")],
)
def test_age_is_counted_in_completed_months(born: str, months: str) -> None:
    raw = in_home(persons=[{**CHILD, "birth_date": born}], observations=[])

    document = answers.read(instruments()["household_monitoring"], raw, known())

    assert document.values["households"][0]["persons"][0]["age_months"] == months


def test_nothing_is_kept_of_a_family_that_did_not_consent() -> None:
    raw = in_home(consent="refused")

    document = answers.read(instruments()["household_monitoring"], raw, known())

    assert document.values["households"] == (
        {"household": "H-001", "sector": "Alto", "consent": "refused"},
    )
    assert document.ok
    assert b"2025-08-20" not in answers.canonical(document)


def test_refusing_consent_leaves_a_family_sheet_complete() -> None:
    raw = {"date": "2026-04-04", "household": "H-9", "consent_method": "refused"}

    assert found("family", raw) == []


def test_a_gate_left_blank_is_not_asked_and_not_none() -> None:
    raw = a_diagnosis(assets_gate=None)

    document = answers.read(instruments()["diagnosis"], raw, known())

    assert "assets_gate" not in document.values
    assert document.ok


def test_many_more_families_than_last_time_ask_for_a_reason() -> None:
    previous = {"previous": {"last": {"families": "14"}}}
    reason = {"_reasons": {"families": "Llegaron familias de la orilla"}}

    bare = answers.read(instruments()["diagnosis"], a_diagnosis(), known(lookups=previous))
    told = answers.read(instruments()["diagnosis"], a_diagnosis(**reason), known(lookups=previous))

    assert [p.path for p in bare.blocking()] == ["families"]
    assert told.ok
    assert told.reasons == reason["_reasons"]


def test_homes_and_beneficiaries_are_held_against_the_diagnosis() -> None:
    diagnosis = {"diagnosis": {"last": {"families": "10"}}}

    visited = found("monitoring", BUILDERS["monitoring"](), lookups=diagnosis)
    served = found("plan", a_plan(), lookups=diagnosis)

    assert ("homes_visited", "rule", "soft") in visited
    assert ("actions[0].families_benefited", "rule", "soft") in served


def test_progress_that_goes_back_is_doubted_against_what_was_told_before() -> None:
    before = {"progress": {"A-1": {"share": 60}}}

    lower = found("progress", BUILDERS["progress"](), lookups=before)

    assert lower == [("told[0].share", "rule", "soft")]


def test_a_reason_does_not_excuse_a_hard_rule() -> None:
    raw = a_diagnosis(dwellings_with_water=30, _reasons={"dwellings_with_water": "Así es"})

    document = answers.read(instruments()["diagnosis"], raw, known())

    assert [p.path for p in document.blocking()] == ["dwellings_with_water"]
    assert document.reasons == {}


def test_all_that_is_wrong_is_told_at_once() -> None:
    raw = a_diagnosis(
        families="muchas",
        children_under_2=18,
        problems=[a_problem(votes_women=13), a_problem(theme=None)],
    )

    paths = [path for path, _, _ in found("diagnosis", raw)]

    assert {"families", "children_under_2", "problems[0].votes_women", "problems[1].theme"} <= set(
        paths
    )


def test_works_keep_their_place_and_a_faena_needs_none() -> None:
    raw = a_plan(actions=[an_action(kind="faena", place=None, raise_to_budget="no")])

    assert found("plan", raw) == []


def test_totals_of_how_it_was_known_may_be_left_out() -> None:
    bare = a_practice_total(observed=None, said=None)
    raw = BUILDERS["monitoring"](practices=[bare])

    assert found("monitoring", raw) == []


def test_every_rule_of_every_instrument_is_broken_above() -> None:
    """A new rule needs its broken document; those that look outside are in their own tests."""
    outside = {
        ("diagnosis", "families", "soft"),
        ("monitoring", "homes_visited", "soft"),
        ("plan", "families_benefited", "soft"),
        ("progress", "share", "soft"),
    }
    in_lines = {
        ("household_monitoring", path.rpartition(".")[2], hard)
        for _, path, kind, hard in LINES
        if kind == "rule"
    }
    broken = {
        (code, path.rpartition(".")[2], hard)
        for code, _, path, kind, hard in BROKEN
        if kind == "rule"
    }

    written = {
        (code, field.code, rule.severity)
        for code, instrument in instruments().items()
        for field, _ in instrument.walk()
        for rule in field.rules
    }

    assert written == broken | in_lines | outside
