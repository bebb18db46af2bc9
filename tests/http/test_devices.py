"""Telephones over HTTP: a token in the path, Digest by the book, and their pages."""

import base64
import hashlib
import json
import logging
import re
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from app import logs
from app.http.devices import NONCES, CarrierDep, Nonces
from app.http.gate import request_id
from app.operations import accounts, devices
from app.operations.devices import Enrolled, NewDevice
from app.operations.trail import SYSTEM
from app.records import places
from app.records.devices import Device
from app.store.sessions import Store
from tests.http.town import DISTRICT, HERE, THERE, Town, a_town, an_account, seat_of

FIELD = re.compile(r'(\w+)="?([^",]+)"?')


def with_routes(town: Town) -> Town:
    """The town with two routes that ask who delivers."""
    app = town.app
    assert isinstance(app, FastAPI)

    def tell(carrier: CarrierDep) -> dict[str, Any]:
        return {"name": carrier.device.name, "account": carrier.actor.account_id}

    for path in ("/openrosa/quien", "/openrosa/{token}/quien"):
        app.add_api_route(path, tell, methods=["GET", "POST"])
    return town


@pytest.fixture
def field(town: Town) -> Town:
    """A town with a council that may have a telephone."""
    an_account(town.store, "junta", seat_of("council"))
    return with_routes(town)


def a_phone(town: Town) -> Enrolled:
    """An enrolled telephone of the council."""
    with town.store.reading() as session:
        where = places.community(session, places.district(session, DISTRICT), HERE)
    wish = NewDevice(town.account("junta").uuid, "Moto")
    return devices.enrol(town.store, SYSTEM, where, wish)


def https(town: Town) -> TestClient:
    """A telephone's connection."""
    return TestClient(town.app, base_url="https://testserver")  # type: ignore[arg-type]


def md5(text: str) -> str:
    return hashlib.md5(text.encode("latin-1")).hexdigest()


def answered(given: Enrolled, nonce: str, **over: str) -> str:
    """An Authorization header as RFC 7616, section 3.4 has it; name what is to be wrong."""
    parts = {
        "username": given.name,
        "realm": "SISMUNI",
        "nonce": nonce,
        "uri": "/openrosa/quien",
        "qop": "auth",
        "nc": "00000001",
        "cnonce": "0a4f113b",
        "algorithm": "MD5",
        "method": "GET",
        "secret": given.secret,
    } | over
    ha1 = md5(f"{parts['username']}:{parts['realm']}:{parts.pop('secret')}")
    ha2 = md5(f"{parts.pop('method')}:{parts['uri']}")
    proof = (ha1, parts["nonce"], parts["nc"], parts["cnonce"], parts["qop"], ha2)
    parts["response"] = md5(":".join(proof))
    bare = {"qop", "nc", "algorithm"}
    return "Digest " + ", ".join(
        f"{name}={value}" if name in bare else f'{name}="{value}"' for name, value in parts.items()
    )


def challenge(client: TestClient, path: str = "/openrosa/quien") -> dict[str, str]:
    """What the server offers to whoever shows nothing."""
    offered = client.get(path).headers["www-authenticate"]
    assert offered.startswith("Digest ")
    return dict(FIELD.findall(offered.removeprefix("Digest ")))


def ask(client: TestClient, header: str, path: str = "/openrosa/quien") -> Any:
    return client.get(path, headers={"authorization": header.encode("latin-1")})


def test_without_proof_digest_alone_is_offered(field: Town) -> None:
    answer = https(field).get("/openrosa/quien")

    assert answer.status_code == 401
    assert answer.headers.get_list("www-authenticate") == [answer.headers["www-authenticate"]]
    assert "Basic" not in answer.headers["www-authenticate"]
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert "no está inscrito" in answer.text
    offered = challenge(https(field))
    assert (offered["realm"], offered["qop"], offered["algorithm"]) == ("SISMUNI", "auth", "MD5")
    assert "stale" not in offered


def test_telephone_enters_with_the_token_of_its_path(field: Town) -> None:
    given = a_phone(field)

    answer = https(field).get(f"/openrosa/{given.token}/quien")

    assert answer.json() == {"name": given.name, "account": field.account("junta").id}
    with field.store.reading() as session:
        assert session.exec(select(Device)).one().seen_at is not None


def test_token_of_nobody_is_challenged(field: Town) -> None:
    given = a_phone(field)

    answers = [https(field).get(f"/openrosa/{t}/quien") for t in ("x", given.token + "x")]

    assert [each.status_code for each in answers] == [401, 401]
    assert all("Digest" in each.headers["www-authenticate"] for each in answers)


def test_telephone_enters_by_digest(field: Town) -> None:
    given, client = a_phone(field), https(field)

    nonce = challenge(client)["nonce"]
    first = ask(client, answered(given, nonce))
    second = ask(client, answered(given, nonce, nc="00000002", cnonce="zz"))

    assert first.json()["name"] == given.name
    assert second.status_code == 200


def test_a_client_that_nobody_here_wrote_enters_by_digest(field: Town) -> None:
    given, client = a_phone(field), https(field)
    auth = httpx.DigestAuth(given.name, given.secret)

    read = client.get("/openrosa/quien?deviceID=a%3Ab", auth=auth)
    sent = client.post("/openrosa/quien", auth=auth, files={"xml_submission_file": b"<data/>"})
    stranger = client.get("/openrosa/quien", auth=httpx.DigestAuth(given.name, "otra"))

    assert (read.status_code, sent.status_code, stranger.status_code) == (200, 200, 401)


def test_digest_covers_the_query_and_the_method_that_the_telephone_used(field: Town) -> None:
    given, client = a_phone(field), https(field)
    nonce = challenge(client)["nonce"]
    uri = "/openrosa/quien?deviceID=collect%3Aab&x="

    def at(asked: str, **over: str) -> int:
        header = {"authorization": answered(given, nonce, **over)}
        return client.request(asked, uri, headers=header).status_code

    statuses = [
        at("POST", uri=uri, method="POST"),
        at("HEAD", uri=uri, method="HEAD"),
        at("HEAD", uri=uri, method="GET"),
        at("GET", uri=uri, method="HEAD"),
        at("GET", method="GET"),  # the uri without its query
    ]

    assert statuses == [200, 200, 401, 401, 401]


@pytest.mark.parametrize(
    "over",
    [
        {"secret": "otra"},
        {"username": "cel-nadie9"},
        {"username": "cel-ñandú"},
        {"realm": "OTRO"},
        {"uri": "/openrosa/otra"},
        {"qop": "auth-int"},
        {"algorithm": "SHA-256"},
        {"nc": "1"},
        {"method": "POST"},
    ],
    ids=lambda over: f"{next(iter(over))} {next(iter(over.values()))}",
)
def test_whatever_does_not_fit_is_challenged_as_if_nobody_knew_it(
    field: Town, over: dict[str, str]
) -> None:
    given, client = a_phone(field), https(field)

    answer = ask(client, answered(given, challenge(client)["nonce"], **over))

    assert answer.status_code == 401
    assert "stale" not in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    "header",
    [
        "Digest",
        "Digest username",
        'Digest username="a", username="b"',
        "Digest ,,,=",
        "Digest " + 'a="b", ' * 2_000,
        "Basic Y2VsOng=",
        "Bearer sis_x",
    ],
)
def test_header_that_is_no_digest_is_challenged(field: Town, header: str) -> None:
    assert ask(https(field), header).status_code == 401


def test_digest_without_qop_is_not_taken(field: Town) -> None:
    given, client = a_phone(field), https(field)
    nonce = challenge(client)["nonce"]
    old = md5(f"{given.device.ha1}:{nonce}:{md5('GET:/openrosa/quien')}")

    answer = ask(
        client,
        f'Digest username="{given.name}", realm="SISMUNI", nonce="{nonce}", '
        f'uri="/openrosa/quien", response="{old}"',
    )

    assert answer.status_code == 401


@pytest.mark.parametrize("age", [0, 590, 601, 100_000, -100])
def test_nonce_lives_ten_minutes_and_then_is_told_to_be_stale(field: Town, age: int) -> None:
    given, client = a_phone(field), https(field)

    answer = ask(client, answered(given, NONCES.new(time.monotonic() - age)))

    lives = 0 <= age <= 600
    assert answer.status_code == (200 if lives else 401)
    assert ("stale=true" in answer.headers.get("www-authenticate", "")) is not lives


def test_nonce_of_another_process_or_of_nobody_opens_nothing(field: Town) -> None:
    given, client = a_phone(field), https(field)

    answers = [
        ask(client, answered(given, nonce))
        for nonce in (Nonces().new(), "x", "1.2.3", "..", NONCES.new() + "0", "ñ.1.2")
    ]

    assert {each.status_code for each in answers} == {401}
    # After a restart Collect has to try again without asking anybody for the secret.
    assert "stale=true" in answers[0].headers["www-authenticate"]


def test_stale_is_told_to_whoever_knows_the_secret_alone(field: Town) -> None:
    given, client = a_phone(field), https(field)

    answer = ask(client, answered(given, Nonces().new(), secret="otra"))

    assert "stale" not in answer.headers["www-authenticate"]


def test_revoked_telephone_and_ended_account_are_out_at_their_next_request(field: Town) -> None:
    lost, ended, client = a_phone(field), a_phone(field), https(field)
    nonce = challenge(client)["nonce"]

    def states(given: Enrolled) -> tuple[int, int]:
        by_token = client.get(f"/openrosa/{given.token}/quien")
        return by_token.status_code, ask(client, answered(given, nonce)).status_code

    before = states(lost), states(ended)
    with field.store.reading() as session:
        where = places.district(session, DISTRICT)
    devices.revoke(field.store, SYSTEM, where, lost.device.uuid, "perdido")
    after_revoking = states(lost), states(ended)
    accounts.end(field.store, SYSTEM, where, field.account("junta").uuid, "fin")

    assert before == ((200, 200), (200, 200))
    assert after_revoking == ((401, 401), (200, 200))
    assert states(ended) == (401, 401)


@contextmanager
def another(town: Town, tmp_path: Path, **changes: object) -> Iterator[Town]:
    """The same store behind other settings."""
    with a_town(town.settings.database_url, tmp_path, **changes) as found:
        yield with_routes(found)


def test_plain_http_is_for_this_machine_alone(field: Town) -> None:
    given = a_phone(field)
    path = f"/openrosa/{given.token}/quien"
    here = TestClient(field.app, client=("127.0.0.1", 5_000))  # type: ignore[arg-type]
    lan = TestClient(field.app, client=("192.168.1.20", 5_000))  # type: ignore[arg-type]

    refused = lan.get(path)

    assert here.get(path).status_code == 200
    assert refused.status_code == 403
    assert "sismuni tls" in refused.text
    assert here.get(path, headers={"x-forwarded-for": "192.168.1.20"}).status_code == 403


@pytest.mark.parametrize("changes", [{"insecure_lan": True}, {"https": True}])
def test_plain_http_passes_where_the_installation_says_so(
    field: Town, tmp_path: Path, changes: dict[str, bool]
) -> None:
    given = a_phone(field)

    with another(field, tmp_path, **changes) as town:
        lan = TestClient(town.app, client=("192.168.1.20", 5_000))  # type: ignore[arg-type]
        by_token = lan.get(f"/openrosa/{given.token}/quien")
        by_digest = ask(lan, answered(given, challenge(lan)["nonce"]))

    assert (by_token.status_code, by_digest.status_code) == (200, 200)


def test_one_telephone_over_its_rate_waits_and_another_does_not(
    field: Town, tmp_path: Path
) -> None:
    eager, calm = a_phone(field), a_phone(field)

    with another(field, tmp_path, writes_a_minute=3) as town:
        client = https(town)
        sent = [client.post(f"/openrosa/{eager.token}/quien").status_code for _ in range(5)]
        other = client.post(f"/openrosa/{calm.token}/quien").status_code

    assert sent == [200, 200, 200, 429, 429]
    assert other == 200


def test_address_that_guesses_is_slowed_down(field: Town, tmp_path: Path) -> None:
    with another(field, tmp_path, requests_a_minute=4) as town:
        client = https(town)
        said = [client.get(f"/openrosa/{n}/quien").status_code for n in range(6)]

    assert said == [401] * 4 + [429] * 2


def test_log_holds_neither_token_nor_header(field: Town, tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    given, client = a_phone(field), https(field)
    nonce = challenge(client)["nonce"]
    try:
        logs.set_up(replace(field.settings, home=tmp_path / "said"), "web", request_id.get)
        client.get(f"/openrosa/{given.token}/quien")
        client.get(f"/openrosa/{given.token}/no-hay")
        ask(client, answered(given, nonce))
        ask(client, answered(given, nonce, secret="otra"))
        text = (tmp_path / "said" / "log" / "web.log").read_text("utf-8")
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers, root.level = before, level

    assert text.count('"route"') == 4
    assert "/openrosa/{token}/quien" in text
    for hidden in (given.token, given.name, given.secret, nonce, "response="):
        assert hidden not in text


# The pages.


def a_page(town: Town, login: str, path: str, **form: str) -> Any:
    client = town.client(login)
    if not form:
        return client.get(path)
    return client.post(path, data=form | {"_csrf": town.csrf(login)})


AT = f"/d/{DISTRICT}/celulares"
AT_HERE = f"/d/{DISTRICT}/comunidades/{HERE}/celulares"


@pytest.fixture
def office(field: Town) -> Town:
    """A town whose planner enrols telephones."""
    an_account(field.store, "planner", seat_of("planner"))
    return field


def enrol_by_page(town: Town, path: str = AT_HERE, label: str = "Celular de Ana") -> Any:
    uuid = str(town.account("junta").uuid)
    return a_page(town, "planner", path, account=uuid, label=label)


def test_sheet_of_a_new_telephone_says_all_that_it_needs_once(office: Town) -> None:
    sheet = enrol_by_page(office)

    assert sheet.status_code == 200
    with office.store.reading() as session:
        device = session.exec(select(Device)).one()
    secret = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){6}", sheet.text)
    assert secret is not None
    assert devices.ha1(device.name, secret[0]) == device.ha1
    assert device.name in sheet.text
    assert 'class="qr"' in sheet.text
    assert "ODK Collect" in sheet.text
    assert sheet.headers["cache-control"] == "no-store"
    again = a_page(office, "planner", AT_HERE)
    assert "Celular de Ana" in again.text
    assert secret[0] not in again.text


def drawn_text(town: Town, monkeypatch: pytest.MonkeyPatch, base: str) -> dict[str, Any]:
    """What the code of a new telephone's sheet says, by what was handed to be drawn."""
    drawn: list[str] = []
    monkeypatch.setattr("app.pages.devices.qr.svg", lambda text: drawn.append(text) or "<svg/>")
    client = town.client("planner", base_url=base)
    form = {"account": str(town.account("junta").uuid), "label": "x", "_csrf": town.csrf("planner")}
    assert client.post(AT_HERE, data=form).status_code == 200
    general: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(drawn[0])))["general"]
    return general


def test_code_over_https_holds_a_token_that_opens(
    office: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = drawn_text(office, monkeypatch, "https://salud.local:8443")["server_url"]

    assert server.startswith("https://salud.local:8443/openrosa/")
    path = server.removeprefix("https://salud.local:8443")
    assert https(office).get(f"{path}/quien").status_code == 200


def test_code_over_plain_http_holds_a_secret_for_digest(
    office: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    general = drawn_text(office, monkeypatch, "http://10.0.0.2:8000")

    assert general["server_url"] == "http://10.0.0.2:8000/openrosa"
    assert devices.ha1(general["username"], general["password"]) == the_device(office.store).ha1


def the_device(store: Store) -> Device:
    with store.reading() as session:
        return session.exec(select(Device)).one()


def test_form_that_lacks_something_comes_back_with_what_was_written(office: Town) -> None:
    no_name = enrol_by_page(office, label=" ")
    nobody = a_page(office, "planner", AT_HERE, account="x", label="Celular azul")

    assert (no_name.status_code, nobody.status_code) == (422, 422)
    assert "El celular necesita un nombre" in no_name.text
    assert 'value="Celular azul"' in nobody.text


def test_district_enrols_for_one_of_its_communities_alone(office: Town) -> None:
    uuid = str(office.account("junta").uuid)
    form = {"account": uuid, "label": "Celular de Ana"}

    elsewhere = a_page(office, "planner", AT, community=THERE, **form)
    unknown = a_page(office, "planner", AT, community="C9", **form)
    here = a_page(office, "planner", AT, community=HERE, **form)

    assert (elsewhere.status_code, unknown.status_code, here.status_code) == (422, 404, 200)
    assert (
        f'<option value="{THERE}" selected>'
        in a_page(office, "planner", AT, community=THERE, account="x", label="y").text
    )
    with office.store.reading() as session:
        where = places.community(session, places.district(session, DISTRICT), HERE)
    assert the_device(office.store).community_id == where.community_id


def test_revoked_on_the_page_it_is_out_and_says_so(office: Town) -> None:
    enrol_by_page(office, AT)
    device = the_device(office.store)

    answer = a_page(office, "planner", f"{AT}/{device.uuid}/anular", reason="se perdió")

    assert (answer.status_code, answer.headers["location"]) == (303, AT)
    assert the_device(office.store).revoked_at is not None
    assert "anulado" in a_page(office, "planner", AT).text


def test_council_sees_its_own_telephones_and_changes_none(office: Town) -> None:
    enrol_by_page(office)

    own = a_page(office, "junta", AT_HERE)
    elsewhere = a_page(office, "junta", f"/d/{DISTRICT}/comunidades/{THERE}/celulares")
    changed = a_page(office, "junta", AT_HERE, account="x", label="y")

    assert own.status_code == 200
    assert "Celular de Ana" in own.text
    assert "Inscribir un celular" not in own.text
    assert (elsewhere.status_code, changed.status_code) == (403, 403)


def test_page_says_where_telephones_cannot_deliver_yet(office: Town, tmp_path: Path) -> None:
    plain = office.client("planner", base_url="http://10.0.0.2:8000").get(AT).text
    safe = office.client("planner", base_url="https://salud.local").get(AT).text
    with another(office, tmp_path, insecure_lan=True) as town:
        open_lan = town.client("planner", base_url="http://10.0.0.2:8000").get(AT).text
    here = office.client("planner", base_url="http://127.0.0.1:8000").get(AT).text

    assert "Todavía no pueden entregar" in plain
    assert "sismuni tls" in plain
    assert "Todavía no pueden entregar" not in safe
    assert "Esta red no está cifrada" in open_lan
    assert "solo vale en este equipo" in here
    assert "solo vale en este equipo" not in plain


def test_accounts_and_administration_lead_to_the_telephones(office: Town) -> None:
    an_account(office.store, "admin", seat_of("admin"))

    accounts_page = a_page(office, "admin", f"/d/{DISTRICT}/administracion/cuentas")
    front = a_page(office, "planner", f"/d/{DISTRICT}/administracion")

    assert f'href="{AT}"' in accounts_page.text
    assert f'href="{AT}"' in front.text
