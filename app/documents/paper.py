"""A form on paper: A4 pages with boxes to write in, tables, a QR and signature lines.

What is asked comes as plain values, made from the definition of the instrument. All copies
of a printing stand in one PDF, each with a document and pages of its own.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from app.documents import qr, typesetting

TEMPLATE = "paper.typ"
Kind = Literal["text", "digits", "decimal", "date", "one", "many", "code", "note"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its boxes.

    ``options`` are (number, words), ticked where it is one or many; ``size`` is digits for
    digits, decimal and code, and lines for text; ``only_if`` says when it is asked.
    """

    label: str
    kind: Kind
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    size: int = 1
    unit: str = ""
    optional: bool = False
    only_if: str = ""
    of: Literal["question"] = "question"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its width is in millimetres, 0 shares what is left; ``upright`` turns it."""

    heading: str
    width: float
    upright: bool = False
    kind: Literal["write", "digits", "date", "given"] = "write"
    size: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: ``given`` rows begin with cells that are printed already, ``blank`` ones follow."""

    label: str
    columns: tuple[Column, ...]
    hint: str = ""
    given: tuple[tuple[str, ...], ...] = ()
    blank: int = 0
    of: Literal["grid"] = "grid"


@dataclass(frozen=True, slots=True)
class Cards:
    """Rows too long for a table: the same questions again, as often as ``count``."""

    label: str
    questions: tuple[Question, ...]
    count: int
    hint: str = ""
    of: Literal["cards"] = "cards"


@dataclass(frozen=True, slots=True)
class Legend:
    """What the numbers or codes that one writes stand for; ``columns`` side by side."""

    label: str
    options: tuple[tuple[str, str], ...]
    columns: int = 3
    of: Literal["legend"] = "legend"


Item = Question | Grid | Cards | Legend


@dataclass(frozen=True, slots=True)
class Part:
    """A section; ``note`` says when it is asked, ``apart`` begins it on a new page."""

    title: str
    items: tuple[Item, ...]
    note: str = ""
    optional: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What every page says, in the language of the reader; ``page`` has {n} and {m}."""

    page: str
    optional: str
    how: str
    signatures: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True)
class Form:
    """What all copies share; ``about`` are lines under the title: place, round, version."""

    title: str
    purpose: str
    consent: str
    about: tuple[str, ...]
    parts: tuple[Part, ...]
    words: Words
    landscape: bool = False
    language: str = "es"


@dataclass(frozen=True, slots=True)
class Copy:
    """One sheet: the address that its QR holds, and the code that a person types instead."""

    address: str
    code: str


def pdf(form: Form, copies: Sequence[Copy], made: datetime) -> bytes:
    """All copies as one PDF."""
    return typesetting.pdf(TEMPLATE, _values(form, copies), made)


def pictures(form: Form, copies: Sequence[Copy], ppi: float = 100) -> list[bytes]:
    """The same pages as PNG, for who wants to see them."""
    return typesetting.pictures(TEMPLATE, _values(form, copies), ppi)


def _values(form: Form, copies: Sequence[Copy]) -> dict[str, Any]:
    sheets = [
        {"code": copy.code, "address": copy.address, "qr": qr.svg(copy.address)} for copy in copies
    ]
    return {"form": asdict(form), "copies": sheets}
