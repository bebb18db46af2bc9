"""What of a document somebody may see: by their roles at its place, and by their view of it.

The view of a family's own sheet is whole or nothing. Household lines are whole, or stripped:
lines without the home's code and without persons, and without practices that the catalogue
marks as sensitive. Whoever sees only totals sees the document's register, not its lines.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import col, select

from app.capture import answers as capture
from app.capture.fields import Field, Instrument
from app.operations import forms, instruments, intake
from app.records.catalogues import PracticeRow
from app.records.intake import Form
from app.store.sessions import Reading

PERSONS = frozenset({"_id", "household", "persons", "person", "person_age"})
OPEN = ("none", "personal")


def answers(
    session: Reading, document: Form, roles: Collection[str], view: str
) -> dict[str, Any] | None:
    """The answers that may be shown, or None where this view holds none of them."""
    instrument = instruments.of_version(session, document.instrument, document.version)
    if view == "whole" or not names_homes(instrument):
        return forms.shown(session, document, roles)
    if view == "stripped" and instrument.subject != "family":
        return _stripped(session, instrument, intake.answers_of(session, document))
    return None


def names_homes(instrument: Instrument) -> bool:
    """Whether its documents say something about one home."""
    return instrument.subject == "family" or any(
        field.source == "households" for field, _ in instrument.walk()
    )


def seen(instrument: Instrument, roles: Collection[str], view: str) -> Instrument | None:
    """The instrument with only what this view holds of its documents; None where it holds none."""
    if view == "whole" or not names_homes(instrument):
        return instrument.seen_by(roles)
    if view == "stripped" and instrument.subject != "family":
        open_to_all = instrument.seen_by(instrument.see)
        sections = (replace(s, fields=_nameless(s.fields)) for s in open_to_all.sections)
        return replace(open_to_all, sections=tuple(s for s in sections if s.fields))
    return None


def _nameless(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(
        replace(field, fields=_nameless(field.fields))
        for field in fields
        if field.code not in PERSONS
    )


def closed_practices(session: Reading) -> frozenset[str]:
    """The practices that are left out of stripped lines."""
    wanted = select(PracticeRow.code).where(col(PracticeRow.sensitivity).not_in(OPEN))
    return frozenset(session.exec(wanted).all())


def of_raw(
    narrowed: Instrument, raw: Mapping[str, Any], closed: Collection[str] = ()
) -> dict[str, Any]:
    """What is left of a document as it is kept, for many at once: no rule is tried again.

    ``narrowed`` is what ``seen`` gave, ``closed`` the practices to leave out.
    """
    return _kept(tuple(narrowed.fields()), raw, closed)


def _kept(
    fields: tuple[Field, ...], raw: Mapping[str, Any], closed: Collection[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields:
        value = raw.get(field.code)
        if value is None or not field.answered:
            continue
        if field.type == "repeat":
            rows = [_kept(field.fields, row, closed) for row in value]
            found[field.code] = [row for row in rows if row.get("practice") not in closed]
        else:
            found[field.code] = value
    return found


def _stripped(session: Reading, instrument: Instrument, raw: Mapping[str, Any]) -> dict[str, Any]:
    read = capture.read(instrument, raw)
    plain = capture.redacted(read, instrument.see)
    closed = closed_practices(session)
    homes = [_without_persons(home, closed) for home in plain.get("households", [])]
    return {**plain, "households": homes}


def _without_persons(home: Mapping[str, Any], closed: Collection[str]) -> dict[str, Any]:
    kept = {name: value for name, value in home.items() if name not in PERSONS}
    if "observations" in kept:
        kept["observations"] = [
            {name: value for name, value in each.items() if name not in PERSONS}
            for each in kept["observations"]
            if each.get("practice") not in closed
        ]
    return kept
