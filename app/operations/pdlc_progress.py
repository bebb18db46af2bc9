"""Where each indicator of a PDLC stands: filled from the rounds, or as somebody noted it.

A linked indicator is the district's, all communities with data together, as a percentage with
its interval; under 70 % of the communities with data the value is told but no progress is.
The public reads what was published of it, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.operations import publishing, standing
from app.operations.figures import Standing
from app.operations.pdlc_reading import Sheet, Whole
from app.planning import pathways
from app.planning.counts import Count
from app.planning.evidence import MIN_COVERAGE
from app.planning.intervals import wilson
from app.planning.pathways import Progress, Reached
from app.records.places import Where
from app.store.sessions import Reading


@dataclass(frozen=True, slots=True)
class Measured:
    """One value on the way: when, how much, and what stands behind it.

    ``count`` and ``communities`` are of a round; ``source`` is what a noted value names.
    """

    on: date | None
    label: str
    reached: Reached
    count: Count | None = None
    communities: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator on the board: its sheet, its newest value, those before, and its progress.

    ``due`` is the target of the year of the day.
    """

    sheet: Sheet
    actual: Measured | None
    of_all: int | None
    points: tuple[Measured, ...]
    due: float | None
    progress: Progress


def board(
    session: Reading, where: Where, day: date, found: Whole, *, public: bool = False
) -> Mapping[int, Line]:
    """The line of each sheet of a plan, by the key of the sheet."""
    now = None if public else standing.of_place(session, where, day)
    told = _published(session, where) if public else _rounds(session, where, day)
    return {
        sheet.row.id: _line(sheet, day, now, told.get(sheet.row.indicator, ()))
        for sheet in found.sheets
    }


def moment(day: date) -> float:
    """A day in years: 2027.45 for the middle of June."""
    return day.year + (day.timetuple().tm_yday - 1) / 366


def percent(count: Count) -> tuple[float, float, float] | None:
    """A count as a percentage with the ends of its interval; None where nobody answered."""
    share, interval = count.share, wilson(count)
    if share is None or interval is None:
        return None
    return 100 * share, 100 * interval.low, 100 * interval.high


def current(found: Standing, code: str) -> tuple[Count, date | None, int]:
    """An indicator over the district today: its count, its newest day, communities with data."""
    rolled = found.rolled(code)
    days = [f.held_on for f in found.figures.get(code, {}).values() if f.count.n]
    return rolled.count, max(days, default=None), rolled.with_data


def _line(sheet: Sheet, day: date, now: Standing | None, points: Sequence[Measured]) -> Line:
    way, due = sheet.way, sheet.way.due(day.year)
    if not sheet.row.indicator:
        noted = tuple(
            Measured(None, str(v.year), Reached(v.year + 0.5, *[v.value] * 3), source=v.source)
            for v in sheet.values
        )
        last = noted[-1] if noted else None
        progress = pathways.progress(way, last.reached if last else None)
        return Line(sheet, last, None, noted, due, progress)
    if now is None or sheet.row.indicator not in now.indicators:
        last = points[-1] if points else None
        progress = pathways.progress(way, last.reached if last else None)
        return Line(sheet, last, None, tuple(points), due, progress)
    actual, of_all = _now(now, sheet.row.indicator), len(now.members)
    if actual is None:
        return Line(sheet, None, of_all, tuple(points), due, pathways.progress(way, None))
    if of_all and (actual.communities or 0) / of_all < MIN_COVERAGE:
        progress = pathways.too_few(actual.communities or 0, of_all)
    else:
        progress = pathways.progress(way, actual.reached)
    return Line(sheet, actual, of_all, tuple(points), due, progress)


def _now(found: Standing, code: str) -> Measured | None:
    count, on, communities = current(found, code)
    values = percent(count)
    if values is None or on is None:
        return None
    return Measured(on, "", Reached(moment(on), *values), count, communities)


def _rounds(session: Reading, where: Where, day: date) -> dict[str, tuple[Measured, ...]]:
    """The rounds of the district up to the day, the oldest first."""
    trend = standing.trend(session, where, health=False)
    return {
        code: tuple(
            Measured(
                p.held_on, p.label, Reached(moment(p.held_on), *values), p.count, p.communities
            )
            for p in points
            if p.held_on <= day and (values := percent(p.count)) is not None
        )
        for code, points in trend.items()
    }


def _published(session: Reading, where: Where) -> dict[str, tuple[Measured, ...]]:
    """What the public reads of the district as a whole, the oldest first."""
    found: dict[str, list[Measured]] = {}
    rows = publishing.figures(session, where)
    for row in sorted(rows, key=lambda r: (r.as_of, r.round_label)):
        if row.community_id is not None or not row.n or row.x is None:
            continue
        count = Count(row.x, row.n)
        values = percent(count)
        if values is not None:
            found.setdefault(row.indicator, []).append(
                Measured(row.as_of, row.round_label, Reached(moment(row.as_of), *values), count)
            )
    return {code: tuple(points) for code, points in found.items()}
