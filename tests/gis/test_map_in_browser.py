"""In a real browser, under the real policy: drawn, silent towards others, usable by keyboard."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import shapely
from playwright.sync_api import Browser, Page

from app.gis import geojson, maps
from app.gis.crs import Bounds
from app.gis.geojson import Feature
from app.gis.maps import MapView, Style
from tests.gis.conftest import a_square
from tests.gis.test_maps import CROWD, LAYER, ROOT, WATER, squares

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'self'; script-src 'nonce-abc123'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'"
)
EVIL = "<img src=x onerror=alert(1)><script>alert(1)</script>"
VALUES = {"0": {"value": 0.1, "x": 4, "n": 40}, "1": 0.9, "2": None}


class Site(SimpleHTTPRequestHandler):
    """Pages of the test beside the static files of the tree."""

    def translate_path(self, path: str) -> str:
        name = path.split("?", maxsplit=1)[0]
        root = str(ROOT / "web") if name.startswith("/static/") else str(self.directory)
        return root + name

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Address of a server of the test's own files; the vendored ones come from set-up."""
    if not (ROOT / "web/static/vendor/leaflet/leaflet.js").exists():
        pytest.skip("falta web/static/vendor: ejecute la instalación")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def a_feature(place: int, shape: shapely.Geometry) -> Feature:
    properties = {"code": str(place), "name": f"{EVIL} {place}", "href": f"/d/{place}"}
    return Feature(shape, properties | {"people": 200 * place})


@pytest.fixture
def view(tmp_path: Path) -> MapView:
    """Three squares and three points, one of each without data."""
    squares = [a_square(-76.2 + place / 100) for place in range(3)]
    points = [square.centroid for square in squares]
    for name, shapes in (("squares", squares), ("points", points)):
        found = geojson.feature_collection(a_feature(*one) for one in enumerate(shapes))
        (tmp_path / f"{name}.json").write_bytes(found)
    (tmp_path / "values.json").write_text(json.dumps({"values": VALUES}))
    (tmp_path / "favicon.ico").touch()
    areas = replace(LAYER, url="/squares.json", values_url="/values.json", label=EVIL)
    dots = replace(areas, code="pueblos", url="/points.json", style=Style.POINTS, legend=WATER)
    return MapView("Agua", (areas, dots), "abc123", "/tabla", Bounds(-76.2, -10, -76.17, -9.99))


class Seen:
    """A page that was opened, with what it asked for and what it complained of."""

    def __init__(self, browser: Browser, width: int = 800) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 800})
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, site: str, view: MapView, tmp_path: Path) -> Page:
        (tmp_path / "mapa.html").write_text(maps.shell(view), encoding="utf-8")
        self.page.goto(f"{site}/mapa.html")
        self.page.wait_for_selector(".mapa-aviso:empty", state="attached")
        self.page.wait_for_load_state("networkidle")
        return self.page


def test_nobody_else_is_asked_and_the_policy_is_kept(
    browser: Browser, site: str, view: MapView, tmp_path: Path
) -> None:
    seen = Seen(browser)

    page = seen.open(site, view, tmp_path)

    assert [url for url in seen.asked if not url.startswith(site + "/")] == []
    assert seen.complaints == []
    assert page.locator("#mapa path.leaflet-interactive").count() == 3
    assert page.locator("#mapa .mapa-punto").count() == 3


def test_what_is_not_known_is_hatched_or_a_dashed_ring(
    browser: Browser, site: str, view: MapView, tmp_path: Path
) -> None:
    page = Seen(browser).open(site, view, tmp_path)

    fills = page.eval_on_selector_all(
        "#mapa path.leaflet-interactive", "all => all.map(one => one.getAttribute('fill'))"
    )
    dashes = page.eval_on_selector_all(
        "#mapa .mapa-punto path", "all => all.map(one => one.getAttribute('stroke-dasharray'))"
    )
    assert WATER.classes is not None
    assert fills == [*(WATER.classes.colour_of(value) for value in (0.1, 0.9)), "url(#mapa-trama)"]
    assert dashes == ["none", "none", "4 3"]


def test_a_shape_is_chosen_by_keyboard_and_its_name_stays_text(
    browser: Browser, site: str, view: MapView, tmp_path: Path
) -> None:
    page = Seen(browser).open(site, view, tmp_path)
    page.evaluate("document.addEventListener('sismuni:select', e => window.chosen = e.detail)")
    page.locator("#mapa path.leaflet-interactive").first.focus()

    page.keyboard.press("Enter")

    card = page.locator(".leaflet-popup-content")
    card.wait_for()
    assert page.evaluate("window.chosen") == {
        "layer": "agua",
        "code": "0",
        "name": f"{EVIL} 0",
        "href": "/d/0",
    }
    assert card.locator("h3").inner_text() == f"{EVIL} 0"
    assert card.locator("p").first.inner_text().replace("\xa0", " ") == "4 de 40 (10 %)"
    assert card.locator("a").get_attribute("href") == "/d/0"
    assert page.locator("#mapa img, #mapa script").count() == 0


def test_markers_have_a_name_for_who_does_not_see_them(
    browser: Browser, site: str, view: MapView, tmp_path: Path
) -> None:
    page = Seen(browser).open(site, view, tmp_path)

    names = page.eval_on_selector_all(
        "#mapa .mapa-punto", "all => all.map(one => one.getAttribute('aria-label'))"
    )
    assert names[2] == f"{EVIL} 2: no se sabe"


def test_a_layer_that_cannot_be_fetched_says_so_and_can_be_tried_again(
    browser: Browser, site: str, view: MapView, tmp_path: Path
) -> None:
    content = (tmp_path / "squares.json").read_bytes()
    (tmp_path / "squares.json").unlink()
    only = replace(view, layers=(replace(view.layers[0], label="Agua"),))
    (tmp_path / "mapa.html").write_text(maps.shell(only), encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{site}/mapa.html")
    again = page.get_by_role("button", name="Volver a intentar")
    again.wait_for()
    assert "No se pudo cargar «Agua»" in page.locator(".mapa-aviso").inner_text()
    (tmp_path / "squares.json").write_bytes(content)

    again.click()

    page.wait_for_selector("#mapa path.leaflet-interactive", state="attached")
    assert page.locator(".mapa-aviso").inner_text() == ""


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_the_screen_and_axe_finds_nothing_serious(
    browser: Browser, site: str, view: MapView, tmp_path: Path, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = Seen(browser, width).open(site, view, tmp_path)

    found = Axe().run(page).response["violations"]
    serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_heaps_of_points_are_named_and_open_by_keyboard(
    browser: Browser, site: str, view: MapView, tmp_path: Path
) -> None:
    heaped = replace(
        view, layers=(replace(view.layers[1], cluster=True),), bounds=Bounds(-77, -11, -75, -9)
    )
    page = Seen(browser).open(site, heaped, tmp_path)

    assert page.locator(".mapa-monton").inner_text().split() == ["3", "3", "lugares"]


@pytest.fixture
def crowd(tmp_path: Path, view: MapView) -> MapView:
    """So many areas that they are painted, one of them in the middle; no odd one has data."""
    topology = squares()
    for at, each in enumerate(topology["objects"]["layer"]["geometries"]):
        each["properties"] = {"name": EVIL if at == MIDDLE else f"Distrito {at}", "href": f"/{at}"}
    (tmp_path / "crowd.json").write_text(json.dumps(topology))
    values = {str(at): 0.1 for at in range(0, CROWD, 2)}
    (tmp_path / "few.json").write_text(json.dumps({"values": values}))
    areas = replace(LAYER, url="/crowd.json", values_url="/few.json", label="Distritos")
    return MapView("Agua", (areas,), "abc123", "/tabla", Bounds(-74.8175, -9.02, -74.7775, -8.979))


MIDDLE = 202
COLOUR_AT = """([x, y]) => {
  const canvas = document.querySelector('#mapa canvas')
  const box = canvas.getBoundingClientRect()
  const scale = canvas.width / box.width
  const found = canvas.getContext('2d').getImageData((x - box.x) * scale, (y - box.y) * scale, 1, 1)
  return '#' + [...found.data].slice(0, 3).map(one => one.toString(16).padStart(2, '0')).join('')
}"""


def test_many_areas_are_painted_and_each_says_its_own(
    browser: Browser, site: str, crowd: MapView, tmp_path: Path
) -> None:
    seen = Seen(browser)
    page = seen.open(site, crowd, tmp_path)
    box = page.locator("#mapa").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    colour = page.evaluate(COLOUR_AT, [x, y])

    page.mouse.move(x - 3, y)
    page.mouse.move(x, y, steps=3)
    page.locator(".leaflet-tooltip").wait_for()
    said = page.locator(".leaflet-tooltip").inner_text()
    page.mouse.click(x, y)
    card = page.locator(".leaflet-popup-content")
    card.wait_for()
    opened = card.locator("h3").inner_text(), card.locator("a").get_attribute("href")
    page.get_by_label("Buscar en el mapa").fill("distrito 201")
    page.get_by_role("button", name="Distrito 201").click()
    page.get_by_role("heading", name="Distrito 201").wait_for()

    assert page.locator("#mapa .leaflet-overlay-pane path").count() == 0
    assert LAYER.legend.classes is not None
    wanted = LAYER.legend.classes.colour_of(0.1)
    assert [int(colour[at : at + 2], 16) for at in (1, 3, 5)] == pytest.approx(
        [int(wanted[at : at + 2], 16) for at in (1, 3, 5)], abs=3
    )
    assert said == f"{EVIL}: 10\xa0%"
    assert opened == (EVIL, f"/{MIDDLE}")
    assert "no se sabe" in card.inner_text()
    # What the test itself reads of the canvas, Chromium would rather have told beforehand.
    assert [said for said in seen.complaints if "willReadFrequently" not in said] == []
