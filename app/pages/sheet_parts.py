"""Which optional sections of a sheet stand open, and what a folded one says it holds."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.capture.fields import Field, Instrument, Section

EMPTY: tuple[object, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class Held:
    """What a section already says: rows of its lists, and answers beside them."""

    rows: int = 0
    answers: int = 0


def held(instrument: Instrument, answers: Mapping[str, Any]) -> dict[str, Held]:
    """What each section that says something holds, by its code."""
    told = {s.code: _held(s.fields, answers) for s in instrument.sections}
    return {code: each for code, each in told.items() if each != Held()}


def opened(
    instrument: Instrument, answers: Mapping[str, Any], named: Iterable[str]
) -> frozenset[str]:
    """Optional sections where something is to be mended, or a row lacks what it must say.

    ``named`` are the posted names of what was refused or doubted.
    """
    heads = {name.removeprefix("_reasons.").partition(".")[0] for name in named}
    return frozenset(s.code for s in instrument.sections if not s.core and _asks(s, answers, heads))


def _held(fields: Iterable[Field], answers: Mapping[str, Any]) -> Held:
    said = [f for f in fields if f.answered and answers.get(f.code) not in EMPTY]
    lists = [f for f in said if f.type == "repeat"]
    return Held(sum(len(answers[f.code]) for f in lists), len(said) - len(lists))


def _asks(section: Section, answers: Mapping[str, Any], heads: Collection[str]) -> bool:
    return any(
        field.code in heads
        or (
            field.type == "repeat"
            and any(_lacks(field, row) for row in answers.get(field.code) or ())
        )
        for field in section.fields
    )


def _lacks(field: Field, row: Mapping[str, Any]) -> bool:
    return any(f.required and row.get(f.code) in EMPTY for f in field.fields)
