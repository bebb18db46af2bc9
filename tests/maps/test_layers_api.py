"""Layers over HTTP: by the same policy as the pages, named by their content."""

import gzip
import json
from threading import Event
from typing import Any

import numpy as np
import pytest
import shapely
from sqlmodel import select

from app.gis import topojson_files
from app.operations import jobs
from app.operations.layers import national, registry
from app.operations.progress import Report
from app.records import stamps
from app.records.base import folded, sort_key
from app.records.territory import Boundary, Place
from app.store.spatial import from_column, to_column
from tests import world
from tests.http.town import Town
from tests.maps.district import EVIL, KEPT, NAMED, NAMES, SAID

AT = f"/api/v1/districts/{world.UBIGEO}"
OWN = [layer.code for layer in registry.LAYERS if not layer.public]


def test_the_official_may_see_every_layer(mapped: Town) -> None:
    answer = mapped.client("oficial").get(f"{AT}/layers")

    assert [item["code"] for item in answer.json()["items"]] == [
        layer.code for layer in registry.LAYERS
    ]


def test_the_public_is_offered_only_what_is_published(mapped: Town) -> None:
    answer = mapped.client().get(f"{AT}/layers")

    assert [item["code"] for item in answer.json()["items"]] == [
        "indicator",
        "proposals",
        "works",
        "own_lines",
        "facilities",
    ]


@pytest.mark.parametrize("code", OWN)
def test_what_is_not_published_asks_for_an_account(mapped: Town, code: str) -> None:
    nobody, other = mapped.client(), mapped.client("dpo")

    for path in (f"{AT}/layers/{code}", f"{AT}/layers/{code}/values"):
        if path.endswith("values") and not registry.by_code(code).ground:
            continue
        assert nobody.get(path).status_code == 401
        assert other.get(path).status_code == 403


def test_nothing_that_a_person_wrote_or_that_is_not_published_reaches_the_public(
    mapped: Town,
) -> None:
    client = mapped.client()

    listed = client.get(f"{AT}/layers").json()["items"]
    texts = [client.get(item["features"]).text for item in listed]
    texts += [client.get(item["values"]).text for item in listed if item["values"]]
    everything = " ".join(texts)
    assert SAID not in everything
    assert NAMED not in everything
    assert KEPT not in everything
    values = json.loads(texts[-1])["values"]
    assert {code: value.get("n") for code, value in values.items()} == {"A": 29, "B": None}


def test_a_layer_is_named_by_its_content_and_not_sent_twice(mapped: Town) -> None:
    client = mapped.client("oficial")
    for path in (f"{AT}/layers/support", f"{AT}/layers/support/values", f"{AT}/outline"):
        first = client.get(path)

        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})

        assert first.status_code == 200
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == first.headers["etag"]


def test_kept_bytes_of_one_audience_never_reach_another(mapped: Town) -> None:
    own = mapped.client("oficial").get(f"{AT}/layers/indicator/values?indicator=P-F1").json()

    public = mapped.client().get(f"{AT}/layers/indicator/values?indicator=P-F1").json()

    assert own["values"]["A"]["n"] == 31
    assert public["values"]["A"]["n"] == 29


def test_names_stay_text_in_the_bytes(mapped: Town) -> None:
    answer = mapped.client("oficial").get(f"{AT}/layers/support")

    names = [feature["properties"]["name"] for feature in answer.json()["features"]]
    assert NAMES["A"] in names
    assert EVIL in NAMES["A"]
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_outline_that_a_community_declared_is_in_no_layer(mapped: Town) -> None:
    client = mapped.client("oficial")

    kinds = {
        feature["geometry"]["type"]
        for layer in registry.LAYERS
        if layer.ground
        for feature in client.get(f"{AT}/layers/{layer.code}").json()["features"]
    }

    assert kinds == {"Point"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/layers/nada", 404),
        ("/layers/problems/values", 404),
        ("/layers/indicator/values?indicator=NADA", 404),
        ("/layers/indicator/values?indicator=P-F1&round=nunca", 404),
        ("/layers/indicator/values?only=todo", 422),
        ("/layers/support?lang=fr", 422),
    ],
)
def test_what_does_not_exist_is_refused_in_words(mapped: Town, path: str, status: int) -> None:
    answer = mapped.client("oficial").get(AT + path)

    assert answer.status_code == status
    assert answer.json()["detail"]


def test_the_districts_of_the_country_are_one_file_under_the_name_of_its_content(
    mapped: Town,
) -> None:
    client = mapped.client()

    lead = client.get("/api/v1/layers/districts")
    sheet = client.get(lead.headers["location"])

    assert lead.status_code == 307
    assert "immutable" in sheet.headers["cache-control"]
    (feature,) = topojson_files.features(sheet.json(), "a", None)
    assert feature["id"] == world.UBIGEO
    plain = client.get(lead.headers["location"], headers={"Accept-Encoding": "identity"})
    assert plain.content == sheet.content


def test_new_limits_give_a_new_name_and_keep_shared_borders(mapped: Town) -> None:
    client = mapped.client()
    before = client.get("/api/v1/layers/districts").headers["location"]
    _another_district(mapped)

    after = client.get("/api/v1/layers/districts").headers["location"]

    assert after != before
    assert client.get(before).status_code == 200  # a page just opened still asks for it
    features = topojson_files.features(client.get(after).json(), "a", None)
    one, other = (shapely.geometry.shape(feature["geometry"]) for feature in features)
    assert one.intersection(other).area == 0
    assert one.intersection(other).length == pytest.approx(0.4, abs=0.01)


def test_invented_limits_do_not_lie_over_real_ones(mapped: Town) -> None:
    _another_district(mapped, fictitious=False)

    features = _sheet(mapped)

    assert [feature["id"] for feature in features] == ["220998"]


def _another_district(mapped: Town, *, fictitious: bool = True) -> None:
    with mapped.store.writing() as session:
        province = session.exec(_place(world.UBIGEO[:4])).one()
        name = "Vecino"
        place = Place(
            kind="district",
            code="220998",
            name=name,
            search=folded(name),
            sort_key=sort_key(name),
            parent_id=province.id,
            fictitious=fictitious,
        )
        session.add(place)
        session.flush()
        shape = from_column(session.exec(_boundaries()).first().geom)
        moved = shapely.transform(shape, lambda xy: xy + np.array([0.6, 0]))
        session.add(Boundary(place_id=place.id, geom=to_column(moved)))
        stamps.bump(session, "territory")


def _place(code: str) -> Any:
    return select(Place).where(Place.code == code)


def _boundaries() -> Any:
    return select(Boundary)


def test_many_districts_are_left_to_the_worker(
    mapped: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(national, "QUICK", 0)

    answers = [mapped.client().get("/api/v1/layers/districts") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [503, 503]
    job = jobs.take(mapped.store)
    assert job is not None
    assert job.kind == national.KIND
    assert jobs.take(mapped.store) is None
    national.run(mapped.store, job, Report(mapped.settings, Event()))
    assert mapped.client().get("/api/v1/layers/districts").status_code == 307


def test_a_broken_cache_is_made_anew(mapped: Town) -> None:
    client = mapped.client()
    client.get("/api/v1/layers/districts")
    (mapped.settings.home / "cache" / "limits.json").write_text("{")

    assert client.get("/api/v1/layers/districts").status_code == 307


@pytest.mark.parametrize("name", ["..%2F..%2Fsismuni", "a" * 20, "%00", "districts"])
def test_no_other_file_can_be_asked_for(mapped: Town, name: str) -> None:
    answer = mapped.client().get(f"/api/v1/layers/districts/{name}")

    assert answer.status_code in (400, 404)


def test_values_of_districts_are_shares_with_their_source(mapped: Town) -> None:
    client = mapped.client()

    external = client.get("/api/v1/layers/districts/values?indicator=anemia_pct").json()
    ours = client.get("/api/v1/layers/districts/values?indicator=P-F1").json()

    assert external["values"] == {world.UBIGEO: 0.432}
    assert external["source"] == "MINSA 2025"
    assert (ours["values"][world.UBIGEO]["x"], ours["values"][world.UBIGEO]["n"]) == (60, 99)


def test_the_kept_file_is_compressed_once(mapped: Town) -> None:
    client = mapped.client()
    digest = client.get("/api/v1/layers/districts").headers["location"].rsplit("/", 1)[1]

    path = national.file(mapped.settings.home, digest)

    assert path is not None
    assert json.loads(gzip.decompress(path.read_bytes()))["type"] == "Topology"


def _sheet(mapped: Town) -> list[Any]:
    client = mapped.client()
    lead = client.get("/api/v1/layers/districts").headers["location"]
    return topojson_files.features(client.get(lead).json(), "a", None)
