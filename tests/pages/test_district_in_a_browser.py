"""The district's pages in Chromium: nobody is shut out, and the weights move the list."""

import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from app.operations import needs
from app.records import places
from tests.http.town import Town
from tests.pages.district_town import AT, CODE, YEAR

CHROMIUM = os.environ.get("SISMUNI_TEST_CHROMIUM", "")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="SISMUNI_TEST_CHROMIUM is not set"),
]
PAGES = (
    AT,
    f"{AT}/prioridades?gap=70&people=10&equity=10&assembly=10",
    f"{AT}/prioridades/P-F2",
    f"{AT}/visitas",
    f"{AT}/metas",
    f"{AT}/presupuesto",
    f"{AT}/presupuesto/{YEAR}",
    f"{AT}/datos",
)


@pytest.fixture
def site(district: Town) -> Iterator[str]:
    """The application on a free port of this machine."""
    config = uvicorn.Config(district.app, host="127.0.0.1", port=0, log_level="warning")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def a_window(browser: Any, site: str, town: Town, login: str, width: int) -> Any:
    context = browser.new_context(viewport={"width": width, "height": 900})
    if login:
        context.add_cookies([{"name": "sismuni", "value": town.token(login), "url": site}])
    return context.new_page()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("login", ["planner", ""])
def test_nobody_is_shut_out(
    district: Town, site: str, browser: Any, login: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = a_window(browser, site, district, login, width)
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    wrong = {}
    for path in PAGES:
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
        found = [
            (v["id"], [n["html"][:120] for n in v["nodes"]])
            for v in Axe().run(page).response["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if found or over > 0 or said:
            wrong[path] = (found, over, list(said))

    assert wrong == {}


def test_a_slider_shares_the_rest_and_moves_the_list_alone(
    district: Town, site: str, browser: Any
) -> None:
    page = a_window(browser, site, district, "planner", 1280)
    page.goto(f"{site}{AT}/prioridades")
    page.wait_for_selector("[data-weights] input[type=range]")
    with page.expect_response(lambda answer: "people=100" in answer.url):
        page.locator("[data-weights] input[type=range]").nth(1).fill("100")

    page.wait_for_selector("[data-live=said] b")

    boxes = page.locator("[data-weights] input[type=number]")
    assert [boxes.nth(i).input_value() for i in range(4)] == ["0", "100", "0", "0"]
    assert page.locator("[data-sum]").inner_text() == "100"
    assert "Con estos pesos cambia" in page.locator("[data-live=said]").inner_text()
    assert page.locator("[data-live=keep] input[name=people]").get_attribute("value") == "100"
    with district.store.reading() as session:
        where = places.district(session, CODE)
        assert needs.weightings(session, where) == []
