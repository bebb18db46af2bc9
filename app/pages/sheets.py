"""Entry pages: every instrument is filled, kept as a draft, sent and read back here.

The routes are the same for each instrument and are made once for each, so that each
stands in the policy table under its own register.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from app.capture import answers as capture
from app.capture.fields import Instrument
from app.errors import Unknown
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import access, decisions, forms, instruments, intake, receipts
from app.operations.forms import Sheet
from app.pages import paper_sheets, posted_sheet, sheet_parts, sheet_reading, shell
from app.pages.language import N_
from app.pages.sheet_reading import home
from app.pages.typed import whole
from app.records import cycles
from app.records.intake import Form
from app.store.sessions import Reading, Store
from app.store.types import now, uuid7

router = APIRouter()
BASE = "/d/{ubigeo}/comunidades/{codigo}"
OPEN = ("returned",)


def _filling(
    request: Request,
    passage: Passage,
    session: Reading,
    instrument: Instrument,
    shown: Mapping[str, Any],
) -> HTMLResponse:
    """The page of a sheet with whatever it holds so far."""
    asked = instrument.asked_by(access.roles_at(passage.actor, passage.where))
    known = cycles.rounds(session, passage.where.community_id or 0)
    context = {
        "errors": {},
        "doubts": {},
        "problem": None,
        "appealable": False,
        "brought": False,
        "saved_at": None,
        "version": "",
        **shown,
        "instrument": asked,
        "lists": sheet_reading.lists(session, passage, asked),
        "labels": {field.code: field.label for field, _ in asked.walk()},
        "home": home(passage),
        "where": passage.where,
        "rounds": _open_rounds(known) if instrument.period == "round" else [],
        "held": sheet_parts.held(asked, shown["answers"]),
        "open_parts": sheet_parts.opened(
            asked, shown["answers"], (*shown.get("errors", ()), *shown.get("doubts", ()))
        ),
        "outline": f"/api/v1/districts/{passage.where.code}/outline",
        "key": f"{passage.actor.account_id}:{shown['uuid']}",
    }
    return shell.page(
        request,
        passage,
        "sheets/fill.html",
        title=instrument.title.of(shell.language(request, passage.actor)),
        status=422 if context["errors"] or context["doubts"] else 200,
        **context,
    )


def _open_rounds(known: Sequence[cycles.Round]) -> list[tuple[str, str]]:
    return [(str(each.uuid), each.label) for each in known if each.locked_at is None]


def _prefilled(session: Reading, passage: Passage, instrument: Instrument) -> dict[str, Any]:
    if instrument.subject == "family":
        return {}
    last = instruments.previous_answers(session, passage.where, instrument)
    wanted = {field.code for field in instrument.fields() if field.prefill}
    begun = {code: value for code, value in last.items() if code in wanted}
    return begun | _a_row_each(session, passage, instrument)


def _a_row_each(session: Reading, passage: Passage, instrument: Instrument) -> dict[str, Any]:
    """Lists that tell of every action of the plan begin with one row for each."""
    found = {}
    for field in instrument.fields():
        keys = [f.code for f in field.fields if f.code in field.key and f.source == "actions"]
        if field.prefill and keys:
            actions = instruments.choices(session, passage.where, "actions")
            found[field.code] = [{keys[0]: code} for code, _ in actions]
    return found


def _document(session: Reading, passage: Passage, code: str, uuid: UUID) -> Form | None:
    """The document of this address, or None for a new one.

    Raises
    ------
    Unknown
        It is of another instrument or community, which this route's permit does not open.
    """
    found = receipts.form_by_uuid(session, uuid)
    if found is None:
        return None
    if found.instrument != code or found.community_id != passage.where.community_id:
        raise Unknown("No existe esa ficha en esta comunidad.", remedy="Revise la dirección.")
    return found


def _show_new(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def show(
        request: Request, passage: Annotated[Passage, Depends(gate, scope="function")]
    ) -> Response:
        return shell.redirect(request, passage, f"{home(passage)}/{slug}/{uuid7()}")

    return show


def _show_list(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "read")

    def show(
        request: Request,
        session: ReadDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        instrument = instruments.current(session, code)
        return shell.page(
            request,
            passage,
            "sheets/list.html",
            title=instrument.title.of(shell.language(request, passage.actor)),
            instrument=instrument,
            sheets=receipts.sheets(session, passage.where, code),
            drafts=[
                d
                for d in forms.drafts(session, passage.author, passage.where)
                if d.instrument == code
            ],
            home=home(passage),
            where=passage.where,
            slug=slug,
            homes=passage.view == "whole",
            may_write=passage.may(code, "write"),
            may_slip=passage.may("devices", "read"),
        )

    return show


def _show_one(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "read")

    def show(
        uuid: UUID,
        request: Request,
        session: ReadDep,
        store: StoreDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        document = _document(session, passage, code, uuid)
        typed = paper_sheets.being_typed(session, passage, document, uuid)
        if typed is not None and passage.may(code, "write"):
            to = paper_sheets.typing_address(f"{home(passage)}/{slug}", typed, uuid)
            return shell.redirect(request, passage, to)
        if document is None or (document.state in OPEN and passage.may(code, "write")):
            return _blank_or_draft(request, passage, session, code, uuid)
        forms.form(session, passage.where, uuid)
        if document.family_uuid is not None and passage.view == "whole":
            forms.note_reading(store, passage.author, document.family_uuid, f"read {code}")
        return sheet_reading.page(request, passage, session, document, slug)

    return show


def _blank_or_draft(
    request: Request, passage: Passage, session: Reading, code: str, uuid: UUID
) -> Response:
    instrument = instruments.current(session, code)
    passage = passage.at(passage.where, code, "write")
    draft = forms.draft(session, passage.author, passage.where, uuid)
    document = _document(session, passage, code, uuid)
    if draft is not None:
        raw: Mapping[str, Any] = draft.body
    elif document is not None:
        raw = intake.answers_of(session, document)
    else:
        raw = _prefilled(session, passage, instrument)
    shown = {
        "uuid": uuid,
        "answers": capture.to_form(instrument, raw),
        "saved_at": draft.saved_at if draft else None,
        "version": draft.revision if draft else "",
        "brought": draft is None and document is None,
        "returned": document.reason if document is not None else "",
        "appealable": document is not None and decisions.may_appeal(session, document),
    }
    return _filling(request, passage, session, instrument, shown)


def _correct(code: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def correct(
        uuid: UUID,
        request: Request,
        session: ReadDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        forms.form(session, passage.where, uuid)
        return _blank_or_draft(request, passage, session, code, uuid)

    return correct


def _send(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def send(
        uuid: UUID,
        request: Request,
        session: ReadDep,
        store: StoreDep,
        form: FormDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        instrument = instruments.current(session, code)
        sheet = posted_sheet.sheet(
            passage, instrument, uuid, form, _document(session, passage, code, uuid)
        )
        if form.get("accion") == "guardar":
            forms.save_draft(store, passage.author, passage.where, sheet)
            return shell.redirect(
                request, passage, home(passage), N_("El borrador quedó guardado."), "good"
            )
        return _sent(request, passage, session, store, instrument, sheet, slug)

    return send


def _sent(
    request: Request,
    passage: Passage,
    session: Reading,
    store: Store,
    instrument: Instrument,
    sheet: Sheet,
    slug: str,
) -> Response:
    known = instruments.known(session, passage.where, instrument)
    read = capture.read(instrument, sheet.raw, known, sheet.roles or None)
    if not read.ok:
        forms.save_draft(store, passage.author, passage.where, sheet)
        soft = [p for p in read.blocking() if p.severity == "soft"]
        shown = {
            "uuid": sheet.form_uuid,
            "answers": capture.to_form(instrument, sheet.raw),
            "errors": _hard_errors(read, shell.language(request, passage.actor)),
            "doubts": {p.name: p for p in soft},
            "saved_at": now(),
            "returned": "",
        }
        return _filling(request, passage, session, instrument, shown)
    receipt = forms.send(store, passage.author, passage.where, sheet)
    return shell.redirect(
        request,
        passage,
        f"{home(passage)}/{slug}/{sheet.form_uuid}",
        N_("Recibida. Número de recibo: {number}."),
        "good",
        number=receipt.number,
    )


def _hard_errors(read: capture.Answers, language: str) -> dict[str, str]:
    told: dict[str, str] = {}
    for problem in read.blocking():
        if problem.severity == "hard":
            told.setdefault(problem.name, problem.message.of(language))
    return told


def _keep_draft(code: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def keep(
        uuid: UUID,
        session: ReadDep,
        store: StoreDep,
        form: FormDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        instrument = instruments.current(session, code)
        raw = capture.from_form(instrument, posted_sheet.pairs(instrument, form))
        sheet = Sheet(code, uuid, raw, revision=whole(form.get("version")))
        revision = forms.save_draft(store, passage.author, passage.where, sheet)
        return JSONResponse({"version": revision, "saved_at": now().isoformat()})

    return keep


def _routes(code: str, slug: str) -> None:
    path = f"{BASE}/{slug}"
    router.get(path, response_class=HTMLResponse)(_show_list(code, slug))
    router.get(f"{path}/nueva", response_class=HTMLResponse)(_show_new(code, slug))
    router.get(f"{path}/{{uuid}}", response_class=HTMLResponse)(_show_one(code, slug))
    router.get(f"{path}/{{uuid}}/corregir", response_class=HTMLResponse)(_correct(code))
    router.post(f"{path}/{{uuid}}", response_class=HTMLResponse)(_send(code, slug))
    router.post(f"{path}/{{uuid}}/borrador", response_class=JSONResponse)(_keep_draft(code))


for _code, _slug in instruments.SLUGS.items():
    _routes(_code, _slug)
