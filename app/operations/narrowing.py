"""What of a document somebody may see: by their roles at its place, and by their view of it.

The view of a family's own sheet is whole or nothing. Household lines are whole, or stripped:
lines without the home's code and without persons, and without practices that the catalogue
marks as sensitive. Whoever sees only totals sees the document's register, not its lines.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlmodel import col, select

from app.capture import answers as capture
from app.capture.fields import Instrument
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


def _stripped(session: Reading, instrument: Instrument, raw: Mapping[str, Any]) -> dict[str, Any]:
    read = capture.read(instrument, raw)
    plain = capture.redacted(read, instrument.see)
    closed = set(
        session.exec(
            select(PracticeRow.code).where(col(PracticeRow.sensitivity).not_in(OPEN))
        ).all()
    )
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
