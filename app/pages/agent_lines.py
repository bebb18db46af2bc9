"""Agents, lists, trainings and help as their pages show them: the DNI to the view "whole" alone."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.http.gate import Passage
from app.operations import agent_lists, agents, enrolment_help, process_steps, trainings
from app.pages.language import N_
from app.pages.need_lines import community_href
from app.pages.wording import Words, view
from app.planning.agents import Shares
from app.records.places import Where
from app.records.process import Agent, AgentList, Process
from app.store.sessions import Reading

STATES = {
    "enrolled": (N_("inscrito"), "good"),
    "excluded": (N_("excluido"), "bad"),
    "withdrawn": (N_("retirado"), "shut"),
}
LISTS = {"preliminary": N_("Lista preliminar"), "final": N_("Lista definitiva")}
SLUGS = {"preliminar": "preliminary", "definitiva": "final"}
SEXES = (("", N_("no se sabe")), ("F", N_("mujer")), ("M", N_("varón")))


def slug(kind: str) -> str:
    """How a list is called in an address."""
    return next(slug for slug, code in SLUGS.items() if code == kind)


def kind(words: Words, code: str) -> str:
    """A kind of organisation by its name."""
    known = process_steps.agent_kinds()
    return known[code].of(words.lang) if code in known else code


def kinds(words: Words) -> list[tuple[str, str]]:
    """Kinds to choose from."""
    return [(code, each.of(words.lang)) for code, each in process_steps.agent_kinds().items()]


def register(
    session: Reading, words: Words, passage: Passage, row: Process, day: date
) -> list[dict[str, Any]]:
    """The register as this person may see it; of the public, what the newest list says."""
    where = passage.where
    if view(passage, "agents") == "public":
        found = agent_lists.newest(session, row)
        return [_published(words, where, line) for line in found.body] if found else []
    known = {each.id: each for each in agents.communities(session, where, day)}
    whole = view(passage, "agents") == "whole"
    return [_row(words, where, each, known, whole=whole) for each in agents.listed(session, row)]


def _row(
    words: Words, where: Where, row: Agent, known: dict[int, Any], *, whole: bool
) -> dict[str, Any]:
    place = known.get(row.community_id or 0)
    word, look = STATES[row.state]
    return {
        "number": row.number,
        "organisation": row.organisation,
        "kind": kind(words, row.kind),
        "womens": row.womens,
        "name": row.name,
        "dni": row.dni if whole else "",
        "phone": row.phone if whole else "",
        "community": place.name if place else words.say(N_("todo el distrito")),
        "community_href": community_href(where, place.code) if place else "",
        "voice_only": row.voice_only,
        "state": words.say(word),
        "look": look,
        "is_in": row.state == "enrolled",
        "note": row.note,
        "added": False,
    }


def _published(words: Words, where: Where, line: dict[str, Any]) -> dict[str, Any]:
    same = ("number", "organisation", "womens", "name", "voice_only", "added")
    return {name: line[name] for name in same} | {
        "kind": kind(words, line["kind"]),
        "dni": "",
        "phone": "",
        "community": line["community_name"] or words.say(N_("todo el distrito")),
        "community_href": community_href(where, line["community"]) if line["community"] else "",
        "state": words.say(STATES["enrolled"][0]),
        "look": "good",
        "is_in": True,
        "note": "",
    }


def lists(session: Reading, words: Words, row: Process) -> list[dict[str, Any]]:
    """Both lists: published on a day, or not yet."""
    found = []
    for code, name in LISTS.items():
        made = agent_lists.of_kind(session, row, code)
        found.append(
            {
                "code": code,
                "slug": slug(code),
                "name": words.say(name),
                "on": made.on_day if made else None,
                "agents": len(made.body) if made else 0,
                "digest": made.digest if made else "",
            }
        )
    return found


def objections(
    session: Reading, words: Words, row: Process, *, inside: bool
) -> list[dict[str, Any]]:
    """Objections with their answers; who objected is not for the public."""
    by_id = {each.id: each for each in agents.listed(session, row)}
    found = []
    for each in agent_lists.objections(session, row):
        against = by_id.get(each.agent_id or 0)
        state = (
            (N_("por responder"), "warn")
            if each.upheld is None
            else (N_("aceptada"), "good")
            if each.upheld
            else (N_("rechazada"), "shut")
        )
        found.append(
            {
                "number": each.number,
                "against": words.say(
                    N_("contra el agente {number}, {organisation}"),
                    number=against.number,
                    organisation=against.organisation,
                )
                if against
                else words.say(N_("pide entrar en la lista")),
                "by_whom": each.by_whom if inside else "",
                "text": each.text if inside else "",
                "on": each.on_day,
                "open": each.upheld is None,
                "state": words.say(state[0]),
                "look": state[1],
                "answer": each.answer if inside else "",
                "decided": each.decided_on,
            }
        )
    return found


def held(session: Reading, row: Process, listed: AgentList | None) -> list[dict[str, Any]]:
    """Trainings with who came of those on the list."""
    all_ = len(listed.body) if listed else 0
    return [
        {
            "uuid": each.row.uuid,
            "title": each.row.title,
            "on": each.row.held_on,
            "venue": each.row.venue,
            "present": frozenset(each.present),
            "came": len(each.present),
            "of": all_,
        }
        for each in trainings.listed(session, row)
    ]


def help_(session: Reading, row: Process, me: int | None) -> list[dict[str, Any]]:
    """Offers of help: open ones first."""
    return [
        {
            "uuid": each.uuid,
            "whom": each.whom,
            "womens": each.womens,
            "taken": each.taken_by is not None,
            "mine": me is not None and each.taken_by == me,
            "closed": each.closed_on,
            "outcome": each.outcome,
        }
        for each in enrolment_help.listed(session, row)
    ]


def title(words: Words, year: int, shares: Shares | None) -> str:
    """How many there are, and how many of them are women."""
    if shares is None or not shares.agents:
        return words.say(N_("Agentes participantes {year}"), year=year)
    return words.counted(
        N_("Agentes participantes {year}: {n} inscrito"),
        N_("Agentes participantes {year}: {n} inscritos"),
        shares.agents,
        year=year,
    )


def without(
    session: Reading, where: Where, day: date, shares: Shares, offers: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The communities without any agent, and whether help is on its way."""
    helped = {each["whom"] for each in offers if each["closed"] is None}
    return [
        {
            "code": each.code,
            "name": each.name,
            "href": community_href(where, each.code),
            "helped": each.name in helped,
        }
        for each in agents.communities(session, where, day)
        if each.code in shares.without
    ]
