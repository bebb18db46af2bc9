"""Who reads in English reads no sentence of ours in Spanish; papers to be signed stay Spanish."""

import ast

import pytest

from app.pages import dossiers, wording
from app.pages.language import say
from app.pages.reason_texts import TEXTS
from app.planning.reasons import Reason, again
from app.settings import ROOT

FUNDED = "No alcanza: cuesta {cost_centimos} y quedan {left_centimos}."
WORDS = wording.Words("en", {}, {}, {})


def calls(folder: str, name: str) -> list[ast.Call]:
    """Every call of a function by its name, in the modules of a folder."""
    return [
        node
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def test_what_a_row_keeps_of_a_reason_is_said_again_in_the_language_of_who_reads() -> None:
    reason = Reason("short", FUNDED, {"cost_centimos": 2_000_00, "left_centimos": 50})
    kept = reason.kept

    assert again("short", kept) == reason
    assert WORDS.reason(again("short", kept)).startswith("Does not fit")
    assert kept["sentence"] == reason.sentence


def test_a_row_of_before_that_kept_its_sentence_alone_still_says_it() -> None:
    assert WORDS.reason(again("old", {"sentence": "Entra {así}."})) == "Entra {así}."


def test_whatever_a_dossier_lacks_is_said_in_english() -> None:
    written = {
        node.value
        for call in calls("app/operations/dossier", "Missing")
        for node in ast.walk(call.args[0])
        if isinstance(node, ast.Constant)
    }

    assert written <= set(dossiers.TEXTS)


@pytest.mark.parametrize("text", [*TEXTS, *dossiers.TEXTS])
def test_every_text_of_the_rules_has_its_english(text: str) -> None:
    assert say("en", text) != text
