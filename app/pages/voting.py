"""The voting of a year, step by step: prepare, open, close, count."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import (
    agent_lists,
    ceilings,
    standing,
    vote_counts,
    voting_options,
    voting_rules,
    voting_steps,
    votings,
)
from app.operations.votings import Progress
from app.pages import process_lines, shell, voting_words, wording
from app.pages.budget_lines import year_href
from app.pages.language import N_
from app.pages.wording import Words
from app.records.places import Where
from app.records.voting import Voting
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/presupuesto/{anio}/votacion"
Year = Annotated[int, Path(ge=2000, le=2100)]
SeeDep = Annotated[Passage, Depends(Permit("voting", "read"), scope="function")]
ManageDep = Annotated[Passage, Depends(Permit("voting", "manage"), scope="function")]
FROM = ("paper", "totals", "plans", "merit")
MOST = 10**6


def href(where: Where, year: int) -> str:
    """The address of the voting of a year."""
    return f"{year_href(where, year)}/votacion"


def whole(text: str, field: str) -> int | None:
    """A whole number as it was typed; None of nothing.

    Raises
    ------
    Invalid
        It is none, or too large.
    """
    typed = text.strip()
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 9 or int(typed) > MOST:
        raise Invalid(
            "«{typed}» no es un número entero.",
            remedy="Escriba solo cifras.",
            field=field,
            typed=typed[:20],
        )
    return int(typed)


@router.get(BASE)
def show(request: Request, anio: Year, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """Where the voting stands, and what comes next."""
    words = wording.of_page(request, passage, session)
    where = passage.where
    voting = votings.current(session, where, anio)
    rules = (
        votings.rules_of(session, voting) if voting else voting_rules.current(session, where, anio)
    )
    body = voting_rules.body_of(rules) if rules else None
    progress = votings.progress(session, voting) if voting else None
    manages = passage.may("voting", "manage")
    inside = passage.view != "public"
    prepares = manages and (voting is None or voting.state == "preparing")
    return shell.page(
        request,
        passage,
        "budget/voting.html",
        title=_title(words, anio, voting),
        base=href(where, anio),
        year_href=year_href(where, anio),
        year=anio,
        rules=rules,
        versions=voting_rules.listed(session, where, anio),
        body=body,
        facts=voting_words.facts(words, body) if body else [],
        voting=voting,
        state=voting_words.state(words, voting) if voting else None,
        mode=words.say(voting_words.MODES[voting.mode]) if voting else "",
        options=voting.options if voting and (inside or voting.state != "preparing") else [],
        unreviewed=voting_options.unreviewed(session, where, anio) if prepares else [],
        ungated=voting_options.ungated(session, where, anio) if prepares else [],
        dear={each.value for each in votings.too_dear(voting)} if voting else set(),
        progress=progress if inside else None,
        steps=_steps(words, href(where, anio), rules is not None, voting, progress)
        if inside
        else [],
        manages=manages,
        types=passage.may("voting", "write"),
        modes=voting_words.choices(words, voting_words.MODES, FROM),
        ceiling=ceilings.of_year(session, where, anio),
        members=_members(session, where) if manages and voting is None else [],
        entitled=agent_lists.entitled(session, where, anio),
        agents_href=process_lines.agents_href(where, anio),
        run=vote_counts.run_of(session, voting) if voting else None,
    )


def _members(session: Reading, where: Where) -> list[tuple[str, str]]:
    """Communities, to say how many people may vote in each."""
    return [(row.code, row.name) for row in standing.members(session, where, wording.today())]


def _title(words: Words, year: int, voting: Voting | None) -> str:
    if voting is None:
        return words.say(N_("Votación {year}: todavía no se prepara"), year=year)
    text = {
        "preparing": N_("Votación {year}: en preparación"),
        "open": N_("Votación {year}: abierta"),
        "closed": N_("Votación {year}: cerrada, falta asignar"),
        "allocated": N_("Votación {year}: con resultado"),
    }[voting.state]
    return words.say(text, year=year)


def _steps(
    words: Words, base: str, ruled: bool, voting: Voting | None, progress: Progress | None
) -> list[dict[str, str]]:
    """The way of a voting; the first thing that is not done is now."""
    state = voting.state if voting else ""
    typed = progress is not None and progress.waiting == 0 and progress.accepted > 0
    passed = state in ("closed", "allocated")
    done = (
        ruled,
        voting is not None,
        state not in ("", "preparing"),
        passed or (state == "open" and typed),
        passed,
        state == "allocated",
    )
    titles = (
        N_("Escribir las reglas de la ordenanza"),
        N_("Poner las propuestas en la cédula"),
        N_("Abrir"),
        N_("Digitar las cédulas, dos personas cada una"),
        N_("Cerrar"),
        N_("Contar y asignar"),
    )
    addresses = (
        (f"{base}/reglas", N_("Ver las reglas")),
        ("", ""),
        ("", ""),
        (f"{base}/digitar", N_("Digitar")),
        ("", ""),
        ("", ""),
    )
    now = next((at for at, each in enumerate(done) if not each), len(done))
    return [
        {
            "title": words.say(titles[at]),
            "state": "done" if each else "now" if at == now else "next",
            "href": addresses[at][0] if at == now else "",
            "button": words.say(addresses[at][1]),
        }
        for at, each in enumerate(done)
    ]


@router.post(BASE + "/preparar")
def prepare(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Put the proposals on the ballot."""
    entitled = {
        name.removeprefix("entitled."): number
        for name, value in form.multi_items()
        if name.startswith("entitled.") and (number := whole(str(value), name)) is not None
    }
    with store.writing() as session:
        known = agent_lists.entitled(session, passage.where, anio)
        voting_steps.prepare(
            session,
            passage.author,
            passage.where,
            anio,
            wording.today(),
            mode=str(form.get("mode", "")),
            # The final list of agents says who may vote; without one, what was typed.
            entitled=entitled if known is None else known,
        )
    said = N_("Las propuestas están en la cédula, como hoy están escritas. Revíselas.")
    return shell.redirect(request, passage, href(passage.where, anio), said)


@router.post(BASE + "/grupos")
def group(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Say in which zone and objective each proposal counts."""
    with store.writing() as session:
        voting = votings.needed(session, passage.where, anio)
        groups = {
            each["code"]: (
                str(form.get(f"zone.{each['code']}", each["zone"])).strip()[:80],
                str(form.get(f"objective.{each['code']}", each["objective"])).strip()[:80],
            )
            for each in voting.options
        }
        voting_steps.group(session, passage.author, passage.where, voting, groups)
    to = f"{href(passage.where, anio)}#cedula"
    return shell.redirect(request, passage, to, N_("Se guardaron las zonas y los objetivos."))


@router.post(BASE + "/abrir")
def open_(request: Request, anio: Year, passage: ManageDep, store: StoreDep) -> Response:
    """Begin to take ballots."""
    with store.writing() as session:
        voting = votings.needed(session, passage.where, anio)
        voting_steps.open_(session, passage.author, passage.where, voting)
    said = N_("La votación está abierta. Nadie puede ver cuentas hasta el cierre.")
    return shell.redirect(request, passage, href(passage.where, anio), said)


@router.post(BASE + "/cerrar")
def close(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """End the typing."""
    given = whole(str(form.get("given", "")), "given")
    with store.writing() as session:
        voting = votings.needed(session, passage.where, anio)
        voting_steps.close(session, passage.author, passage.where, voting, given)
    said = N_("La votación está cerrada. Ahora se puede contar.")
    return shell.redirect(request, passage, href(passage.where, anio), said)


@router.post(BASE + "/anular")
def annul(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """End a voting without a result."""
    with store.writing() as session:
        voting = votings.needed(session, passage.where, anio)
        voting_steps.annul(
            session, passage.author, passage.where, voting, str(form.get("reason", ""))
        )
    said = N_("La votación quedó anulada, con su razón a la vista.")
    return shell.redirect(request, passage, href(passage.where, anio), said, "warn")


@router.post(BASE + "/asignar")
def allocate(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Count by the rule of the ordinance: the official result."""
    seed = str(form.get("seed", "")).strip()[:64]
    with store.writing() as session:
        voting = votings.needed(session, passage.where, anio)
        vote_counts.allocate(session, passage.author, passage.where, voting, seed)
    said = N_("El resultado está hecho, guardado y a la vista de todos.")
    return shell.redirect(request, passage, f"{year_href(passage.where, anio)}/resultado", said)
