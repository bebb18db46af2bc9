"""A voting by its pages alone: rules, ballots, typing, close, result, comparison, acta."""

import html
import io
import re
from typing import Any

import docx
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from pypdf import PdfReader

from app.operations import ballots, ceilings, paper, proposals, votings
from app.operations.proposals import Given, Seen
from app.operations.seats import Seat
from app.operations.trail import SYSTEM
from app.pages import wording
from app.planning.allocation import pabulib
from app.records import places
from tests.http.town import DISTRICT, Town, an_account

YEAR = 2028
AT = f"/d/{DISTRICT}/presupuesto/{YEAR}"
VOTING, API = f"{AT}/votacion", f"/api/v1/districts/{DISTRICT}/votings/{YEAR}"
RULES: dict[str, Any] = {
    "ordinance": "Ordenanza 012-2027",
    "article": "14",
    "kind": "approval",
    "least": "1",
    "most": "2",
    "rule": "greedy",
    "step": "1",
    "ties": "cost people lot",
    "compare": ["greedy", "mes", "phragmen"],
    "plan_weights": "one",
}
FILE = """META
key;value
num_projects;2
num_votes;2
budget;1000
vote_type;approval
PROJECTS
project_id;cost;name
1;400;Agua
2;700;Luz
VOTES
voter_id;vote;edad
v1;1,2;30
v2;2;41
"""


def said(response: Response) -> str:
    """What a person reads of a page."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.fixture
def town(district: Town) -> Town:
    """The district with two presented proposals, its ceiling, and two clerks."""
    with district.store.writing() as session:
        where = places.district(session, DISTRICT)
        ceilings.set_ceiling(session, SYSTEM, where, YEAR, 100_000_00)
        for title, cents in (("Agua para dos", 40_000_00), ("Luz y fuerza", 70_000_00)):
            given = Given(YEAR, title=title, cost_cents=cents, people=100)
            made = proposals.create(session, SYSTEM, where, given, wording.today())
            proposals.present(session, SYSTEM, where, Seen(made.uuid, made.revision))
    for login in ("clerk", "mesa2"):
        an_account(district.store, login, Seat("clerk", ubigeo=DISTRICT))
    return district


def post(
    town: Town, client: TestClient, path: str, login: str = "planner", **data: Any
) -> Response:
    """A form of a page, sent."""
    return client.post(path, data={"_csrf": town.csrf(login), **data})


def opened(town: Town, **over: Any) -> list[str]:
    """A voting that takes ballots; the codes of four printed sheets."""
    planner = town.client("planner")
    assert post(town, planner, f"{VOTING}/reglas", **{**RULES, **over}).status_code == 303
    assert post(town, planner, f"{VOTING}/preparar", mode="paper").status_code == 303
    assert post(town, planner, f"{VOTING}/abrir").status_code == 303
    assert post(town, planner, f"{VOTING}/cedulas", copies="4").status_code == 303
    with town.store.reading() as session:
        where = places.district(session, DISTRICT)
        voting = votings.needed(session, where, YEAR)
        return [paper.spoken(sheet.code) for sheet in ballots.printed(session, voting)]


def type_(town: Town, login: str, code: str, marks: str, **more: str) -> Response:
    """A sheet typed by somebody."""
    client = town.client(login)
    return post(town, client, f"{VOTING}/digitar", login, code=code, marks=marks, **more)


def counted(town: Town) -> list[str]:
    """A voting with three ballots, closed and counted."""
    codes = opened(town)
    for code, marks in zip(codes, ("1 2", "1", "1"), strict=False):
        for login in ("clerk", "mesa2"):
            assert type_(town, login, code, marks).status_code == 303
    planner = town.client("planner")
    assert post(town, planner, f"{VOTING}/cerrar", given="4").status_code == 303
    assert post(town, planner, f"{VOTING}/asignar", seed="bolo 17").status_code == 303
    return codes


def test_what_nobody_judged_is_said_before_a_voting_opens(town: Town) -> None:
    planner = town.client("planner")
    post(town, planner, f"{VOTING}/reglas", **RULES)

    before = said(planner.get(VOTING))
    post(town, planner, f"{VOTING}/preparar", mode="paper")
    prepared = said(planner.get(VOTING))
    post(town, planner, f"{VOTING}/abrir")
    open_now = said(planner.get(VOTING))

    for page in (before, prepared):
        assert "Sin evaluación técnica publicada 1. Agua para dos 2. Luz y fuerza" in page
    assert "Sin evaluación técnica publicada" not in open_now


def test_a_voting_is_walked_by_its_pages(town: Town) -> None:
    counted(town)
    planner = town.client("planner")

    result = said(planner.get(f"{AT}/resultado"))

    assert "alcanza para 1 propuesta de 2" in result
    assert "Entra: cuesta S/ 40 000" in result
    assert "3 cédulas la marcan" in result
    assert "No alcanza: cuesta S/ 70 000" in result
    assert "bolo 17" in result


@pytest.mark.parametrize("login", ["planner", "clerk", "official", ""])
def test_no_page_address_or_file_tells_a_count_before_the_close(town: Town, login: str) -> None:
    codes = opened(town)
    for who in ("clerk", "mesa2"):
        type_(town, who, codes[0], "1 2")
    client = town.client(login)
    refused = [
        f"{AT}/resultado",
        f"{AT}/resultado?cedula={codes[0]}",
        f"{AT}/comparar",
        f"{AT}/comparar?budget=10",
        f"{VOTING}/votos.pb",
        f"{API}/result",
        f"{API}/comparison",
        f"{API}/ballots.pb",
    ]

    answers = {path: client.get(path).status_code for path in refused}
    overview = said(client.get(VOTING))
    state = client.get(API).json()

    assert set(answers.values()) <= {404, 409}, answers
    assert "Agua para dos" in overview
    assert "1 cédula la marca" not in overview
    assert set(state) == {
        *("uuid", "fiscal_year", "state", "mode", "budget", "rules_version", "opened_at"),
        *("closed_at", "options", "sheets"),
    }
    assert (state["sheets"] is None) == (login == "")


def test_the_public_reads_rules_and_after_the_count_all_of_it(town: Town) -> None:
    codes = counted(town)
    public = town.client()

    pages = {p: public.get(p) for p in (VOTING, f"{AT}/resultado", f"{AT}/comparar", AT)}
    api = public.get(f"{API}/result").json()

    assert {page.status_code for page in pages.values()} == {200}
    assert "Ordenanza 012-2027" in said(pages[VOTING])
    assert "Partes iguales" in said(pages[f"{AT}/comparar"])
    assert api["funded"] == ["1"]
    assert public.get(f"{API}/comparison").json()["rules"][0]["official"] is True
    assert public.get(f"/api/v1/districts/{DISTRICT}/voting-rules/{YEAR}").json()["most"] == 2
    assert public.get(f"{AT}/acta").status_code == 404
    text = public.get(f"{VOTING}/votos.pb").text
    assert pabulib.read(text).election.voters == 3
    assert not any(code.replace("-", "") in text for code in codes)


def test_who_has_the_sheet_sees_what_became_of_its_marks(town: Town) -> None:
    codes = counted(town)
    public = town.client()

    mine = said(public.get(f"{AT}/resultado?cedula={codes[0].lower()}"))
    never = said(public.get(f"{AT}/resultado?cedula={codes[3]}"))
    wrong = said(public.get(f"{AT}/resultado?cedula=AAAA-AAAA"))

    assert "Entra 1 de las 2 que marcó." in mine
    assert "no volvió a la mesa" in never
    assert "código" in wrong


def test_what_was_typed_stays_where_it_cannot_be(town: Town) -> None:
    codes = opened(town)

    answer = type_(town, "clerk", codes[0], "uno 2")

    assert answer.status_code == 422
    assert "«uno» no se entiende" in said(answer)
    assert 'value="uno 2"' in answer.text
    assert f'value="{codes[0]}"' in answer.text


def test_a_key_pressed_too_early_casts_no_blank_ballot(town: Town) -> None:
    codes = opened(town)

    early, blank = type_(town, "clerk", codes[0], " "), type_(town, "clerk", codes[0], "0")

    assert early.status_code == 422
    assert "si la hoja está en blanco, escriba 0" in said(early)
    assert blank.status_code == 303


def test_a_number_that_is_not_on_the_ballot_is_said_to_who_typed_it(town: Town) -> None:
    codes = opened(town)

    clerk = town.client("clerk")

    done = post(town, clerk, f"{VOTING}/digitar", "clerk", code=codes[0], marks="1 99")

    shown = clerk.get(done.headers["location"]).text
    assert "marca un número que no está en la cédula" in shown
    assert "digítela otra vez" in shown


def test_a_wrong_letter_of_a_code_is_told(town: Town) -> None:
    codes = opened(town)
    wrong = codes[0][:-1] + ("A" if codes[0][-1] != "A" else "B")

    answer = type_(town, "clerk", wrong, "1")

    assert answer.status_code in {404, 422}
    assert "código" in said(answer)


def test_differences_and_too_many_marks_wait_in_the_tray(town: Town) -> None:
    codes = opened(town)
    for login, marks in (("clerk", "1"), ("mesa2", "2")):
        type_(town, login, codes[0], marks)
    for login in ("clerk", "mesa2"):
        type_(town, login, codes[1], "1 2 9")
    planner = town.client("planner")
    tray = said(planner.get(f"{VOTING}/bandeja"))
    assert "2 cédulas esperan una decisión" in tray
    assert "Marca un número que no está en la cédula." in tray
    closing = post(town, planner, f"{VOTING}/cerrar")
    assert closing.status_code == 409
    silent = post(town, planner, f"{VOTING}/bandeja", code=codes[0], marks="1", act="marks")
    assert silent.status_code == 422

    for code, act in ((codes[0], "marks"), (codes[1], "void")):
        done = post(
            town, planner, f"{VOTING}/bandeja", code=code, marks="1", act=act, reason="Se ve bien"
        )
        assert done.status_code == 303

    assert "Ninguna cédula espera" in said(planner.get(f"{VOTING}/bandeja"))


def test_a_clerk_types_and_neither_decides_nor_closes(town: Town) -> None:
    opened(town)
    clerk = town.client("clerk")

    assert clerk.get(f"{VOTING}/digitar").status_code == 200
    assert clerk.get(f"{VOTING}/bandeja").status_code == 403
    assert post(town, clerk, f"{VOTING}/cerrar", "clerk").status_code == 403


def test_ballots_are_printed_with_their_codes(town: Town) -> None:
    codes = opened(town)

    answer = town.client("planner").get(f"{VOTING}/cedulas.pdf?desde=1&hasta=4")

    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert answer.headers["content-type"] == "application/pdf"
    assert all(code in text for code in codes)
    assert "Marque hasta 2" in text
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 2


@pytest.mark.parametrize(
    ("over", "word"),
    [
        ({"most": "0"}, "así nadie puede votar"),
        ({"caps": "Alto Perú 500"}, "no se entiende"),
        ({"floors": "zona Alto = 900000"}, "pasan el presupuesto"),
        ({"incompatible": "3 y medio"}, "no es un par"),
        ({"step": "nada"}, "no es un número"),
        ({"ordinance": " "}, "Falta la ordenanza"),
        ({"most": "dos"}, "no es un número entero"),
    ],
)
def test_rules_that_cannot_be_say_why_and_keep_what_was_typed(
    town: Town, over: dict[str, str], word: str
) -> None:
    answer = post(town, town.client("planner"), f"{VOTING}/reglas", **{**RULES, **over})

    assert answer.status_code == 422
    assert word in said(answer)
    assert "Todavía no se escribieron las reglas" in said(town.client("planner").get(VOTING))


def test_a_file_is_shown_before_it_is_brought(town: Town) -> None:
    planner = town.client("planner")
    post(town, planner, f"{VOTING}/reglas", **RULES)
    csrf = {"_csrf": town.csrf("planner")}

    shown = planner.post(
        f"{VOTING}/importar", data=csrf, files={"file": ("v.pb", FILE.encode(), "text/plain")}
    )
    broken = planner.post(
        f"{VOTING}/importar",
        data=csrf,
        files={"file": ("v.pb", FILE.replace("budget;1000", "budget;1,000").encode())},
    )
    assert "voter_id, vote, edad" in said(shown)
    assert planner.get(API).status_code == 404
    assert broken.status_code in {400, 422}
    assert "no es un monto" in said(broken)
    assert post(town, planner, f"{VOTING}/importar", text=FILE, confirm="1").status_code == 303
    assert post(town, planner, f"{VOTING}/cerrar").status_code == 303
    written = pabulib.read(planner.get(f"{VOTING}/votos.pb").text)
    assert written.votes.rows[0]["edad"] == "30"


def test_a_what_if_is_asked_and_kept_by_name(town: Town) -> None:
    counted(town)
    planner = town.client("planner")

    asked = said(planner.get(f"{AT}/comparar?budget=20&without=1"))
    assert "saldría 1. Agua para dos" in asked
    assert "entraría 2. Luz y fuerza" in asked
    kept = post(
        town, planner, f"{AT}/comparar/escenarios", name="Sin agua", budget="20", without="1"
    )
    assert kept.status_code == 303
    assert "Sin agua" in said(planner.get(f"{AT}/comparar"))
    odd = planner.get(f"{AT}/comparar?budget=7")
    assert "10 o 20 %" in said(odd)


def test_turnout_by_community_is_not_for_the_public(town: Town) -> None:
    planner = town.client("planner")
    post(town, planner, f"{VOTING}/reglas", **RULES)
    entitled = {"entitled.C1": "37", "entitled.C2": ""}
    post(town, planner, f"{VOTING}/preparar", mode="paper", **entitled)
    post(town, planner, f"{VOTING}/abrir")
    post(town, planner, f"{VOTING}/cedulas", copies="1", community="C1")
    with town.store.reading() as session:
        voting = votings.needed(session, places.district(session, DISTRICT), YEAR)
        code = ballots.printed(session, voting)[0].code
    for login in ("clerk", "mesa2"):
        type_(town, login, code, "1")
    post(town, planner, f"{VOTING}/cerrar")
    post(town, planner, f"{VOTING}/asignar")

    assert "Con derecho" in said(planner.get(f"{AT}/resultado"))
    assert "Con derecho" not in said(town.client().get(f"{AT}/resultado"))


def test_the_agreed_list_needs_its_reasons(town: Town) -> None:
    counted(town)
    planner = town.client("planner")
    bare = post(town, planner, f"{AT}/resultado/acordado", funded=["2"])
    assert bare.status_code == 422

    reasons = {"reason.1": "Ya la paga la región", "reason.2": "Urge"}
    done = post(town, planner, f"{AT}/resultado/acordado", funded=["2"], **reasons)

    assert done.status_code == 303
    page = said(town.client().get(f"{AT}/resultado"))
    assert "Ya la paga la región" in page
    assert "alcanza para 1 propuesta" in page


def test_the_acta_is_taken_away_as_pdf_and_docx(town: Town) -> None:
    counted(town)
    planner = town.client("planner")
    assert planner.get(f"{AT}/acta.pdf").status_code == 409
    data = {"held_on": "2027-06-14", "venue": "Local comunal", "signers": "Alcaldía\nVigilancia"}
    assert post(town, planner, f"{AT}/acta", **data, present="31").status_code == 303

    pdf, book = planner.get(f"{AT}/acta.pdf"), planner.get(f"{AT}/acta.docx")

    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    opened_book = docx.Document(io.BytesIO(book.content))
    words = " ".join(p.text for p in opened_book.paragraphs)
    cells = [c.text for table in opened_book.tables for row in table.rows for c in row.cells]
    for found in (text, f"{words} {' '.join(cells)}"):
        assert "14 de junio de 2027" in found
        assert "Ordenanza 012-2027" in found
        assert "Agua para dos" in found
        assert "bolo 17" in found
    assert "Repartidas" in cells
    assert "Alcaldía" in " ".join(cells)
    assert planner.get(f"{AT}/acta.pdf").content == pdf.content


@pytest.mark.parametrize("login", ["planner", "clerk", ""])
def test_pages_speak_english_and_carry_nothing_inline(town: Town, login: str) -> None:
    counted(town)
    client = town.client(login)
    paths = [VOTING, f"{AT}/resultado", f"{AT}/comparar"]
    paths += [f"{VOTING}/digitar"] if login else []
    paths += [f"{VOTING}/reglas", f"{VOTING}/bandeja"] if login == "planner" else []

    found = {path: client.get(path, headers={"accept-language": "en"}) for path in paths}

    assert {answer.status_code for answer in found.values()} == {200}
    for answer in found.values():
        assert not re.findall(r"\sstyle=|\son[a-z]+=\"|<script(?![^>]* src=)", answer.text)
    if not login:
        assert "Ballots that count" in said(found[f"{AT}/resultado"])
        assert "Funded: it costs" in said(found[f"{AT}/resultado"])
