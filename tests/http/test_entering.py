"""Coming in: what opens an account, what no longer does, and what never did."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.operations import access, accounts, credentials, own_account
from app.operations.trail import SYSTEM
from app.records.people import Account, Login, OneTimeCode
from app.records.places import EVERYWHERE
from app.store.types import now
from tests.http.town import (
    AWAY,
    DISTRICT,
    HERE,
    OTHER_DISTRICT,
    PASSWORD,
    THERE,
    Town,
    a_town,
    an_account,
    found_town,
    seat_of,
)
from tests.worlds import Worlds

ENTER = {"login": "junta", "password": PASSWORD}


@pytest.fixture
def junta(town: Town) -> Account:
    """The council of the first community, with a password."""
    return an_account(town.store, "junta", seat_of("council"))


def is_in(client: TestClient) -> bool:
    """Whether a browser is somebody."""
    return client.get("/cuenta").status_code == 200


def test_password_opens_the_account(town: Town, junta: Account) -> None:
    client = town.client()

    answer = client.post("/entrar", data={"login": "Junta ", "password": PASSWORD})

    assert (answer.status_code, answer.headers["location"]) == (303, "/inicio")
    assert client.get("/inicio").headers["location"] == f"/d/{DISTRICT}/comunidades/{HERE}"


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    town: Town, junta: Account
) -> None:
    cookie = town.client().post("/entrar", data=ENTER).headers["set-cookie"].casefold()

    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_cookie_goes_by_tls_alone_where_there_is_tls(
    worlds: Worlds, sqlite_url: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{(tmp_path / 'tls.db').as_posix()}"
    worlds.fill_at(url, found_town)
    with a_town(url, tmp_path, https=True) as town:
        answer = town.client().post("/entrar", data={"login": "root", "password": PASSWORD})

    assert "; secure" in answer.headers["set-cookie"].casefold()


def test_session_that_somebody_planted_is_not_taken_over(town: Town, junta: Account) -> None:
    client = town.client()
    client.cookies.set("sismuni", "planted-by-a-stranger")

    client.post("/entrar", data=ENTER)

    assert client.cookies.get("sismuni", domain="testserver.local") != "planted-by-a-stranger"
    stranger = town.client()
    stranger.cookies.set("sismuni", "planted-by-a-stranger")
    assert not is_in(stranger)


def test_entering_again_closes_the_session_of_before(town: Town, junta: Account) -> None:
    before = town.client("junta")

    before.post("/entrar", data=ENTER | {"_csrf": town.csrf("junta")})

    assert not is_in(town.client("junta"))


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (f"/d/{DISTRICT}/bandeja?x=1", f"/d/{DISTRICT}/bandeja?x=1"),
        ("https://evil.example/", "/inicio"),
        ("//evil.example", "/inicio"),
        ("/\\evil.example", "/inicio"),
        ("/%0d%0aSet-Cookie:x", "/%0d%0aSet-Cookie:x"),
        ("\t//evil.example", "/inicio"),
        ("javascript:alert(1)", "/inicio"),
    ],
)
def test_way_back_stays_on_this_site(town: Town, junta: Account, wanted: str, given: str) -> None:
    answer = town.client().post("/entrar", data=ENTER | {"next": wanted})

    assert answer.headers["location"] == given


def test_page_without_a_log_in_leads_to_it_and_back(town: Town) -> None:
    answer = town.client().get("/cuenta")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/entrar?next=%2Fcuenta"


def test_wrong_password_and_unknown_login_read_alike(town: Town, junta: Account) -> None:
    wrong = town.client().post("/entrar", data=ENTER | {"password": "otra cosa"})
    unknown = town.client().post("/entrar", data={"login": "nadie", "password": "otra cosa"})

    assert wrong.status_code == unknown.status_code == 401
    words = re.compile(r'<div class="flash bad".*?</div></div>', re.S)
    assert words.findall(wrong.text) == words.findall(unknown.text) != []


def test_unknown_login_costs_the_same_work(
    town: Town, junta: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: one argon2 verification with the same cost either way."""
    seen: list[str] = []
    real = access.HASHER

    class Counting:
        def verify(self, kept: str, given: str) -> bool:
            seen.append(kept.rsplit("$", 2)[0])
            return real.verify(kept, given)

    monkeypatch.setattr(access, "HASHER", Counting())
    for login in ("junta", "nadie"):
        town.client().post("/entrar", data={"login": login, "password": "otra cosa"})

    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_too_many_tries_for_one_login_wait(worlds: Worlds, tmp_path: Path) -> None:
    url = f"sqlite:///{(tmp_path / 'few.db').as_posix()}"
    worlds.fill_at(url, found_town)
    with a_town(url, tmp_path, logins_a_minute=3) as town:
        tries = [
            town.client().post("/entrar", data={"login": "root", "password": "no"}).status_code
            for _ in range(4)
        ]
        another = town.client().post("/entrar", data={"login": "otra", "password": "no"})
        right = town.client().post("/entrar", data={"login": "root", "password": PASSWORD})

    assert tries == [401, 401, 401, 429]
    assert another.status_code == 401
    assert right.status_code == 429


def test_one_address_cannot_try_every_login(worlds: Worlds, tmp_path: Path) -> None:
    url = f"sqlite:///{(tmp_path / 'few.db').as_posix()}"
    worlds.fill_at(url, found_town)
    with a_town(url, tmp_path, logins_a_minute=1) as town:
        tries = [
            town.client().post("/entrar", data={"login": f"u{n}", "password": "no"}).status_code
            for n in range(7)
        ]

    assert tries == [401] * 6 + [429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "testclient"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (1, "", "testclient"),
        (3, "198.51.100.1, 203.0.113.9", "testclient"),
    ],
)
def test_forwarded_address_is_believed_behind_as_many_proxies_as_were_set(
    town: Town, proxies: int, forwarded: str, seen: str
) -> None:
    town.app.state.settings = replace(town.settings, trusted_proxies=proxies)  # type: ignore[attr-defined]

    town.client().post("/entrar", data=ENTER, headers={"x-forwarded-for": forwarded})

    buckets = town.app.state.limits.buckets  # type: ignore[attr-defined]
    assert f"try from {seen}" in buckets


def test_change_without_the_sessions_own_token_is_refused(town: Town, junta: Account) -> None:
    client, form = town.client("junta"), {"label": "hoja", "days": "5"}

    bare = client.post("/cuenta/llaves", data=form)
    strange = client.post("/cuenta/llaves", data=form | {"_csrf": "x" * 32})
    own = client.post("/cuenta/llaves", data=form | {"_csrf": town.csrf("junta")})

    assert [bare.status_code, strange.status_code, own.status_code] == [403, 403, 200]


def test_token_of_another_session_does_not_do(town: Town, junta: Account) -> None:
    form = {"label": "hoja", "days": "5", "_csrf": town.csrf("root")}

    assert town.client("junta").post("/cuenta/llaves", data=form).status_code == 403


def test_another_site_cannot_log_somebody_in(town: Town, junta: Account) -> None:
    headers = {"sec-fetch-site": "cross-site"}

    assert town.client().post("/entrar", data=ENTER, headers=headers).status_code == 403


def test_session_closed_elsewhere_is_out_at_once(town: Town, junta: Account) -> None:
    here, there = town.client("junta"), town.client()
    there.post("/entrar", data=ENTER)
    with town.store.reading() as session:
        newest = session.exec(select(Login).order_by(Login.id.desc())).first()  # type: ignore[attr-defined]
    assert newest is not None

    here.post(f"/cuenta/sesiones/{newest.uuid}/cerrar", data={"_csrf": town.csrf("junta")})

    assert not is_in(there)
    assert is_in(here)


def test_nobody_closes_the_session_of_another(town: Town, junta: Account) -> None:
    root = town.client("root")
    with town.store.reading() as session:
        login = session.exec(select(Login).where(Login.account_id != junta.id)).one()

    answer = town.client("junta").post(
        f"/cuenta/sesiones/{login.uuid}/cerrar", data={"_csrf": town.csrf("junta")}
    )

    assert answer.status_code == 404
    assert is_in(root)


def test_leaving_ends_the_session_itself_and_not_the_cookie_alone(
    town: Town, junta: Account
) -> None:
    town.client("junta").post("/salir", data={"_csrf": town.csrf("junta")})

    assert not is_in(town.client("junta"))


def test_account_whose_mandate_ended_is_out_at_once(town: Town, junta: Account) -> None:
    client = town.client("junta")
    yesterday = access.today() - timedelta(days=1)

    accounts.set_mandate(town.store, SYSTEM, EVERYWHERE, junta.uuid, yesterday)

    assert not is_in(client)
    assert town.client().post("/entrar", data=ENTER).status_code == 401


def test_last_day_of_the_mandate_still_counts(town: Town, junta: Account) -> None:
    accounts.set_mandate(town.store, SYSTEM, EVERYWHERE, junta.uuid, access.today())

    assert town.client().post("/entrar", data=ENTER).status_code == 303


def test_card_with_its_pin_opens_the_account(town: Town, junta: Account) -> None:
    card = credentials.new_card(town.store, SYSTEM, EVERYWHERE, junta.uuid)
    client = town.client()

    asked = client.get(f"/tarjeta/{card.token}")
    answer = client.post(f"/tarjeta/{card.token}", data={"pin": card.pin})

    assert asked.status_code == 200
    assert answer.status_code == 303
    assert is_in(client)


def test_card_of_before_opens_nothing(town: Town, junta: Account) -> None:
    old = credentials.new_card(town.store, SYSTEM, EVERYWHERE, junta.uuid)
    new = credentials.new_card(town.store, SYSTEM, EVERYWHERE, junta.uuid)

    answer = town.client().post(f"/tarjeta/{old.token}", data={"pin": new.pin})

    assert answer.status_code == 401


def test_ten_wrong_pins_in_a_row_void_the_pin_until_the_counter_renews_it(
    town: Town, junta: Account
) -> None:
    card = credentials.new_card(town.store, SYSTEM, EVERYWHERE, junta.uuid)
    wrong = "135792" if card.pin != "135792" else "246813"
    for _ in range(access.PIN_MISSES):
        town.client().post(f"/tarjeta/{card.token}", data={"pin": wrong})

    void = town.client().post(f"/tarjeta/{card.token}", data={"pin": card.pin})
    again = credentials.renew_pin(town.store, SYSTEM, EVERYWHERE, junta.uuid)
    renewed = town.client().post(f"/tarjeta/{card.token}", data={"pin": again.pin})

    assert (void.status_code, renewed.status_code) == (401, 303)


def test_pin_past_its_date_has_to_be_renewed(town: Town, junta: Account) -> None:
    card = credentials.new_card(town.store, SYSTEM, EVERYWHERE, junta.uuid)
    with town.store.writing() as session:
        row = session.get_one(Account, junta.id)
        row.pin_until = access.today() - timedelta(days=1)

    answer = town.client().post(f"/tarjeta/{card.token}", data={"pin": card.pin})

    assert answer.status_code == 401
    assert "venció" in answer.text


def test_printed_code_chooses_a_password_once_and_closes_what_was_open(
    town: Town, junta: Account
) -> None:
    before = town.client("junta")
    code = credentials.issue_code(town.store, SYSTEM, EVERYWHERE, junta.uuid).code
    form = {"code": code.lower().replace("-", " "), "secret": "otra clave larga"}

    first = town.client().post("/codigo", data=form | {"again": form["secret"]})
    second = town.client().post("/codigo", data=form | {"again": form["secret"]})

    assert (first.status_code, second.status_code) == (303, 401)
    assert not is_in(before)
    entered = town.client().post("/entrar", data={"login": "junta", "password": form["secret"]})
    assert entered.status_code == 303


def test_code_past_its_date_chooses_nothing(town: Town, junta: Account) -> None:
    code = credentials.issue_code(town.store, SYSTEM, EVERYWHERE, junta.uuid).code
    with town.store.writing() as session:
        row = session.exec(select(OneTimeCode)).one()
        row.expires_at = now() - timedelta(seconds=1)

    form = {"code": code, "secret": "otra clave larga", "again": "otra clave larga"}

    assert town.client().post("/codigo", data=form).status_code == 401


def test_secrets_stand_nowhere_in_the_store(town: Town, junta: Account) -> None:
    card = credentials.new_card(town.store, SYSTEM, EVERYWHERE, junta.uuid)
    code = credentials.issue_code(town.store, SYSTEM, EVERYWHERE, junta.uuid)
    session_token = town.token("junta")

    with town.store.reading() as session:
        dump = " ".join(
            str(tuple(row))
            for table in ("account", "login", "one_time_code", "audit")
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}")
        )

    for secret in (card.token, card.pin, own_account.plain_code(code.code), session_token):
        assert secret not in dump


def test_council_cannot_open_another_community(town: Town, junta: Account) -> None:
    client = town.client("junta")

    codes = {
        place: client.get(f"/d/{place}/monitoreo").status_code
        for place in (
            f"{DISTRICT}/comunidades/{HERE}",
            f"{DISTRICT}/comunidades/{THERE}",
            f"{OTHER_DISTRICT}/comunidades/{AWAY}",
        )
    }

    assert list(codes.values()) == [200, 403, 403]


def test_community_under_anothers_district_is_not_found(town: Town, junta: Account) -> None:
    client = town.client("junta")

    assert client.get(f"/d/{OTHER_DISTRICT}/comunidades/{HERE}/monitoreo").status_code == 404


def test_token_for_programs_opens_the_api_until_it_is_revoked(town: Town, junta: Account) -> None:
    client, csrf = town.client("junta"), {"x-csrf-token": town.csrf("junta")}
    made = client.post("/api/v1/me/tokens", json={"label": "hoja"}, headers=csrf)
    bearer = {"authorization": f"Bearer {made.json()['token']}"}
    program = town.client()

    open_before = program.get("/api/v1/me", headers=bearer)
    more = program.post("/api/v1/me/tokens", json={"label": "otra"}, headers=bearer)
    listed = client.get("/api/v1/me/tokens").json()
    client.delete(f"/api/v1/me/tokens/{listed[0]['uuid']}", headers=csrf)
    open_after = program.get("/api/v1/me", headers=bearer)

    assert open_before.json()["login"] == "junta"
    assert more.status_code == 403
    assert open_after.status_code == 401


def test_pages_of_somebody_are_kept_by_no_browser(town: Town, junta: Account) -> None:
    assert town.client("junta").get("/cuenta").headers["cache-control"] == "no-store"


def test_invented_people_enter_only_where_the_installation_is_a_demonstration(
    town: Town, worlds: Worlds, tmp_path: Path
) -> None:
    real = town.client().post("/entrar/demo", data={"who": "root"})
    url = f"sqlite:///{(tmp_path / 'demo.db').as_posix()}"
    worlds.fill_at(url, found_town)
    with a_town(url, tmp_path, demo=True) as shown:
        an_account(shown.store, "junta", seat_of("council"), demo=True)
        door = shown.client().get("/entrar")
        junta = shown.client().post("/entrar/demo", data={"who": "junta"})
        root = shown.client().post("/entrar/demo", data={"who": "root"})

    assert real.status_code == 404
    assert "Demostración" in door.text
    assert junta.status_code == 303
    assert root.status_code == 404


@pytest.mark.parametrize(
    ("pin", "easy"), [("111111", True), ("123456", True), ("098765", True), ("135790", False)]
)
def test_pins_that_everybody_tries_are_refused(pin: str, easy: bool) -> None:
    assert own_account.is_easy(pin) is easy
