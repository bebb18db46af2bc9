"""Indicators that the council, the diagnosis, the plan and the families' own papers feed.

A round's figure is as of the round. What counts is dated from twelve months before the
round to ninety days after it (rounds are at least a quarter apart), and never after the
round was locked. A diagnosis or a plan is current for twelve months (indicator GO-02);
a council for its mandate. What nobody registered is missing, except where the register
itself is the fact (GO-02: no diagnosis handed in is a community without one).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import col

from app.operations import register_papers
from app.operations.register_papers import HEALTHY, Papers
from app.planning.households import healthy
from app.records.catalogues import IndicatorRow
from app.store.sessions import Reading, columns

CURRENT = timedelta(days=365)
AFTER = timedelta(days=90)
RULE = re.compile(r"(?P<of>diagnosis|social_capital):(?P<x>\w+)(?:/(?P<n>\w+)|=(?P<value>\w+))")
NOT_SAID = (None, "", "unknown")


@dataclass(frozen=True, slots=True)
class Held:
    """A round: when it was held, when it was locked, when its cycle began."""

    id: int
    community_id: int
    held_on: date
    locked_at: datetime | None
    starts_on: date

    @property
    def since(self) -> date:
        """From when on a document is current."""
        return self.held_on - CURRENT

    @property
    def until(self) -> date:
        """The last day that counts."""
        last = self.held_on + AFTER
        return last if self.locked_at is None else min(last, self.locked_at.date())


@dataclass(frozen=True, slots=True)
class Figure:
    """x of n, what is missing, and N where the register knows it."""

    x: int
    n: int
    missing: int = 0
    population: int | None = None


Ruled = Mapping[str, tuple[int, str]]
"""Indicator code to its key and, where it has one, its rule over the diagnosis."""


def ruled(session: Reading) -> Ruled:
    """The indicators that registers feed."""
    found = session.rows(
        columns(
            IndicatorRow.code, IndicatorRow.id, IndicatorRow.computed_by, IndicatorRow.answer_rule
        ).where(col(IndicatorRow.computed_by).in_(("registers", "answers")))
    )
    return {
        code: (key, rule if kind == "answers" else "")
        for code, key, kind, rule in found
        if code in RULES or (kind == "answers" and RULE.fullmatch(rule))
    }


def rows(session: Reading, held: Sequence[Held], indicators: Ruled) -> list[dict[str, Any]]:
    """Aggregate rows of these rounds; an indicator of which nothing is known has none."""
    if not indicators:
        return []
    known = register_papers.read(session, sorted({each.community_id for each in held}))
    found = []
    for each in held:
        papers = known[each.community_id]
        for code, (key, rule) in indicators.items():
            figure = _answered(papers, each, rule) if rule else RULES[code](papers, each)
            if figure is not None and (figure.n or figure.missing):
                found.append(_row(each, key, figure))
    return found


def _row(held: Held, indicator_id: int, figure: Figure) -> dict[str, Any]:
    return {
        "community_id": held.community_id,
        "round_id": held.id,
        "indicator_id": indicator_id,
        "x": figure.x,
        "n": figure.n,
        "missing": figure.missing,
        "population": figure.population,
        "verified": figure.n,
        "source": "register",
        "typed_x": None,
        "typed_n": None,
    }


def _newest(documents: Iterable[Any], held: Held, *, current: bool = True) -> Any | None:
    for each in documents:
        day = each.on
        if day is not None and day <= held.until and (not current or day >= held.since):
            return each
    return None


def _council_in_office(papers: Papers, held: Held) -> Figure:
    if not papers.councils:
        return Figure(0, 0, 1)
    valid = any(
        each.resolution
        and each.mandate_from is not None
        and each.mandate_from <= held.until
        and (each.mandate_to is None or each.mandate_to >= held.held_on)
        for each in papers.councils
    )
    return Figure(int(valid), 1, 0, 1)


def _women_in_posts(papers: Papers, held: Held) -> Figure | None:
    council = _newest(papers.councils, held, current=False)
    if council is None:
        return None
    sexes = papers.posts[council.id]
    known = [sex for sex in sexes if sex in ("F", "M")]
    return Figure(known.count("F"), len(known), len(sexes) - len(known), len(sexes))


def _current_papers(papers: Papers, held: Held) -> Figure:
    both = _newest(papers.diagnoses, held) and _newest(papers.plans, held)
    return Figure(int(bool(both)), 1, 0, 1)


def _actions_done(papers: Papers, held: Held) -> Figure | None:
    plan = _newest(papers.plans, held, current=False)
    if plan is None:
        return None
    due = [uuid for uuid, ends in papers.actions[plan.id] if ends and ends <= held.until]
    told = [papers.outcomes[uuid] for uuid in due if uuid in papers.outcomes]
    return Figure(told.count("achieved"), len(told), len(due) - len(told), len(due))


def _families_assessed(papers: Papers, held: Held) -> Figure | None:
    if not papers.families:
        return None
    asked = {each.family_id for each in papers.assessed if held.starts_on <= each.on <= held.until}
    # A family that left the register may have assessed itself before.
    return Figure(min(len(asked), papers.families), papers.families, 0, papers.families)


def _commitments_met(papers: Papers, held: Held) -> Figure:
    newest: dict[int, int] = {}
    for each in papers.assessed:
        if each.on <= held.until:
            newest.setdefault(each.family_id, each.form_id)
    due = [
        state
        for form_id in newest.values()
        for day, state in papers.commitments[form_id]
        if day is not None and day <= held.until
    ]
    return Figure(due.count("met"), len(due), 0, len(due))


def _families_healthy(papers: Papers, held: Held) -> Figure | None:
    """Of families that assessed themselves in the cycle, by their last words before the end.

    The threshold is the one in force on the day of the round; without one there is no figure.
    """
    in_force = [share for day, share in papers.thresholds if day <= held.held_on]
    if not in_force:
        return None
    newest: dict[int, bool | None] = {}
    for each in papers.assessed:
        if held.starts_on <= each.on <= held.until:
            word = healthy(each.yes, each.on_the_way, each.no, in_force[-1])
            newest.setdefault(each.family_id, word)
    said = [word for word in newest.values() if word is not None]
    return Figure(said.count(True), len(said), len(newest) - len(said), len(newest))


def _requests_prioritised(papers: Papers, held: Held) -> Figure:
    raised = len(papers.asked.by(held.until))
    return Figure(papers.asked.prioritised(held.until), raised, 0, raised)


def _requests_executed(papers: Papers, held: Held) -> Figure:
    raised = len(papers.asked.by(held.until))
    return Figure(papers.asked.executed(held.until), raised, 0, raised)


RULES: Mapping[str, Callable[[Papers, Held], Figure | None]] = {
    "GO-01": _council_in_office,
    "GO-02": _current_papers,
    "GO-03": _actions_done,
    "GO-04": _requests_prioritised,
    "GO-04b": _requests_executed,
    "GO-05": _women_in_posts,
    "FS-01": _families_assessed,
    "FS-02": _commitments_met,
    HEALTHY: _families_healthy,
}


def _answered(papers: Papers, held: Held, rule: str) -> Figure | None:
    """An indicator over the answers of the current diagnosis: a part of a whole, or a yes."""
    wanted = RULE.fullmatch(rule)
    if wanted is not None and wanted["of"] == "social_capital":
        return _surveyed(papers.surveys[held.id], wanted["x"], wanted["value"])
    diagnosis = _newest(papers.diagnoses, held)
    if diagnosis is None or wanted is None:
        return None
    facts = diagnosis.facts
    if wanted["value"] is not None:
        told = facts.get(wanted["x"])
        if told in NOT_SAID:
            return Figure(0, 0, 1)
        return Figure(int(told == wanted["value"]), 1, 0, 1)
    x, n = facts.get(wanted["x"]), facts.get(wanted["n"])
    if not isinstance(x, int) or not isinstance(n, int) or not 0 <= x <= n:
        return None
    return Figure(x, n)


def _surveyed(answers: Sequence[Mapping[str, str]], question: str, agree: str | None) -> Figure:
    """Of the adults drawn in a round, how many agree; how many live there is not known."""
    said = [each[question] for each in answers if each.get(question) not in NOT_SAID]
    return Figure(said.count(agree or ""), len(said), len(answers) - len(said))
