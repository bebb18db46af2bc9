"""National maps in a real browser, cold, beside what Folium makes of the same data by itself.

The districts in full detail: ours fetches simplified limits and the values of one indicator;
``folium.Choropleth`` has the file in its page. All populated places: ours fetches vector tiles;
``FastMarkerCluster`` has them in its page, with their names. Both are served from here, packed;
what Folium links to other hosts comes from this machine too, at no distance. Bytes are those
over the wire with all files of the page; shown is when the second frame after the drawing
began; the heap is what is left after its garbage is collected.
"""

import contextlib
import gzip
import os
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench import folium_pages, open_country
from tests.bench.serving import serving
from tests.bench.table import Goal, Row

TURNS = 3
PATIENCE_MS = 90_000
# From which moment on the map is there: the last thing that each does.
OURS_DRAWN = """async () => {
  const two = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  if (!window.drawn) await new Promise(done => addEventListener('sismuni:drawn', done))
  await two()
  return performance.now()
}"""
WATCH = "addEventListener('sismuni:drawn', () => { window.drawn = true })"
THEIRS_DRAWN = """async () => {
  const two = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  await two()
  return performance.now()
}"""
LONG_TASKS = """window.long = []
const watch = list => { for (const each of list.getEntries()) window.long.push(each.duration) }
new PerformanceObserver(watch).observe({ type: 'longtask', buffered: false })"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one cold visit took: bytes over the wire, seconds, bytes of JavaScript heap."""

    bytes: float
    seconds: float
    heap: float


def rows(full: bool) -> Iterator[Row]:
    """Each map against its reference; nothing without the open data or a browser."""
    given, chromium = os.environ.get("SISMUNI_TEST_DATA"), _chromium()
    if not given or not chromium:
        print("  browsing: needs SISMUNI_TEST_DATA and Chromium")
        return
    data, turns = Path(given), TURNS if full else 1
    bed = open_country.made(data)
    with serving(bed.url) as server, sync_playwright() as driver:
        at = f"http://127.0.0.1:{server.port}"
        _wait_for_maps(at)
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield from _against(browser, turns, _choropleth(at, data))
        yield _other_indicator(at)
        yield _smooth(browser, f"{at}/mapa")
        yield from _against(browser, turns, _places(at, data))
        browser.close()


def _chromium() -> str | None:
    return os.environ.get("SISMUNI_TEST_CHROMIUM") or shutil.which("chromium")


@dataclass(frozen=True, slots=True)
class Contest:
    """A map of ours, the page of the reference, and what ours may need of what it needs."""

    name: str
    address: str
    page: bytes
    most: tuple[float, float, float]


def _choropleth(at: str, data: Path) -> Contest:
    page = folium_pages.choropleth(data / "limites" / "peru_distritos_2017_detalle.gpkg")
    return Contest("1,874 districts", f"{at}/mapa", page, (0.2, 0.6, 0.35))


def _places(at: str, data: Path) -> Contest:
    page = folium_pages.cluster(data / "puntos" / "centros_poblados_peru.csv.gz")
    return Contest("94,922 places", f"{at}/mapa/lugares", page, (0.25, 0.5, 0.25))


def _against(browser: Browser, turns: int, contest: Contest) -> Iterator[Row]:
    ours, theirs = [], []
    with _served(contest.page) as reference:
        for _ in range(turns):
            ours.append(_visit(browser, contest.address, OURS_DRAWN))
            theirs.append(_visit(browser, reference, THEIRS_DRAWN))
    figures = (("bytes", "MB", 1e6), ("seconds", "s", 1.0), ("heap", "MB", 1e6))
    for (name, unit, scale), most in zip(figures, contest.most, strict=True):
        words = {"bytes": "bytes", "seconds": "time to show", "heap": "JavaScript heap"}[name]
        yield Row(
            f"{contest.name} in the browser, {words}, against Folium embedded",
            unit,
            [getattr(each, name) / scale for each in ours],
            [getattr(each, name) / scale for each in theirs],
            Goal("<=", most, of_ratio=True),
        )


def _visit(browser: Browser, address: str, drawn: str) -> Seen:
    """One visit with nothing kept from before."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    taken: list[float] = []
    devtools.on("Network.loadingFinished", lambda told: taken.append(told["encodedDataLength"]))
    page.goto(address, wait_until="load", timeout=PATIENCE_MS)
    shown = page.evaluate(drawn) / 1000
    page.wait_for_load_state("networkidle")
    devtools.send("HeapProfiler.collectGarbage")
    heap = devtools.send("Runtime.getHeapUsage")["usedSize"]
    context.close()
    return Seen(sum(taken), shown, heap)


def _other_indicator(at: str) -> Row:
    """What another indicator moves once the limits are there: its values, compressed."""
    address = f"{at}/api/v1/layers/districts/values?indicator={open_country.OTHER}&lang=es"
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        packed = answer.read()
        if answer.headers.get("Content-Encoding") != "gzip":
            raise AssertionError("the values came as they are")
    return Row(
        "another indicator of the national map", "kB", [len(packed) / 1e3], (), Goal("<", 15)
    )


def _smooth(browser: Browser, address: str) -> Row:
    """The longest task while somebody pans and zooms over all districts."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(WATCH)
    page.goto(address)
    page.evaluate(OURS_DRAWN)
    page.evaluate(LONG_TASKS)
    _wander(page)
    longest: float = page.evaluate("Math.max(0, ...window.long)")
    page.close()
    return Row("longest task while panning and zooming over all districts", "ms", [longest], (),
               Goal("<=", 200))  # fmt: skip


def _wander(page: Page) -> None:
    box = page.locator(".mapa-lienzo").bounding_box()
    if box is None:
        raise AssertionError("there is no map")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for step in range(4):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 120, y + 60 * (-1) ** step, steps=8)
        page.mouse.up()
        page.wait_for_timeout(300)
        page.locator(
            ".leaflet-control-zoom-in" if step < 2 else ".leaflet-control-zoom-out"
        ).click()
        page.wait_for_timeout(600)


def _wait_for_maps(at: str) -> None:
    """Until the worker has made what both maps fetch."""
    for path in ("/api/v1/layers/districts", f"{open_country.TILE}"):
        until = time.monotonic() + 120
        while True:
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(at + path).read()
                break
            if time.monotonic() > until:
                raise TimeoutError(path)
            time.sleep(1)


@contextlib.contextmanager
def _served(page: bytes) -> Iterator[str]:
    """A page, packed, behind a port of this machine, with the files that it links."""
    bodies = {"/": (gzip.compress(page, 6), "text/html")} | folium_pages.files()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the library's name
            body, kind = bodies.get(self.path.split("?", 1)[0], (gzip.compress(b""), "text/plain"))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
