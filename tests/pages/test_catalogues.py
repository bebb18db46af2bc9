"""Norms on their page: seen by who plans, loaded and verified by who administers."""

import re

from httpx import Response

from tests.http.town import Town
from tests.pages.district_town import AT

ADDRESS = "/administracion/catalogos"
GIVEN = {
    "code": "anaemia.cutoffs",
    "lines": "6; 23; 10,5",
    "source": "Norma de prueba",
    "valid_from": "2025-01-01",
}


def posted(town: Town, path: str, **fields: str) -> Response:
    client = town.client("admin")
    token = re.search(r'name="_csrf" value="([^"]+)"', client.get(ADDRESS).text)
    assert token is not None
    return client.post(path, data={"_csrf": token[1], **fields}, follow_redirects=True)


def test_norms_say_that_nobody_verified_them_and_empty_ones_how_to_load_them(
    district: Town,
) -> None:
    page = district.client("planner").get(f"{AT}{ADDRESS}").text

    assert "por verificar" in page
    assert "copiando la tabla de la norma" in page
    assert "Cargar una norma" not in page


def test_a_norm_is_loaded_verified_and_annulled(district: Town) -> None:
    wrong = posted(district, ADDRESS, **GIVEN | {"lines": "seis; once; diez"})
    assert (wrong.status_code, "Renglón 1" in wrong.text) == (422, True)
    assert "seis; once; diez" in wrong.text

    page = posted(district, ADDRESS, **GIVEN).text
    assert "10,50" in page or "10,5" in page
    uuid = re.search(r"catalogos/([0-9a-f-]{36})/verificar", page.split("Norma de prueba")[1])
    assert uuid is not None
    verified = posted(district, f"{ADDRESS}/{uuid[1]}/verificar", by="Luz Rojas, nutricionista")
    assert "Verificó Luz Rojas, nutricionista" in verified.text
    gone = posted(district, f"{ADDRESS}/{uuid[1]}/anular", reason="Era de prueba")
    assert "anulada" in gone.text
