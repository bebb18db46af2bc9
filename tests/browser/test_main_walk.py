"""The main job, end to end, as its people do it: council, planner, official, public."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
TODAY = (datetime.now(UTC) - timedelta(hours=5)).date()
PROBLEM = "El puente de la quebrada se cayó"


def enter(page: Page, server: str, button: str) -> None:
    """Leave, and come in as somebody of the demonstration."""
    page.context.clear_cookies()
    page.goto(f"{server}/entrar")
    page.get_by_role("button", name=button).click()
    page.wait_for_url(lambda address: "/entrar" not in address)


def answer(page: Page, **given: object) -> None:
    """Fill fields by their posted names; two underscores stand for a dot."""
    for key, value in given.items():
        name = key.replace("__", ".")
        found = page.locator(f'[name="{name}"]:not([type=hidden])')
        kind = found.first.evaluate("e => e.tagName + ' ' + (e.type ?? '')")
        if "radio" in kind:
            page.locator(f'[name="{name}"][value="{value}"]').check(force=True)
        elif kind.startswith("SELECT"):
            found.first.select_option(str(value))
        else:
            found.first.fill(str(value))


def place(page: Page, name: str, lat: float, lon: float) -> None:
    """Write coordinates beside the map, as somebody without a mouse does."""
    area = page.locator(f'textarea[name="{name}.text"]')
    area.evaluate("e => { e.closest('details').open = true }")
    area.fill(f"{lat}, {lon}")
    area.blur()


def row(page: Page, repeat: str, field: str, index: int) -> str:
    """The posted name of a row of a list, adding it if it is not there yet."""
    known = page.locator(f'[name^="{repeat}."][name$=".{field}"]')
    if known.count() <= index:
        page.locator(f"#f-{repeat} > [data-repeat-add]").click()
    name = known.nth(index).get_attribute("name") or ""
    return name.removesuffix(f".{field}").replace(".", "__")


def send(page: Page) -> None:
    """Send the sheet and see its receipt."""
    page.locator('button[value="enviar"]').click()
    page.wait_for_load_state()
    expect(page.get_by_text("Recibida").first).to_be_visible()


def fill_diagnosis(page: Page) -> None:
    answer(
        page,
        date=TODAY,
        attendees_women=30,
        attendees_men=30,
        families=97,
        dwellings=97,
        population=400,
        children_under_5=50,
        children_under_2=20,
        pregnant_women=4,
    )
    told = (
        (PROBLEM, "roads", 260, 12, 14),
        ("El agua llega turbia", "water", 200, 14, 6),
        ("La basura se quema", "waste", 150, 4, 10),
    )
    for index, (text, theme, people, women, men) in enumerate(told):
        at = row(page, "problems", "description", index)
        answer(
            page,
            **{
                f"{at}__description": text,
                f"{at}__theme": theme,
                f"{at}__people_affected": people,
                f"{at}__votes_women": women,
                f"{at}__votes_men": men,
            },
        )
        place(page, f"{at.replace('__', '.')}.place", -9.6 - index / 100, -75.3)
    answer(page, hazards_gate="none", assets_gate="none")


def fill_monitoring(page: Page) -> None:
    answer(page, date=TODAY, homes_visited=58)
    for index, (code, x, n, missing) in enumerate((("P-F1", 57, 58, 1), ("P-F2", 10, 58, 1))):
        at = row(page, "practices", "practice", index)
        answer(
            page,
            **{
                f"{at}__practice": code,
                f"{at}__x": x,
                f"{at}__n": n,
                f"{at}__missing": missing,
            },
        )


def fill_plan(page: Page) -> None:
    answer(
        page,
        date=TODAY,
        attendees_women=30,
        attendees_men=30,
        vision="Una comunidad con agua segura y caminos todo el año",
        period_start=TODAY,
        period_end=TODAY + timedelta(days=700),
    )
    actions = (("Puente peatonal de la quebrada", "obra", "roads", 85_000, "yes"),)
    actions += (("Faena de limpieza del manantial", "faena", "water", 300, "no"),)
    for index, (text, kind, theme, cost, raised) in enumerate(actions):
        at = row(page, "actions", "action", index)
        answer(
            page,
            **{
                f"{at}__action": text,
                f"{at}__kind": kind,
                f"{at}__theme": theme,
                f"{at}__responsible": "Presidencia de la junta",
                f"{at}__start": TODAY,
                f"{at}__end": TODAY + timedelta(days=300),
                f"{at}__families_benefited": 60,
                f"{at}__people_benefited": 260,
                f"{at}__cost_soles": cost,
                f"{at}__raise_to_budget": raised,
            },
        )
        place(page, f"{at.replace('__', '.')}.place", -9.61, -75.31)


def test_a_request_goes_from_the_assembly_to_the_budget(
    page: Page, server: str, shots: Path
) -> None:
    home = council_fills_the_forms(page, server, shots)
    district = home.split("/comunidades/")[0]

    planner_approves(page, server, home, district, shots)
    planner_budgets(page, server, district, shots)
    official_reads_the_map(page, server, district, shots)
    public_sees_only_what_is_public(page, server, home, district, shots)


def council_fills_the_forms(page: Page, server: str, shots: Path) -> str:
    enter(page, server, "Entrar como junta")
    page.goto(f"{server}/mi-comunidad")
    home = page.url
    page.screenshot(path=shots / "community.png", full_page=True)
    for slug, fill in (
        ("diagnostico", fill_diagnosis),
        ("monitoreo", fill_monitoring),
        ("plan", fill_plan),
    ):
        page.goto(f"{home}/{slug}/nueva")
        fill(page)
        page.screenshot(path=shots / f"fill-{slug}.png", full_page=True)
        send(page)
        page.screenshot(path=shots / f"receipt-{slug}.png", full_page=True)
    return home


def planner_approves(page: Page, server: str, home: str, district: str, shots: Path) -> None:
    enter(page, server, "Entrar como planificación")
    page.goto(home)
    before = page.locator("#indicadores").inner_text()
    page.goto(f"{district}/bandeja")
    page.screenshot(path=shots / "tray.png", full_page=True)
    code = urlsplit(home).path.split("/comunidades/")[1]
    for slug in ("diagnostico", "monitoreo", "plan"):
        page.goto(f"{home}/{slug}")
        page.locator(f'main li a[href*="/{code}/{slug}/"]').first.click()
        page.get_by_role("button", name="Aprobar").click()
        page.wait_for_load_state()
        expect(page.get_by_text("Aprobada").first).to_be_visible()
    page.goto(home)
    after = page.locator("#indicadores").inner_text()
    assert before != after
    page.goto(f"{district}/prioridades")
    page.screenshot(path=shots / "priorities.png", full_page=True)
    expect(page.locator("ol.ranked > li").first).to_be_visible()
    page.locator("details.why summary").first.click()


def planner_budgets(page: Page, server: str, district: str, shots: Path) -> None:
    page.goto(f"{district}/presupuesto")
    page.locator('main a[href*="/presupuesto/2"]').first.click()
    year = page.url
    page.get_by_role("button", name="Juntar en una propuesta").first.click()
    page.wait_for_load_state()
    sheet = page.url
    assert "/propuestas/" in sheet
    page.screenshot(path=shots / "proposal.png", full_page=True)
    page.get_by_role("button", name="Presentar").click()
    page.wait_for_load_state()
    page.goto(year)
    page.locator("#techo details summary").first.click()
    answer(page, soles=400_000, source="Acuerdo de concejo 12-2026")
    page.locator("#techo").get_by_role("button", name="Guardar").click()
    page.wait_for_load_state()
    page.locator("#asignar").get_by_role("button", name=re.compile("Asignar")).click()
    page.wait_for_load_state()
    page.screenshot(path=shots / "budget.png", full_page=True)
    expect(page.locator("#resultado")).to_contain_text("S/")
    expect(page.locator("#resultado")).to_contain_text(re.compile("Entra|No alcanza|quedan"))


def official_reads_the_map(page: Page, server: str, district: str, shots: Path) -> None:
    enter(page, server, "Entrar como autoridad")
    page.goto(f"{district}/mapas")
    page.locator(".leaflet-interactive").first.wait_for()
    page.screenshot(path=shots / "map.png", full_page=True)
    page.locator(".leaflet-interactive").first.click(force=True)
    expect(page.locator("main")).to_contain_text(re.compile(r"\d+ de \d+"))


def public_sees_only_what_is_public(
    page: Page, server: str, home: str, district: str, shots: Path
) -> None:
    page.context.clear_cookies()
    for address in (home, district, f"{district}/prioridades", f"{district}/mapas"):
        page.goto(address)
        assert PROBLEM not in page.content()
    assert page.goto(f"{district}/bandeja").url.startswith(f"{server}/entrar")
