"""Typing in what stands on paper: found by its code or QR, by keyboard, sent like any sheet."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.capture import answers as capture
from app.capture.fields import Field, Instrument
from app.errors import Refusal, Unknown
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import access, forms, instruments, paper
from app.operations.forms import Sheet
from app.pages import paper_sheets, posted_sheet, quick_sheet, sheet_reading, shell
from app.pages.language import N_, message_of, remedy_of, say
from app.pages.sheet_reading import home
from app.records import cycles
from app.records.intake import Form
from app.records.paper import PrintedSheet
from app.records.places import address_of
from app.store.sessions import Reading, Store
from app.store.types import now

router = APIRouter()
Own = Annotated[Passage, Depends(Permit("own_account", "read"), scope="function")]


@router.get("/digitar", response_class=HTMLResponse)
def find(request: Request, session: ReadDep, passage: Own, codigo: str = "") -> Response:
    """The door for who has a sheet and no camera: its short code leads to where it is typed."""
    lang = shell.language(request, passage.actor)
    said: tuple[str, str] | None = None
    if codigo.strip():
        try:
            return shell.redirect(request, passage, _address(session, paper.find(session, codigo)))
        except Refusal as refusal:
            said = message_of(refusal, lang), remedy_of(refusal, lang)
    return shell.page(
        request,
        passage,
        "sheets/find.html",
        title=N_("Digitar hojas"),
        status=422 if said else 200,
        typed=codigo[:20],
        said=said,
    )


def _address(session: Reading, row: PrintedSheet) -> str:
    place = address_of(session, row.community_id)
    if place is None:
        raise Unknown(
            "La comunidad de esta hoja ya no es de ningún distrito.",
            remedy="Avise a la municipalidad.",
        )
    root = f"/d/{place[0]}/comunidades/{place[1]}/{instruments.SLUGS[row.instrument]}"
    return paper_sheets.typing_address(root, row.version, row.form_uuid)


def _type(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def show(
        request: Request,
        session: ReadDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
        ficha: UUID | None = None,
        v: str = "",
    ) -> Response:
        if ficha is None:
            return shell.redirect(request, passage, "/digitar")
        row, document = paper_sheets.sheet_of(session, passage, code, ficha)
        if document is not None and paper_sheets.is_closed(passage, document):
            return shell.redirect(
                request,
                passage,
                f"{home(passage)}/{slug}/{ficha}",
                N_("Esta hoja ya está digitada."),
                "calm",
            )
        instrument = _instrument(session, code, row.version if row else v)
        draft = forms.draft(session, passage.author, passage.where, ficha)
        shown = {
            "uuid": ficha,
            "answers": capture.to_form(instrument, draft.body if draft else {}),
            "saved_at": draft.saved_at if draft else None,
            "version": draft.revision if draft else "",
        }
        return _typing(request, passage, session, instrument, row, document, shown)

    return show


def _instrument(session: Reading, code: str, version: str) -> Instrument:
    if not version:
        return instruments.current(session, code)
    return instruments.of_version(session, code, version)


def _typing(
    request: Request,
    passage: Passage,
    session: Reading,
    instrument: Instrument,
    row: PrintedSheet | None,
    document: Form | None,
    shown: Mapping[str, Any],
) -> HTMLResponse:
    roles = access.roles_at(passage.actor, passage.where)
    asked = instrument.asked_by(roles)
    lang = shell.language(request, passage.actor)
    known = cycles.rounds(session, passage.where.community_id or 0)
    told = {"errors": {}, "doubts": {}, **shown}
    lists = sheet_reading.lists(session, passage, asked)
    words = quick_sheet.Texts(
        say(lang, N_("Gestantes y puérperas")), say(lang, N_("Niñas y niños"))
    )
    made = quick_sheet.build(asked, paper.practices(session, roles), told, lists, words)
    return shell.page(
        request,
        passage,
        "sheets/type.html",
        title=instrument.title.of(lang),
        status=422 if told["errors"] or told["doubts"] else 200,
        **{**told, **made},
        instrument=asked,
        homes={f.code: lists[f.code] for f in households(asked) if f.code in lists},
        labels={field.code: field.label for field, _ in asked.walk()},
        home=home(passage),
        where=passage.where,
        rounds=[(str(r.uuid), r.label) for r in known if r.locked_at is None]
        if instrument.period == "round"
        else [],
        round_wanted=str(row.round_uuid) if row and row.round_uuid else "",
        code=paper.spoken(row.code) if row else "",
        second=document is not None,
        outline=f"/api/v1/districts/{passage.where.code}/outline",
        key=f"{passage.actor.account_id}:{shown['uuid']}",
    )


def households(instrument: Instrument) -> list[Field]:
    """The questions that are answered with the code of a home."""
    return [field for field, _ in instrument.walk() if field.source == "households"]


def _take(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def take(
        uuid: UUID,
        request: Request,
        session: ReadDep,
        store: StoreDep,
        form: FormDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        row, document = paper_sheets.sheet_of(session, passage, code, uuid)
        instrument = _instrument(session, code, row.version if row else "")
        posted = posted_sheet.sheet(passage, instrument, uuid, form, None)
        sheet = replace(posted, way="paper", version=str(instrument.version))
        at = f"{home(passage)}/{slug}/{uuid}"
        if form.get("accion") == "guardar":
            forms.save_draft(store, passage.author, passage.where, sheet)
            said = N_("El borrador quedó guardado.")
            return shell.redirect(request, passage, home(passage), said)
        again = document is not None and not paper.is_second(document, passage.author)
        if document is not None and (again or document.state in paper_sheets.SHUT):
            return _typed_already(request, passage, store, sheet, document, at)
        wrong = _wrong(request, passage, session, store, instrument, row, document, sheet)
        if wrong is not None:
            return wrong
        if document is not None:
            return _compare(request, passage, session, store, document, sheet, at)
        receipt = forms.send(store, passage.author, passage.where, sheet)
        said = N_("Recibida. Número de recibo: {number}.")
        return shell.redirect(request, passage, at, said, "good", number=receipt.number)

    return take


def _typed_already(
    request: Request, passage: Passage, store: Store, sheet: Sheet, document: Form, at: str
) -> Response:
    """The same person again: the same content is the same document, other content corrects it."""
    if document.state in paper_sheets.SHUT:
        said = N_("La ronda de esta hoja ya está cerrada; no se cambió nada.")
        return shell.redirect(request, passage, at, said, "warn")
    with store.reading() as session:
        same = paper.says_the_same(session, document, sheet.raw)
    if same:
        forms.discard(store, passage.author, passage.where, sheet.form_uuid)
        said = N_("Esta hoja ya estaba digitada igual: sigue siendo una sola.")
        return shell.redirect(request, passage, at, said, "good")
    forms.save_draft(store, passage.author, passage.where, sheet)
    said = N_("Usted ya digitó esta hoja. Revise lo que cambió y envíelo como corrección.")
    return shell.redirect(request, passage, f"{at}/corregir", said, "warn")


def _wrong(
    request: Request,
    passage: Passage,
    session: Reading,
    store: Store,
    instrument: Instrument,
    row: PrintedSheet | None,
    document: Form | None,
    sheet: Sheet,
) -> Response | None:
    """The page again with what is to be mended, or None."""
    known = instruments.known(session, passage.where, instrument)
    read = capture.read(instrument, sheet.raw, known, sheet.roles or None)
    if read.ok:
        return None
    kept = forms.save_draft(store, passage.author, passage.where, sheet)
    lang = shell.language(request, passage.actor)
    errors: dict[str, str] = {}
    for problem in read.blocking():
        if problem.severity == "hard":
            errors.setdefault(problem.name, problem.message.of(lang))
    shown = {
        "uuid": sheet.form_uuid,
        "answers": capture.to_form(instrument, sheet.raw),
        "errors": errors,
        "doubts": {p.name: p for p in read.blocking() if p.severity == "soft"},
        "saved_at": now(),
        "version": kept,
    }
    return _typing(request, passage, session, instrument, row, document, shown)


def _compare(
    request: Request,
    passage: Passage,
    session: Reading,
    store: Store,
    document: Form,
    sheet: Sheet,
    at: str,
) -> Response:
    second = paper.normal(session, passage.where, document, sheet)
    forms.save_draft(store, passage.author, passage.where, replace(sheet, raw=second))
    found = paper.compared(session, document, second, sheet.roles)
    if found.differences:
        return shell.redirect(request, passage, f"{at}/diferencias")
    where, uuid = passage.where, sheet.form_uuid
    paper.settle(store, passage.author, where, uuid, second, sheet.roles, {})
    said = N_("Las dos digitaciones coinciden en sus {n} respuestas.")
    return shell.redirect(request, passage, at, said, "good", n=found.compared)


def _routes(code: str, slug: str) -> None:
    path = f"{paper_sheets.BASE}/{slug}"
    router.get(f"{path}/digitar", response_class=HTMLResponse)(_type(code, slug))
    router.post(f"{path}/{{uuid}}/digitar", response_class=HTMLResponse)(_take(code, slug))


for _code, _slug in instruments.SLUGS.items():
    _routes(_code, _slug)
