"""Expressions mean what XForms means, blanks and dates included."""

from datetime import date
from time import perf_counter
from typing import Any

import elementpath
import pytest

from app.capture import answers, definitions
from app.capture.expressions import Instance, compiled, resolved
from tests.builders import a_diagnosis, a_problem, instruments, known

WORDS = {"es": "x", "en": "x"}


def gives(expression: str, **values: Any) -> str:
    """Work out an expression over two numbers, a date, a list and rows of ``v``."""
    fields = [
        {"code": "a", "type": "integer", "label": WORDS},
        {"code": "b", "type": "decimal", "label": WORDS},
        {"code": "day", "type": "date", "label": WORDS},
        {"code": "many", "type": "text", "label": WORDS},
        {
            "code": "rows",
            "type": "repeat",
            "label": WORDS,
            "fields": [{"code": "v", "type": "integer", "label": WORDS}],
        },
        {"code": "out", "type": "calculated", "label": WORDS, "calculate": expression},
    ]
    content = {
        "code": "tiny",
        "slug": "chica",
        "version": 1,
        "subject": "community",
        "period": "any",
        "fill": ["council"],
        "see": ["council"],
        "title": WORDS,
        "purpose": WORDS,
        "sections": [{"code": "s", "core": True, "title": WORDS, "fields": fields}],
    }
    lookups = {"previous": {"last": {"families": "31"}}}
    about = answers.Known(today=date(2026, 6, 30), lookups=lookups)
    document = answers.read(definitions.instrument(content, {}), values, about)
    return str(document.values.get("out", ""))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("${a} + ${b}", "4.5"),
        ("${a} - 5", "-2"),
        ("-${a}", "-3"),
        ("${a} * ${b} div 2", "2.25"),
        ("${a} mod 2", "1"),
        ("0.1 + 0.2 = 0.3", "false"),
        ("round(${b} * 100) div 100 = ${b}", "true"),
        ("round(2.345, 2)", "2.35"),
        ("int(7.9)", "7"),
        ("${a} = 3 and ${b} < 2", "true"),
        ("${a} = 4 or ${a} = '3'", "true"),
        ("not(${a} = 3)", "false"),
        ("if(${a} > 2, 'sí', 'no')", "sí"),
        ("coalesce(${many}, 'vacío')", "vacío"),
        ("sum(${v})", "6"),
        ("count(${rows})", "3"),
        ("count(${v}[. > 1])", "2"),
        ("count(${rows}[v = 1])", "1"),
        ("min(${v})", "1"),
        ("max(${v}, 10)", "10"),
        ("${v} = 3", "true"),
        ("${day} <= today()", "true"),
        ("${day} >= '2026-06-01'", "false"),
        ("today() - ${day}", "60"),
        ("date(${day} + 1)", "2026-05-02"),
        ("decimal-date-time('1970-01-02')", "1"),
        ("substring(${day}, 1, 4)", "2026"),
        ("string-length(concat('a', ${a}))", "2"),
        ("pulldata('previous', 'families', 'key', 'last')", "31"),
        ("pulldata('previous', 'pigs', 'key', 'last')", ""),
        ("pulldata('nothing', 'x', 'key', 'last') = ''", "true"),
        ("number('doce')", ""),
        ("1 div 0", ""),
        ("number('2026-13-45')", ""),
        ("selected('a b c', 'b')", "true"),
        ("selected('ab c', 'b')", "false"),
        ("count-selected('a b')", "2"),
        ("selected-at('a b', 1)", "b"),
        ("regex('962 000', '^[0-9 ]+$')", "true"),
        ("starts-with('abc', 'ab') and contains('abc', 'bc')", "true"),
        ("true() != false()", "true"),
        ("count-non-empty(${v})", "3"),
    ],
)
def test_an_expression_gives_what_xforms_gives(expression: str, expected: str) -> None:
    rows = [{"v": 1}, {"v": 2}, {"v": 3}]

    assert gives(expression, a=3, b="1.5", day="2026-05-01", rows=rows) == expected


@pytest.mark.parametrize(
    "expression", ["${a} > 0", "${a} <= 0", "${a} >= ${b}", "${day} <= today()", "${a} = 0"]
)
def test_a_blank_is_no_number_and_no_comparison_with_it_holds(expression: str) -> None:
    assert gives(f"if({expression}, 1, 0)") == "0"


def test_a_sum_with_a_blank_is_not_known() -> None:
    assert gives("${a} + ${b}", a=3) == ""


CHAINS = {"a": (), "rows": (), "v": ("rows",), "w": ("rows",), "u": ("rows", "inner")}


@pytest.mark.parametrize(
    ("chain", "on_holder", "path"),
    [((), False, "../v"), (("rows",), False, "../v"), (("rows", "inner"), False, "../../v")],
)
def test_a_field_is_found_from_its_own_row(
    chain: tuple[str, ...], on_holder: bool, path: str
) -> None:
    found = resolved("${v}", chain, on_holder, CHAINS)

    assert found == (path if chain else "../rows/v")


def test_a_rule_on_a_repeat_stands_on_what_holds_it() -> None:
    assert resolved("count(${rows}) > ${a}", (), True, CHAINS) == "count(rows) > a"
    assert resolved("sum(${u})", ("rows",), False, CHAINS) == "sum(../inner/u)"


def test_the_library_keeps_its_own_operators() -> None:
    root = elementpath.etree.ElementTree.XML("<a><b>1</b><b>2</b></a>")

    assert elementpath.select(root, "count(/a/b) + 1") == 3
    assert elementpath.select(root, "1 < 2", parser=elementpath.XPath1Parser) is True


def test_rules_of_one_row_do_not_see_another() -> None:
    rows = [a_problem(votes_women=13), a_problem(votes_women=0)]

    document = answers.read(instruments()["diagnosis"], a_diagnosis(problems=rows), known())

    assert "problems[0].votes_women" in {p.path for p in document.problems}
    assert "problems[1].votes_women" not in {p.path for p in document.problems}


def test_a_rule_takes_less_than_half_a_millisecond() -> None:
    instrument = instruments()["diagnosis"]
    document = answers.read(instrument, a_diagnosis(), known())
    instance = Instance(instrument, document.values, known().today, known().lookups)
    token = compiled(instrument).tried["votes_women"].rules[0][1]

    began = perf_counter()
    for _ in range(200):
        instance.holds(token, "problems[1].votes_women")

    assert (perf_counter() - began) / 200 < 0.0005
