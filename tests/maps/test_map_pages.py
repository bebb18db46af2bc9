"""The pages of the maps: a sentence, choices, a table; nothing that a name could run."""

import re
from dataclasses import replace

import pytest

from app.gis.classes import fixed
from app.operations.layers.declared import Mark, Told, Value
from app.operations.layers.registry import by_slug
from app.pages import map_tables
from tests import world
from tests.http.town import Town
from tests.maps.district import EVIL, KEPT, SAID

AT = f"/d/{world.UBIGEO}/mapas"
LEGAL = "Límites referenciales, sin efecto legal"


def test_the_official_reads_first_which_communities_to_support(mapped: Town) -> None:
    answer = mapped.client("oficial").get(AT)

    assert answer.status_code == 200
    assert "Qué comunidades apoyar primero" in answer.text
    assert "Primero Cerro" in answer.text
    assert answer.text.count(LEGAL) >= 1
    assert f"{AT}/apoyo/tabla" in answer.text


def test_the_page_holds_addresses_and_no_data(mapped: Town) -> None:
    text = mapped.client("oficial").get(AT).text

    assert "coordinates" not in text
    assert f"/api/v1/districts/{world.UBIGEO}/layers/support" in text
    assert len(text.encode()) < 40_000


@pytest.mark.parametrize("path", ["", "/apoyo", "/problemas", "/problemas/tabla", "/apoyo/tabla"])
def test_names_and_sentences_of_people_never_become_markup(mapped: Town, path: str) -> None:
    text = mapped.client("oficial").get(AT + path).text

    assert "<script>alert" not in text
    assert "{{ 7 * 7 }}" not in text or EVIL.replace("<", "&lt;").replace(">", "&gt;") in text
    assert "{49" not in text


def test_every_script_of_a_map_carries_the_nonce_of_its_answer(mapped: Town) -> None:
    answer = mapped.client("oficial").get(AT)

    (nonce,) = re.findall(r"'nonce-([^']+)'", answer.headers["content-security-policy"])[:1]
    inline = re.findall(r"<script(?![^>]*src=)[^>]*>", answer.text)
    assert inline
    assert all(f'nonce="{nonce}"' in tag for tag in inline)


def test_the_public_gets_the_published_map_and_is_led_in_for_the_rest(mapped: Town) -> None:
    client = mapped.client()

    shown = client.get(AT)
    closed = client.get(f"{AT}/problemas")

    assert shown.status_code == 200
    assert SAID not in shown.text
    assert KEPT not in shown.text
    assert "apoyo" not in re.sub(r"<footer.*", "", shown.text).casefold()
    assert closed.status_code == 303
    assert closed.headers["location"].startswith("/entrar")


@pytest.mark.parametrize(
    "slug",
    ["apoyo", "necesidad", "indicador", "brecha", "cobertura", "problemas", "peligros",
     "recursos", "acciones", "propuestas", "establecimientos"],
)  # fmt: skip
def test_every_layer_has_its_map_and_its_table(mapped: Town, slug: str) -> None:
    client = mapped.client("oficial")

    map_, table = client.get(f"{AT}/{slug}"), client.get(f"{AT}/{slug}/tabla")

    assert (map_.status_code, table.status_code) == (200, 200)
    assert f"{AT}/{slug}/tabla" in map_.text
    assert "<tbody" in table.text
    assert LEGAL in table.text


def test_choices_stay_with_the_table_and_the_way_back(mapped: Town) -> None:
    client = mapped.client("oficial")
    query = "indicador=P-F1&ronda=2026-B&solo=brecha"

    map_ = client.get(f"{AT}/indicador?{query}").text
    table = client.get(f"{AT}/indicador/tabla?{query}").text

    assert f"{AT}/indicador/tabla?{query.replace('&', '&amp;')}" in map_
    assert "12 de 31 hogares" in table
    assert "Dos Ríos" not in table


def test_a_table_names_its_figure_by_its_unit(mapped: Town) -> None:
    table = mapped.client("oficial").get(f"{AT}/apoyo/tabla").text

    assert '<th scope="col" role="columnheader" class="n">Puntos</th>' in table


def test_a_number_that_only_orders_the_words_is_left_out() -> None:
    words = ("peor", "mejor")
    classes = replace(fixed((-1, 0, 1)), labels=words)
    marks = [Mark(code, code, None) for code in "ABC"]
    values = {"A": Value(-0.5, text="peor"), "B": Value(0.5, text="mejor")}
    told = Told("Agrupaciones", values, "2", "", classes=classes)

    table = map_tables.table(by_slug("agrupaciones"), marks, told, "es")

    assert [each["key"] for each in table["columns"]][:2] == ["name", "said"]
    assert "value" not in [each["key"] for each in table["columns"]]
    assert [row["said"] for row in table["rows"]] == ["peor", "mejor", "no se sabe"]


def test_at_most_two_layers_lie_over_the_first(mapped: Town) -> None:
    wanted = "&".join(f"con={slug}" for slug in ("problemas", "peligros", "recursos"))

    text = mapped.client("oficial").get(f"{AT}?{wanted}").text

    assert text.count('"shown": true') + text.count('"shown":true') == 3


def test_a_layer_that_does_not_exist_is_said_in_words(mapped: Town) -> None:
    answer = mapped.client("oficial").get(f"{AT}/nada")

    assert answer.status_code == 404
    assert "No hay ninguna capa" in answer.text


def test_the_country_leads_down_to_its_districts(mapped: Town) -> None:
    client = mapped.client()

    map_, table = client.get("/mapa?indicador=anemia_pct"), client.get("/mapa/tabla")

    assert map_.status_code == 200
    assert re.search(r"/api/v1/layers/districts/[0-9a-f]{20}", map_.text)
    assert AT in map_.text
    assert AT in table.text


def test_english_is_spoken_on_the_map_too(mapped: Town) -> None:
    client = mapped.client()
    client.cookies.set("idioma", "en")

    text = client.get(AT).text

    assert "See as a table" in text
    assert "Boundaries for reference only, without legal effect." in text
    assert "lang=en" in text
