"""In a real browser: maps and main pages ask nobody else, and the official reads the map."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from app.settings import ROOT
from tests import world
from tests.http.town import Town
from tests.maps.district import NAMES

pytestmark = pytest.mark.browser
AT = f"/d/{world.UBIGEO}"
MAPS = [
    *("/mapa", "/mapa?indicador=anemia_pct"),
    *(f"{AT}/mapas", f"{AT}/mapas/indicador", f"{AT}/mapas/propuestas"),
    f"{AT}/mapas/establecimientos",
]
OWN_MAPS = [
    f"{AT}/mapas/{slug}"
    for slug in (
        *("apoyo", "necesidad", "brecha", "cobertura", "problemas", "peligros", "acciones"),
        *("salud-materna-infantil", "peligros-por-comunidad", "cambio", "agrupaciones", "obras"),
        *(
            "tiempo-al-establecimiento",
            "dinero-por-persona",
            "turno-de-visita",
            "recursos",
            "metodo",
        ),
        "indicador/comparar?indicador=P-F1",
    )
]
MAIN = ["/", AT, "/entrar", f"{AT}/comunidades", f"{AT}/prioridades", f"{AT}/presupuesto"]
SHOTS = ROOT / "var" / "screenshots"


@dataclass
class Site:
    """The application served for a browser, and what pages asked and complained of."""

    town: Town
    at: str
    browser: Browser
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def context(self, login: str = "", width: int = 1280) -> BrowserContext:
        """A browser of somebody, or of nobody."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, locale="es-PE")
        if login:
            cookie = {"name": "sismuni", "value": self.town.token(login), "url": self.at}
            context.add_cookies([cookie])  # type: ignore[list-item]
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("console", lambda message: self.complaints.append(message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context

    def open(self, page: Page, path: str) -> Page:
        """A page, drawn to its end."""
        page.goto(self.at + path)
        page.wait_for_load_state("networkidle")
        if page.locator(".mapa").count():
            page.wait_for_selector(".mapa-aviso:empty", state="attached")
        return page

    @property
    def foreign(self) -> list[str]:
        """Addresses of other hosts that were asked for."""
        own = (self.at + "/", "data:", "blob:")
        return [url for url in self.asked if not url.startswith(own)]


@pytest.fixture
def site(mapped: Town, browser: Browser) -> Iterator[Site]:
    """The application behind a port of its own."""
    if not (ROOT / "web/static/vendor/leaflet/leaflet.js").exists():
        pytest.skip("falta web/static/vendor: ejecute la instalación")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    config = uvicorn.Config(mapped.app, port=port, log_level="warning", lifespan="off")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield Site(mapped, f"http://127.0.0.1:{port}", browser)
    server.should_exit = True
    thread.join()


def test_a_file_that_takes_its_time_says_so_until_it_is_there(site: Site) -> None:
    with site.context("oficial", 360) as context:
        page = site.open(context.new_page(), f"{AT}/mapas")
        sign = page.get_by_text("El sistema está trabajando")
        files: list[str] = []
        page.on("download", lambda each: files.append(each.suggested_filename))
        # The request waits on its way for as long as the sign needs to be seen.
        page.route("**/datos.csv*", lambda route: (page.wait_for_timeout(2_500), route.continue_()))

        page.evaluate("""() => {
            const sign = document.querySelector('[data-waiting]')
            window.seen = []
            const note = () => window.seen.push(sign.hidden)
            new MutationObserver(note).observe(sign, { attributes: true })
            setTimeout(() => document.querySelector('button[formaction$="datos.csv"]').click(), 0)
        }""")
        for _ in range(100):
            if page.evaluate("window.seen.includes(false) && window.seen.at(-1)"):
                break
            page.wait_for_timeout(100)

        assert page.evaluate("window.seen[0]")  # nothing is said of what is there within a second
        assert sign.is_hidden()
        assert "waiting" not in {cookie["name"] for cookie in context.cookies()}
        assert len(files) == 1


@pytest.mark.parametrize("login", ["", "oficial"])
def test_no_page_asks_any_other_host(site: Site, login: str) -> None:
    with site.context(login) as context:
        page = context.new_page()

        for path in [*MAPS, *MAIN, *(OWN_MAPS if login else [])]:
            site.open(page, path)

    assert site.foreign == []
    assert [text for text in site.complaints if "404" not in text] == []
    assert len(site.asked) > 30


def test_the_record_of_requests_does_notice_another_host(site: Site) -> None:
    with site.context() as context:
        page = site.open(context.new_page(), f"{AT}/mapas")

        page.evaluate("() => { new Image().src = 'http://127.0.0.2:9/tile.png' }")
        page.wait_for_timeout(200)

    # Our policy may stop it before it leaves; then the page complains of it instead.
    assert site.foreign or any("127.0.0.2" in text for text in site.complaints)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_official_sees_where_to_go_first_and_reads_a_card(site: Site, width: int) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    with site.context("oficial", width) as context:
        page = site.open(context.new_page(), f"{AT}/mapas")

        assert page.locator("#mapa .mapa-punto").count() == len(NAMES)
        assert page.locator("#mapa .mapa-puesto").first.text_content() is not None
        marker = page.locator("#mapa .mapa-punto", has=page.locator("text=1")).first
        marker.focus()
        page.keyboard.press("Enter")
        card = page.locator(".leaflet-popup-content")
        card.wait_for()
        page.wait_for_timeout(300)
        page.screenshot(path=SHOTS / f"mapa-oficial-{width}.png", full_page=width < 600)

        assert card.locator("h3").inner_text() == "Cerro"
        said = card.inner_text().replace("\xa0", " ")
        assert "Necesita apoyo en" in said
        assert "2 de 22 hogares" in said
        assert card.locator("a").get_attribute("href") == f"{AT}/comunidades/C"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert site.complaints == []


def test_a_name_that_tries_to_be_markup_is_drawn_as_text(site: Site) -> None:
    with site.context("oficial") as context:
        page = site.open(context.new_page(), f"{AT}/mapas/problemas")
        page.locator("#mapa .mapa-punto").first.focus()

        page.keyboard.press("Enter")

        card = page.locator(".leaflet-popup-content")
        card.wait_for()
        assert "<script>alert(1)</script>{{ 7 * 7 }}" in card.locator("h3").inner_text()
        assert page.locator("#mapa script").count() == 0
    assert site.complaints == []


def test_only_communities_with_a_gap_are_drawn_when_asked(site: Site) -> None:
    with site.context("oficial") as context:
        page = site.open(context.new_page(), f"{AT}/mapas/brecha?indicador=P-F1&solo=brecha")

        assert page.locator("#mapa .mapa-punto").count() == 2


def test_a_fourth_layer_takes_the_place_of_the_first(site: Site) -> None:
    with site.context("oficial") as context:
        page = site.open(context.new_page(), f"{AT}/mapas?con=problemas&con=recursos")
        page.locator(".leaflet-control-layers-toggle").dispatch_event("click")

        page.get_by_label("Establecimientos de salud").hover()
        page.wait_for_timeout(50)  # Leaflet ignores a click of the instant in which it opens
        page.get_by_label("Establecimientos de salud").click()

        page.wait_for_selector(".mapa-aviso:not(:empty)")
        assert "se quitó" in page.locator(".mapa-aviso").inner_text()
        assert page.locator(".leaflet-control-layers input:checked").count() == 3


@pytest.mark.parametrize(
    "path",
    [
        *(f"{AT}/mapas", f"{AT}/mapas/indicador", f"{AT}/mapas/problemas", f"{AT}/mapas/metodo"),
        *(f"{AT}/mapas/salud-materna-infantil", f"{AT}/mapas/peligros-por-comunidad"),
        *(f"{AT}/mapas/indicador/comparar?indicador=P-F1", "/mapa"),
    ],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious(site: Site, path: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    SHOTS.mkdir(parents=True, exist_ok=True)
    with site.context("oficial", width) as context:
        page = site.open(context.new_page(), path)
        name = path.strip("/").split("?")[0].replace("/", "-")
        page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)

        found = Axe().run(page).response["violations"]

        serious = [
            (one["id"], one["nodes"][0]["html"][:120])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


INDICATOR = f"{AT}/mapas/indicador?indicador=P-F1"


def test_a_community_is_found_by_name_without_accents_and_its_card_opens(site: Site) -> None:
    with site.context("oficial", 360) as context:
        page = site.open(context.new_page(), f"{AT}/mapas")

        page.get_by_label("Buscar en el mapa").fill("bajo nu")
        assert page.locator(".mapa-hallado").all_inner_texts() == ["Bajo Ñuble"]
        page.keyboard.press("Enter")

        page.locator(".leaflet-popup-content h3", has_text="Bajo Ñuble").wait_for()
        assert page.get_by_label("Buscar en el mapa").input_value() == ""
    assert site.complaints == []


def test_a_way_is_measured_with_the_keyboard_alone(site: Site) -> None:
    with site.context("oficial") as context:
        page = site.open(context.new_page(), f"{AT}/mapas")
        page.get_by_role("button", name="Medir distancia").press("Enter")
        page.locator("#mapa").focus()

        page.keyboard.press("Enter")
        for _ in range(2):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(400)
        page.keyboard.press("Enter")

        told = page.locator(".mapa-medido").inner_text()
        assert re.fullmatch(r"[\d.,]+\skm", told)
        assert float(told.split()[0].replace(",", ".")) > 1
        page.keyboard.press("Escape")
        assert page.locator(".mapa-medida").is_hidden()
    assert site.complaints == []


def test_the_slider_colours_by_each_round_and_tells_who_was_seen_in_both(site: Site) -> None:
    with site.context("oficial") as context:
        page = site.open(context.new_page(), INDICATOR)
        slide = page.get_by_role("slider", name="Ronda")
        slide.focus()

        page.keyboard.press("ArrowLeft")
        page.wait_for_selector("text=4 se vieron también en")

        status = page.locator(".mapa-rondas [role=status]").inner_text()
        assert status == "4 comunidades con dato; 4 se vieron también en 2026-A."
        assert slide.get_attribute("aria-valuetext") == "2026-B"
        assert "ronda=2026-B" in page.url
        page.get_by_label("Solo las vistas también en la ronda anterior").check()
        page.wait_for_function("document.querySelectorAll('#mapa .mapa-punto').length === 4")
        assert page.locator('form[action$="/imprimir.pdf"] [name=ronda]').count() == 1
    assert site.complaints == []


def test_all_that_a_page_says_follows_the_slider(site: Site) -> None:
    with site.context("oficial") as context:
        page = site.open(context.new_page(), INDICATOR)
        newest = said_on(page)
        page.get_by_role("slider", name="Ronda").focus()

        page.keyboard.press("Home")
        page.wait_for_url("**ronda=2025-A*")

        followed = said_on(page)
        assert followed["lead"] != newest["lead"]
        assert followed == said_on(site.open(context.new_page(), page.url.removeprefix(site.at)))
    assert site.complaints == []


def said_on(page: Page) -> dict[str, object]:
    """What the page of a map says in words, and where it leads with its choices."""
    return {
        "lead": page.locator(".head .lead").inner_text(),
        "first": page.locator("#primeras li").all_inner_texts(),
        "legend": page.locator(".mapa-leyenda >> visible=true").first.inner_text(),
        "table": page.locator(".mapa-camino a").evaluate("link => link.href"),
        "round": page.locator("#ronda").input_value(),
    }


def test_what_is_seen_stands_in_the_address_and_is_seen_again_by_who_gets_it(site: Site) -> None:
    with site.context("oficial") as context:
        page = site.open(context.new_page(), f"{AT}/mapas")
        assert "vista=" not in page.url
        page.get_by_role("button", name="Acercar").click()
        page.wait_for_url("**vista=*")
        page.wait_for_timeout(400)

        again = site.open(context.new_page(), page.url.removeprefix(site.at))

        boxes = [each.evaluate(SEEN) for each in (page, again)]
        assert boxes[0] == boxes[1]
    assert site.complaints == []


SEEN = """() => {
    const { x, y } = document.getElementById('mapa').getBoundingClientRect()
    return [...document.querySelectorAll('#mapa .mapa-punto')].map(sign => {
        const box = sign.getBoundingClientRect()
        return [Math.round(box.x - x), Math.round(box.y - y)]
    })
}"""


def test_two_rounds_side_by_side_move_together(site: Site) -> None:
    with site.context("oficial") as context:
        page = site.open(context.new_page(), f"{AT}/mapas/indicador/comparar?indicador=P-F1")

        page.locator("#antes").get_by_role("button", name="Acercar").click()
        page.wait_for_timeout(600)

        widths = [
            page.locator(f"#{side} .leaflet-control-scale-line").inner_text()
            for side in ("antes", "despues")
        ]
        assert widths[0] == widths[1]
        assert page.locator("#antes .mapa-punto").count() == len(NAMES)
    assert site.complaints == []


def test_where_problems_crowd_is_shown_on_a_canvas_and_taken_away(site: Site) -> None:
    with site.context("oficial") as context:
        page = site.open(context.new_page(), f"{AT}/mapas/problemas")
        button = page.get_by_role("button", name="Ver dónde se juntan")

        button.click()
        shown = page.locator("canvas.mapa-calor").count()
        button.click()

        assert (shown, page.locator("canvas.mapa-calor").count()) == (1, 0)
    assert site.complaints == []
