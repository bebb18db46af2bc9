"""Places: finding one by code or name, and saying which populated place a community is."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import place_matches, place_search
from app.operations.place_matches import Offered
from app.pages import look, shell
from app.pages.language import N_, message_of, remedy_of, say
from app.store.sessions import Reading, Store, Writing

router = APIRouter()
FIND = "/lugares"
MATCH = "/d/{ubigeo}/administracion/centros-poblados"
Seeing = Annotated[Passage, Depends(Permit("territory", "read"), scope="function")]
Matching = Annotated[Passage, Depends(Permit("communities", "write"), scope="function")]
KINDS = {
    "region": N_("departamento"),
    "province": N_("provincia"),
    "district": N_("distrito"),
    "community": N_("comunidad"),
    "settlement": N_("centro poblado"),
}
WORDS = {
    "sure": (N_("segura"), "good"),
    "likely": (N_("probable"), "calm"),
    "doubtful": (N_("dudosa"), "warn"),
}
Act = Callable[[Writing], object]
PICK = "lugar."
NONE = "-"


@router.get(FIND)
def find(
    request: Request,
    passage: Seeing,
    session: ReadDep,
    q: Annotated[str, Query(max_length=80)] = "",
) -> HTMLResponse:
    """Places of the country by code or name, however it is spelt."""
    lang = shell.language(request, passage.actor)
    hits = place_search.search(session, q)
    return shell.page(
        request,
        passage,
        "gazetteer/find.html",
        title=say(lang, N_("Buscar un lugar")),
        q=q,
        hits=hits,
        kinds={kind: say(lang, word) for kind, word in KINDS.items()},
        short=0 < len(q.strip()) < place_search.SHORTEST,
        most=place_search.MOST,
    )


@router.get(MATCH)
def show(request: Request, passage: Matching, session: ReadDep) -> HTMLResponse:
    """The communities of the district with their place of INEI's gazetteer, or what is offered."""
    return _page(request, passage, session)


def _page(
    request: Request, passage: Passage, session: Reading, refusal: Refusal | None = None
) -> HTMLResponse:
    lang = shell.language(request, passage.actor)
    every = place_matches.of_district(session, passage.where)
    rows = [_row(each, lang) for each in every]
    open_ = [row for row in rows if not row["settled"]]
    return shell.page(
        request,
        passage,
        "gazetteer/match.html",
        title=say(lang, N_("Centros poblados del INEI")),
        status=status_of(refusal) if refusal else 200,
        trouble_said=(message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None,
        offered=open_,
        settled=[row for row in rows if row["settled"]],
        sure=sum(1 for row in open_ if row["sure"]),
        here_=MATCH.format(ubigeo=passage.where.code),
    )


def _row(each: Offered, lang: str) -> dict[str, Any]:
    found = [
        {
            "code": c.place.code,
            "name": c.place.name,
            "far": _far(c.distance_m, lang),
            "confidence": c.confidence,
            "word": say(lang, WORDS[c.word][0]),
            "look": WORDS[c.word][1],
        }
        for c in each.candidates
    ]
    return {
        "code": each.community.code,
        "name": each.community.name,
        "own": each.own,
        "settled": each.own or each.match is not None,
        "place": each.place,
        "confidence": each.match.confidence if each.match else None,
        "candidates": found,
        "sure": bool(each.candidates) and each.candidates[0].word == "sure",
    }


def _far(metres: float | None, lang: str) -> str:
    if metres is None:
        return say(lang, N_("sin punto para medir"))
    if metres < 1_000:
        return say(lang, N_("a {n} m"), n=look.num(round(metres, -1), lang))
    return say(lang, N_("a {n} km"), n=look.num(metres / 1_000, lang, 1))


@router.post(MATCH)
def accept(request: Request, *, passage: Matching, store: StoreDep, form: FormDep) -> Response:
    """Decide those that were marked."""
    picks = {
        name.removeprefix(PICK): "" if value == NONE else str(value)
        for name, value in form.items()
        if name.startswith(PICK) and value
    }
    return _done(request, passage, store, lambda session: place_matches.accept(
        session, passage.author, passage.where, picks
    ))  # fmt: skip


@router.post(MATCH + "/seguras")
def accept_sure(request: Request, *, passage: Matching, store: StoreDep) -> Response:
    """Decide all those that the page calls sure, in one step."""

    def decide(session: Writing) -> object:
        every = place_matches.of_district(session, passage.where)
        picks = {
            each.community.code: each.candidates[0].place.code
            for each in every
            if each.candidates and each.candidates[0].word == "sure"
        }
        return place_matches.accept(session, passage.author, passage.where, picks)

    return _done(request, passage, store, decide)


@router.post(MATCH + "/{codigo}/deshacer")
def undo(
    request: Request,
    *,
    passage: Matching,
    store: StoreDep,
    codigo: str,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Take a decision back, with its reason."""
    return _done(request, passage, store, lambda session: place_matches.undo(
        session, passage.author, passage.where, codigo, reason
    ))  # fmt: skip


def _done(request: Request, passage: Passage, store: Store, act: Act) -> Response:
    try:
        with store.writing() as session:
            act(session)
    except Refusal as refusal:
        with store.reading() as session:
            return _page(request, passage, session, refusal)
    return shell.redirect(request, passage, MATCH.format(ubigeo=passage.where.code))
