"""A first draft of a PDLC from the priorities: the exception, where none is in force or wanted.

The ranked needs of a dimension become one objective; what communal plans ask for in that
theme becomes its actions; each need becomes an indicator sheet whose baseline is the value
of today and whose yearly targets go in equal steps to the agreed goal. The planner mends
all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.errors import Conflict, Invalid
from app.operations import instruments, needs, pdlc, pdlc_progress, requests
from app.operations.figures import Indicator
from app.operations.needs import DistrictNeeds
from app.operations.pdlc_content import (
    LONGEST,
    ActionText,
    Content,
    ObjectiveText,
    PlanText,
    SheetText,
)
from app.operations.trail import Author
from app.planning import pathways
from app.planning.needs import Need
from app.records.pdlc import Pdlc
from app.records.places import Where
from app.store.sessions import Reading, Writing

MOST_ACTIONS = 6  # an objective; the most asked for first
YEARS = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What the communal plans ask for under one title, and how many communities do."""

    title: str
    need: str
    communities: int
    people: int


def draft(
    session: Writing,
    author: Author,
    where: Where,
    day: date,
    given: tuple[str, int, int],
) -> Pdlc:
    """A new draft, of a title, a first and a last year.

    Raises
    ------
    Conflict
        Nothing is ranked yet.
    Invalid
        The period is not one.
    """
    content = content_of(session, where, day, given)
    return pdlc.keep(session, author, where, content, (f"Prioridades del {day:%d/%m/%Y}", ""))


def content_of(session: Reading, where: Where, day: date, given: tuple[str, int, int]) -> Content:
    """What a draft would say on a day."""
    title, first, last = given
    themes = _themes(session)
    if not first <= last < first + LONGEST:
        raise Invalid(
            "El plan no puede terminar antes de empezar ni durar más de treinta años.",
            field="last_year",
        )
    found = needs.of_district(session, where, day)
    if not found.listed.ranked:
        raise Conflict(
            "Todavía no hay prioridades de las que hacer un borrador.",
            remedy="Apruebe las rondas que esperan y fije las metas de los indicadores.",
        )
    by_theme: dict[str, list[Need]] = {}
    for need in found.listed.ranked:
        by_theme.setdefault(found.gathered.indicators[need.code].dimension, []).append(need)
    wishes = _wishes(session, where, day)
    objectives: list[ObjectiveText] = []
    actions: list[ActionText] = []
    sheets: list[SheetText] = []
    for at, (theme, mine) in enumerate(by_theme.items(), start=1):
        if at > 99:
            break
        code = f"OE.{at:02d}"
        objectives.append(_objective(code, themes.get(theme, theme), mine, theme))
        asked = _asked_for(wishes, {need.code for need in mine} | {f"theme:{theme}"})
        actions += [
            ActionText(
                f"AE.{at:02d}.{n:02d}",
                each.title,
                route=f"Lo piden {each.communities} comunidades en sus planes",
                priority=n,
            )
            for n, each in enumerate(asked[:MOST_ACTIONS], start=1)
        ]
        sheets += [
            sheet_for(found, need.code, code, (first, last), f"IND.{at:02d}.{n:02d}")
            for n, need in enumerate(_apart(mine), start=1)
        ]
    plan = PlanText(title.strip()[:200], first, last)
    return Content(plan, tuple(objectives), tuple(actions), tuple(sheets))


def _themes(session: Reading) -> dict[str, str]:
    """The names of the themes, in Spanish: what a plan of the municipality is written in."""
    return {
        choice.code: choice.label.of("es")
        for field, _ in instruments.current(session, "diagnosis").walk()
        if field.code == "theme"
        for choice in field.choices
    }


def _apart(mine: Sequence[Need]) -> list[Need]:
    """Needs that measure different things: a practice and its own indicator count the same."""
    counted: set[tuple[int, int]] = set()
    found = []
    for need in mine:
        if (need.count.x, need.count.n) not in counted:
            counted.add((need.count.x, need.count.n))
            found.append(need)
    return found


def _objective(code: str, theme: str, mine: Sequence[Need], dimension: str) -> ObjectiveText:
    statement = f"Mejorar las condiciones de «{theme}» en las familias y comunidades del distrito"
    text = "Al terminar el plan se llega a la meta de cada indicador de este objetivo."
    return ObjectiveText(code, statement, text, (*[n.code for n in mine], f"theme:{dimension}"))


def sheet_for(
    found: DistrictNeeds, need: str, of: str, years: tuple[int, int], code: str
) -> SheetText:
    """The sheet of an indicator of ours: present value as baseline, steps to the agreed goal.

    Where the present value lies beyond the goal, or nobody answered, what cannot be said is
    left empty for the planner.
    """
    known: Indicator = found.gathered.indicators[need]
    goal = next((i.goal for i in found.gathered.evidence.indicators if i.code == need), None)
    count, on, _ = pdlc_progress.current(found.gathered.standing, need)
    values = pdlc_progress.percent(count)
    baseline = round(values[0], 1) if values else None
    base_year = on.year if on and values and on.year <= years[1] else None
    baseline = baseline if base_year is not None else None
    targets: dict[int, float] = {}
    if goal is not None:
        target = round(100 * goal.target, 1)
        if baseline is None or base_year is None:
            targets = {years[1]: target}
        elif (target >= baseline) == (known.direction == "up") or target == baseline:
            targets = pathways.linear((base_year, baseline), target, years)
    return SheetText(
        code=code,
        of=of,
        name=known.name_es,
        direction=known.direction,
        indicator=known.code,
        baseline_year=base_year,
        baseline=baseline,
        targets=targets,
        justification="Está entre las prioridades del distrito según las rondas y las asambleas.",
        method=f"Se cuenta: {known.numerator}. De un total de: {known.denominator}. Por cien.",
        source="SISMUNI: rondas de monitoreo aprobadas",
        frequency="Semestral",
        limitations="Cuenta solo las comunidades con ronda aprobada en los últimos doce meses.",
    )


def _wishes(session: Reading, where: Where, day: date) -> list[Asked]:
    """What plans ask for, equal titles together, the most communities first."""
    grouped: dict[tuple[str, str], tuple[set[str], int]] = {}
    for request in requests.of_district(session, where, day):
        key = (request.title.strip(), request.need or "")
        communities, people = grouped.get(key, (set(), 0))
        grouped[key] = (communities | {request.community}, people + (request.people or 0))
    found = [Asked(t, n, len(where_), people) for (t, n), (where_, people) in grouped.items()]
    return sorted(found, key=lambda each: (-each.communities, -each.people, each.title))


def _asked_for(wishes: Iterable[Asked], codes: set[str]) -> list[Asked]:
    seen: set[str] = set()
    found = []
    for each in wishes:
        if each.need in codes and each.title not in seen:
            seen.add(each.title)
            found.append(each)
    return found
