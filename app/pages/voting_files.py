"""Ballots to print, and votings as ``.pb`` files, in and out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile

from app.documents import ballot_paper
from app.documents.ballot_paper import Copy, Line, Paper
from app.errors import Conflict, Invalid, Refusal, TooLarge
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, ReadDep, StoreDep
from app.operations import ballot_files, ballots, paper, voting_rules, votings
from app.operations.ballot_files import Preview
from app.operations.voting_rules import Body
from app.pages import look, shell, voting_words, wording
from app.pages.language import N_, message_of, remedy_of, say
from app.pages.voting import BASE, ManageDep, SeeDep, Year, href, whole
from app.pages.wording import Words
from app.records.voting import Voting
from app.store.types import now

router = APIRouter()
TITLE = 60
Number = Annotated[int, Query(ge=1, le=10**6)]


@router.post(BASE + "/cedulas")
def print_sheets(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Give sheets their codes, and go to their PDF."""
    copies = whole(str(form.get("copies", "")), "copies") or 0
    with store.writing() as session:
        voting = votings.needed(session, passage.where, anio)
        made = ballots.print_sheets(
            session,
            passage.author,
            passage.where,
            voting,
            copies,
            str(form.get("community", "")),
        )
        first, last = made[0].number, made[-1].number
    to = f"{href(passage.where, anio)}/cedulas.pdf?desde={first}&hasta={last}"
    return shell.redirect(request, passage, to)


@router.get(BASE + "/cedulas.pdf")
def sheets(
    anio: Year, passage: ManageDep, session: ReadDep, desde: Number = 1, hasta: Number = 500
) -> Response:
    """Sheets that have their codes, as PDF; the same again if the printer failed."""
    voting = votings.needed(session, passage.where, anio)
    found = ballots.printed(session, voting, desde, hasta)
    if not found or voting.mode not in ("paper", "totals"):
        raise Conflict(
            "Todavía no hay cédulas con código en ese tramo.",
            remedy="Pida primero cuántas quiere imprimir.",
        )
    body = voting_rules.body_of(votings.rules_of(session, voting))
    # Ballots are in the language of the town hall, whoever prints them.
    words = wording.of_place(session, passage.where, "es")
    names = {each["code"]: each["name"] for each in voting.communities}
    copies = [Copy(paper.spoken(s.code), names.get(s.community, "")) for s in found]
    made = ballot_paper.pdf(on_paper(words, passage.where.name, voting, body), copies, now())
    return _download(made, f"cedulas-{anio}-{desde}.pdf", "application/pdf")


def on_paper(words: Words, place: str, voting: Voting, body: Body) -> Paper:
    """A ballot, or a count sheet, as it is printed."""
    totals = voting.mode == "totals"
    over = words.say(N_("Presupuesto participativo {year}"), year=voting.fiscal_year)
    if totals:
        how, more = N_("Hoja de conteo"), N_("Escriba cuántos votos tuvo cada propuesta.")
        title, big, small = words.say(N_("Asamblea")), words.say(how), words.say(more)
    else:
        title = words.say(N_("Cédula de votación"))
        big, small = voting_words.how(words, body), voting_words.how_more(words, body)
    box = {"points": N_("Puntos"), "order": N_("Orden")}.get(body.kind, "")
    return Paper(
        title,
        f"{over} · {place}",
        big,
        small,
        tuple(_line(words, each) for each in voting.options),
        "",
        words.say(N_("Votos")) if totals else words.say(box),
        words.say(
            N_(
                "Solo totales: con ellos no se puede saber qué marcó junta cada persona, así que"
                " solo sirve una regla que baje por la lista de votos."
            )
            if totals
            else N_("El código es de la hoja y no dice quién es usted. No escriba su nombre.")
        ),
        (words.say(N_("N.º")), words.say(N_("Propuesta")), words.say(N_("Cuesta"))),
        words.say(N_("Comunidad")) if body.endowments or totals else "",
    )


def _line(words: Words, option: dict[str, object]) -> Line:
    names = option["community_names"]
    listed = [str(name) for name in names] if isinstance(names, list) else []
    place = ", ".join(listed[:2])
    if len(listed) > 2:
        place = words.say(N_("{first} y {n} más"), first=listed[0], n=len(listed) - 1)
    title = str(option["title"])
    if len(title) > TITLE:
        title = title[: TITLE - 1].rstrip() + "…"
    cost = look.soles(int(str(option["cost_cents"])), "es", 0)
    return Line(str(option["code"]), title, place, cost)


@router.get(BASE + "/votos.pb")
def export(anio: Year, passage: SeeDep, session: ReadDep) -> Response:
    """The ballots of the closed voting as ``.pb``."""
    voting = votings.needed(session, passage.where, anio)
    public = passage.view == "public"
    text = ballot_files.write(session, passage.where, voting, public=public)
    name = f"votos-{passage.where.code}-{anio}.pb"
    return _download(text.encode(), name, "text/plain; charset=utf-8")


@router.get(BASE + "/importar")
def ask(request: Request, anio: Year, passage: ManageDep, session: ReadDep) -> HTMLResponse:
    """Choose a file."""
    words = wording.of_page(request, passage, session)
    return _page(request, passage, words, anio, None, "", None)


@router.post(BASE + "/importar")
def bring(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Show what a file would bring; with ``confirm``, bring it."""
    shown, text = None, ""
    try:
        text = _text(form.get("file"), str(form.get("text", "")))
        if form.get("confirm"):
            with store.writing() as session:
                ballot_files.bring(
                    session, passage.author, passage.where, anio, wording.today(), text
                )
            said = N_("El archivo está cargado. La votación está abierta hasta que la cierre.")
            return shell.redirect(request, passage, href(passage.where, anio), said)
        with store.reading() as session:
            shown = ballot_files.preview(session, passage.where, anio, text)
    except Refusal as refusal:
        with store.reading() as session:
            words = wording.of_page(request, passage, session)
            return _page(request, passage, words, anio, None, "", refusal)
    with store.reading() as session:
        words = wording.of_page(request, passage, session)
        return _page(request, passage, words, anio, shown, text, None)


def _text(given: object, kept: str) -> str:
    if not isinstance(given, UploadFile):
        if not kept.strip():
            raise Invalid("Falta el archivo.", remedy="Elija un archivo .pb.", field="file")
        return kept.replace("\r\n", "\n")
    with given.file:
        raw = given.file.read(ballot_files.LARGEST + 1)
    if len(raw) > ballot_files.LARGEST:
        raise TooLarge("El archivo pasa de 8 MB.", remedy="Parta la votación en varias.")
    if not raw.strip():
        raise Invalid("Falta el archivo.", remedy="Elija un archivo .pb.", field="file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(
            "El archivo no está en UTF-8.",
            remedy="Guárdelo como texto UTF-8 y vuelva a cargarlo.",
            field="file",
        ) from None


def _page(
    request: Request,
    passage: Passage,
    words: Words,
    year: int,
    shown: Preview | None,
    text: str,
    refusal: Refusal | None,
) -> HTMLResponse:
    lang = words.lang
    return shell.page(
        request,
        passage,
        "budget/voting_import.html",
        title=words.say(N_("Cargar una votación .pb en {year}"), year=year),
        status=status_of(refusal) if refusal else 200,
        base=href(passage.where, year),
        shown=shown,
        kind=words.say(voting_words.KINDS[shown.kind]) if shown else "",
        faults=[(voter, words.say(voting_words.FAULTS[why])) for voter, why in shown.faults]
        if shown
        else [],
        text=text,
        refusal=(message_of(refusal, lang), remedy_of(refusal, lang), _rows(refusal, lang))
        if refusal
        else None,
    )


def _rows(refusal: Refusal, lang: str) -> list[dict[str, object]]:
    return [
        {
            "row": row.row,
            "field": row.field,
            "message": say(lang, row.message),
            "value": row.value,
            "remedy": say(lang, row.remedy),
        }
        for row in refusal.rows[:200]
    ]


def _download(body: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if name.endswith(".pdf"):
        headers["Content-Disposition"] = f'inline; filename="{name}"'
    return Response(body, media_type=kind, headers=headers)
