"""A file is seen on the map before anything of it is stored, each row as what becomes of it."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app import worker
from tests.http.town import DISTRICT, Town

PAGES = "/administracion/importaciones"
API = "/api/v1/imports"
HEAD = "codigo,nombre,ubigeo,lon,lat\n"
ROWS = (
    f"N1,Nueva,{DISTRICT},-76.5,-7.0\n"
    f"N2,Sin signo,{DISTRICT},76.5,-7.1\n"
    f"N3,Cambiada,{DISTRICT},-7.2,-76.5\n"
    f"N4,Cero,{DISTRICT},0,0\n"
    f"N5,Sin lugar,{DISTRICT},,\n"
)


@pytest.fixture
def root(town: Town) -> TestClient:
    """The administrator's browser."""
    client = town.client("root")
    client.headers["X-CSRF-Token"] = town.csrf("root")
    return client


def checked(town: Town, client: TestClient, kind: str, file: tuple[str, str]) -> str:
    """Send a file and let the worker look at it; its key."""
    answer = client.post(API, data={"kind": kind}, files={"file": (*file, "text/plain")})
    assert answer.status_code == 202, answer.text
    worker.run(town.settings, idle_s=0)
    return str(answer.headers["location"]).rsplit("/", 1)[1]


def drawn(client: TestClient, uuid: str, what: str = "vista") -> dict[str, dict[str, Any]]:
    """The features of the map by their name."""
    answer = client.get(f"{PAGES}/{uuid}/{what}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/geo+json")
    return {each["properties"]["name"]: each for each in answer.json()["features"]}


def test_each_row_is_drawn_as_what_becomes_of_it(town: Town, root: TestClient) -> None:
    uuid = checked(town, root, "communities", ("comunidades.csv", HEAD + ROWS))

    found = drawn(root, uuid)
    page = root.get(f"{PAGES}/{uuid}").text

    assert {name: each["properties"]["value"] for name, each in found.items()} == {
        "Nueva (N1)": 1, "Sin signo (N2)": 3, "Cambiada (N3)": 3
    }  # fmt: skip
    # A slip is drawn where it probably meant to be; 0,0 and no place stand nowhere.
    assert found["Sin signo (N2)"]["geometry"]["coordinates"] == [-76.5, -7.1]
    assert found["Cambiada (N3)"]["geometry"]["coordinates"] == [-76.5, -7.2]
    assert "Todavía no se guardó nada" in page
    assert f"{PAGES}/{uuid}/vista" in page


def test_overlaps_and_gaps_are_drawn_where_they_are(town: Town, root: TestClient) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"ubigeo": code, "distrito": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, -8], [x + 0.11, -8], [x + 0.11, -7.9], [x, -7.9], [x, -8]]],
            },
        }
        for code, x in (("220101", -76.5), ("220102", -76.4))
    ]
    layer = json.dumps({"type": "FeatureCollection", "features": features})
    uuid = checked(town, root, "boundaries", ("limites.geojson", layer))

    (said,) = drawn(root, uuid, "bordes")

    assert said.startswith("Traslape de 12")
    assert said.endswith("220101, 220102")
    assert {each["properties"]["value"] for each in drawn(root, uuid).values()} == {1}


def test_the_map_of_a_file_is_for_who_may_import(town: Town, root: TestClient) -> None:
    uuid = checked(town, root, "communities", ("comunidades.csv", HEAD + ROWS))

    assert town.client().get(f"{PAGES}/{uuid}/vista").status_code == 303  # to log in
    (town.settings.home / "cache" / f"import-{uuid}.geojson.gz").unlink()
    gone = root.get(f"{PAGES}/{uuid}/vista")
    assert gone.status_code == 404
    assert root.get(f"{PAGES}/{uuid}").status_code == 200
