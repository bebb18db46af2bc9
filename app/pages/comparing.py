"""What the register holds beside what came: the reviewer chooses answer by answer."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.capture.fields import Instrument
from app.errors import Invalid, Refusal
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import access, narrowing, side_by_side
from app.operations.side_by_side import Choice, Eyes, Kind
from app.pages import sheet_reading, shell
from app.pages.language import N_, message_of, remedy_of
from app.pages.typed import whole
from app.records.intake import Form
from app.records.places import Where
from app.store.sessions import Reading

router = APIRouter()
Approve = Annotated[Passage, Depends(Permit("review", "approve"), scope="function")]
Way = Literal["celulares", "envios"]
KINDS: dict[str, Kind] = {"celulares": "delivery", "envios": "entry"}
PATH = "/d/{ubigeo}/bandeja/{way}/{uuid}/comparar"


def links(session: Reading, passage: Passage) -> dict[UUID, str]:
    """Where what waits in the tray can be compared by this person, by its UUID."""
    if not passage.may("review", "approve"):
        return {}
    known = side_by_side.comparable(session, passage.where)
    return {
        uuid: f"/d/{passage.where.code}/bandeja/{way}/{uuid}/comparar"
        for uuid, (kind, there, instrument) in known.items()
        for way, of in KINDS.items()
        if of == kind and _sees(passage, there, instrument)
    }


def _sees(passage: Passage, there: Where, instrument: Instrument) -> bool:
    at = access.grant(passage.policy, passage.actor, there, instrument.code, "read")
    return at is not None and (at.view == "whole" or not narrowing.names_homes(instrument))


def _eyes(passage: Passage, there: Where, document: Form) -> Eyes:
    reading = passage.at(there, document.instrument, "read")
    return Eyes(access.roles_at(passage.actor, there), reading.view)


@router.get(PATH, response_class=HTMLResponse)
def show(way: Way, uuid: UUID, request: Request, session: ReadDep, passage: Approve) -> Response:
    """Both versions, question by question."""
    return _page(request, passage, session, way, uuid)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    way: Way,
    uuid: UUID,
    wrong: tuple[Refusal, Mapping[str, str], str] | None = None,
) -> Response:
    there, document = side_by_side.of(session, passage.where, KINDS[way], uuid)
    eyes = _eyes(passage, there, document)
    pair = side_by_side.pair(session, passage.where, KINDS[way], uuid, eyes)
    lang = shell.language(request, passage.actor)
    refusal, chosen, reason = wrong or (None, pair.proposed(), "")
    said = (message_of(refusal, lang), remedy_of(refusal, lang), refusal.rows) if refusal else None
    return shell.page(
        request,
        passage,
        "tray/compare.html",
        title=pair.instrument.title.of(lang),
        status=422 if refusal else 200,
        pair=pair,
        document=document,
        lists=sheet_reading.lists(session, passage.at(there, "review", "read"), pair.instrument),
        chosen=chosen,
        reason=reason,
        said=said,
        everything=request.query_params.get("ver") == "todo",
        at=f"/d/{passage.where.code}/bandeja/{way}/{uuid}/comparar",
        base=f"/d/{passage.where.code}",
    )


@router.post(PATH, response_class=HTMLResponse)
def choose(
    way: Way,
    uuid: UUID,
    request: Request,
    session: ReadDep,
    store: StoreDep,
    form: FormDep,
    passage: Approve,
) -> Response:
    """Send what was chosen as a correction; what came leaves the tray."""
    sides = {k: str(v) for k, v in form.multi_items() if v in ("first", "second")}
    reason = str(form.get("razon", ""))
    there, document = side_by_side.of(session, passage.where, KINDS[way], uuid)
    eyes = _eyes(passage, there, document)
    session.close()  # what follows writes: who kept this one would wait for himself
    choice = Choice(sides, _revision(form.get("revision")), reason)
    try:
        receipt = side_by_side.settle(
            store, passage.author, passage.where, KINDS[way], uuid, choice, eyes
        )
    except Invalid as refusal:
        return _page(request, passage, session, way, uuid, (refusal, sides, reason))
    back = f"/d/{passage.where.code}/bandeja"
    if receipt is None:
        said = N_("Vale lo que ya estaba; lo que llegó salió de la bandeja con su razón.")
        return shell.redirect(request, passage, back, said)
    said = N_("Corregida con lo elegido: espera su decisión. Número de recibo: {number}.")
    return shell.redirect(request, passage, back, said, "good", number=receipt.number)


def _revision(text: object) -> int:
    return whole(text) or 0
