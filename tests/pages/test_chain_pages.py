"""The chain, return sheets, one-page papers and the dossier, on the pages of a district."""

import io
import re
import zipfile

import docx
import pypdf
import pytest
from httpx import Response

from app.operations.chain import forms, web
from app.pages import wording
from app.records import places
from tests.http.town import Town
from tests.pages.district_town import AT, CODE, HOMES
from tests.pages.test_district_pages import BUDGET, propose
from tests.pages.test_frozen_needs import announced, frozen

RETURNS = f"{AT}/retorno"
NEED = f"{AT}/cadena/need/P-F2"


def posted(town: Town, path: str, login: str = "planner", **fields: object) -> Response:
    data = {"_csrf": town.csrf(login), **fields}
    return town.client(login).post(path, data=data, follow_redirects=True)


def pages_of(answer: Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]


def issued(town: Town) -> str:
    """Issue the sheets of the quarter; how the newest of C1 is addressed."""
    page = town.client("planner").get(RETURNS).text
    occasion = re.search(r'<option value="(quarter[^"]+)"', page)
    assert occasion is not None
    said = posted(town, RETURNS, occasion=occasion[1])
    assert "Se emitieron 5 hojas de retorno" in said.text
    sheet = town.client("planner").get(f"{AT}/comunidades/C1/retorno").text
    found = re.search(r'href="([^"]+)/hoja\.pdf"', sheet)
    assert found is not None
    return found[1]


def request_of(town: Town, community: str) -> str:
    with town.store.reading() as session:
        nodes = web.of_district(session, places.district(session, CODE), wording.today()).nodes
    return next(
        node.key
        for node in nodes.values()
        if node.kind == "request" and community in node.communities
    )


def test_the_chain_of_a_need_shows_its_stages_and_names_what_lacks(district: Town) -> None:
    page = district.client("planner").get(NEED).text

    assert "Ninguna propuesta ni gestión lo recoge." in page
    assert "Reservorio de C1" in page
    assert f"{AT}/comunidades/C1" in page
    assert 'aria-current="true"' in page


def test_every_link_of_a_chain_leads_to_a_page_that_stands(district: Town) -> None:
    client = district.client("planner")
    page = client.get(NEED).text
    links = set(re.findall(rf'href="({AT}/[^"#]+)', page.split("<main", 1)[1]))

    answers = {link: client.get(link.replace("&amp;", "&")).status_code for link in links}

    assert {path for path, status in answers.items() if status != 200} == set()
    assert len(answers) > len(HOMES)


def test_the_strip_of_a_need_leads_to_its_whole_chain(district: Town) -> None:
    page = district.client("planner").get(f"{AT}/prioridades/P-F2").text

    assert f'href="{NEED}"' in page
    assert "Ninguna propuesta ni gestión lo recoge" in page


def test_the_public_reads_no_figure_and_no_request_in_a_chain(district: Town) -> None:
    main = district.client().get(NEED).text.split("<main", 1)[1]
    page = re.sub(r"<[^>]+>", " ", main)

    assert "Reservorio" not in page
    assert not set(re.findall(r"\d{3}", page)) & {str(n) for pair in HOMES.values() for n in pair}


def test_a_request_of_another_community_is_closed_to_whoever_may_not_read_it(
    district: Town,
) -> None:
    closed = district.client().get(f"{AT}/cadena/request/{request_of(district, 'C2')}")

    assert closed.status_code in (401, 403) or closed.url.path == "/entrar"


def test_a_form_leads_on_from_its_own_page(district: Town) -> None:
    with district.store.reading() as session:
        plan = session.exec(forms.select(forms.Form).where(forms.Form.instrument == "plan")).first()
    assert plan is not None

    page = district.client("planner").get(f"{AT}/cadena/form/{plan.uuid}").text

    assert "Reservorio de C" in page


@pytest.mark.parametrize("path", ["need/ZZ", "tale/1", "form/nope", "agreement/1-1"])
def test_a_chain_of_nothing_is_not_found(district: Town, path: str) -> None:
    assert district.client("planner").get(f"{AT}/cadena/{path}").status_code == 404


def test_the_api_tells_the_same_walk_both_ways(district: Town) -> None:
    client = district.client("planner")
    told = client.get(f"/api/v1/districts/{CODE}/chain/need/P-F2").json()
    sheets = [node for node in told["nodes"] if node["kind"] == "sheet"]
    back = client.get(f"/api/v1/districts/{CODE}/chain/sheet/C1").json()

    assert {node["key"] for node in sheets} == set(HOMES)
    assert {"kind": "need", "key": "P-F2"} in [
        {"kind": node["kind"], "key": node["key"]} for node in back["nodes"]
    ]
    assert "chain_no_proposal" in {each["code"] for each in told["missing_after"]}


def test_return_sheets_are_issued_printed_and_read_aloud(district: Town) -> None:
    sheet = issued(district)
    client = district.client("planner")

    (one,) = pages_of(client.get(f"{sheet}/hoja.pdf"))
    every = pages_of(client.get(f"{RETURNS}.pdf?ocasion={_occasion(client.get(RETURNS).text)}"))
    aloud = client.get(f"{sheet}/altavoz.txt").text

    assert "Hoja de retorno" in one
    assert "Talón" in one
    assert len(every) == len(HOMES)
    assert "Reservorio de C" in aloud
    assert len(aloud.split()) <= 150


def _occasion(page: str) -> str:
    found = re.search(r"retorno\.pdf\?ocasion=([^\"]+)", page)
    assert found is not None
    return found[1]


def test_a_council_types_its_slip_and_everybody_inside_reads_it(district: Town) -> None:
    sheet = issued(district)
    number = re.search(r'name="lines" value="([^"]*)"', _page(district, "council"))
    lines = [number[1]] if number else []

    said = posted(
        district,
        f"{sheet}/talon",
        "council",
        answer="no",
        text="Nadie vino todavía",
        lines=lines,
        signed_by="Secretaría",
        on_day=wording.today().isoformat(),
    )

    assert "Se anotó el talón" in said.text
    assert "Nadie vino todavía" in district.client("planner").get(RETURNS).text
    assert "Nadie vino todavía" in district.client("council").get(f"{AT}/comunidades/C1").text


def _page(town: Town, login: str) -> str:
    return town.client(login).get(f"{AT}/comunidades/C1/retorno").text


def test_what_was_typed_of_a_slip_stays_where_it_cannot_be_kept(district: Town) -> None:
    sheet = issued(district)

    said = posted(district, f"{sheet}/talon", answer="no", text="", signed_by="Vocal", on_day="")

    assert said.status_code == 422
    assert "por qué no está conforme" in said.text
    assert 'value="Vocal"' in said.text


def test_no_slip_is_typed_without_a_mark(district: Town) -> None:
    said = posted(district, f"{issued(district)}/talon", answer="", text="x", on_day="ayer")

    assert said.status_code == 422
    assert "Falta marcar" in said.text


@pytest.mark.parametrize(
    "path", ["/comunidades/C1", "/prioridades/P-F2", "/prioridades/P-F1", "/prioridades/GO-04"]
)
def test_a_summary_is_one_page_with_its_figures(district: Town, path: str) -> None:
    (page,) = pages_of(district.client("planner").get(f"{AT}{path}/resumen.pdf"))

    assert "Municipalidad Distrital de Agua Clara" in page
    assert district.client().get(f"{AT}{path}/resumen.pdf").status_code == 404


def test_the_summary_of_a_proposal_names_the_criterion_of_each_score(district: Town) -> None:
    planner = district.client("planner")
    propose(district, planner)

    (page,) = pages_of(planner.get(f"{BUDGET}/propuestas/1/resumen.pdf"))

    told = page.partition("Puntaje")[2]
    assert re.search(r"Personas, [\d,]+ de \d+ puntos: ", told)
    assert not re.search(r"^[\d,]+ (de \d+ )?puntos", told, re.M)


def test_the_acta_of_a_frozen_list_names_its_digest(district: Town) -> None:
    early = district.client("planner")
    announced_only = f"{AT}/prioridades/versiones/1/acta.pdf"
    frozen(district)

    text = " ".join(pages_of(early.get(announced_only)))
    book = docx.Document(io.BytesIO(early.get(announced_only.replace("pdf", "docx")).content))

    assert "Acta 12 del CCL" in text
    assert "Huella" in text
    assert any("La lista" in p.text for p in book.paragraphs)


def test_an_announced_list_has_no_acta_and_its_cards_are_printed(district: Town) -> None:
    announced(district)
    client = district.client("planner")

    assert client.get(f"{AT}/prioridades/versiones/1/acta.pdf").status_code == 409
    (page,) = pages_of(
        district.client("council").get(f"{AT}/comunidades/C1/prioridades/1/ficha.pdf")
    )
    assert "Conforme" in page


def test_the_dossier_says_what_lacks_and_comes_as_one_archive(district: Town) -> None:
    client = district.client("planner")
    page = client.get(f"{AT}/presupuesto/2031/expediente").text
    archive = client.get(f"{AT}/presupuesto/2031/expediente.zip")

    assert f'href="{AT}/presupuesto/2031/agentes"' in page
    with zipfile.ZipFile(io.BytesIO(archive.content)) as book:
        assert book.namelist()[0] == "00-indice.pdf"
        assert book.testzip() is None
