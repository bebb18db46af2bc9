"""The trail of changes: who did what, where and why; and whether the chain is whole."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from app.http.gate import Passage, Permit, ReadDep
from app.operations import trail
from app.pages import shell
from app.pages.language import N_
from app.records import policy, trail_lists
from app.records.trail_lists import Wanted

router = APIRouter()
Seeing = Annotated[Passage, Depends(Permit("audit", "read"), scope="function")]
ADDRESS = "/administracion/auditoria"


@router.get("/d/{ubigeo}" + ADDRESS)
@router.get(ADDRESS)
def show(
    request: Request,
    *,
    passage: Seeing,
    session: ReadDep,
    desde: str = "",
    hasta: str = "",
    persona: str = "",
    registro: str = "",
    sujeto: str = "",
    antes: int | None = None,
    verificar: bool = False,
) -> HTMLResponse:
    """Changes, newest first, by day, person, register or subject."""
    wanted = Wanted(
        _day(desde),
        _day(hasta),
        persona[:60],
        registro if registro in policy.REGISTERS else "",
        sujeto[:64],
        antes,
    )
    found = trail_lists.changes(session, passage.where, wanted)
    more = len(found) > wanted.limit
    found = found[: wanted.limit]
    return shell.page(
        request,
        passage,
        "people/audit.html",
        title=N_("Auditoría"),
        rows=found,
        wanted=wanted,
        before=found[-1].id if more else 0,
        registers=policy.REGISTERS,
        address=request.url.path,
        seals=trail_lists.sealed(session),
        broken=trail.broken_seals(session) if verificar else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
