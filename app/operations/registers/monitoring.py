"""Healthy practices: typed totals, and household lines with their families' consent."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlmodel import col, select

from app.errors import Conflict, Invalid
from app.operations.registers.filled import Filled, day, total
from app.records.catalogues import PracticeRow
from app.records.families import Family
from app.records.places import department_of
from app.records.practices import (
    DOCUMENT,
    NO,
    NOT_APPLICABLE,
    OBSERVED,
    SAID,
    UNKNOWN,
    YES,
    PracticeTotal,
)

VALUES = {"meets": YES, "not_yet": NO, "not_applicable": NOT_APPLICABLE, "unknown": UNKNOWN}
VERIFIED = {"said": SAID, "observed": OBSERVED, "document": DOCUMENT}


def monitoring(filled: Filled) -> None:
    """A community's typed totals."""
    filled.clear()
    codes = dict(filled.session.exec(select(PracticeRow.code, PracticeRow.id)).all())
    round_id = _round(filled)
    for index, row in enumerate(filled.rows("practices")):
        if row["practice"] not in codes:
            raise Invalid("No existe la práctica {code}.", code=row["practice"])
        filled.session.add(
            PracticeTotal(
                uuid=filled.uuid("total", index, row),
                **filled.head,
                round_id=round_id,
                practice_id=codes[row["practice"]],
                x=row["x"],
                n=row["n"],
                missing=row.get("missing") or 0,
                verified=total(row.get("observed"), row.get("documented")),
            )
        )


def _round(filled: Filled) -> int:
    if filled.form.round_id is None:
        raise Conflict(
            "Esta ficha no dice de qué ronda es.", remedy="Abra una ronda y envíela en ella."
        )
    return filled.form.round_id


def households(filled: Filled) -> None:
    """Household lines wait for approval; what can be known of them now is checked now."""
    filled.clear()
    _round(filled)
    for _ in household_answers(filled):
        pass


def household_answers(filled: Filled) -> Iterator[dict[str, Any]]:
    """The answers of a document, household by household, as rows of ``Answer``.

    Raises
    ------
    Invalid
        A household is not registered, or has not consented, or a practice does not exist.
    """
    session = filled.session
    practices = dict(session.exec(select(PracticeRow.code, PracticeRow.id)).all())
    families = _families(filled)
    department = department_of(session, filled.form.community_id)
    for row in filled.rows("households"):
        if row.get("consent") == "refused" or row.get("visit") != "interviewed":
            continue
        family = consenting(families, row)
        key = {"department": department, "round_id": _round(filled), "family_id": family.id}
        for values in _observed(row, practices, filled.date):
            yield {**key, **values, "form_id": filled.form.id}


def _families(filled: Filled) -> dict[str, Family]:
    rows = filled.session.exec(
        select(Family).where(
            Family.community_id == filled.form.community_id, col(Family.state) == "active"
        )
    ).all()
    return {family.code: family for family in rows}


def consenting(families: Mapping[str, Family], row: Mapping[str, Any]) -> Family:
    code = row["household"]
    family = families.get(code)
    if family is None:
        raise Invalid(
            "No existe el hogar {code} en esta comunidad.",
            remedy="Registre primero la ficha de la familia con su consentimiento.",
            code=code,
        )
    if not family.consents and row.get("consent") != "given":
        raise Invalid(
            "El hogar {code} no tiene consentimiento registrado.",
            remedy="Pida el consentimiento o quite su línea; negarse no cuesta nada.",
            code=code,
        )
    return family


def _months(born: date | None, on: date) -> int | None:
    if born is None:
        return None
    months = (on.year - born.year) * 12 + on.month - born.month
    return months - (on.day < born.day)


def _observed(
    row: Mapping[str, Any], practices: Mapping[str, int], on: date
) -> Iterator[dict[str, Any]]:
    born = {p["person_no"]: day(p.get("birth_date")) for p in row.get("persons") or ()}
    for seen in row.get("observations") or ():
        if seen["practice"] not in practices:
            raise Invalid("No existe la práctica {code}.", code=seen["practice"])
        person = seen.get("person") or 0
        yield {
            "person": person,
            "practice_id": practices[seen["practice"]],
            "age_months": _months(born.get(person), on),
            "value": VALUES[seen["value"]],
            "verified": VERIFIED.get(seen.get("verified") or "", SAID),
        }
