"""Long lists and tables come folded from the server, and the fold says how many it holds."""

import re
from pathlib import Path

import pytest

from app.pages import look

WEB = Path(__file__).resolve().parents[2] / "web"
TABLE = (
    '{% from "components/table.html" import data_table with context %}'
    '{{ data_table("t", "Filas", [{"key": "name", "label": "Nombre"}], rows) }}'
)
LIST = (
    '{% from "components/ui.html" import rest_of with context %}'
    '{% call(each) rest_of(rows, 3, "ver las # que siguen") %}<li>{{ each.name }}</li>{% endcall %}'
)


def drawn(template: str, rows: int, **more: object) -> str:
    given = {"rows": [{"name": f"fila {n + 1}"} for n in range(rows)], **more}
    return look.environment(WEB / "templates", "1", "es").from_string(template).render(given)


@pytest.mark.parametrize(("rows", "told"), [(8, []), (9, ["Ver las 9 filas"])])
def test_a_long_table_says_how_many_rows_it_has(rows: int, told: list[str]) -> None:
    page = drawn(TABLE, rows)

    assert re.findall(r'<details class="unfold"><summary[^>]*>([^<]*)', page) == told
    assert page.count("<tr") == rows + 1


@pytest.mark.parametrize(("rows", "told"), [(5, []), (6, ["ver las 3 que siguen"])])
def test_a_list_goes_on_behind_its_count_and_loses_nothing(rows: int, told: list[str]) -> None:
    page = drawn(LIST, rows)

    assert re.findall(r"<summary>([^<]*)", page) == told
    assert re.findall(r"<li>fila (\d+)", page) == [str(n + 1) for n in range(rows)]
