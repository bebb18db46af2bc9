"""What the public reads of the needs: the published list and the published figures alone."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.http.gate import Passage
from app.operations import publishing, standing
from app.pages import chain_lines, look, shell, wording
from app.pages.language import N_
from app.pages.need_lines import community_href, need_href, root
from app.pages.wording import TIERS, Words
from app.planning.counts import Count
from app.planning.intervals import wilson
from app.records.aggregates import Publication
from app.records.places import Where
from app.store.sessions import Reading

TOLD = frozenset({"published", "pooled"})


def latest(session: Reading, where: Where) -> dict[str, Any] | None:
    """The needs list that the district published last."""
    texts = publishing.texts(session, where, "needs")
    return texts[0].body if texts else None


def ranking(request: Request, passage: Passage, session: Reading, words: Words) -> HTMLResponse:
    """The published list, in words and whole percentages."""
    body = latest(session, passage.where)
    listed = body["needs"] if body else []
    return shell.page(
        request,
        passage,
        "needs/public_ranking.html",
        title=title(words, body),
        sentence=_sentence(words, body),
        root=root(passage.where),
        lines=[_line(words, passage.where, told, len(listed)) for told in listed],
        waiting=[words.need(name) for name in (body["without_data"] if body else [])],
        seed=body["seed"] if body else "",
    )


def title(words: Words, body: dict[str, Any] | None) -> str:
    """The sentence that answers."""
    if body is None:
        return words.say(N_("El distrito todavía no publicó sus prioridades"))
    if not body["needs"]:
        return words.say(N_("Todavía faltan datos para decir qué es lo más urgente"))
    return words.say(
        N_("Lo más urgente del distrito: {need}"), need=words.need(body["needs"][0]["code"])
    )


def _sentence(words: Words, body: dict[str, Any] | None) -> str:
    if body is None:
        return words.say(N_("Aquí estará la lista, con sus razones, cuando se publique."))
    day = look.long_day(date.fromisoformat(body["day"]), words.lang)
    return words.say(N_("Lista publicada, con cifras al {day}."), day=day)


def _line(words: Words, where: Where, told: dict[str, Any], total: int) -> dict[str, Any]:
    first, last = told.get("first"), told.get("last")
    return {
        "place": told["place"],
        "name": words.need(told["code"]),
        "href": need_href(where, told["code"]),
        "score": told["score"],
        "tier": TIERS.get(told.get("tier", ""), "unknown"),
        "places": ""
        if first is None
        else words.say(N_("siempre en el puesto {place}"), place=first)
        if first == last
        else words.say(N_("entre el puesto {first} y el {last}"), first=first, last=last),
        "gap": look.share(told["gap_percent"] / 100, words.lang),
        "people": look.num(told["people_at_least"], words.lang),
        "short": told["communities_short"],
        "with_data": told["communities_with_data"],
        "named": told["named_by"],
        "assemblies": told["assemblies"],
    }


def one(
    request: Request, passage: Passage, session: Reading, words: Words, need: str
) -> HTMLResponse:
    """What is public of one need: its place if it was published, and its figures."""
    where = passage.where
    body = latest(session, where)
    listed = body["needs"] if body else []
    told = next((each for each in listed if each["code"] == need), None)
    rows = publishing.figures(session, where, indicator=need)
    members = standing.members(session, where, wording.today())
    names = {row.id: (row.code, row.name) for row in members}
    whole = [row for row in rows if row.community_id is None]
    newest = max((row.as_of for row in rows), default=None)
    mine = [row for row in rows if row.community_id is not None and row.as_of == newest]
    return shell.page(
        request,
        passage,
        "needs/public_need.html",
        title=words.need(need),
        chain=chain_lines.strip(session, passage, words, ("need", need), ("indicator", need)),
        root=root(where),
        line=_line(words, where, told, len(listed)) if told else None,
        points=points(words, need, whole),
        dots=_worst_first(
            words,
            need,
            [
                {
                    "name": names[row.community_id][1],
                    "href": community_href(where, names[row.community_id][0]),
                }
                | _figure(words, need, row)
                for row in mine
                if row.community_id in names and row.state in TOLD
            ],
        ),
        kept=sum(1 for row in mine if row.state not in TOLD),
    )


def _worst_first(words: Words, need: str, dots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """From where most lacks to where least does, as the municipality reads them."""
    upward = words.indicators[need].direction != "down" if need in words.indicators else True
    return sorted(
        dots,
        key=lambda dot: ((dot["value"] or 0.0) * (1 if upward else -1), dot["name"]),
    )


def points(words: Words, need: str, rows: Sequence[Publication]) -> list[dict[str, Any]]:
    """The published rounds of a place, the oldest first; what is kept back says so."""
    ordered = sorted(rows, key=lambda row: (row.as_of, row.round_label))
    return [{"label": row.round_label} | _figure(words, need, row) for row in ordered]


def _figure(words: Words, need: str, row: Publication) -> dict[str, Any]:
    if row.state not in TOLD or row.x is None or row.n is None:
        return {"value": None, "low": None, "high": None, "basis": ""}
    count = Count(row.x, row.n)
    interval = wilson(count)
    pooled = (
        words.say(N_(" (rondas juntas: {rounds})"), rounds=", ".join(row.rounds))
        if row.state == "pooled"
        else ""
    )
    return {
        "value": count.share,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "basis": words.basis(need, count) + pooled,
    }
