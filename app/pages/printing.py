"""Sheets to print: how many are wanted, and the PDF with all of them."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.capture.fields import Instrument
from app.documents import paper as printed_paper
from app.documents.paper import Copy
from app.errors import Conflict, Invalid
from app.http.encrypted import is_https
from app.http.gate import FormDep, Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import access, instruments, paper
from app.pages import paper_layout, paper_sheets, sheet_reading, shell
from app.pages.language import LANGUAGES, N_, say
from app.pages.paper_asking import Asking
from app.pages.sheet_reading import home
from app.records import cycles
from app.records.paper import PrintedSheet
from app.records.places import Where
from app.store.sessions import Reading
from app.store.types import now

router = APIRouter()


def _ask_copies(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def ask(
        request: Request,
        session: ReadDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        instrument = instruments.current(session, code)
        lang = shell.language(request, passage.actor)
        asked = request.query_params.get("lang", lang)
        return shell.page(
            request,
            passage,
            "sheets/print.html",
            title=instrument.title.of(lang),
            instrument=instrument,
            has_rows=any(field.type == "repeat" for field in instrument.fields()),
            printed=paper.printed(session, passage.where, code),
            spoken=paper.spoken,
            most=paper.MOST_COPIES,
            wanted_language=asked if asked in LANGUAGES else lang,
            home=home(passage),
            slug=slug,
            where=passage.where,
        )

    return ask


def _print(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def make(
        request: Request,
        session: ReadDep,
        store: StoreDep,
        settings: SettingsDep,
        form: FormDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        instrument = instruments.current(session, code)
        lang = str(form.get("lang") or shell.language(request, passage.actor))
        roles = access.roles_at(passage.actor, passage.where)
        asked = instrument.asked_by(roles)
        if not asked.sections:
            raise Conflict(
                "Su rol no pregunta nada de esta ficha.",
                remedy="Que la imprima quien la llena.",
            )
        copies, rows = _number(form.get("copias"), 1), _number(form.get("filas"), 0)
        made = paper.print_sheets(store, passage.author, passage.where, instrument, copies)
        asking = Asking(
            asked,
            sheet_reading.lists(session, passage, asked),
            paper.practices(session, roles),
            _about(session, passage.where, instrument, made[0], lang),
            lang if lang in LANGUAGES else "es",
            min(rows, 200) or None,
        )
        scheme = "https" if is_https(request, settings) else request.url.scheme
        root = f"{scheme}://{request.url.netloc}{home(passage)}/{slug}"
        sheets = [
            Copy(
                paper_sheets.typing_address(root, row.version, row.form_uuid),
                paper.spoken(row.code),
            )
            for row in made
        ]
        body = printed_paper.pdf(paper_layout.form(asking), sheets, now())
        name = f"{slug}-{passage.where.community_code}-{len(sheets)}.pdf"
        return Response(
            body,
            media_type="application/pdf",
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "no-store",
            },
        )

    return make


def _number(given: object, otherwise: int) -> int:
    text = str(given or "").strip()
    if not text:
        return otherwise
    if not text.isdecimal() or len(text) > 4:
        raise Invalid("«{text}» no es un número.", remedy="Escriba solo cifras.", text=text[:20])
    return int(text)


def _about(
    session: Reading, where: Where, instrument: Instrument, row: PrintedSheet, lang: str
) -> tuple[str, ...]:
    place = say(
        lang,
        N_("Comunidad {community} · Distrito {name}"),
        community=where.community_name or "",
        name=where.name,
    )
    version = say(lang, N_("Versión {version}"), version=instrument.version)
    found = [
        each.label
        for each in cycles.rounds(session, where.community_id or 0)
        if each.uuid == row.round_uuid
    ]
    if instrument.period != "round":
        return place, version
    label = found[0] if found else "______"
    return place, say(lang, N_("Ronda {label}"), label=label) + " · " + version


def _routes(code: str, slug: str) -> None:
    path = f"{paper_sheets.BASE}/{slug}/imprimir"
    router.get(path, response_class=HTMLResponse)(_ask_copies(code, slug))
    router.post(path, response_class=Response)(_print(code, slug))


for _code, _slug in instruments.SLUGS.items():
    _routes(_code, _slug)
