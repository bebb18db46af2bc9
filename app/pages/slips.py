"""Slips for market day: what became of each sheet, to print, to send as a text, to carry along."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.documents import slips as paper_slips
from app.http.gate import Passage, Permit, ReadDep
from app.operations import instruments, slips
from app.operations.slips import Bundle
from app.pages import shell, slip_texts, twice
from app.pages.language import N_, say
from app.store.sessions import Reading
from app.store.types import now

router = APIRouter()
both = twice.under(router, twice.DISTRICT, twice.COMMUNITY)
Seeing = Annotated[Passage, Depends(Permit("devices", "read"), scope="function")]
PATH = "/recibos"


@both(PATH, "GET")
def show(request: Request, passage: Seeing, session: ReadDep) -> HTMLResponse:
    """The slips of each community, with the texts that a telephone sends."""
    lang = shell.language(request, passage.actor)
    titles = {each.code: each.title for each in instruments.every(session)}
    return shell.page(
        request,
        passage,
        "sheets/slips.html",
        title=N_("Recibos para el día de feria"),
        bundles=[
            (each, slip_texts.summary(each, lang), slip_texts.messages(each, titles, lang))
            for each in _bundles(session, passage)
        ],
        days=slips.DAYS,
        titles=titles,
        states={code: say(lang, words) for code, words in slip_texts.STATES.items()},
        counted=lambda slip: slip_texts.counted(slip, lang),
        base=_base(passage),
        place=passage.where.community_name or passage.where.name,
    )


@both(PATH + ".pdf", "GET")
def as_pdf(request: Request, passage: Seeing, session: ReadDep) -> Response:
    """The same on paper, with lines to cut along."""
    lang = request.query_params.get("lang") or shell.language(request, passage.actor)
    lang = lang if lang in ("es", "en") else "es"
    titles = {each.code: each.title for each in instruments.every(session)}
    place = passage.where.name
    made = [slip_texts.on_paper(each, place, titles, lang) for each in _bundles(session, passage)]
    body = paper_slips.pdf(made, say(lang, N_("Recibos para el día de feria")), now())
    return _download(body, "recibos.pdf", "application/pdf")


@both(PATH + ".json", "GET")
def as_json(passage: Seeing, session: ReadDep) -> Response:
    """The same for a telephone without signal, which reads the file.

    ``{made, place, receipts: [{uuid, instrument, state, reason, indicators}]}``: ``made`` is the
    instant in UTC, ``place`` the code of the community or district, ``uuid`` that of the
    document (the telephone's instanceID), ``state`` one of sent, returned, approved, locked and
    open (it arrived and a person has to resolve something), ``indicators`` are
    ``{code, name, name_en, x, n}`` of those in which the document counts. Newest first.
    """
    told = {
        "made": now().isoformat(timespec="seconds"),
        "place": passage.where.community_code or passage.where.code,
        "receipts": [
            {
                "uuid": str(slip.uuid),
                "instrument": slip.instrument,
                "state": slip.state,
                "reason": slip.reason,
                "indicators": [
                    {"code": c.code, "name": c.es, "name_en": c.en, "x": c.x, "n": c.n}
                    for c in slip.indicators
                ],
            }
            for bundle in _bundles(session, passage)
            for slip in bundle.slips
        ],
    }
    body = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return _download(body, "recibos.json", "application/json")


def _bundles(session: Reading, passage: Passage) -> list[Bundle]:
    readable = {code for code in instruments.SLUGS if passage.may(code, "read")}
    return slips.of_place(session, passage.where, readable)


def _base(passage: Passage) -> str:
    where = passage.where
    inner = f"/comunidades/{where.community_code}" if where.community_code else ""
    return f"/d/{where.code}{inner}"


def _download(body: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)
