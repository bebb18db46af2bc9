"""A form that is refused comes back with all that was typed in it, whichever page it is of."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from app.operations import visits
from app.pages.form_reading import Form, forms_of, plain
from app.pages.posted import SECRETS
from app.settings import ROOT
from tests.http.test_matrix import Door, doors
from tests.http.town import Town, a_town
from tests.pages.district_town import AT, CODE, YEAR, settle
from tests.pages.test_forged_posts import OPEN, in_the_midst_of_its_year
from tests.worlds import Worlds

HERE = {"ubigeo": CODE}
NO_PAGES = ("/api", "/ogc", "/openrosa", "/health", "/metrics", "/static", "/captura")
SITE = "http://testserver"
VISITS = f"{AT}/visitas"
TRICK = 'Ñahui "Ñawi" </textarea><script>alert(1)</script> & más'


@pytest.fixture
def town(worlds: Worlds, sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    worlds.fill_at(sqlite_url, settle)
    with a_town(sqlite_url, tmp_path) as found:
        yield found


def browser(town: Town, login: str = "", **more: Any) -> TestClient:
    client = town.client(login, **more)
    client.headers["accept"] = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
    return client


def sent(client: TestClient, page: str, to: str, /, **fields: Any) -> Response:
    """A form as a browser posts it from a page of ours."""
    return client.post(to, data=fields, headers={"referer": SITE + page})


def answered_pages(town: Town) -> list[Door]:
    """Every route that a page may post to."""
    known = doors(town.app.routes)  # type: ignore[attr-defined]
    return [each for each in known if each.method == "POST" and not each.path.startswith(NO_PAGES)]


def test_no_route_of_the_pages_answers_a_refusal_without_what_was_typed(town: Town) -> None:
    client = browser(town, "admin", raise_server_exceptions=False)
    fields = dict.fromkeys(("name", "title", "text", "reason", "tenedor", "ronda", "x.0.y"), TRICK)
    refused, lost, csrf = [], [], town.csrf("admin")

    for door in answered_pages(town):
        if door.path == "/salir":
            continue  # who leaves types nothing
        to = door.address({"ubigeo": CODE, "codigo": "C1"} if "{codigo}" in door.path else HERE)
        answer = sent(client, "/inicio", to, _csrf=csrf, **fields)
        if answer.status_code >= 400 and "json" not in answer.headers["content-type"]:
            refused.append(door.path)
            kept = TRICK in unescape(answer.text) and "<script>alert" not in answer.text
            lost += [] if kept else [(door.path, answer.status_code)]

    assert len(refused) > 80
    assert lost == []


@pytest.fixture
def busy(worlds: Worlds, sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    """A district in the midst of its year."""
    worlds.fill_at(sqlite_url, in_the_midst_of_its_year)
    with a_town(sqlite_url, tmp_path) as found:
        yield found


def written(form: Form) -> dict[str, str]:
    """What a person makes of a form who writes the same in every box."""
    made: dict[str, str] = {}
    for each in form.controls:
        if each.kind in ("hidden", "radio", "checkbox", "button"):
            made.setdefault(each.name, each.value)
        elif each.kind == "select":
            made[each.name] = next((o.value for o in each.options if o.value), "")
        elif each.kind == "date":
            made[each.name] = "2026-10-01"
        elif each.kind not in ("file", "password"):
            made[each.name] = TRICK
    return {name: value for name, value in made.items() if name}


def plain_pages(town: Town) -> list[str]:
    """Every page whose address names a place or a year at most."""
    known = doors(town.app.routes)  # type: ignore[attr-defined]
    places = {"{ubigeo}": CODE, "{codigo}": "C1", "{anio}": str(YEAR)}
    found = []
    for door in known:
        parts = [places.get(part, part) for part in door.path.split("/")]
        fits = not any("{" in part or "." in part for part in parts)
        if door.method == "GET" and fits and not door.path.startswith(NO_PAGES):
            found.append("/".join(parts))
    return found


def test_every_form_that_pages_show_holds_again_what_was_typed(busy: Town) -> None:
    refused, lost, listed = set(), [], []
    everywhere = plain_pages(busy)
    for login, addresses in OPEN.items():
        client = browser(busy, login, raise_server_exceptions=False)
        for page in dict.fromkeys((*addresses, *everywhere)):
            shown = client.get(page)
            if shown.status_code != 200 or "html" not in shown.headers["content-type"]:
                continue
            for form in forms_of(shown.text):
                fields = written(form)
                to = form.attributes.get("action", "") or page
                if TRICK not in fields.values() or to in refused:
                    continue
                answer = sent(client, page, to, **fields)
                if answer.status_code < 400:
                    continue
                refused.add(to)
                fitting = [f for f in forms_of(answer.text) if plain(to) in f.goes_to(page)]
                held = [c for f in fitting for c in f.controls if c.value == TRICK]
                boxes = sum(value == TRICK for value in fields.values())
                if TRICK not in unescape(answer.text):
                    lost.append((login, page, to, answer.status_code))
                elif len(held) < boxes:
                    listed.append((login, page, to, answer.status_code))

    assert (lost, listed) == ([], [])
    assert len(refused) > 60, sorted(refused)


def boxes(answer: Response, to: str, typed: str) -> dict[str, str]:
    """What stands in the boxes of the form of a page that has a box to type in."""
    fitting = [
        form
        for form in forms_of(answer.text)
        if plain(to) in form.goes_to("/")
        and any(c.name == typed and (c.kind != "hidden") for c in form.controls)
    ]
    assert len(fitting) == 1, answer.text
    return {each.name: each.value for each in fitting[0].controls if each.name}


def test_refused_form_says_what_where_and_what_to_do_at_its_head(town: Town) -> None:
    planner = browser(town, "planner")
    fields = {"_csrf": town.csrf("planner"), "community": "C2", "reason": " "}

    answer = sent(planner, f"{VISITS}?estado=todas", VISITS, **fields)

    form = answer.text[answer.text.rindex(f'action="{VISITS}') :]
    assert answer.status_code == 422
    assert re.match(r'[^>]*><div class="flash bad" role="alert" id="no-se-guardo"', form)
    assert "Escriba para qué es la visita" in form
    assert re.search(r'<a href="#f-reason">[^<]+</a>', form)
    assert re.search(r'<input[^>]*name="reason"[^>]*aria-describedby="[^"]*no-se-guardo"', form)
    assert form.count("aria-invalid") == 1
    assert '<option value="C2" selected>' in form
    assert "<title>Hay algo que corregir · " in answer.text


def test_page_that_comes_back_is_safe_whole_and_of_today(town: Town) -> None:
    planner = browser(town, "planner")
    shown = planner.get(VISITS)

    answer = sent(planner, VISITS, VISITS, _csrf=town.csrf("planner"), community="C1")

    nonces = set(re.findall(r'nonce="([^"]+)"', answer.text))
    assert all(f"'nonce-{each}'" in answer.headers["content-security-policy"] for each in nonces)
    assert answer.headers["cache-control"] == shown.headers["cache-control"]
    assert len(answer.headers.get_list("content-type")) == 1
    scripts = re.compile(r"<script[^>]*src=[^>]*>|<link[^>]*>")
    assert scripts.findall(answer.text) == scripts.findall(shown.text)
    assert boxes(answer, VISITS, "reason")["_csrf"] == town.csrf("planner")


def test_what_is_refused_twice_still_knows_its_page(town: Town) -> None:
    planner = browser(town, "planner")
    page, fields = f"{VISITS}?estado=todas", {"_csrf": town.csrf("planner"), "community": "C2"}

    first = sent(planner, page, VISITS, **fields)
    action = unescape(re.findall(rf'action="({VISITS}[^"]+)"', first.text)[0])
    again = sent(planner, action, action, **fields)
    done = sent(planner, action, action, **fields, reason="Falta el agua")

    assert action == f"{VISITS}?pagina=%2Fd%2F990101%2Fvisitas%3Festado%3Dtodas"
    assert (again.status_code, done.status_code) == (422, 303)
    assert f'action="{action}"' in again.text


def test_form_without_its_page_lists_what_was_typed(town: Town) -> None:
    planner = browser(town, "planner")
    fields = {"_csrf": town.csrf("planner"), "community": "C2", "reason": " ", "more": TRICK}
    strange = ("https://otro.pe" + VISITS, "", f"{SITE}/no-existe", f"{SITE}/inicio")

    for referer in strange:
        answer = planner.post(VISITS, data=fields, headers={"referer": referer})

        assert answer.status_code == 422
        assert f"more: {TRICK}" in unescape(answer.text)
        assert "Escriba para qué es la visita" in answer.text
        assert "aria-invalid" not in answer.text


def test_a_script_of_a_page_and_a_machine_get_what_they_asked_for(town: Town) -> None:
    planner = browser(town, "planner")
    planner.headers["accept"] = "application/json"

    answer = sent(planner, VISITS, VISITS, _csrf=town.csrf("planner"), reason=" ")

    assert answer.headers["content-type"] == "application/problem+json"


def test_whose_session_ended_meanwhile_sends_the_same_again(town: Town) -> None:
    nobody, planner = browser(town), browser(town, "planner")
    fields = {"community": "C2", "reason": TRICK}

    ended = sent(nobody, VISITS, VISITS, _csrf="old", **fields)
    (again,) = [each for each in forms_of(ended.text) if plain(VISITS) in each.goes_to("/")]
    kept = {each.name: each.value for each in again.controls if each.name}
    action = f"{VISITS}?pagina=%2Fd%2F990101%2Fvisitas"
    entered = sent(planner, VISITS, action, **kept)
    fields = boxes(entered, VISITS, "reason") | {"community": "C2"}
    done = sent(planner, VISITS, action, **fields)

    assert (ended.status_code, entered.status_code, done.status_code) == (401, 403, 303)
    assert f'action="{action}"' in ended.text
    assert kept["_csrf"] == ""
    assert fields["reason"] == TRICK
    assert '<option value="C2" selected>' in entered.text


def test_a_defect_of_ours_loses_nothing_either(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    planner = browser(town, "planner", raise_server_exceptions=False)
    fields = {"_csrf": town.csrf("planner"), "community": "C2", "reason": TRICK}
    monkeypatch.setattr(visits, "add", broken)

    answer = sent(planner, VISITS, VISITS, **fields)
    (again,) = [each for each in forms_of(answer.text) if plain(VISITS) in each.goes_to("/")]

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert {c.name: c.value for c in again.controls if c.name} == fields


def test_another_site_gets_no_form_filled_to_be_sent(town: Town) -> None:
    planner = browser(town, "planner")

    forged = planner.post(
        VISITS, data={"reason": "forged"}, headers={"referer": "https://otro.pe/"}
    )

    assert forged.status_code == 403
    assert town.csrf("planner") not in forged.text.replace(
        f'action="/salir"><input type="hidden" name="_csrf" value="{town.csrf("planner")}"', ""
    ).replace(f'<meta name="csrf" content="{town.csrf("planner")}"', "")
    assert "Enviar otra vez" not in forged.text


def test_no_password_comes_back(town: Town) -> None:
    door = sent(browser(town), "/entrar", "/entrar", login="planner", password="no es esta")
    own = {"_csrf": town.csrf("planner"), "current": "no es esta", "new": "x", "again": "otra"}
    account = browser(town, "planner")

    changed = sent(account, "/cuenta", "/cuenta/contrasena", **own)
    lost = sent(account, "/inicio", "/cuenta/contrasena", **own)

    for answer in (door, changed, lost):
        assert answer.status_code >= 400
        assert "no es esta" not in answer.text
        assert 'value="otra"' not in answer.text
    assert boxes(door, "/entrar", "login")["login"] == "planner"


def test_every_box_of_a_password_is_known_by_its_name() -> None:
    found = set()
    for path in (ROOT / "web" / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'text_field\("(\w+)"[^\n]*?kind="password"', text))
        found |= set(re.findall(r'name="(\w+)" type="password"', text))

    assert found
    assert found <= SECRETS


def test_many_refusals_at_once_all_get_their_pages(town: Town) -> None:
    clients = [browser(town, "planner") for _ in range(60)]  # more than there are threads
    fields = {"_csrf": town.csrf("planner"), "community": "C2"}

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(lambda each: sent(each, VISITS, VISITS, **fields), clients))

    assert {each.status_code for each in answers} == {422}
    assert all('role="alert" id="no-se-guardo"' in each.text for each in answers)


def test_what_another_person_saved_meanwhile_stands_beside_what_was_typed(busy: Town) -> None:
    planner = browser(busy, "planner")
    about = {"title": "Ñuñoa 2035", "first_year": "2032", "last_year": "2036"}
    made = sent(planner, f"{AT}/plan", f"{AT}/plan/borrador", _csrf=busy.csrf("planner"), **about)
    page = made.headers["location"]
    to = f"{page}/datos"
    fields = boxes(planner.get(page), to, "title")

    stale = sent(planner, page, to, **fields | {"title": "Mi título", "revision": "0"})

    assert stale.status_code == 412
    assert "<li>Título: «Ñuñoa 2035»</li>" in unescape(stale.text)
    assert boxes(stale, to, "title") == fields | {"title": "Mi título"}
    assert '<details class="why" open><summary>título y visión' in stale.text
