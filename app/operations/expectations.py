"""The change stated when something was agreed, and what the same families say afterwards.

The statement is kept with the agreement as it was made: ``indicator``, ``x`` and ``n`` of the
communities served on that day, ``to`` (a share; None where nobody stated one), ``by`` (``goal``
of the district or ``planner``), ``words`` (what the plans hoped for), ``stated_on``, and
``before``: earlier statements with their reason. It may be changed until the hand-over.

Before is the newest round of each community not after the statement (nor after the hand-over);
after is its first round from six months after hand-over on. A family counts once it answered in
both: it has a trait of which more is better if all its answers say so, and one of which less is
better if any does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col

from app.errors import Conflict, Invalid
from app.operations import (
    agreement_news,
    agreements,
    form_versions,
    gathering,
    practice_counts,
    standing,
)
from app.operations.agreement_news import News
from app.operations.agreements import Seen
from app.operations.figures import Indicator
from app.operations.practice_counts import Feed
from app.operations.trail import Act, Author
from app.planning import before_after
from app.planning.before_after import Expected, Pairs, Verdict
from app.planning.before_after import Seen as Measured
from app.planning.counts import Count, total
from app.planning.questions import same_question
from app.planning.reasons import Reason
from app.records.aggregates import Aggregate
from app.records.cycles import Round
from app.records.places import Where, department_of
from app.records.practices import NO, YES, Answer
from app.records.proposals import Agreement
from app.store.sessions import Reading, Writing, columns

Stated = dict[str, Any]
TEXTS = {
    "no_indicator": "No se puede saber: ningún indicador mide lo que este acuerdo cambia.",
    "no_communities": "No se puede saber: el acuerdo no dice a qué comunidades sirve.",
    "closed": "Este indicador es reservado: lo ve el establecimiento de salud.",
    "asked_otherwise": "No se puede saber: entre las dos rondas la ficha cambió la pregunta.",
}


def stated(
    session: Reading, where: Where, day: date, need: str, served: Sequence[int]
) -> Stated | None:
    """What is expected of a need's indicator in the communities served, by the district's goal.

    None where no indicator measures the need.
    """
    known = standing.of_place(session, where, day)
    if need not in known.indicators:
        return None
    codes = {m.code for m in known.members if m.id in set(served)}
    found = known.figures.get(need, {})
    count = total(figure.count for code, figure in found.items() if code in codes)
    goal = gathering.goals(session, where, day).get(need)
    return {
        "indicator": need,
        "x": count.x,
        "n": count.n,
        "to": goal.target if goal is not None else None,
        "by": "goal" if goal is not None else "",
        "words": [],
        "stated_on": day.isoformat(),
        "before": [],
    }


@dataclass(frozen=True, slots=True)
class Statement:
    """A change to be expected: ``to`` is a share, 0 to 1; the reason where one stood before."""

    indicator: str
    to: float
    reason: str = ""


def state(
    session: Writing, author: Author, where: Where, seen: Seen, said: Statement, day: date
) -> Agreement:
    """State the expected change, or state another before the hand-over.

    Raises
    ------
    Unknown, Stale
        As in ``agreements.taken``.
    Conflict
        It was handed over already: what was expected is not written afterwards.
    Invalid
        No such indicator, a share that is none, or another statement without its reason.
    """
    row = agreements.taken(session, where, seen)
    if row.state in ("delivered", "dropped"):
        raise Conflict(
            "El cambio esperado se dice antes de la entrega, no después.",
            remedy="Mire la ficha de antes y después tal como está.",
        )
    if not 0 <= said.to <= 1:
        raise Invalid("Escriba un porcentaje entre 0 y 100.", field="to")
    told = agreement_news.of_all(session, [row])[row.id]
    served = [each.id for each in told.served]
    fresh = stated(session, where, day, said.indicator, served)
    if fresh is None:
        raise Invalid("Ese indicador no está en el catálogo.", field="indicator")
    earlier = row.expectation
    if earlier is not None and not said.reason.strip():
        raise Invalid(
            "Falta decir por qué cambia lo que se esperaba.",
            remedy="Escríbalo; lo anterior queda a la vista.",
            field="reason",
        )
    if earlier is not None:
        kept = {name: earlier[name] for name in ("indicator", "x", "n", "to", "stated_on")}
        fresh["before"] = [*earlier["before"], {**kept, "reason": said.reason.strip()[:300]}]
        fresh["words"] = earlier["words"]
    row.expectation = {**fresh, "to": round(said.to, 4), "by": "planner"}
    row.need = row.need or said.indicator
    agreements.touched(session, author, where, row, Act("expect", "agreements", row.uuid), day)
    return row


@dataclass(frozen=True, slots=True)
class Card:
    """The before/after card: why it is shut, or its verdict.

    ``rounds`` are the first and last days of both rounds; ``missing`` how many communities served
    have no round afterwards yet; ``closed`` says that the indicator is not for who asks.
    """

    indicator: Indicator | None
    stated: Stated | None
    shut: Reason | None
    verdict: Verdict | None = None
    rounds: tuple[date, date] | None = None
    missing: int = 0
    closed: bool = False


def measured(
    session: Reading, where: Where, told: tuple[Agreement, News], day: date, *, health: bool
) -> Card:
    """What can be said of an agreement on a day."""
    row, news = told
    code = (row.expectation or {}).get("indicator", row.need)
    indicator = standing.indicators(session, where).get(code)
    if indicator is None:
        return Card(None, row.expectation, Reason("no_indicator", TEXTS["no_indicator"]))
    if not news.served:
        return Card(indicator, row.expectation, Reason("no_communities", TEXTS["no_communities"]))
    held = _rounds(session, indicator.id, [each.id for each in news.places], day)
    served = [each.id for each in news.served]
    last = max((on for key in served for on, _ in held.get(key, ())), default=None)
    if (shut := before_after.waiting(row.delivered_on, last, day)) is not None:
        return Card(indicator, row.expectation, shut)
    if indicator.sensitive and not health:
        return Card(indicator, row.expectation, Reason("closed", TEXTS["closed"]), closed=True)
    return _opened(session, where, (row, news, indicator), held)


Held = Mapping[int, Sequence[tuple[date, int]]]
Twice = tuple[tuple[date, int], tuple[date, int]]
"""The day and the key of the round before and of the round after."""


def _rounds(session: Reading, indicator_id: int, keys: Iterable[int], day: date) -> Held:
    """The rounds of these communities that have a figure of an indicator, the oldest first."""
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for community_id, held_on, round_id in session.rows(
        columns(Round.community_id, Round.held_on, Round.id)
        .join(Aggregate, col(Aggregate.round_id) == Round.id)
        .where(
            col(Aggregate.indicator_id) == indicator_id,
            col(Aggregate.community_id) == Round.community_id,
            col(Round.community_id).in_(list(keys)),
            col(Round.held_on) <= day,
        )
        .order_by(col(Round.held_on), col(Round.id))
    ):
        found[community_id].append((held_on, round_id))
    return found


def _opened(
    session: Reading, where: Where, about: tuple[Agreement, News, Indicator], held: Held
) -> Card:
    row, news, indicator = about
    delivered = row.delivered_on
    assert delivered is not None  # else it is shut
    since = (row.expectation or {}).get("stated_on")
    base = min(delivered, date.fromisoformat(since)) if since else delivered
    opens = before_after.opens_on(delivered)
    both: dict[int, Twice] = {}
    for key, rounds in held.items():
        earlier = [each for each in rounds if each[0] <= base]
        later = [each for each in rounds if each[0] >= opens]
        if earlier and later:
            both[key] = earlier[-1], later[0]
    both, reworded = _comparable(session, indicator, both)
    feeds = [f for f in practice_counts.feeds(session) if f[0] == indicator.id]
    served = [each.id for each in news.served]
    if reworded.intersection(served) and not both.keys() & set(served):
        return Card(indicator, row.expectation, Reason("asked_otherwise", TEXTS["asked_otherwise"]))
    pairs = _pairs(session, indicator, feeds, {k: both[k] for k in served if k in both})
    others = {k: v for k, v in both.items() if k not in served}
    beside = _pairs(session, indicator, feeds, others)
    district = _district(session, where, indicator.id, base)
    some = any(held_on <= base for key in served for held_on, _ in held.get(key, ()))
    verdict = before_after.verdict(
        Measured(pairs, beside, district, some), indicator.direction, _expected(row.expectation)
    )
    days = [(first[0], last[0]) for key, (first, last) in both.items() if key in served]
    told = (min(a for a, _ in days), max(b for _, b in days)) if days else None
    missing = sum(1 for key in served if not any(on >= opens for on, _ in held.get(key, ())))
    return Card(indicator, row.expectation, None, verdict, told, missing)


def _comparable(
    session: Reading, indicator: Indicator, both: Mapping[int, Twice]
) -> tuple[dict[int, Twice], set[int]]:
    """The communities whose two rounds were asked the same question, and the keys of the rest."""
    keys = [held for rounds in both.values() for _, held in rounds]
    versions = form_versions.of_rounds(session, col(Round.id).in_(keys))
    homes = {held: found.get("lines", ()) for held, found in versions.items()}
    asked, reworded = {indicator.code, *indicator.measures}, form_versions.reworded(session)
    same = {
        key: (first, last)
        for key, (first, last) in both.items()
        if same_question(homes.get(first[1], ()), homes.get(last[1], ()), asked, reworded)
    }
    return same, both.keys() - same.keys()


def _expected(stated_: Stated | None) -> Expected | None:
    if stated_ is None or stated_["to"] is None:
        return None
    before = stated_["x"] / stated_["n"] if stated_["n"] else None
    return Expected(before, stated_["to"])


def _pairs(
    session: Reading,
    indicator: Indicator,
    feeds: Sequence[Feed],
    both: Mapping[int, Twice],
) -> Pairs:
    """The families of these communities that answered in both of their rounds."""
    if not both or not feeds:
        return Pairs()
    firsts = {first[1] for first, _ in both.values()}
    rounds = firsts | {last[1] for _, last in both.values()}
    ages = defaultdict(list)
    for _, practice, _, low, high in feeds:
        ages[practice].append((low, high))
    said: dict[tuple[int, bool], list[bool]] = defaultdict(list)
    department = department_of(session, next(iter(both)))
    for family, round_id, practice, age, value in session.rows(
        columns(
            Answer.family_id,
            Answer.round_id,
            Answer.practice_id,
            Answer.age_months,
            Answer.value,
        ).where(
            col(Answer.department) == department,
            col(Answer.round_id).in_(rounds),
            col(Answer.practice_id).in_(list(ages)),
            col(Answer.value).in_((NO, YES)),
            practice_counts.approved(sorted(rounds)),
        )
    ):
        if any(
            low is None or (age is not None and low <= age <= high) for low, high in ages[practice]
        ):
            said[family, round_id in firsts].append(value == YES)
    has = all if indicator.direction == "up" else any
    families = {family for family, first in said if first and (family, False) in said}
    return Pairs.of((has(said[each, True]), has(said[each, False])) for each in families)


def _district(session: Reading, where: Where, indicator_id: int, base: date) -> list[Count]:
    """Every community's newest figure not after a day."""
    members = [row.id for row in standing.members(session, where, base)]
    newest: dict[int, Count] = {}
    for community_id, x, n in session.rows(
        columns(Aggregate.community_id, Aggregate.x, Aggregate.n)
        .join(Round, col(Round.id) == Aggregate.round_id)
        .where(
            col(Aggregate.indicator_id) == indicator_id,
            col(Aggregate.community_id).in_(members),
            col(Round.held_on) <= base,
        )
        .order_by(col(Round.held_on), col(Round.id))
    ):
        newest[community_id] = Count(x, n)
    return list(newest.values())
