"""Filled workbooks become documents like any others, all, the good ones, or none of them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from tests.operations.sheet_house import (
    Desk,
    a_book,
    codes,
    errors,
    notices,
    open_desk,
    put,
)
from tests.town import Town, a_family, lines, totals

FIRST = 3  # the row of the first line of a template, as a spreadsheet counts


@pytest.fixture
def desk(town: Town, tmp_path: Path) -> Desk:
    """The town's desk, once on each store."""
    return open_desk(town, Settings(home=tmp_path / "home", database_url=town.store.url))


@pytest.fixture
def local(sqlite_town: Town, tmp_path: Path) -> Desk:
    """The same on the embedded store alone."""
    url = sqlite_town.store.url
    return open_desk(sqlite_town, Settings(home=tmp_path / "home", database_url=url))


def monitored(desk: Desk, *, x: int = 12, n: int = 20) -> Any:
    """The template of totals with one document of one practice."""
    book = desk.template("monitoring")
    put(book["Fichas"], FIRST, {"date": date(2026, 3, 10), "homes_visited": 20})
    row = {"ficha": "1", "practice": "Se lava las manos", "x": x, "n": n, "missing": 0}
    there = book["Listas"]
    names = {cell.value: cell.column for cell in there[1]}
    # The words of P-F1, whatever they are.
    row["practice"] = next(
        cell.value
        for column in there.iter_cols(min_col=names["practices"], max_col=names["practices"])
        for cell in column[1:]
        if "manos" in str(cell.value).casefold()
    )
    put(book["Prácticas"], FIRST, row)
    return book


def with_homes(desk: Desk, *homes: str) -> None:
    """Register families that consent."""
    for code in homes:
        desk.typed("family", a_family(code))


def visited(desk: Desk, answers: dict[str, str]) -> Any:
    """The template of homes, filled: answer on handwashing by home."""
    book = desk.template("household_monitoring")
    sheet = book["Hogares"]
    rows = {str(sheet.cell(row=r, column=codes(sheet)["household"]).value): r
            for r in range(FIRST, FIRST + len(answers) + 3)}  # fmt: skip
    for place, (home, value) in enumerate(answers.items()):
        about = {"consent": "Ya está registrado", "visit": "Se conversó con la familia"}
        about |= {"P-F1": value, "como_se_supo": "Se observó"}
        put(sheet, rows[home], {**about, **({"date": "10/03/2026"} if place == 0 else {})})
    return book


def test_a_filled_template_says_what_the_page_would(desk: Desk) -> None:
    typed = desk.answers(desk.typed("monitoring", totals(P_F1=(12, 20, 0))))

    batch = desk.publish(desk.check("monitoring", monitored(desk)))

    assert batch.state == "published"
    brought = desk.forms("monitoring")[-1]
    assert desk.answers(brought)["practices"][0] | {"practice": ""} == typed["practices"][0] | {
        "practice": ""
    }
    assert brought.state == "sent"


def test_a_monitoring_form_that_came_by_xlsx_moves_its_indicator_as_one_typed(desk: Desk) -> None:
    with_homes(desk, "F-1", "F-2", "F-3")
    answers = {"F-1": "Sí lo hace", "F-2": "Todavía no", "F-3": "Sí lo hace"}
    typed = desk.typed(
        "household_monitoring", lines(("F-1", "meets"), ("F-2", "not_yet"), ("F-3", "meets"))
    )
    desk.approve(typed)
    by_page = desk.figure("P-F1")
    desk.town.store  # the same community and round: the last approved wins

    batch = desk.publish(desk.check("household_monitoring", visited(desk, answers)))
    brought = desk.forms("household_monitoring")[-1]
    before_approval = desk.figure("P-F1")
    desk.approve(brought)

    assert batch.report["documents"][0]["uuid"] == str(brought.uuid)
    assert desk.answers(brought) == desk.answers(typed)
    assert by_page == before_approval == desk.figure("P-F1") == (2, 3)
