"""What the public reads of the budget: published lists, their proposals, earlier agreements."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.errors import Unknown
from app.http.gate import Passage
from app.operations import allocations
from app.pages import budget_lines, chain_lines, process_lines, shell, wording
from app.pages.budget_lines import year_href
from app.pages.language import N_
from app.pages.need_lines import need_href, root
from app.pages.wording import Words
from app.records.places import Where
from app.records.proposals import Allocation
from app.store.sessions import Reading


def published(session: Reading, where: Where, year: int | None = None) -> list[Allocation]:
    """The runs that the district published, the newest first."""
    return [run for run in allocations.listed(session, where, year) if run.published]


def opens(session: Reading, passage: Passage, year: int, number: int) -> bool:
    """Whether who asks may open this proposal: inside always, else once a list tells of it."""
    return wording.view(passage, "proposals") != "public" or any(
        each["proposal"] and budget_lines.number_of(each["code"]) == number
        for run in published(session, passage.where, year)
        for each in run.outcomes
    )


def years(request: Request, passage: Passage, session: Reading, words: Words) -> HTMLResponse:
    """The published years, and what became of earlier agreements."""
    rows = [_year(words, passage.where, run) for run in published(session, passage.where)]
    return shell.page(
        request,
        passage,
        "budget/years.html",
        title=N_("Presupuesto participativo"),
        sentence=words.say(N_("Qué se pidió, qué entra y por qué, y qué pasó después.")),
        root=root(passage.where),
        years=sorted(rows, key=lambda row: -row["year"]),
        agreements=budget_lines.agreements(session, passage, words),
    )


def _year(words: Words, where: Where, made: Allocation) -> dict[str, Any]:
    run = budget_lines.run(words, where, made)
    return {
        "year": made.fiscal_year,
        "href": year_href(where, made.fiscal_year),
        "proposals": len(run["funded"]) + len(run["rest"]),
        "ceiling": made.cents,
        "funded": len(run["funded"]),
        "spent": run["spent"],
        "state": words.say(N_("publicada")),
    }


def year(
    request: Request, passage: Passage, session: Reading, words: Words, number: int
) -> HTMLResponse:
    """The published list of a year."""
    found = published(session, passage.where, number)
    run = budget_lines.run(words, passage.where, found[0]) if found else None
    title = (
        words.counted(
            N_("Presupuesto {year}: alcanza para {n} propuesta de {all}"),
            N_("Presupuesto {year}: alcanza para {n} propuestas de {all}"),
            len(run["funded"]),
            year=number,
            all=len(run["funded"]) + len(run["rest"]),
        )
        if run
        else words.say(N_("Presupuesto {year}: todavía no se publicó"), year=number)
    )
    return shell.page(
        request,
        passage,
        "budget/public_year.html",
        title=title,
        root=root(passage.where),
        run=run,
        vote=budget_lines.vote(session, words, passage.where, number),
        process=process_lines.link(session, words, passage.where, number, wording.today()),
        base=year_href(passage.where, number),
        agreements=budget_lines.agreements(session, passage, words),
    )


def sheet(
    request: Request, passage: Passage, session: Reading, words: Words, year_: int, number: int
) -> HTMLResponse:
    """A proposal of a published list, as that list tells it.

    Raises
    ------
    Unknown
        No published list of that year has it.
    """
    found = published(session, passage.where, year_)
    told = next(
        (
            each
            for run in found
            for each in run.outcomes
            if each["proposal"] and budget_lines.number_of(each["code"]) == number
        ),
        None,
    )
    if told is None:
        raise Unknown(
            "En {year} no hay ninguna propuesta publicada con el número {number}.",
            remedy="Búsquela en la lista del año.",
            year=year_,
            number=number,
        )
    run = budget_lines.run(words, passage.where, found[0])
    line = next(e for e in (*run["funded"], *run["rest"]) if e["number"] == number)
    need = told["need"]
    return shell.page(
        request,
        passage,
        "budget/public_sheet.html",
        title=told["title"],
        chain=chain_lines.strip(session, passage, words, ("proposal", f"{year_}-{number}")),
        over=words.say(N_("Propuesta {number} del presupuesto {year}"), number=number, year=year_),
        root=root(passage.where),
        year_href=year_href(passage.where, year_),
        year=year_,
        line=line,
        need=words.need(need) if need else "",
        need_href=need_href(passage.where, need) if need else "",
    )
