"""What a person reads: figures, days, and every component on one page."""

import os
import re
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.capture import definitions
from app.pages import look

WEB = Path(__file__).resolve().parents[2] / "web"
SEEDS = WEB.parent / "seeds"
INSTRUMENTS = SEEDS / "instruments"
NOW = datetime(2026, 11, 21, 22, 20, tzinfo=UTC)
CHROMIUM = os.environ.get("SISMUNI_TEST_CHROMIUM", "")


def a_page(template: str, lang: str = "es", **more: Any) -> str:
    context = {
        "here": "/d/999901/prioridades?orden=brecha&ver=10",
        "actor": {"name": "Rosa Quispe", "roles": ["planner"]},
        "district": {"ubigeo": "999901", "name": "Valle de Ejemplo"},
        "nav": [
            ("Distrito", "/d/999901", False, None),
            ("Comunidades", "/d/999901/comunidades", False, None),
            ("Bandeja", "/d/999901/bandeja", False, 6),
            ("Prioridades", "/d/999901/prioridades", True, None),
            ("Plan", "/d/999901/plan", False, None),
            ("Presupuesto", "/d/999901/presupuesto/2028", False, None),
            ("Mapas", "/d/999901/mapas", False, None),
        ],
        "chain": [
            ("412 fichas", "/fichas"),
            ("38 indicadores", "/indicadores"),
            ("Prioridades (borrador)", ""),
            ("objetivo del PDLC: falta enlazar 2", None),
            ("9 propuestas", "/propuestas"),
        ],
        "flashes": [("good", "Versión congelada."), ("bad", "No se pudo enviar una ficha.")],
        "demo": True,
        "csrf": "no-secret",
        "nonce": "",
        "title": "Guía de estilo",
        "now": NOW,
    } | more
    return look.environment(WEB / "templates", "1", lang).get_template(template).render(context)


@pytest.mark.parametrize(
    ("centimos", "es", "en"),
    [
        (123450, "S/\u00a01\u202f234,50", "S/\u00a01,234.50"),
        (0, "S/\u00a00", "S/\u00a00"),
        (48_500_00, "S/\u00a048\u202f500", "S/\u00a048,500"),
        (-5, "−S/\u00a00,05", "−S/\u00a00.05"),
        (None, "no se sabe", "not known"),
    ],
)
def test_money_reads_as_it_is_written_in_each_language(
    centimos: int | None, es: str, en: str
) -> None:
    assert (look.soles(centimos), look.soles(centimos, "en")) == (es, en)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0\u00a0%"),
        (0.001, "menos de 1\u00a0%"),
        (0.385, "39\u00a0%"),
        (12 / 31, "39\u00a0%"),
        (0.999, "más de 99\u00a0%"),
        (1, "100\u00a0%"),
        (None, "no se sabe"),
    ],
)
def test_a_share_never_claims_none_or_all_by_rounding(value: float | None, text: str) -> None:
    assert look.share(value) == text


def test_a_share_carries_its_count_beside_it() -> None:
    assert (look.of(12, 31), look.of(12, 31, "en"), look.of(None, 31)) == (
        "12 de 31",
        "12 of 31",
        "no se sabe",
    )


def test_an_instant_is_told_by_the_clock_of_lima() -> None:
    late = datetime(2026, 12, 1, 3, 5, tzinfo=UTC)

    assert look.when(late) == "30\u00a0nov\u00a02026, 22:05"
    assert look.day(late, "en") == "30\u00a0Nov\u00a02026"
    assert look.long_day(date(2026, 9, 1)) == "1 de setiembre de 2026"


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        look.when(datetime(2026, 1, 1))


@given(st.integers(min_value=0, max_value=10**15))
def test_money_keeps_every_centimo(centimos: int) -> None:
    whole, _, cents = look.soles(centimos).partition(",")

    assert int(re.sub(r"\D", "", whole)) * 100 + int(cents or 0) == centimos


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_nothing_is_drawn_outside_its_axis(value: float) -> None:
    at = float(look.percent_at(value).removesuffix("%"))

    assert 0 <= at <= 100


def test_a_label_falls_back_to_spanish() -> None:
    assert look.label({"es": "agua"}, "en") == "agua"


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_component_renders_under_a_strict_policy(lang: str) -> None:
    page = a_page("styleguide.html", lang)

    assert f'<html lang="{lang}">' in page
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=|javascript:", page) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag] == []
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page) == []


def test_ids_on_the_styleguide_are_unique() -> None:
    page = re.sub(r"<template>.*?</template>", "", a_page("styleguide.html"), flags=re.S)
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert sorted({i for i in ids if ids.count(i) > 1}) == []
    assert set(re.findall(r'href="#(f-[^"]+)"', page)) <= set(ids)


FORM = """{% from "components/forms.html" import draft_form, section %}
{% call draft_form("/enviar", "c", "/borrador", "clave") %}
{% for s in instrument.sections %}{{ section(s.title, s.fields, answers) }}{% endfor %}
{% endcall %}"""


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("code", sorted(p.stem for p in INSTRUMENTS.glob("*.yaml")))
def test_every_question_of_every_instrument_has_its_control(code: str, lang: str) -> None:
    lists = definitions.choice_lists(SEEDS / "choices.yaml")
    instrument = definitions.load(INSTRUMENTS / f"{code}.yaml", lists)
    env = look.environment(WEB / "templates", "1", lang)

    form = env.from_string(FORM).render(instrument=instrument, answers={})

    names = set(re.findall(r'name="([^"]+)"', form))
    asked = {
        "".join(f"{repeat}.0." for repeat in chain) + field.code
        for field, chain in instrument.walk()
        if field.answered and field.type != "repeat" and not (field.source and not field.choices)
    }
    assert asked - names == set()
    assert re.findall(r"\sstyle=|\son[a-z]+=", form) == []


def test_what_people_wrote_is_never_taken_for_markup() -> None:
    page = a_page("error.html", status=404, what="<b>no</b>", remedy="'\"><script>", rows=())

    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "><script>" not in page


def test_the_missing_link_of_the_chain_is_named() -> None:
    page = a_page("styleguide.html")

    assert re.search(r'<li class="gap"><span>objetivo del PDLC: falta enlazar 2', page)


def test_the_other_language_leads_back_to_the_same_page() -> None:
    page = a_page("styleguide.html")

    back = "/d/999901/prioridades%3Forden%3Dbrecha%26ver%3D10"
    assert f'href="/idioma?l=en&amp;next={back}"' in page


def test_styles_and_modules_stay_small() -> None:
    sizes = {path.stem: path.stat().st_size for path in (WEB / "static/css").glob("*.css")}
    everywhere = sizes.pop("sismuni") + sizes.pop("print")
    ours = ("app", "draft", "geometry-field", "job-progress", "repeat", "table")
    modules = sum((WEB / f"static/js/{name}.js").stat().st_size for name in ours)

    assert everywhere < 30_000
    assert max(sizes.values()) < 6_000  # a page loads one or two of these besides
    assert modules < 40_000


class _Quiet(SimpleHTTPRequestHandler):
    """Serves the page under a policy as strict as the application's."""

    pages: dict[str, str]

    def do_GET(self) -> None:
        if (page := self.pages.get(self.path)) is None:
            super().do_GET()
            return
        body = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"saved_at": "2026-11-21T15:42:00Z", "version": "2"}')

    def log_message(self, *_: object) -> None:
        """Say nothing: a test speaks by its assert."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    _Quiet.pages = {"/": a_page("styleguide.html"), "/en": a_page("styleguide.html", "en")}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(WEB)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="SISMUNI_TEST_CHROMIUM is not set")


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("width", [360, 1280])
def test_nobody_is_shut_out(site: str, browser: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(site)
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.close()

    serious = [
        (v["id"], [n["html"][:120] for n in v["nodes"]])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert overflow <= 0


@pytest.mark.browser
@needs_chromium
def test_tables_sort_and_filter_and_say_so(site: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(site)
    page.wait_for_selector("#tabla-comunidades thead button")
    heads = page.locator("#tabla-comunidades thead th")
    heads.nth(1).get_by_role("button").click()
    largest = page.locator("#tabla-comunidades tbody th").first.inner_text()
    heads.nth(2).get_by_role("button").click()
    unknown_last = page.locator("#tabla-comunidades tbody th").last.inner_text()
    page.fill("#tabla-comunidades-q", "nahui")
    shown = page.locator("#tabla-comunidades tbody tr:visible").count()
    order = heads.nth(2).get_attribute("aria-sort")
    page.close()

    assert (largest, unknown_last, shown) == ("Nueva Esperanza", "Ñahuinpuquio", 1)
    assert order == "descending"


@pytest.mark.browser
@needs_chromium
def test_a_form_saves_itself_and_survives_a_lost_line(site: str, browser: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(site)
    page.wait_for_selector("[data-repeat-add]:visible")
    page.fill("#f-nombre", "Asamblea de mayo")
    page.wait_for_selector("[data-draft-status]:has-text('Guardado 10:42')")
    page.route("**/styleguide-draft", lambda route: route.abort())
    page.click("[data-repeat-add]")
    page.fill("#f-problemas\\.3\\.titulo", "Sin luz")
    page.wait_for_selector("[data-draft-status]:has-text('Sin conexión')")
    # What the server holds must be older than what this device holds, whatever its clock says.
    _Quiet.pages["/later"] = a_page("styleguide.html", now=datetime(2020, 1, 1, tzinfo=UTC))
    page.goto(site + "/later")
    page.wait_for_selector("[data-draft-status]:has-text('Se recuperó')")
    name, added = page.input_value("#f-nombre"), page.input_value("#f-problemas\\.3\\.titulo")
    context.close()

    assert (name, added) == ("Asamblea de mayo", "Sin luz")


@pytest.mark.browser
@needs_chromium
def test_what_is_typed_before_the_scripts_arrive_is_kept(site: str, browser: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/draft.js*", hold)
    page.goto(site, wait_until="commit")
    page.fill("#f-nombre", "Asamblea de junio")
    page.wait_for_function("() => document.readyState === 'complete'")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.wait_for_selector("[data-draft-status]:has-text('Guardado 10:42')")
    context.close()


@pytest.mark.browser
@needs_chromium
def test_typed_coordinates_and_the_hidden_geometry_agree(site: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(site)
    page.wait_for_selector(".geo .tools .btn", state="attached")
    # A click would close it where the page itself had opened it, having no map.
    page.locator("#f-casa").locator("xpath=ancestor::details").evaluate("e => { e.open = true }")
    page.fill("#f-casa", "-9,95; -76,25")
    stored = page.locator("input[name=casa]").input_value()
    page.fill("#f-casa", "por el río")
    told = page.locator("[data-geometry]:has(#f-casa) > [role=status]").inner_text()
    page.close()

    assert stored == '{"type":"Point","coordinates":[-76.25,-9.95]}'
    assert "No se entiende la línea 1" in told
