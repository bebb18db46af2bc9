"""The follow-up on screen: board, one agreement, papers, import; what each may see and note."""

import io
import re
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from httpx import Response
from PIL import Image

from app.operations import agreements, expectations
from app.pages import wording
from app.pages.agreement_texts import TEXTS
from app.planning import before_after, works
from app.records import places
from app.records.works import AgreementCommunity
from tests.http.town import Town
from tests.pages.district_town import AT, CODE
from tests.pages.test_district_pages import said

BOARD = f"{AT}/seguimiento"
BRIDGE = f"{BOARD}/2030/1"


def send(district: Town, path: str, role: str = "planner", **fields: Any) -> Response:
    """Post a form of an agreement at the revision that stands, and follow to the page."""
    client = district.client(role)
    with district.store.reading() as session:
        where = places.district(session, CODE)
        row = agreements.find(session, where, 2030, 1)
    token = re.search(r'name="csrf" content="([^"]*)"', client.get(BOARD).text)
    assert token is not None
    files = fields.pop("files", None)
    body = {"_csrf": token[1], "seen": str(row.revision), **fields}
    return client.post(path, data=body, files=files, follow_redirects=True)


def serve(district: Town, code: str = "C1") -> None:
    """Say that the bridge serves a community."""
    with district.store.writing() as session:
        where = places.district(session, CODE)
        row = agreements.find(session, where, 2030, 1)
        at = places.community(session, where, code)
        session.add(AgreementCommunity(agreement_id=row.id, community_id=at.community_id))


def test_the_board_says_what_needs_attention(district: Town) -> None:
    page = said(district.client("planner").get(BOARD))

    assert "1 acuerdo: 0 con la obra entregada y 1 por atender." in page
    assert "Por atender (1)" in page
    assert "Nunca se tuvo noticia de este acuerdo." in page


@pytest.mark.parametrize("asked", ["estado=delivered", "anio=1999", "comunidad=C1"])
def test_filters_leave_out_the_rest(district: Town, asked: str) -> None:
    page = said(district.client("planner").get(f"{BOARD}?{asked}"))

    assert "Ningún acuerdo es así." in page
    assert "A-2030-01" not in page


def test_the_public_reads_board_and_sheet_and_writes_nothing(district: Town) -> None:
    public = district.client()

    for path in (BOARD, BRIDGE, f"{BOARD}/rendicion"):
        page = public.get(path)
        assert page.status_code == 200
        assert f'action="{AT}/seguimiento/2030' not in page.text
    assert public.get(f"{BOARD}/entrega").status_code == 404
    assert public.post(f"{BRIDGE}/estado", data={"state": "dropped"}).status_code in (303, 401, 403)


@pytest.mark.parametrize("login", ["", "council", "planner"])
def test_a_community_shows_what_was_agreed_for_it(district: Town, login: str) -> None:
    serve(district)
    client = district.client(login)

    its_own = client.get(f"{AT}/comunidades/C1").text
    another = client.get(f"{AT}/comunidades/C2").text

    assert f'href="{BRIDGE}">Puente</a>' in its_own
    assert f'href="{BRIDGE}"' not in another


def test_an_agreement_may_be_entered_by_hand(district: Town) -> None:
    page = send(
        district, BOARD, title="Losa deportiva", year="2027", amount="12 500,50", community="C1"
    )

    assert page.url.path == f"{BOARD}/2027/1"
    assert "A-2027-01" in said(page)
    assert "S/ 12 501" in said(page)


def test_a_hand_written_agreement_without_its_year_keeps_its_title(district: Town) -> None:
    page = send(district, BOARD, title="Losa deportiva", year="27")

    assert page.status_code == 422
    assert "Falta el año del acuerdo." in said(page)
    assert 'value="Losa deportiva"' in page.text


def test_money_milestones_efforts_and_states_are_noted(district: Town) -> None:
    send(district, f"{BRIDGE}/dinero", pim="100", accrued="250", source="SIAF")
    send(district, f"{BRIDGE}/aportes", kind="labour", who="Comunidad C1", days="30")
    send(district, f"{BRIDGE}/datos", upkeep_by="JASS", upkeep="1200", cui="2345678")
    page = said(send(district, f"{BRIDGE}/estado", state="stopped", note="Creció el río"))

    assert "Lleva devengado S/ 250; se acordó S/ 1." in page
    assert "Faena — 30 jornadas" in page
    assert "Mantenimiento a cargo de JASS" in page
    assert "parada : Creció el río" in page


def test_a_late_milestone_is_said_and_an_impossible_one_refused(district: Town) -> None:
    year = wording.today().year
    send(district, BOARD, title="Losa deportiva", year=str(year))
    path = f"{BOARD}/{year}/1/hitos"

    late = send(district, path, seen="1", title="Losa", due_on=f"{year - 1}-01-31")
    wrong = send(district, path, seen="2", title="Techo", due_on=f"{year - 2}-12-31")

    assert "El hito «Losa» debía alcanzarse hace" in said(late)
    assert wrong.status_code == 422
    assert f"El hito no puede tener plazo en {year - 2}" in said(wrong)


def test_what_was_typed_stays_where_it_could_not_be_taken(district: Town) -> None:
    page = send(district, f"{BRIDGE}/dinero", accrued="muchísimo", note="de la hoja roja")

    assert page.status_code == 422
    assert "«muchísimo» no es un monto en soles." in said(page)
    assert 'value="de la hoja roja"' in page.text


def test_a_late_writer_is_told(district: Town) -> None:
    send(district, f"{BRIDGE}/hitos", title="Primero")

    page = send(district, f"{BRIDGE}/hitos", title="Segundo", seen="1")

    assert page.status_code == 412
    assert "Otra persona anotó algo" in said(page)


def test_a_photo_is_the_publics_only_if_marked(district: Town) -> None:
    page = send(district, f"{BRIDGE}/hitos", title="Estribos")
    uuid = re.search(r"/hitos/([0-9a-f-]{36})/fotos", page.text)
    assert uuid is not None
    for colour, public in (("red", ""), ("blue", "yes")):
        raw = io.BytesIO()
        Image.new("RGB", (30, 20), colour).save(raw, "PNG")
        files = {"photo": ("muro.png", raw.getvalue(), "image/png")}
        fields = {"public": public} if public else {}
        path = f"{BRIDGE}/hitos/{uuid[1]}/fotos"
        page = send(district, path, caption=f"Muro {colour}", files=files, **fields)

    shown = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', page.text)
    assert [alt for _, alt in shown] == ["Muro red", "Muro blue"]
    public_page = district.client().get(BRIDGE).text
    assert "Muro blue" in public_page
    assert "Muro red" not in public_page
    assert [district.client().get(href).status_code for href, _ in shown] == [404, 200]
    assert district.client("planner").get(shown[0][0]).headers["content-type"] == "image/png"


def test_a_file_that_is_no_photo_is_refused(district: Town) -> None:
    page = send(district, f"{BRIDGE}/hitos", title="Estribos")
    uuid = re.search(r"/hitos/([0-9a-f-]{36})/fotos", page.text)
    assert uuid is not None
    files = {"photo": ("a.png", b"no", "image/png")}

    page = send(district, f"{BRIDGE}/hitos/{uuid[1]}/fotos", files=files)

    assert "no es una foto" in said(page)


def test_the_council_says_its_word_and_only_for_its_community(district: Town) -> None:
    serve(district)
    path = f"{AT}/comunidades/{{}}/seguimiento/2030/1/conformidad"

    page = send(district, path.format("C1"), "council", verdict="conforming", text="")
    other = send(district, path.format("C2"), "council", verdict="conforming")
    planner = send(district, path.format("C1"), "planner", verdict="conforming")

    assert "conforme" in said(page)
    assert (other.status_code, planner.status_code) == (403, 403)
    found = said(district.client().get(BRIDGE))
    assert re.search(r"Conforme según la comunidad \d+ \w+ \d{4}", found)


def test_a_word_without_its_reason_comes_back(district: Town) -> None:
    serve(district)
    path = f"{AT}/comunidades/C1/seguimiento/2030/1/conformidad"

    page = send(district, path, "council", verdict="not_conforming", text="")

    assert page.status_code == 422
    assert "Falta decir qué se observa." in said(page)


def test_papers_open_and_say_the_same(district: Town) -> None:
    planner = district.client("planner")

    text = pypdf.PdfReader(io.BytesIO(planner.get(f"{BOARD}/rendicion.pdf").content))
    book = openpyxl.load_workbook(io.BytesIO(planner.get(f"{BOARD}/rendicion.xlsx").content))
    letter = docx.Document(io.BytesIO(planner.get(f"{BOARD}/entrega.docx").content))
    over = planner.get(f"{BOARD}/entrega.pdf").content

    assert "A-2030-01" in text.pages[0].extract_text()
    assert book["Acuerdos"]["A2"].value == "A-2030-01"
    assert any("A-2030-01 Puente" in each.text for each in letter.paragraphs)
    assert over.startswith(b"%PDF")
    assert over == planner.get(f"{BOARD}/entrega.pdf").content


def test_a_sheet_is_received_and_shown_before_anything_is_stored(district: Town) -> None:
    planner = district.client("planner")
    assert "Descargar la plantilla" in said(planner.get(f"{BOARD}/importar"))
    template = openpyxl.load_workbook(io.BytesIO(planner.get(f"{BOARD}/plantilla.xlsx").content))
    assert template["Acuerdos"]["A1"].value == "Año"
    files = {"file": ("a.csv", "Año,Acuerdo\n2025,Posta\n".encode(), "text/csv")}

    page = send(district, f"{BOARD}/importar", files=files)
    nothing = send(district, f"{BOARD}/importar")

    assert "/administracion/importaciones/" in page.url.path
    assert "Acuerdos de años anteriores" in said(page)
    assert "No eligió ningún archivo." in said(nothing)


def test_every_sentence_of_agreements_is_in_the_catalogue() -> None:
    told = {
        *works.TEXTS.values(),
        works.ONE_AGAINST,
        works.LATE_A_DAY,
        *before_after.FEW.values(),
        *before_after.TEXTS.values(),
        *before_after.BARE.values(),
        *expectations.TEXTS.values(),
    }

    assert told == set(TEXTS)
