"""What a district knows when it ranks, gathered from its registers for the pure rules.

An assembly names problems by theme. A problem that somebody tied to an indicator speaks
for that one; else it speaks for every ranked indicator of its theme, since the assembly
said "agua" and not which of its questions. Where the theme has no goal it stands apart, as
``theme:...``.

A practice and the indicator that measures it alone are one need: where both have a goal, the
indicator stands in the list and the practice is read behind it.

Equity is the way to the health facility: minutes in the rain (in the dry where nobody asked)
of four hours at most, 0 beside it and 1 from four hours on; unknown where no assembly said.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import func, or_
from sqlmodel import col, select

from app.operations import standing
from app.operations.figures import Indicator, Standing
from app.planning import evidence
from app.planning.counts import Unit
from app.planning.evidence import Evidence, Votes
from app.planning.gaps import Goal, InvalidGoal
from app.records import catalogues
from app.records.diagnoses import Diagnosis, Problem
from app.records.intake import Form
from app.records.places import Where
from app.records.territory import Place
from app.store.sessions import Reading, columns

COUNTED = ("approved", "locked")
ASSEMBLY_HOLDS = timedelta(days=3 * 365)  # the longest cycle
FAR_MIN = 240
UNITS = frozenset({"person", "home", "community"})


@dataclass(frozen=True, slots=True)
class Named:
    """A problem as one assembly named it."""

    community: str
    description: str
    theme: str
    people: int | None
    women: int
    men: int
    among_womens_first: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """The evidence, and what screens need beside it.

    ``unusable`` are indicators whose goal makes no scale, as when the catalogue turned their
    direction round after the goal was set: they are left out, and said. ``told`` names the
    indicator under which a practice stands in the list. ``rewarded`` are indicators that count
    for an incentive, with its name: they feed no priority.
    """

    standing: Standing
    evidence: Evidence
    problems: Mapping[str, tuple[Named, ...]]
    unusable: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    rewarded: Mapping[str, str] = field(default_factory=dict)

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """The catalogue by code."""
        return self.standing.indicators


def gathered(session: Reading, where: Where, day: date) -> Gathered:
    """All that is known of a district on a day."""
    found = standing.of_place(session, where, day)
    assemblies = _assemblies(session, found, day)
    fixed = goals(session, where, day)
    rewarded = _rewarded(found, fixed)
    ranked, told, unusable = _ranked(found, fixed, rewarded)
    problems = _problems(session, assemblies, ranked, told)
    codes = {indicator.code for indicator in ranked}
    return Gathered(
        found,
        Evidence(
            indicators=tuple(ranked),
            communities=tuple(_community(m, assemblies.get(m.code)) for m in found.members),
            counts={
                (code, community): figure.count
                for code in codes
                for community, figure in found.figures.get(code, {}).items()
            },
            votes=_votes(problems),
            assemblies=frozenset(assemblies),
            reported=_reported(problems, codes),
            people=_people(session, where, found, assemblies),
        ),
        {code: tuple(named) for code, named in problems.items()},
        unusable,
        told,
        rewarded,
    )


def goals(session: Reading, where: Where, day: date) -> dict[str, catalogues.Goal]:
    """The goal in force of each indicator: the district's own, else that of the nearest above."""
    table = catalogues.Goal
    rows = session.exec(
        select(table).where(
            or_(
                col(table.place_id).is_(None),
                col(table.place_id).in_([i for i in where.lineage if i is not None]),
            ),
            or_(col(table.valid_from).is_(None), col(table.valid_from) <= day),
            or_(col(table.valid_to).is_(None), col(table.valid_to) > day),
        )
    ).all()
    best: dict[str, catalogues.Goal] = {}
    for goal in sorted(rows, key=lambda g: (_nearness(g, where), g.valid_from or date.min, g.id)):
        best[goal.indicator] = goal
    return dict(sorted(best.items()))


def _nearness(goal: catalogues.Goal, where: Where) -> int:
    if goal.place_id is None:
        return 0
    return 2 if goal.place_id == where.place_id else 1


def _rewarded(found: Standing, fixed: Mapping[str, catalogues.Goal]) -> dict[str, str]:
    """Indicators that count for an incentive, and those that tell the same under another name."""
    named = {code: goal.incentive for code, goal in fixed.items() if goal.incentive}
    same = {code: i.measures[0] for code, i in found.indicators.items() if len(i.measures) == 1}
    for code, incentive in list(named.items()):
        alike = same.get(code, code)
        named |= {each: incentive for each, practice in same.items() if practice == alike}
    return {code: incentive for code, incentive in sorted(named.items()) if code in fixed}


def _ranked(
    found: Standing, fixed: Mapping[str, catalogues.Goal], rewarded: Mapping[str, str]
) -> tuple[list[evidence.Indicator], dict[str, str], tuple[str, ...]]:
    ranked: list[evidence.Indicator] = []
    unusable: list[str] = []
    for code, goal in fixed.items():
        known = found.indicators.get(code)
        if known is None or code in rewarded:
            continue
        try:
            posts = Goal(goal.target, goal.worst, known.direction)
        except InvalidGoal:
            unusable.append(code)
            continue
        unit = cast(Unit, known.unit if known.unit in UNITS else "person")
        ranked.append(evidence.Indicator(code, known.dimension, posts, unit))
    told = _told_elsewhere([found.indicators[each.code] for each in ranked])
    return [each for each in ranked if each.code not in told], told, tuple(unusable)


def _told_elsewhere(ranked: Iterable[Indicator]) -> dict[str, str]:
    """The indicator of each practice that an indicator of the same list measures alone."""
    return {
        known.measures[0]: known.code
        for known in ranked
        if len(known.measures) == 1 and not known.practice
    }


def _assemblies(session: Reading, found: Standing, day: date) -> dict[str, Any]:
    """The newest approved diagnosis of each community, by its code."""
    codes = {member.id: member.code for member in found.members}
    rows = session.rows(
        columns(
            Diagnosis.form_id,
            Diagnosis.community_id,
            Diagnosis.population,
            Diagnosis.families,
            func.coalesce(Diagnosis.facility_min_rain, Diagnosis.facility_min_dry).label("minutes"),
        )
        .join(Form, col(Form.id) == Diagnosis.form_id)
        .where(
            col(Diagnosis.community_id).in_(list(codes)),
            col(Form.state).in_(COUNTED),
            col(Diagnosis.assembled_on) <= day,
            col(Diagnosis.assembled_on) > day - ASSEMBLY_HOLDS,
        )
        .order_by(col(Diagnosis.assembled_on), col(Diagnosis.id))
    )
    return {codes[row.community_id]: row for row in rows}


def _community(member: Any, assembly: Any | None) -> evidence.Community:
    people, homes = member.people, member.homes
    if assembly is not None:
        people = assembly.population if people is None else people
        homes = assembly.families if homes is None else homes
    minutes = None if assembly is None else assembly.minutes
    equity = None if minutes is None else min(1.0, minutes / FAR_MIN)
    return evidence.Community(member.code, people or 0, homes or 0, equity)


def _people(
    session: Reading, where: Where, found: Standing, assemblies: Mapping[str, Any]
) -> int | None:
    """The district's population, unless its communities alone are more."""
    known = session.rows(columns(Place.population).where(col(Place.id) == where.place_id))
    here = sum(_community(m, assemblies.get(m.code)).people for m in found.members)
    whole = known[0][0] if known else None
    return whole if whole is not None and whole >= here else None


def _problems(
    session: Reading,
    assemblies: Mapping[str, Any],
    ranked: Iterable[evidence.Indicator],
    told: Mapping[str, str],
) -> dict[str, list[Named]]:
    codes = {row.form_id: code for code, row in assemblies.items()}
    of_theme: dict[str, list[str]] = defaultdict(list)
    measured = set()
    for indicator in ranked:
        of_theme[indicator.dimension].append(indicator.code)
        measured.add(indicator.code)
    problems: dict[str, list[Named]] = defaultdict(list)
    for row in session.rows(
        columns(
            Problem.form_id,
            Problem.description,
            Problem.theme,
            Problem.indicator,
            Problem.people,
            func.coalesce(Problem.votes_women, 0),
            func.coalesce(Problem.votes_men, 0),
            Problem.rank_women,
        )
        .where(col(Problem.form_id).in_(list(codes)))
        .order_by(col(Problem.form_id), col(Problem.position))
    ):
        form_id, description, theme, indicator, people, women, men, rank = row
        first = rank is not None and rank <= 3 and women > 0
        indicator = told.get(indicator, indicator)
        named = Named(codes[form_id], description, theme, people, women, men, first)
        if indicator in measured:
            targets = [indicator]
        else:
            targets = of_theme.get(theme) or [f"theme:{theme or 'other'}"]
        for target in targets:
            problems[target].append(named)
    return problems


def _votes(problems: Mapping[str, Iterable[Named]]) -> dict[tuple[str, str], Votes]:
    votes: dict[tuple[str, str], Votes] = {}
    for code, every in problems.items():
        for named in every:
            key = (code, named.community)
            votes[key] = votes.get(key, Votes()) + Votes(named.women, named.men)
    return votes


def _reported(
    problems: Mapping[str, Iterable[Named]], measured: set[str]
) -> dict[tuple[str, str], int]:
    """People affected by what no indicator measures; the same people may suffer two of them."""
    reported: dict[tuple[str, str], int] = {}
    for code, every in problems.items():
        for named in every:
            if code not in measured and named.people is not None:
                key = (code, named.community)
                reported[key] = max(reported.get(key, 0), named.people)
    return reported
