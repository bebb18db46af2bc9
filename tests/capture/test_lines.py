"""Lists as lines: what is typed from paper is what the questions of the document hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture import answers, lines
from tests.builders import a_household_monitoring, instruments, known

HOMES = instruments()["household_monitoring"]
TOTALS = instruments()["monitoring"]
CROSSED = lines.crossing(HOMES.field("households"))


def read(instrument: Any, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    return answers.from_form(instrument, lines.answers(instrument, pairs))


def typed(raw: dict[str, Any]) -> list[tuple[str, str]]:
    """A document as its lines are typed."""
    assert CROSSED is not None
    homes, people = lines.lines_of(CROSSED, raw["households"])
    pairs = [("date", raw["date"])]
    for at, line in enumerate(homes):
        plain = {k: v for k, v in line.values.items() if not isinstance(v, list)}
        pairs += [(f"households.{at}.{k}", str(v)) for k, v in plain.items()]
        pairs += _cells(f"households.{at}", line)
    for at, line in enumerate(people):
        child = line.values["person_kind"] == CROSSED.aged
        name = f"{CROSSED.children if child else CROSSED.adults}.{at}"
        known_ = {k: v for k, v in line.values.items() if not (child and k == "person_kind")}
        pairs += [(f"{name}.{k}", str(v)) for k, v in known_.items()]
        pairs += _cells(name, line)
    return pairs


def _cells(name: str, line: lines.Line) -> list[tuple[str, str]]:
    assert CROSSED is not None
    cells = [(f"{name}.@.{cell.code}", cell.value) for cell in line.cells.values()]
    return [*cells, (f"{name}.@how", lines.digit(CROSSED.how, line.how))]


@pytest.mark.parametrize(
    ("code", "repeat", "shape"),
    [
        ("monitoring", "practices", "fixed"),
        ("household_monitoring", "households", "crossed"),
        ("diagnosis", "problems", "cards"),
        ("diagnosis", "assets", "table"),
        ("diagnosis", "age_groups", "fixed"),
        ("plan", "actions", "cards"),
        ("council", "posts", "table"),
        ("evaluation", "results", "fixed"),
    ],
)
def test_rows_are_laid_out_by_what_they_hold(code: str, repeat: str, shape: str) -> None:
    assert lines.shape(instruments()[code].field(repeat)) == shape


def test_document_typed_as_lines_is_the_same_document() -> None:
    raw = a_household_monitoring()
    for seen in raw["households"][0]["observations"][:2]:
        seen["verified"] = "observed"
    raw["households"][0]["observations"][3]["verified"] = "said"

    given_ = read(HOMES, typed(raw))

    before, after = (answers.read(HOMES, each, known()) for each in (raw, given_))
    assert after.ok, after.errors()
    assert answers.canonical(after) == answers.canonical(before)


def test_child_is_told_by_its_table_and_gets_the_next_number() -> None:
    pairs = [
        ("households.0.household", "H-001"),
        ("@persons.0.household", "h-001 "),
        ("@persons.0.person_no", "1"),
        ("@persons.0.person_kind", "pregnant"),
        ("@persons+.0.household", "H-001"),
        ("@persons+.0.person_no", ""),
        ("@persons+.0.birth_date", "20/08/2025"),
        ("@persons+.0.@.P-B6", "1"),
        ("@persons+.0.@how", "3"),
        ("@persons+.1.person_no", ""),
    ]

    [home] = read(HOMES, pairs)["households"]

    assert home["persons"] == [
        {"person_no": "1", "person_kind": "pregnant"},
        {"person_no": "2", "person_kind": "child", "birth_date": "2025-08-20"},
    ]
    assert home["observations"] == [
        {"practice": "P-B6", "person": "2", "value": "meets", "verified": "said"}
    ]


def test_how_it_was_known_is_said_only_of_what_is_known() -> None:
    pairs = [("households.0.household", "H-001"), ("households.0.@how", "1")]
    pairs += [("households.0.@.P-F1", "1"), ("households.0.@.P-F2", "4")]

    [home] = read(HOMES, pairs)["households"]

    assert [seen.get("verified") for seen in home["observations"]] == ["observed", None]


def test_person_of_a_home_that_is_not_there_is_kept_to_be_mended() -> None:
    pairs = [("households.0.household", "H-001"), ("households.0.consent", "on_file")]
    pairs += [("@persons.0.household", "H-009"), ("@persons.0.person_kind", "pregnant")]

    raw = read(HOMES, pairs)

    assert [home["household"] for home in raw["households"]] == ["H-001", "H-009"]
    wrong = answers.read(HOMES, raw, known()).errors()
    assert "households.1.consent" in wrong


def test_figure_that_is_no_choice_is_told_at_its_cell() -> None:
    pairs = [("households.0.household", "H-001"), ("households.0.@.P-F1", "9")]
    pairs += [("households.0.consent", "on_file"), ("households.0.visit", "interviewed")]

    wrong = answers.read(HOMES, read(HOMES, pairs), known()).errors()

    assert "households.0.observations.0.value" in wrong


def test_rows_that_paper_names_and_nobody_filled_were_not_asked() -> None:
    pairs = [(f"practices.{n}.practice", code) for n, code in enumerate(("P-F1", "P-F2", "P-F3"))]
    pairs += [("practices.1.n", "10"), ("practices.1.x", "0"), ("practices.0._id", "r1")]
    pairs += [("_reasons.practices.1.verified_total", "Se midió aparte")]

    raw = read(TOTALS, pairs)

    assert raw["practices"] == [{"practice": "P-F2", "n": "10", "x": "0"}]
    assert raw["_reasons"] == {"practices[0].verified_total": "Se midió aparte"}


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=20)), max_size=30))
def test_any_posted_names_are_read_without_breaking(pairs: list[tuple[str, str]]) -> None:
    prefixed = [*pairs, *[(f"households.{name}", text) for name, text in pairs]]
    prefixed += [(f"@persons+.{name}", text) for name, text in pairs]

    assert isinstance(read(HOMES, prefixed), dict)
