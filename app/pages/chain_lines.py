"""The chain as pages show it: a strip over the page of a thing, and the whole walk by stages."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from app.errors import Forbidden, Unknown
from app.http.gate import Passage
from app.operations import needs
from app.operations.chain import walking
from app.operations.chain.nodes import Node
from app.operations.chain.walking import Missing, Reader, Walk
from app.pages import look, return_pages, wording
from app.pages.chain_words import STAGES, address, href, short, states_of, title, who
from app.pages.language import N_
from app.pages.wording import Words
from app.planning.chains import KINDS, LEVELS, Ref
from app.records.places import Where
from app.store.sessions import Reading

SHOWN = 8  # things of one kind before the rest is folded
UNNUMBERED = ("form", "sheet", "again", "proposal", "works")  # their titles say it
NAMED = 3  # things that a missing link names


def reader(passage: Passage) -> Reader:
    """Whoever asks, as the walk knows them."""
    return Reader(passage.policy, passage.actor, passage.where)


def strip(
    session: Reading, passage: Passage, words: Words, *refs: Ref
) -> list[tuple[str, str | None]]:
    """The breadcrumb over the page of a thing; of several, of the first that is open to whoever
    asks. Its last link opens the whole chain.
    """
    found = walked(session, passage, *refs)
    return _strip(session, passage.where, words, found) if found else []


def walked(session: Reading, passage: Passage, *refs: Ref) -> Walk | None:
    """The chain of the first of these that is in it and open to whoever asks."""
    for ref in refs:
        try:
            return walking.walk(session, reader(passage), ref, wording.today())
        except (Forbidden, Unknown):
            continue
    return None


def _strip(
    session: Reading, where: Where, words: Words, found: Walk
) -> list[tuple[str, str | None]]:
    whole = href(where, found.node.ref)
    lacking = _lacking_kinds(found)
    links: list[tuple[str, str | None]] = []
    for kind in KINDS:
        nodes = found.of_kind(kind)
        if kind == found.node.kind:
            links.append((short(words, found.node), ""))
        elif len(nodes) == 1:
            at = address(session, where, nodes[0]) or href(where, nodes[0].ref)
            links.append((short(words, nodes[0]), at))
        elif nodes:
            _, one, many = STAGES[kind]
            links.append((words.counted(one, many, len(nodes)), f"{whole}#{kind}"))
        elif kind in lacking:
            links.append((words.reason(lacking[kind].reason).rstrip("."), None))
    links.append((words.say(N_("toda la cadena")), whole))
    return links


def _lacking_kinds(found: Walk) -> dict[str, Missing]:
    """The first stage on each side that lacks, where a sentence of it stands in the strip."""
    mine: dict[str, Missing] = {}
    before = [m for m in found.missing_before if found.node in m.of]
    for each in before:
        mine.setdefault(_stage(each.reason.code), each)
    after = [m for m in found.missing_after if found.node in m.of]
    ends = [m for m in found.missing_after if m not in after]
    for each in (*after, *ends[-1:]):
        mine.setdefault(_stage(each.reason.code), each)
    return mine


def _stage(code: str) -> str:
    return {
        "chain_no_round": "sheet",
        "chain_no_goal": "need",
        "chain_no_evidence": "indicator",
        "chain_no_need": "need",
        "chain_no_objective": "objective",
        "chain_no_plan": "request",
        "chain_no_proposal": "proposal",
        "chain_no_serving": "proposal",
        "chain_no_result": "result",
        "chain_no_agreement": "agreement",
        "chain_no_origin": "proposal",
        "chain_no_works": "works",
        "chain_no_again": "again",
        "chain_uncounted": "indicator",
        "chain_not_approved": "sheet",
    }[code]


def stages(session: Reading, passage: Passage, words: Words, found: Walk) -> list[dict[str, Any]]:
    """Every kind in order, with what was reached, what is closed and what lacks."""
    where = passage.where
    figures = _figures(session, passage, words, found)
    said = _said_of(session, passage, words, found)
    before: dict[Ref, list[Ref]] = defaultdict(list)
    for one, other in found.links:
        before[other].append(one)
    named = {node.ref: node for node in found.every}
    made = []
    lacking = _lacking(words, found)
    here = LEVELS[found.node.kind]
    for kind in KINDS:
        nodes = found.of_kind(kind)
        closed = kind in found.closed_before or kind in found.closed_after
        if not nodes and not closed and not lacking.get(kind):
            continue
        lines = [_line(session, where, words, node, before, named) for node in nodes]
        for line in lines:
            line["here"] = line["ref"] == found.node.ref
            line["figure"] = figures.get(line["ref"], "")
            line["said"] = said.get(line["ref"], [])
        made.append(
            {
                "kind": kind,
                "name": words.say(STAGES[kind][0]),
                "side": "here"
                if kind == found.node.kind
                else ("before" if LEVELS[kind] < here else "after"),
                "shown": lines[:SHOWN],
                "folded": lines[SHOWN:],
                "closed": closed,
                "lacking": lacking.get(kind, []),
            }
        )
    return made


def _figures(session: Reading, passage: Passage, words: Words, found: Walk) -> dict[Ref, str]:
    """The count of the district and its target, by indicator and need; not to the public."""
    if wording.view(passage, "indicators") == "public":
        return {}
    known = needs.of_district(session, passage.where, wording.today())
    goals = {each.code: each.goal for each in known.gathered.evidence.indicators}
    told: dict[Ref, str] = {}
    for node in found.every:
        if node.kind not in ("indicator", "need") or node.key not in words.indicators:
            continue
        told[node.ref] = words.basis(node.key, known.gathered.standing.rolled(node.key).count)
        if node.kind == "need" and node.key in goals:
            target = look.share(goals[node.key].target, words.lang)
            told[node.ref] += words.say(N_("; la meta es {goal}"), goal=target)
    return told


def _said_of(
    session: Reading, passage: Passage, words: Words, found: Walk
) -> dict[Ref, list[dict[str, Any]]]:
    kinds = ("request", "proposal", "petition", "agreement", "works")
    refs = [node.ref for node in found.every if node.kind in kinds]
    return return_pages.said_by(session, passage, words, refs)


def _lacking(words: Words, found: Walk) -> dict[str, list[str]]:
    told: dict[str, list[str]] = defaultdict(list)
    before = found.missing_before
    for each in (*before, *(more for more in found.missing_after if more not in before)):
        told[_stage(each.reason.code)].append(_said(words, each))
    return told


def _said(words: Words, each: Missing) -> str:
    names = ", ".join(short(words, node) for node in each.of[:NAMED])
    rest = len(each.of) - NAMED
    if rest > 0:
        names = words.say(N_("{names} y {n} más"), names=names, n=rest)
    return f"{words.reason(each.reason)} ({names})"


def _line(
    session: Reading,
    where: Where,
    words: Words,
    node: Node,
    before: Mapping[Ref, Iterable[Ref]],
    named: Mapping[Ref, Node],
) -> dict[str, Any]:
    state, look_ = states_of(node).get(node.state, ("", ""))
    led = [short(words, named[ref]) for ref in before.get(node.ref, ())]
    more = len(led) - NAMED
    return {
        "ref": node.ref,
        "number": node.number if node.kind not in UNNUMBERED else "",
        "title": title(words, node),
        "href": address(session, where, node),
        "chain": href(where, node.ref),
        "state": words.say(state) if state else "",
        "look": look_,
        "day": node.on_day,
        "who": who(words, node),
        "from": ", ".join(led[:NAMED]) + (words.say(N_(" y {n} más"), n=more) if more > 0 else ""),
    }


def told(words: Words, found: Walk) -> str:
    """The walk in a sentence."""
    return words.say(
        N_("De aquí se llega a {before} hacia atrás y a {after} hacia adelante."),
        before=words.counted(N_("{n} eslabón"), N_("{n} eslabones"), len(found.before)),
        after=words.counted(N_("{n} eslabón"), N_("{n} eslabones"), len(found.after)),
    )
