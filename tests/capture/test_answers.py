"""Answers are read strictly, kept in one spelling, and never guessed."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture import answers, posted
from app.capture.values import plain
from app.errors import Invalid, Malformed, TooLarge
from tests.builders import (
    BUILDERS,
    Raw,
    a_diagnosis,
    a_monitoring,
    a_plan,
    a_point,
    a_practice_total,
    a_problem,
    instruments,
    known,
)

CODES = sorted(BUILDERS)


def read(code: str, raw: Any, **about: Any) -> answers.Answers:
    return answers.read(instruments()[code], raw, known(**about))


@pytest.mark.parametrize("code", CODES)
def test_the_canonical_spelling_reads_back_to_itself(code: str) -> None:
    once = answers.canonical(read(code, BUILDERS[code]()))

    again = answers.canonical(answers.parse(instruments()[code], once, known()))

    assert again == once


@pytest.mark.parametrize("code", CODES)
def test_a_posted_form_is_the_same_document(code: str) -> None:
    raw = BUILDERS[code]()

    back = answers.from_form(instruments()[code], posted.pairs_of(instruments()[code], raw))

    assert answers.canonical(read(code, back)) == answers.canonical(read(code, raw))


@pytest.mark.parametrize("code", CODES)
def test_what_a_page_shows_posts_back_the_same(code: str) -> None:
    kept = read(code, BUILDERS[code]())

    shown = answers.to_form(instruments()[code], kept.values)

    assert answers.canonical(read(code, shown)) == answers.canonical(kept)


spelling = st.sampled_from([str, lambda n: f" {n} ", lambda n: f"{n}.0", lambda n: f"{n},00", int])
count = st.integers(0, 17)


@given(women=count, spell=spelling, name=st.text(st.characters(codec="utf-8"), max_size=40))
def test_the_same_answers_are_the_same_bytes_however_spelled(
    women: int, spell: Any, name: str
) -> None:
    plain_one = read("diagnosis", a_diagnosis(pregnant_women=women, strengths=name))
    typed = {"strengths": f" {name}\n", "pregnant_women": spell(women)}
    shuffled = dict(reversed(a_diagnosis(**typed).items()))

    other = read("diagnosis", shuffled)

    assert answers.canonical(other) == answers.canonical(plain_one)


@given(cost=st.decimals(0, 10**9, places=2))
def test_money_keeps_every_centimo(cost: Decimal) -> None:
    raw = a_plan()
    raw["actions"][0]["cost_soles"] = str(cost)

    document = read("plan", raw)

    assert document.values["actions"][0]["cost_soles"] == cost
    assert document.ok


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
names = st.sampled_from([f.code for f, _ in instruments()["diagnosis"].walk()] + ["x", "_reasons"])


@given(over=st.dictionaries(names, json_like, max_size=6))
def test_nothing_sent_breaks_the_reader(over: Raw) -> None:
    document = read("diagnosis", {**a_diagnosis(), **over})

    kept = answers.canonical(document)
    assert answers.canonical(answers.parse(instruments()["diagnosis"], kept, known())) == kept


@given(st.binary(max_size=60), st.binary(min_size=16, max_size=16))
def test_the_digest_depends_on_content_and_salt(content: bytes, salt: bytes) -> None:
    sealed = answers.digest(content, salt)

    assert sealed == answers.digest(content, salt)
    assert sealed != answers.digest(content + b"x", salt)
    assert sealed != answers.digest(content, salt[::-1] + b"x")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" 12 ", 12), ("12", 12), (12.0, 12), ("12.0", 12), ("12,00", 12), (12, 12)],
)
def test_whole_numbers_are_read_as_people_write_them(typed: Any, kept: int) -> None:
    document = read(
        "diagnosis", a_diagnosis(dwellings=typed, dwellings_with_water=0, dwellings_with_toilet=0)
    )

    assert document.values["dwellings"] == kept
    assert type(document.values["dwellings"]) is int


@pytest.mark.parametrize(
    "typed",
    [
        "1,200",
        "1.200",
        "12.5",
        "doce",
        True,
        [12],
        {"n": 1},
        "1e3",
        "NaN",
        float("nan"),
        10**30,
        float("inf"),
        "9" * 400,
        "12 13",
        "½",
    ],
)
def test_what_is_not_clearly_a_whole_number_is_refused(typed: Any) -> None:
    document = read("diagnosis", a_diagnosis(families=typed))

    assert [p.path for p in document.problems if p.kind in ("type", "limit")] == ["families"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1,5", "1.5"),
        ("1.50", "1.5"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        ("12", "12"),
        (2, "2"),
        ("1.234,50", None),
        ("0,125", None),
    ],
)
def test_decimals_are_read_with_point_or_comma(typed: Any, kept: str | None) -> None:
    document = read("diagnosis", a_diagnosis(water_fee_soles=typed))

    value = document.values.get("water_fee_soles")
    assert (None if value is None else plain(value)) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("02/05/2026", "2026-05-02"),
        ("2-5-2026", "2026-05-02"),
        ("2026-05-02T10:00:00Z", "2026-05-02"),
        ("31/02/2026", None),
        ("05/2026", None),
        ("2026-13-01", None),
        ("1826-05-02", None),
        (20260502, None),
    ],
)
def test_dates_are_read_as_written_in_peru(typed: Any, kept: str | None) -> None:
    document = read("diagnosis", a_diagnosis(date=typed))

    value = document.values.get("date")
    assert (None if value is None else plain(value)) == kept


RING = [[-76, -9], [-76, -8], [-75, -8], [-76, -9]]


@pytest.mark.parametrize(
    ("place", "fine"),
    [
        (a_point(), True),
        (json.dumps(a_point()), True),
        ({"type": "LineString", "coordinates": RING[:2]}, True),
        ({"type": "Polygon", "coordinates": [RING]}, True),
        ({"type": "Polygon", "coordinates": [RING[:3]]}, True),
        ({"type": "Polygon", "coordinates": [RING[:2]]}, False),
        ({"type": "Polygon", "coordinates": []}, False),
        ({"type": "LineString", "coordinates": RING[:1]}, False),
        ({"type": "Point", "coordinates": [-76, float("nan")]}, False),
        ({"type": "Point", "coordinates": [-76, 10**400]}, False),
        ({"type": "Point", "coordinates": ["-76", "-9"]}, False),
        ({"type": "Point", "coordinates": [-190, -9]}, False),
        ({"type": "Point", "coordinates": [[-76, -9]]}, False),
        ({"type": "MultiPoint", "coordinates": [[-76, -9]]}, False),
        ({"type": "LineString", "coordinates": [[-76, -9]] * 5001}, False),
        ("-9.93, -76.24", False),
        ("[" * 50_000, False),
        (7, False),
    ],
)
def test_places_are_read_strictly(place: Any, fine: bool) -> None:
    document = read("diagnosis", a_diagnosis(problems=[a_problem(place=place)]))

    assert ([p.path for p in document.problems] == []) is fine
    assert ("place" in document.values["problems"][0]) is fine


def test_an_open_ring_is_closed_and_heights_left_out() -> None:
    ring = [[-76, -9, 3100], [-76, -8.12345678901, 3100], [-75, -8, 3100]]
    place = {"type": "Polygon", "coordinates": [ring]}

    document = read("diagnosis", a_diagnosis(problems=[a_problem(place=place)]))

    assert document.values["problems"][0]["place"]["coordinates"] == [
        [[-76, -9], [-76, -8.1234568], [-75, -8], [-76, -9]]
    ]


def test_an_unknown_field_is_named() -> None:
    raw = a_diagnosis(coca=3, problems=[a_problem(nombre="x")])

    unknown = [p.path for p in read("diagnosis", raw).problems if p.kind == "unknown"]

    assert unknown == ["coca", "problems[0].nombre"]


def test_codes_of_a_register_are_checked_where_the_register_is_known() -> None:
    raw = a_plan()
    raw["actions"][0]["problem"] = "018f-otro"

    free = read("plan", raw)
    checked = read("plan", raw, sources={"problems": frozenset({"018f-este"})})

    assert free.ok
    assert [p.path for p in checked.problems] == ["actions[0].problem"]


def test_too_much_is_refused_before_any_work() -> None:
    rows = [a_practice_total()] * 121
    long = "a" * 10_000_000

    many = read("monitoring", a_monitoring(practices=rows))
    deep = read("diagnosis", a_diagnosis(strengths=long))

    assert ("practices", "limit") in [(p.path, p.kind) for p in many.problems]
    assert [p.path for p in deep.problems] == ["strengths"]


def test_hidden_signs_in_a_text_are_refused() -> None:
    document = read("diagnosis", a_diagnosis(strengths="agua\x00limpia"))

    assert [p.path for p in document.problems] == ["strengths"]


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{", b"\xff\xfe", b'{"families": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000, b"7"],
)
def test_what_is_not_a_document_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        answers.parse(instruments()["diagnosis"], body, known())


def test_a_council_may_not_answer_what_health_asks() -> None:
    raw = a_diagnosis(deaths_maternal=1)

    council = answers.read(instruments()["diagnosis"], raw, known(), roles=["council"])
    health = answers.read(instruments()["diagnosis"], raw, known(), roles=["health_agent"])

    assert [(p.path, p.kind) for p in council.problems] == [("deaths_maternal", "forbidden")]
    assert health.values["deaths_maternal"] == 1


def test_what_a_role_may_not_see_is_left_out() -> None:
    document = read("council", BUILDERS["council"]())

    shown = answers.redacted(document, ["evaluator"])

    assert "holder_name" not in shown["posts"][0]
    assert shown["posts"][0]["holder_sex"] == "woman"


def test_what_is_not_relevant_is_let_go_and_said() -> None:
    raw = a_diagnosis(hazards_gate="none")

    document = read("diagnosis", raw)

    assert "hazards" not in document.values
    assert document.dropped == ("hazards",)
    assert document.ok


def test_a_draft_may_be_unfinished_but_not_unreadable() -> None:
    document = read("diagnosis", {"date": "2026-05-02", "families": "x"})

    assert [p.path for p in document.blocking(draft=True)] == ["families"]
    assert not document.ok


def test_a_refusal_lists_every_row_in_words() -> None:
    raw = a_diagnosis(problems=[a_problem(), a_problem(votes_women=13)])

    with pytest.raises(Invalid) as refused:
        read("diagnosis", raw).require()

    row = refused.value.rows[0]
    assert (row.row, row.field) == (2, "problems[1].votes_women")
    assert row.message.startswith("Problemas, fila 2: Votos de mujeres: Hay más votos")


def test_a_form_gets_the_message_beside_its_field_in_its_language() -> None:
    document = read("diagnosis", a_diagnosis(problems=[a_problem(votes_women=13, votes_men=0)]))

    told = document.errors("en")

    assert told["problems.0.votes_women"].startswith("There are more women's votes")


def test_a_worked_out_value_is_told_beside_a_question_of_the_page() -> None:
    raw = a_plan()
    raw["actions"][0]["place"] = None
    votes = [a_problem(votes_women=7), a_problem(votes_women=7, votes_men=0)]

    plan, diagnosis = read("plan", raw), read("diagnosis", a_diagnosis(problems=votes))

    assert list(plan.errors()) == ["actions.0.place"]
    assert list(diagnosis.errors()) == ["problems"]


def test_blank_rows_go_and_reasons_follow_their_row() -> None:
    instrument = instruments()["monitoring"]
    pairs = [
        ("csrf", "secreto"),
        ("practices.0.practice", ""),
        ("practices.0._id", "r0"),
        ("practices.4.practice", "P-F1"),
        ("practices.4.n", "10"),
        ("practices.10.practice", "P-F2"),
        ("practices.10.x", "3"),
        ("_reasons.practices.10.verified_total", "Faltó anotar"),
    ]

    raw = answers.from_form(instrument, pairs)

    assert [row["practice"] for row in raw["practices"]] == ["P-F1", "P-F2"]
    assert raw["_reasons"] == {"practices[1].verified_total": "Faltó anotar"}
    assert "csrf" not in raw


def test_check_boxes_and_strange_names_in_a_form() -> None:
    pairs = [
        ("energy_sources", "grid"),
        ("energy_sources", "solar"),
        ("families.0.x", "3"),
        ("problems.99999999999.theme", "water"),
        ("a.b.c.d.e.f.g.h.i.j.k", "1"),
        ("otra", "1"),
    ]

    raw = answers.from_form(instruments()["diagnosis"], pairs)
    document = read("diagnosis", raw)

    assert document.values["energy_sources"] == ("grid", "solar")
    assert {p.path for p in document.problems if p.kind == "unknown"} == {
        "a.b.c.d.e.f.g.h.i.j.k",
        "otra",
    }


def test_a_form_with_too_many_fields_is_refused() -> None:
    pairs = [("families", "1")] * (posted.MOST_PAIRS + 1)

    with pytest.raises(TooLarge):
        answers.from_form(instruments()["diagnosis"], pairs)


@pytest.mark.parametrize("signs", ["\ud800", "a\u202eb", "\x7f"])
def test_signs_that_cannot_be_written_never_reach_what_is_kept(signs: str) -> None:
    raw = a_plan(**{signs: 1, "_reasons": {"period_end": signs}})
    raw["actions"][0]["problem"] = signs

    document = read("plan", raw)

    assert [p.kind for p in document.problems] == ["unknown", "type"]
    answers.canonical(document)
    "".join(p.path for p in document.problems).encode()


def test_a_reason_of_several_lines_is_one_line() -> None:
    raw = a_diagnosis(minutes_rain=10, _reasons={"minutes_rain": "Se va\r\n  en bote "})

    assert read("diagnosis", raw).reasons == {"minutes_rain": "Se va en bote"}


def test_rows_keep_the_name_that_others_point_to() -> None:
    row_id = "0197a2f0-0000-7000-8000-000000000001"

    kept = read("diagnosis", a_diagnosis(problems=[a_problem(_id=row_id)]))
    odd = read("diagnosis", a_diagnosis(problems=[a_problem(_id="a b")]))

    assert json.loads(answers.canonical(kept))["problems"][0]["_id"] == row_id
    assert [p.path for p in odd.problems] == ["problems[0]._id"]
