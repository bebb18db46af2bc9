"""What the newest counted assembly of each community said: who lives there, how far health is.

Of each community the newest approved diagnosis of the last three years, the longest cycle.
Figures that nobody asked stay None.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.operations.layers import assembled
from app.operations.layers.declared import Asked
from app.operations.remembered import remembered
from app.records.diagnoses import Diagnosis
from app.records.territory import Community
from app.store.sessions import Reading

FRESH = timedelta(days=365)
"""What is older is drawn fainter."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """One diagnosis as the maps read it; counts of people only."""

    form_id: int
    community: str
    name: str
    on: date
    families: int | None
    population: int | None
    children: int | None
    pregnant: int | None
    minutes_dry: int | None
    minutes_rain: int | None
    hazards_asked: bool

    @property
    def minutes(self) -> int | None:
        """The way to the facility in the rain, in the dry where nobody asked for the rain."""
        return self.minutes_dry if self.minutes_rain is None else self.minutes_rain

    @property
    def mothers_and_children(self) -> int | None:
        """Children under five and pregnant women, as far as somebody counted them."""
        known = [n for n in (self.children, self.pregnant) if n is not None]
        return sum(known) if known else None


def newest(session: Reading, asked: Asked) -> Mapping[str, Assembly]:
    """The newest of each community, by its code."""
    key = ("layer assemblies", asked.where.place_id, asked.day)
    return remembered(session, asked.where, key, lambda: _read(session, asked))


def _read(session: Reading, asked: Asked) -> dict[str, Assembly]:
    rows = assembled.of(
        session,
        asked,
        Diagnosis,
        Diagnosis.form_id,
        Community.code,
        Community.name,
        Diagnosis.assembled_on,
        Diagnosis.families,
        Diagnosis.population,
        Diagnosis.facts,
        Diagnosis.facility_min_dry,
        Diagnosis.facility_min_rain,
        Diagnosis.hazards_asked,
    )
    return {row.code: _assembly(row) for row in rows}


def _assembly(row: Any) -> Assembly:
    return Assembly(
        row.form_id,
        row.code,
        row.name,
        row.assembled_on,
        row.families,
        row.population,
        _count(row.facts, "children_under_5"),
        _count(row.facts, "pregnant_women"),
        row.facility_min_dry,
        row.facility_min_rain,
        row.hazards_asked,
    )


def _count(facts: Mapping[str, Any], name: str) -> int | None:
    found = facts.get(name)
    return found if isinstance(found, int) else None
