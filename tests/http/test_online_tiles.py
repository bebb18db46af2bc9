"""Pictures of another host lie under the maps only where whoever installs asked for them."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.errors import Invalid
from app.http.middleware import Surround
from app.settings import Settings


def _pictures(settings: Settings) -> str:
    """Where the policy of an answer lets pictures come from."""
    app = FastAPI()
    app.add_middleware(Surround, settings=settings)
    with TestClient(app) as client:
        policy = client.get("/nada").headers["content-security-policy"]
    return next(part.strip() for part in policy.split(";") if part.strip().startswith("img-src"))


def test_no_page_may_ask_another_host_for_pictures() -> None:
    assert _pictures(Settings()) == "img-src 'self' data: blob:"


def test_the_host_that_was_asked_for_is_let_in_and_no_other() -> None:
    settings = Settings(online_tiles="https://teselas.example.pe/capa/{z}/{x}/{y}.png")

    assert _pictures(settings) == "img-src 'self' data: blob: https://teselas.example.pe"


@pytest.mark.parametrize(
    "address",
    [
        "teselas.example.pe/{z}/{x}/{y}.png",
        "javascript:alert(1)//{z}/{x}/{y}",
        "https://teselas.example.pe/mapa.png",
        "https://a.pe; script-src *//{z}/{x}/{y}",
        "https:///{z}/{x}/{y}.png",
    ],
)
def test_what_is_no_address_of_map_pictures_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        _ = Settings(online_tiles=address).tiles_origin
