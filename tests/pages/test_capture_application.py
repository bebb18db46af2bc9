"""The application of the telephone as the server hands it out."""

import gzip
import json
import re

import pytest
from fastapi.testclient import TestClient

from app.pages import capture
from app.pages.capture_words import WORDS, spoken
from app.settings import ROOT
from tests.http.town import Town

FIRST_LOAD = 1_000_000
MODULES = ROOT / "web" / "static" / "capture"
# Keys that are put together: a state of a document, a tool of the map.
MADE = ("state.", "place.")


@pytest.fixture
def client(district: Town) -> TestClient:
    """Somebody whom nobody knows."""
    return district.client()


def kept(client: TestClient) -> list[str]:
    """What the telephone is told to keep."""
    script = client.get("/captura/sw.js").text
    found = re.search(r"^const FILES = (.*)$", script, re.MULTILINE)
    assert found
    listed: list[str] = json.loads(found[1])
    return listed


def test_everything_that_it_keeps_is_there_and_comes_within_a_megabyte(
    client: TestClient,
) -> None:
    answers = {address: client.get(address) for address in kept(client)}

    assert {a: r.status_code for a, r in answers.items() if r.status_code != 200} == {}
    packed = sum(len(gzip.compress(answer.content, 5)) for answer in answers.values())
    assert packed <= FIRST_LOAD


def test_no_module_asks_for_another_that_is_not_kept(client: TestClient) -> None:
    listed = set(kept(client))

    for module in MODULES.glob("*.js"):
        for path in re.findall(r"""(?:from|import\()\s*'([^']+)'""", module.read_text("utf-8")):
            wanted = (module.parent / path).resolve().relative_to(ROOT / "web").as_posix()
            assert f"/{wanted}" in listed, f"{module.name} asks for {path}"


def test_its_page_lets_the_engine_run_and_asks_nobody_else(client: TestClient) -> None:
    page = client.get("/captura/")
    policy = page.headers["content-security-policy"]

    assert "script-src 'self' 'wasm-unsafe-eval' 'nonce-" in policy
    assert "connect-src 'self' blob:" in policy
    assert "wasm-unsafe-eval" not in client.get("/").headers["content-security-policy"]
    assert not re.findall(r'(?:src|href)="https?:', page.text)


def test_what_the_modules_say_is_in_the_catalogue_and_nothing_else(client: TestClient) -> None:
    source = "".join(path.read_text("utf-8") for path in MODULES.glob("*.js"))
    said = set(re.findall(r"""['"`]([a-z]+(?:\.[a-z0-9]+)*)['"`]""", source)) & set(WORDS)
    asked = set(re.findall(r"""\bt\('([\w.]+)'""", source))

    assert asked <= set(WORDS)
    unsaid = {key for key in WORDS if key not in said and not key.startswith(MADE)}
    assert unsaid == set()
    for lang in ("es", "en"):
        assert client.get(f"/captura/palabras/{lang}.json").json() == spoken(lang)
    assert client.get("/captura/palabras/xx.json").status_code == 404


def test_another_version_of_any_file_is_another_version_of_the_whole(client: TestClient) -> None:
    first = client.get("/captura/sw.js").text.splitlines()[0]

    assert re.fullmatch(r'const VERSION = "[0-9a-f]{12}"', first)
    assert set(capture.own_files()) >= {"capture/app.js", "vendor/xforms-engine.js"}
    manifest = client.get("/captura/manifest.webmanifest").json()
    assert (manifest["scope"], manifest["start_url"]) == ("/captura/", "/captura/")
