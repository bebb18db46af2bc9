"""OGC API - Features over HTTP: what the standards ask, to each reader what the screens show."""

import base64
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from app.gis.feature_requests import CRS_EPSG
from app.operations.layers import registry
from tests import world
from tests.http.town import PASSWORD, Town, a_town
from tests.maps.district import KEPT, NAMED, NAMES, SAID

HERE = f"/d/{world.UBIGEO}/ogc"
ITEMS = f"{HERE}/collections/indicator.P-F1/items"
LATLON = "http://www.opengis.net/def/crs/EPSG/0/4326"
UTM = "http://www.opengis.net/def/crs/EPSG/0/32718"


def got(client: TestClient, path: str, **given: str) -> Any:
    """A document that must be there."""
    asked = {k.replace("_", "-"): v for k, v in given.items()}
    answer = client.get(path, params=asked or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(found: Any) -> list[str]:
    return [each["properties"]["code"] for each in found["features"]]


def basic(login: str, password: str = PASSWORD) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()}


@pytest.mark.parametrize("root", ["/ogc", HERE])
def test_a_root_leads_to_all_that_it_has(mapped: Town, root: str) -> None:
    client = mapped.client("oficial")
    landing = got(client, root)
    links = {each["rel"]: each["href"] for each in landing["links"]}

    for rel in ("service-desc", "conformance", "data"):
        assert client.get(links[rel]).status_code == 200
    listed = got(client, f"{root}/collections")["collections"]
    assert listed
    for each in listed:
        leads = {link["rel"].rpartition("/")[2]: link["href"] for link in each["links"]}
        one = got(client, leads["self"])
        assert one["id"] == each["id"]
        assert set(one["crs"]) == set(CRS_EPSG)
        found = got(client, leads["items"])
        assert found["numberMatched"] == found["numberReturned"] == len(found["features"])
        asked = got(client, leads["queryables"])["properties"]
        for feature in found["features"]:
            assert set(feature["properties"]) == set(asked) - {"geometry"}


def test_every_collection_takes_box_dates_filter_and_system(mapped: Town) -> None:
    client = mapped.client("oficial")

    for root in ("/ogc", HERE):
        for each in got(client, f"{root}/collections")["collections"]:
            at = f"{root}/collections/{quote(each['id'])}/items"
            whole = got(client, at)["numberMatched"]
            for crs in CRS_EPSG:
                answer = client.get(at, params={"crs": crs})
                assert answer.headers["content-crs"] == f"<{crs}>"
                assert answer.json()["numberMatched"] == whole
            assert got(client, at, bbox="0,0,1,1")["numberMatched"] == 0
            assert got(client, at, filter="FALSE")["numberMatched"] == 0
            assert got(client, at, filter="code IS NOT NULL")["numberMatched"] == whole
            assert got(client, at, datetime="../..")["numberMatched"] == whole
            assert got(client, at, code="nada")["numberMatched"] == 0


def test_pages_hold_each_feature_once(mapped: Town) -> None:
    client = mapped.client("oficial")
    whole = codes(got(client, ITEMS))
    address, pages = f"{ITEMS}?limit=1", []
    while address:
        page = got(client, address)
        pages.append(codes(page))
        links = {each["rel"]: each["href"] for each in page["links"]}
        address = links.get("next", "")

    assert [code for page in pages for code in page] == whole == sorted(NAMES)
    assert all(pages)
    back = got(client, links["prev"])
    assert codes(back) == pages[-2]


def test_axes_come_in_the_order_of_their_system(mapped: Town) -> None:
    client = mapped.client("oficial")
    at = f"{ITEMS}/A"
    lon, lat = got(client, at)["geometry"]["coordinates"]
    turned = got(client, at, crs=LATLON)["geometry"]["coordinates"]
    east, north = got(client, at, crs=UTM)["geometry"]["coordinates"]

    assert turned == [lat, lon]
    assert 100_000 < east < 900_000
    assert 9_000_000 < north < 10_000_000
    for box, crs in (
        (f"{lat},{lon},{lat},{lon}", LATLON),
        (f"{east - 1},{north - 1},{east + 1},{north + 1}", UTM),
    ):
        assert codes(got(client, ITEMS, bbox=box, bbox_crs=crs)) == ["A"]


def test_figures_may_be_asked_about(mapped: Town) -> None:
    client = mapped.client("oficial")
    values = {f["id"]: f["properties"]["value"] for f in got(client, ITEMS)["features"]}
    least = min(value for value in values.values() if value is not None)

    found = got(client, ITEMS, filter=f"value > {least} AND n IS NOT NULL")

    assert codes(found) == [code for code, value in values.items() if value and value > least]


def test_dates_are_those_of_the_newest_figure(mapped: Town) -> None:
    client = mapped.client("oficial")
    told = got(client, ITEMS.removesuffix("/items"))["extent"]["temporal"]["interval"][0]
    on = told[0][:10]

    assert got(client, ITEMS, datetime=f"{on}T12:00:00Z")["numberMatched"] == len(NAMES)
    assert got(client, ITEMS, datetime="../2001-01-01T00:00:00Z")["numberMatched"] == 0


def test_country_serves_what_was_imported(mapped: Town) -> None:
    client = mapped.client()

    district = got(client, "/ogc/collections/districts/items")["features"][0]
    figure = got(client, "/ogc/collections/figures.anemia_pct/items", datetime="2025-03-01")
    facility = got(client, "/ogc/collections/facilities/items/00001234")

    assert district["geometry"]["type"] == "MultiPolygon"
    assert figure["features"][0]["properties"]["value"] == 43.2
    assert (
        got(client, "/ogc/collections/figures.anemia_pct/items", datetime="2024-03-01")["features"]
        == []
    )
    assert facility["properties"]["category"] == "I-2"


@pytest.mark.parametrize(
    "query",
    [
        "limite=3",
        "limit=0",
        "limit=x",
        "limit=1&limit=2",
        "offset=-1",
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=-70,-10,-71,-9,5",
        "bbox-crs=EPSG:4326",
        "crs=urn:x",
        "datetime=ayer",
        "filter=secreto%20%3D%201",
        "filter=((",
        "filter=value%20%3D%20'x'",
        "filter-lang=sql",
        "f=html",
        "value=mucho",
        "code=%00",
        'filter-lang=cql2-json&filter={"op":"like","args":[{"property":"name"},"\\u0000"]}',
        'filter-lang=cql2-json&filter={"op":"=","args":[{"property":"name"},"\\ud800"]}',
        "filter-lang=cql2-json&filter=" + "[" * 5_000,
    ],
)
def test_what_is_not_understood_is_said(mapped: Town, query: str) -> None:
    for at in (ITEMS, "/ogc/collections/districts/items", "/ogc/collections/settlements/items"):
        answer = mapped.client("oficial").get(f"{at}?{query}")

        assert answer.status_code == 400, (at, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
        assert answer.json()["remedy"]


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/collections/mentira",
        "/ogc/collections/mentira/items",
        "/ogc/collections/figures.mentira/items",
        "/ogc/collections/districts/items/mentira",
        "/ogc/nada",
        f"{HERE}/collections/gap.mentira/items",
        f"{HERE}/collections/indicator.P-F1/items/mentira",
        f"{HERE}/collections/indicator.P-F1/queryables/x",
        "/d/000000/ogc",
    ],
)
def test_what_is_not_there_is_not_found(mapped: Town, path: str) -> None:
    assert mapped.client("oficial").get(path).status_code == 404


def test_public_finds_nothing_that_was_not_published(mapped: Town) -> None:
    client = mapped.client()
    listed = [each["id"] for each in got(client, f"{HERE}/collections")["collections"]]
    texts = [client.get(f"{HERE}/collections").text]
    for each in listed:
        for part in ("", "/queryables", "/items", "/tiles"):
            texts.append(client.get(f"{HERE}/collections/{quote(each)}{part}").text)

    public = {layer.code for layer in registry.LAYERS if layer.public}
    assert {each.split(".")[0] for each in listed} <= public | {"limits"}
    assert all(word not in text for text in texts for word in (SAID, NAMED, KEPT))


@pytest.mark.parametrize("part", ["", "/items", "/items/A", "/queryables", "/tiles"])
def test_closed_layer_asks_the_public_for_an_account(mapped: Town, part: str) -> None:
    answer = mapped.client().get(f"{HERE}/collections/support{part}")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert mapped.client("oficial").get(f"{HERE}/collections/support").status_code == 200


def test_filter_tells_the_public_nothing_of_hidden_figures(mapped: Town) -> None:
    """A community whose figure was suppressed answers to no question about it."""
    public, official = mapped.client(), mapped.client("oficial")
    hidden = {f["id"] for f in got(official, ITEMS)["features"]}
    hidden -= {
        f["id"] for f in got(public, ITEMS)["features"] if f["properties"]["value"] is not None
    }
    assert hidden

    for asked in (
        "value >= 0",
        "value < 2",
        "NOT (value > 5)",
        "x >= 0",
        "n >= 0",
        "NOT (x > 999)",
    ):
        assert not hidden & set(codes(got(public, ITEMS, filter=asked)))
    for name in ("people_at_risk", "shade", "hidden", "about", "geom_private"):
        assert public.get(ITEMS, params={"filter": f"{name} IS NULL"}).status_code == 400
        assert public.get(ITEMS, params={name: "1"}).status_code == 400


def test_account_opens_its_layers_by_basic(mapped: Town) -> None:
    local = TestClient(mapped.app, client=("127.0.0.1", 50_000))  # type: ignore[arg-type]
    closed = f"{HERE}/collections/support/items"

    assert local.get(closed, headers=basic("oficial")).status_code == 200
    assert local.get(closed, headers=basic("Oficial ")).status_code == 200
    wrong = local.get(closed, headers=basic("oficial", "otra"))
    assert wrong.status_code == 401
    assert wrong.headers["www-authenticate"].startswith("Basic ")
    for header in ("Basic", "Basic ", "Basic !!!", "Basic " + "A" * 5_000, "Basic bm9jb2xvbg=="):
        assert local.get(closed, headers={"authorization": header}).status_code == 401


def test_basic_opens_nothing_else(mapped: Town) -> None:
    local = TestClient(mapped.app, client=("127.0.0.1", 50_000), follow_redirects=False)  # type: ignore[arg-type]

    assert local.get("/cuenta", headers=basic("oficial")).status_code in {303, 401}
    at = f"/api/v1/districts/{world.UBIGEO}/layers/support"
    assert local.get(at, headers=basic("oficial")).status_code == 401


def test_password_is_not_taken_where_others_could_read_it(mapped: Town) -> None:
    closed = f"{HERE}/collections/support/items"
    away = TestClient(mapped.app, client=("192.168.1.9", 50_000))  # type: ignore[arg-type]
    proxied = TestClient(mapped.app, client=("127.0.0.1", 50_000))  # type: ignore[arg-type]

    assert away.get(closed, headers=basic("oficial")).status_code == 403
    assert (
        proxied.get(closed, headers={**basic("oficial"), "x-forwarded-for": "1.2.3.4"}).status_code
        == 403
    )


def test_tries_of_passwords_are_counted_with_those_of_the_door(mapped: Town, tmp_path: Any) -> None:
    with a_town(mapped.settings.url, tmp_path, logins_a_minute=3) as town:
        local = TestClient(town.app, client=("127.0.0.1", 50_000))  # type: ignore[arg-type]
        good = [local.get(HERE, headers=basic("oficial")).status_code for _ in range(9)]
        bad = [
            local.get(HERE, headers=basic("oficial", f"otra{at}")).status_code for at in range(4)
        ]
        door = local.post("/entrar", data={"login": "oficial", "password": PASSWORD})
        still = local.get(HERE, headers=basic("oficial")).status_code

    assert good == [200] * 9
    assert bad == [401, 401, 429, 429]
    assert door.status_code == 429
    assert still == 200


def test_ended_account_and_changed_password_open_nothing(mapped: Town) -> None:
    local = TestClient(mapped.app, client=("127.0.0.1", 50_000))  # type: ignore[arg-type]
    closed = f"{HERE}/collections/support/items"
    assert local.get(closed, headers=basic("oficial")).status_code == 200

    with mapped.store.writing() as session:
        session.get_one(
            type(mapped.account("oficial")), mapped.account("oficial").id
        ).password_hash = "x"
    assert local.get(closed, headers=basic("oficial")).status_code == 401

    assert local.get(closed, headers=basic("planificadora")).status_code == 200
    with mapped.store.writing() as session:
        session.get_one(
            type(mapped.account("oficial")), mapped.account("planificadora").id
        ).active = False
    assert local.get(closed, headers=basic("planificadora")).status_code == 401


def test_people_find_a_page_that_says_how_to_open_it(mapped: Town) -> None:
    page = mapped.client().get(HERE, headers={"accept": "text/html,*/*"})

    assert page.headers["content-type"].startswith("text/html")
    assert "QGIS" in page.text
    assert "support" not in page.text
    assert mapped.client().get(HERE).headers["content-type"] == "application/json"
