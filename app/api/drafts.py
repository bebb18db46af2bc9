"""Drafts: what a person has filled in so far and not sent; theirs alone."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from app.api.forms import roles
from app.api.shapes import Answers, IfMatch, Shape, etag, revision_of
from app.errors import Conflict, Unknown
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import forms, instruments
from app.operations.forms import Sheet
from app.records.intake import Draft
from app.store.sessions import Reading

router = APIRouter(tags=["drafts"])
BASE = "/districts/{ubigeo}/communities/{community}/drafts"


class DraftHeading(BaseModel):
    """A draft without what it holds."""

    uuid: UUID
    instrument: str
    revision: int
    saved_at: datetime


class DraftOut(DraftHeading):
    """A draft as it was last saved."""

    answers: dict[str, Any]


class DraftIn(Shape):
    """What was filled in so far; nothing of it is judged yet."""

    answers: Answers


def _heading(draft: Draft) -> DraftHeading:
    return DraftHeading(
        uuid=draft.form_uuid,
        instrument=draft.instrument,
        revision=draft.revision,
        saved_at=draft.saved_at,
    )


def _mine(session: Reading, passage: Passage, code: str, uuid: UUID) -> Draft:
    draft = forms.draft(session, passage.author, passage.where, uuid)
    if draft is None or draft.instrument != code:
        raise Unknown("No tiene un borrador con ese identificador.", remedy="Revise la dirección.")
    return draft


def _list(code: str, gate: Permit) -> None:
    @router.get(f"{BASE}/{code}", name=f"list_drafts_{code}", summary=f"Mis borradores: {code}")
    def listing(
        passage: Annotated[Passage, Depends(gate, scope="function")], session: ReadDep
    ) -> list[DraftHeading]:
        """The asker's own drafts of this instrument in this community, newest first."""
        found = forms.drafts(session, passage.author, passage.where)
        return [_heading(each) for each in found if each.instrument == code]


def _read(code: str, gate: Permit) -> None:
    @router.get(
        f"{BASE}/{code}/{{uuid}}", name=f"read_draft_{code}", summary=f"Leer un borrador: {code}"
    )
    def read(
        uuid: UUID,
        passage: Annotated[Passage, Depends(gate, scope="function")],
        session: ReadDep,
        response: Response,
    ) -> DraftOut:
        """One draft; its version is the ETag."""
        draft = _mine(session, passage, code, uuid)
        response.headers["ETag"] = etag(draft.revision)
        return DraftOut(**_heading(draft).model_dump(), answers=draft.body)


def _save(code: str, gate: Permit) -> None:
    @router.put(
        f"{BASE}/{code}/{{uuid}}",
        name=f"save_draft_{code}",
        summary=f"Guardar un borrador: {code}",
        responses=responses(409, 412),
        openapi_extra={"x-draft-of": code},
    )
    def save(
        uuid: UUID,
        passage: Annotated[Passage, Depends(gate, scope="function")],
        store: StoreDep,
        given: DraftIn,
        response: Response,
        if_match: IfMatch = None,
    ) -> DraftHeading:
        """Keep what was filled in so far; with If-Match, only over the version that was seen."""
        seen = revision_of(if_match) if if_match is not None else None
        with store.reading() as session:
            earlier = forms.draft(session, passage.author, passage.where, uuid)
        if earlier is not None and earlier.instrument != code:
            raise Conflict(
                "Ese identificador ya es de otra ficha.", remedy="Empiece una ficha nueva."
            )
        sheet = Sheet(code, uuid, given.answers, roles=roles(passage), revision=seen, way="api")
        forms.save_draft(store, passage.author, passage.where, sheet)
        with store.reading() as session:
            draft = _mine(session, passage, code, uuid)
        response.headers["ETag"] = etag(draft.revision)
        return _heading(draft)


def _discard(code: str, gate: Permit) -> None:
    @router.delete(
        f"{BASE}/{code}/{{uuid}}",
        name=f"discard_draft_{code}",
        summary=f"Botar un borrador: {code}",
        status_code=204,
    )
    def discard(
        uuid: UUID, passage: Annotated[Passage, Depends(gate, scope="function")], store: StoreDep
    ) -> None:
        """Throw a draft away."""
        with store.reading() as session:
            _mine(session, passage, code, uuid)
        forms.discard(store, passage.author, passage.where, uuid)


for _code in instruments.SLUGS:
    _writes = Permit(_code, "write")
    _list(_code, _writes)
    _read(_code, _writes)
    _save(_code, _writes)
    _discard(_code, _writes)
