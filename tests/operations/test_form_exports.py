"""Exports of documents: whole tables, the same bytes twice, and no person where none is seen."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from openpyxl import load_workbook
from shapely.geometry import Point
from sqlmodel import select

from app.errors import Unknown
from app.operations import export_files, form_exports, forms, narrowing
from app.operations.form_exports import Asked
from app.records.territory import Community
from app.records.trail import AccessEntry, AuditEntry
from app.settings import Settings
from app.store.spatial import to_column
from tests.operations.sheet_house import Desk, errors, open_desk
from tests.town import Town, a_diagnosis, a_family, a_plan, lines, totals

WAYS = ("csv", "xlsx", "geojson", "gpkg")


@pytest.fixture
def desk(town: Town, tmp_path: Path) -> Desk:
    """The town's desk, once on each store, its community at a point."""
    found = open_desk(town, Settings(home=tmp_path / "home", database_url=town.store.url))
    with found.store.writing() as session:
        here = session.exec(select(Community).where(Community.code == "1099010001")).one()
        here.geom = to_column(Point(-76.2, -9.9))
    return found


def asked(desk: Desk, instrument: str, view: str = "whole", *, of_district: bool = False) -> Asked:
    """What somebody asks for: the council by default."""
    roles = ("council",) if view == "whole" else ("planner",)
    return Asked(instrument, desk.where(None if of_district else "1099010001"), roles, view)


def taken(desk: Desk, what: Asked, way: str, table: str = "") -> bytes:
    """The whole file."""
    return b"".join(export_files.take(desk.store, what, way, table).parts)


def read(content: bytes) -> list[dict[str, str]]:
    """A CSV as rows by column."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def a_visited_town(desk: Desk) -> None:
    """Two families, a sheet of their lines, and one of them with a child."""
    for code in ("F-1", "F-2"):
        desk.typed("family", a_family(code))
    raw = lines(("F-1", "meets"), ("F-2", "not_yet"))
    raw["households"][0]["persons"] = [
        {"person_no": 1, "person_kind": "child", "birth_date": "2025-11-01"}
    ]
    raw["households"][0]["observations"] += [
        {"practice": "P-B6", "person": 1, "value": "unknown"},
    ]
    desk.typed("household_monitoring", raw)


def test_a_diagnosis_comes_out_as_it_was_typed(desk: Desk) -> None:
    form = desk.typed("diagnosis", a_diagnosis())

    documents = read(taken(desk, asked(desk, "diagnosis"), "csv"))
    problems = read(taken(desk, asked(desk, "diagnosis"), "csv", "problems"))

    assert [row["uuid"] for row in documents] == [str(form.uuid)]
    assert (documents[0]["families"], documents[0]["estado"]) == ("31", "sent")
    assert [row["fila"] for row in problems] == ["1", "2"]
    assert (problems[0]["place.lat"], problems[0]["place.lon"]) == ("-9.9", "-76.1")
    assert problems[0]["description"] == "El agua llega sin cloro"


@pytest.mark.parametrize("way", WAYS)
def test_an_export_is_the_same_bytes_while_nothing_changed(desk: Desk, way: str) -> None:
    desk.typed("diagnosis", a_diagnosis())
    desk.typed("diagnosis", a_diagnosis(families=32))

    first = taken(desk, asked(desk, "diagnosis", of_district=True), way)
    again = taken(desk, asked(desk, "diagnosis", of_district=True), way)

    assert first == again
    assert len(first) > 500


def test_every_row_shows_what_its_page_would(desk: Desk) -> None:
    form = desk.typed("diagnosis", a_diagnosis())
    with desk.store.reading() as session:
        document = forms.form(session, desk.where(), form.uuid)
        page = narrowing.answers(session, document, ("council",), "whole")
        export = form_exports.Export(session, asked(desk, "diagnosis"))
        shown = [raw for _, raw, _ in export._documents()]

    assert shown == [page]


def test_a_planners_export_names_no_person_and_no_home(desk: Desk) -> None:
    a_visited_town(desk)
    what = asked(desk, "household_monitoring", "stripped", of_district=True)

    whole = b"".join(taken(desk, what, way) for way in ("geojson", "gpkg", "csv"))
    rows = read(taken(desk, what, "csv", "observations"))

    assert not {b"F-1", b"F-2", b"2025-11-01", b"person_no"} & {
        word for word in (b"F-1", b"F-2", b"2025-11-01", b"person_no") if word in whole
    }
    assert {row["practice"] for row in rows} == {"P-F1", "P-B6"}
    with pytest.raises(Unknown):
        taken(desk, what, "csv", "persons")


def test_a_view_of_totals_exports_the_list_of_documents_without_answers(desk: Desk) -> None:
    a_visited_town(desk)

    rows = read(taken(desk, asked(desk, "family", "totals"), "csv"))

    assert len(rows) == 2
    assert set(rows[0]) == {
        *("uuid", "ubigeo", "comunidad", "nombre_comunidad", "ronda", "version", "estado"),
        "recibida",
    }


def test_a_council_takes_its_lines_whole_and_each_family_can_see_it(desk: Desk) -> None:
    a_visited_town(desk)
    what = asked(desk, "household_monitoring")

    form_exports.note(desk.store, desk.council, what, "csv")
    homes = read(taken(desk, what, "csv", "households"))

    assert [row["household"] for row in homes] == ["F-1", "F-2"]
    with desk.store.reading() as session:
        looked = session.exec(select(AccessEntry).where(AccessEntry.purpose.like("export%"))).all()  # type: ignore[attr-defined]
        acts = session.exec(select(AuditEntry).where(AuditEntry.action == "export csv")).all()
    assert len(looked) == 2
    assert [act.register_code for act in acts] == ["household_monitoring"]


def test_what_could_run_as_a_formula_is_neutralised(desk: Desk) -> None:
    problem = {"description": "=HYPERLINK(\"http://x\")", "theme": "water", "people_affected": 1,
               "votes_women": 0, "votes_men": 0}  # fmt: skip
    raw = a_diagnosis()
    raw["problems"].append(problem)
    desk.typed("diagnosis", raw)
    what = asked(desk, "diagnosis")

    rows = read(taken(desk, what, "csv", "problems"))
    book = load_workbook(io.BytesIO(taken(desk, what, "xlsx")))
    cells = [cell for row in book["Problemas"].iter_rows() for cell in row]

    assert rows[-1]["description"].startswith("'=")
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in cells)


def test_pyogrio_reads_the_geopackage_and_the_geojson(desk: Desk, tmp_path: Path) -> None:
    desk.typed("diagnosis", a_diagnosis())
    what = asked(desk, "diagnosis", of_district=True)
    package, layer = tmp_path / "d.gpkg", tmp_path / "d.geojson"
    package.write_bytes(taken(desk, what, "gpkg"))
    layer.write_bytes(taken(desk, what, "geojson", "problems"))

    about = pyogrio.read_info(package, layer="problems")
    problems = pyogrio.read_dataframe(package, layer="problems")
    documents = pyogrio.read_dataframe(package, layer="fichas")
    drawn = pyogrio.read_dataframe(layer)
    names = dict(pyogrio.list_layers(package))

    assert names.keys() >= {"fichas", "problems", "assets", "age_groups"}
    assert names["age_groups"] is None
    assert (about["crs"], about["features"]) == ("EPSG:4326", 2)
    assert list(problems.geometry.geom_type.fillna("")) == ["Point", ""]
    assert list(problems["votes_women"]) == [4, 8]
    assert (documents.geometry.iloc[0].x, documents.geometry.iloc[0].y) == (-76.2, -9.9)
    assert drawn.crs.to_epsg() == 4326
    assert list(drawn["description"])[1] == "La posta queda lejos"
    assert drawn.geometry.iloc[0].x == -76.1


def test_an_exported_workbook_can_be_corrected_and_brought_back(desk: Desk) -> None:
    form = desk.typed("monitoring", totals(P_F1=(12, 20, 0)))
    book = load_workbook(io.BytesIO(taken(desk, asked(desk, "monitoring"), "xlsx")))
    sheet = book["Prácticas"]
    there = {cell.value: cell.column for cell in sheet[2]}
    sheet.cell(row=3, column=there["x"], value=13)

    batch = desk.check("monitoring", book)
    desk.publish(batch)

    assert errors(batch) == []
    assert batch.report["counts"]["changed"] == 1
    assert [each.uuid for each in desk.forms("monitoring")] == [form.uuid]
    assert desk.answers(desk.forms("monitoring")[0])["practices"][0]["x"] == 13


def test_a_plan_and_an_activity_export_without_places_of_their_own(desk: Desk) -> None:
    desk.typed("plan", a_plan())

    told: Any = json.loads(taken(desk, asked(desk, "plan"), "geojson"))

    assert [f["geometry"]["coordinates"] for f in told["features"]] == [[-76.2, -9.9]]
