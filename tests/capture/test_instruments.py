"""The shipped instruments and catalogues fit each other and what the field can bear."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from app.capture import catalogue_rows, definitions, wire
from app.capture.catalogue import Catalogue
from app.capture.fields import Choice, Field, Text
from app.errors import Malformed
from tests.builders import BUILDERS, SEEDS, Raw, catalogue, instruments

CODES = sorted(BUILDERS)


def test_all_eleven_instruments_are_there_with_their_addresses() -> None:
    slugs = {code: instrument.slug for code, instrument in instruments().items()}

    assert slugs == {
        "council": "junta",
        "family": "familia",
        "self_assessment": "autoevaluacion-familiar",
        "activity": "actividad",
        "evaluation": "autoevaluacion-comunal",
        "diagnosis": "diagnostico",
        "monitoring": "monitoreo",
        "household_monitoring": "monitoreo-hogares",
        "plan": "plan",
        "progress": "avance",
        "social_capital": "capital-social",
    }


def test_the_core_of_the_diagnosis_fits_an_assembly() -> None:
    assert len(instruments()["diagnosis"].core_questions()) <= 25


def test_catalogues_and_instruments_name_only_what_exists() -> None:
    assert catalogue_rows.problems_of(catalogue(), instruments()) == []


def test_themes_of_practices_and_indicators_are_themes_of_problems() -> None:
    themes = {c.code for c in instruments()["diagnosis"].field("theme").choices}

    named = {p.theme for p in catalogue().practices} | {i.dimension for i in catalogue().indicators}

    assert named <= themes


def test_denominators_all_have_words() -> None:
    words = {c.code for c in definitions.choice_lists(SEEDS / "choices.yaml")["denominators"]}

    used = {p.denominator for p in catalogue().practices} | {
        i.denominator_code for i in catalogue().indicators
    }

    assert used == words


def test_nothing_medical_or_legal_is_shipped_as_verified() -> None:
    rows = (*catalogue().practices, *catalogue().indicators)

    assert {(row.verified_by, row.verified_on) for row in rows} == {("", None)}
    assert {i.target for i in catalogue().indicators} == {""}


def test_a_practice_is_its_own_indicator_and_feeds_others() -> None:
    fed = [i.code for i in catalogue().fed_by_practice("P-B7")]

    assert fed == ["P-B7", "CR-01", "CR-03"]


def test_every_practice_gives_one_indicator_of_the_same_people() -> None:
    own = catalogue().practice_indicators()

    assert [(i.code, i.denominator_code) for i in own] == [
        (p.code, p.denominator) for p in catalogue().practices
    ]
    assert {i.direction for i in own} == {"up"}


def test_an_indicator_of_other_ages_is_left_to_household_lines() -> None:
    iron = catalogue().indicator("NU-04")

    assert iron.computed_by == "lines"
    assert iron.practices == ()
    assert [(t.practice, t.age_min_months, t.age_max_months) for t in iron.household_rule] == [
        ("P-B5", 6, 23),
        ("P-C5", 24, 35),
    ]


def test_safe_water_stays_two_indicators() -> None:
    behaviour, measured = catalogue().indicator("AG-01a"), catalogue().indicator("AG-01b")

    assert (behaviour.computed_by, measured.computed_by) == ("practices", "answers")


@pytest.mark.parametrize("code", ["P-G7", "P-G8", "P-R7", "P-F11"])
def test_sensitive_practices_are_asked_by_health_only(code: str) -> None:
    assert code not in catalogue().askable(["council", "clerk"])
    assert code in catalogue().askable(["health_agent"])


def test_single_deaths_are_asked_and_seen_by_health_only() -> None:
    diagnosis = instruments()["diagnosis"]
    deaths = {"deaths_maternal", "deaths_under_5", "deaths_under_1"}

    asked = {f.code for f, _ in diagnosis.asked_by(["council"]).walk()}
    seen = {f.code for f, _ in diagnosis.seen_by(["planner", "health_agent"]).walk()}
    kept = {f.code for f, _ in diagnosis.seen_by(["facility"]).walk()}

    assert not deaths & asked
    assert not deaths & seen
    assert deaths <= kept


def test_no_instrument_lets_everybody_see_a_person() -> None:
    for instrument in instruments().values():
        for field, _ in instrument.walk():
            if field.sensitivity in ("personal", "sensitive"):
                assert not field.see & {"councillor", "oversight", "evaluator"}, field.code


ABOUT_PEOPLE = ["family", "household_monitoring", "self_assessment", "social_capital"]
BEFORE = frozenset({"household", "sector", "consent_method", "witness_post"})


def before_consent(code: str) -> list[Field]:
    """What a form asks before it asks whether it may."""
    found = list(instruments()[code].walk())
    at, chain = next((i, c) for i, (f, c) in enumerate(found) if f.code.startswith("consent"))
    return [field for field, of in found[:at] if of == chain and field.type != "repeat"]


@pytest.mark.parametrize("code", ABOUT_PEOPLE)
def test_consent_comes_before_anything_is_asked_of_a_family(code: str) -> None:
    early = [f.code for f in before_consent(code) if f.type not in ("note", "date")]

    assert set(early) <= BEFORE


def test_every_form_that_speaks_of_a_family_asks_for_consent() -> None:
    speaking = {
        code
        for code, instrument in instruments().items()
        if instrument.subject == "family"
        or any(field.source == "households" for field, _ in instrument.walk())
    }

    assert speaking | {"social_capital"} == set(ABOUT_PEOPLE)


def test_the_survey_knows_nobody_and_is_not_asked_by_the_council_that_it_is_about() -> None:
    survey = instruments()["social_capital"]
    asked = [field for field, _ in survey.walk()]

    assert "council" not in survey.fill | survey.see
    assert {f.type for f in asked} <= {
        "note",
        "date",
        "select_one",
        "select_many",
        "yes_no_unknown",
    }
    assert not any(f.source for f in asked)


@pytest.mark.parametrize("code", CODES)
def test_the_digest_is_of_the_content(code: str) -> None:
    content = yaml.safe_load((SEEDS / "instruments" / f"{code}.yaml").read_text("utf-8"))
    lists = definitions.choice_lists(SEEDS / "choices.yaml")
    content["title"]["en"] += "!"

    changed = definitions.instrument(content, lists)

    assert changed.digest != instruments()[code].digest
    assert len(changed.digest) == 64


@pytest.mark.parametrize("code", CODES)
def test_the_schema_accepts_a_good_document(code: str) -> None:
    schema = wire.json_schema(instruments()[code])

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(BUILDERS[code]())
    json.dumps(schema)


def test_the_schema_refuses_an_unknown_field_and_a_negative_count() -> None:
    validator = jsonschema.Draft202012Validator(wire.json_schema(instruments()["diagnosis"]))

    assert not validator.is_valid({**BUILDERS["diagnosis"](), "coca": 3})
    assert not validator.is_valid({**BUILDERS["diagnosis"](), "families": -1})


def test_a_page_gets_choices_of_registers_and_no_worked_out_values() -> None:
    plan = instruments()["plan"]
    sources = {"practices": [Choice("P-F1", Text("Lavado", "Washing"))]}

    drawn = wire.page_fields(plan.sections[1].fields, sources)

    inner = {f["name"]: f for f in drawn[0]["fields"]}
    assert inner["practice"]["choices"] == [
        {"name": "P-F1", "label": {"es": "Lavado", "en": "Washing"}}
    ]
    assert "needs_place" not in inner
    assert inner["place"]["geometry"] == "any"


def a_definition(**over: Any) -> Raw:
    words = {"es": "Uno", "en": "One"}
    field = {"code": "a", "type": "integer", "label": words, **over}
    return {
        "code": "tiny",
        "slug": "chica",
        "version": 1,
        "subject": "community",
        "period": "any",
        "fill": ["council"],
        "see": ["council"],
        "title": words,
        "purpose": words,
        "sections": [{"code": "s", "core": True, "title": words, "fields": [field]}],
    }


RULE = {"constraint": ". > 0", "message": {"es": "No", "en": "No"}}


@pytest.mark.parametrize(
    ("over", "wrong"),
    [
        ({"type": "number"}, "tipo desconocido"),
        ({"code": "Ñandú"}, "código no válido"),
        ({"label": {"es": "Uno"}}, "faltan las palabras"),
        ({"colour": "red"}, "clave desconocida"),
        ({"ask": ["everybody"]}, "roles desconocidos"),
        ({"sensitivity": "secret"}, "sensibilidad desconocida"),
        ({"choices": "fruits"}, "choices va en select_*"),
        ({"type": "select_one", "choices": "fruits"}, "no hay lista"),
        ({"type": "select_one", "choices": "@moons"}, "no hay registro"),
        ({"type": "geometry", "kinds": ["circle"]}, "formas desconocidas"),
        ({"type": "repeat"}, "solo un repeat lleva fields"),
        ({"type": "calculated"}, "calculate y calculated"),
        ({"max": "12"}, "min y max son enteros"),
        ({"relevant": "${b} = 1"}, "no hay ningún campo b"),
        ({"relevant": "${a"}, "expresión no válida"),
        ({"relevant": "boom()"}, "expresión no válida"),
        ({"rules": [{**RULE, "constraint": ""}]}, "sin constraint"),
        ({"rules": [{**RULE, "severity": "mild"}]}, "severity es hard o soft"),
        ({"rules": [{**RULE, "constraint": "(" * 5000}]}, "caracteres"),
    ],
)
def test_a_wrong_definition_says_what_is_wrong(over: Raw, wrong: str) -> None:
    with pytest.raises(Malformed) as refused:
        definitions.instrument(a_definition(**over), {})

    assert any(wrong in row.message for row in refused.value.rows)


def test_a_calculation_may_not_look_ahead() -> None:
    content = a_definition()
    words = {"es": "Dos", "en": "Two"}
    content["sections"][0]["fields"].insert(
        0, {"code": "c", "type": "calculated", "label": words, "calculate": "${a} + 1"}
    )

    with pytest.raises(Malformed, match="viene después"):
        definitions.instrument(content, {})


def test_an_optional_section_may_not_demand() -> None:
    content = a_definition(required=True)
    content["sections"].append({**content["sections"][0], "code": "t", "core": True})
    content["sections"][0]["core"] = False

    with pytest.raises(Malformed, match="una sección opcional no exige"):
        definitions.instrument(content, {})


def test_the_same_version_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "choices.yaml").write_text("{}", "utf-8")
    forms = tmp_path / "forms"
    forms.mkdir()
    for name in ("a", "b"):
        (forms / f"{name}.yaml").write_text(yaml.safe_dump(a_definition()), "utf-8")

    with pytest.raises(Malformed, match="dos veces la versión 1"):
        definitions.load_all(forms, tmp_path / "choices.yaml")


def test_overlapping_rows_of_a_code_are_told() -> None:
    practice = catalogue().practice("P-F1")

    wrong = catalogue_rows.problems_of(Catalogue((practice, practice), ()))

    assert [(row.field, row.message) for row in wrong] == [
        ("P-F1", "dos filas valen en la misma fecha")
    ]


def test_only_rows_in_force_on_the_day_are_kept() -> None:
    before = catalogue().at(date(2009, 12, 31))
    after = catalogue().at(date(2026, 6, 30))

    assert before.practices == ()
    assert len(after.practices) == len(catalogue().practices)


def test_a_broken_catalogue_row_is_told_with_its_number(tmp_path: Path) -> None:
    text = (SEEDS / "practices.csv").read_text("utf-8").replace(",person,", ",persona,", 1)
    (tmp_path / "practices.csv").write_text(text, "utf-8")

    with pytest.raises(Malformed) as refused:
        catalogue_rows.load(tmp_path / "practices.csv", SEEDS / "indicators.csv")

    assert refused.value.rows[0].row == 2
