"""The files of the whole country come in through the screen, and it shows how far they are."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from app.operations.accounts import DEMO_PASSWORD
from tests.browser.conftest import serving

pytestmark = [pytest.mark.browser, pytest.mark.verify]
MINUTE_S = 60
FILES = (
    ("boundaries", "limites/peru_distritos_2017_detalle.gpkg", "1 874"),
    ("places", "puntos/centros_poblados_peru.csv.gz", "94 922"),
    ("facilities", "puntos/establecimientos_salud_4regiones.csv", "1 652"),
    ("indicators", "tablas/censo2017_social_distrital.csv", "1 893"),
)


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own: the country stays out of the other walks."""
    with serving(tmp_path_factory.mktemp("national")) as address:
        yield address


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


def test_the_files_of_the_country_come_in_and_one_goes_again(
    page: Page, own_server: str, data_dir: Path, shots: Path
) -> None:
    page.goto(f"{own_server}/entrar")
    page.fill("[name=login]", "admin")
    page.fill("[name=password]", DEMO_PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url(lambda address: "/entrar" not in address)
    shown: set[float] = set()
    took = {}

    for kind, name, rows in FILES:
        began = time.monotonic()
        page.goto(f"{own_server}/administracion/importaciones")
        page.select_option("[name=kind]", kind)
        page.set_input_files("[name=file]", data_dir / name)
        if kind == "indicators":
            page.locator("summary", has_text="Otras opciones").click()
            page.fill("[name=period]", "2017")
        page.get_by_role("button", name="Subir y revisar").click()
        page.wait_for_url(re.compile("importaciones/[0-9a-f-]{36}"))
        shown |= watched(page)
        page.screenshot(path=shots / f"import-{kind}-preview.png", full_page=True)
        expect(page.get_by_text(re.compile(rows.replace(" ", r"\s"))).first).to_be_visible()
        page.get_by_role("button", name="Publicar").click()
        page.wait_for_load_state()
        shown |= watched(page)
        expect(page.get_by_text("publicada", exact=True).first).to_be_visible()
        page.screenshot(path=shots / f"import-{kind}.png", full_page=True)
        took[kind] = time.monotonic() - began
    page.goto(f"{own_server}/mapa")
    expect(page.locator(".leaflet-container path").nth(1000)).to_be_attached(timeout=60_000)
    page.screenshot(path=shots / "country.png")

    assert max(took.values()) < MINUTE_S, took
    assert any(0 < share < 1 for share in shown), shown
