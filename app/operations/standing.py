"""How a place stands on a date: each community's last approved figures, rolled up on read.

A figure of a district takes, of each community that belongs to it that day, its last
counted round not older than twelve months, and says how many communities that is. Sums
are of x, n, missing and N, never of rates. Source: decisions 7 to 9 of the design.

Sensitive indicators stay with the health role below the district: whoever lacks it gets
them summed over the district and not by community (decision 13).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.operations import form_versions
from app.operations.figures import (
    THRESHOLD,
    CardLine,
    Figure,
    Indicator,
    Limit,
    Member,
    Point,
    Standing,
)
from app.operations.form_versions import Versions
from app.operations.register_papers import HEALTHY
from app.operations.remembered import remembered
from app.planning.counts import Count
from app.planning.questions import FormVersion, Reworded
from app.planning.reasons import APART, percent
from app.records import thresholds
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.cycles import Round
from app.records.places import Where
from app.records.territory import Belonging, Community, Place
from app.records.thresholds import Threshold
from app.store.sessions import Reading, columns

CURRENT = timedelta(days=365)


def of_place(session: Reading, where: Where, day: date) -> Standing:
    """How a district, or any place above it, stands on a day."""
    key = ("standing", where.place_id, day)
    return remembered(session, where, key, lambda: _read(session, where, day, CURRENT))


def within(session: Reading, where: Where, day: date, reach: timedelta) -> Standing:
    """The last figure of each community however old, up to this reach: for what fades with age."""
    key = ("standing", where.place_id, day, reach)
    return remembered(session, where, key, lambda: _read(session, where, day, reach))


def indicators(session: Reading, where: Where) -> Mapping[str, Indicator]:
    """The catalogue by code, in the order of codes."""
    return remembered(session, where, "indicators", lambda: _indicators(session, where))


def trend(session: Reading, where: Where, *, health: bool) -> Mapping[str, tuple[Point, ...]]:
    """Points by round for each indicator code, of a community or of a whole place."""
    key = ("trend", where.place_id, where.community_id)
    found = remembered(session, where, key, lambda: _trend(session, where))
    if health or where.community_id is None:
        return found
    known = indicators(session, where)
    return {code: points for code, points in found.items() if not known[code].sensitive}


def community_card(
    session: Reading, where: Where, day: date, *, health: bool = False
) -> tuple[CardLine, ...]:
    """What a community knows of itself: each indicator's last figure, and how it moved.

    The change compares the last two rounds with answers; None where there is one alone.
    """
    standing = of_place(session, where, day)
    points = trend(session, where, health=health)
    lines = []
    for code, indicator in standing.indicators.items():
        found = standing.by_community(code, health=health).get(where.community_code or "")
        if found is None:
            continue
        rounds = tuple(point for point in points.get(code, ()) if point.held_on <= day)
        lines.append(CardLine(indicator, found, rounds, standing.last_move(code, rounds)))
    return tuple(lines)


def members(session: Reading, where: Where, day: date) -> list[Any]:
    """Rows of the living communities of a place on a day, by name."""
    return list(
        session.rows(
            columns(
                Community.id,
                Community.code,
                Community.name,
                Community.population,
                Community.households,
            )
            .join(Belonging, col(Belonging.community_id) == Community.id)
            .where(*_belongs(session, where, day), col(Community.merged_into_id).is_(None))
            .order_by(col(Community.sort_key), col(Community.code))
        )
    )


def _belongs(session: Reading, where: Where, day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Belonging.place_id).in_(_districts(session, where)),
        or_(col(Belonging.valid_from).is_(None), col(Belonging.valid_from) <= day),
        or_(col(Belonging.valid_to).is_(None), col(Belonging.valid_to) > day),
    )


def _districts(session: Reading, where: Where) -> Any:
    """The keys of the districts of a place: itself, or a question for those below it."""
    if where.kind == "district":
        return [where.place_id]
    above, higher = aliased(Place), aliased(Place)
    below = (
        columns(col(Place.id))
        .join(above, col(above.id) == Place.parent_id)
        .join(higher, col(higher.id) == above.parent_id, isouter=True)
        .where(col(Place.kind) == "district")
    )
    if where.place_id is None:
        return below
    return below.where(
        or_(
            col(above.id) == where.place_id,
            col(higher.id) == where.place_id,
            col(higher.parent_id) == where.place_id,
        )
    )


def _limits(session: Reading, where: Where) -> list[Threshold]:
    """The thresholds of a district, the oldest first; none of a place above several."""
    if where.kind != "district" or where.place_id is None:
        return []
    return thresholds.listed(session, where.place_id, HEALTHY)


def _under(limits: Sequence[Threshold], code: str, day: date) -> tuple[FormVersion, ...]:
    """Under which threshold a round was counted, the first is 1: told where a form would be."""
    nth = sum(row.valid_from <= day for row in limits) if code == HEALTHY else 0
    return (FormVersion(THRESHOLD, nth),) if nth else ()


def _limited(known: Indicator, limits: Sequence[Threshold]) -> Indicator:
    """An indicator with the newest threshold in its name, so that no figure goes without it."""
    newest = limits[-1]
    share = percent(newest.share)
    return replace(
        known,
        name_es=f"{known.name_es} (umbral: {share} de «sí»)",
        name_en=f"{known.name_en} (threshold: {share.replace(APART, '')} “yes”)",
        limit=Limit(newest.share, newest.valid_from, newest.source),
    )


def _indicators(session: Reading, where: Where) -> dict[str, Indicator]:
    rows = session.rows(
        columns(
            IndicatorRow.id,
            IndicatorRow.code,
            IndicatorRow.name_es,
            IndicatorRow.name_en,
            IndicatorRow.numerator,
            IndicatorRow.denominator,
            IndicatorRow.direction,
            IndicatorRow.unit,
            IndicatorRow.dimension,
            IndicatorRow.sensitivity,
            IndicatorRow.practices,
        ).order_by(col(IndicatorRow.code))
    )
    found = {row.code: Indicator(*(*row[:-1], tuple(row.practices))) for row in rows}
    limits = _limits(session, where)
    if limits and HEALTHY in found:
        found[HEALTHY] = _limited(found[HEALTHY], limits)
    return found


def _read(session: Reading, where: Where, day: date, reach: timedelta) -> Standing:
    known = _indicators(session, where)
    people = members(session, where, day)
    by_id = {indicator.id: indicator.code for indicator in known.values()}
    codes = {row.id: row.code for row in people}
    figures: dict[str, dict[str, Figure]] = {code: {} for code in known}
    last: dict[int, tuple[str, date]] = {}
    versions = form_versions.of_rounds(session, *_heard(session, where, day, reach))
    for row in session.rows(_newest(session, where, day, reach)):
        community_id, indicator_id, label, held_on, source = row[:5]
        if community_id not in codes:
            continue
        figures[by_id[indicator_id]][codes[community_id]] = _figure(row, versions)
        if source != "register" and (community_id not in last or held_on > last[community_id][1]):
            last[community_id] = (label, held_on)
    return Standing(
        day,
        tuple(Member(*row, *last.get(row.id, ())) for row in people),
        known,
        {code: found for code, found in figures.items() if found},
        {**form_versions.reworded(session), **_moved(_limits(session, where))},
    )


def _moved(limits: Sequence[Threshold]) -> Reworded:
    """Each threshold after the first counts otherwise than the one before."""
    later = range(2, len(limits) + 1)
    return {FormVersion(THRESHOLD, nth): frozenset({HEALTHY}) for nth in later}


def _heard(
    session: Reading, where: Where, day: date, reach: timedelta
) -> tuple[ColumnElement[bool], ...]:
    """The rounds of a place within the reach."""
    inside = columns(col(Belonging.community_id)).where(*_belongs(session, where, day))
    return (
        col(Round.community_id).in_(inside),
        col(Round.held_on) <= day,
        col(Round.held_on) > day - reach,
    )


def _newest(session: Reading, where: Where, day: date, reach: timedelta) -> Any:
    """Of each community and indicator the figure of the newest round within the reach."""
    ranked = (
        columns(
            Aggregate.community_id,
            Aggregate.indicator_id,
            Round.label,
            Round.held_on,
            Aggregate.source,
            Aggregate.x,
            Aggregate.n,
            Aggregate.missing,
            Aggregate.population,
            Aggregate.verified,
            Aggregate.typed_x,
            Aggregate.typed_n,
            Aggregate.round_id,
            func.row_number()
            .over(
                partition_by=(col(Aggregate.community_id), col(Aggregate.indicator_id)),
                order_by=(col(Round.held_on).desc(), col(Round.number).desc()),
            )
            .label("nth"),
        )
        .select_from(Belonging)
        .join(Round, col(Round.community_id) == Belonging.community_id)
        .join(
            Aggregate,
            (col(Aggregate.community_id) == Round.community_id)
            & (col(Aggregate.round_id) == Round.id),
        )
        .where(
            *_belongs(session, where, day),
            col(Round.held_on) <= day,
            col(Round.held_on) > day - reach,
        )
        .subquery()
    )
    return columns(*ranked.c[:13]).where(ranked.c.nth == 1)


def _figure(row: Any, versions: Versions) -> Figure:
    label, held_on, source, x, n, missing, population, verified, typed_x, typed_n, held = row[2:]
    typed = None if typed_n is None else (typed_x, typed_n)
    count, forms = Count(x, n, missing, population), versions.get(held, {}).get(source, ())
    return Figure(count, verified, source, label, held_on, typed, forms)


def _trend(session: Reading, where: Where) -> dict[str, tuple[Point, ...]]:
    here = (
        [col(Round.community_id) == where.community_id]
        if where.community_id is not None
        else [*_belongs_now(session, where)]
    )
    wanted = (
        columns(
            IndicatorRow.code,
            Round.label,
            func.max(col(Round.held_on)).label("held_on"),
            func.sum(col(Aggregate.x)),
            func.sum(col(Aggregate.n)),
            func.sum(col(Aggregate.missing)),
            func.sum(col(Aggregate.population)),
            func.count(),
            func.count(col(Aggregate.population)),
            func.max(col(Aggregate.source)),
        )
        .select_from(Round)
        .join(
            Aggregate,
            (col(Aggregate.community_id) == Round.community_id)
            & (col(Aggregate.round_id) == Round.id),
        )
        .join(IndicatorRow, col(IndicatorRow.id) == Aggregate.indicator_id)
        .where(*here)
        .group_by(col(IndicatorRow.code), col(Round.label))
    )
    found: dict[str, list[Point]] = defaultdict(list)
    asked, limits = _asked(session, here), _limits(session, where)
    for code, label, held_on, *sums, rows, known, source in session.rows(wanted):
        x, n, missing, population = sums
        whole = int(population) if known == rows else None
        count = Count(int(x), int(n), int(missing), whole)
        forms = asked.get(label, ()) if source != "register" else _under(limits, code, held_on)
        found[code].append(Point(label, held_on, count, rows, forms))
    return {code: tuple(sorted(p, key=_when)) for code, p in sorted(found.items())}


def _asked(
    session: Reading, here: Sequence[ColumnElement[bool]]
) -> Mapping[str, tuple[FormVersion, ...]]:
    """The versions of the forms of each round, by its label, whatever they gave."""
    versions = form_versions.of_rounds(session, *here)
    found: dict[str, set[FormVersion]] = defaultdict(set)
    for round_id, label in session.rows(columns(Round.id, Round.label).where(*here)):
        found[label].update(*versions.get(round_id, {}).values())
    return {label: tuple(sorted(each)) for label, each in found.items()}


def _when(point: Point) -> tuple[date, str]:
    return point.held_on, point.label


def _belongs_now(session: Reading, where: Where) -> Sequence[ColumnElement[bool]]:
    members_now = columns(col(Belonging.community_id)).where(
        col(Belonging.place_id).in_(_districts(session, where)),
        col(Belonging.valid_to).is_(None),
    )
    return [col(Round.community_id).in_(members_now)]
