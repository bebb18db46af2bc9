"""Personal data of a family: what is held, who looked, and what the family may ask for."""

import json
import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import Refusal
from app.http.errors import status_of
from app.http.gate import Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import privacy
from app.operations.erasure import Erasing
from app.pages import shell
from app.pages.language import N_, message_of, remedy_of
from app.records import seats, trail_lists

router = APIRouter()
Seeing = Annotated[Passage, Depends(Permit("privacy", "read"), scope="function")]
Managing = Annotated[Passage, Depends(Permit("privacy", "manage"), scope="function")]
ADDRESS = "/d/{ubigeo}/administracion/privacidad"


@router.get(ADDRESS)
def search(
    request: Request,
    passage: Seeing,
    session: ReadDep,
    settings: SettingsDep,
    comunidad: str = "",
    codigo_hogar: str = "",
) -> Response:
    """Find a family by the code that it has in its community."""
    code = codigo_hogar.strip()
    found = privacy.find(session, passage.where, comunidad, code) if code else None
    if found is not None:
        return RedirectResponse(f"{_base(passage)}/{found.family.uuid}", 303)
    return shell.page(
        request,
        passage,
        "people/privacy.html",
        title=N_("Datos personales"),
        base=_base(passage),
        communities=seats.communities_in(session, passage.where),
        community=comunidad[:20],
        code=code[:20],
        agent_days=settings.agent_days,
    )


@router.get(ADDRESS + "/{family}")
def show(
    request: Request, passage: Seeing, session: ReadDep, store: StoreDep, family: UUID
) -> HTMLResponse:
    """One family: consents, documents, who looked at it; each look is written down first."""
    privacy.holder(session, passage.where, family)
    privacy.note(store, passage.author, family, "officer")
    return _page(request, passage, family)


@router.get(ADDRESS + "/{family}/exportar")
def export(passage: Managing, store: StoreDep, family: UUID) -> Response:
    """All that is held, as a file to hand to the family."""
    held = privacy.export(store, passage.author, passage.where, family)
    code = re.sub(r"[^A-Za-z0-9-]", "-", held["family"]["code"])
    return Response(
        json.dumps(held, ensure_ascii=False, indent=2, default=str),
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="hogar-{code}.json"',
            "Cache-Control": "no-store",
        },
    )


@router.post(ADDRESS + "/{family}/cancelar")
def cancel(
    request: Request,
    passage: Managing,
    store: StoreDep,
    settings: SettingsDep,
    family: UUID,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Erase what is held about the family; what remains no longer says whose it was."""
    try:
        gone = privacy.cancel(
            store, passage.author, passage.where, Erasing(family, reason, settings.files)
        )
    except Refusal as refusal:
        return _page(request, passage, family, refusal)
    said = N_("Los datos del hogar se borraron: {payloads} documentos y {files} archivos.")
    return shell.redirect(
        request,
        passage,
        _base(passage),
        said,
        payloads=gone.payloads,
        files=len(gone.attachments),
    )


def _page(
    request: Request, passage: Passage, family: UUID, refusal: Refusal | None = None
) -> HTMLResponse:
    lang = shell.language(request, passage.actor)
    with request.app.state.store.reading() as session:
        held = privacy.holder(session, passage.where, family)
        return shell.page(
            request,
            passage,
            "people/family.html",
            title=N_("Datos de un hogar"),
            status=status_of(refusal) if refusal else 200,
            base=_base(passage),
            held=held,
            consents=privacy.consents_of(session, held.family),
            documents=privacy.documents_of(session, held.family),
            looks=trail_lists.looks(session, family),
            community_base=f"/d/{passage.where.code}/comunidades/{held.community_code}",
            trouble_said=(message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None,
            can_manage=passage.may("privacy", "manage"),
        )


def _base(passage: Passage) -> str:
    return f"/d/{passage.where.code}/administracion/privacidad"
