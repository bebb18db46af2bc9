"""The result of a year: what enters, why the rest does not, round by round, and one's own sheet."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Refusal, Unknown
from app.http.gate import FormDep, Passage, ReadDep, StoreDep
from app.operations import (
    agreed_lists,
    agreement_starts,
    allocations,
    ballots,
    paper,
    vote_counts,
    voting_rules,
    votings,
)
from app.pages import budget_lines, shell, voting_words, wording
from app.pages.budget_lines import year_href
from app.pages.language import N_, message_of
from app.pages.need_lines import community_href, root
from app.pages.voting import ManageDep, SeeDep, Year, href
from app.pages.wording import Words
from app.records.places import Where
from app.records.proposals import Allocation
from app.records.voting import AgreedList, Voting
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/presupuesto/{anio}/resultado"


def run_shown(session: Reading, passage: Passage, year: int) -> tuple[Allocation, Voting | None]:
    """The result that a person may read: that of the voting, else the newest of the ranking.

    Raises
    ------
    Unknown
        There is none, or not yet for the public.
    """
    voting = votings.current(session, passage.where, year)
    made = vote_counts.run_of(session, voting) if voting is not None else None
    if made is not None:
        return made, voting
    runs = allocations.listed(session, passage.where, year) if voting is None else []
    found = [run for run in runs if run.published or passage.view != "public"]
    if not found:
        raise Unknown(
            "El año {year} todavía no tiene resultado.",
            remedy="Vuelva cuando la votación haya cerrado.",
            year=year,
        )
    return found[0], None


@router.get(BASE)
def show(request: Request, anio: Year, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """The result, to be read and printed."""
    words = wording.of_page(request, passage, session)
    made, voting = run_shown(session, passage, anio)
    run = budget_lines.run(words, passage.where, made)
    agreed = agreed_lists.newest(session, made)
    code = request.query_params.get("cedula", "")[:20]
    detail = made.detail or {}
    served = communities(words, passage.where, made, voting)
    return shell.page(
        request,
        passage,
        "budget/voting_result.html",
        title=words.counted(
            N_("Presupuesto {year}: alcanza para {n} propuesta de {all}"),
            N_("Presupuesto {year}: alcanza para {n} propuestas de {all}"),
            len(run["funded"]),
            year=anio,
            all=len(run["funded"]) + len(run["rest"]),
        ),
        base=year_href(passage.where, anio),
        voting_href=href(passage.where, anio),
        year=anio,
        run=run,
        voting=voting,
        sheets=detail.get("sheets"),
        given=voting.given if voting else None,
        rules=detail.get("rules"),
        rounds=rounds(words, made),
        lots=detail.get("lots", []),
        communities=[row for row in served if row["cents"]],
        nothing=[row["name"]["text"] for row in served if not row["cents"]],
        turnout=_turnout(session, voting) if voting and passage.view != "public" else [],
        agreed=_agreed(session, made, agreed),
        mine=_mine(session, words, made, voting, code) if voting and code else None,
        asked=code,
        manages=passage.may("voting", "manage") and voting is not None,
        inside=passage.view != "public",
        to_follow=agreement_starts.waiting(session, made)
        if passage.may("agreements", "write")
        else 0,
        follow_href=f"{root(passage.where)}/seguimiento",
        lines=[*run["funded"], *run["rest"]],
    )


def rounds(words: Words, made: Allocation) -> list[dict[str, Any]]:
    """Each round with the votes and the effective votes of what it funded."""
    told = {line["code"]: line for line in made.outcomes}
    kept = (made.detail or {}).get("rounds", [])
    most = max((told[each["code"]]["votes"] for each in kept), default=0) or 1
    return [
        {
            **each,
            "number": at,
            "title": told[each["code"]]["title"],
            "votes": told[each["code"]]["votes"],
            "share": told[each["code"]]["votes"] / most,
            "effective_share": min(each["effective_votes"] / most, 1.0),
            "how": words.say(voting_words.STEPS[each["step"]]),
        }
        for at, each in enumerate(kept, 1)
    ]


def communities(
    words: Words, where: Where, made: Allocation, voting: Voting | None
) -> list[dict[str, Any]]:
    """What each community gets, by person; the largest sum by person first."""
    compared = (made.detail or {}).get("compared", [])
    if not compared or voting is None:
        return []
    gains: Mapping[str, Any] = compared[0]["gains"]
    rows = [
        {
            "name": {"text": each["name"], "href": community_href(where, each["code"])},
            "people": each["people"] or None,
            "proposals": gains[each["code"]][2],
            "cents": gains[each["code"]][0],
            "per_person": gains[each["code"]][1],
        }
        for each in voting.communities
        if each["code"] in gains
    ]
    return sorted(rows, key=lambda row: -(row["per_person"] or 0))


def _turnout(session: Reading, voting: Voting) -> list[dict[str, Any]]:
    """Ballots beside the people entitled, where a register said how many; not for the public,
    since a community of three ballots would know who came.
    """
    cast = Counter(sheet.community for sheet in vote_counts.accepted(session, voting))
    return [
        {"name": each["name"], "ballots": cast[each["code"]], "entitled": each["entitled"]}
        for each in voting.communities
        if each["entitled"] is not None
    ]


def _agreed(session: Reading, made: Allocation, found: AgreedList | None) -> dict[str, Any] | None:
    if found is None:
        return None
    titles = {line["code"]: line["title"] for line in made.outcomes}
    return {
        "funded": [(code, titles[code]) for code in found.funded],
        "codes": set(found.funded),
        "changes": [{**each, "title": titles[each["code"]]} for each in found.changes],
        "at": found.at,
        "by": agreed_lists.author_of(session, found),
    }


def _mine(
    session: Reading, words: Words, made: Allocation, voting: Voting, code: str
) -> dict[str, Any]:
    """What became of each mark of one sheet; no person stands behind it."""
    try:
        sheet = ballots.find(session, voting, code)
    except Refusal as refusal:
        return {"wrong": message_of(refusal, words.lang), "lines": []}
    body = voting_rules.body_of(votings.rules_of(session, voting))
    told = {line["code"]: line for line in made.outcomes}
    if sheet.state != "accepted":
        state = N_("nula") if sheet.state == "void" else N_("no volvió a la mesa")
        return {
            "wrong": "",
            "lines": [],
            "state": words.say(state),
            "code": paper.spoken(sheet.code),
        }
    marks = ballots.as_marks(sheet.marks)
    lines = [
        {
            "code": mark,
            "title": told[mark]["title"],
            "funded": told[mark]["funded"],
            "points": points if body.kind == "points" else None,
        }
        for mark, points in marks
        if mark in told
    ]
    return {
        "wrong": "",
        "state": "",
        "code": paper.spoken(sheet.code),
        "lines": lines,
        "funded": sum(1 for line in lines if line["funded"]),
    }


@router.post(BASE + "/acordado")
def agree(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Write the list that the workshop agreed, beside the result."""
    funded = [str(code)[:20] for code in form.getlist("funded")]
    reasons = {
        name.removeprefix("reason."): str(value)
        for name, value in form.multi_items()
        if name.startswith("reason.")
    }
    with store.writing() as session:
        voting = votings.needed(session, passage.where, anio)
        made = vote_counts.run_of(session, voting)
        if made is None:
            raise Unknown(
                "El año {year} todavía no tiene resultado.",
                remedy="Vuelva cuando la votación haya cerrado.",
                year=anio,
            )
        agreed_lists.decide(session, passage.author, passage.where, made, funded, reasons)
    to = f"{year_href(passage.where, anio)}/resultado#acordado"
    said = N_("La lista acordada está escrita; el resultado de la votación queda como salió.")
    return shell.redirect(request, passage, to, said)
