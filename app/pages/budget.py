"""The participatory budget of a year: requests, proposals, ceiling, allocation."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import allocations, ceilings, proposals, requests, review_rules
from app.operations.proposals import Given
from app.pages import budget_lines, money, process_lines, public_budget, shell, wording
from app.pages.budget_lines import year_href
from app.pages.language import N_
from app.pages.need_lines import root
from app.pages.priorities import chain
from app.pages.typed import whole
from app.pages.wording import Words
from app.records.places import Where
from app.store.sessions import Reading

router = APIRouter()
YEARS = "/d/{ubigeo}/presupuesto"
BASE = YEARS + "/{anio}"
Year = Annotated[int, Path(ge=2000, le=2100)]
ReadingDep = Annotated[Passage, Depends(Permit("proposals", "read"), scope="function")]
ProposeDep = Annotated[Passage, Depends(Permit("proposals", "write"), scope="function")]
CeilingDep = Annotated[Passage, Depends(Permit("ceiling", "write"), scope="function")]
AllocateDep = Annotated[Passage, Depends(Permit("allocation", "write"), scope="function")]
PublishDep = Annotated[Passage, Depends(Permit("publication", "write"), scope="function")]


@router.get(YEARS)
def show_years(request: Request, passage: ReadingDep, session: ReadDep) -> HTMLResponse:
    """The years of the budget, and what became of earlier agreements."""
    words = wording.of_page(request, passage, session)
    if passage.view == "public":
        return public_budget.years(request, passage, session, words)
    rows = [_year(session, passage.where, year, words) for year in _years(session, passage.where)]
    return shell.page(
        request,
        passage,
        "budget/years.html",
        title=N_("Presupuesto participativo"),
        sentence=words.say(N_("Del pedido de la asamblea a la obra: un año, una lista.")),
        chain=chain(session, passage.where, words, "proposals"),
        root=root(passage.where),
        years=rows,
        agreements=budget_lines.agreements(session, passage, words),
    )


@router.get(BASE)
def show(request: Request, anio: Year, passage: ReadingDep, session: ReadDep) -> HTMLResponse:
    """One year: what is asked, what is proposed, what the money reaches for."""
    words = wording.of_page(request, passage, session)
    where, day = passage.where, wording.today()
    if passage.view == "public":
        return public_budget.year(request, passage, session, words, anio)
    rows = proposals.listed(session, where, anio)
    ceiling = ceilings.of_year(session, where, anio)
    runs = allocations.listed(session, where, anio)
    run = budget_lines.run(words, where, runs[0]) if runs else None
    presented = sum(1 for row in rows if row.state == "presented")
    return shell.page(
        request,
        passage,
        "budget/year.html",
        title=_title(words, anio, run),
        chain=chain(session, where, words, "proposals"),
        root=root(where),
        base=year_href(where, anio),
        year=anio,
        steps=_steps(
            words,
            (len(rows), presented),
            ceiling is not None,
            bool(review_rules.batches(session, where, anio)),
            run,
        ),
        proposals=[budget_lines.proposal(words, where, row) for row in rows],
        ceiling=ceiling,
        run=run,
        may_follow=passage.may("agreements", "write"),
        vote=budget_lines.vote(session, words, where, anio),
        process=process_lines.link(session, words, where, anio, day),
        runs=len(runs),
        may_hand_in=passage.may("process", "write"),
        presented=presented,
        may_propose=passage.may("proposals", "write"),
        may_ceiling=passage.may("ceiling", "write"),
        may_allocate=passage.may("allocation", "write"),
        may_publish=passage.may("publication", "write"),
        **_suggested(session, where, words),
        agreements=budget_lines.agreements(session, passage, words),
        day=day,
    )


@router.post(BASE + "/techo")
def set_ceiling(
    request: Request, anio: Year, passage: CeilingDep, store: StoreDep, form: FormDep
) -> Response:
    """Fix the money of the year."""
    cents = money.cents(str(form.get("soles", "")), "soles")
    if cents is None:
        raise Invalid("Falta el monto del techo.", remedy="Escriba los soles.", field="soles")
    with store.writing() as session:
        ceilings.set_ceiling(
            session,
            passage.author,
            passage.where,
            anio,
            cents,
            source=str(form.get("source", "")).strip()[:200],
            seen=whole(form.get("seen")),
        )
    to = f"{year_href(passage.where, anio)}#techo"
    return shell.redirect(request, passage, to, N_("El techo quedó fijado."))


@router.post(BASE + "/propuestas")
def bundle(
    request: Request, anio: Year, passage: ProposeDep, store: StoreDep, form: FormDep
) -> Response:
    """Make one proposal of the requests named; they stay as their plans wrote them."""
    actions = tuple(_uuid(str(value)) for value in form.getlist("action"))
    title = str(form.get("title", "")).strip()[:200]
    with store.writing() as session:
        made = proposals.create(
            session,
            passage.author,
            passage.where,
            Given(anio, actions, title=title),
            wording.today(),
        )
        to = budget_lines.proposal_href(passage.where, made)
    said = N_("Se creó la propuesta. Revísela y preséntela cuando esté lista.")
    return shell.redirect(request, passage, to, said)


@router.post(BASE + "/asignar")
def allocate(
    request: Request, anio: Year, passage: AllocateDep, store: StoreDep, form: FormDep
) -> Response:
    """Run the money down the ranking; each run is kept."""
    seed = str(form.get("seed", "")).strip()[:64]
    with store.writing() as session:
        allocations.run(session, passage.author, passage.where, anio, wording.today(), seed=seed)
    to = f"{year_href(passage.where, anio)}#resultado"
    said = N_("La asignación está hecha y guardada; todavía no es pública.")
    return shell.redirect(request, passage, to, said)


@router.post(BASE + "/asignaciones/{uuid}/publicar")
def publish(
    request: Request, anio: Year, uuid: UUID, passage: PublishDep, store: StoreDep
) -> Response:
    """Let the public read a run."""
    with store.writing() as session:
        allocations.publish(session, passage.author, passage.where, uuid)
    to = f"{year_href(passage.where, anio)}#resultado"
    return shell.redirect(request, passage, to, N_("La lista ya es pública."))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(
            "La página nombra un pedido que no se entiende.",
            remedy="Vuelva a abrir el presupuesto y repita la elección.",
            field="action",
        ) from None


def _years(session: Reading, where: Where) -> list[int]:
    """Years with something in them, and the next one, the newest first."""
    found = {row.fiscal_year for row in proposals.listed(session, where)}
    found |= {row.fiscal_year for row in ceilings.years(session, where)}
    found |= {row.fiscal_year for row in allocations.listed(session, where)}
    return sorted(found | {wording.today().year + 1}, reverse=True)


def _year(session: Reading, where: Where, year: int, words: Words) -> dict[str, Any]:
    rows = [p for p in proposals.listed(session, where, year) if p.state != "withdrawn"]
    runs = allocations.listed(session, where, year)
    run = budget_lines.run(words, where, runs[0]) if runs else None
    ceiling = ceilings.of_year(session, where, year)
    return {
        "year": year,
        "href": year_href(where, year),
        "proposals": len(rows),
        "ceiling": ceiling.cents if ceiling else None,
        "funded": len(run["funded"]) if run else None,
        "spent": run["spent"] if run else None,
        "state": _state(words, len(rows), run),
    }


def _state(words: Words, rows: int, run: dict[str, Any] | None) -> str:
    if run is not None:
        return words.say(N_("publicada") if run["published"] else N_("asignada, sin publicar"))
    return words.say(N_("en propuestas") if rows else N_("por empezar"))


def _title(words: Words, year: int, run: dict[str, Any] | None) -> str:
    if run is None:
        return words.say(N_("Presupuesto {year}: todavía no se ha asignado"), year=year)
    return words.counted(
        N_("Presupuesto {year}: alcanza para {n} propuesta de {all}"),
        N_("Presupuesto {year}: alcanza para {n} propuestas de {all}"),
        len(run["funded"]),
        year=year,
        all=len(run["funded"]) + len(run["rest"]),
    )


def _steps(
    words: Words, counts: tuple[int, int], ceiling: bool, reviewed: bool, run: dict[str, Any] | None
) -> list[dict[str, str]]:
    """Where the year stands: the first thing that is not done is now.

    ``counts`` are proposals and those presented; what was shared out needs no review any more.
    """
    shared = run is not None
    done = (
        *(each > 0 for each in counts),
        ceiling,
        reviewed or shared,
        shared,
        bool(run and run["published"]),
    )
    titles = (
        N_("Juntar pedidos en propuestas"),
        N_("Presentar propuestas"),
        N_("Fijar el techo"),
        N_("Evaluar las propuestas"),
        N_("Asignar"),
        N_("Publicar"),
    )
    now = next((at for at, each in enumerate(done) if not each), len(done))
    return [
        {"title": words.say(title), "state": "done" if each else "now" if at == now else "next"}
        for at, (title, each) in enumerate(zip(titles, done, strict=True))
    ]


def _suggested(session: Reading, where: Where, words: Words) -> dict[str, Any]:
    """Requests not taken up yet: those that ask for the same together, then the rest."""
    day = wording.today()
    free = {str(r.uuid): r for r in requests.of_district(session, where, day) if r.free}
    found = requests.suggestions(session, where, day)
    return {
        "bundles": [budget_lines.bundle(words, where, each, free) for each in found.bundles],
        "alone": [budget_lines.bundle(words, where, each, free) for each in found.alone],
    }
