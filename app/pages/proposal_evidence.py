"""The figures behind a proposal: of the district, and of the communities that ask."""

from typing import Any

from app.http.gate import Passage
from app.operations.needs import DistrictNeeds
from app.operations.proposal_sheets import Sheet
from app.pages import look, wording
from app.pages.language import N_
from app.pages.need_lines import need_href
from app.pages.wording import Words
from app.planning.counts import Count
from app.planning.intervals import wilson

MOST_NEEDS = 3


def figures(
    words: Words, passage: Passage, known: DistrictNeeds, sheet: Sheet
) -> list[dict[str, Any]]:
    """The indicator that it answers, or the most pressing of its theme."""
    need = sheet.proposal.need
    theme = need.removeprefix("theme:")
    ranked = {each.code: each for each in known.listed.ranked}
    if need in words.indicators:
        codes = [need]
    else:
        codes = [c for c, each in ranked.items() if each.dimension == theme][:MOST_NEEDS]
    asked = sorted({request.community for request in sheet.requests})
    return [_figures(words, passage, known, code, asked) for code in codes]


def _figures(
    words: Words, passage: Passage, known: DistrictNeeds, code: str, asked: list[str]
) -> dict[str, Any]:
    standing = known.gathered.standing
    names = {member.code: member.name for member in standing.members}
    goal = next((i.goal for i in known.gathered.evidence.indicators if i.code == code), None)
    place = next((n.place for n in known.listed.ranked if n.code == code), None)
    open_to_me = wording.view(passage, "indicators") != "public"
    figures = standing.by_community(code, health=passage.health) if open_to_me else {}
    return {
        "name": words.need(code),
        "href": need_href(passage.where, code),
        "goal": goal.target if goal else None,
        "place": place,
        "whole": _dot(words, code, words.say(N_("Todo el distrito")), standing.rolled(code).count),
        "communities": [
            _dot(words, code, names.get(each, each), figures[each].count)
            for each in asked
            if each in figures
        ],
        "silent": [names.get(each, each) for each in asked if each not in figures]
        if figures
        else [],
    }


def _dot(words: Words, code: str, name: str, count: Count) -> dict[str, Any]:
    interval = wilson(count)
    return {
        "name": name,
        "value": count.share,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "basis": words.basis(code, count)
        if name == words.say(N_("Todo el distrito"))
        else look.of(count.x, count.n, words.lang),
    }
