"""Photographs of works: sent with a milestone, shown to whoever may see them."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from app.errors import Malformed, Refusal
from app.http.gate import FormDep, ReadDep, SettingsDep, StoreDep
from app.operations import attachments, work_photos
from app.operations.agreements import Seen
from app.operations.work_photos import Picture
from app.operations.works import Name
from app.pages.agreement_notes import Typed, noted, typed_in
from app.pages.agreements import ONE, Number, SeeDep, WriteDep, Year
from app.store.sessions import Writing

router = APIRouter()


@router.post(ONE + "/hitos/{uuid}/fotos")
def add_photo(
    request: Request,
    anio: Year,
    numero: Number,
    uuid: UUID,
    passage: WriteDep,
    store: StoreDep,
    settings: SettingsDep,
    form: FormDep,
) -> Response:
    """Add a photograph to a milestone, for all to see only if so marked."""
    wrong: Refusal | None = None
    try:
        file = form.get("photo")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Malformed("No eligió ninguna foto.", remedy="Elija una.", field="photo")
        with file.file as stream:
            caption = str(form.get("caption", ""))
            picture = Picture(uuid, file.filename, stream, caption, bool(form.get("public")))
            sent = (Name(anio, numero), picture)
            work_photos.add(store, settings.files, passage.author, passage.where, sent)
    except Refusal as refusal:
        wrong = refusal

    def change(_: Writing, __: Seen, ___: Typed) -> None:
        """Nothing more: the photograph was kept outside the lock, or refused."""
        if wrong is not None:
            raise wrong

    return noted(request, passage, store, (anio, numero, typed_in(form)), change, "hitos")


@router.get(ONE + "/fotos/{sha256}")
def photo(
    anio: Year,
    numero: Number,
    sha256: str,
    passage: SeeDep,
    session: ReadDep,
    settings: SettingsDep,
) -> Response:
    """A photograph of a work; for the public those marked so alone."""
    inside = passage.view != "public"
    found = work_photos.find(session, passage.where, Name(anio, numero), sha256, inside=inside)
    path = attachments.existing(settings.files, found.sha256)
    cache = "public, max-age=3600" if found.public else "private, no-store"
    return Response(path.read_bytes(), media_type=found.media_type,
                    headers={"Cache-Control": cache})  # fmt: skip
