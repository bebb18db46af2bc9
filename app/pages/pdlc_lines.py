"""The PDLC as its pages show it: lines of the board, small charts, links both ways."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from app.operations import pdlc_amendments
from app.operations.needs import DistrictNeeds
from app.operations.pdlc_progress import Line, Measured
from app.operations.pdlc_reading import ObjectiveRead, Sheet, Whole
from app.pages import budget_lines, look
from app.pages.language import N_
from app.pages.need_lines import need_href, root
from app.pages.wording import Words
from app.planning import alignment
from app.planning.pathways import PERCENT
from app.records.pdlc import Amendment, Pdlc
from app.records.places import Where

STATES = {
    "draft": (N_("borrador"), "warn"),
    "in_force": (N_("vigente"), "good"),
    "superseded": (N_("reemplazado"), "shut"),
    "discarded": (N_("descartado"), "shut"),
}
VERDICTS = {
    "unknown": (N_("no se sabe"), ""),
    "no_target": (N_("sin metas"), "warn"),
    "met": (N_("llegó a la meta"), "good"),
    "near": (N_("puede haber llegado"), "calm"),
    "on_way": (N_("en camino"), "calm"),
    "out_of_reach": (N_("no llega al paso que va"), "bad"),
}
AMENDED = {
    "proposed": (N_("propuesta"), "calm"),
    "concerted": (N_("concertada en el CCL"), "calm"),
    "approved": (N_("aprobada por ordenanza"), "good"),
    "rejected": (N_("rechazada"), "shut"),
}
KINDS = {"pei": N_("PEI"), "poi": N_("POI"), "project": N_("proyecto")}
TOP, HEIGHT, BASE = 12, 70, 84  # pixels of the small chart: room above, its height, its axis


def plan_href(where: Where, plan: Pdlc | None = None) -> str:
    """The address of the plan in force, or of one plan."""
    return f"{root(where)}/plan" + (f"/{plan.uuid}" if plan is not None else "")


def objective_href(where: Where, plan: Pdlc, code: str) -> str:
    """The address of an objective."""
    return f"{plan_href(where, plan)}/objetivos/{code}"


def sheet_href(where: Where, plan: Pdlc, uuid: UUID) -> str:
    """The address of an indicator sheet."""
    return f"{plan_href(where, plan)}/fichas/{uuid}"


def figure(words: Words, value: float | None, unit: str) -> str:
    """A value with its unit, as the language writes it."""
    if value is None:
        return words.say(look.UNKNOWN)
    number = look.num(value, words.lang, 0 if float(value).is_integer() else 1)
    tail = "%" if unit == PERCENT and words.lang == "en" else f"{look.HARD}{unit}"
    return f"{number}{tail}"


def basis(words: Words, line: Line) -> str:
    """What stands behind the actual value."""
    actual = line.actual
    if actual is None:
        return ""
    parts = [actual.source]
    if actual.count is not None:
        parts = [look.of(actual.count.x, actual.count.n, words.lang)]
    if actual.communities is not None and line.of_all is not None:
        told = N_("{n} de {all} comunidades")
        parts.append(words.say(told, n=actual.communities, all=line.of_all))
    parts.append(look.day(actual.on, words.lang) if actual.on else actual.label)
    return " · ".join(filter(None, parts))


def indicator(words: Words, where: Where, plan: Pdlc, line: Line) -> dict[str, Any]:
    """One indicator on the board."""
    sheet, unit = line.sheet, line.sheet.row.unit
    last, told = sheet.way.last, line.progress
    verdict, kind = VERDICTS[told.verdict]
    return {
        "uuid": str(sheet.row.uuid),
        "code": sheet.row.code,
        "name": sheet.row.name,
        "of": sheet.of,
        "href": sheet_href(where, plan, sheet.row.uuid),
        "linked": sheet.row.indicator,
        "base": figure(words, sheet.row.baseline, unit),
        "base_year": sheet.row.baseline_year,
        "actual": figure(words, line.actual.reached.value if line.actual else None, unit),
        "basis": basis(words, line),
        "due": figure(words, line.due, unit) if line.due is not None else "",
        "goal": figure(words, last[1], unit) if last else "",
        "goal_year": last[0] if last else None,
        "share": told.share,
        "low": told.low,
        "high": told.high,
        "verdict": words.say(verdict),
        "look": kind,
        "sentence": words.reason(told.reason),
        "chart": chart(words, plan, line),
    }


def chart(words: Words, plan: Pdlc, line: Line) -> dict[str, Any]:
    """Baseline, rounds and targets on the years of the plan; lengths as an SVG takes them."""
    sheet = line.sheet
    way, points = sheet.way, _dots(line)
    years = [plan.first_year, plan.last_year + 1, *way.targets]
    if way.baseline_year is not None:
        years.append(way.baseline_year)
    begin, end = min([*years, *(int(p.reached.moment) for p in points)]), max(years)
    values = [*way.targets.values(), *(v for p in points for v in (p.reached.low, p.reached.high))]
    if way.baseline is not None:
        values.append(way.baseline)
    low, high = (0.0, 100.0) if sheet.row.unit == PERCENT else _span(values)

    def across(moment: float) -> str:
        return look.percent_at(moment, begin, end)

    def down(value: float) -> float:
        return round(BASE - HEIGHT * (value - low) / (high - low), 1)

    steps: list[tuple[float, float]] = []
    if way.baseline is not None and way.baseline_year is not None:
        steps.append((way.baseline_year + 0.5, way.baseline))
    steps += [(year + 0.5, value) for year, value in sorted(way.targets.items())]
    shown = [(across(x), down(y)) for x, y in steps]
    return {
        "label": _spoken(words, line),
        "steps": [(*one, *two) for one, two in pairwise(shown)],
        "targets": shown,
        "dots": [
            {
                "x": across(p.reached.moment),
                "y": down(p.reached.value),
                "low": down(p.reached.low),
                "high": down(p.reached.high),
                "value": figure(words, p.reached.value, sheet.row.unit),
            }
            for p in points
        ],
        "first": begin,
        "last": end - 1 if end > begin + 1 else begin,
        "goal": figure(words, way.last[1], sheet.row.unit) if way.last else "",
        "goal_y": down(way.last[1]) if way.last else None,
    }


def _dots(line: Line) -> list[Measured]:
    """The values before, and the newest where it is not one of them."""
    now = line.actual
    if now is None:
        return list(line.points)
    # Of the same days the newest figure of each community stands for the round.
    return [*(p for p in line.points if p.reached.moment < now.reached.moment), now]


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = (high - low) * 0.1 or 1.0
    return low - room, high + room


def _spoken(words: Words, line: Line) -> str:
    sheet = line.sheet
    parts = [
        words.say(
            N_("línea base {value} ({year})"),
            value=figure(words, sheet.row.baseline, sheet.row.unit),
            year=sheet.row.baseline_year or "–",
        )
    ]
    parts += [
        f"{p.label or look.day(p.on, words.lang)}: "
        + figure(words, p.reached.value, sheet.row.unit)
        for p in _dots(line)
    ]
    parts += [
        words.say(N_("meta {year}: {value}"), year=y, value=figure(words, v, sheet.row.unit))
        for y, v in sorted(sheet.targets.items())
    ]
    return f"{sheet.row.name}: " + "; ".join(parts)


def years(words: Words, line: Line, day: date) -> list[dict[str, Any]]:
    """The table behind a chart: each year with its target and what was measured in it."""
    sheet = line.sheet
    told: dict[int, list[str]] = {}
    for point in _dots(line):
        at = point.on.year if point.on else int(point.reached.moment)
        value = figure(words, point.reached.value, sheet.row.unit)
        count = point.count
        behind = look.of(count.x, count.n, words.lang) if count else point.source
        told.setdefault(at, []).append(f"{value} ({behind})" if behind else value)
    listed = sorted({*sheet.targets, *told, *([day.year] if sheet.targets else [])})
    return [
        {
            "year": year,
            "target": figure(words, sheet.targets[year], sheet.row.unit)
            if year in sheet.targets
            else "",
            "actual": "; ".join(told.get(year, ()))
            or words.say(look.UNKNOWN if year <= day.year else N_("todavía no toca")),
            "now": year == day.year,
        }
        for year in listed
    ]


def objective(
    words: Words, where: Where, found: Whole, each: ObjectiveRead, lines: dict[int, Line]
) -> dict[str, Any]:
    """An objective with its indicators, actions and links."""
    plan = found.plan
    return {
        "code": each.row.code,
        "statement": each.row.statement,
        "expected": each.row.expected,
        "href": objective_href(where, plan, each.row.code),
        "needs": [(words.need(code), need_href(where, code)) for code in each.needs],
        "proposals": [budget_lines.proposal(words, where, p) for p in each.proposals],
        "indicators": [indicator(words, where, plan, lines[sheet.row.id]) for sheet in each.sheets],
        "actions": [
            {
                "code": a.row.code,
                "statement": a.row.statement,
                "responsible": a.row.responsible,
                "route": a.row.route,
                "priority": a.row.priority,
                "lines": [
                    {
                        "kind": words.say(KINDS.get(n.kind, n.kind)),
                        "code": n.code,
                        "name": n.name,
                        "year": n.year,
                    }
                    for n in a.lines
                ],
            }
            for a in each.actions
        ],
    }


def findings(words: Words, where: Where, found: Whole, told: DistrictNeeds) -> list[dict[str, Any]]:
    """What the plan lacks, each with the place where it is mended."""
    priorities = [
        alignment.Priority(p.code, words.need(p.code), p.place, p.theme)
        for p in pdlc_amendments.priorities(told)
    ]
    return [
        {
            "sentence": words.reason(each.reason),
            "remedy": words.say(each.remedy),
            "href": _mended(where, found, each),
        }
        for each in alignment.check(pdlc_amendments.seen_by_checks(found), priorities)
    ]


def _mended(where: Where, found: Whole, each: alignment.Finding) -> str:
    if each.reason.code == "priority_without_objective":
        return need_href(where, each.subject)
    if not each.subject:
        return f"{root(where)}/prioridades"
    sheet = next((s for s in found.sheets if s.row.code == each.subject), None)
    if sheet is not None:
        return sheet_href(where, found.plan, sheet.row.uuid)
    owner = next(
        (
            o.row.code
            for o in found.objectives
            if each.subject in (o.row.code, *(a.row.code for a in o.actions))
        ),
        None,
    )
    return objective_href(where, found.plan, owner) if owner else plan_href(where, found.plan)


def amendment(words: Words, where: Where, row: Amendment) -> dict[str, Any]:
    """An amendment with what may be decided of it."""
    state, kind = AMENDED[row.state]
    return {
        "uuid": str(row.uuid),
        "number": row.number,
        "what": row.what,
        "why": row.why,
        "need": (words.need(row.need), need_href(where, row.need)) if row.need else None,
        "state": words.say(state),
        "look": kind,
        "on": row.decided_on,
        "ordinance": row.ordinance,
        "note": row.note,
        "next": [(code, words.say(AMENDED[code][0])) for code in _next(row.state)],
    }


def _next(state: str) -> tuple[str, ...]:
    return pdlc_amendments.NEXT.get(state, ())


def of_sheet(sheet: Sheet) -> dict[str, str]:
    """What the form of an indicator sheet shows."""
    row = sheet.row
    typed = {name: str(getattr(row, name) or "") for name in SHEET_FIELDS}
    typed["baseline"] = "" if row.baseline is None else f"{row.baseline:g}"
    return typed


SHEET_FIELDS = (
    *("code", "name", "justification", "responsible", "limitations", "method", "direction"),
    *("assumptions", "source", "unit", "frequency", "indicator", "baseline_year", "baseline"),
)
