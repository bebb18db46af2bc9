"""A page that holds again what was typed: a pure rule on its text."""

import re
from html import escape, unescape
from html.parser import HTMLParser
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pages.refilling import NOTICE, Refilled, Sent, refill, standing

PAGE = "/d/990101/agentes?estado=todos"
TO = "/d/990101/agentes/impugnaciones"
NOTE = f'<div id="{NOTICE}">No se pudo</div>'


def a_page(inside: str, action: str = TO, around: str = "{}") -> str:
    """A page with one form, as our templates make it."""
    form = f'<form method="post" action="{action}"><input type="hidden" name="_csrf" value="new">'
    whole = around.format(f"{form}{inside}<button>Guardar</button></form>")
    return f'<html><body><main id="contenido" tabindex="-1"><h1>Ñ</h1>{whole}</main></body></html>'


def refilled(html: str, *fields: tuple[str, str], wrong: tuple[str, ...] = ()) -> Refilled:
    found = refill(html, Sent(PAGE, TO, (("_csrf", "old"), *fields), wrong))
    assert found is not None
    return found


def filled(html: str, *fields: tuple[str, str], wrong: tuple[str, ...] = ()) -> str:
    return refilled(html, *fields, wrong=wrong).told(NOTE)


class Shown(HTMLParser):
    """What a browser would hold in the boxes of a page: name, value, whether it is posted."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.held: list[tuple[str, str]] = []
        self.text: tuple[str, list[str]] | None = None
        self.list = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        chosen = told.get("type") not in ("checkbox", "radio") or "checked" in told
        if tag == "input" and chosen:
            self.held.append((told.get("name", ""), told.get("value", "")))
        self.text = (told.get("name", ""), []) if tag == "textarea" else self.text
        self.list = told.get("name", "") if tag == "select" else self.list
        if tag == "option" and "selected" in told:
            self.held.append((self.list, told.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.text is not None:
            self.held.append((self.text[0], "".join(self.text[1]).removeprefix("\n")))
            self.text = None


def held(html: str) -> list[tuple[str, str]]:
    return [pair for pair in Shown(html).held if pair[0] != "_csrf"]


@pytest.mark.parametrize(
    "text",
    ["", "Ñuñoa, 3 áreas", '"><script>alert(1)</script>', "a & b &amp; c", "'", "<b>", "{n}"],
)
def test_text_comes_back_to_the_letter_and_escaped(text: str) -> None:
    page = a_page('<input id="a" name="a" value="antes"><textarea name="b">antes</textarea>')

    shown = filled(page, ("a", text), ("b", f"\n{text}\r\nfin"))

    assert held(shown) == [("a", text), ("b", f"\n{text}\nfin")]
    assert "<script" not in shown


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_no_text_breaks_out_of_its_box(text: str) -> None:
    page = a_page('<input name="a"><textarea name="b"></textarea>')

    shown = filled(page, ("a", text), ("b", text))

    assert held(shown) == [("a", text), ("b", text)]


def test_choices_marks_and_lists_are_those_that_were_sent() -> None:
    page = a_page(
        '<select name="s"><option value="1" selected>Uno</option><option value="2">Dos</option>'
        '</select><select name="m" multiple><option value="x" selected>X</option>'
        '<option value="y">Y</option><option value="z">Z</option></select>'
        '<input type="radio" name="r" value="si" checked><input type="radio" name="r" value="no">'
        '<input type="checkbox" name="c" value="a" checked>'
        '<input type="checkbox" name="c" value="b">'
        '<input type="checkbox" name="d" checked>'
    )

    shown = filled(page, ("s", "2"), ("m", "y"), ("m", "z"), ("r", "no"), ("c", "b"))

    assert held(shown) == [("s", "2"), ("m", "y"), ("m", "z"), ("r", "no"), ("c", "b")]


def test_one_name_in_more_boxes_keeps_its_order() -> None:
    page = a_page(
        '<input name="t" value="1"><input name="t" value="2"><textarea name="t"></textarea>'
    )

    shown = filled(page, ("t", "Ana"), ("t", ""), ("t", "José"))

    assert held(shown) == [("t", "Ana"), ("t", ""), ("t", "José")]


def test_tokens_passwords_and_files_are_those_of_the_new_page() -> None:
    page = a_page(
        '<input type="hidden" name="revision" value="8"><input type="password" name="clave">'
        '<input type="file" name="file"><input name="a">'
    )

    found = refilled(page, ("revision", "7"), ("clave", "secreta"), ("a", "x"), ("file", "y"))

    shown = found.told("")
    assert 'name="_csrf" value="new"' in shown
    assert 'name="revision" value="8"' in shown
    assert "secreta" not in shown
    assert found.left == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("2026-10-01", "2026-10-01"), ("1/10/2026", "2026-10-01"), ("", ""), ("ayer", "2026-09-30")],
)
def test_a_day_comes_back_as_its_box_shows_days(typed: str, shown: str) -> None:
    found = refilled(a_page('<input type="date" name="d" value="2026-09-30">'), ("d", typed))

    assert held(found.told("")) == [("d", shown)]
    assert found.left == ([("d", "ayer")] if typed == "ayer" else [])


def test_a_place_drawn_on_the_map_comes_back_with_its_text() -> None:
    box = '<input type="hidden" name="p" value=""><textarea name="p.text"></textarea>'
    drawn = '{"type":"Point","coordinates":[-76,-9]}'

    shown = filled(a_page(box), ("p", drawn), ("p.text", "-9, -76"))
    strange = filled(a_page(box), ("p", "{no"), ("p.text", "-9, -76"))

    assert held(shown) == [("p", drawn), ("p.text", "-9, -76")]
    assert held(strange) == [("p", ""), ("p.text", "-9, -76")]


def test_what_was_as_the_page_has_it_changes_no_byte() -> None:
    page = a_page(
        "<INPUT name=a value=uno ><select name=s><option>Dos</option></select>"
        "<textarea name='t'>ñ &amp; m</textarea>"
        '<script nonce="x">if (1 < 2) f(\'<input name="a">\')</script>'
    )

    found = refilled(page, ("a", "uno"), ("s", "Dos"), ("t", "ñ & m"))

    assert found.told("") == page.replace("<option>", "<option selected>")
    assert found.now == []


def test_notice_stands_in_the_form_and_folded_parts_open() -> None:
    fold = "<details><summary>Más</summary>{}</details>"
    page = a_page(
        '<label for="f-a">Nombre <b>entero</b></label><input id="f-a" name="a">', TO, fold
    )

    found = refilled(page, ("a", "x"), wrong=("a",))

    assert f'action="{TO}">{NOTE}' in found.told(NOTE)
    assert "<details open>" in found.before
    assert found.where == [("f-a", "Nombre entero")]
    assert f'aria-describedby="{NOTICE}" aria-invalid="true"' in found.after


def test_a_box_that_is_described_already_keeps_its_hint() -> None:
    page = a_page('<input id="f-a" name="a" aria-describedby="f-a-h"><input name="b">')

    shown = filled(page, ("a", ""), ("b", ""), wrong=("a",))

    assert f'aria-describedby="f-a-h {NOTICE}"' in shown
    assert shown.count("aria-invalid") == 1


@pytest.mark.parametrize("around", ["<table><tr><td>{}</td></tr></table>", "{}"])
def test_forms_of_a_button_or_in_a_table_are_told_of_at_the_head(around: str) -> None:
    box = '<input name="a">' if "table" in around else ""

    shown = filled(a_page(box, TO, around), ("a", "x"))

    assert f'tabindex="-1">{NOTE}<h1>' in shown


def test_of_more_forms_to_one_address_it_is_the_one_that_was_sent() -> None:
    def row(code: str) -> str:
        return f'<input type="hidden" name="code" value="{code}"><input name="a">'

    form = '<form method="post" action="{}">{}</form>'
    page = "".join(form.format(TO, row(code)) for code in ("A", "B", "C"))

    shown = filled(f"<main>{page}</main>", ("code", "B"), ("a", "mío"))

    assert re.findall(r'name="a"(?: value="([^"]*)")?', shown) == ["", "mío", ""]


def test_form_with_a_box_is_told_from_those_that_say_the_same_by_a_button() -> None:
    hidden = '<form method="post" action="{}"><input type="hidden" name="of" value="B">{}</form>'
    page = hidden.format(TO, '<input type="hidden" name="a" value="otro">') + a_page(
        '<select name="of"><option>A</option><option>B</option></select><input name="a">'
    )

    shown = filled(page, ("of", "B"), ("a", "mío"))

    assert held(shown) == [("of", "B"), ("a", "otro"), ("of", ""), ("a", "mío")]


@pytest.mark.parametrize(
    ("action", "fits"),
    [
        (TO, True),
        ("impugnaciones", False),
        ("agentes/impugnaciones", True),
        (f"{TO}?pagina=%2Fd", True),
        (f"{TO}?x=1", False),
        (f"{TO}/1", False),
        ("https://otro.pe" + TO, True),
        ("/d/990101/%61gentes/impugnaciones", True),
    ],
)
def test_form_is_found_by_where_it_goes(action: str, fits: bool) -> None:
    found = refill(a_page('<input name="a">', action), Sent(PAGE, TO, (("a", "1"),)))

    assert (found is not None) == fits


def test_form_without_an_address_goes_to_its_page() -> None:
    page = a_page('<input name="a">').replace(f' action="{TO}"', "")

    found = refill(page, Sent(PAGE, PAGE, (("a", "1"),)))

    assert found is not None
    assert held(found.told("")) == [("a", "1")]


def test_what_has_no_box_is_told_and_what_nobody_typed_is_not() -> None:
    page = a_page('<select name="s"><option value="1">Uno</option></select>')

    found = refilled(page, ("s", "9"), ("otra", "perdida"), ("vacía", " "), ("_renglones", "1"))

    assert found.left == [("s", "9"), ("otra", "perdida")]


def test_what_another_person_wrote_meanwhile_is_told() -> None:
    page = a_page('<label>Título <input name="a" value="De otra persona"></label><input name="b">')

    found = refilled(page, ("a", "Mío"), ("b", ""))

    assert found.now == [("Título", "De otra persona")]


REPEAT = (
    '<div data-repeat="__hijos__"><div class="rows"><fieldset><input name="hijos.0.nombre">'
    '</fieldset></div>\n<template><fieldset><input name="hijos.__hijos__.nombre">'
    '<div><div class="rows"></div><template><input name="hijos.__hijos__.dosis.__dosis__.día">'
    "</template></div></fieldset></template></div>"
)


def test_rows_that_were_added_by_hand_come_back_even_within_rows() -> None:
    sent = [("hijos.0.nombre", "Ana"), ("hijos.2.nombre", "Luz"), ("hijos.2.dosis.1.día", "lunes")]

    found = refilled(a_page(REPEAT), *sent)

    assert {pair for pair in held(found.told("")) if pair[1]} == set(sent)
    assert found.left == []
    assert "hijos.1.nombre" in found.told("")


def test_a_row_with_a_vast_number_makes_no_vast_page() -> None:
    found = refilled(a_page(REPEAT), ("hijos.9999.nombre", "Ana"))

    assert len(found.told("")) < 200_000
    assert found.left == [("hijos.9999.nombre", "Ana")]


def test_a_page_that_stands_elsewhere_tells_its_forms_where_it_was() -> None:
    page = a_page("") + '<form method="get" action="/x"></form><form method="post"></form>'

    shown = standing(page, PAGE)

    carried = "pagina=%2Fd%2F990101%2Fagentes%3Festado%3Dtodos"
    assert f'action="{TO}?{carried}"' in shown
    assert f'action="{escape(f"{PAGE}&{carried}")}"' in shown
    assert '<form method="get" action="/x">' in shown
    assert standing(shown, "/otra") == shown


def test_a_sheet_of_five_thousand_boxes_is_refilled_at_once() -> None:
    box = (
        '<td data-label="Uso"><input class="in figure" id="f-{0}" name="n.{0}.x"'
        ' aria-label="Práctica {0}" inputmode="numeric" autocomplete="off" value="{0}"></td>'
    )
    page = a_page("".join(map(box.format, range(5_000))))
    sent = [(f"n.{each}.x", f"«{each}»") for each in range(5_000)]
    begun = perf_counter()

    found = refilled(page, *sent, wrong=tuple(name for name, _ in sent))

    assert perf_counter() - begun < 3  # a tenth of it when the machine is at rest
    assert held(found.told("")) == sent
    assert unescape(found.told("")).count("aria-invalid") == 5_000
