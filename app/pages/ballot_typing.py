"""Typing ballots with the keyboard alone: code, numbers, Enter, and the next one."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import ballots, paper, voting_rules, votings
from app.operations.ballots import Typed, Waiting
from app.pages import shell, voting_words, wording
from app.pages.language import N_, message_of, remedy_of
from app.pages.voting import BASE, ManageDep, Year, href
from app.pages.wording import Words
from app.records.voting import Voting
from app.store.sessions import Reading

router = APIRouter()
TypeDep = Annotated[Passage, Depends(Permit("voting", "write"), scope="function")]
LONGEST = 2_000
BLANK = "0"
SLIPS = {
    "unknown": N_(
        "{code}: guardada, pero marca un número que no está en la cédula. Si fue un error al "
        "digitar, digítela otra vez."
    ),
    "too_many": N_(
        "{code}: guardada, pero marca más propuestas de las que se puede. Si fue un error al "
        "digitar, digítela otra vez."
    ),
    "too_few": N_(
        "{code}: guardada, pero marca menos propuestas de las que se pide. Si fue un error al "
        "digitar, digítela otra vez."
    ),
    "points": N_(
        "{code}: guardada, pero sus puntos no suman lo que reparte cada cédula. Si fue un error "
        "al digitar, digítela otra vez."
    ),
    "community": N_(
        "{code}: guardada, pero no dice de qué comunidad es. Si fue un error al digitar, "
        "digítela otra vez."
    ),
}
"""Of a first reading that no ballot may say: the sheet may say so, or a finger slipped."""


@router.get(BASE + "/digitar")
def show(request: Request, anio: Year, passage: TypeDep, session: ReadDep) -> HTMLResponse:
    """An empty sheet to type."""
    typed = {"code": request.query_params.get("codigo", "")[:20]}
    return _page(request, passage, session, anio, typed, None)


@router.post(BASE + "/digitar")
def type_sheet(
    request: Request, anio: Year, passage: TypeDep, store: StoreDep, form: FormDep
) -> Response:
    """Keep what a person read on a sheet; what was typed stays where it cannot be."""
    typed = {name: str(form.get(name, ""))[:LONGEST] for name in (*FIELDS, "code")}
    try:
        with store.writing() as session:
            voting = votings.needed(session, passage.where, anio)
            sheet = ballots.type_sheet(
                session, passage.author, passage.where, voting, typed["code"], read(typed)
            )
            state, code = sheet.state, paper.spoken(sheet.code)
            doubt = ballots.doubt(session, voting, sheet)
    except Refusal as refusal:
        with store.reading() as session:
            return _page(request, passage, session, anio, typed, refusal)
    said = {
        "typed": N_("{code}: guardada. Falta que otra persona la digite."),
        "accepted": N_("{code}: las dos personas leyeron lo mismo."),
        "differs": N_("{code}: las dos personas leyeron distinto. Quedó en diferencias."),
        "review": N_("{code}: quedó en la bandeja, para decidirla con su razón."),
    }[state]
    slip = SLIPS.get(doubt) if state == "typed" else None
    kind = "good" if state in ("typed", "accepted") and slip is None else "warn"
    to = f"{href(passage.where, anio)}/digitar"
    return shell.redirect(request, passage, to, slip or said, kind, code=code)


FIELDS = ("marks", "community", "unreadable", "note")


def read(typed: dict[str, str]) -> Typed:
    """What the fields of a sheet say.

    Raises
    ------
    Invalid
        Nothing: a blank sheet is said with 0, so that a key pressed too early casts none.
    """
    marks, unreadable = typed.get("marks", "").strip(), bool(typed.get("unreadable"))
    if not marks and not unreadable:
        raise Invalid(
            "Faltan los números de la hoja.",
            remedy="Escriba los números; si la hoja está en blanco, escriba 0.",
            field="marks",
        )
    return Typed(
        "" if marks == BLANK else marks,
        typed.get("community", ""),
        unreadable,
        typed.get("note", ""),
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
    body = voting_rules.body_of(votings.rules_of(session, voting))
    return shell.page(
        request,
        passage,
        "budget/voting_type.html",
        title=words.say(N_("Digitar cédulas {year}"), year=year),
        status=status_of(refusal) if refusal else 200,
        base=href(passage.where, year),
        voting=voting,
        body=body,
        typed={**dict.fromkeys((*FIELDS, "code"), ""), **typed},
        refusal=_said(refusal, words),
        how=voting_words.how(words, body),
        hint=hint(words, voting, body.kind),
        listed=listing(voting, body),
        progress=votings.progress(session, voting),
        communities=_communities(voting) if body.endowments else [],
        manages=passage.may("voting", "manage"),
    )


def hint(words: Words, voting: Voting, kind: str) -> str:
    """How marks are typed."""
    if voting.mode == "totals":
        return words.say(N_("Número = votos, con un espacio entre uno y otro: 1=34 2=18"))
    if kind == "points":
        return words.say(N_("Número = puntos, con un espacio entre uno y otro: 3=5 7=5"))
    if kind == "order":
        return words.say(N_("Los números en el orden de la cédula, con un espacio: 7 3 12"))
    return words.say(N_("Los números marcados, con un espacio: 3 7 12. Un 0 si está en blanco."))


def listing(voting: Voting, body: voting_rules.Body) -> dict[str, Any]:
    """What the page's own script needs to name what is typed."""
    return {
        "titles": {each["code"]: each["title"] for each in voting.options},
        "kind": "totals" if voting.mode == "totals" else body.kind,
        "most": body.most,
        "least": body.least,
        "total": body.total,
    }


def _communities(voting: Voting) -> list[tuple[str, str]]:
    return [("", ""), *((each["code"], each["name"]) for each in voting.communities)]


def _said(refusal: Refusal | None, words: Words) -> tuple[str, str, str] | None:
    if refusal is None:
        return None
    return (
        message_of(refusal, words.lang),
        remedy_of(refusal, words.lang),
        refusal.field or "code",
    )


@router.get(BASE + "/bandeja")
def tray(request: Request, anio: Year, passage: ManageDep, session: ReadDep) -> HTMLResponse:
    """What was read differently, and what no ballot may say."""
    return _tray(request, passage, session, anio, None, {})


@router.post(BASE + "/bandeja")
def decide(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Say what a sheet says, or that it is void, with the reason."""
    names = ("code", "marks", "community", "reason", "act")
    typed = {name: str(form.get(name, ""))[:LONGEST] for name in names}
    void = typed["act"] == "void"
    try:
        with store.writing() as session:
            voting = votings.needed(session, passage.where, anio)
            ballots.decide(
                session,
                passage.author,
                passage.where,
                voting,
                typed["code"],
                Typed() if void else read(typed),
                typed["reason"],
                void=void,
            )
    except Refusal as refusal:
        with store.reading() as session:
            return _tray(request, passage, session, anio, refusal, typed)
    said = N_("La cédula quedó nula, con su razón.") if void else N_("La cédula quedó decidida.")
    return shell.redirect(request, passage, f"{href(passage.where, anio)}/bandeja", said)


def _tray(
    request: Request,
    passage: Passage,
    session: Reading,
    year: int,
    refusal: Refusal | None,
    typed: dict[str, str],
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    voting = votings.needed(session, passage.where, year)
    body = voting_rules.body_of(votings.rules_of(session, voting))
    waiting = ballots.waiting(session, voting) if voting.state == "open" else []
    return shell.page(
        request,
        passage,
        "budget/voting_tray.html",
        title=words.counted(
            N_("{n} cédula espera una decisión"),
            N_("{n} cédulas esperan una decisión"),
            len(waiting),
        ),
        status=status_of(refusal) if refusal else 200,
        base=href(passage.where, year),
        lines=[_line(words, voting, body.kind, each, passage) for each in waiting],
        refusal=_said(refusal, words),
        typed=typed,
        hint=hint(words, voting, body.kind),
        communities=_communities(voting) if body.endowments else [],
        state=voting.state,
    )


def _line(
    words: Words, voting: Voting, kind: str, each: Waiting, passage: Passage
) -> dict[str, Any]:
    totals = voting.mode == "totals"
    why = voting_words.FAULTS.get(each.why, N_("Las dos personas leyeron distinto."))
    read_marks = [row.marks for row in each.typings] or [each.sheet.marks]
    return {
        "code": paper.spoken(each.sheet.code),
        "number": each.sheet.number,
        "why": words.say(why),
        "community": each.sheet.community,
        "readings": [
            {
                "unreadable": row.unreadable,
                "note": row.note,
                "text": voting_words.marks(row.marks, kind, totals=totals),
                "names": voting_words.named(voting, row.marks, kind),
                "community": row.community,
                "mine": row.author_id == passage.actor.account_id,
            }
            for row in each.typings
        ],
        "marks": voting_words.marks(read_marks[0], kind, totals=totals) or BLANK,
    }
