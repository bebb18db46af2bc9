"""The lists of needs as their pages show them: names, counts, segments, sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from app.operations.needs import DistrictNeeds
from app.pages.language import N_
from app.pages.look import share
from app.pages.wording import CRITERIA, DECIDED, TIERS, Words
from app.planning.criteria import Segment
from app.planning.evidence import Indicator
from app.planning.needs import Need, NeedsList
from app.planning.problems import Problem
from app.planning.ranges import range_reason
from app.planning.smaa import Simulation
from app.records.places import Where


@dataclass(frozen=True, slots=True)
class Why:
    """One criterion of a need: its points of the points given, and its sentence."""

    name: str
    points: float
    weight: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Line:
    """A need in its place, ready to be shown; ``was`` is its place in the official list."""

    code: str
    place: int
    name: str
    href: str
    basis: str
    parts: tuple[tuple[str, float], ...]
    reasons: tuple[Why, ...]
    low: float | None
    high: float | None
    tier: str
    places: str
    range: str
    communities: int
    even: str
    decided: str
    was: int | None
    verified: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A need without enough data."""

    code: str
    name: str
    href: str
    basis: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Voiced:
    """A problem that no indicator measures."""

    place: int
    name: str
    people: str
    sentence: str
    even: str
    where: tuple[tuple[str, str], ...]


def root(where: Where) -> str:
    """The address of a district."""
    return f"/d/{where.code}"


def need_href(where: Where, code: str) -> str:
    """The address of one need."""
    return f"{root(where)}/prioridades/{quote(code)}"


def community_href(where: Where, code: str) -> str:
    """The address of a community."""
    return f"{root(where)}/comunidades/{quote(code)}"


def lines(
    words: Words,
    where: Where,
    found: DistrictNeeds,
    listed: NeedsList,
    simulation: Simulation | None,
) -> list[Line]:
    """The ranked needs, in order."""
    was = {need.code: need.place for need in found.listed.ranked}
    goals = {each.code: each for each in found.gathered.evidence.indicators}
    return [
        replace(
            _line(words, where, need, goals[need.code], simulation, was.get(need.code)),
            verified=_verified(words, found, need),
        )
        for need in listed.ranked
    ]


def _verified(words: Words, found: DistrictNeeds, need: Need) -> str:
    """How much of a figure somebody saw or read on a document, not only heard."""
    rolled = found.gathered.standing.rolled(need.code)
    if not rolled.count.n:
        return ""
    seen = min(1.0, rolled.verified / rolled.count.n)
    return words.say(N_("verificado: {share}"), share=share(seen, words.lang))


def _line(
    words: Words,
    where: Where,
    need: Need,
    measured: Indicator,
    simulation: Simulation | None,
    was: int | None,
) -> Line:
    standing = simulation.standings.get(need.code) if simulation else None
    goal = words.say(N_("meta {goal}"), goal=share(measured.goal.target, words.lang))
    return Line(
        code=need.code,
        place=need.place,
        name=words.need(need.code),
        href=need_href(where, need.code),
        basis=f"{words.basis(need.code, need.count)} · {goal}",
        parts=tuple((words.say(CRITERIA[s.criterion]), s.points) for s in need.segments),
        reasons=whys(words, need.segments),
        low=standing.low if standing else None,
        high=standing.high if standing else None,
        tier=TIERS[standing.tier] if standing else "unknown",
        places=words.places(standing) if standing else "",
        range=words.reason(range_reason(standing, simulation)) if standing and simulation else "",
        communities=len(need.where),
        even=words.even(need.even_with),
        decided=words.say(DECIDED.get(need.decided_by, ""))
        if need.even_with and need.decided_by != "score"
        else "",
        was=was,
    )


def whys(words: Words, segments: Sequence[Segment]) -> tuple[Why, ...]:
    """Each criterion in words."""
    return tuple(
        Why(words.say(CRITERIA[s.criterion]), s.points, s.weight, words.reason(s.reason))
        for s in segments
    )


def waiting(words: Words, where: Where, listed: NeedsList) -> list[Waiting]:
    """Needs that cannot be ranked yet."""
    return [
        Waiting(
            each.code,
            words.need(each.code),
            need_href(where, each.code),
            words.basis(each.code, each.count) if each.count.n else "",
            words.reason(each.visit.reason),
        )
        for each in listed.without_data
    ]


def voiced(words: Words, where: Where, listed: NeedsList, names: Mapping[str, str]) -> list[Voiced]:
    """Problems told apart; ``names`` of communities by code."""
    return [_voiced(words, where, each, names) for each in listed.without_indicator]


def _voiced(words: Words, where: Where, each: Problem, names: Mapping[str, str]) -> Voiced:
    people = (
        ""
        if each.people is None
        else words.written(N_("{people} personas, según las asambleas"), {"people": each.people})
    )
    return Voiced(
        each.place,
        words.need(each.code),
        people,
        words.reason(each.reason),
        words.even(each.even_with),
        tuple((names.get(code, code), community_href(where, code)) for code in each.where),
    )
