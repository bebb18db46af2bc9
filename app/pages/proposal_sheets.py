"""The sheet of a proposal: what, where and how much at the left, its evidence at the right."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, ReadDep, StoreDep
from app.operations import allocations, needs, norms, proposal_sheets, proposals
from app.operations.chain.web import proposal_key
from app.operations.proposal_sheets import Sheet
from app.operations.proposals import COST_CLASSES, Edit, Seen
from app.pages import (
    budget_lines,
    chain_lines,
    gate_lines,
    look,
    money,
    proposal_evidence,
    public_budget,
    return_pages,
    review_lines,
    shell,
    wording,
)
from app.pages.budget import BASE as YEAR
from app.pages.budget import ProposeDep, ReadingDep, Year
from app.pages.budget_lines import EDITABLE, proposal_href
from app.pages.language import N_, refused_in_words
from app.pages.need_lines import root
from app.pages.typed import whole
from app.pages.wording import Words
from app.records.places import Where
from app.records.proposals import Proposal
from app.store.sessions import Reading

router = APIRouter()
BASE = YEAR + "/propuestas/{numero}"
Number = Annotated[int, Path(ge=1, le=100_000)]
FIELDS = ("title", "description", "soles", "people", "cost_on", "cost_method", "cost_class")
COST_METHODS = {
    "plan": N_("lo dice el plan comunal"),
    "similar": N_("por obras parecidas"),
    "quote": N_("por cotización"),
    "study": N_("por perfil o ficha"),
    "file": N_("por expediente técnico"),
}


@router.get(BASE)
def show(
    request: Request, anio: Year, numero: Number, passage: ReadingDep, session: ReadDep
) -> HTMLResponse:
    """One proposal, on one page of paper too."""
    words = wording.of_page(request, passage, session)
    if passage.view == "public":
        return public_budget.sheet(request, passage, session, words, anio, numero)
    row = numbered(session, passage.where, anio, numero)
    return _page(request, passage, session, row, {}, "")


@router.post(BASE + "/editar")
def edit(
    request: Request,
    anio: Year,
    numero: Number,
    passage: ProposeDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Change what it says; what was typed stays on the page if it cannot be."""
    typed = {name: str(form.get(name, "")).strip() for name in FIELDS}
    with store.reading() as session:
        row = numbered(session, passage.where, anio, numero)
    try:
        change = Edit(
            title=typed["title"][:200],
            description=typed["description"][:2000],
            cost_cents=money.cents(typed["soles"], "soles"),
            cost_on=_day(typed["cost_on"]),
            cost_method=typed["cost_method"] or None,
            cost_class=whole(typed["cost_class"]),
            people=_people(typed["people"]),
        )
        with store.writing() as session:
            proposals.edit(session, passage.author, passage.where, seen_of(row, form), change)
    except Refusal as refusal:
        lang = shell.language(request, passage.actor)
        said = refused_in_words(refusal, lang)
        with store.reading() as session:
            found = numbered(session, passage.where, anio, numero)
            return _page(request, passage, session, found, typed, said, status_of(refusal))
    return shell.redirect(
        request, passage, proposal_href(passage.where, row), N_("Los cambios se guardaron.")
    )


@router.post(BASE + "/presentar")
def present(
    request: Request,
    anio: Year,
    numero: Number,
    passage: ProposeDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Put it before the district."""
    with store.writing() as session:
        row = numbered(session, passage.where, anio, numero)
        made = proposals.present(session, passage.author, passage.where, seen_of(row, form))
        ungated = proposals.ungated(made)
    to = proposal_href(passage.where, row)
    if ungated:
        said = N_(
            "La propuesta está presentada, con la puerta sin responder: falta decir de quién es "
            "la competencia y qué es. Respóndalo aquí, antes de la votación o la asignación."
        )
        return shell.redirect(request, passage, f"{to}#puerta", said, "warn")
    said = N_("La propuesta está presentada: entra en la próxima asignación.")
    return shell.redirect(request, passage, to, said)


@router.post(BASE + "/retirar")
def withdraw(
    request: Request,
    anio: Year,
    numero: Number,
    passage: ProposeDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Take it back, with its reason."""
    reason = str(form.get("reason", ""))
    with store.writing() as session:
        row = numbered(session, passage.where, anio, numero)
        proposals.withdraw(session, passage.author, passage.where, seen_of(row, form), reason)
    said = N_("La propuesta se retiró; sus pedidos quedan libres otra vez.")
    return shell.redirect(request, passage, proposal_href(passage.where, row), said)


def numbered(session: Reading, where: Where, year: int, number: int) -> Proposal:
    """The proposal that is called by this number in its year.

    Raises
    ------
    Unknown
        There is none.
    """
    found = [p for p in proposals.listed(session, where, year) if p.number == number]
    if not found:
        raise Unknown(
            "En {year} no hay ninguna propuesta con el número {number}.",
            remedy="Búsquela en la lista del año.",
            year=year,
            number=number,
        )
    return found[0]


def seen_of(row: Proposal, form: Any) -> Seen:
    """The proposal in the revision that the page showed.

    Raises
    ------
    Invalid
        The page does not say which.
    """
    revision = whole(form.get("revision"))
    if revision is None:
        raise Invalid(
            "La página no dice qué versión de la propuesta vio.",
            remedy="Vuelva a abrir la propuesta y repita el cambio.",
            field="revision",
        )
    return Seen(row.uuid, revision)


def _people(typed: str) -> int | None:
    if not typed:
        return None
    bare = "".join(typed.split())
    if not bare.isdecimal() or len(bare) > 8:
        raise Invalid(
            "«{typed}» no es un número de personas.",
            remedy="Escriba un número entero, como 120.",
            field="people",
            typed=typed[:40],
        )
    return int(bare)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    row: Proposal,
    typed: dict[str, str],
    problem: str,
    status: int = 200,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    where, day = passage.where, wording.today()
    sheet = proposal_sheets.sheet(session, where, day, row)
    known = needs.of_district(session, where, day)
    line = budget_lines.proposal(words, where, row)
    editable = row.state in EDITABLE and passage.may("proposals", "write")
    return shell.page(
        request,
        passage,
        "budget/sheet.html",
        title=row.title,
        over=words.say(
            N_("Propuesta {number} del presupuesto {year}"),
            number=row.number,
            year=row.fiscal_year,
        ),
        chain=chain_lines.strip(session, passage, words, ("proposal", proposal_key(row))),
        returned=return_pages.said(session, passage, words, ("proposal", proposal_key(row))),
        status=status,
        root=root(where),
        base=line["href"],
        line=line,
        row=row,
        problem=problem,
        typed=_kept(row) | typed,
        **_costs(words, row),
        gate=gate_lines.card(words, passage, row, sheet.people_share, norms.coverage(session, day)),
        review=review_lines.told(words, where, sheet),
        in_team=wording.view(passage, "technical_review") != "public",
        asked=[
            budget_lines.request(words, where, each, {})
            | {"plan_href": f"{root(where)}/comunidades/{each.community}/plan"}
            for each in sheet.requests
        ],
        may_plan=passage.may("plan", "read"),
        share=sheet.people_share,
        women=sheet.women,
        evidence=proposal_evidence.figures(words, passage, known, sheet),
        merit={"score": sheet.merit.score, "points": _points(words, sheet)},
        outcome=_outcome(session, where, words, row),
        editable=editable,
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Invalid(
            "«{typed}» no es una fecha.",
            remedy="Elíjala del calendario.",
            field="cost_on",
            typed=typed[:20],
        ) from None


def _cost_told(words: Words, row: Proposal) -> str:
    """How the cost was found, when, and how far off it may be."""
    parts = []
    if row.cost_method:
        parts.append(words.say(COST_METHODS[row.cost_method]))
    if row.cost_class:
        parts.append(f"± {row.cost_class} %")
    if row.cost_on:
        parts.append(words.say(N_("al {day}"), day=look.day(row.cost_on, words.lang)))
    return ", ".join(parts)


def _kept(row: Proposal) -> dict[str, str]:
    """What the form shows before anybody types."""
    return {
        "title": row.title,
        "description": row.description,
        "soles": _typed_soles(row.cost_cents),
        "people": "" if row.people is None else str(row.people),
        "cost_on": row.cost_on.isoformat() if row.cost_on else "",
        "cost_method": row.cost_method,
        "cost_class": str(row.cost_class or ""),
    }


def _costs(words: Words, row: Proposal) -> dict[str, Any]:
    unknown = ("", words.say(N_("no se sabe todavía")))
    return {
        "cost_methods": [unknown]
        + [(code, words.say(name)) for code, name in COST_METHODS.items()],
        "cost_classes": [unknown] + [(str(off), f"± {off} %") for off in COST_CLASSES],
        "cost_told": _cost_told(words, row),
    }


def _typed_soles(cents: int | None) -> str:
    if cents is None:
        return ""
    return f"{cents // 100}" + (f".{cents % 100:02}" if cents % 100 else "")


def _points(words: Words, sheet: Sheet) -> list[tuple[str, float, str]]:
    return [
        (
            budget_lines.criterion(words, part.criterion, part.name),
            part.points,
            words.reason(part.reason),
        )
        for part in sheet.merit.parts
    ]


def _outcome(session: Reading, where: Where, words: Words, row: Proposal) -> dict[str, Any] | None:
    runs = allocations.listed(session, where, row.fiscal_year)
    if not runs:
        return None
    made = budget_lines.run(words, where, runs[0])
    return next(
        (each for each in (*made["funded"], *made["rest"]) if each["number"] == row.number), None
    )
