"""Filled workbooks become documents like any others, all, the good ones, or none of them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.capture import spread_headers, spreadsheets
from app.errors import Invalid
from app.operations import attachments, erasure, instruments, rebuilding
from app.operations.imports.form_places import practices
from app.records import imports
from app.records.families import Family
from app.settings import Settings
from tests.operations.sheet_house import (
    Desk,
    codes,
    errors,
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

    batch = desk.publish(desk.check("household_monitoring", visited(desk, answers)))
    brought = desk.forms("household_monitoring")[-1]
    before_approval = desk.figure("P-F1")
    desk.approve(brought)

    assert batch.report["documents"][0]["uuid"] == str(brought.uuid)
    assert desk.answers(brought) == desk.answers(typed)
    assert by_page == before_approval == desk.figure("P-F1") == (2, 3)


def two_activities(desk: Desk, *, second: str = "Faena de agua") -> str:
    """A CSV of two activities, the second perhaps wrong."""
    head = "date,kind,theme,activity,attendees_women,attendees_men"
    with desk.store.reading() as session:
        fields = {f.code: f for f in instruments.current(session, "activity").fields()}
    kind, theme = (fields[code].choices[0].label.es for code in ("kind", "theme"))
    rows = [f"2026-03-05,{kind},{theme},Charla de lavado de manos,5,4",
            f"{second and '2026-03-06'},{kind},{theme},{second},5,4"]  # fmt: skip
    return "\n".join([head, *rows]) + "\n"


def test_all_or_nothing_leaves_nothing(desk: Desk) -> None:
    batch = desk.check("activity", two_activities(desk, second=""))

    with pytest.raises(Invalid, match="no se guardó nada"):
        desk.publish(batch)

    assert desk.forms("activity") == []
    assert batch.report["error_count"] == 1


def test_only_the_good_rows_come_in_where_a_person_says_so(desk: Desk) -> None:
    batch = desk.check("activity", two_activities(desk, second=""), skip_errors=True)

    published = desk.publish(batch)

    assert [desk.answers(form)["activity"] for form in desk.forms("activity")] == [
        "Charla de lavado de manos"
    ]
    assert published.report["skipped"] == 1
    assert [row for row, _, _ in errors(published)] == [3, 3]


def test_only_the_good_homes_come_in(desk: Desk) -> None:
    with_homes(desk, "F-1", "F-2", "F-3")
    answers = {"F-1": "Sí lo hace", "F-2": "Quizás", "F-3": "Todavía no"}

    batch = desk.check("household_monitoring", visited(desk, answers), skip_errors=True)
    desk.publish(batch)

    (form,) = desk.forms("household_monitoring")
    assert (batch.rows, batch.report["error_count"]) == (3, 1)
    assert [home["household"] for home in desk.answers(form)["households"]] == ["F-1", "F-3"]


def test_a_home_without_consent_is_told_at_its_cell_and_stops_no_other(desk: Desk) -> None:
    with_homes(desk, "F-1")
    desk.typed("family", a_family("F-2", consent="no"))
    answers = {"F-1": "Sí lo hace", "F-2": "Sí lo hace"}

    batch = desk.check("household_monitoring", visited(desk, answers), skip_errors=True)
    desk.publish(batch)

    ((row, where, message),) = errors(batch)
    assert (row, message) == (4, "El hogar F-2 no tiene consentimiento registrado.")
    assert "consentimiento" in where
    (form,) = desk.forms("household_monitoring")
    assert len(desk.answers(form)["households"]) == 1


def test_the_same_file_twice_is_once_and_a_corrected_line_corrects(desk: Desk) -> None:
    desk.publish(desk.check("monitoring", monitored(desk)))
    again = desk.check("monitoring", monitored(desk))
    desk.publish(again)
    corrected = desk.check("monitoring", monitored(desk, x=15))
    desk.publish(corrected)

    (form,) = desk.forms("monitoring")
    assert (again.report["counts"]["same"], corrected.report["counts"]["changed"]) == (1, 1)
    assert desk.answers(form)["practices"][0]["x"] == 15


def test_two_equal_lines_of_a_file_are_two_documents_and_stay_two(desk: Desk) -> None:
    text = two_activities(desk, second="Charla de lavado de manos").replace("03-06", "03-05")

    desk.publish(desk.check("activity", text))
    desk.publish(desk.check("activity", text))

    assert len(desk.forms("activity")) == 2


def test_an_undo_withdraws_what_came_and_names_what_was_corrected_since(desk: Desk) -> None:
    batch = desk.publish(desk.check("activity", two_activities(desk)))
    _, second = desk.forms("activity")
    raw = {**desk.answers(second), "attendees_women": 9}
    desk.town.send("activity", raw, form_uuid=second.uuid, revision=second.revision)

    undone = desk.undo(batch)

    states = [form.state for form in desk.forms("activity")]
    assert states == ["withdrawn", "approved"]
    (kept,) = undone.report["undone"]["kept"]
    assert (kept["uuid"], kept["why"]) == (
        str(second.uuid),
        "Se corrigió después de la importación.",
    )
    assert undone.report["undone"]["withdrawn"] == 1


def test_an_undo_gives_back_what_a_file_had_corrected(desk: Desk) -> None:
    desk.publish(desk.check("monitoring", monitored(desk)))
    batch = desk.publish(desk.check("monitoring", monitored(desk, x=15)))

    undone = desk.undo(batch)

    (form,) = desk.forms("monitoring")
    assert desk.answers(form)["practices"][0]["x"] == 12
    assert undone.report["undone"]["restored"] == 1


def test_what_was_undone_may_come_again(desk: Desk) -> None:
    desk.undo(desk.publish(desk.check("monitoring", monitored(desk))))

    desk.publish(desk.check("monitoring", monitored(desk)))

    assert [form.state for form in desk.forms("monitoring")] == ["withdrawn", "sent"]


def test_a_rebuild_gives_the_same_documents(desk: Desk) -> None:
    with_homes(desk, "F-1")
    desk.publish(desk.check("household_monitoring", visited(desk, {"F-1": "Sí lo hace"})))
    (form,) = desk.forms("household_monitoring")
    desk.approve(form)
    before = desk.figure("P-F1")

    rebuilding.rebuild(desk.store)

    assert desk.figure("P-F1") == before == (1, 1)


def test_the_file_goes_when_its_documents_are_kept(desk: Desk) -> None:
    batch = desk.check("monitoring", monitored(desk))
    path = attachments.path_of(desk.settings.files, batch.sha256)
    there = path.is_file()

    desk.publish(batch)

    assert (there, path.is_file()) == (True, False)


def test_an_erasure_lets_waiting_files_go(desk: Desk) -> None:
    with_homes(desk, "F-1")
    batch = desk.check("household_monitoring", visited(desk, {"F-1": "Quizás"}))
    path = attachments.path_of(desk.settings.files, batch.sha256)
    with desk.store.reading() as session:
        family = session.exec(select(Family)).one()

    asked = erasure.Erasing(family.uuid, "lo pidió", desk.settings.files)
    erasure.erase_family(desk.store, desk.council, asked)

    with desk.store.reading() as session:
        left = imports.find(session, batch.uuid)
    assert not path.exists()
    assert (left.state, left.report.get("errors", [])) == ("failed", [])


def test_a_council_cannot_bring_lines_of_another_community(desk: Desk) -> None:
    text = two_activities(desk).replace("date,", "comunidad,date,")
    text = text.replace("\n2026", "\n1099010002,2026")

    batch = desk.check("activity", text)

    assert {message[:27] for _, _, message in errors(batch)} == {"La fila es de otra comunida"}
    assert batch.report["publishable"] is False


def test_a_district_file_takes_only_communities_where_its_sender_may_write(desk: Desk) -> None:
    planner = desk.bind("planner", None)
    text = two_activities(desk).replace("date,", "comunidad,date,")
    first, _, rest = text.partition("\n2026")
    text = f"{first}\n1099010001,2026{rest}".replace("\n2026", "\n1099010002,2026")

    by_planner = desk.check("activity", text, planner, community=None)
    by_council = desk.check("activity", text, community=None)

    assert errors(by_planner) == []
    assert [row for row, _, _ in errors(by_council)] == [3]
    desk.publish(by_planner)
    assert len({form.community_id for form in desk.forms("activity")}) == 2


def test_a_template_of_another_form_is_refused(desk: Desk) -> None:
    batch = desk.check("activity", monitored(desk))

    assert batch.state == "failed"
    assert "plantilla de otra ficha" in batch.report["refusal"]["message"]


def test_a_planner_who_sees_homes_stripped_may_not_bring_them(desk: Desk) -> None:
    with_homes(desk, "F-1")
    planner = desk.bind("planner", None)

    batch = desk.check("household_monitoring", visited(desk, {"F-1": "Sí lo hace"}), planner)

    assert any("no tiene permiso" in message for _, _, message in errors(batch))


@pytest.mark.parametrize(
    "instrument",
    ["activity", "council", "diagnosis", "evaluation", "family", "household_monitoring",
     "monitoring", "plan", "progress", "self_assessment", "social_capital"],
)  # fmt: skip
@pytest.mark.parametrize("community", ["1099010001", None])
def test_every_instrument_has_a_template_that_is_read_back_by_its_codes(
    sqlite_town: Town, tmp_path: Path, instrument: str, community: str | None
) -> None:
    url = sqlite_town.store.url
    desk = open_desk(sqlite_town, Settings(home=tmp_path / "home", database_url=url))
    book = desk.template(instrument, community, ("council", "health_agent", "planner"))

    with desk.store.reading() as session:
        layout = spreadsheets.layout(
            instruments.current(session, instrument),
            practices(session, health=False),
            district=True,
        )
    sheets = [s for s in book if s.title not in ("Listas", "Instrucciones", "_sismuni")]
    for sheet in sheets:
        rows = [[str(c.value or "") for c in row] for row in sheet.iter_rows(max_row=6)]
        found = spread_headers.heading(layout, rows, {})
        assert found is not None
        assert list(found.codes.values()) == [c for c in rows[1] if c]
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]


def test_a_template_carries_lists_bounds_and_days_for_two_hundred_homes(local: Desk) -> None:
    with_homes(local, *(f"F-{n:03}" for n in range(200)))

    book = local.template("household_monitoring")

    sheet = book["Hogares"]
    rules = {str(r.sqref).split(":")[0].rstrip("0123456789"): r
             for r in sheet.data_validations.dataValidation}  # fmt: skip
    letters = {code: sheet.cell(row=1, column=c).column_letter for code, c in codes(sheet).items()}
    assert [sheet.cell(row=r, column=1).value for r in (3, 202)] == ["F-000", "F-199"]
    assert rules[letters["P-F1"]].type == "list"
    assert rules[letters["visit_date"]].type == "date"
    assert str(rules[letters["P-F1"]].sqref).endswith("502")
    assert sheet.row_dimensions[2].hidden
    assert "P-G7" not in codes(book["Personas"])  # sensitive: for the health role alone
