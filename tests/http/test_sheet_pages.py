"""Spreadsheets on the pages and over the API, by those who may, with the real worker."""

import io
from typing import Any

from fastapi.testclient import TestClient
from openpyxl import load_workbook

from app import worker
from app.operations import stepping
from app.operations.seats import Seat
from app.operations.trail import SYSTEM
from app.records import places
from app.store.types import uuid7
from tests.http.town import DISTRICT, HERE, THERE, Town, an_account
from tests.operations.sheet_house import put

BASE = f"/d/{DISTRICT}/comunidades/{HERE}/monitoreo"
API = f"/api/v1/districts/{DISTRICT}/communities/{HERE}"


def a_council(town: Town, login: str = "junta", community: str = HERE) -> TestClient:
    """A council's browser, its community with an open round."""
    an_account(town.store, login, Seat("council", community=community))
    with town.store.reading() as session:
        where = places.community(session, places.district(session, DISTRICT), community)
    days = {"starts_on": "2026-01-01", "ends_on": "2028-12-31"}
    stepping.open_cycle(town.store, SYSTEM, where, uuid7(), days)
    about = {"label": "2026-I", "held_on": "2026-03-01"}
    stepping.open_round(town.store, SYSTEM, where, uuid7(), about)
    client = town.client(login)
    client.headers["X-CSRF-Token"] = town.csrf(login)
    return client


def filled(content: bytes, x: int = 12) -> bytes:
    """A template with one document of one practice."""
    book: Any = load_workbook(io.BytesIO(content))
    put(book["Fichas"], 3, {"date": "10/03/2026", "homes_visited": 20})
    put(book["Prácticas"], 3, {"ficha": "1", "practice": "P-F1", "x": x, "n": 20, "missing": 0})
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def work(town: Town) -> None:
    """Let the worker run what stands in line."""
    worker.run(town.settings, idle_s=0)


def test_a_template_is_filled_shown_sent_and_undone_on_the_pages(town: Town) -> None:
    client = a_council(town)
    start = client.get(f"{BASE}/hojas").text
    template = client.get(f"{BASE}/plantilla.xlsx").content
    files = {"file": ("llena.xlsx", filled(template), "application/octet-stream")}
    at = client.post(f"{BASE}/hojas/importar", data={}, files=files).headers["location"]
    work(town)
    ready = client.get(at).text
    client.post(f"{at}/publicar")
    work(town)
    sent = client.get(at).text
    documents = client.get(f"{BASE}/exportar/csv").text
    rows = client.get(f"{BASE}/exportar/csv?tabla=practices").text
    client.post(f"{at}/deshacer", data={"reason": "Era una prueba"})
    work(town)

    assert f"{BASE}/plantilla.xlsx" in start
    assert "Lista para guardar" in ready
    assert "P-F1" in ready  # its first rows
    assert "enviada" in sent
    assert documents.count("\n") == 2
    assert ",P-F1,20,12,0" in rows
    assert "Era una prueba" in client.get(at).text
    assert client.get(f"{BASE}/exportar/csv").text.count("\n") == 1


def test_a_wrong_file_offers_the_choice_and_the_columns(town: Town) -> None:
    client = a_council(town)
    template = client.get(f"{BASE}/plantilla.xlsx").content
    files = {"file": ("mala.xlsx", filled(template, x=21), "application/octet-stream")}

    at = client.post(f"{BASE}/hojas/importar", data={}, files=files).headers["location"]
    work(town)
    shown = client.get(at).text
    errors = client.get(f"{at}/errores.csv").text
    client.post(f"{at}/opciones", data={"eleccion": "buenas", "columna|Prácticas|C": "-"})
    work(town)

    assert "Solo las filas buenas" in shown
    assert "Qué columna es cuál" in shown
    assert "celda" in errors
    assert "Falta responder" in client.get(at).text  # the column that is not used any more


def test_a_sheet_of_one_community_is_nobody_elses(town: Town) -> None:
    client, other = a_council(town), a_council(town, "otra", THERE)
    template = client.get(f"{BASE}/plantilla.xlsx").content
    files = {"file": ("llena.xlsx", filled(template), "application/octet-stream")}
    at = client.post(f"{BASE}/hojas/importar", data={}, files=files).headers["location"]
    uuid = at.rsplit("/", 1)[1]
    there = f"/d/{DISTRICT}/comunidades/{THERE}/monitoreo/hojas"

    assert other.get(at).status_code == 403
    assert other.get(f"{there}/{uuid}").status_code == 404
    assert other.post(f"{there}/{uuid}/publicar").status_code == 404
    assert town.client("root").get(f"/administracion/importaciones/{uuid}").status_code == 404
    assert town.client("root").get(f"/api/v1/imports/{uuid}").status_code == 404


def test_the_same_goes_over_the_api(town: Town) -> None:
    client = a_council(town)
    template = client.get(f"{API}/sheets/monitoring/template").content
    answer = client.post(
        f"{API}/sheets/monitoring/imports", files={"file": ("llena.xlsx", filled(template))}
    )
    assert answer.status_code == 202, answer.text
    at = answer.headers["location"]
    work(town)
    checked = client.get(at).json()
    published = client.post(f"{at}/publish")
    work(town)
    told = client.get(f"{API}/sheets/monitoring/export?format=geojson").json()
    undone = client.post(f"{at}/undo", json={"reason": "Prueba"})
    work(town)

    assert (answer.status_code, checked["publishable"]) == (202, True)
    assert (published.status_code, undone.status_code) == (202, 202)
    assert [f["properties"]["estado"] for f in told["features"]] == ["sent"]
    assert client.get(at).json()["state"] == "undone"


def test_the_district_lists_its_forms_and_a_planner_exports_them(town: Town) -> None:
    client = a_council(town)
    an_account(town.store, "plan", Seat("planner", ubigeo=DISTRICT))
    planner = town.client("plan")

    page = planner.get(f"/d/{DISTRICT}/fichas").text
    block = planner.get(f"/d/{DISTRICT}/fichas/monitoreo/hojas").text

    assert f"/d/{DISTRICT}/fichas/monitoreo/hojas" in page
    for way in ("csv", "xlsx", "geojson", "gpkg"):
        assert f"/fichas/monitoreo/exportar/{way}" in block
        assert planner.get(f"/d/{DISTRICT}/fichas/monitoreo/exportar/{way}").status_code == 200
    assert client.get(f"/d/{DISTRICT}/fichas/monitoreo/exportar/csv").status_code == 403
