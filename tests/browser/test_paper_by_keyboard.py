"""A sheet of paper is typed in without a mouse, by two people, and their differences resolved."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_main_walk import enter

pytestmark = pytest.mark.browser
DEMO_PASSWORD = "comunidad-sana"
DAY = (datetime.now(UTC) - timedelta(hours=5)).date().strftime("%d%m%Y")


def printed_code(page: Page) -> str:
    """Print one sheet of homes as the council, and read its code off the list."""
    page.get_by_role("button", name="Hacer el PDF").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.reload()
    code = page.locator("#impresas li b").first.inner_text()
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}", code)
    return code


def open_by_code(page: Page, server: str, code: str) -> None:
    """Find the sheet as somebody without a camera does."""
    page.goto(f"{server}/digitar")
    page.locator("[name=codigo]").focus()
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("ficha="))
    page.wait_for_function("() => document.activeElement.closest('[data-quick]') !== null")


def enters(page: Page, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press("Enter")


def type_homes(page: Page, homes: list[str], first: str = "1", passed: int = 0) -> None:
    """Each home: code, no sector, consent on file, interviewed, no day, ten practices, observed.

    A figure goes on by itself; Enter passes what is blank, such as the practices that only
    some are asked.
    """
    for home in homes:
        page.keyboard.type(home)
        enters(page, 2)
        page.keyboard.type("11")
        enters(page)
        page.keyboard.type(first + "2" + "1" * 8)
        enters(page, passed)
        page.keyboard.type("1")


def test_homes_are_typed_by_keyboard_once_and_again(page: Page, server: str, shots: Path) -> None:
    enter(page, server, "Entrar como junta")
    page.goto(f"{server}/mi-comunidad")
    home = page.url
    page.goto(f"{home}/monitoreo-hogares/imprimir")
    code = printed_code(page)
    open_by_code(page, server, code)
    options = page.locator("datalist option").evaluate_all("all => all.map(each => each.value)")
    homes = options[:14]  # two more than there are lines: Enter makes new ones

    page.keyboard.type(DAY)
    type_homes(page, homes)

    page.screenshot(path=shots / "paper-typed.png", full_page=True)
    rows = page.locator('[name^="households."][name$=".household"]')
    assert rows.evaluate_all("all => all.map(each => each.value).filter(Boolean)") == homes
    assert page.locator('[name="households.13.@.P-F2"]').input_value() == "2"
    assert page.locator('[name="households.0.consent"]').input_value() == "on_file"
    page.keyboard.press("Control+Enter")
    page.wait_for_load_state()
    expect(page.get_by_text("Recibida").first).to_be_visible()
    expect(page.get_by_text("Digitada una sola vez.")).to_be_visible()

    second_person(page, server, code, homes, shots)


def second_person(page: Page, server: str, code: str, homes: list[str], shots: Path) -> None:
    page.context.clear_cookies()
    page.goto(f"{server}/entrar")
    page.locator("[name=login]").fill("agente")
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/entrar" not in address)
    open_by_code(page, server, code)
    expect(page.get_by_text("Segunda digitación")).to_be_visible()
    assert page.locator('[name="households.0.household"]').input_value() == ""
    # An agent is asked one more practice of each home, which this paper does not have.
    page.keyboard.type(DAY)
    type_homes(page, homes[:1], "2", passed=1)
    type_homes(page, homes[1:], passed=1)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("diferencias"))
    page.screenshot(path=shots / "paper-differences.png", full_page=True)
    page.wait_for_function("() => document.activeElement.type === 'radio'")
    page.keyboard.type("2")
    page.keyboard.press("Control+Enter")
    page.wait_for_load_state()
    expect(page.get_by_text("Corregida por doble digitación").first).to_be_visible()
    expect(
        page.get_by_text(re.compile(r"Doble digitación: \d+ de \d+ respuestas iguales"))
    ).to_be_visible()
    page.screenshot(path=shots / "paper-agreement.png", full_page=True)


def test_totals_are_typed_by_keyboard_and_a_slip_is_shown_where_it_happened(
    page: Page, server: str, shots: Path
) -> None:
    enter(page, server, "Entrar como junta")
    page.goto(f"{server}/mi-comunidad")
    page.goto(f"{page.url}/monitoreo/imprimir")
    open_by_code(page, server, printed_code(page))

    page.keyboard.type(DAY)
    page.keyboard.type("31")
    enters(page)
    for figures in (("3", "4", "0"), ("5", "2", "1")):
        for figure in figures:
            page.keyboard.type(figure)
            enters(page)
        enters(page, 3)
    page.keyboard.press("Control+Enter")
    page.wait_for_load_state()

    wrong = page.locator("td.wrong input")
    expect(wrong).to_have_count(1)
    assert wrong.input_value() == "4"
    page.screenshot(path=shots / "paper-wrong.png", full_page=True)
    wrong.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("3")
    page.keyboard.press("Control+Enter")
    page.wait_for_load_state()
    expect(page.get_by_text("Recibida").first).to_be_visible()
