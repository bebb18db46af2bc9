"""Photographs of documents: taken without what the camera wrote beside them, shown with care."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Path, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from app.api.forms import document_of, roles
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import attachments, instruments, narrowing, photos, receipts
from app.operations.photos import Photo

router = APIRouter(tags=["attachments"])
BASE = "/districts/{ubigeo}/communities/{community}/forms"
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 del archivo.")]


class AttachmentOut(BaseModel):
    """A kept file; its ``sha256`` is what the answer of the question says."""

    sha256: str = Field(examples=["9f" * 32])
    name: str
    media_type: str
    bytes: int


def _upload(code: str, gate: Permit) -> None:
    @router.post(
        f"{BASE}/{code}/{{uuid}}/attachments",
        name=f"attach_{code}",
        summary=f"Subir una foto de un documento: {code}",
        status_code=201,
        responses=responses(409),
    )
    def attach(
        uuid: UUID,
        passage: Annotated[Passage, Depends(gate, scope="function")],
        store: StoreDep,
        settings: SettingsDep,
        file: Annotated[UploadFile, File(description="JPEG, PNG o WebP, hasta 15 MB.")],
        response: Response,
    ) -> AttachmentOut:
        """Keep a photograph before or after its document is sent; place and device go."""
        name = "".join(sign for sign in file.filename or "" if sign.isprintable())
        photo = Photo(uuid, code, name, file.file)
        row = photos.keep(store, settings.files, passage.author, passage.where, photo)
        where = passage.where
        response.headers["Location"] = (
            f"/api/v1/districts/{where.code}/communities/{where.community_code}"
            f"/forms/{code}/{uuid}/attachments/{row.sha256}"
        )
        return AttachmentOut(
            sha256=row.sha256, name=row.name, media_type=row.media_type, bytes=row.bytes
        )


def _show(code: str, gate: Permit) -> None:
    @router.get(
        f"{BASE}/{code}/{{uuid}}/attachments/{{sha256}}",
        name=f"attachment_of_{code}",
        summary=f"Foto de un documento: {code}",
        response_class=FileResponse,
        responses={
            200: {
                "description": "La foto.",
                "content": {
                    kind: {"schema": {"type": "string", "format": "binary"}}
                    for kind in ("image/jpeg", "image/png", "image/webp")
                },
            }
        },
    )
    def show(
        uuid: UUID,
        sha256: Digest,
        passage: Annotated[Passage, Depends(gate, scope="function")],
        session: ReadDep,
        settings: SettingsDep,
    ) -> FileResponse:
        """The photograph, for those who may see the answer that names it."""
        answers = None
        if receipts.form_by_uuid(session, uuid) is not None:
            document = document_of(session, passage, code, uuid)
            answers = narrowing.answers(session, document, roles(passage), passage.view)
        row = photos.shown(session, passage.author, uuid, sha256, answers)
        path = attachments.existing(settings.files, row.sha256)
        # Kept by one browser at most: what one person may see, the next on that line may not.
        return FileResponse(
            path, media_type=row.media_type, headers={"Cache-Control": "private, max-age=3600"}
        )


for _code in instruments.SLUGS:
    _upload(_code, Permit(_code, "write"))
    _show(_code, Permit(_code, "read"))
