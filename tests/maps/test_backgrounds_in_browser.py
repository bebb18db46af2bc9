"""In a real browser: pictures of one's own, and of another host where somebody asked for them."""

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from app.operations import importing, trail
from app.operations.importing import Wish
from app.records import places
from app.settings import ROOT
from tests import world
from tests.http.town import Town, a_town
from tests.maps.district import settle
from tests.maps.test_maps_in_browser import AT, SHOTS, Site
from tests.pictures import ABOUT, MINE, mbtiles, picture, tiles
from tests.worlds import Worlds

pytestmark = pytest.mark.browser
BOX = (-76.8, -7.2, -76.2, -6.8)  # the district's
ZOOMS = range(8, 14)
SHOWN = "#mapa .leaflet-pictures-pane img.leaflet-tile-loaded"
CREDIT = "#mapa .leaflet-control-attribution"


@contextmanager
def serving(town: Town, browser: Browser) -> Iterator[Site]:
    """The application behind a port of its own."""
    if not (ROOT / "web/static/vendor/leaflet/leaflet.js").exists():
        pytest.skip("falta web/static/vendor: ejecute la instalación")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    config = uvicorn.Config(town.app, port=port, log_level="warning", lifespan="off")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield Site(town, f"http://127.0.0.1:{port}", browser)
    finally:
        server.should_exit = True
        thread.join()


def bring(town: Town, path: Path) -> None:
    """A published background of the whole district, of two colours like a board."""
    colours = (picture("#88aa66"), picture("#7799aa"))
    held = {tile: colours[(tile.x + tile.y) % 2] for tile in tiles(BOX, ZOOMS)}
    mbtiles(path, held, ABOUT | {"name": "Ortofoto <b>2024</b>"})
    with town.store.reading() as session:
        where = places.district(session, world.UBIGEO)
    assert where.place_id is not None
    wish = Wish("backgrounds", "fondo.mbtiles", {}, (where.code, where.place_id))
    stream = io.BytesIO(path.read_bytes())
    batch = importing.preview(town.store, town.settings, trail.SYSTEM, wish, stream)
    importing.publish(town.store, town.settings, trail.SYSTEM, batch.uuid)


def choose(page: Page, label: str) -> None:
    """Choose what lies under the map, in its list of layers."""
    page.locator(".leaflet-control-layers").hover()
    page.wait_for_timeout(100)  # the click that opens the list chooses nothing in it
    page.locator(".leaflet-control-layers-base label", has_text=label).locator("input").click()


@pytest.mark.parametrize("width", [360, 1280])
def test_pictures_of_one_s_own_lie_under_the_map_and_nobody_else_is_asked(
    mapped: Town, browser: Browser, tmp_path: Path, width: int
) -> None:
    bring(mapped, tmp_path / "fondo.mbtiles")
    SHOTS.mkdir(parents=True, exist_ok=True)
    with serving(mapped, browser) as site, site.context("oficial", width) as context:
        page = site.open(context.new_page(), f"{AT}/mapas")

        page.wait_for_selector(SHOWN)
        page.screenshot(path=SHOTS / f"fondo-propio-{width}.png")
        credit = page.locator(CREDIT).inner_text()
        marks = page.locator("#mapa .mapa-punto").count()
        choose(page, "Fondo simple")
        page.wait_for_selector(SHOWN, state="detached")
        plain = page.url
        choose(page, "Ortofoto 2024")
        page.wait_for_selector(SHOWN)

        assert credit == MINE
        assert marks == 5
        assert "fondo=simple" in plain
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        site.open(page, plain.removeprefix(site.at))
        assert page.locator(SHOWN).count() == 0
    assert site.foreign == []
    assert site.complaints == []


class Pictures(BaseHTTPRequestHandler):
    """Another host: a picture for every address."""

    def do_GET(self) -> None:
        """One picture."""
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(picture("#cc9944"))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of another host that gives pictures."""
    server = ThreadingHTTPServer(("127.0.0.2", 0), Pictures)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.2:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_host_of_the_setting_is_asked_and_named_and_no_other_is_let_in(
    worlds: Worlds, browser: Browser, elsewhere: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{(tmp_path / 'sismuni.db').as_posix()}"
    worlds.fill_at(url, settle)
    with (
        a_town(url, tmp_path, online_tiles=f"{elsewhere}/capa/{{z}}/{{x}}/{{y}}.png") as town,
        serving(town, browser) as site,
        site.context() as context,
    ):
        page = site.open(context.new_page(), f"{AT}/mapas")

        page.wait_for_selector(SHOWN)
        page.screenshot(path=SHOTS / "fondo-en-linea.png")
        credit = page.locator(CREDIT).inner_text()
        asked = set(site.foreign)
        page.evaluate("() => { new Image().src = 'http://127.0.0.3:9/tile.png' }")
        page.wait_for_timeout(200)

    assert asked
    assert all(each.startswith(f"{elsewhere}/capa/") for each in asked)
    assert credit == elsewhere.removeprefix("http://")
    assert any(
        "Content Security Policy" in said and "127.0.0.3" in said for said in site.complaints
    )
