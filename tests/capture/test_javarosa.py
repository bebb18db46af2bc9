"""The forms as the engine inside ODK Collect fills them: it and our reader say the same."""

import csv
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings, strategies

from app.capture import answers as capture
from app.capture import delivered, xlsforms
from app.capture.answers import Answers, Known
from app.capture.fields import Field, Instrument
from app.capture.xform_files import of_instrument
from app.settings import ROOT
from tests import builders, town
from tests.capture.javarosa import Engine, Filled
from tests.capture.test_xlsforms import INSTRUMENTS, PLAN_PLACE, a_plan, as_client

Raw = dict[str, Any]
Change = Callable[[Raw], Any]
COMMUNITY = "1099010001"
ACTIONS = ("A-1", "A-2")
AFTER_TODAY = (date.today() + timedelta(days=2)).isoformat()


def practices() -> dict[str, dict[str, str]]:
    """The columns of the catalogue that stand beside the forms, by code."""
    with (ROOT / "seeds" / "practices.csv").open(encoding="utf-8", newline="") as lines:
        wanted = ("name_es", "unit", "age_min_months", "age_max_months")
        return {row["code"]: {name: row[name] for name in wanted} for row in csv.DictReader(lines)}


PRACTICES = practices()
LAST = {"diagnosis": {"families": "31"}, "previous": {"families": "30"}}
KNOWN = Known(
    lookups={
        "practices": PRACTICES,
        "diagnosis": {"last": LAST["diagnosis"]},
        "previous": {"last": LAST["previous"]},
        "progress": {"A-1": {"share": "40"}},
    }
)


def files_of(instrument: Instrument, previous: Raw) -> Iterator[tuple[str, list[list[str]]]]:
    """The CSV files of a form, as the server writes them: one community, two homes and actions."""
    for name in xlsforms.workbook(instrument).files:
        if name == "communities":
            yield name, [["name", "label"], [COMMUNITY, "Quebrada"]]
        elif name == "practices":
            head = ["name", "label", "unit", "age_min_months", "age_max_months"]
            yield name, [head, *([code, *row.values()] for code, row in PRACTICES.items())]
        elif name == "households":
            homes = [["H1", "H1", COMMUNITY], ["H2", "H2", COMMUNITY], ["H1", "H1", "1099010002"]]
            yield name, [["name", "label", "community"], *homes]
        elif name == "actions":
            yield name, [["name", "label", "community"], *([a, a, COMMUNITY] for a in ACTIONS)]
        elif name == "progress":
            yield name, [["name", "share"], ["A-1", "40"]]
        elif name == "diagnosis" or name.startswith("previous_"):
            said = previous if name.startswith("previous_") else LAST["diagnosis"]
            columns = xlsforms.columns_of(instrument, name)
            yield name, [["name", *columns], [COMMUNITY, *(said.get(c, "") for c in columns)]]
        else:  # a register in which nothing stands yet
            yield name, [["name", "label", *(["community"] if name == "problems" else [])]]


def publish(instrument: Instrument, folder: Path, previous: Raw) -> Path:
    """A form in its folder, with its files beside it."""
    folder.mkdir()
    for name, rows in files_of(instrument, previous):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)
    form = folder / "form.xml"
    form.write_bytes(of_instrument(instrument).xml)
    return form


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One process of Java for the whole file."""
    running = Engine(tmp_path_factory.mktemp("javarosa") / "engine.log")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every form that the cases fill."""
    folder = tmp_path_factory.mktemp("forms")
    return {code: publish(INSTRUMENTS[code], folder / code, LAST["previous"]) for code in SOUND}


def a_visited_home() -> Raw:
    """Lines of two homes: one with a child and a pregnant woman, one that said no."""
    return {
        "date": "2026-03-10",
        "households": [
            {
                "household": "H1",
                "consent": "given",
                "visit": "interviewed",
                "visit_date": "2026-03-09",
                "persons": [
                    {"person_no": 1, "person_kind": "child", "birth_date": "2025-06-15"},
                    {"person_no": 2, "person_kind": "pregnant"},
                ],
                "observations": [
                    {"practice": "P-F1", "value": "meets", "verified": "observed"},
                    {"practice": "P-B1", "person": 1, "value": "not_yet", "verified": "said"},
                    {"practice": "P-G2", "person": 2, "value": "unknown"},
                ],
            },
            {"household": "H2", "consent": "refused"},
        ],
    }


def a_large_plan() -> Raw:
    """A plan with every kind of answer: several choices, decimals, lines, votes."""
    plan = a_plan()
    line = {"type": "LineString", "coordinates": [[-76.1, -9.9], [-76.0, -9.8]]}
    works = {
        **plan["actions"][0],
        "action": "Construir el reservorio «Ñaupa»",
        "kind": "obra",
        "place": line,
        "allies": ["facility", "municipality"],
        "cost_soles": "12500000.5",
        "raise_to_budget": "yes",
        "votes_women": 12,
        "votes_men": 0,
        "people_benefited": 140,
        "children_benefited": 20,
    }
    return {**plan, "actions": [plan["actions"][0], works], "agreement": "Se aprueba"}


def a_mapped_diagnosis() -> Raw:
    """A diagnosis with hazards, groups of age and several languages."""
    return town.a_diagnosis(
        hazards_gate="some",
        hazards=[{"hazard_kind": "flood", "hazard_last_year": 2024, "hazard_families": 5}],
        age_groups=[{"age_band": "m0_5", "age_women": 2, "age_men": 3}],
        assembly_language=["es", "quy"],
        assets_gate="none",
    )


def a_counted_home() -> Raw:
    """A family with its people."""
    people = {"members_women": 3, "members_men": 2, "children_under_5": 2, "children_under_2": 1}
    return {**town.a_family("H-1/2"), **people}


SOUND: dict[str, Raw] = {
    "diagnosis": a_mapped_diagnosis(),
    "plan": a_large_plan(),
    "monitoring": town.totals(**{"P_F1": (12, 31, 2), "P_K1": (1, 1, 0)}),
    "household_monitoring": a_visited_home(),
    "family": a_counted_home(),
    "council": builders.a_council(),
    "activity": builders.an_activity(),
    "self_assessment": builders.a_self_assessment(household="H1"),
    "evaluation": builders.an_evaluation(),
    "progress": builders.a_progress(),
    "social_capital": builders.a_survey(),
}
MORE: list[tuple[str, Raw]] = [
    ("diagnosis", town.a_diagnosis()),
    ("plan", a_plan()),
    ("household_monitoring", town.lines(("H1", "meets"), ("H2", "not_yet"))),
    ("family", town.a_family("H1")),
    ("family", town.a_family("H1", consent="refused")),
]


def read_back(instrument: Instrument, filled: Filled) -> Answers:
    """What the server makes of the engine's XML."""
    document = delivered.parse(filled.xml)
    assert document.form == xlsforms.form_id(instrument)
    assert document.version == xlsforms.form_version(instrument)
    assert document.community == COMMUNITY
    return capture.read(instrument, delivered.answers(instrument, document, {}), KNOWN)


@pytest.mark.parametrize(("code", "raw"), [*SOUND.items(), *MORE])
def test_a_sound_document_is_finalised_and_read_back_whole(
    engine: Engine, forms: dict[str, Path], code: str, raw: Raw
) -> None:
    instrument = INSTRUMENTS[code]

    filled = engine.fill(forms[code], instrument, as_client(instrument, raw))

    back, ours = read_back(instrument, filled), capture.read(instrument, raw, KNOWN)
    assert (filled.outcome, filled.path) == ("valid", "")
    assert (filled.removed, filled.strange, filled.unasked) == ((), (), ())
    assert back.ok
    assert capture.canonical(back) == capture.canonical(ours)


def test_a_form_begins_with_what_the_only_community_said_last_time(
    engine: Engine, tmp_path: Path
) -> None:
    instrument = INSTRUMENTS["diagnosis"]
    said = {"families": "28", "founded_year": "1954", "water_source": "spring"}
    form = publish(instrument, tmp_path / "form", said)
    raw = {name: value for name, value in town.a_diagnosis().items() if name not in said}

    filled = engine.fill(form, instrument, as_client(instrument, raw))

    back = read_back(instrument, filled)
    assert filled.outcome == "valid"
    assert {name: back.values[name] for name in said} == {
        "families": 28,
        "founded_year": 1954,
        "water_source": "spring",
    }


def test_of_several_communities_the_form_asks_which(engine: Engine, tmp_path: Path) -> None:
    instrument = INSTRUMENTS["family"]
    form = publish(instrument, tmp_path / "form", {})
    with (form.parent / "communities.csv").open("a", encoding="utf-8") as out:
        out.write("1099010002,Otra\n")
    raw = as_client(instrument, SOUND["family"])

    unsaid = engine.fill(form, instrument, raw)
    said = engine.fill(form, instrument, {**raw, xlsforms.COMMUNITY: "1099010002"})

    assert (unsaid.outcome, unsaid.path) == ("required", "sismuni_community")
    assert (said.outcome, said.strange) == ("valid", ())
    assert delivered.parse(said.xml).community == "1099010002"


def works_of(node: Any, instrument: Instrument) -> dict[str, list[str]]:
    """Every worked-out value of a document, in order."""
    worked = {f.code for f, _ in instrument.walk() if f.type == "calculated"}
    found: dict[str, list[str]] = {}
    for each in node.iter():
        if (name := each.tag.rpartition("}")[2]) in worked:
            found.setdefault(name, []).append(each.text or "")
    return found


def test_both_engines_work_out_the_same_values(engine: Engine, forms: dict[str, Path]) -> None:
    found: dict[str, list[str]] = {}
    for code in ("diagnosis", "plan", "monitoring", "household_monitoring"):
        instrument = INSTRUMENTS[code]
        filled = engine.fill(forms[code], instrument, as_client(instrument, SOUND[code]))
        found |= works_of(ElementTree.fromstring(filled.xml), instrument)

    assert found["votes_women_total"] == ["12"]
    assert found["votes_men_total"] == ["10"]
    assert found["age_total"] == ["5"]
    assert found["needs_place"] == ["0", "0"]
    assert found["verified_total"] == ["0", "0"]
    assert found["age_months"] == ["8", ""]
    assert found["person_age"] == ["", "8", ""]


def put(path: str, value: Any) -> Change:
    """Answer otherwise: ``problems.0.votes_women``; None takes the answer away."""

    def change(raw: Raw) -> None:
        at: Any = raw
        *steps, last = path.split(".")
        for step in steps:
            at = at[int(step)] if step.isdigit() else at[step]
        if value is None:
            del at[last]
        else:
            at[int(last) if last.isdigit() else last] = value

    return change


def again(path: str) -> Change:
    """Write the first row of a list once more."""

    def change(raw: Raw) -> None:
        at: Any = raw
        for step in path.split("."):
            at = at[int(step)] if step.isdigit() else at[step]
        at.append(deepcopy(at[0]))

    return change


HOME = "households[0]"
BROKEN: list[tuple[str, Change, tuple[str, str], str]] = [
    # instrument, what is wrong, how JavaRosa refuses it and where, where our reader does
    ("diagnosis", put("date", AFTER_TODAY), ("constraint", "date"), "date"),
    ("diagnosis", put("pregnant_women", None), ("required", "pregnant_women"),
     "pregnant_women"),
    ("diagnosis", put("dwellings", -1), ("constraint", "dwellings"), "dwellings"),
    ("diagnosis", put("children_under_2", 21), ("constraint", "children_under_2"),
     "children_under_2"),
    ("diagnosis", put("dwellings_with_water", 31), ("constraint", "dwellings_with_water"),
     "dwellings_with_water"),
    ("diagnosis", put("problems.0.votes_women", 13), ("constraint", "problems[0].votes_women"),
     "problems[0].votes_women"),
    ("diagnosis", put("problems.1.votes_men", 3), ("required", "block_votes_men_total_0"),
     "votes_men_total"),
    ("diagnosis", put("problems.1.since_year", 2027), ("constraint", "problems[1].since_year"),
     "problems[1].since_year"),
    ("diagnosis", put("problems", []), ("required", "block_problems_few"), "problems"),
    ("diagnosis", put("hazards", []), ("required", "block_hazards_0"), "hazards"),
    ("diagnosis", again("age_groups"), ("constraint", "age_groups[0].age_band"),
     "age_groups[1].age_band"),
    ("plan", put("period_end", "2026-03-05"), ("constraint", "period_end"), "period_end"),
    ("plan", put("actions.1.end", "2026-03-31"), ("constraint", "actions[1].end"),
     "actions[1].end"),
    ("plan", put("actions.1.place", None), ("required", "actions[1].block_needs_place_0"),
     "actions[1].needs_place"),
    ("plan", put("actions.1.votes_men", 11), ("constraint", "actions[1].votes_men"),
     "actions[1].votes_men"),
    ("plan", put("actions.1.cost_soles", "10.555"), ("constraint", "actions[1].cost_soles"),
     "actions[1].cost_soles"),
    ("plan", put("vision", "ñ" * 1001), ("constraint", "vision"), "vision"),
    ("plan", put("actions", []), ("required", "block_actions_few"), "actions"),
    ("monitoring", put("practices.0.x", 32), ("constraint", "practices[0].x"), "practices[0].x"),
    ("monitoring", put("practices.1.n", 2), ("constraint", "practices[1].n"), "practices[1].n"),
    ("monitoring", again("practices"), ("constraint", "practices[0].practice"),
     "practices[2].practice"),
    ("monitoring", put("practices.0.said", 32),
     ("required", "practices[0].block_verified_total_0"), "practices[0].verified_total"),
    ("monitoring", put("practices", []), ("required", "block_practices_few"), "practices"),
    ("household_monitoring", put("households.1.household", "H1"),
     ("constraint", f"{HOME}.household"), "households[1].household"),
    ("household_monitoring", put("households.0.visit_date", "2026-03-11"),
     ("constraint", f"{HOME}.visit_date"), f"{HOME}.visit_date"),
    ("household_monitoring", put("households.0.persons.0.birth_date", "2026-03-11"),
     ("constraint", f"{HOME}.persons[0].birth_date"), f"{HOME}.persons[0].birth_date"),
    ("household_monitoring", put("households.0.persons.1.person_no", 1),
     ("constraint", f"{HOME}.persons[0].person_no"), f"{HOME}.persons[1].person_no"),
    ("household_monitoring", put("households.0.observations.1.person", 3),
     ("constraint", f"{HOME}.observations[1].person"), f"{HOME}.observations[1].person"),
    ("household_monitoring", put("households.0.observations.1.person", None),
     ("constraint", f"{HOME}.observations[1].value"), f"{HOME}.observations[1].value"),
    ("household_monitoring", again("households.0.observations"),
     ("constraint", f"{HOME}.observations[0].practice"), f"{HOME}.observations[3].practice"),
    ("diagnosis", put("problems.0.description", "  "), ("constraint", "problems[0].description"),
     "problems[0].description"),
    ("council", put("mandate_to", "2026-02-14"), ("constraint", "mandate_to"), "mandate_to"),
    ("council", again("posts"), ("required", "block_presidents_0"), "presidents"),
    ("activity", put("activity", None), ("required", "activity"), "activity"),
    ("self_assessment", put("consent", "refused"), ("constraint", "consent"), "consent"),
    ("self_assessment", put("commitments.0.due_date", "2027-04-06"),
     ("constraint", "commitments[0].due_date"), "commitments[0].due_date"),
    ("self_assessment", put("commitments", [builders.a_commitment() for _ in range(6)]),
     ("required", "block_open_commitments_0"), "open_commitments"),
    ("evaluation", put("results.1.why", None), ("required", "results[1].why"), "results[1].why"),
    ("evaluation", put("results.1.action", "A-1"), ("constraint", "results[0].action"),
     "results[1].action"),
    ("progress", put("told.0.state", "done"), ("constraint", "told[0].share"),
     "told[0].share"),
    ("progress", put("told.0.ready", 32), ("constraint", "told[0].ready"),
     "told[0].ready"),
    ("progress", put("told.1.obstacle", None), ("required", "told[1].obstacle"),
     "told[1].obstacle"),
    ("social_capital", put("consent", "refused"), ("constraint", "consent"), "consent"),
    ("social_capital", put("efficacy_together", None), ("required", "efficacy_together"),
     "efficacy_together"),
    ("family", put("household", "la casa azul"), ("constraint", "household"), "household"),
    ("family", put("consent_map", None), ("required", "consent_map"), "consent_map"),
    ("family", put("children_under_5", 6), ("constraint", "children_under_5"), "children_under_5"),
    ("family", put("children_under_2", 3), ("constraint", "children_under_2"), "children_under_2"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "change", "theirs", "ours"), BROKEN)
def test_what_is_wrong_is_refused_by_both_at_the_same_place(
    engine: Engine,
    forms: dict[str, Path],
    code: str,
    change: Change,
    theirs: tuple[str, str],
    ours: str,
) -> None:
    instrument, raw = INSTRUMENTS[code], deepcopy(SOUND[code])
    change(raw)

    filled = engine.fill(forms[code], instrument, as_client(instrument, raw))

    assert (filled.outcome, filled.path) == theirs
    assert ours in {problem.path for problem in capture.read(instrument, raw, KNOWN).blocking()}


SOFT: list[tuple[str, Change, str]] = [
    # instrument, what is doubtful, where
    ("diagnosis", put("families", 70), "families"),
    ("diagnosis", put("minutes_rain", 30), "minutes_rain"),
    ("plan", put("period_end", "2030-03-05"), "period_end"),
    ("plan", put("actions.0.end", "2028-12-31"), "actions[0].end"),
    ("plan", put("actions.0.families_benefited", 32), "actions[0].families_benefited"),
    ("plan", put("actions.0.raise_to_budget", "yes"), "actions[0].raise_to_budget"),
    ("council", put("mandate_from", "2026-02-09"), "mandate_from"),
    ("council", put("vision_date", "2023-02-09"), "vision_date"),
    ("monitoring", put("homes_visited", 32), "homes_visited"),
    ("progress", put("told.0.share", 30), "told[0].share"),
    ("monitoring", put("practices.0.said", 3), "practices[0].verified_total"),
    ("household_monitoring", put("households.0.persons.0.birth_date", "2026-01-15"),
     f"{HOME}.observations[1].value"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "change", "where"), SOFT)
def test_a_doubt_asks_for_its_reason_and_then_stands(
    engine: Engine, forms: dict[str, Path], code: str, change: Change, where: str
) -> None:
    instrument, raw = INSTRUMENTS[code], deepcopy(SOUND[code])
    change(raw)
    unexplained = as_client(instrument, raw)
    explained = deepcopy(unexplained)
    above, _, name = where.rpartition(".")
    put(f"{capture.form_name(above)}.why_{name}".removeprefix("."), "Lo vimos")(explained)

    refused = engine.fill(forms[code], instrument, unexplained)
    taken = engine.fill(forms[code], instrument, explained)

    asked = f"{above}.why_{name}".removeprefix(".")
    assert (refused.outcome, refused.path) == ("required", asked)
    assert [p.path for p in capture.read(instrument, raw, KNOWN).blocking()] == [where]
    assert (taken.outcome, taken.unasked) == ("valid", ())
    back = read_back(instrument, taken)
    assert back.ok
    assert back.reasons == {where: "Lo vimos"}


def questions(fields: tuple[Field, ...], row: Raw) -> Iterator[tuple[Field, Raw]]:
    """Every question with the row that it stands in, and every list of rows."""
    for field in fields:
        if field.answered and field.type not in ("photo", "file"):
            yield field, row
        for inner in row.get(field.code) or () if field.type == "repeat" else ():
            yield from questions(field.fields, inner)


NUMBERS = (-1, 0, 1, 2, 8, 10, 12, 13, 20, 21, 30, 31, 32, 60, 140, 141, 1900, 2026, 2881, 20001)
DAYS = ("2023-01-31", "2025-06-15", "2026-03-01", "2026-03-06", "2026-03-11", "2030-01-01")
CODES = ("P-F1", "P-K1", "P-B1", "P-G2", "P-R3", "P-C1")
# Not spaces alone: where nothing is demanded the engine judges them, we take them for no answer.
OTHERWISE: dict[str, tuple[Any, ...]] = {
    "integer": NUMBERS,
    "decimal": ("0", "0.30", "10.555", "12500000.5", "-1", "1000000001", "4.35"),
    "date": DAYS,
    "text": ("H1", "Ñandú «á»", "A  B", "x" * 61, "x" * 301),
    "geometry": (PLAN_PLACE, {"type": "Point", "coordinates": [-76.1, -9.9]}),
}


def spoil(random: Random, instrument: Instrument, raw: Raw) -> None:
    """Change one thing anywhere: an answer, or the rows of a list."""
    field, row = random.choice(list(questions(tuple(instrument.fields()), raw)))
    if field.type == "repeat":
        rows = row.setdefault(field.code, [])
        if rows and random.random() < 0.5:
            rows.append(deepcopy(random.choice(rows)))
        elif rows:
            rows.pop(random.randrange(len(rows)))
    elif random.random() < 0.2:
        row.pop(field.code, None)
    elif field.type in OTHERWISE:
        row[field.code] = random.choice(OTHERWISE[field.type])
    elif offered := sorted(field.codes) or SOURCES.get(field.source, ()):
        chosen = random.choice(offered)
        row[field.code] = [chosen] if field.type == "select_many" else chosen


SOURCES = {"practices": CODES, "households": ("H1", "H2"), "actions": ACTIONS}


@pytest.mark.parametrize("code", sorted(SOUND))
@settings(deadline=None, max_examples=25)
@given(random=strategies.randoms(use_true_random=False), changes=strategies.integers(1, 5))
def test_what_collect_finalises_our_reader_takes_and_nothing_else(
    engine: Engine, forms: dict[str, Path], code: str, random: Random, changes: int
) -> None:
    instrument, raw = INSTRUMENTS[code], deepcopy(SOUND[code])
    for _ in range(changes):
        spoil(random, instrument, raw)

    filled = engine.fill(forms[code], instrument, as_client(instrument, raw))

    assert (filled.outcome == "valid") == read_back(instrument, filled).ok
    assert filled.strange == ()
