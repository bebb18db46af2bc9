"""Gestiones: where a request goes when it is not for this budget, and what became of it."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.documents import petition_letter
from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import norms, petitions, requests
from app.operations.petitions import NEXT, Given, Step
from app.pages import chain_lines, petition_lines, return_pages, shell, wording
from app.pages.language import N_, refused_in_words
from app.pages.need_lines import root
from app.pages.typed import whole
from app.planning.gate import Answers, verdict
from app.records.petitions import Petition
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/gestiones"
ONE = BASE + "/{anio}/{numero}"
Year = Annotated[int, Path(ge=2000, le=2100)]
Number = Annotated[int, Path(ge=1, le=100_000)]
SeeDep = Annotated[Passage, Depends(Permit("petitions", "read"), scope="function")]
WriteDep = Annotated[Passage, Depends(Permit("petitions", "write"), scope="function")]
YES = {"yes": True, "no": False}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get(BASE)
def every(request: Request, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """The petitions of a district; whoever writes them asks the gate here too."""
    return _list(request, passage, session, dict(request.query_params), "", 200)


def _list(
    request: Request,
    passage: Passage,
    session: Reading,
    typed: dict[str, Any],
    problem: str,
    status: int,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    day = wording.today()
    rows = petitions.listed(session, passage.where)
    may_write = passage.may("petitions", "write")
    chosen = str(typed.get("action", ""))
    free = (
        [r for r in requests.of_district(session, passage.where, day, every=True) if r.free]
        if may_write
        else []
    )
    asked = bool(typed.get("competence") or typed.get("nature"))
    told = verdict(answers_of(typed), norms.coverage(session, day)) if asked else None
    return shell.page(
        request,
        passage,
        "budget/petitions.html",
        status=status,
        title=N_("Gestiones"),
        sentence=words.say(
            N_("Lo que no va al presupuesto participativo no muere: se gestiona y se sigue.")
        ),
        root=root(passage.where),
        rows=[petition_lines.row(session, passage.where, words, row, day) for row in rows],
        may_write=may_write,
        free=[(str(r.uuid), f"{r.community_name}: {r.title}") for r in free],
        chosen=chosen,
        typed={name: str(typed.get(name, "")) for name in petition_lines.QUESTIONS},
        questions=petition_lines.questions(words),
        told=petition_lines.told(words, told) if told else None,
        addressee=str(typed.get("addressee", "")),
        routes=petition_lines.routes(words),
        problem=problem,
    )


@router.post(BASE)
def raise_one(request: Request, passage: WriteDep, store: StoreDep, form: FormDep) -> Response:
    """Open a petition of a request; what was typed stays if it cannot be."""
    typed = {name: str(value).strip() for name, value in form.items()}
    try:
        given = Given(
            _actions([str(each) for each in form.getlist("action")]),
            typed.get("route", ""),
            typed.get("addressee", ""),
            typed.get("title", ""),
            answers_of(typed),
        )
        with store.writing() as session:
            made = petitions.raise_one(
                session, passage.author, passage.where, given, wording.today()
            )
            to = petition_lines.href(passage.where, made)
    except Refusal as refusal:
        with store.reading() as reading:
            said = _said(refusal, shell.language(request, passage.actor))
            return _list(request, passage, reading, typed, said, status_of(refusal))
    return shell.redirect(request, passage, to, N_("Se abrió la gestión; ya tiene su número."))


def _actions(texts: list[str]) -> tuple[UUID, ...]:
    try:
        return tuple(UUID(text) for text in texts if text)
    except ValueError:
        raise Invalid(
            "La página nombra un pedido que no se entiende.",
            remedy="Vuelva a abrirla y elija otra vez.",
            field="action",
        ) from None


def answers_of(typed: dict[str, Any]) -> Answers:
    return Answers(
        str(typed.get("competence", "")) or None,
        str(typed.get("nature", "")) or None,
        YES.get(str(typed.get("unit_works", ""))),
        YES.get(str(typed.get("in_pmi", ""))),
        YES.get(str(typed.get("upkeep", ""))),
        YES.get(str(typed.get("land", ""))),
    )


@router.get(ONE)
def show(
    request: Request, anio: Year, numero: Number, passage: SeeDep, session: ReadDep
) -> HTMLResponse:
    """One petition: what it carries, to whom, and every step."""
    row = petitions.find(session, passage.where, anio, numero)
    return _page(request, passage, session, row, {}, "", 200)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    row: Petition,
    typed: dict[str, str],
    problem: str,
    status: int,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    day = wording.today()
    return shell.page(
        request,
        passage,
        "budget/petition.html",
        status=status,
        title=row.title,
        chain=chain_lines.strip(session, passage, words, ("petition", f"{row.year}-{row.number}")),
        root=root(passage.where),
        here=petition_lines.href(passage.where, row),
        returned=return_pages.said(
            session, passage, words, ("petition", f"{row.year}-{row.number}")
        ),
        petition=petition_lines.row(session, passage.where, words, row, day),
        asked=petition_lines.asked(session, passage.where, words, row, day),
        steps=petition_lines.steps(session, words, row),
        may_write=passage.may("petitions", "write"),
        next=[(code, words.say(petition_lines.STATES[code])) for code in NEXT.get(row.state, ())],
        revision=row.revision,
        today=day.isoformat(),
        typed={"note": "", "filing": "", "due_on": "", "on_day": "", "state": ""} | typed,
        problem=problem,
    )


@router.post(ONE)
def advance(
    request: Request,
    anio: Year,
    numero: Number,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Note what happened; what was typed stays if it cannot be."""
    typed = {name: str(value).strip() for name, value in form.items()}
    seen = whole(typed.get("seen"))
    try:
        step = Step(
            typed.get("state", ""),
            _day(typed.get("on_day", "")) or wording.today(),
            typed.get("note", ""),
            typed.get("filing", ""),
            _day(typed.get("due_on", "")),
        )
        with store.writing() as session:
            row = petitions.find(session, passage.where, anio, numero)
            petitions.advance(
                session,
                passage.author,
                passage.where,
                row,
                -1 if seen is None else seen,
                step,
            )
            to = petition_lines.href(passage.where, row)
    except Refusal as refusal:
        with store.reading() as reading:
            row = petitions.find(reading, passage.where, anio, numero)
            said = _said(refusal, shell.language(request, passage.actor))
            return _page(request, passage, reading, row, typed, said, status_of(refusal))
    return shell.redirect(request, passage, to, N_("Se anotó en la gestión."))


@router.get(ONE + "/carta.docx")
def letter(anio: Year, numero: Number, passage: WriteDep, session: ReadDep) -> Response:
    """The letter that puts the requests before the addressee."""
    day = wording.today()
    row = petitions.find(session, passage.where, anio, numero)
    words = wording.of_place(session, passage.where, "es")
    body = petition_letter.docx(
        petition_letter.Words(
            f"Municipalidad Distrital de {passage.where.name}",
            passage.where.name,
            day,
            petitions.code_of(row),
            row.addressee,
            row.title,
            petition_lines.evidence(session, passage.where, words, row, day),
        ),
        [
            petition_letter.Asked(r.community_name, r.title, petition_lines.reach(words, r))
            for r in petitions.asked(session, passage.where, day, row)
        ],
    )
    name = f"carta-{petitions.code_of(row)}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=DOCX, headers=headers)


def _said(refusal: Refusal, lang: str) -> str:
    return refused_in_words(refusal, lang)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "«{text}» no es una fecha.", remedy="Elija el día otra vez.", text=text
        ) from None
