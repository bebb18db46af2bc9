"""Return sheets: who has one, who answered, the papers, and the slips typed back in."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.documents import return_sheet
from app.errors import Invalid, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import publishing, return_texts, returns
from app.operations.returns import Slip
from app.pages import return_pages, shell, wording
from app.pages.language import N_, refused_in_words
from app.pages.need_lines import community_href, root
from app.pages.wording import Words
from app.records.returns import ReturnSheet
from app.store.sessions import Reading
from app.store.types import now

router = APIRouter()
DISTRICT = "/d/{ubigeo}/retorno"
COMMUNITY = "/d/{ubigeo}/comunidades/{codigo}/retorno"
ONE = COMMUNITY + "/{anio}/{numero}"
Year = Annotated[int, Path(ge=2000, le=2100)]
Number = Annotated[int, Path(ge=1, le=1_000_000)]
SeeDep = Annotated[Passage, Depends(Permit("returns", "read"), scope="function")]
TypeDep = Annotated[Passage, Depends(Permit("returns", "write"), scope="function")]
IssueDep = Annotated[Passage, Depends(Permit("returns", "manage"), scope="function")]
OccasionQuery = Annotated[str, Query(alias="ocasion", max_length=80)]
EMPTY = {"answer": "", "text": "", "signed_by": "", "on_day": "", "lines": []}


@router.get(DISTRICT)
def district(request: Request, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """Which communities have a sheet, which answered, and since when the others wait."""
    words, day = wording.of_page(request, passage, session), wording.today()
    states = returns.of_district(session, passage.where, day)
    back = [state for state in states if state.reply is not None]
    return shell.page(
        request,
        passage,
        "returns/district.html",
        title=N_("Hojas de retorno"),
        sentence=words.say(
            N_(
                "{n} de {all} comunidades tienen hoja; {back} devolvieron el talón"
                ", {no} no conforme."
            ),
            n=sum(state.sheet is not None for state in states),
            all=len(states),
            back=len(back),
            no=sum(not state.reply.conforming for state in back if state.reply),
        ),
        base=f"{root(passage.where)}/retorno",
        rows=[return_pages.row(words, passage.where, state, day) for state in states],
        occasions=[
            (return_pages.key(each), return_pages.about(each))
            for each in returns.occasions(session, passage.where, day)
        ],
        issued=[
            (return_pages.key(each), return_pages.about(each))
            for each in returns.issued(session, passage.where)
        ],
        may_issue=passage.may("returns", "manage"),
    )


@router.post(DISTRICT)
def issue(request: Request, passage: IssueDep, store: StoreDep, form: FormDep) -> Response:
    """Issue the sheets of an occasion to whoever has none yet."""
    occasion = return_pages.of_key(str(form.get("occasion", "")))
    with store.writing() as session:
        made = returns.issue(session, passage.author, passage.where, occasion, wording.today())
    to = f"{root(passage.where)}/retorno"
    if not made:
        return shell.redirect(
            request, passage, to, N_("Todas las comunidades ya tienen esa hoja."), "calm"
        )
    said = N_("Se emitieron {n} hojas de retorno. Imprímalas y repártalas.")
    return shell.redirect(request, passage, to, said, n=len(made))


@router.get(DISTRICT + ".pdf")
def all_as_pdf(
    request: Request, passage: SeeDep, session: ReadDep, ocasion: OccasionQuery
) -> Response:
    """Every sheet of an occasion in one PDF."""
    sheets = _of_occasion(session, passage, ocasion)
    codes = publishing.codes(session, passage.where)
    site = _site(request, passage)
    pages = [return_pages.paper(s, site, codes.get(s.community_id, "")) for s in sheets]
    body = return_sheet.pdf(pages, "Hojas de retorno", now())
    return _download(body, "hojas-de-retorno.pdf", "application/pdf")


@router.get(DISTRICT + ".txt")
def all_as_text(passage: SeeDep, session: ReadDep, ocasion: OccasionQuery) -> Response:
    """The loudspeaker texts of an occasion."""
    told = return_pages.loudspeaker(_of_occasion(session, passage, ocasion))
    return _download(told.encode(), "altavoz.txt", "text/plain; charset=utf-8")


@router.get(COMMUNITY)
def community(request: Request, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """The newest sheet of a community, its slip, and those before."""
    return _page(request, passage, session, EMPTY, "", 200)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    typed: dict[str, Any],
    problem: str,
    status: int,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    sheets = returns.of_community(session, passage.where)
    back = returns.replies(session, sheets)
    base = f"{community_href(passage.where, passage.where.community_code or '')}/retorno"
    return shell.page(
        request,
        passage,
        "returns/community.html",
        status=status,
        title=words.say(
            N_("Hoja de retorno de {community}"), community=passage.where.community_name
        ),
        base=base,
        home=community_href(passage.where, passage.where.community_code or ""),
        sheets=[_told(words, sheet, back.get(sheet.id, []), base) for sheet in sheets],
        may_type=passage.may("returns", "write"),
        typed=typed,
        problem=problem,
        today=wording.today().isoformat(),
    )


def _told(words: Words, sheet: ReturnSheet, back: list[Any], base: str) -> dict[str, Any]:
    word, kind = return_pages.answer(words, back[0] if back else None)
    content = sheet.content
    return {
        "number": content["number"],
        "about": return_pages.about(returns.Occasion(sheet.occasion, sheet.about)),
        "on": sheet.on_day,
        "href": f"{base}/{sheet.year}/{sheet.number}",
        "own": content["own"],
        "lines": [
            line
            | {
                "since_day": date.fromisoformat(line["since"]) if line["since"] else None,
                "next_day": date.fromisoformat(line["next_on"]) if line["next_on"] else None,
            }
            for line in content["lines"]
        ],
        "aloud": return_texts.loudspeaker(content),
        "digest": sheet.digest,
        "answer": word,
        "look": kind,
        "replies": back,
    }


@router.get(ONE + "/hoja.pdf")
def as_pdf(
    request: Request, anio: Year, numero: Number, passage: SeeDep, session: ReadDep
) -> Response:
    """One sheet as it is printed."""
    sheet = returns.find(session, passage.where, anio, numero)
    page = return_pages.paper(sheet, _site(request, passage), passage.where.community_code or "")
    body = return_sheet.pdf([page], f"Hoja de retorno {page.number}", sheet.at)
    return _download(body, f"{page.number}.pdf", "application/pdf")


@router.get(ONE + "/altavoz.txt")
def as_text(anio: Year, numero: Number, passage: SeeDep, session: ReadDep) -> Response:
    """The loudspeaker text of one sheet."""
    sheet = returns.find(session, passage.where, anio, numero)
    told = return_texts.loudspeaker(sheet.content) + "\n"
    return _download(told.encode(), f"{sheet.content['number']}.txt", "text/plain; charset=utf-8")


@router.post(ONE + "/talon")
def reply(
    request: Request,
    anio: Year,
    numero: Number,
    passage: TypeDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Type what a slip says; what was typed stays if it cannot be kept."""
    typed = {name: str(form.get(name, "")).strip() for name in EMPTY if name != "lines"}
    lines = tuple(str(each) for each in form.getlist("lines"))
    try:
        slip = Slip(
            conforming=_marked(typed["answer"]),
            text=typed["text"],
            lines=lines,
            signed_by=typed["signed_by"],
            on_day=_day(typed["on_day"]),
        )
        with store.writing() as session:
            sheet = returns.find(session, passage.where, anio, numero)
            returns.reply(session, passage.author, passage.where, sheet, slip, wording.today())
    except Refusal as refusal:
        said = refused_in_words(refusal, shell.language(request, passage.actor))
        with store.reading() as session:
            kept = typed | {"lines": list(lines)}
            return _page(request, passage, session, kept, said, status_of(refusal))
    to = f"{community_href(passage.where, passage.where.community_code or '')}/retorno"
    return shell.redirect(request, passage, to, N_("Se anotó el talón de la comunidad."))


def _marked(answer: str) -> bool:
    if answer not in ("yes", "no"):
        raise Invalid(
            "Falta marcar conforme o no conforme.",
            remedy="Mire el talón y marque una.",
            field="answer",
        )
    return answer == "yes"


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "La fecha del talón no se entiende.", remedy="Elija un día.", field="on_day"
        ) from None


def _of_occasion(session: Reading, passage: Passage, told: str) -> list[ReturnSheet]:
    sheets = returns.of_occasion(session, passage.where, return_pages.of_key(told))
    if not sheets:
        raise Unknown("No se emitió ninguna hoja de retorno en esa ocasión.")
    return list(sheets)


def _site(request: Request, passage: Passage) -> str:
    return f"{str(request.base_url).rstrip('/')}{root(passage.where)}"


def _download(body: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)
