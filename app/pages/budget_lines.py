"""Requests, proposals and agreements as the budget's pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.http.gate import Passage
from app.operations import agreement_news, proposals, votings
from app.operations import agreements as followed
from app.operations.requests import Request
from app.pages import look, voting_words, wording
from app.pages.language import N_, say
from app.pages.need_lines import community_href, need_href, root
from app.pages.typed import whole
from app.pages.wording import DECIDED, Words
from app.planning import works
from app.planning.bundles import Bundle
from app.planning.reasons import again
from app.records.places import Where
from app.records.proposals import Agreement, Allocation, Proposal
from app.store.sessions import Reading

STATES = {
    "draft": (N_("borrador"), ""),
    "presented": (N_("presentada"), "calm"),
    "withdrawn": (N_("retirada"), "shut"),
    "agreed": (N_("acordada"), "good"),
    "executed": (N_("ejecutada"), "good"),
}
EDITABLE = ("draft", "presented")
AGREED = {
    "agreed": (N_("por empezar"), "calm"),
    "procured": (N_("contratada"), "calm"),
    "works": (N_("en obra"), "calm"),
    "delivered": (N_("entregada"), "good"),
    "stopped": (N_("parada"), "warn"),
    "dropped": (N_("no se hizo"), "bad"),
}

MERITS = {
    "need": N_("Necesidad"),
    "people": N_("Personas"),
    "women": N_("Voz de las mujeres"),
}


def criterion(words: Words, code: str, name: str) -> str:
    """How a criterion is called: those of the plain matrix in every language, others as the
    ordinance does.
    """
    plain = MERITS.get(code, "")
    return words.say(plain) if plain and name in ("", plain) else name


def year_href(where: Where, year: int) -> str:
    """The address of a year's budget."""
    return f"{root(where)}/presupuesto/{year}"


def proposal_href(where: Where, proposal: Proposal) -> str:
    """The address of a proposal; it is printed on actas and never changes."""
    return f"{year_href(where, proposal.fiscal_year)}/propuestas/{proposal.number}"


def request(
    words: Words, where: Where, asked: Request, known: Mapping[int, Proposal]
) -> dict[str, Any]:
    """A request, with the proposal that took it up."""
    taken = known.get(asked.taken) if asked.taken is not None else None
    return {
        "uuid": str(asked.uuid),
        "title": asked.title,
        "community": asked.community_name,
        "href": community_href(where, asked.community),
        "cost": look.soles(asked.cost_cents, words.lang, 0) if asked.cost_cents else "",
        "people": words.counted(N_("{n} persona"), N_("{n} personas"), asked.people)
        if asked.people is not None
        else "",
        "women": asked.women,
        "need": words.need(asked.need) if asked.need else "",
        "proposal": words.say(N_("propuesta {n}"), n=taken.number) if taken else "",
        "proposal_href": proposal_href(where, taken) if taken else "",
    }


def proposal(words: Words, where: Where, row: Proposal) -> dict[str, Any]:
    """A proposal as one line."""
    word, kind = STATES.get(row.state, (row.state, ""))
    return {
        "number": row.number,
        "year": row.fiscal_year,
        "title": row.title,
        "href": proposal_href(where, row),
        "state": words.say(word),
        "look": kind,
        "cost": look.soles(row.cost_cents, words.lang, 0)
        if row.cost_cents is not None
        else words.say(N_("costo por saber")),
        "cost_cents": row.cost_cents,
        "people": row.people,
        "need": words.need(row.need) if row.need else words.say(N_("sin evidencia vinculada")),
        "need_href": need_href(where, row.need) if row.need else "",
        "revision": row.revision,
        "ungated": proposals.ungated(row),
    }


def bundle(
    words: Words, where: Where, found: Bundle, free: Mapping[str, Request]
) -> dict[str, Any]:
    """Requests that ask for the same, or one alone, with a title ready for the proposal.

    The title is kept with the proposal, so it is Spanish in whatever language the page is read.
    """
    asked = [free[each.code] for each in found.requests]
    name = words.need(found.need) if found.need else asked[0].title
    alike = len({each.title for each in asked}) == 1
    spanish = replace(words, lang="es").need(found.need) if found.need else name
    kept = asked[0].title if alike else spanish
    title = (
        kept
        if len(asked) == 1
        else say("es", N_("{need}: {n} comunidades"), need=kept, n=len(found.communities))
    )
    return {
        "title": title,
        "name": asked[0].title if alike else name,
        "need": words.need(found.need) if found.need else "",
        "need_href": need_href(where, found.need) if found.need else "",
        "requests": [request(words, where, each, {}) for each in asked],
        "kind": words.kind(found.kind),
        "size": words.reason(found.size),
        "norm": words.reason(found.reason) if found.people_share is not None else "",
        "cost": look.soles(found.cost_centimos, words.lang, 0),
        "cost_note": words.counted(
            N_("falta el costo de {n} pedido"),
            N_("falta el costo de {n} pedidos"),
            found.cost_unknown,
        )
        if found.cost_unknown
        else "",
        "women": any(each.women for each in asked),
    }


def run(words: Words, where: Where, made: Allocation) -> dict[str, Any]:
    """A run of a rule: what is funded with its running total, and the rest with why."""
    lines, spent = [], 0
    # In the order in which they were funded: the more was left, the earlier.
    for told in sorted(made.outcomes, key=lambda o: -o["left_cents"] if o["funded"] else 1):
        spent += (told["cost_cents"] or 0) if told["funded"] else 0
        lines.append(_outcome(words, where, made, told, spent))
    funded = [line for line in lines if line["funded"]]
    return {
        "uuid": made.uuid,
        "at": made.at,
        "seed": made.seed,
        "digest": made.digest,
        "published": made.published,
        "ceiling": made.cents,
        "spent": spent,
        "funded": funded,
        "rest": [line for line in lines if not line["funded"]],
        "parts": [(line["title"], line["cost_cents"]) for line in funded],
        "voted": made.voting_id is not None,
        "rule": words.say(voting_words.RULES.get(made.rule, made.rule)),
        "about": words.say(voting_words.ABOUT.get(made.rule, "")),
        "left": made.cents - spent,
    }


def vote(session: Reading, words: Words, where: Where, year: int) -> dict[str, Any] | None:
    """Where the voting of a year stands; None without one."""
    voting = votings.current(session, where, year)
    if voting is None:
        return None
    return {"state": voting_words.state(words, voting), "run": voting.state == "allocated"}


def number_of(code: str) -> int | None:
    """The number of a proposal in the code of a run; None of what a file brought."""
    return whole(code.rpartition("-")[2])


def _outcome(
    words: Words, where: Where, made: Allocation, told: Mapping[str, Any], spent: int
) -> dict[str, Any]:
    number = number_of(told["code"])
    known = told["proposal"] is not None and number is not None
    return {
        "code": told["code"],
        "place": told["place"],
        "title": told["title"],
        "href": f"{year_href(where, made.fiscal_year)}/propuestas/{number}" if known else "",
        "number": number,
        "chain": f"{root(where)}/cadena/proposal/{made.fiscal_year}-{number}" if known else "",
        "communities": told["communities"],
        "cost_cents": told["cost_cents"],
        "people": told["people"],
        "score": told["score"],
        "points": [
            (
                criterion(words, part["criterion"], part.get("name", "")),
                part["points"],
                words.reason(again(part["criterion"], part)),
            )
            for part in told["parts"]
        ],
        "running": spent,
        "funded": told["funded"],
        "votes": told["votes"],
        "support": told["support"],
        "sentence": words.reason(again(told["reason"], told)),
        "even": told["even_with"],
        "decided": words.say(DECIDED.get(told["decided_by"], ""))
        # By other rules than going down the list, its places decide nothing.
        if told["even_with"] and told["decided_by"] != "score" and made.rule.startswith("greedy")
        else "",
    }


def agreements(
    session: Reading, passage: Passage, words: Words, community: str | None = None
) -> list[dict[str, Any]]:
    """What was agreed before, for one community or all; empty for whom that is closed."""
    if not passage.may("agreements", "read"):
        return []
    today = wording.today()
    rows = followed.listed(session, passage.where)
    served = agreement_news.communities(session, rows)
    return [
        _agreement(words, passage.where, row, served.get(row.id, []), today)
        for row in rows
        if community is None or community in [each.code for each in served.get(row.id, [])]
    ]


def _agreement(
    words: Words, where: Where, row: Agreement, served: Sequence[Any], day: date
) -> dict[str, Any]:
    word, kind = AGREED.get(row.state, (row.state, ""))
    stale = works.stale(row.state, row.updated_on, day)
    return {
        "code": followed.code_of(row),
        "year": row.fiscal_year,
        "title": row.title,
        "href": f"{root(where)}/seguimiento/{row.fiscal_year}/{row.number}",
        "community": ", ".join(each.name for each in served[:3]),
        "cents": row.cents,
        "state": words.say(word),
        "look": "" if stale else kind,
        "stale": stale,
    }
