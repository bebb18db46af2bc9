"""Redoing a frozen list: from all its inputs, or from what a reader may know of them.

Who may know everything gets the same list. Who may not know sensitive figures recomputes
without those indicators; the public, from what is published of each community. Either way
the differences from the official list are told, never hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.operations import publishing, standing
from app.operations.remembered import remembered
from app.planning import versions
from app.planning.counts import Count
from app.planning.evidence import Evidence, Votes
from app.planning.scenarios import Change, changed
from app.planning.versions import Difference, Inputs
from app.records.places import Where
from app.records.priority_versions import PriorityVersion
from app.store.sessions import Reading

TOLD = frozenset({"published", "pooled"})


@dataclass(frozen=True, slots=True)
class Check:
    """What came out when the list was made again.

    ``same`` where digest and list are those of the version; ``hidden`` are indicators that
    this reader's inputs leave out.
    """

    same: bool
    digest: str
    outcome: Mapping[str, Any]
    differences: tuple[Difference, ...]
    hidden: tuple[str, ...] = ()


def inputs_for(session: Reading, where: Where, version: PriorityVersion, *, health: bool) -> Inputs:
    """The inputs of a version that somebody of the town hall may read."""
    inputs = versions.from_plain(version.inputs)
    hidden = frozenset() if health else frozenset(sensitive(session, where, inputs))
    if not hidden or len(hidden) == len(inputs.evidence.indicators):
        return inputs
    return changed(inputs, Change(without_indicators=hidden))


def sensitive(session: Reading, where: Where, inputs: Inputs) -> tuple[str, ...]:
    """Indicators of a version whose figures by community stay with the health role."""
    known = standing.indicators(session, where)
    return tuple(
        i.code for i in inputs.evidence.indicators if i.code in known and known[i.code].sensitive
    )


def public_outcome(version: PriorityVersion) -> dict[str, Any]:
    """The list without any count that could be subtracted from another."""
    kept = ("place", "code", "first", "last", "tier", "even_with", "decided_by")
    ranked = version.outcome.get("ranked", [])
    return {
        "ranked": [{k: n[k] for k in kept} | {"score": round(n["score"])} for n in ranked],
        "without_data": [code for code, _ in version.outcome.get("without_data", [])],
        "met": version.outcome.get("met", []),
    }


def outcome_for(
    session: Reading, where: Where, version: PriorityVersion, *, health: bool
) -> dict[str, Any]:
    """The list as somebody of the town hall may read it.

    Which communities stand behind a sensitive indicator stays with the health role.
    """
    known = standing.indicators(session, where)
    closed = {code for code, each in known.items() if each.sensitive and not health}
    bare: dict[str, Any] = {"where": [], "missing": []}
    ranked = [n | bare if n["code"] in closed else n for n in version.outcome.get("ranked", [])]
    return {**version.outcome, "ranked": ranked}


def check(session: Reading, where: Where, version: PriorityVersion, *, health: bool) -> Check:
    """Make the list again from what this reader may know, and say where it parts."""
    key = ("redone", where.place_id, version.number, health)
    return remembered(session, where, key, lambda: _check(session, where, version, health=health))


def _check(session: Reading, where: Where, version: PriorityVersion, *, health: bool) -> Check:
    whole = versions.from_plain(version.inputs)
    mine = inputs_for(session, where, version, health=health)
    hidden = tuple(sorted(_codes(whole.evidence) - _codes(mine.evidence)))
    return compared(version, mine, hidden)


def public_check(session: Reading, where: Where, version: PriorityVersion) -> Check:
    """The same from what is published: figures of communities, and how many assemblies."""
    key = ("redone in public", where.place_id, version.number)
    return remembered(session, where, key, lambda: _public_check(session, where, version))


def _public_check(session: Reading, where: Where, version: PriorityVersion) -> Check:
    whole = versions.from_plain(version.inputs)
    mine = replace(whole, evidence=_public(session, where, version, whole.evidence))
    return compared(version, mine, sensitive(session, where, whole))


def compared(version: PriorityVersion, mine: Inputs, hidden: tuple[str, ...] = ()) -> Check:
    """What inputs give, beside what the version says."""
    outcome, digest = versions.outcome(mine), versions.digest(mine)
    same = digest == version.digest and outcome == version.outcome
    return Check(same, digest, outcome, versions.differences(version.outcome, outcome), hidden)


def _codes(evidence: Evidence) -> set[str]:
    return {indicator.code for indicator in evidence.indicators}


def _public(session: Reading, where: Where, version: PriorityVersion, whole: Evidence) -> Evidence:
    """The evidence that the publication table holds, newest figure of each community."""
    known = {community.code for community in whole.communities}
    names = publishing.codes(session, where)
    figures: dict[tuple[str, str], tuple[date, Count]] = {}
    for row in publishing.figures(session, where):
        code = names.get(row.community_id or 0)
        if code not in known or row.state not in TOLD or row.x is None or row.n is None:
            continue
        held = figures.get((row.indicator, code))
        if row.as_of <= (version.day or date.max) and (held is None or held[0] <= row.as_of):
            figures[row.indicator, code] = (row.as_of, Count(row.x, row.n))
    indicators = _codes(whole)
    return replace(
        whole,
        counts={key: count for key, (_, count) in figures.items() if key[0] in indicators},
        votes=_voices(whole),
        reported={},
    )


def _voices(whole: Evidence) -> dict[tuple[str, str], Votes]:
    """How many assemblies named each need, not which: the first so many stand for them.

    The criterion of assemblies asks only how many; who they were and how they voted stays.
    """
    held, named = sorted(whole.held), dict[str, int]()
    for (code, _), votes in whole.votes.items():
        if votes.all:
            named[code] = named.get(code, 0) + 1
    return {
        (code, community): Votes(1, 0)
        for code, count in named.items()
        for community in held[:count]
    }
