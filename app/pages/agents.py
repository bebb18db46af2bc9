"""The register of participating agents: who is in, lists, objections, trainings, help to enrol."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import agent_lists, agents, processes
from app.operations.agents import Given, Seen
from app.operations.trail import Author
from app.pages import agent_lines, process_lines, shell, wording
from app.pages.agent_lines import SLUGS
from app.pages.budget_lines import year_href
from app.pages.language import N_, message_of, remedy_of
from app.pages.process import Year
from app.pages.process_lines import agents_href
from app.pages.wording import Words
from app.planning import agents as rules
from app.records.places import Where
from app.records.process import Agent, Process
from app.store.sessions import Reading, Store, Writing

router = APIRouter()
BASE = "/d/{ubigeo}/presupuesto/{anio}/agentes"
ONE = BASE + "/{numero}"
Number = Annotated[int, Path(ge=1, le=1_000_000)]
SeeDep = Annotated[Passage, Depends(Permit("agents", "read"), scope="function")]
WriteDep = Annotated[Passage, Depends(Permit("agents", "write"), scope="function")]
PublishDep = Annotated[Passage, Depends(Permit("process", "write"), scope="function")]
TEXTS = (
    *("organisation", "kind", "name", "dni", "sex", "recognition", "phone", "community"),
    *("womens", "voice_only", "reason"),
)


@router.get(BASE)
def show(request: Request, anio: Year, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """The register, as much of it as this person may see."""
    return page(request, passage, session, anio, {}, None)


def page(
    request: Request,
    passage: Passage,
    session: Reading,
    year: int,
    typed: Mapping[str, str],
    refusal: Refusal | None,
) -> HTMLResponse:
    """The page of the register; ``typed`` is what a form held that was refused."""
    words, where, day = wording.of_page(request, passage, session), passage.where, wording.today()
    row = processes.of_year(session, where, year)
    lang = words.lang
    context: dict[str, Any] = {
        "year": year,
        "base": agents_href(where, year),
        "process_href": process_lines.href(where, year),
        "year_href": year_href(where, year),
        "process": row,
        "refusal": (message_of(refusal, lang), remedy_of(refusal, lang), refusal.field or "")
        if refusal
        else None,
        "typed": dict.fromkeys(TEXTS, "") | dict(typed),
        "status": status_of(refusal) if refusal else 200,
    }
    if row is None:
        title = agent_lines.title(words, year, None)
        return shell.page(request, passage, "budget/agents.html", title=title, **context)
    inside = wording.view(passage, "agents") != "public"
    shares = _shares(session, passage, row)
    offers = agent_lines.help_(session, row, passage.actor.account_id) if inside else []
    listed = agent_lists.newest(session, row)
    return shell.page(
        request,
        passage,
        "budget/agents.html",
        title=agent_lines.title(words, year, shares),
        rows=agent_lines.register(session, words, passage, row, day),
        inside=inside,
        whole=wording.view(passage, "agents") == "whole",
        shares=shares,
        without=agent_lines.without(session, where, day, shares, offers) if shares else [],
        offers=offers,
        lists=agent_lines.lists(session, words, row),
        objections=agent_lines.objections(session, words, row, inside=inside),
        window=process_lines.span(words, processes.window(session, row, "objections")),
        trainings=agent_lines.held(session, row, listed),
        on_list=[(e["number"], e["organisation"], e["name"]) for e in listed.body]
        if listed and inside
        else [],
        final=agents.final_on(session, row),
        kinds=agent_lines.kinds(words),
        sexes=[(code, words.say(text)) for code, text in agent_lines.SEXES],
        communities=[(e.code, e.name) for e in agents.communities(session, where, day)],
        may_write=passage.may("agents", "write"),
        may_publish=passage.may("process", "write"),
        today=day.isoformat(),
        **context,
    )


def _shares(session: Reading, passage: Passage, row: Process) -> rules.Shares | None:
    """Live for those inside; of the public, those of the published list."""
    where, day = passage.where, wording.today()
    if wording.view(passage, "agents") != "public":
        return agents.shares(session, where, row, day)
    listed = agent_lists.newest(session, row)
    if listed is None:
        return None
    codes = [each.code for each in agents.communities(session, where, day)]
    return rules.shares(agent_lists.members_of(listed), codes)


def _given(typed: Mapping[str, str]) -> Given:
    texts = {name: typed.get(name, "") for name in TEXTS if name not in ("reason",)}
    return Given(**{**texts, **{n: bool(typed.get(n)) for n in ("womens", "voice_only")}})  # type: ignore[arg-type]


@router.post(BASE)
def enrol(
    request: Request, anio: Year, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Enrol one agent; what was typed stays if it cannot be."""
    typed = {name: str(value).strip() for name, value in form.items()}
    try:
        with store.writing() as session:
            row = processes.held(session, passage.where, anio)
            made = agents.enrol(
                session, passage.author, passage.where, row, wording.today(), _given(typed)
            )
            number = made.number
    except Refusal as refusal:
        with store.reading() as reading:
            return page(request, passage, reading, anio, typed, refusal)
    to = f"{agents_href(passage.where, anio)}#registro"
    note = N_("Quedó inscrito con el número {number}.")
    return shell.redirect(request, passage, to, note, number=number)


@router.get(ONE)
def one(
    request: Request, anio: Year, numero: Number, passage: WriteDep, session: ReadDep
) -> HTMLResponse:
    """One agent, to be corrected or taken out."""
    row = processes.needed(session, passage.where, anio)
    agent = agents.find(session, row, numero)
    codes = {e.id: e.code for e in agents.communities(session, passage.where, wording.today())}
    typed = {name: str(getattr(agent, name)) for name in TEXTS[:7]} | {
        "community": codes.get(agent.community_id or 0, ""),
        "womens": "1" if agent.womens else "",
        "voice_only": "1" if agent.voice_only else "",
        "reason": "",
    }
    return _one(request, passage, session, row, agent, typed, None)


def _one(
    request: Request,
    passage: Passage,
    session: Reading,
    row: Process,
    agent: Agent,
    typed: Mapping[str, str],
    refusal: Refusal | None,
) -> HTMLResponse:
    words: Words = wording.of_page(request, passage, session)
    lang = words.lang
    return shell.page(
        request,
        passage,
        "budget/agent.html",
        status=status_of(refusal) if refusal else 200,
        title=words.say(N_("Agente {number}: {name}"), number=agent.number, name=agent.name),
        base=agents_href(passage.where, row.fiscal_year),
        agent=agent,
        typed=dict.fromkeys(TEXTS, "") | dict(typed),
        refusal=(message_of(refusal, lang), remedy_of(refusal, lang), refusal.field or "")
        if refusal
        else None,
        state=(words.say(agent_lines.STATES[agent.state][0]), agent_lines.STATES[agent.state][1]),
        final=agents.final_on(session, row),
        may_publish=passage.may("process", "write"),
        kinds=agent_lines.kinds(words),
        sexes=[(code, words.say(text)) for code, text in agent_lines.SEXES],
        communities=[
            (e.code, e.name) for e in agents.communities(session, passage.where, wording.today())
        ],
    )


def _revision(form: Mapping[str, Any]) -> int:
    seen = str(form.get("revision", ""))
    return int(seen) if seen.isdecimal() and len(seen) < 9 else -1


@router.post(ONE)
def change(
    request: Request,
    anio: Year,
    numero: Number,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Correct an agent; what was typed stays if it cannot be."""
    typed = {name: str(value).strip() for name, value in form.items()}
    try:
        with store.writing() as session:
            row = processes.held(session, passage.where, anio)
            about = (Seen(numero, _revision(form)), _given(typed))
            agents.change(
                *(session, passage.author, passage.where, row, wording.today(), about),
                typed.get("reason", ""),
            )
    except Unknown:
        raise
    except Refusal as refusal:
        with store.reading() as reading:
            row = processes.needed(reading, passage.where, anio)
            agent = agents.find(reading, row, numero)
            return _one(request, passage, reading, row, agent, typed, refusal)
    to = f"{agents_href(passage.where, anio)}#registro"
    return shell.redirect(request, passage, to, N_("Los datos del agente quedaron corregidos."))


@router.post(ONE + "/retirar")
def take_out(
    request: Request,
    anio: Year,
    numero: Number,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Take an agent out, with the reason."""
    note = N_("El agente quedó retirado, con su razón.")
    return _moved(request, (anio, numero), passage, store, form, agents.take_out, note)


@router.post(ONE + "/reponer")
def reinstate(
    request: Request,
    anio: Year,
    numero: Number,
    passage: PublishDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Put back whom an objection took out, with the reason."""
    note = N_("El agente vuelve a estar inscrito, con su razón.")
    return _moved(request, (anio, numero), passage, store, form, agents.reinstate, note)


def _moved(
    request: Request,
    which: tuple[int, int],
    passage: Passage,
    store: Store,
    form: Mapping[str, Any],
    act: Callable[[Writing, Author, Where, Process, Seen, str], Agent],
    note: str,
) -> Response:
    (year, number), to = which, agents_href(passage.where, which[0])
    seen = Seen(number, _revision(form))
    with store.writing() as session:
        row = processes.held(session, passage.where, year)
        act(session, passage.author, passage.where, row, seen, str(form.get("reason", "")))
    return shell.redirect(request, passage, to, note)


def kind_of(lista: str) -> str:
    """The list that an address names.

    Raises
    ------
    Unknown
        There is no such list.
    """
    if lista not in SLUGS:
        raise Unknown("No hay ninguna lista con ese nombre.", remedy="Vuelva a los agentes.")
    return SLUGS[lista]


@router.post(BASE + "/listas/{lista}")
def publish(
    request: Request, anio: Year, lista: str, passage: PublishDep, store: StoreDep, form: FormDep
) -> Response:
    """Publish a list, or take one back with its reason."""
    to = f"{agents_href(passage.where, anio)}#listas"
    kind = kind_of(lista)
    back = str(form.get("act", "")) == "withdraw"
    with store.writing() as session:
        row = processes.held(session, passage.where, anio)
        if back:
            reason = str(form.get("reason", ""))
            agent_lists.withdraw(session, passage.author, passage.where, row, kind, reason)
        else:
            agent_lists.publish(session, passage.author, passage.where, row, kind, wording.today())
    note = N_("La lista se retiró.") if back else N_("La lista está publicada: cualquiera la lee.")
    return shell.redirect(request, passage, to, note)


def number_of(text: object) -> int | None:
    """A number that was typed; None of nothing.

    Raises
    ------
    Invalid
        It is none.
    """
    typed = str(text or "").strip()
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 6:
        raise Invalid("«{typed}» no es un número.", remedy="Escriba cifras.", typed=typed[:20])
    return int(typed)
