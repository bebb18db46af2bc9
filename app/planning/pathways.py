"""The way that an indicator of a plan is meant to go, and how much of it is made.

Values stand in the unit of the indicator's sheet. ``up``: more is better, so targets lie on
or over the baseline; ``down``: the reverse. What was made is said no louder than the data
allow: of a measured range the worse end counts for "reached", the better end for "out of
reach", and without a measure nothing is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from app.planning.gaps import Direction
from app.planning.reasons import Number, Reason

Verdict = Literal["unknown", "no_target", "met", "near", "on_way", "out_of_reach"]
PERCENT = "%"
LEAST_YEARS = 0.5  # a pace of less than half a year is the weather of one round
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Pathway:
    """Baseline and yearly targets; None and empty where the sheet does not say."""

    direction: Direction
    baseline_year: int | None
    baseline: float | None
    targets: Mapping[int, float]

    @property
    def last(self) -> tuple[int, float] | None:
        """The last year with a target, and that target."""
        return max(self.targets.items()) if self.targets else None

    def due(self, year: int) -> float | None:
        """What should be reached by a year: its target, or the newest one before it."""
        told = [each for each in self.targets if each <= year]
        return self.targets[max(told)] if told else None


@dataclass(frozen=True, slots=True)
class Reached:
    """A value and the range in which it may lie; ``moment`` in years, 2027.45 for mid June."""

    moment: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the way is made, 0 to 1, between what the range allows; None: not known."""

    share: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    reason: Reason


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be in a pathway; ``year`` where one target is to blame."""

    code: str
    year: int | None
    reason: Reason


def linear(first: tuple[int, float], goal: float, years: tuple[int, int]) -> dict[int, float]:
    """Yearly targets in equal steps from a baseline (year, value) to the goal in the last year.

    ``years`` are the first and last of the plan; the last target is the goal itself. A
    baseline in or after the last year leaves no way: the goal is then that year's target.
    """
    start, value = first
    begin, end = max(years[0], start + 1), years[1]
    steps = end - start
    if steps <= 0:
        return {end: goal}
    way = {y: round(value + (goal - value) * (y - start) / steps, 1) for y in range(begin, end)}
    return {**way, end: goal}


def faults(way: Pathway, years: tuple[int, int], unit: str = PERCENT) -> list[Fault]:
    """What is wrong with a pathway in a plan of these years, the first year first."""
    found: list[Fault] = []
    if way.baseline is not None and not _possible(way.baseline, unit):
        text = "La línea base no puede ser {value}: un porcentaje va de 0 a 100."
        found.append(Fault("impossible", None, Reason("impossible", text, {"value": way.baseline})))
    if way.baseline_year is not None and way.baseline_year > years[1]:
        text = "El año de la línea base ({year}) es posterior al plan, que termina en {last}."
        said = {"year": str(way.baseline_year), "last": str(years[1])}
        found.append(Fault("base_after", None, Reason("base_after", text, said)))
    for year, value in sorted(way.targets.items()):
        found.extend(_target_faults(way, years, unit, (year, value)))
    return found


def _target_faults(
    way: Pathway, years: tuple[int, int], unit: str, target: tuple[int, float]
) -> list[Fault]:
    year, value = target
    said: dict[str, Number] = {"year": str(year), "value": value}
    if not years[0] <= year <= years[1]:
        text = "La meta de {year} está fuera del periodo del plan, {first} a {last}."
        period = {"first": str(years[0]), "last": str(years[1])}
        return [Fault("outside", year, Reason("outside", text, {**said, **period}))]
    if not _possible(value, unit):
        text = "La meta de {year} no puede ser {value}: un porcentaje va de 0 a 100."
        return [Fault("impossible", year, Reason("impossible", text, said))]
    if way.baseline_year is not None and year < way.baseline_year:
        text = "La meta de {year} es anterior a la línea base, que es de {base_year}."
        numbers = said | {"base_year": str(way.baseline_year)}
        return [Fault("before_base", year, Reason("before_base", text, numbers))]
    if way.baseline is not None and _worse(value, way.baseline, way.direction):
        text = (
            "La meta de {year} ({value}) está por debajo de la línea base ({baseline}), y en este "
            "indicador más es mejor."
            if way.direction == "up"
            else "La meta de {year} ({value}) está por encima de la línea base ({baseline}), y en "
            "este indicador menos es mejor."
        )
        numbers = said | {"baseline": way.baseline}
        return [Fault("wrong_side", year, Reason("wrong_side", text, numbers))]
    return []


def _possible(value: float, unit: str) -> bool:
    return isfinite(value) and (unit != PERCENT or 0 <= value <= 100)


def _worse(value: float, than: float, direction: Direction) -> bool:
    return value < than - CLOSE if direction == "up" else value > than + CLOSE


def progress(way: Pathway, reached: Reached | None) -> Progress:
    """How far an indicator has come towards its last target, and whether it can still arrive."""
    last = way.last
    if last is None:
        return _silent("no_target", "La ficha no tiene metas por año.")
    if reached is None:
        return _silent("unknown", "No se sabe: ninguna ronda ni registro da su valor actual.")
    year, goal = last
    numbers: dict[str, Number] = {
        "actual": reached.value,
        "goal": goal,
        "year": str(year),
    }
    share, low, high = _shares(way, reached, goal)
    if not _worse(_end(reached, way.direction, better=False), goal, way.direction):
        verdict: Verdict = "met"
        text = "Llegó a la meta de {year}: {goal}; ahora está en {actual}."
    elif not _worse(_end(reached, way.direction, better=True), goal, way.direction):
        verdict = "near"
        text = "Puede haber llegado a {goal}, la meta de {year}, pero los datos no lo aseguran."
    elif _too_slow(way, reached, (year, goal)):
        verdict = "out_of_reach"
        text = "Al paso que va no llega a {goal} en {year}; ahora está en {actual}."
    else:
        verdict = "on_way"
        text = "En camino: está en {actual} y la meta de {year} es {goal}."
    return Progress(share, low, high, verdict, Reason(verdict, text, numbers))


def _silent(verdict: Verdict, text: str) -> Progress:
    return Progress(None, None, None, verdict, Reason(verdict, text))


def _end(reached: Reached, direction: Direction, *, better: bool) -> float:
    return reached.high if (direction == "up") == better else reached.low


def _shares(
    way: Pathway, reached: Reached, goal: float
) -> tuple[float | None, float | None, float | None]:
    """Shares of the way of the value and of both ends; None where there is no way to go."""
    if way.baseline is None or abs(goal - way.baseline) < CLOSE:
        return None, None, None
    base = way.baseline

    def part(value: float) -> float:
        return min(1.0, max(0.0, (value - base) / (goal - base)))

    low, high = sorted((part(reached.low), part(reached.high)))
    return part(reached.value), low, high


def _too_slow(way: Pathway, reached: Reached, last: tuple[int, float]) -> bool:
    """Whether even the better end of the range, going on as until now, falls short.

    The baseline stands in the middle of its year. With no baseline, or too little time gone
    by to see a pace, nothing is held against it; after the last year it is over.
    """
    year, goal = last
    if reached.moment >= year + 1:
        return True
    if way.baseline is None or way.baseline_year is None:
        return False
    gone = reached.moment - (way.baseline_year + 0.5)
    if gone < LEAST_YEARS:
        return False
    best = _end(reached, way.direction, better=True)
    pace = (best - way.baseline) / gone
    return _worse(best + pace * (year + 1 - reached.moment), goal, way.direction)


def too_few(with_data: int, communities: int) -> Progress:
    """Nothing said of the way: too few communities stand behind the value."""
    text = "Hay dato de {n} de {all} comunidades: no alcanza para decir cuánto avanzó el distrito."
    said = {"n": with_data, "all": communities}
    return Progress(None, None, None, "unknown", Reason("too_few", text, said))
