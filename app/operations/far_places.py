"""Places of a document that lie outside their district: told to whoever reads it, never refused.

Limits are referential and telephones err: what lies within ``TOLERANCE_M`` of the limits counts
as inside, and what lies farther is asked about by a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry import shape

from app.capture.fields import Field, Instrument, Text
from app.gis.measure import distance_m
from app.records import boundaries
from app.records.places import Where
from app.store.sessions import Reading

TOLERANCE_M = 2_000.0
_WHERE = "geometry"


@dataclass(frozen=True, slots=True)
class Far:
    """A place that lies outside: its question, the row (from 1; 0 without), kilometres away."""

    label: Text
    row: int
    km: float


def of_document(
    session: Reading, where: Where, instrument: Instrument, answers: Mapping[str, Any]
) -> list[Far]:
    """Every such place, in the order of the form; none where no limits are loaded."""
    places = list(_places(tuple(instrument.fields()), answers, 0))
    limits = boundaries.in_force(session, where.kind, where.code) if places else []
    if not limits:
        return []
    found = ((label, row, distance_m(limits[0].shape, shape(at))) for label, row, at in places)
    return [Far(label, row, metres / 1_000) for label, row, metres in found if metres > TOLERANCE_M]


def _places(
    fields: tuple[Field, ...], answers: Mapping[str, Any], row: int
) -> Iterator[tuple[Text, int, dict[str, Any]]]:
    for field in fields:
        value = answers.get(field.code)
        if field.type == "repeat" and isinstance(value, list):
            for number, each in enumerate(value, 1):
                yield from _places(field.fields, each, number)
        elif field.type == _WHERE and isinstance(value, dict):
            yield field.label, row, value
