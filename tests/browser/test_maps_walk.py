"""From the files of other bodies to a printed map and to other programs, as a district walks it.

An administrator brings limits, places, facilities and indicators in; an official goes from the
country to a community, reads the two risk maps, slides over the rounds and prints; a program
reads the same layers with the official's account and with none. Nothing is asked of another host.
"""

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyogrio
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from app.operations.accounts import DEMO_PASSWORD
from app.operations.layers import registry
from tests.browser.conftest import serving
from tests.browser.steps import Given, enter, previewed, published
from tests.maps.programs import ogrinfo, probed

pytestmark = pytest.mark.browser
AT = "/d/990101"
ACCOUNT = f"autoridad:{DEMO_PASSWORD}"
MINUTE_MS = 60_000
A3_ACROSS = (1190.6, 841.9)  # points
REGION = (
    Given("boundaries", "limites/huanuco_distritos_utm18s_shp.zip", "84"),
    Given("facilities", "puntos/establecimientos_salud_4regiones.csv", "1 652"),
    Given(
        "indicators",
        "tablas/indicadores_salud_riesgo_distrital.csv",
        "1 891",
        {"period": "2025", "source": "Datos abiertos de prueba"},
        but_wrong=True,
    ),
)
COUNTRY = (
    Given("boundaries", "limites/peru_distritos_2017_detalle.gpkg", "1 874", {"vintage": "2017"}),
    Given("places", "puntos/centros_poblados_peru.csv.gz", "94 922"),
    *REGION,
    Given("indicators", "tablas/censo2017_social_distrital.csv", "1 893", {"period": "2017"}),
)
CLOSED = {layer.code for layer in registry.LAYERS if not layer.public}


@contextmanager
def fresh(page: Page, home: Path) -> Iterator[str]:
    """An installation of its own with the demonstration, and nothing asked of another host."""
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    with serving(home) as address:
        yield address
    own = (address + "/", "data:", "blob:")
    assert len(asked) > 50
    assert [url for url in asked if not url.startswith(own)] == []


def test_a_region_comes_in_and_its_risk_is_printed_and_read(
    page: Page, tmp_path: Path, data_dir: Path, shots: Path
) -> None:
    with fresh(page, tmp_path) as address:
        files_come_in(page, address, data_dir, REGION)
        country_leads_to_a_community(page, address, "porcentaje_anemia")
        risks_are_read(page, address, shots)
        rounds_are_slid_over(page, address)
        a_map_is_printed(page, address)
        layers_are_read_by_gdal(address)


@pytest.mark.verify
def test_the_country_comes_in_and_debian_reads_it(
    page: Page, tmp_path: Path, data_dir: Path, shots: Path
) -> None:
    with fresh(page, tmp_path) as address:
        shown = files_come_in(page, address, data_dir, COUNTRY, shots)
        country_leads_to_a_community(page, address, "porcentaje_anemia")
        places_are_named(page, address, shots)
        layers_are_read_by_ogrinfo(address)
        layers_are_opened_in_qgis(page, address, tmp_path)
    assert any(0 < share < 1 for share in shown), shown


def files_come_in(
    page: Page, address: str, folder: Path, files: tuple[Given, ...], shots: Path | None = None
) -> set[float]:
    """Each file by its preview, which shows it on a map; the shares of the work that were told."""
    enter(page, address, "admin")
    shown: set[float] = set()
    for given in files:
        shown |= previewed(page, address, folder, given)
        if given.kind != "indicators":
            expect(page.locator("#en-el-mapa")).to_contain_text("Todavía no se guardó nada")
            drawn(page)
            assert painted(page.locator("#mapa")) > 50
        if shots:
            page.screenshot(path=shots / f"import-{given.kind}-preview.png", full_page=True)
        shown |= published(page)
    return shown


def drawn(page: Page) -> None:
    """Wait until a map has all its layers."""
    expect(page.locator(".mapa .leaflet-container")).to_be_visible()
    page.wait_for_load_state("networkidle")
    # The worker may be making what is drawn, and the page says so meanwhile.
    page.wait_for_selector(".mapa-aviso:empty", state="attached", timeout=MINUTE_MS)


def painted(place: Locator) -> int:
    """How many colours a place of the page shows."""
    picture = Image.open(io.BytesIO(place.screenshot())).convert("RGB")
    return len(picture.getcolors(1 << 24) or ())


def country_leads_to_a_community(page: Page, address: str, indicator: str) -> None:
    enter(page, address, "autoridad")
    page.goto(f"{address}/mapa?indicador={indicator}")
    expect(page.locator(".mapa .leaflet-container")).to_be_visible(timeout=MINUTE_MS)
    drawn(page)
    expect(page.locator(".mapa-leyenda").first).to_contain_text("Datos abiertos de prueba")
    assert painted(page.locator("#mapa")) > 50
    found(page, "huanuco")
    expect(page.locator(".leaflet-popup-content")).to_contain_text("%")
    expect(page.get_by_role("link", name="Abrir el mapa del distrito")).to_be_visible()
    # An invented district lies over real ones: it is reached from the list under the map.
    page.locator("#distritos").get_by_role("link", name="Killamayo").click()
    expect(page).to_have_url(f"{address}{AT}/mapas")
    drawn(page)
    first = page.locator("#primeras li a").first.inner_text()
    found(page, first)
    page.locator(".leaflet-popup-content a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(first)


def found(page: Page, name: str) -> None:
    """What is called so, found in the search of the map; its card is open then."""
    page.get_by_label("Buscar en el mapa").fill(name)
    page.keyboard.press("Enter")
    heading = page.locator(".leaflet-popup-content h3")
    expect(heading).to_have_text(re.compile(name, re.IGNORECASE))


def risks_are_read(page: Page, address: str, shots: Path) -> None:
    page.goto(f"{address}{AT}/mapas")
    page.get_by_role("link", name="Salud materna e infantil", exact=True).click()
    drawn(page)
    first = page.locator("#primeras li a").first.inner_text()
    expect(page.locator(".lead")).to_contain_text(f"Primero {first}")
    found(page, first)
    card = page.locator(".leaflet-popup-content")
    expect(card).to_contain_text("Necesita apoyo en")
    expect(card).to_contain_text("Menores de 5 años")
    page.screenshot(path=shots / "maps-risk.png")
    page.get_by_role("link", name="Peligros señalados", exact=True).click()
    drawn(page)
    expect(page.locator(".lead")).to_contain_text("No es una evaluación de riesgo (EVAR)")
    first = page.locator("#primeras li a").first.inner_text()
    found(page, first)
    expect(page.locator(".leaflet-popup-content")).to_contain_text("familias")
    page.get_by_role("link", name="Cómo se hizo este mapa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cómo se hacen los mapas")


def rounds_are_slid_over(page: Page, address: str) -> None:
    page.goto(f"{address}{AT}/mapas")
    page.get_by_role("link", name="Un indicador", exact=True).click()
    drawn(page)
    newest = page.locator(".lead").inner_text()
    slide = page.get_by_role("slider", name="Ronda")
    slide.focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("ronda="))
    earliest = slide.get_attribute("aria-valuetext") or ""
    expect(page.locator(".lead")).not_to_have_text(newest)
    expect(page.locator("#primeras")).to_contain_text(f"Ronda: {earliest}")
    expect(page.locator(".mapa-leyenda").first).to_contain_text("Datos al")


def a_map_is_printed(page: Page, address: str) -> None:
    page.goto(f"{address}{AT}/mapas/salud-materna-infantil")
    drawn(page)
    first = page.locator("#primeras li a").first.inner_text()
    paper = page.locator("#papel")
    paper.get_by_label("Papel").select_option("a3")
    sheet = PdfReader(io.BytesIO(asked_by(page, paper, "Imprimir en PDF"))).pages[0]
    across, down = float(sheet.mediabox.width), float(sheet.mediabox.height)
    text = re.sub(r"\s+", " ", sheet.extract_text())

    assert (across, down) == pytest.approx(A3_ACROSS, abs=1)
    told = ["Killamayo, Valle Imaginario", "Necesidades de salud materna e infantil", "muy alta"]
    told += ["Escala 1:", "km", " N ", "Datos al", "Fuente:", "Sin datos", "n = 39 de 40"]
    told += ["Límites referenciales, sin efecto legal.", "Impreso el", "N.º Comunidad Dato", first]
    assert [words for words in told if words not in text] == []

    picture = Image.open(io.BytesIO(asked_by(page, paper, "Imagen PNG")))
    assert picture.size[0] / picture.size[1] == pytest.approx(A3_ACROSS[0] / A3_ACROSS[1], 0.01)
    assert picture.size[0] > 3_000


def asked_by(page: Page, place: Locator, name: str) -> bytes:
    """What a button of a form brings: a browser without a screen has no viewer of PDF."""
    button = place.get_by_role("button", name=name)
    words = button.evaluate(
        "e => [new URL(e.getAttribute('formaction') || e.form.getAttribute('action'), document.URL)"
        ".href, new URLSearchParams(new FormData(e.form)).toString()]"
    )
    answer = page.request.get("{}?{}".format(*words))
    assert answer.ok, answer.status_text
    return answer.body()


def layers_are_read_by_gdal(address: str) -> None:
    """The driver of GDAL's wheel: every layer for the official, those of the public for nobody."""
    source = f"OAPIF:{address}{AT}/ogc"
    public = {str(name) for name, _ in pyogrio.list_layers(source)}
    pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": ACCOUNT})
    try:
        known = {str(name) for name, _ in pyogrio.list_layers(source)}
        support = pyogrio.read_dataframe(source, layer="support")
    finally:
        pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": None})

    assert "limits" in public
    assert public < known
    assert not {name.split(".")[0] for name in public} & CLOSED
    assert len(support) == 40
    refused = httpx.get(f"{address}{AT}/ogc/collections/support/items")
    assert refused.status_code == 401


def places_are_named(page: Page, address: str, shots: Path) -> None:
    page.goto(f"{address}/mapa/lugares?vista=-9.93,-76.24,12")
    drawn(page)
    assert painted(page.locator("#mapa")) > 50
    page.screenshot(path=shots / "maps-places.png")
    page.goto(f"{address}/lugares?q=cayhuayna")
    expect(page.locator("main")).to_contain_text("Huanuco")


def layers_are_read_by_ogrinfo(address: str) -> None:
    """An older GDAL, as a GIS officer has it from Debian."""
    for source in (f"OAPIF:{address}{AT}/ogc", f"OAPIF:{address}/ogc"):
        for account in ("", ACCOUNT):
            listed = re.findall(r"^\d+: (\S+)", ogrinfo(source, account=account), re.MULTILINE)
            closed = {name for name in listed if name.split(".")[0] in CLOSED}
            assert listed
            assert bool(closed) == (bool(account) and AT in source)
            for layer in [name for name in listed if name.partition(".")[2] in ("", "P-F1")]:
                told = ogrinfo("-so", source, layer, account=account)
                assert re.search(r"Feature Count: \d+", told)
    one = f"OAPIF_COLLECTION:{address}{AT}/ogc/collections/support"
    assert "Feature Count: 40" in ogrinfo("-so", "-al", one, account=ACCOUNT)
    assert "401" in ogrinfo("-so", "-al", one, refused=True)
    places = ogrinfo("-so", f"OAPIF:{address}/ogc", "settlements")
    assert re.search(r"Feature Count: 949\d\d\b", places)


def layers_are_opened_in_qgis(page: Page, address: str, folder: Path) -> None:
    """The project that asks the server, and the one with its data in it."""
    enter(page, address, "autoridad")
    live = folder / "en-linea.qgs"
    live.write_bytes(page.request.get(f"{address}{AT}/mapas/todas/qgis-en-linea.qgs").body())
    known = probed("project", live, folder / "known.png", ACCOUNT)
    public = probed("project", live, folder / "public.png")
    assert [each["name"] for each in known["layers"] if not each["valid"]] == []
    assert known["colours"] > 50
    opened = {collection(each) for each in public["layers"] if each["valid"]}
    assert "limits" in opened
    assert not {name.split(".")[0] for name in opened} & CLOSED
    assert {collection(each).split(".")[0] for each in known["layers"]} >= {"support", *CLOSED}
    assert DEMO_PASSWORD not in json.dumps(known)


def collection(layer: dict[str, str]) -> str:
    """The collection that a layer of QGIS asks for."""
    named = re.search(r"typename='([^']+)'", layer["source"])
    assert named is not None, layer["source"]
    return named[1]
