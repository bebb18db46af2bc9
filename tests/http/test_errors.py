"""How every refusal is told: JSON for machines, a page for people, and the same headers for all."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from app.operations import own_account
from app.operations.access import Actor
from tests.http.town import DISTRICT, HERE, Town, a_town, an_account, seat_of

FORMS = f"/api/v1/districts/{DISTRICT}/communities/{HERE}/forms"
PROBLEM = "application/problem+json"


@pytest.fixture
def machine(town: Town) -> TestClient:
    """A council's program, by bearer token."""
    account = an_account(town.store, "junta", seat_of("council"))
    token = own_account.make_token(town.store, Actor(account.id), "programa")
    return town.client(headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"answers": ', "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"answers": {}, "more": 1}', "application/json", 422),
        (b'{"answers": {}}', "text/plain", 415),
        (b"answers=1", "application/x-www-form-urlencoded", 415),
        (b"<answers/>", "application/xml", 415),
        (b'{"answers": {}}', "", 415),
    ],
)
def test_body_that_is_not_what_was_asked_says_so(
    machine: TestClient, content: bytes, kind: str, status: int
) -> None:
    headers = {"Content-Type": kind} if kind else {}

    answer = machine.post(f"{FORMS}/diagnosis", content=content, headers=headers)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    told = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert told["request_id"] == answer.headers["x-request-id"]


def test_unknown_address_is_json_for_machines_and_a_page_for_people(town: Town) -> None:
    client = town.client()

    machine, person = client.get("/api/v1/none"), client.get("/ninguna")

    assert (machine.status_code, person.status_code) == (404, 404)
    assert machine.headers["content-type"] == PROBLEM
    assert person.headers["content-type"].startswith("text/html")
    assert "No existe" in person.text


def test_wrong_method_says_which_are_right(town: Town) -> None:
    answer = town.client().delete("/api/v1/instruments")

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("path", ["/api/v1/instruments", "/entrar", "/api/v1/none"])
def test_head_is_a_get_without_its_body(town: Town, path: str) -> None:
    client = town.client()

    head, get = client.head(path), client.get(path)

    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]


def test_address_with_a_sign_that_no_store_holds_is_no_place(town: Town) -> None:
    client = town.client()

    for path in ("/api/v1/instruments/%00", "/api/v1/districts/%00/communities/a/cycles"):
        assert client.get(path).status_code in {400, 404, 422}, path


@pytest.mark.parametrize("declared", [True, False], ids=["with length", "in chunks"])
def test_body_over_the_limit_is_refused(town: Town, machine: TestClient, declared: bool) -> None:
    body = b'{"answers": {"x": "' + b"a" * town.settings.body_bytes + b'"}}'
    content = body if declared else iter([body[:1_000_000], body[1_000_000:]])

    answer = machine.post(
        f"{FORMS}/diagnosis", content=content, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 413, answer.text
    assert answer.json()["remedy"]


def test_page_over_the_limit_is_refused_on_a_page(town: Town) -> None:
    body = {"login": "a" * (town.settings.body_bytes + 1), "password": "b"}

    answer = town.client().post("/entrar", data=body)

    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")


def test_many_requests_wait_as_long_as_they_are_told(town: Town, tmp_path: Path) -> None:
    url = town.settings.url
    with a_town(url, tmp_path, requests_a_minute=3) as narrow:
        client = narrow.client()
        answers = [client.get("/api/v1/instruments") for _ in range(5)]

    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 21
    assert answers[-1].headers["retry-after"] in answers[-1].json()["remedy"]


@pytest.mark.parametrize(
    "path", ["/entrar", "/api/v1/instruments", "/api/v1/none", "/static/css/sismuni.css"]
)
def test_every_answer_carries_its_security_headers(town: Town, path: str) -> None:
    first, second = town.client().get(path), town.client().get(path)

    policy = first.headers["content-security-policy"]
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["referrer-policy"] == "same-origin"
    assert "unsafe-inline" not in policy
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    nonces = [re.findall(r"'nonce-([^']+)'", a.headers["content-security-policy"])[0]
              for a in (first, second)]  # fmt: skip
    assert nonces[0] != nonces[1]
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert "strict-transport-security" not in first.headers


def test_served_over_https_says_to_stay_there(town: Town, tmp_path: Path) -> None:
    with a_town(town.settings.url, tmp_path, https=True) as safe:
        answer = safe.client().get("/entrar")

    assert "max-age" in answer.headers["strict-transport-security"]


def test_long_answers_are_compressed_for_those_who_ask(town: Town) -> None:
    client = town.client()

    packed = client.get("/api/v1/instruments", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/api/v1/instruments", headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < len(plain.content) / 2


def failing(error: Exception) -> Any:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize("path", ["/api/v1/instruments", f"/d/{DISTRICT}"])
def test_unexpected_error_tells_a_number_and_nothing_of_the_inside(
    town: Town, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = town.client(raise_server_exceptions=False)
    monkeypatch.setattr(town.store.read_engine, "connect", failing(RuntimeError("secret detail")))

    answer = client.get(path)

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_busy_store_asks_to_come_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = OperationalError("SELECT 1", {}, Exception("database is locked"))
    monkeypatch.setattr(town.store.read_engine, "connect", failing(busy))

    answer = town.client(raise_server_exceptions=False).get("/api/v1/instruments")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert json.loads(answer.text)["remedy"]


@pytest.mark.parametrize("header", ["Bearer ", "Bearer none", "bearer \xff"])
def test_wrong_token_is_not_the_public(town: Town, header: str) -> None:
    answer = town.client().get(
        "/api/v1/instruments", headers={"Authorization": header.encode("latin-1")}
    )

    assert answer.status_code == 401


def test_change_by_cookie_shows_its_csrf_token(town: Town) -> None:
    an_account(town.store, "junta", seat_of("council"))
    client = town.client("junta")
    body = {"answers": {}}

    bare = client.post(f"{FORMS}/diagnosis", json=body)
    shown = client.post(
        f"{FORMS}/diagnosis", json=body, headers={"X-CSRF-Token": town.csrf("junta")}
    )

    assert bare.status_code == 403
    assert shown.status_code == 422  # through the gate: now the answers are judged
