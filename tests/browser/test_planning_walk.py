"""From approved forms to the measure after the work, as the town hall walks it, and both ways back.

A walk of its own server: it takes a year to its end. The clock cannot be moved, so the ten
days between the announcement of a freeze and its day are the one thing written into the file.
"""

import io
import re
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from app.operations.demo.almanac import almanac
from app.planning.chains import KINDS
from tests.browser.conftest import serving
from tests.browser.steps import enter

pytestmark = pytest.mark.browser
TODAY = (datetime.now(UTC) - timedelta(hours=5)).date()
CALENDAR = almanac(TODAY)
YEAR = CALENDAR.today.year + 2
COMMUNITY = "9901010002"  # of the council and of the agent with an account
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|\b[0-9A-Z]{8,12}\b")
MARKS = ("1 2", "2 3", "1 2 3", "3", "1")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the walk's own installation keeps its file."""
    return tmp_path


@pytest.fixture
def own_server(home: Path) -> Iterator[str]:
    """A demonstration for this walk alone."""
    with serving(home) as address:
        yield f"{address}/d/990101"


def form(page: Page, action: str) -> Locator:
    """The first form whose address ends so, with the folds around it opened."""
    found = page.locator(f'form[action$="{action}"]').first
    found.evaluate("e => { for (let d = e; d; d = d.parentElement) if (d.open === false)"
                   " d.open = true }")  # fmt: skip
    return found


def post(page: Page, action: str, **given: object) -> None:
    """Fill a form and send it; the page that comes says no trouble."""
    found = form(page, action)
    for name, value in given.items():
        field = found.locator(f'[name="{name.replace("__", ".")}"]:not([type=hidden])')
        kind = field.first.evaluate("e => e.tagName + ' ' + (e.type ?? '')")
        if "radio" in kind or "checkbox" in kind:
            found.locator(f'[name="{name}"][value="{value}"]').check(force=True)
        elif kind.startswith("SELECT"):
            field.first.select_option(str(value))
        else:
            field.first.fill(str(value))
    with page.expect_navigation():
        found.locator("button:not([type=button])").first.click()
    expect(page.locator(".flash.bad, .trouble")).to_have_count(0)


def both_ways(page: Page, district: str, kind: str, key: str, *, back: str, on: str) -> None:
    """From the chain of a thing one link back and one on, and from both to it again."""
    here = f"{district}/cadena/{kind}/{key}"
    assert page.goto(here).status == 200
    for other in (back, on):
        page.goto(here)
        link = page.locator(f"#{other} a.small").first
        link.evaluate("e => { const d = e.closest('details'); if (d) d.open = true }")
        link.click()
        page.wait_for_load_state()
        expect(page.locator(f'a[href$="/cadena/{kind}/{key}"]').first).to_be_attached()


def test_a_year_goes_from_forms_to_works_and_to_the_next_measure(
    page: Page, own_server: str, home: Path, shots: Path
) -> None:
    district = own_server
    enter(page, district, "planificadora")
    priorities_are_frozen(page, district, home)
    plan_is_drafted(page, district)
    process_is_opened(page, district)
    proposals = proposals_are_raised(page, district)
    reviews_are_signed_and_published(page, district, proposals)
    paper_is_typed_twice(page, district)
    money_is_shared_and_compared(page, district, shots)
    papers_are_printed(page, district)
    works_are_followed(page, district, shots)
    work = next_round_is_measured(page, district, shots)
    every_link_is_clicked(page, district, work)


def priorities_are_frozen(page: Page, district: str, home: Path) -> None:
    page.goto(f"{district}/prioridades")
    need = page.locator("ol.ranked > li a").first
    expect(need).to_be_visible()
    code = (need.get_attribute("href") or "").rsplit("/", 1)[1]
    both_ways(page, district, "need", code, back="indicator", on="request")
    page.goto(f"{district}/prioridades/versiones")
    post(page, "/versiones", label="Prioridades para el plan")
    number = page.url.split("?")[0].split("#")[0].rsplit("/", 1)[1]
    with sqlite3.connect(home / "sismuni.db") as file:  # ten days pass
        file.execute("UPDATE priority_version SET freezes_on = ?", (TODAY.isoformat(),))
    page.goto(f"{district}/prioridades/versiones/{number}")
    reason = {"reason": "Se revisarán en la ronda que viene"}
    waits = page.locator('form[action$="/congelar"] [name=reason]').count()
    post(page, "/congelar", acta="Acta 4, hoy", **(reason if waits else {}))
    expect(page.locator("#lista ol.ranked > li").first).to_be_visible()
    assert page.goto(f"{page.url.split('#')[0]}/rehacer").status == 200
    expect(page.locator("main")).to_contain_text(re.compile("misma|igual", re.IGNORECASE))


def plan_is_drafted(page: Page, district: str) -> None:
    page.goto(f"{district}/plan")
    post(page, "/borrador", title="Plan del recorrido")
    expect(page.locator("main")).to_contain_text("OE.01")


def process_is_opened(page: Page, district: str) -> None:
    page.goto(f"{district}/presupuesto/{YEAR}/proceso/cronograma")
    kinds = page.locator('form[action$="/cronograma"] input[name$=".first"]')
    names = [each.get_attribute("name") or "" for each in kinds.all()]
    days = {}
    for at, name in enumerate(names):
        day = TODAY - timedelta(days=len(names) - at)
        days[name.replace(".", "__")] = day.isoformat()
        days[name.replace(".first", "__last")] = day.isoformat()
    post(page, "/cronograma", ordinance="Ordenanza 9 (del recorrido)", on=TODAY.isoformat(), **days)
    page.goto(f"{district}/presupuesto/{YEAR}/proceso")
    expect(page.locator("main")).to_contain_text("Ordenanza 9")


def proposals_are_raised(page: Page, district: str) -> list[int]:
    year = f"{district}/presupuesto/{YEAR}"
    found = []
    for soles in (30_000, 45_000, 60_000):
        page.goto(year)
        post(page, f"/presupuesto/{YEAR}/propuestas")
        sheet = page.url.split("#")[0]
        post(page, "/editar", soles=soles, cost_method="similar", cost_class="25")
        answers = {"competence": "district", "nature": "investment", "upkeep": "yes"}
        post(page, "/puerta", **answers, land="yes", in_pmi="no")
        expect(page.locator("#puerta")).to_contain_text("Puede ir al presupuesto")
        post(page, "/presentar")
        found.append(int(sheet.rsplit("/", 1)[1]))
    page.goto(year)
    post(page, "/techo", soles=100_000, source="Acuerdo de concejo del recorrido")
    return found


def reviews_are_signed_and_published(page: Page, district: str, numbers: list[int]) -> None:
    reviews = f"{district}/presupuesto/{YEAR}/evaluacion"
    page.goto(f"{reviews}/criterios")
    blocks = {"name_3": "Estudio", "points_3": 10, "steps_3": "10 = con ficha\n2 = idea"}
    post(page, "/criterios", ordinance="Ordenanza 9", points_0=60, **blocks)
    enter(page, district, "evaluadora")
    for number in numbers:
        page.goto(f"{reviews}/{number}")
        form(page, f"/evaluacion/{number}").locator("[type=radio][name^='c-']").first.check()
        post(page, f"/evaluacion/{number}", opinion="feasible")
        post(page, "/firmar")
    enter(page, district, "planificadora")
    for number in numbers:
        page.goto(f"{reviews}/{number}")
        post(page, "/firmar")
    page.goto(reviews)
    post(page, "/publicar")
    expect(page.locator("#publicado li")).to_have_count(len(numbers))


def paper_is_typed_twice(page: Page, district: str) -> None:
    voting = f"{district}/presupuesto/{YEAR}/votacion"
    page.goto(f"{voting}/reglas")
    rules = {"ordinance": "Ordenanza 9", "least": 1, "most": 3, "rule": "mes-add1"}
    post(page, "/reglas", **rules)
    page.goto(voting)
    post(page, "/preparar", mode="paper")
    post(page, "/abrir")
    post(page, "/cedulas", copies=len(MARKS))
    answer = page.request.get(f"{voting}/cedulas.pdf?desde=1")
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages)
    codes = list(dict.fromkeys(CODE.findall(text)))
    assert len(codes) == len(MARKS), text[:2000]
    for login in ("planificadora", "mesa"):
        enter(page, district, login)
        page.goto(f"{voting}/digitar")
        for code, marks in zip(codes, MARKS, strict=True):
            # One sheet is read otherwise by the second person, and decided in the tray.
            read = "2" if login == "mesa" and marks == "1 2 3" else marks
            post(page, "/digitar", code=code, marks=read)
    enter(page, district, "planificadora")
    page.goto(f"{voting}/bandeja")
    post(page, "/bandeja", marks="1 2 3", reason="La equis de la 3 está entera")
    page.goto(voting)
    post(page, "/cerrar", given=len(MARKS))


def money_is_shared_and_compared(page: Page, district: str, shots: Path) -> None:
    year = f"{district}/presupuesto/{YEAR}"
    page.goto(f"{year}/votacion")
    post(page, "/asignar", seed="bolillo 5")
    page.goto(f"{year}/resultado")
    expect(page.locator("main")).to_contain_text("S/")
    page.screenshot(path=shots / "planning-result.png", full_page=True)
    page.goto(f"{year}/comparar")
    expect(page.locator("#reglas tbody tr")).not_to_have_count(0)
    assert page.locator("#reglas tbody tr").count() >= 3
    for rule in ("greedy", "mes", "phragmen"):
        page.goto(f"{year}/comparar?budget=0&rule={rule}#prueba")
        expect(page.locator("#prueba [role=status]")).to_be_visible()


def papers_are_printed(page: Page, district: str) -> None:
    year = f"{district}/presupuesto/{YEAR}"
    page.goto(f"{year}/acta")
    told = {"held_on": TODAY.isoformat(), "venue": "Local comunal", "signers": "Alcaldía"}
    post(page, "/acta", **told)
    acta = page.request.get(f"{year}/acta.pdf")
    assert acta.body().startswith(b"%PDF")
    dossier = page.request.get(f"{year}/expediente.zip")
    with zipfile.ZipFile(io.BytesIO(dossier.body())) as found:
        names = found.namelist()
    assert {Path(name).suffix for name in names} >= {".pdf", ".docx", ".xlsx"}


def works_are_followed(page: Page, district: str, shots: Path) -> None:
    year = f"{district}/presupuesto/{YEAR}"
    page.goto(f"{year}/resultado")
    with page.expect_navigation():
        page.locator('form[action*="/seguimiento/desde/"] button').first.click()
    page.goto(f"{district}/seguimiento")
    mine = page.locator(f'a[href*="/seguimiento/{YEAR}/"]').first
    address = (mine.get_attribute("href") or "").split("#")[0]
    mine.click()
    post(page, "/dinero", pim="30000", certified="20000", accrued="10000", paid="10000")
    post(page, "/hitos", title="Terreno entregado", due_on=TODAY.isoformat())
    post(page, "/aportes", who="Comunidad", days=12, people=6)
    post(page, "/estado", state="procured", note="Contrato firmado")
    expect(page.locator("main")).to_contain_text("Terreno entregado")
    page.screenshot(path=shots / "planning-agreement.png", full_page=True)
    key = "-".join(address.rsplit("/", 2)[1:])
    both_ways(page, district, "agreement", key, back="proposal", on="works")
    both_ways(page, district, "proposal", f"{YEAR}-1", back="request", on="result")


def every_link_is_clicked(page: Page, district: str, work: str) -> None:
    """From the works on screen to one thing of every kind, each leading back where it came from.

    The forms themselves are read by the agent and the facility: for the town hall the chain ends
    at the community's sheet.
    """
    mine = "/cadena/"
    waiting = [f"agreement/{YEAR}-1", "agreement/" + "-".join(work.rsplit("/", 2)[1:])]
    met = {"agreement"}
    while waiting:
        here = waiting.pop(0)
        page.goto(f"{district}{mine}{here}")
        links = page.locator(f'main a[href*="{mine}"]').evaluate_all("l => l.map(a => a.href)")
        for there in (each.split(mine)[1] for each in links):
            kind = there.split("/", maxsplit=1)[0]
            if kind in met:
                continue
            met.add(kind)
            waiting.append(there)
            page.goto(f"{district}{mine}{here}")
            link = page.locator(f'main a[href$="{mine}{there}"]').first
            link.evaluate("e => { const d = e.closest('details'); if (d) d.open = true }")
            with page.expect_navigation():
                link.click()
            expect(page.locator(f'a[href$="{mine}{here}"]').first).to_be_attached()
    assert met >= set(KINDS) - {"form", "petition"}, met


def next_round_is_measured(page: Page, district: str, shots: Path) -> str:
    work = earlier_work_is_brought(page, district)
    expect(page.locator("main")).to_contain_text("Ya toca medir: falta una ronda aprobada")
    community = f"{district}/comunidades/{COMMUNITY}"
    page.goto(community)
    label = f"{TODAY.year}-III"
    post(page, "/ronda", periodo=label, fecha=TODAY.isoformat())
    enter(page, district, "agente")
    page.goto(f"{community}/monitoreo-hogares/nueva")
    send_homes(page, district)
    enter(page, district, "planificadora")
    page.goto(f"{community}/monitoreo-hogares")
    page.locator(f'main li a[href*="/{COMMUNITY}/monitoreo-hogares/"]').first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Aprobar").first.click()
    page.goto(work)
    page.screenshot(path=shots / "planning-before-after.png", full_page=True)
    said = re.compile("Mejoró|Igual|Empeoró|No se puede saber", re.IGNORECASE)
    expect(page.locator("main")).to_contain_text(said)
    expect(page.locator("main")).to_contain_text("Dice qué cambió, no por qué cambió")
    expect(page.locator("main")).not_to_contain_text("falta una ronda aprobada")
    key = "-".join(work.rsplit("/", 2)[1:])
    page.goto(f"{district}/cadena/agreement/{key}")
    expect(page.locator("#again")).to_contain_text(label)
    return work


def earlier_work_is_brought(page: Page, district: str) -> str:
    """An agreement of an earlier year from the planner's own sheet; the address of its page."""
    delivered = TODAY - timedelta(days=185)
    head = ["Año", "Acuerdo", "Comunidad", "Acordado", "Estado", "Entregada el", "Indicador"]
    book = Workbook()
    sheet = book.active
    sheet.append(head)
    title = "Pileta con cloro de Puerto Achira"
    place = [COMMUNITY, 25_000, "entregada", delivered, "P-F2"]
    sheet.append([CALENDAR.today.year - 1, title, *place])
    out = io.BytesIO()
    book.save(out)
    page.goto(f"{district}/seguimiento/importar")
    given = {"name": "acuerdos.xlsx", "mimeType": XLSX, "buffer": out.getvalue()}
    page.locator("input[type=file]").set_input_files(given)
    page.get_by_role("button", name="Revisar la hoja").click()
    accept = page.get_by_role("button", name=re.compile("Publicar|Guardar|Aceptar"))
    accept.first.wait_for(timeout=60_000)
    accept.first.click()
    link = page.get_by_role("link", name=title)
    until = time.monotonic() + 60
    while not link.count() and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.goto(f"{district}/seguimiento")
    link.first.click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    return page.url.split("#")[0].split("?")[0]


def send_homes(page: Page, district: str) -> None:
    """The next round's sheet of twenty homes, sent as a page of ours sends it."""
    line = {"practice": "P-F2", "value": "meets", "verified": "observed"}
    home = {"consent": "on_file", "visit": "interviewed", "observations": [line]}
    homes = [home | {"household": f"H-{number:03}"} for number in range(1, 21)]
    token = page.locator('[name="_csrf"]').first.input_value()
    address = f"/api/v1/districts/990101/communities/{COMMUNITY}/forms/household_monitoring"
    answer = page.request.post(
        district.split("/d/", maxsplit=1)[0] + address,
        data={"answers": {"date": TODAY.isoformat(), "households": homes}},
        headers={"X-CSRF-Token": token},
    )
    assert answer.status in (200, 201, 202), answer.text()
