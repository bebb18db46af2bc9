"""The forms in the languages of the district: sheets for translators, recordings, reviews."""

import io
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData, UploadFile

from app.capture.fields import Instrument
from app.capture.packs import lines
from app.documents import tables
from app.errors import Malformed, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import (
    attachments,
    instruments,
    packs,
    translation_progress,
    translation_sheets,
    translations,
)
from app.operations.translation_progress import Pair
from app.operations.translation_sheets import Sheet
from app.operations.translations import At, Given
from app.pages import shell
from app.pages.language import N_, message_of, remedy_of
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/lenguas"
ONE = BASE + "/{tag}"
SHOWN = 25
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LINE_KINDS = {
    "section": N_("título"),
    "list": N_("lista"),
    "question": N_("pregunta"),
    "note": N_("aviso"),
    "choice": N_("respuesta"),
}
Seeing = Annotated[Passage, Depends(Permit("translations", "read"), scope="function")]
Giving = Annotated[Passage, Depends(Permit("translations", "write"), scope="function")]
Speaking = Annotated[Passage, Depends(Permit("translations", "approve"), scope="function")]


def _base(passage: Passage) -> str:
    return f"/d/{passage.where.code}/lenguas"


@router.get(BASE, response_class=HTMLResponse)
def index(request: Request, passage: Seeing, session: ReadDep) -> HTMLResponse:
    """Every language, and how far it is."""
    rows = [
        {"tag": tag, "name": translations.tongue(tag), "lines": share.lines,
         "given": share.given / share.lines, "ready": share.ready / share.lines,
         "waiting": share.waiting}
        for tag, share in translation_progress.of_district(session, passage.where)
    ]  # fmt: skip
    return shell.page(
        request, passage, "translations/list.html", title=N_("Lenguas"), rows=rows,
        base=_base(passage),
    )  # fmt: skip


@router.get(ONE, response_class=HTMLResponse)
def show(request: Request, tag: str, passage: Seeing, session: ReadDep) -> HTMLResponse:
    """One language: each form, its sheet, what waits."""
    return _shown(request, tag, passage, session)


def _shown(
    request: Request, tag: str, passage: Passage, session: Reading, refusal: Refusal | None = None
) -> HTMLResponse:
    lang = shell.language(request, passage.actor)
    found = list(translation_progress.of_tongue(session, passage.where, tag))
    trouble = (message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None
    rows = [
        {"slug": form.slug, "title": form.title.of(lang), "lines": share.lines,
         "given": share.given, "ready": share.ready, "waiting": share.waiting}
        for form, share in found
    ]  # fmt: skip
    return shell.page(
        request,
        passage,
        "translations/show.html",
        title=translations.tongue(tag),
        status=status_of(refusal) if refusal else 200,
        trouble_said=trouble,
        trouble_rows=refusal.rows if refusal else (),
        tag=tag,
        rows=rows,
        waiting=sum(share.waiting for _, share in found),
        base=_base(passage),
        may_write=passage.may("translations", "write"),
        may_review=passage.may("translations", "approve"),
    )


@router.get(ONE + "/hojas/{name}")
def sheet(tag: str, name: str, passage: Seeing, session: ReadDep) -> Response:
    """The sheet of a form for a translator."""
    slug, _, kind = name.partition(".")
    if kind not in KINDS:
        raise Unknown("No existe la hoja en «{kind}».", kind=kind[:20])
    instrument = instruments.by_slug(session, slug)
    table = translation_sheets.table(session, passage.where, instrument, tag)
    body = tables.as_csv(table) if kind == "csv" else tables.as_xlsx([table])
    return Response(
        body,
        media_type=KINDS[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{passage.where.code}-{tag}-{name}"',
            "Cache-Control": "private, no-cache",
        },
    )


@router.post(ONE + "/importar", response_class=HTMLResponse)
def take(
    *,
    request: Request,
    tag: str,
    passage: Giving,
    store: StoreDep,
    settings: SettingsDep,
    form: FormDep,
) -> Response:
    """Take a filled sheet, or show what is wrong in it."""
    try:
        chosen = _file(form, "hoja")
        if chosen is None:
            raise Malformed("Falta elegir el archivo.", remedy="Elija la hoja llena.")
        translations.tongue(tag)
        with store.reading() as session:
            instrument = instruments.by_slug(session, str(form.get("ficha", "")))
        given = Sheet(chosen.filename or "", chosen.file, _beside(form))
        at = At(instrument, tag, "")
        count = translation_sheets.take(
            store, settings.files, passage.author, passage.where, given, at
        )
    except Refusal as refusal:
        with store.reading() as session:
            return _shown(request, tag, passage, session, refusal)
    finally:
        for part in (p for _, p in form.multi_items() if isinstance(p, UploadFile)):
            part.file.close()
    said = N_("Nada cambió.")
    if count:
        said = N_("Se tomaron {n} líneas. Ahora dos personas que hablan la lengua las confirman.")
    return shell.redirect(request, passage, f"{_base(passage)}/{tag}", said, n=count)


def _file(form: FormData, name: str) -> UploadFile | None:
    part = form.get(name)
    return part if isinstance(part, UploadFile) and part.filename else None


def _beside(form: FormData) -> list[tuple[str, io.BytesIO]]:
    parts = [p for p in form.getlist("al_lado") if isinstance(p, UploadFile) and p.filename]
    most = translations.MOST_SOUND * 4
    return [
        (part.filename or "", io.BytesIO(part.file.read(most + 1)))
        for part in parts[: translation_sheets.MOST_BESIDE]
    ]


@router.get(ONE + "/revisar", response_class=HTMLResponse)
def waiting(request: Request, tag: str, passage: Speaking, session: ReadDep) -> HTMLResponse:
    """The lines that this person may confirm."""
    mine, others = translation_progress.waiting(
        session, passage.where, tag, passage.author.account_id
    )
    return shell.page(
        request,
        passage,
        "translations/review.html",
        title=translations.tongue(tag),
        tag=tag,
        pairs=mine[:SHOWN],
        more=max(0, len(mine) - SHOWN),
        others=others,
        base=_base(passage),
        lang=shell.language(request, passage.actor),
        kinds=LINE_KINDS,
        quoted=quote,
    )


@router.post(ONE + "/revisar", response_class=HTMLResponse)
def confirm(
    request: Request, tag: str, passage: Speaking, store: StoreDep, form: FormDep
) -> Response:
    """A speaker says that a line is well said."""
    stands = translations.confirm(store, passage.author, passage.where, str(form.get("linea", "")))
    said = (
        N_("Confirmada: ya llega a las fichas.")
        if stands
        else N_("Confirmada. Falta otra persona.")
    )
    return shell.redirect(request, passage, f"{_base(passage)}/{tag}/revisar", said)


@router.get(ONE + "/grabar", response_class=HTMLResponse)
def ask(
    *,
    request: Request,
    tag: str,
    passage: Giving,
    session: ReadDep,
    ficha: str = "",
    linea: str = "",
) -> HTMLResponse:
    """One line to be said, written and drawn; without one, the first that lacks its sound."""
    found = translation_progress.pairs(
        session, passage.where, tag, instruments.by_slug(session, ficha)
    )
    at = _place(found, linea)
    return shell.page(
        request,
        passage,
        "translations/record.html",
        title=translations.tongue(tag),
        tag=tag,
        slug=ficha,
        pair=found[at],
        number=at + 1,
        of=len(found),
        before=found[at - 1].line.path if at else "",
        after=found[at + 1].line.path if at + 1 < len(found) else "",
        base=_base(passage),
        lang=shell.language(request, passage.actor),
        kinds=LINE_KINDS,
        most=translations.MOST_SOUND,
        seconds=translations.MOST_SECONDS,
        quoted=quote,
    )


def _place(found: list[Pair], path: str) -> int:
    if path:
        return next((at for at, pair in enumerate(found) if pair.line.path == path), 0)
    lacking = (
        at for at, pair in enumerate(found)
        if pair.line.heard and not (pair.row and pair.row.audio)
    )  # fmt: skip
    return next(lacking, 0)


@router.post(ONE + "/grabar", response_class=HTMLResponse)
def give(
    *,
    request: Request,
    tag: str,
    passage: Giving,
    store: StoreDep,
    settings: SettingsDep,
    form: FormDep,
) -> Response:
    """Keep what was said, written or drawn, and go on to the next line."""
    with store.reading() as session:
        instrument = instruments.by_slug(session, str(form.get("ficha", "")))
    at = At(instrument, tag, str(form.get("linea", "")))
    try:
        sound, picture = _file(form, "audio"), _file(form, "imagen")
        given = Given(
            str(form.get("traduccion", "")),
            str(form.get("ayuda", "")),
            translations.keep_sound(settings.files, sound.file) if sound else None,
            translations.keep_picture(settings.files, picture.file) if picture else None,
        )
        count = translations.give(store, passage.author, passage.where, {at: given})
    finally:
        for part in (p for _, p in form.multi_items() if isinstance(p, UploadFile)):
            part.file.close()
    address = f"{_base(passage)}/{tag}/grabar?ficha={quote(instrument.slug)}"
    address += f"&linea={quote(_next(instrument, at.path))}"
    said = N_("Guardado. Falta que dos personas lo confirmen.") if count else N_("Nada cambió.")
    return shell.redirect(request, passage, address, said)


def _next(instrument: Instrument, path: str) -> str:
    paths = [line.path for line in lines(instrument)]
    return paths[min(paths.index(path) + 1, len(paths) - 1)]


@router.get(ONE + "/archivos/{uuid}/{part}")
def media(
    *,
    tag: str,
    uuid: str,
    part: str,
    passage: Seeing,
    session: ReadDep,
    settings: SettingsDep,
) -> Response:
    """The sound or picture of a line, to hear or see it here."""
    row = translations.of_uuid(session, passage.where, uuid)
    if part not in ("audio", "picture") or not row.file(part):
        raise Unknown("Esa línea no tiene ese archivo.")
    content = attachments.existing(settings.files, getattr(row, part)).read_bytes()
    headers = {"Cache-Control": "private, no-cache"}
    return Response(content, media_type=packs.media_type(row.file(part)), headers=headers)
