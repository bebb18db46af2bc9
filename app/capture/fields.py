"""What an instrument is made of: sections, fields, rules, choices, words in two languages.

Immutable, and nothing here reads a file. A field's code is unique in its instrument,
repeats included, so that ``${code}`` never means two things.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

TYPES = frozenset(
    {
        "text",
        "note",
        "integer",
        "decimal",
        "date",
        "yes_no_unknown",
        "select_one",
        "select_many",
        "geometry",
        "repeat",
        "photo",
        "file",
        "calculated",
    }
)
ROLES = frozenset(
    {
        "council",
        "health_agent",
        "planner",
        "evaluator",
        "official",
        "councillor",
        "oversight",
        "clerk",
        "facility",
        "clas",
        "visitor",
        "dpo",
        "admin",
    }
)
SENSITIVITIES = ("none", "personal", "health", "sensitive")
SOURCES = frozenset({"practices", "indicators", "problems", "actions", "sectors", "households"})

TEXT_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Spanish and in English; another language falls back to Spanish."""

    es: str
    en: str

    def of(self, language: str) -> str:
        """Give the words in ``language``, as a code such as ``es`` or ``en-GB``."""
        return self.en if language[:2] == "en" else self.es


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a list."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of an answer; a soft rule gives way to a written reason."""

    constraint: str
    message: Text
    severity: str = "hard"


@dataclass(frozen=True, slots=True)
class Field:
    """One question, list of rows, sentence or worked-out value; see seeds/instruments/README.md.

    ``minimum`` and ``maximum`` bound a number, or the rows of a repeat. ``source`` names the
    register that gives the choices when they are not in the definition. ``key`` are the
    fields that together tell the rows of a repeat apart.
    """

    code: str
    type: str
    label: Text
    hint: Text | None = None
    required: bool = False
    relevant: str = ""
    calculate: str = ""
    rules: tuple[Rule, ...] = ()
    choices: tuple[Choice, ...] = ()
    source: str = ""
    kinds: tuple[str, ...] = ()
    fields: tuple["Field", ...] = ()
    key: tuple[str, ...] = ()
    key_message: Text | None = None
    sensitivity: str = "none"
    ask: frozenset[str] = frozenset()
    see: frozenset[str] = frozenset()
    unit: str = ""
    prefill: bool = False
    minimum: int | None = None
    maximum: int | None = None
    not_future: bool = False
    max_length: int = TEXT_LENGTH
    links: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether a person answers it: neither a sentence nor a worked-out value."""
        return self.type not in ("note", "calculated")

    @property
    def codes(self) -> frozenset[str]:
        """Codes of the choices in the definition; empty where a register gives them."""
        return frozenset(choice.code for choice in self.choices)

    def choice_label(self, code: str) -> Text:
        """Words of a choice; its own code where the definition does not hold it."""
        found = (choice.label for choice in self.choices if choice.code == code)
        return next(found, Text(code, code))


@dataclass(frozen=True, slots=True)
class Section:
    """A page of questions; a core one is always asked."""

    code: str
    title: Text
    core: bool
    fields: tuple[Field, ...]
    relevant: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of a form, which never changes; ``digest`` is of all its content.

    ``changes`` are the practices and indicators that it asks otherwise than the version before.
    """

    code: str
    slug: str
    version: int
    subject: str
    period: str
    fill: frozenset[str]
    see: frozenset[str]
    title: Text
    purpose: Text
    sections: tuple[Section, ...]
    digest: str = ""
    changes: frozenset[str] = frozenset()

    def fields(self) -> Iterator[Field]:
        """Top-level fields in the order in which they are asked."""
        for section in self.sections:
            yield from section.fields

    def walk(self) -> Iterator[tuple[Field, tuple[str, ...]]]:
        """Give every field, with the repeats it stands in, outermost first."""
        yield from _walk(self.fields(), ())

    def field(self, code: str) -> Field:
        """Find a field by its code, wherever it stands.

        Raises
        ------
        KeyError
            The instrument has no such field.
        """
        for found, _ in self.walk():
            if found.code == code:
                return found
        raise KeyError(code)

    def core_questions(self) -> list[Field]:
        """What an assembly must be asked: each question once, however many rows it has."""
        core = (field for section in self.sections if section.core for field in section.fields)
        return [f for f, _ in _walk(core, ()) if f.answered and f.type != "repeat"]

    def asked_by(self, roles: Collection[str]) -> "Instrument":
        """Narrow to what a person with these roles may be shown to fill."""
        return self._narrowed("ask", frozenset(roles))

    def seen_by(self, roles: Collection[str]) -> "Instrument":
        """Narrow to what a person with these roles may read."""
        return self._narrowed("see", frozenset(roles))

    def _narrowed(self, right: str, roles: frozenset[str]) -> "Instrument":
        sections = (replace(s, fields=_open_to(s.fields, right, roles)) for s in self.sections)
        return replace(self, sections=tuple(s for s in sections if s.fields))


def _walk(
    fields: Iterator[Field] | tuple[Field, ...], chain: tuple[str, ...]
) -> Iterator[tuple[Field, tuple[str, ...]]]:
    for field in fields:
        yield field, chain
        yield from _walk(field.fields, (*chain, field.code))


def _open_to(fields: tuple[Field, ...], right: str, roles: frozenset[str]) -> tuple[Field, ...]:
    allowed: list[Field] = []
    for field in fields:
        rights: Any = getattr(field, right)
        if rights & roles:
            allowed.append(replace(field, fields=_open_to(field.fields, right, roles)))
    return tuple(allowed)
