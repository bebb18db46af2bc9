"""What a sheet is made for, and what its definition says in the language of the sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.capture.fields import Field, Instrument
from app.operations.paper import AskedPractice
from app.pages import look
from app.pages.language import N_, say

ROWS = {"crossed": 26, "table": 10, "cards": 4}
WIDE = frozenset({"practices", "indicators"})  # named by their code on paper too

Choices = Sequence[tuple[str, look.Words]]


@dataclass(frozen=True, slots=True)
class Asking:
    """What a sheet is made for: who asks whom, in which language, with how many rows a list.

    ``lists`` are the choices that registers give, by field; ``about`` are the lines under
    the title; ``rows`` None leaves their number to the layout.
    """

    instrument: Instrument
    lists: Mapping[str, Choices]
    practices: Sequence[AskedPractice]
    about: tuple[str, ...]
    language: str
    rows: int | None = None

    def label(self, text: look.Words | None) -> str:
        """A text of the definition in the language of the sheet."""
        return look.label(text, self.language)

    def say(self, sentence: str, **params: object) -> str:
        """A marked sentence in the language of the sheet."""
        return say(self.language, sentence, **params)

    def count(self, field: Field, kind: str) -> int:
        """Rows of a list: those wished for, within what the instrument takes."""
        return min(self.rows or ROWS[kind], field.maximum or 500)


def options_of(asking: Asking, field: Field) -> tuple[tuple[str, str], ...]:
    """Numbers from 1 and words; a practice or indicator stands under its own code."""
    given = asking.lists.get(field.code) or [(c.code, c.label) for c in field.choices]
    if field.type == "yes_no_unknown" and not given:
        words = (N_("Sí"), N_("No"), N_("No se sabe"))
        return tuple((str(n), asking.say(word)) for n, word in enumerate(words, 1))
    return tuple(
        (code if field.source in WIDE else str(number), asking.label(words))
        for number, (code, words) in enumerate(given, 1)
    )
