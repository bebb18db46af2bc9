"""The same ballots by several rules, and what-ifs that move nothing official."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, ReadDep, StoreDep
from app.operations import vote_counts, vote_scenarios, votings
from app.pages import shell, voting_words, wording
from app.pages.budget_lines import year_href
from app.pages.language import N_, message_of, remedy_of
from app.pages.voting import ManageDep, SeeDep, Year, whole
from app.pages.wording import Words
from app.planning.allocation.comparing import BY_TOTALS, Change
from app.records.proposals import Allocation
from app.records.voting import Voting
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/presupuesto/{anio}/comparar"
FIELDS = ("budget", "most", "least_votes", "without", "rule")


@router.get(BASE)
def show(request: Request, anio: Year, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """What each rule funds and whom it reaches; with figures in the address, a what-if."""
    typed = {name: request.query_params.get(name, "")[:20] for name in FIELDS}
    return _page(request, passage, session, anio, typed, None)


@router.post(BASE + "/escenarios")
def keep(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Keep a what-if by name."""
    typed = {name: str(form.get(name, ""))[:20] for name in FIELDS}
    try:
        with store.writing() as session:
            voting = votings.needed(session, passage.where, anio)
            name = str(form.get("name", ""))
            vote_scenarios.keep(
                session, passage.author, passage.where, voting, name, _change(typed)
            )
    except Refusal as refusal:
        with store.reading() as session:
            return _page(request, passage, session, anio, typed, refusal)
    to = f"{year_href(passage.where, anio)}/comparar#escenarios"
    said = N_("El escenario está guardado; el resultado oficial queda como está.")
    return shell.redirect(request, passage, to, said)


def _change(typed: dict[str, str]) -> Change:
    percent = typed["budget"].strip() or "0"
    sign = -1 if percent.startswith("-") else 1
    budget = whole(percent.lstrip("-+"), "budget") or 0
    return Change(
        sign * budget,
        whole(typed["most"], "most"),
        whole(typed["least_votes"], "least_votes"),
        typed["without"].strip(),
        typed["rule"].strip(),
    )


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    year: int,
    typed: dict[str, str],
    refusal: Refusal | None,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    voting = votings.needed(session, passage.where, year)
    made = vote_counts.run_of(session, voting)
    if made is None:
        votings.check_counted(voting)
        raise Unknown(
            "El año {year} todavía no tiene resultado que comparar.",
            remedy="Cuente primero por la regla de la ordenanza.",
            year=year,
        )
    inside = passage.view != "public"
    asked = any(typed.values()) and inside
    found = None
    if asked and refusal is None:
        try:
            found = vote_scenarios.ask(session, passage.where, voting, _change(typed))
        except Refusal as other:
            refusal = other
    people = _people(voting, made)
    codes = BY_TOTALS if voting.mode in ("totals", "merit") else tuple(voting_words.RULES)
    return shell.page(
        request,
        passage,
        "budget/voting_compare.html",
        title=words.say(N_("Las mismas cédulas, otras reglas: {year}"), year=year),
        status=status_of(refusal) if refusal else 200,
        base=year_href(passage.where, year),
        year=year,
        compared=_compared(words, voting, made),
        rows=_rows(made),
        people=[row for row in people if any(row["sums"])],
        nothing=[row["name"] for row in people if not any(row["sums"])],
        unserved=_unserved(words, made),
        typed=typed,
        found=_told(voting, found) if found else None,
        refusal=(message_of(refusal, words.lang), remedy_of(refusal, words.lang))
        if refusal
        else None,
        inside=inside,
        manages=passage.may("voting", "manage"),
        kept=[_scenario(words, voting, row) for row in vote_scenarios.listed(session, voting)]
        if inside
        else [],
        percents=[(str(p), f"{p:+d} %" if p else words.say(N_("como está"))) for p in PERCENTS],
        rules=[
            ("", words.say(N_("la de la ordenanza"))),
            *voting_words.choices(words, voting_words.RULES, codes),
        ],
        options=[("", words.say(N_("ninguna"))), *_options(voting)],
        cents=voting.cents,
    )


PERCENTS = vote_scenarios.PERCENTS


def _options(voting: Voting) -> list[tuple[str, str]]:
    return [(each["code"], f"{each['code']}. {each['title']}") for each in voting.options]


def _compared(words: Words, voting: Voting, made: Allocation) -> list[dict[str, Any]]:
    """One column a rule; the first is that of the ordinance."""
    names = {each["code"]: each["name"] for each in voting.communities}
    return [
        {
            "code": each["rule"],
            "rule": voting_words.rule(words, each["rule"]),
            "about": words.say(voting_words.ABOUT[each["rule"]]),
            "own": at == 0,
            "funded": len(each["funded"]),
            "spent": each["spent_cents"],
            "left": each["left_cents"],
            "served": each["served"],
            "ballots": each["ballots"],
            "communities": each["communities"],
            "of": len(names),
            "without": [names[code] for code in each["without"] if code in names],
            "unserved": len(each["unserved"]),
        }
        for at, each in enumerate((made.detail or {})["compared"])
    ]


def _rows(made: Allocation) -> list[dict[str, Any]]:
    """One row a proposal: which rules fund it."""
    compared = (made.detail or {})["compared"]
    return [
        {
            "code": line["code"],
            "title": line["title"],
            "cost": line["cost_cents"],
            "votes": line["votes"],
            "in": [line["code"] in each["funded"] for each in compared],
        }
        for line in made.outcomes
    ]


def _people(voting: Voting, made: Allocation) -> list[dict[str, Any]]:
    """Money by person in each community, by each rule."""
    compared = (made.detail or {})["compared"]
    return [
        {
            "name": each["name"],
            "people": each["people"],
            "sums": [rule["gains"].get(each["code"], [0, None, 0])[1] for rule in compared],
        }
        for each in voting.communities
    ]


def _unserved(words: Words, made: Allocation) -> list[dict[str, Any]]:
    titles = {line["code"]: line["title"] for line in made.outcomes}
    return [
        {
            "rule": voting_words.rule(words, each["rule"]),
            "groups": [{**group, "title": titles[group["code"]]} for group in each["unserved"]],
        }
        for each in (made.detail or {})["compared"]
    ]


def _told(voting: Voting, found: dict[str, Any]) -> dict[str, Any]:
    titles = {each["code"]: each["title"] for each in voting.options}
    named = {
        key: [(code, titles[code]) for code in found[key]] for key in ("funded", "enters", "leaves")
    }
    return {**found, **named}


def _scenario(words: Words, voting: Voting, row: Any) -> dict[str, Any]:
    change, result = row.change, row.result
    said = []
    if change["budget_percent"]:
        said.append(
            words.say(N_("presupuesto {percent} %"), percent=f"{change['budget_percent']:+d}")
        )
    if change["most"] is not None:
        said.append(words.say(N_("{n} marcas por cédula"), n=change["most"]))
    if change["least_votes"] is not None:
        said.append(words.say(N_("mínimo de {n} votos"), n=change["least_votes"]))
    if change["without"]:
        said.append(words.say(N_("sin la {code}"), code=change["without"]))
    if change["rule"]:
        said.append(voting_words.rule(words, change["rule"]))
    return {"name": row.name, "at": row.at, "what": "; ".join(said), **_told(voting, result)}
