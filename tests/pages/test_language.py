"""Spanish is the source; English must say everything that Spanish says."""

import re
from pathlib import Path

import pytest

from app.errors import Conflict, Invalid
from app.pages import language

PLACES = re.compile(r"\{[^}]*\}|%\(\w+\)s")


def a_tree(root: Path, template: str = "", code: str = "") -> Path:
    (root / "web/templates").mkdir(parents=True, exist_ok=True)
    (root / "app").mkdir(exist_ok=True)
    (root / "web/templates/page.html").write_text(template, "utf-8")
    (root / "app/module.py").write_text(code, "utf-8")
    return root


def said_in(root: Path) -> list[str]:
    return sorted(str(message.id) for message in language.extract(root) if message.id)


def test_english_says_everything_that_spanish_says() -> None:
    catalogue = language.read_catalogue(language.catalogue_path("en"))

    lacking = language.missing(catalogue, language.extract())

    assert not lacking, (
        "Run `python -m app.pages.language extract` and translate in web/locale/en/sismuni.po:\n"
        + "\n".join(lacking)
    )


def test_a_translation_keeps_the_named_places_of_its_sentence() -> None:
    catalogue = language.read_catalogue(language.catalogue_path("en"))
    differing = []
    for message in catalogue:
        ours = message.id[-1] if isinstance(message.id, tuple) else message.id
        said = message.string[-1] if isinstance(message.string, tuple) else message.string
        if said and ours and sorted(PLACES.findall(ours)) != sorted(PLACES.findall(said)):
            differing.append(ours)

    assert differing == []


def test_sentences_are_found_in_templates_refusals_and_marks(tmp_path: Path) -> None:
    code = """
class Lost(Invalid): ...
class Invalid(Refusal): ...
raise Lost("Se perdió {it}.", remedy="Búsquelo." if near else "Pídalo.", it=name)
RowError(1, "x", "Fila mala.", "9", "Corríjala.")
NAMES = (N_("Mapas"), other("callado"))
"""
    template = (
        "{% trans n=2 %}una fila{% pluralize %}{{ n }} filas{% endtrans %} {{ _('Entrar') }} suelto"
    )

    found = said_in(a_tree(tmp_path, template, code))

    assert found == [
        "('una fila', '%(n)s filas')",
        "Búsquelo.",
        "Corríjala.",
        "Entrar",
        "Fila mala.",
        "Mapas",
        "Pídalo.",
        "Se perdió {it}.",
    ]


def test_updating_keeps_translations_and_forgets_nothing(tmp_path: Path) -> None:
    root = a_tree(tmp_path, "{{ _('Entrar') }}")
    language.update("en", root)
    path = language.catalogue_path("en", root)
    path.write_text(
        path.read_text("utf-8").replace(
            'msgid "Entrar"\nmsgstr ""', 'msgid "Entrar"\nmsgstr "Log in"'
        ),
        "utf-8",
    )
    a_tree(tmp_path, "{{ _('Entrar') }} {{ _('Salir') }}")

    lacking = language.update("en", root)

    assert lacking == ["web/templates/page.html: 'Salir'"]
    assert language.read_catalogue(path).get("Entrar").string == "Log in"


def test_updating_twice_changes_nothing(tmp_path: Path) -> None:
    root = a_tree(tmp_path, "{{ _('Entrar') }}")
    language.update("en", root)
    before = language.catalogue_path("en", root).read_bytes()
    language.update("en", root)

    assert language.catalogue_path("en", root).read_bytes() == before


def test_a_refusal_is_said_in_the_language_of_the_person() -> None:
    refusal = Invalid(
        "No se entiende la línea {row}: «{line}».",
        remedy="Escriba latitud y longitud en grados, como -9.93, -76.24.",
        row=3,
        line="río",
    )

    assert language.message_of(refusal, "es") == "No se entiende la línea 3: «río»."
    assert language.message_of(refusal, "en") == "Line 3 is not understood: “río”."
    assert language.remedy_of(refusal, "en").startswith("Write latitude")
    assert language.remedy_of(Conflict("Ya existe."), "en") == ""


def test_what_has_no_translation_is_said_in_spanish() -> None:
    assert language.say("en", "Esto nadie lo tradujo.") == "Esto nadie lo tradujo."


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("en-GB,en;q=0.9,es;q=0.5", "en"),
        ("qu-PE,es;q=0.8,en;q=0.7", "es"),
        ("de, fr;q=0.3", "es"),
        ("", "es"),
        ("en;q=zero", "es"),
    ],
)
def test_a_browser_gets_the_first_language_that_both_know(header: str, lang: str) -> None:
    assert language.preferred(header) == lang
