"""The map of all populated places: by tiles, each place with its name, nothing of other hosts."""

import pytest
from shapely import Point

from app.records import stamps
from app.records.base import folded
from app.records.territory import Settlement
from app.store.spatial import to_column
from tests import world
from tests.http.town import Town
from tests.maps.test_maps_in_browser import Site, site

__all__ = ["site"]  # a fixture


def settle(town: Town) -> None:
    """Two places of the district."""
    with town.store.writing() as session:
        for number, name in ((1, "Ñahuimpuquio"), (2, "<b>Tingo</b>")):
            session.add(
                Settlement(
                    code=f"{world.UBIGEO}{number:04}",
                    name=name,
                    search=folded(name),
                    district_code=world.UBIGEO,
                    geom=to_column(Point(-76.5 + number / 10, -7.0)),
                )
            )
        stamps.bump(session, "territory")


def test_without_places_the_page_says_what_to_do(mapped: Town) -> None:
    page = mapped.client().get("/mapa/lugares").text

    assert "debe importar antes el padrón" in page


def test_the_page_holds_an_address_and_no_place(mapped: Town) -> None:
    settle(mapped)

    page = mapped.client().get("/mapa/lugares").text

    assert "2 lugares del padrón" in page
    assert "/ogc/collections/settlements/tiles/WebMercatorQuad/{z}/{y}/{x}" in page
    assert "impuquio" not in page


@pytest.mark.browser
def test_a_dot_says_the_name_of_its_place(site: Site) -> None:
    settle(site.town)
    page = site.context().new_page()

    page.goto(f"{site.at}/mapa/lugares")
    page.wait_for_function(DOTS)
    box = page.locator("#mapa").bounding_box()
    assert box is not None
    # Of two places side by side the map shows one at each end of its middle.
    spot = page.evaluate(SPOT)
    page.mouse.click(box["x"] + spot[0], box["y"] + spot[1])
    card = page.locator(".leaflet-popup-content")

    assert card.locator("b").inner_text() in ("Ñahuimpuquio", "<b>Tingo</b>")
    assert card.locator("a").get_attribute("href") in (
        f"/lugares?q={world.UBIGEO}0001",
        f"/lugares?q={world.UBIGEO}0002",
    )
    assert not site.foreign
    # What the test itself reads of the canvas, Chromium would rather have told beforehand.
    assert not [text for text in site.complaints if "willReadFrequently" not in text]


DOTS = """() => [...document.querySelectorAll('#mapa canvas.leaflet-tile')].some(canvas =>
  canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(v => v))"""
SPOT = """() => {
  const frame = document.querySelector('#mapa').getBoundingClientRect()
  for (const canvas of document.querySelectorAll('#mapa canvas.leaflet-tile')) {
    const { width, height } = canvas
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
    const at = data.findIndex((value, place) => place % 4 === 3 && value > 200)
    if (at < 0) continue
    const [x, y] = [((at - 3) / 4) % width, Math.floor((at - 3) / 4 / width)]
    const box = canvas.getBoundingClientRect()
    const left = box.x - frame.x + x * box.width / width
    const top = box.y - frame.y + y * box.height / height
    const inside = left > 60 && left < frame.width - 20 && top > 20 && top < frame.height - 20
    if (inside) return [left, top]
  }
}"""
