"""Forms filled without a network on a telephone, sent when there is one, approved and counted."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.phone import Application
from tests.browser.test_main_walk import enter

pytestmark = pytest.mark.browser
TODAY = (datetime.now(UTC) - timedelta(hours=5)).date()
HOMES = 10
MET = 6
PRACTICE = "P-F1"
DIAGNOSIS = {
    "date": TODAY,
    "attendees_women": 30,
    "attendees_men": 30,
    "families": 97,
    "dwellings": 97,
    "population": 400,
    "children_under_5": 50,
    "children_under_2": 20,
    "pregnant_women": 4,
}
PROBLEMS = (
    ("El puente de la quebrada se cayó", "roads", 260, 12, 14, "point", 1),
    ("El agua llega turbia", "water", 200, 14, 6, "line", 2),
    ("La basura se quema", "waste", 150, 4, 10, "polygon", 3),
)
PLAN = {
    "date": TODAY,
    "attendees_women": 30,
    "attendees_men": 30,
    "vision": "Una comunidad con agua segura",
    "period_start": TODAY,
    "period_end": TODAY + timedelta(days=700),
}
ACTION = {
    "action": "Faena de limpieza del manantial",
    "kind": "faena",
    "theme": "water",
    "responsible": "Presidencia de la junta",
    "start": TODAY,
    "end": TODAY + timedelta(days=300),
    "place_kind": "point",
    "place_point": ((-9.61, -75.31),),
    "families_benefited": 60,
    "cost_soles": 300,
    "raise_to_budget": "no",
}


@pytest.fixture
def phone(browser: Browser, server: str) -> Iterator[Application]:
    """A small screen that may say where it is."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        has_touch=True,
        locale="es-PE",
        permissions=["geolocation"],
        geolocation={"latitude": -9.61, "longitude": -75.31, "accuracy": 12},
    )
    context.set_default_timeout(30_000)
    yield Application(context.new_page(), server)
    context.close()


def fill_diagnosis(phone: Application, shots: Path) -> None:
    phone.begin("diagnosis")
    phone.page.screenshot(path=shots / "phone-question.png")
    phone.answer(DIAGNOSIS)
    for index, (text, theme, people, women, men, kind, points) in enumerate(PROBLEMS):
        phone.open_row("problems", index)
        phone.answer(
            {
                "description": text,
                "theme": theme,
                "people_affected": people,
                "votes_women": women,
                "votes_men": men,
                "place_kind": kind,
            }
        )
        at = [(-9.60 - n / 100, -75.30 - (n % 2) / 100) for n in range(points)]
        phone.answer({f"place_{kind}": tuple(at)})
        phone.page.screenshot(path=shots / f"phone-{kind}.png")
        phone.close_row()
    phone.answer({"hazards_gate": "none"})
    phone.finish()


def fill_homes(phone: Application, shots: Path) -> None:
    phone.begin("household_monitoring")
    phone.answer({"date": TODAY})
    for index in range(HOMES):
        phone.open_row("households", index)
        phone.seek("household").locator("select").select_option(index=index + 1)
        phone.answer({"consent": "given", "visit": "interviewed"})
        phone.seek("observations").locator("select").first.select_option("observed")
        practice = phone.seek("observations").locator(f'[data-practice="{PRACTICE}"]')
        practice.locator(f'input[value="{"meets" if index < MET else "not_yet"}"]').check(
            force=True
        )
        if index == 0:
            phone.page.screenshot(path=shots / "phone-practices.png")
        phone.close_row()
    phone.page.screenshot(path=shots / "phone-homes.png", full_page=True)
    phone.finish()


def fill_plan(phone: Application) -> None:
    phone.begin("plan")
    phone.answer(PLAN)
    phone.row("actions", ACTION, 0)
    phone.finish()


def sent(page: Page, count: int) -> None:
    """The proof says that so many arrived, and nothing waits."""
    expect(page.locator("[data-proof]")).to_contain_text(
        f"{count} hechas, {count} recibidas", timeout=60_000
    )
    expect(page.locator("[data-outbox=idle]")).to_be_visible()


def test_forms_filled_without_a_network_arrive_are_approved_and_count(
    phone: Application, page: Page, server: str, shots: Path
) -> None:
    phone.prepare("Entrar como junta")
    phone.page.context.set_offline(True)
    fill_diagnosis(phone, shots)
    fill_homes(phone, shots)
    phone.reload()
    expect(phone.page.locator('[data-practice="P-F1"]')).to_contain_text(f"{MET} de {HOMES}")
    phone.page.screenshot(path=shots / "phone-offline.png", full_page=True)
    fill_plan(phone)

    phone.page.context.set_offline(False)
    sent(phone.page, 3)
    phone.page.screenshot(path=shots / "phone-sent.png", full_page=True)

    before, after = planner_approves(page, server, phone)
    assert before != after
    phone.page.get_by_role("button", name="Enviar y revisar").click()
    expect(phone.page.locator("[data-proof]")).to_contain_text("3 aprobadas")
    expect(phone.document("hogar por hogar").locator("[data-indicator]").first).to_be_visible()
    phone.page.screenshot(path=shots / "phone-approved.png", full_page=True)


def planner_approves(page: Page, server: str, phone: Application) -> tuple[str, str]:
    """Approve all three; the community's indicators before and after."""
    documents = phone.page.locator("[data-document]")
    uuids = [unquote(each.get_attribute("data-document") or "") for each in documents.all()]
    enter(page, server, "Entrar como junta")
    page.goto(f"{server}/mi-comunidad")
    home = page.url
    enter(page, server, "Entrar como planificación")
    page.goto(home)
    before = page.locator("#indicadores").inner_text()
    for slug in ("diagnostico", "monitoreo-hogares", "plan"):
        page.goto(f"{home}/{slug}")
        found = page.locator(
            ", ".join(f'a[href$="{uuid.removeprefix("uuid:")}"]' for uuid in uuids)
        )
        found.first.click()
        page.get_by_role("button", name=re.compile("Aprobar")).first.click()
        page.wait_for_load_state()
        expect(page.get_by_text("Aprobada").first).to_be_visible()
    page.goto(home)
    return before, page.locator("#indicadores").inner_text()
