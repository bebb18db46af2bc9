"""The house as its plan says: who may take from whom, and what stands in which room alone."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import DateTime

from app.records.tables import METADATA
from app.store.types import Instant

APP = Path(__file__).resolve().parent.parent / "app"
FLOOR = frozenset({"settings", "errors"})
BELOW_HTTP = frozenset(
    {"operations", "records", "store", "planning", "gis", "capture", "documents"}
)

# A room may take from itself and from these. What is not in the table is a room nobody planned.
MAY_TAKE_FROM: dict[str, frozenset[str]] = {
    "settings": frozenset({"errors"}),
    "errors": frozenset(),
    "planning": frozenset({"errors"}),
    "gis": frozenset({"errors"}),
    "capture": frozenset({"errors"}),
    "documents": frozenset({"errors"}),
    "store": FLOOR,
    "records": frozenset({"store", "gis", "errors"}),
    "operations": BELOW_HTTP | FLOOR,
    "http": frozenset({"operations", "records", "store"}) | FLOOR,
    "api": BELOW_HTTP | {"http"} | FLOOR,
    "pages": BELOW_HTTP | {"http"} | FLOOR,
    "ogc": BELOW_HTTP | {"http"} | FLOOR,
    "openrosa": BELOW_HTTP | {"http"} | FLOOR,
    "logs": FLOOR,
    "main": BELOW_HTTP | {"http", "api", "ogc", "pages", "openrosa", "logs"} | FLOOR,
    "worker": BELOW_HTTP | {"logs"} | FLOOR,
    "cli": BELOW_HTTP | {"http", "main", "worker", "logs"} | FLOOR,
}
# Third-party rooms that a pure room may know; every other room may know whatever is installed.
PURE_TAKES = {
    "planning": frozenset({"gmpy2", "highspy", "numpy"}),
    "gis": frozenset(
        {
            "branca",
            "defusedxml",
            "duckdb",
            "folium",
            "geopandas",
            "jinja2",
            "mapclassify",
            "markupsafe",
            "numpy",
            "openpyxl",
            "pandas",
            "pmtiles",
            "pyogrio",
            "pyproj",
            "rapidfuzz",
            "shapely",
            "yaml",
        }
    ),
    "capture": frozenset({"elementpath", "yaml", "defusedxml", "pyxform"}),
}
# Longer than 300 lines that are not blank: why, and the length that it may not pass meanwhile.
LONG_MODULES: dict[str, tuple[str, int]] = {
    "app/api/proposals.py": ("shapes beside routes; the shapes are to move out", 360),
}
MOST_LINES, MOST_LINES_A_FUNCTION = 300, 60

MODULES = sorted(path for path in APP.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    return path.relative_to(APP.parent).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(node: ast.AST) -> Iterator[tuple[str, int]]:
    """The dotted names that a tree imports, with their lines."""
    for each in ast.walk(node):
        if isinstance(each, ast.Import):
            yield from ((alias.name, each.lineno) for alias in each.names)
        elif isinstance(each, ast.ImportFrom):
            base = "." * each.level + (each.module or "")
            yield from ((f"{base}.{alias.name}", each.lineno) for alias in each.names)


def wrong_imports(path: Path) -> list[str]:
    """Imports of a module that the plan does not draw."""
    room = room_of(path)
    found = []
    for name, line in imports(tree_of(path)):
        parts = name.split(".")
        allowed = MAY_TAKE_FROM.get(room, frozenset()) | {room}
        if parts[0] == "app" and len(parts) > 1 and parts[1] not in allowed:
            found.append(f"{name_of(path)}:{line} takes {name}")
    return found


def test_every_room_is_on_the_plan() -> None:
    rooms = {room_of(path) for path in MODULES} - {"__init__"}

    assert rooms <= set(MAY_TAKE_FROM), rooms - set(MAY_TAKE_FROM)


def test_no_arrow_points_upward() -> None:
    assert [wrong for path in MODULES for wrong in wrong_imports(path)] == []


def test_plan_has_no_circle() -> None:
    above = {room: set(below) - {room} for room, below in MAY_TAKE_FROM.items()}
    while free := [room for room, below in above.items() if not below & set(above)]:
        for room in free:
            del above[room]

    assert above == {}


def test_pure_rooms_know_only_what_they_count_with() -> None:
    strange = [
        f"{name_of(path)}:{line} takes {name}"
        for path in MODULES
        if (room := room_of(path)) in PURE_TAKES
        for name, line in imports(tree_of(path))
        if (top := name.split(".")[0]) not in sys.stdlib_module_names
        and top != "app"
        and top not in PURE_TAKES[room]
    ]

    assert strange == []


def test_no_import_is_relative() -> None:
    relative = [
        f"{name_of(path)}:{line}"
        for path in MODULES
        for name, line in imports(tree_of(path))
        if name.startswith(".")
    ]

    assert relative == []


def unexplained(path: Path) -> Iterator[str]:
    """Imports inside functions with no comment on their line, the one before, or the block's."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for function in functions(tree_of(path)):
        for name, number in imports(function):
            above = [lines[number - 1], lines[number - 2]]
            start = number - 2
            while start > 0 and lines[start].strip().startswith(("import ", "from ")):
                start -= 1
                above.append(lines[start])
            if not any("#" in line for line in above):
                yield f"{name_of(path)}:{number} imports {name}"


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without those of the functions that it makes."""
    inner = [
        node for node in function.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return _lines(function) - sum(map(_lines, inner))


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def test_import_inside_a_function_says_why() -> None:
    assert [each for path in MODULES for each in unexplained(path)] == []


# A pattern, the rooms in which it may not stand, and what to do instead.
FORBIDDEN = (
    (r"\bselect\(|\btext\(|\.exec\(|\.execute\(", ("api", "ogc", "pages", "openrosa"),
     "ask a record or an operation"),
    (r"HTTPException|status_code", ("records", "operations", "planning", "gis", "capture"),
     "raise a word of app.errors"),
    (r"\.commit\(\)", tuple(set(MAY_TAKE_FROM) - {"store"}), "open store.writing()"),
    (r"\bST_[A-Z]", tuple(set(MAY_TAKE_FROM) - {"store"}), "use app.store.spatial"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "rooms", "instead"), FORBIDDEN, ids=["sql", "http", "commit", "st"]
)
def test_what_belongs_to_one_room_stands_in_no_other(
    pattern: str, rooms: tuple[str, ...], instead: str
) -> None:
    found = [
        f"{name_of(path)}:{number}: {instead}"
        for path in MODULES
        if room_of(path) in rooms
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line.partition("#")[0]) and "nested.commit" not in line
    ]

    assert found == []


def test_no_instant_is_without_its_zone() -> None:
    bare = [
        f"{name_of(path)}:{number}"
        for path in MODULES
        if name_of(path) != "app/store/types.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\bDateTime\b|utcnow\(|datetime\.now\(\)", line.partition("#")[0])
    ]

    assert bare == []


def test_every_datetime_column_is_an_instant() -> None:
    bare = [
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, DateTime) and not isinstance(column.type, Instant)
    ]

    assert bare == []


def test_no_module_is_longer_than_a_person_holds_in_mind() -> None:
    lengths = {
        name_of(path): sum(map(bool, map(str.strip, path.read_text(encoding="utf-8").splitlines())))
        for path in MODULES
    }
    allowed = {name: most for name, (_, most) in LONG_MODULES.items()}

    assert {n: k for n, k in lengths.items() if k > allowed.get(n, MOST_LINES)} == {}
    short = {name for name in LONG_MODULES if lengths.get(name, 0) <= MOST_LINES}
    assert short == set(), "it became short: take it off the list"


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name_of(path)}:{function.lineno} {function.name}"
        for path in MODULES
        for function in functions(tree_of(path))
        if own_lines(function) > MOST_LINES_A_FUNCTION
    ]

    assert long == []


def test_every_room_opens_with_its_charter() -> None:
    silent = [
        room
        for room in MAY_TAKE_FROM
        if (path := APP / room / "__init__.py").exists() and not ast.get_docstring(tree_of(path))
    ]

    assert silent == []
