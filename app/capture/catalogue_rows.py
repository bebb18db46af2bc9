"""Read the catalogues from rows of text and say what does not fit in them."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from app.capture.catalogue import (
    COMPUTED_BY,
    UNITS,
    AnswerRule,
    Catalogue,
    Indicator,
    Practice,
    Term,
)
from app.capture.fields import SENSITIVITIES, Instrument, Text
from app.errors import Malformed, RowError

_TERM = re.compile(
    r"(?P<code>P-[A-Z]\d+)(?:\[(?P<kind>[a-z_]+)\])?(?:@(?P<low>\d+)-(?P<high>\d+))?"
)
_PAIR = re.compile(r"(?P<form>[a-z_]+):(?P<x>[a-z0-9_]+)(?:/(?P<n>[a-z0-9_]+)|=(?P<value>\w+))")

Row = Mapping[str, str]
_T = TypeVar("_T")


def load(practices: Path, indicators: Path) -> Catalogue:
    """Read both files and check them against each other.

    Raises
    ------
    Malformed
        With one row for each thing that is wrong.
    """
    catalogue = Catalogue(
        tuple(_rows(practices, practice_of)), tuple(_rows(indicators, indicator_of))
    )
    wrong = problems_of(catalogue)
    if wrong:
        raise Malformed(
            "Los catálogos tienen {count} errores; el primero: {why}",
            rows=wrong,
            count=len(wrong),
            why=f"{wrong[0].field}: {wrong[0].message}",
        )
    return catalogue


def practice_of(row: Row) -> Practice:
    """Build a practice from a row of text; ValueError or KeyError where it is not one."""
    return Practice(
        code=row["code"],
        name=Text(row["name_es"], row["name_en"]),
        stage=row["stage"],
        theme=row["theme"],
        denominator=row["denominator_code"],
        age_min_months=_whole(row["age_min_months"]),
        age_max_months=_whole(row["age_max_months"]),
        unit=_among(row["unit"], UNITS),
        sensitivity=_among(row["sensitivity"], SENSITIVITIES),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        source=row["source"],
        verified_by=row["verified_by"],
        verified_on=_day(row["verified_on"]),
    )


def indicator_of(row: Row) -> Indicator:
    """Build an indicator from a row of text; ValueError or KeyError where it is not one."""
    return Indicator(
        code=row["code"],
        name=Text(row["name_es"], row["name_en"]),
        numerator=Text(row["numerator_es"], row["numerator_en"]),
        denominator=Text(row["denominator_es"], row["denominator_en"]),
        denominator_code=row["denominator_code"],
        direction=_among(row["direction"], ("up", "down")),
        unit=row["unit"],
        dimension=row["dimension"],
        target=row["target"],
        target_source=row["target_source"],
        computed_by=_among(row["computed_by"], COMPUTED_BY),
        fed_by=tuple(row["fed_by"].split()),
        practices=tuple(row["practices"].split()),
        household_rule=household_rule(row["household_rule"]),
        answer_rule=answer_rule(row["answer_rule"]),
        sensitivity=_among(row["sensitivity"], SENSITIVITIES),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        source=row["source"],
        verified_by=row["verified_by"],
        verified_on=_day(row["verified_on"]),
    )


def household_rule(text: str) -> tuple[Term, ...]:
    """Read a household rule; ValueError where it is not one."""
    terms = []
    for part in filter(None, text.split("|")):
        found = _TERM.fullmatch(part.strip())
        if not found:
            raise ValueError(f"household_rule: {part!r}")
        low, high = _whole(found["low"] or ""), _whole(found["high"] or "")
        terms.append(Term(found["code"], found["kind"], low, high))
    return tuple(terms)


def answer_rule(text: str) -> AnswerRule | None:
    """Read an answer rule, None where there is none; ValueError where it is not one."""
    if not text:
        return None
    found = _PAIR.fullmatch(text)
    if not found:
        raise ValueError(f"answer_rule: {text!r}")
    return AnswerRule(found["form"], found["x"], found["n"] or "", found["value"] or "")


def problems_of(
    catalogue: Catalogue, instruments: Mapping[str, Instrument] | None = None
) -> list[RowError]:
    """What does not fit: overlapping rows of a code, unknown codes, rules that contradict.

    With the instruments, also the fields and codes that either names in the other.
    """
    found = _overlaps(catalogue.practices) + _overlaps(catalogue.indicators)
    known = {p.code: p for p in catalogue.practices}
    for indicator in catalogue.indicators:
        named = {*indicator.practices, *(term.practice for term in indicator.household_rule)}
        for code in sorted(named - set(known)):
            found.append(RowError(None, indicator.code, f"no hay práctica {code}"))
        for code in set(indicator.practices) & set(known):
            if known[code].denominator != indicator.denominator_code:
                found.append(RowError(None, indicator.code, f"{code} cuenta otro grupo"))
        if (indicator.target != "") != (indicator.target_source != ""):
            found.append(RowError(None, indicator.code, "una meta va con su fuente"))
    if instruments is not None:
        found += _misfits(catalogue, instruments)
    return found


def _misfits(catalogue: Catalogue, instruments: Mapping[str, Instrument]) -> list[RowError]:
    found = []
    codes = {p.code for p in catalogue.practices} | {i.code for i in catalogue.indicators}
    fields = {
        name: {field.code for field, _ in instrument.walk()}
        for name, instrument in instruments.items()
    }
    for indicator in catalogue.indicators:
        for name in set(indicator.fed_by) - set(instruments):
            found.append(RowError(None, indicator.code, f"no hay instrumento {name}"))
        rule = indicator.answer_rule
        if rule and not {rule.x, rule.n or rule.x} <= fields.get(rule.instrument, set()):
            found.append(RowError(None, indicator.code, "answer_rule nombra campos que no hay"))
    for name, instrument in instruments.items():
        for field, _ in instrument.walk():
            for code in set(field.links) - codes:
                found.append(RowError(None, f"{name}.{field.code}", f"no hay código {code}"))
    return found


def _overlaps(items: Sequence[Practice | Indicator]) -> list[RowError]:
    found = []
    last: dict[str, Practice | Indicator] = {}
    for item in sorted(items, key=lambda item: (item.code, item.valid_from)):
        before = last.get(item.code)
        if before and (before.valid_to is None or before.valid_to > item.valid_from):
            found.append(RowError(None, item.code, "dos filas valen en la misma fecha"))
        last[item.code] = item
    return found


def _rows(path: Path, build: Callable[[Row], _T]) -> list[_T]:
    built, wrong = [], []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                built.append(build(row))
            except (KeyError, ValueError, TypeError, AttributeError) as why:
                wrong.append(RowError(number, row.get("code"), f"fila no válida: {why}"))
    if wrong:
        raise Malformed(
            "{name}, fila {row}: {why}",
            rows=wrong,
            name=path.name,
            row=wrong[0].row,
            why=wrong[0].message,
        )
    return built


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _among(text: str, allowed: Iterable[str]) -> str:
    if text not in allowed:
        raise ValueError(f"{text!r} no es uno de {sorted(allowed)}")
    return text
