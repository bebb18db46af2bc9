"""Frozen priorities as their pages show them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.errors import Unknown
from app.http.gate import Passage
from app.operations import access, figure_cards, priority_versions, standing
from app.operations.priority_checks import Check
from app.pages import look, wording
from app.pages.language import N_
from app.pages.need_lines import community_href, need_href
from app.pages.wording import CRITERIA, TIERS, Words
from app.planning.counts import Count
from app.records.priority_versions import FigureCard, PriorityVersion
from app.store.sessions import Reading

STATES = {
    "announced": N_("anunciada"),
    "frozen": N_("congelada"),
    "cancelled": N_("anulada"),
}
ANSWERS = {"": N_("sin respuesta"), "agrees": N_("conforme"), "differs": N_("no conforme")}
DECISIONS = {
    "attend": N_("se atiende en este ciclo"),
    "postpone": N_("se deja para otro ciclo"),
    "elsewhere": N_("se gestiona ante otra entidad"),
}
WAITING = {
    "sent": N_("por revisar"),
    "returned": N_("devuelta"),
    "quarantined": N_("en cuarentena"),
}


def row(words: Words, version: PriorityVersion, href: str) -> dict[str, Any]:
    """A version in the list of versions."""
    return {
        "href": href,
        "number": version.number,
        "label": version.label,
        "state": words.say(STATES[version.state]),
        "kind": {"frozen": "ok", "announced": "warn"}.get(version.state, ""),
        "sentence": sentence(words, version),
    }


def sentence(words: Words, version: PriorityVersion) -> str:
    """Where a version stands, in one line."""
    if version.state == "frozen" and version.day is not None:
        return words.say(
            N_("Congelada con los datos del {day}. {acta}"),
            day=look.long_day(version.day, words.lang),
            acta=version.acta,
        )
    if version.state == "cancelled":
        return words.say(N_("Anulada: {reason}"), reason=version.reason)
    return words.say(
        N_("Se congela el {day}; hasta entonces cada comunidad puede corregir sus datos."),
        day=look.long_day(version.freezes_on, words.lang),
    )


def of_version(
    session: Reading, passage: Passage, words: Words, version: PriorityVersion
) -> dict[str, Any]:
    """What the page of a version shows, announced or frozen."""
    members = standing.members(session, passage.where, wording.today())
    names = {member.code: member.name for member in members}
    by_key = {member.id: member for member in members}
    frozen = version.state == "frozen"
    staff = passage.view != "public"
    return {
        "lines": [_line(passage, words, need, names) for need in version.outcome["ranked"]]
        if frozen
        else [],
        "without_data": [words.need(code) for code, _ in version.outcome["without_data"]]
        if frozen
        else [],
        "decided": _decided(session, words, version),
        "decisions": [(code, words.say(text)) for code, text in DECISIONS.items()],
        "cards": [
            _card_row(passage, words, card, by_key[card.community_id], version.number)
            for card in figure_cards.cards(session, version)
            if card.community_id in by_key
        ]
        if staff
        else [],
        "pending": [_waiting(words, each) for each in _pending(session, passage, version)]
        if staff
        else [],
        "ready": version.state == "announced" and wording.today() >= version.freezes_on,
    }


def _pending(session: Reading, passage: Passage, version: PriorityVersion) -> list[dict[str, Any]]:
    if version.state == "announced":
        return priority_versions.on_the_way(session, passage.where, wording.today())
    return version.pending


def _waiting(words: Words, each: Mapping[str, Any]) -> str:
    return f"{each['community']}: {words.say(WAITING[each['state']])}"


def _line(
    passage: Passage, words: Words, need: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, Any]:
    known = words.indicators.get(need["code"])
    closed = known is not None and known.sensitive and not passage.health
    public = passage.view == "public"
    where = [] if closed or public else [names.get(code, code) for code in need["where"]]
    return {
        "place": need["place"],
        "code": need["code"],
        "name": words.need(need["code"]),
        "href": need_href(passage.where, need["code"]),
        "basis": "" if public else words.basis(need["code"], Count(need["x"], need["n"])),
        "parts": [(words.say(CRITERIA[code]), points) for code, points in need["segments"].items()],
        "score": need["score"],
        "range": words.say(
            N_("entre el puesto {first} y el {last}"), first=need["first"], last=need["last"]
        )
        if need["first"] != need["last"]
        else words.say(N_("siempre en el puesto {place}"), place=need["first"]),
        "tier": TIERS.get(need["tier"], "unknown"),
        "where": where,
        "even": words.even(tuple(need["even_with"])),
    }


def _decided(session: Reading, words: Words, version: PriorityVersion) -> list[dict[str, Any]]:
    return [
        {
            "need": words.need(code),
            "decision": words.say(DECISIONS[made.decision]),
            "reason": made.reason,
            "at": made.at,
        }
        for code, made in priority_versions.decisions(session, version).items()
    ]


def _card_row(
    passage: Passage, words: Words, card: FigureCard, member: Any, number: int
) -> dict[str, Any]:
    its = replace(passage.where, community_id=member.id, community_code=member.code)
    return {
        "community": member.name,
        "href": f"{community_href(passage.where, member.code)}/prioridades/{number}",
        "open": access.grant(passage.policy, passage.actor, its, "needs", "write") is not None,
        "figures": len(card.lines),
        "code": card.answer,
        "answer": words.say(ANSWERS[card.answer]),
        "kind": {"agrees": "ok", "differs": "warn"}.get(card.answer, ""),
        "note": card.note,
    }


def card(
    session: Reading, passage: Passage, words: Words, version: PriorityVersion
) -> dict[str, Any]:
    """One community's card.

    Raises
    ------
    Unknown
        The community has none in this version.
    """
    key = passage.where.community_id
    found = next(
        (each for each in figure_cards.cards(session, version) if each.community_id == key),
        None,
    )
    if found is None:
        raise Unknown("La comunidad no tiene ficha en esa versión.", remedy="Vuelva a la lista.")
    return {
        "lines": [
            {
                "name": words.need(line["indicator"]),
                "basis": words.basis(line["indicator"], Count(line["x"], line["n"])),
                "missing": line["missing"],
                "verified": line["verified"],
                "round": line["round"],
            }
            for line in found.lines
        ],
        "answer": found.answer,
        "answer_text": words.say(ANSWERS[found.answer]),
        "note": found.note,
        "answered_by": found.answered_by,
        "open": version.state == "announced",
    }


def check(words: Words, found: Check) -> dict[str, Any]:
    """What came out when a list was made again."""
    return {
        "same": found.same,
        "digest": found.digest,
        "hidden": [words.need(code) for code in found.hidden],
        "differences": [
            {"name": words.need(each.code), "official": each.here, "redone": each.there}
            for each in found.differences
        ],
        "ranked": len(found.outcome["ranked"]),
    }
