"""Imports and the territory over HTTP, by the API and by the pages, with the real worker."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app import worker
from app.operations.seats import Seat
from app.store.sessions import Store
from tests.http.town import DISTRICT, HERE, OTHER_DISTRICT, Town, an_account

API = "/api/v1"
PAGES = "/administracion/importaciones"
TABLE = f"codigo,nombre,ubigeo,poblacion\nN1,Nueva,{DISTRICT},120\n"


@pytest.fixture
def root(town: Town) -> TestClient:
    """The administrator's browser, which shows its CSRF token."""
    client = town.client("root")
    client.headers["X-CSRF-Token"] = town.csrf("root")
    return client


def work(town: Town) -> None:
    """Let the worker run what stands in line."""
    worker.run(town.settings, idle_s=0)


def sent(client: TestClient, at: str = "", **form: Any) -> Any:
    """Send a small table by the API."""
    data = {"kind": form.get("kind", "communities"), "options": form.get("options", "{}")}
    content = form.get("content", TABLE)
    return client.post(
        f"{API}{at}/imports", data=data, files={"file": ("comunidades.csv", content, "text/csv")}
    )


def test_a_file_is_sent_checked_published_and_undone(town: Town, root: TestClient) -> None:
    answer = sent(root)
    at = answer.headers["location"]
    assert (answer.status_code, answer.json()["state"]) == (202, "received")
    work(town)
    checked = root.get(at).json()
    assert (checked["state"], checked["publishable"], checked["rows"]) == ("previewed", True, 1)
    assert root.post(f"{at}/publish").status_code == 202
    work(town)
    assert root.get(at).json()["state"] == "published"
    assert root.get(f"{API}/districts/{DISTRICT}/communities/N1").json()["population"] == 120

    without_reason = root.post(f"{at}/undo", json={"reason": " "})
    undone = root.post(f"{at}/undo", json={"reason": "Era una prueba"})
    work(town)

    assert (without_reason.status_code, undone.status_code) == (422, 202)
    assert root.get(at).json()["undone_reason"] == "Era una prueba"
    assert root.get(f"{API}/districts/{DISTRICT}/communities/N1").status_code == 404
    assert root.post(f"{at}/undo", json={"reason": "otra vez"}).status_code == 409


def test_a_refused_file_tells_its_rows(town: Town, root: TestClient) -> None:
    at = sent(root, content=TABLE + f",Sin código,{DISTRICT},\n").headers["location"]
    work(town)

    report = root.get(at).json()

    assert report["publishable"] is False
    assert report["errors"] == [
        {
            "row": 3,
            "field": "codigo",
            "message": "Falta el código.",
            "value": "",
            "remedy": "Escriba el código de INEI de diez cifras, o el que usa la municipalidad.",
        }
    ]
    root.post(f"{at}/publish")
    work(town)
    job = root.get(at).json()["job"]
    assert job["state"] == "failed"
    assert "no se guardó nada" in job["message"]
    assert root.get(f"{API}/districts/{DISTRICT}/communities/N1").status_code == 404


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"kind": "otra"}, 422),
        ({"options": "[]"}, 400),
        ({"options": "{"}, 400),
        ({"options": json.dumps({"rara": 1})}, 422),
        ({"content": ""}, 400),
    ],
)
def test_a_wrong_request_is_refused_before_anything_is_kept(
    town: Town, root: TestClient, form: dict[str, Any], status: int
) -> None:
    answer = sent(root, **form)

    assert answer.status_code == status
    assert root.get(f"{API}/imports").json()["items"] == []


def test_a_file_over_the_limit_is_refused(town: Town) -> None:
    small = town.settings.__class__(
        home=town.settings.home, database_url=town.settings.database_url, upload_bytes=10
    )
    town.app.state.settings = small  # type: ignore[attr-defined]
    client = town.client("root")

    answer = client.post(
        f"{API}/imports",
        data={"kind": "communities"},
        files={"file": ("grande.csv", TABLE * 3, "text/csv")},
        headers={"X-CSRF-Token": town.csrf("root")},
    )

    assert answer.status_code == 413
    assert list((small.files).rglob("*.*")) == []


def test_a_district_imports_only_what_is_its_own(town: Town) -> None:
    an_account(town.store, "plan", Seat("planner", ubigeo=DISTRICT))
    client = town.client("plan")
    client.headers["X-CSRF-Token"] = town.csrf("plan")
    base = f"/districts/{DISTRICT}"

    everywhere = sent(client)
    elsewhere = sent(client, f"/districts/{OTHER_DISTRICT}")
    limits = sent(client, base, kind="boundaries")
    at = sent(client, base, content=TABLE.replace(DISTRICT, OTHER_DISTRICT)).headers["location"]
    work(town)

    assert (everywhere.status_code, elsewhere.status_code) == (403, 403)
    assert limits.status_code == 422
    assert client.get(at).json()["errors"][0]["message"] == "La fila es de otro distrito."
    assert client.get(f"{API}{base}/imports").json()["items"][0]["error_count"] == 1
    # What another place imported is not there for it.
    uuid = at.rsplit("/", 1)[1]
    assert (
        town.client("root").get(f"{API}/districts/{OTHER_DISTRICT}/imports/{uuid}").status_code
        == 404
    )


def test_the_pages_walk_the_same_way(town: Town, root: TestClient) -> None:
    answer = root.post(
        f"{PAGES}/importar",
        data={"kind": "communities", "skip_errors": "1", "columns": "population=poblacion"},
        files={"file": ("comunidades.csv", TABLE + ",Mala,,\n", "text/csv")},
    )
    at = answer.headers["location"]
    waiting = root.get(at).text
    progress = root.get(f"{at}/trabajo").json()
    work(town)
    ready = root.get(at).text
    errors = root.get(f"{at}/errores.csv")
    root.post(f"{at}/publicar")
    work(town)
    published = root.get(at).text
    refused = root.post(f"{at}/deshacer", data={"reason": ""})
    root.post(f"{at}/deshacer", data={"reason": "Prueba"})
    work(town)

    assert "Revisando el archivo" in waiting
    assert progress["state"] == "queued"
    assert "Todo listo para publicar" in ready
    assert "Falta el código" in errors.text
    assert "Deshacer esta importación" in published
    assert refused.status_code == 422
    assert "Prueba" in root.get(at).text
    assert "comunidades.csv" in root.get(PAGES).text


def test_a_page_without_a_file_keeps_what_was_chosen(root: TestClient) -> None:
    answer = root.post(f"{PAGES}/importar", data={"kind": "places", "period": "2017"})

    assert answer.status_code == 400
    assert "No eligió ningún archivo." in answer.text
    assert 'value="places" selected' in answer.text


def test_a_file_may_be_read_in_another_way(town: Town, root: TestClient) -> None:
    answer = root.post(
        f"{PAGES}/importar",
        data={"kind": "communities"},
        files={"file": ("raro.csv", f"clave,titulo,ubigeo\nN1,Nueva,{DISTRICT}\n", "text/csv")},
    )
    at = answer.headers["location"]
    work(town)
    failed = root.get(at).text

    root.post(f"{at}/opciones", data={"columns": "code=clave\nname=titulo"})
    work(town)

    assert "no tiene una columna" in failed
    assert "Todo listo para publicar" in root.get(at).text


# The territory


def test_communities_are_listed_by_pages_and_found_by_words(town: Town, root: TestClient) -> None:
    first = root.get(f"{API}/districts/{DISTRICT}/communities", params={"limit": 1}).json()
    rest = root.get(
        f"{API}/districts/{DISTRICT}/communities", params={"after": first["next"]}
    ).json()
    found = root.get(f"{API}/districts/{DISTRICT}/communities", params={"q": "C1"}).json()

    assert [each["code"] for each in first["items"] + rest["items"]] == ["C1", "C2"]
    assert rest["next"] is None
    assert [each["code"] for each in found["items"]] == ["C1"]


def test_the_geojson_is_made_once_for_each_version(town: Town, root: TestClient) -> None:
    at = f"{API}/districts/{DISTRICT}/communities.geojson"
    first = root.get(at)
    same = root.get(at, headers={"If-None-Match": first.headers["etag"]})
    point = {"type": "Point", "coordinates": [-76.5, -9.9]}
    root.post(f"{API}/districts/{DISTRICT}/communities",
              json={"code": "N9", "name": "Nueva", "point": point})  # fmt: skip

    after = root.get(at, headers={"Accept-Encoding": "identity"})

    assert same.status_code == 304
    assert len(first.json()["features"]) == 2
    assert after.headers["etag"] != first.headers["etag"]
    placed = [f for f in after.json()["features"] if f["id"] == "N9"]
    assert placed[0]["geometry"] == point


def test_the_geojson_asks_the_store_little(town: Town) -> None:
    at = f"{API}/districts/{DISTRICT}/communities.geojson"
    client = town.client("root")
    client.get(at)

    asked = count_queries(town.store, lambda: client.get(at))

    assert asked <= 6  # the gate's own, and the district's stamp


def count_queries(store: Store, act: Any) -> int:
    """How many statements an act runs on the reading engine."""
    from sqlalchemy import event

    seen: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(store.read_engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(store.read_engine, "before_cursor_execute", note)
    return len([each for each in seen if each.lstrip().upper().startswith("SELECT")])


def test_a_community_is_corrected_only_over_the_version_that_was_seen(root: TestClient) -> None:
    at = f"{API}/districts/{DISTRICT}/communities/{HERE}"
    etag = root.get(at).headers["etag"]

    unseen = root.patch(at, json={"population": 10})
    done = root.patch(at, json={"population": 10}, headers={"If-Match": etag})
    stale = root.patch(at, json={"population": 11}, headers={"If-Match": etag})

    assert (unseen.status_code, done.status_code, stale.status_code) == (428, 200, 412)
    assert root.get(at).json()["population"] == 10
    assert root.get(at).headers["etag"] == done.headers["etag"]


@pytest.mark.parametrize(
    "body",
    [
        {"code": "N 1", "name": "A"},
        {"code": "N1", "name": ""},
        {"code": "N1", "name": "A", "kind": "villa"},
        {"code": "N1", "name": "A", "altitude_m": 9000},
        {"code": "N1", "name": "A", "point": {"type": "Point", "coordinates": [-9.9, -76.2]}},
        {"code": "N1", "name": "A", "rara": 1},
    ],
)
def test_a_wrong_community_is_refused(root: TestClient, body: dict[str, Any]) -> None:
    answer = root.post(f"{API}/districts/{DISTRICT}/communities", json=body)

    assert answer.status_code == 422
    assert root.get(f"{API}/districts/{DISTRICT}/communities/N1").status_code == 404


def test_a_code_that_is_taken_is_refused(root: TestClient) -> None:
    answer = root.post(
        f"{API}/districts/{OTHER_DISTRICT}/communities", json={"code": HERE, "name": "Otra"}
    )

    assert answer.status_code == 409


def test_the_lists_of_the_territory_are_open_to_all(town: Town) -> None:
    anybody = town.client()

    places = anybody.get(f"{API}/places", params={"kind": "district"}).json()["items"]
    facilities = anybody.get(f"{API}/districts/{DISTRICT}/facilities").json()["items"]

    assert [each["code"] for each in places] == [DISTRICT, OTHER_DISTRICT]
    assert [each["code"] for each in facilities] == ["FC1", "FC2"]
    assert anybody.get(f"{API}/settlements").json()["items"] == []
    assert anybody.get(f"{API}/code-changes").json() == []
    assert anybody.get(f"{API}/districts/{DISTRICT}").json()["kind"] == "district"
    assert anybody.get(f"{API}/districts/{DISTRICT}/boundary").status_code == 404


def test_the_list_of_communities_is_searched_and_a_new_one_is_made_there(
    town: Town, root: TestClient
) -> None:
    page = f"/d/{DISTRICT}/comunidades"
    public = town.client().get(page, params={"q": "C2"}).text
    made = root.post(page, data={"code": "N5", "name": "Villa Nueva", "kind": "caserio"})
    wrong = root.post(page, data={"code": "", "name": "Sin código"})

    assert "Comunidad C2" in public
    assert "Comunidad C1" not in public
    assert "Crear una comunidad" not in public
    assert made.headers["location"] == f"{page}/N5"
    assert wrong.status_code == 422
    assert 'value="Sin código"' in wrong.text
