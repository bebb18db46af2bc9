"""Two typings of one sheet side by side: the second person chooses what the paper says."""

from collections.abc import Callable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Refusal
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import access, forms, instruments, paper
from app.pages import paper_sheets, sheet_reading, shell
from app.pages.language import N_, message_of, remedy_of
from app.pages.sheet_reading import home
from app.store.sessions import Reading

router = APIRouter()


def _show_differences(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def show(
        uuid: UUID,
        request: Request,
        session: ReadDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        return _differences(request, passage, session, code, slug, uuid)

    return show


def _differences(
    request: Request,
    passage: Passage,
    session: Reading,
    code: str,
    slug: str,
    uuid: UUID,
    wrong: tuple[Refusal, Mapping[str, str]] | None = None,
) -> Response:
    row, document = paper_sheets.sheet_of(session, passage, code, uuid)
    draft = forms.draft(session, passage.author, passage.where, uuid)
    if document is None or draft is None or paper_sheets.is_closed(passage, document):
        return shell.redirect(request, passage, f"{home(passage)}/{slug}/{uuid}")
    roles = access.roles_at(passage.actor, passage.where)
    instrument = instruments.of_version(session, document.instrument, document.version)
    refusal, chosen = wrong or (None, {})
    lang = shell.language(request, passage.actor)
    return shell.page(
        request,
        passage,
        "sheets/differences.html",
        title=instrument.title.of(lang),
        status=422 if refusal else 200,
        found=paper.compared(session, document, draft.body, roles),
        first_name=paper.first_author(session, document),
        code=paper.spoken(row.code) if row else "",
        lists=sheet_reading.lists(session, passage, instrument),
        chosen=chosen,
        said=(message_of(refusal, lang), remedy_of(refusal, lang), refusal.rows)
        if refusal
        else None,
        home=home(passage),
        at=f"{home(passage)}/{slug}/{uuid}",
        back=paper_sheets.typing_address(f"{home(passage)}/{slug}", document.version, uuid),
        where=passage.where,
    )


def _choose(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def choose(
        uuid: UUID,
        request: Request,
        session: ReadDep,
        store: StoreDep,
        form: FormDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        _, document = paper_sheets.sheet_of(session, passage, code, uuid)
        draft = forms.draft(session, passage.author, passage.where, uuid)
        at = f"{home(passage)}/{slug}/{uuid}"
        if document is None or draft is None or paper_sheets.is_closed(passage, document):
            return shell.redirect(request, passage, at)
        chosen = {k: v for k, v in form.multi_items() if v in ("first", "second")}
        roles = access.roles_at(passage.actor, passage.where)
        told = {k: str(v) for k, v in chosen.items()}
        try:
            receipt = paper.settle(
                store, passage.author, passage.where, uuid, draft.body, roles, told
            )
        except Refusal as refusal:
            wrong = (refusal, told)
            return _differences(request, passage, session, code, slug, uuid, wrong)
        if receipt is None:
            said = N_("Vale la primera digitación; quedó anotado cuánto coinciden.")
            return shell.redirect(request, passage, at, said)
        said = N_("Corregida por doble digitación. Número de recibo: {number}.")
        return shell.redirect(request, passage, at, said, "good", number=receipt.number)

    return choose


def _routes(code: str, slug: str) -> None:
    path = f"{paper_sheets.BASE}/{slug}/{{uuid}}/diferencias"
    router.get(path, response_class=HTMLResponse)(_show_differences(code, slug))
    router.post(path, response_class=HTMLResponse)(_choose(code, slug))


for _code, _slug in instruments.SLUGS.items():
    _routes(_code, _slug)
