"""Practices and indicators as data: what is asked, what it counts, what feeds what.

Rows come from seeds/practices.csv and seeds/indicators.csv, or from the registers that
keep them, as mappings of text. A row holds from ``valid_from`` (included) to
``valid_to`` (excluded); a code may have several rows that do not overlap. A row without
``verified_by`` is "por verificar": it may be shown and may advise, never refuse.

How an indicator is computed (``computed_by``)
    practices   one practice, same people or homes: community totals or household lines
    lines       only household lines: its age band or group is not its practices'
    answers     two numbers of an instrument, or one yes/no (``answer_rule``)
    registers   counted from the registers by code
    external    brought from outside (padrón, HIS, SIEN)
    pending     its instrument is not here yet

``household_rule`` is terms joined by ``|``, each one practice with its own people:
``P-B7@12-23`` (completed months, both included), ``P-G2[postpartum]``. A person or home
counts in the first term that applies to it. ``answer_rule`` is ``instrument:x/n`` or
``instrument:field=value``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.capture.fields import Text

COMPUTED_BY = frozenset(["practices", "lines", "answers", "registers", "external", "pending"])
UNITS = frozenset({"person", "home", "community"})
HEALTH_ROLES = frozenset({"health_agent", "facility", "visitor"})


@dataclass(frozen=True, slots=True)
class Practice:
    """A healthy practice: who it is about, at which ages, in completed months, both included."""

    code: str
    name: Text
    stage: str
    theme: str
    denominator: str
    age_min_months: int | None
    age_max_months: int | None
    unit: str
    sensitivity: str
    valid_from: date
    valid_to: date | None = None
    source: str = ""
    verified_by: str = ""
    verified_on: date | None = None

    def applies(self, age_months: int) -> bool:
        """Whether a person of that age in completed months is asked it."""
        low, high = self.age_min_months, self.age_max_months
        return (low is None or age_months >= low) and (high is None or age_months <= high)


@dataclass(frozen=True, slots=True)
class Term:
    """Part of a household rule: one practice, asked of some people; None is no limit."""

    practice: str
    person_kind: str | None
    age_min_months: int | None
    age_max_months: int | None


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """Where an instrument holds an indicator: x of n, or one field that says yes."""

    instrument: str
    x: str
    n: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A rate and its meaning; ``direction`` is up where more is better, down where less is."""

    code: str
    name: Text
    numerator: Text
    denominator: Text
    denominator_code: str
    direction: str
    unit: str
    dimension: str
    target: str
    target_source: str
    computed_by: str
    fed_by: tuple[str, ...]
    practices: tuple[str, ...]
    household_rule: tuple[Term, ...]
    answer_rule: AnswerRule | None
    sensitivity: str
    valid_from: date
    valid_to: date | None = None
    source: str = ""
    verified_by: str = ""
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Practices and indicators, of every date or of one."""

    practices: tuple[Practice, ...]
    indicators: tuple[Indicator, ...]

    def at(self, day: date) -> "Catalogue":
        """Keep the rows in force on a day."""
        return Catalogue(
            tuple(p for p in self.practices if in_force(p, day)),
            tuple(i for i in self.indicators if in_force(i, day)),
        )

    def practice(self, code: str) -> Practice:
        """Find a practice; KeyError where there is none."""
        return {p.code: p for p in self.practices}[code]

    def indicator(self, code: str) -> Indicator:
        """Find an indicator, a practice's own included; KeyError where there is none."""
        return {i.code: i for i in (*self.indicators, *self.practice_indicators())}[code]

    def practice_indicators(self) -> tuple[Indicator, ...]:
        """Give every practice as the indicator of itself, under the practice's own code."""
        return tuple(_itself(practice) for practice in self.practices)

    def fed_by_practice(self, code: str) -> tuple[Indicator, ...]:
        """List the indicators that an observation of a practice counts in, its own first."""
        own = tuple(i for i in self.practice_indicators() if i.code == code)
        return own + tuple(
            i
            for i in self.indicators
            if code in i.practices or any(term.practice == code for term in i.household_rule)
        )

    def askable(self, roles: Iterable[str]) -> frozenset[str]:
        """Codes of the practices that these roles may ask: sensitive ones are for health."""
        health = bool(HEALTH_ROLES & set(roles))
        return frozenset(p.code for p in self.practices if health or p.sensitivity != "sensitive")

    def lookup(self) -> dict[str, dict[str, str]]:
        """Give the practices as the table that ``pulldata('practices', ...)`` reads."""
        return {
            p.code: {
                "unit": p.unit,
                "age_min_months": "" if p.age_min_months is None else str(p.age_min_months),
                "age_max_months": "" if p.age_max_months is None else str(p.age_max_months),
            }
            for p in self.practices
        }


def in_force(item: Practice | Indicator, day: date) -> bool:
    """Whether a row holds on a day."""
    return item.valid_from <= day and (item.valid_to is None or day < item.valid_to)


def _itself(practice: Practice) -> Indicator:
    return Indicator(
        code=practice.code,
        name=practice.name,
        numerator=Text("lo practican", "practise it"),
        denominator=Text("a quienes les corresponde", "to whom it applies"),
        denominator_code=practice.denominator,
        direction="up",
        unit="share",
        dimension=practice.theme,
        target="",
        target_source="",
        computed_by="practices",
        fed_by=("monitoring", "household_monitoring")[: 1 if practice.unit == "community" else 2],
        practices=(practice.code,),
        household_rule=(
            Term(practice.code, None, practice.age_min_months, practice.age_max_months),
        ),
        answer_rule=None,
        sensitivity=practice.sensitivity,
        valid_from=practice.valid_from,
        valid_to=practice.valid_to,
        source=practice.source,
        verified_by=practice.verified_by,
        verified_on=practice.verified_on,
    )
