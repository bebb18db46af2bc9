"""The pages of languages: give, hear and confirm a line; who may do what."""

import io

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from openpyxl import load_workbook

from app.operations.seats import Seat
from tests.http.town import DISTRICT, HERE, THERE, Town, an_account

BASE = f"/d/{DISTRICT}/lenguas"
SOUND = b"\x1a\x45\xdf\xa3 spoken"


@pytest.fixture
def speakers(town: Town) -> Town:
    """Three of councils, and the planner."""
    for login, community in (("ana", HERE), ("berta", THERE), ("carla", THERE)):
        an_account(town.store, login, Seat("council", community=community))
    an_account(town.store, "plan", Seat("planner", ubigeo=DISTRICT))
    return town


def give(town: Town, login: str, **more: str) -> Response:
    data = {"_csrf": town.csrf(login), "ficha": "actividad", "linea": "theme",
            "traduccion": "Imamanta", "ayuda": ""}  # fmt: skip
    sound = {"audio": ("voz.webm", SOUND, "audio/webm")}
    return town.client(login).post(f"{BASE}/quz/grabar", data={**data, **more}, files=sound)


def key_of(client: TestClient) -> str:
    text = client.get(f"{BASE}/quz/revisar").text
    return text.partition('name="linea" value="')[2].partition('"')[0]


def test_a_recorded_line_is_heard_and_confirmed_by_two_others(speakers: Town) -> None:
    kept = give(speakers, "ana")
    own = speakers.client("ana").get(f"{BASE}/quz/revisar").text
    berta = speakers.client("berta")
    key = key_of(berta)
    heard = berta.get(f"{BASE}/quz/archivos/{key.partition('.')[0]}/audio")

    said = [
        speakers.client(who).post(
            f"{BASE}/quz/revisar", data={"_csrf": speakers.csrf(who), "linea": key}
        )
        for who in ("berta", "carla")
    ]

    assert kept.status_code == 303
    assert kept.headers["location"].startswith(f"{BASE}/quz/grabar?ficha=actividad&linea=theme%3A")
    assert "No hay líneas que usted pueda confirmar" in own
    assert heard.content == SOUND
    assert heard.headers["content-type"] == "audio/webm"
    assert [each.status_code for each in said] == [303, 303]
    assert key_of(berta) == ""


def test_the_planner_gives_lines_and_confirms_none(speakers: Town) -> None:
    give(speakers, "ana")
    client = speakers.client("plan")

    seen = client.get(f"{BASE}/quz").status_code
    given = give(speakers, "plan", traduccion="Imamantataq").status_code
    asked = client.get(f"{BASE}/quz/revisar").status_code
    said = client.post(
        f"{BASE}/quz/revisar", data={"_csrf": speakers.csrf("plan"), "linea": "x.y"}
    ).status_code

    assert (seen, given, asked, said) == (200, 303, 403, 403)


def test_nobody_else_comes_in(speakers: Town) -> None:
    assert speakers.client().get(BASE).status_code == 303
    assert speakers.client().get(f"{BASE}/quz/hojas/actividad.xlsx").status_code in (303, 401)


def test_a_sheet_goes_out_and_in_and_its_errors_are_shown(speakers: Town) -> None:
    client = speakers.client("plan")
    came = client.get(f"{BASE}/shp/hojas/actividad.xlsx")
    book = load_workbook(io.BytesIO(came.content))
    sheet = book.worksheets[0]
    sheet["E3"], sheet["C4"], sheet["E4"] = "Jato", "Otra", "x"
    out = io.BytesIO()
    book.save(out)
    answer = client.post(
        f"{BASE}/shp/importar",
        data={"_csrf": speakers.csrf("plan"), "ficha": "actividad"},
        files={"hoja": ("a.xlsx", out.getvalue(), "application/octet-stream")},
    )

    assert [sheet.cell(1, n).value for n in (1, 3, 5, 7)] == [
        "codigo", "espanol", "traduccion", "audio",
    ]  # fmt: skip
    assert answer.status_code == 422
    assert "fila 4" in answer.text
    assert "La frase en español ya no es esta." in answer.text


def test_what_is_no_sound_is_refused_in_words(speakers: Town) -> None:
    answer = speakers.client("ana").post(
        f"{BASE}/quz/grabar",
        data={"_csrf": speakers.csrf("ana"), "ficha": "actividad", "linea": "theme"},
        files={"audio": ("a.webm", b"<html>", "audio/webm")},
    )

    assert answer.status_code == 415
    assert "no es una grabación" in answer.text


def test_every_language_is_offered_from_the_start(speakers: Town) -> None:
    text = speakers.client("ana").get(BASE).text

    for name in ("Quechua cusqueño", "Asháninka", "Shipibo-konibo", "Aimara del sur"):
        assert name in text
    assert speakers.client("ana").get(f"{BASE}/xxx").status_code == 404
