"""What several walks do on the screen: come in as somebody, and bring a file in."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Page, expect

from app.operations.accounts import DEMO_PASSWORD

MINUTE_S = 60


def enter(page: Page, address: str, login: str) -> None:
    """Come in as somebody of the demonstration; the address may lead into a district."""
    page.context.clear_cookies()
    page.goto(address.split("/d/", maxsplit=1)[0] + "/entrar")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url(lambda at: "/entrar" not in at)


@dataclass(frozen=True)
class Given:
    """A file to bring in: what it holds, how many rows as the page writes them, and options."""

    kind: str
    name: str
    rows: str
    options: dict[str, str] = field(default_factory=dict)
    but_wrong: bool = False


def previewed(page: Page, address: str, folder: Path, given: Given) -> set[float]:
    """Hand the file over and wait for its preview; the shares of the work that were shown."""
    page.goto(f"{address}/administracion/importaciones")
    page.select_option("[name=kind]", given.kind)
    page.set_input_files("[name=file]", folder / given.name)
    if given.but_wrong:
        page.locator("[name=skip_errors]").check(force=True)
    if given.options:
        page.locator("summary", has_text="Otras opciones").click()
    for name, value in given.options.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="Subir y revisar").click()
    page.wait_for_url(re.compile("importaciones/[0-9a-f-]{36}"))
    shown = watched(page)
    rows = re.compile(given.rows.replace(" ", r"\s"))
    expect(page.get_by_text(rows).first).to_be_visible()
    return shown


def published(page: Page) -> set[float]:
    """Take what the preview shows; the shares of the work that were shown."""
    page.get_by_role("button", name="Publicar").click()
    page.wait_for_load_state()
    shown = watched(page)
    expect(page.get_by_text("publicada", exact=True).first).to_be_visible()
    return shown


def watched(page: Page) -> set[float]:
    """Every share of the work that the bar showed until its page came anew without it."""
    seen: set[float] = set()
    end = time.monotonic() + MINUTE_S
    while page.locator(".job progress").count() and time.monotonic() < end:
        bar = page.locator(".job progress").first
        try:
            seen.add(bar.evaluate("e => e.value / e.max", timeout=1_000))
        except Error:  # the page was just replaced by the one that tells the end
            break
        page.wait_for_timeout(150)
    page.wait_for_load_state()
    return seen
