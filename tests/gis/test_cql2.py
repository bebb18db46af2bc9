"""Filters are read as the standard says, by a reader that nobody can keep busy."""

import contextlib
import time
from datetime import date

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Malformed
from app.gis import cql2, cql2_judge, cql2_text

KINDS = {"name": "string", "value": "number", "n": "integer", "urban": "boolean", "day": "date"}
ROWS = [
    {"name": "San Juan", "value": 0.5, "n": 3, "urban": True, "day": date(2026, 1, 1)},
    {"name": "Ñahuín", "value": None, "n": 0, "urban": False, "day": None},
    {"name": "it's 100%", "value": -2.0, "n": 9, "urban": None, "day": date(2025, 6, 1)},
]
SHAPES = [shapely.Point(-76, -10), shapely.Point(-70, -12), None]


def chosen(text: str) -> str:
    """The places of the rows that a filter selects."""
    found = cql2_judge.selected(cql2.of_text(text, KINDS), ROWS, SHAPES)
    return "".join(str(at) for at, is_in in enumerate(found) if is_in)


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("name = 'San Juan'", "0"),
        ("'San Juan' = name", "0"),
        ("name = 'it''s 100%'", "2"),
        ("name LIKE 'San%'", "0"),
        ("name like '%a%u%'", "01"),
        ("name LIKE '_ahu_n'", "1"),
        ("CASEI(name) LIKE casei('SAN%')", "0"),
        ("CASEI(name) = CASEI('ÑAHUÍN')", "1"),
        ("CASEI('ñahuín') = CASEI(name)", "1"),
        ("CASEI(name) = 'Ñahuín'", ""),
        ("CASEI(name) IN (CASEI('X'), CASEI('SAN JUAN'))", "0"),
        ("CASEI(name) BETWEEN CASEI('I') AND CASEI('J')", "2"),
        ("NOT CASEI(name) LIKE '%a%'", "2"),
        (r"name LIKE '%100\%'", "2"),
        (r"name LIKE '%\_%'", ""),
        ("name NOT LIKE '%'", ""),
        ("value > 0", "0"),
        ("NOT value > 0", "2"),
        ("0 > value", "2"),
        ("value <> 0.5", "2"),
        ("value IS NULL", "1"),
        ("value IS NOT NULL", "02"),
        ("value BETWEEN -2 AND 0.5", "02"),
        ("value NOT BETWEEN -1 AND 1", "2"),
        ("n IN (0, 9)", "12"),
        ("n NOT IN (0, 9)", "0"),
        ("urban = TRUE", "0"),
        ("urban <> true", "1"),
        ("NOT (urban = TRUE)", "1"),
        ("TRUE", "012"),
        ("n = 3 OR n = 0 AND urban = TRUE", "0"),
        ("(n = 3 OR n = 0) AND urban = TRUE", "0"),
        ("NOT n = 3 AND NOT n = 0", "2"),
        ("value > 0 OR n = 0", "01"),
        ("value > 0 AND n = 0", ""),
        ("day >= DATE('2025-12-31')", "0"),
        ("day < TIMESTAMP('2025-12-31T10:00:00Z')", "2"),
        ("S_INTERSECTS(geometry, BBOX(-77, -11, -75, -9))", "0"),
        ("s_intersects(POINT(-70 -12), geometry)", "1"),
        ("S_INTERSECTS(geom, POLYGON((-71 -13, -69 -13, -69 -11, -71 -13)))", "1"),
        ("NOT S_INTERSECTS(geometry, BBOX(-77, -11, -75, -9))", "1"),
        ("geometry IS NULL", "2"),
        ("\"name\" = 'San Juan'", "0"),
    ],
)
def test_filter_selects_what_the_standard_says(text: str, selected: str) -> None:
    assert chosen(text) == selected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name =",
        "secret = 1",
        "secret IS NULL",
        "name = 1",
        "value = 'x'",
        "urban > TRUE",
        "value = 1e999",
        "day = DATE('ayer')",
        "name LIKE 3",
        "name = 'x'; DROP TABLE place",
        "name = 'x' AND",
        "name = 'open",
        "(name = 'x'",
        "casei(value) = 1",
        "casei(casei(name)) = 'x'",
        "casei(name, name) = 'x'",
        "casei(name)",
        "casei() = 'x'",
        "name = casei(1)",
        "casei(name) IS NULL",
        "accenti(name) = 'x'",
        "name = name",
        "value + 1 = 2",
        "n IN ()",
        "S_INTERSECTS(name, BBOX(1,2,3,4))",
        "S_INTERSECTS(geometry, BBOX(1,2,3))",
        "S_INTERSECTS(geometry, POLYGON((1 2, 3 4)))",
        "S_INTERSECTS(geometry, POINT(",
        "geometry = 1",
        "name = 'a\x00b'",
        "NOT",
        "1 = 1",
        "name IN 'x'",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        cql2.of_text(text, KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2_000,
        "(" * 1_000 + "n = 1" + ")" * 1_000,
        "NOT " * 900 + "n = 1",
        "n = 1 AND " * 390 + "n = 1",
        "name LIKE '" + "%a" * 900 + "%b'",
        "n IN (" + "1," * 1_500 + "1)",
        "x" * 5_000,
    ],
)
def test_no_filter_keeps_the_reader_busy(text: str) -> None:
    began = time.perf_counter()
    with contextlib.suppress(Malformed):
        wanted = cql2.of_text(text, KINDS)
        cql2_judge.selected(wanted, [{"name": "a" * 120, "n": 1}] * 20, [None] * 20)

    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "tree",
    [
        None,
        3,
        "n = 1",
        [],
        {},
        {"op": "and", "args": []},
        {"op": "=", "args": [{"property": "n"}]},
        {"op": "=", "args": [1, 2]},
        {"op": ["="], "args": [1, 2]},
        {"op": "in", "args": [{"property": "n"}, 3]},
        {"op": "between", "args": [{"property": "n"}, None, {}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point"}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [None] * 4}]},
    ],
)
def test_a_tree_that_is_no_filter_is_refused(tree: object) -> None:
    with pytest.raises(Malformed):
        cql2.of_json(tree, KINDS)


@given(st.text(alphabet="ab%_\\", max_size=12), st.text(alphabet="ab%_\\", max_size=12))
def test_a_pattern_selects_as_a_slow_reader_would(pattern: str, own: str) -> None:
    def fits(signs: list[tuple[str, bool]], rest: str) -> bool:
        if not signs:
            return not rest
        (sign, plain), *more = signs
        if not plain and sign == "%":
            return any(fits(more, rest[at:]) for at in range(len(rest) + 1))
        return bool(rest) and (not plain or rest[0] == sign) and fits(more, rest[1:])

    found = cql2_judge.selected(cql2.Like("name", pattern), [{"name": own}], [None])

    assert bool(found[0]) == fits(list(cql2_judge.signs_of(pattern)), own)


@given(st.text(max_size=60))
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Malformed):
        cql2_text.parsed(text)
