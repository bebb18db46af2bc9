"""The acta of the workshop: what only people know is written here, and it is taken away."""

from datetime import date, datetime, time

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.documents import acta as paper
from app.errors import Conflict, Invalid, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, ReadDep, StoreDep
from app.operations import actas, signing, vote_counts, votings, workshops
from app.operations.workshops import Told
from app.pages import look, shell, wording
from app.pages.budget_lines import year_href
from app.pages.language import N_, message_of, remedy_of
from app.pages.voting import ManageDep, SeeDep, Year, whole
from app.records.places import Where
from app.records.voting import Voting
from app.store.sessions import Reading
from app.store.types import now

router = APIRouter()
BASE = "/d/{ubigeo}/presupuesto/{anio}/acta"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST = 8000  # letters of a field, of which the signatures are the longest
FIELDS = ("held_on", "venue", "began", "ended", "present", "notes", "signers")


@router.get(BASE)
def show(request: Request, anio: Year, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """What the acta says of the workshop, and the acta."""
    return _page(request, passage, session, anio, None, None)


@router.post(BASE)
def write(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Write down when and where the workshop was."""
    typed = {name: str(form.get(name, ""))[:LONGEST] for name in FIELDS}
    try:
        given = Told(
            _day(typed["held_on"]),
            typed["venue"],
            typed["began"],
            typed["ended"],
            whole(typed["present"], "present"),
            typed["notes"],
            tuple(typed["signers"].splitlines()),
        )
        with store.writing() as session:
            voting = votings.needed(session, passage.where, anio)
            workshops.write(session, passage.author, passage.where, voting, given)
    except Refusal as refusal:
        with store.reading() as session:
            return _page(request, passage, session, anio, typed, refusal)
    to = f"{year_href(passage.where, anio)}/acta"
    return shell.redirect(request, passage, to, N_("Los datos del acta están guardados."))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "La fecha del taller no se entiende.",
            remedy="Escriba día, mes y año.",
            field="held_on",
        ) from None


@router.get(BASE + ".pdf")
def as_pdf(anio: Year, passage: SeeDep, session: ReadDep) -> Response:
    """The acta as PDF."""
    found, made = _acta(passage, session, anio)
    return _download(paper.pdf(found, made), f"acta-{anio}.pdf", "application/pdf")


@router.get(BASE + ".docx")
def as_docx(anio: Year, passage: SeeDep, session: ReadDep) -> Response:
    """The acta as a document of a word processor."""
    found, made = _acta(passage, session, anio)
    return _download(paper.as_docx(found, made), f"acta-{anio}.docx", DOCX)


def _acta(passage: Passage, session: Reading, year: int) -> tuple[paper.Acta, datetime]:
    voting = _for_insiders(passage, session, year)
    found = actas.of_voting(session, passage.where, voting)
    workshop = workshops.told(session, voting)
    # The same acta is the same file: its moment is the day on which it was last written.
    return found, workshop.at if workshop else now()


def _for_insiders(passage: Passage, session: Reading, year: int) -> Voting:
    if passage.view == "public":
        raise Unknown(
            "El acta la entrega la municipalidad.", remedy="Mire el resultado, que es público."
        )
    return votings.needed(session, passage.where, year)


def _download(body: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    year: int,
    typed: dict[str, str] | None,
    refusal: Refusal | None,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    voting = _for_insiders(passage, session, year)
    workshop = workshops.told(session, voting)
    made = vote_counts.run_of(session, voting)
    if made is None:
        votings.check_counted(voting)
        raise Conflict("Falta contar: el acta lleva el resultado.", remedy="Cuente primero.")
    kept = _kept(passage.where, voting, session) if typed is None else typed
    return shell.page(
        request,
        passage,
        "budget/acta.html",
        title=words.say(N_("Acta del taller {year}"), year=year),
        status=status_of(refusal) if refusal else 200,
        base=year_href(passage.where, year),
        typed=kept,
        refusal=(
            message_of(refusal, words.lang),
            remedy_of(refusal, words.lang),
            refusal.field or "",
        )
        if refusal
        else None,
        ready=workshop is not None,
        acta=actas.of_voting(session, passage.where, voting) if workshop else None,
        manages=passage.may("voting", "manage"),
    )


def _seated(session: Reading, where: Where, voting: Voting, day: date) -> str:
    """Who holds a seat on a day, one a line, as the acta takes them."""
    found = signing.of_workshop(session, where, voting.fiscal_year, day)
    return "\n".join(map(signing.line, found))


def _kept(where: Where, voting: Voting, session: Reading) -> dict[str, str]:
    workshop = workshops.told(session, voting)
    if workshop is None:
        closed = (voting.closed_at or now()).astimezone(look.LIMA)
        return {
            **dict.fromkeys(FIELDS, ""),
            "held_on": closed.date().isoformat(),
            "ended": closed.time().replace(second=0, microsecond=0).isoformat("minutes")
            if closed.time() != time(0)
            else "",
            "signers": _seated(session, where, voting, closed.date()),
        }
    body = workshop.body
    return {
        "held_on": workshop.held_on.isoformat(),
        "venue": workshop.venue,
        "began": body["began"],
        "ended": body["ended"],
        "present": "" if body["present"] is None else str(body["present"]),
        "notes": body["notes"],
        "signers": "\n".join(body["signers"]) or _seated(session, where, voting, workshop.held_on),
    }
