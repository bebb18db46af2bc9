"""Spreadsheets of an instrument: its template, its export, and the way to bring a filled one.

The same pages stand for a community and for its whole district. They are made once for each
instrument, so that each stands in the policy table under its own register.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import access, export_files, form_books, form_exports, instruments, narrowing
from app.operations.form_exports import Asked
from app.pages import imports as import_pages
from app.pages import shell
from app.pages.language import N_, say
from app.records import cycles
from app.records import imports as import_records
from app.records.places import Where
from app.store.sessions import Reading

router = APIRouter()
HERE, AROUND = "/d/{ubigeo}/comunidades/{codigo}", "/d/{ubigeo}/fichas"
SeeDep = Annotated[Passage, Depends(Permit("communities", "read"), scope="function")]
WAYS = (
    ("csv", N_("CSV, para cualquier programa"), True),
    ("xlsx", N_("Excel (XLSX), con todas sus hojas"), False),
    ("geojson", N_("GeoJSON, para mapas en la web"), True),
    ("gpkg", N_("GeoPackage, para QGIS"), False),
)


def base_of(where: Where, slug: str) -> str:
    """The address of an instrument's documents, of a community or of the district."""
    if where.community_code is not None:
        return f"/d/{where.code}/comunidades/{where.community_code}/{slug}"
    return f"/d/{where.code}/fichas/{slug}"


def asked_of(passage: Passage, code: str) -> Asked:
    """What an export is asked for by whoever passed."""
    roles = access.roles_at(passage.actor, passage.where)
    return Asked(code, passage.where, roles, passage.view)


@router.get("/d/{ubigeo}/fichas", response_class=HTMLResponse)
def every(request: Request, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """The instruments of a district: what may be exported, and what may be brought."""
    lang = shell.language(request, passage.actor)
    rows = []
    for code, slug in instruments.SLUGS.items():
        reads, writes = passage.may(code, "read"), passage.may(code, "write")
        if not (reads or writes):
            continue
        instrument = instruments.current(session, code)
        rows.append((instrument.title.of(lang), base_of(passage.where, slug) + "/hojas"))
    return shell.page(
        request,
        passage,
        "sheets/district.html",
        title=N_("Fichas y hojas de cálculo"),
        rows=rows,
    )


def _show(code: str, slug: str) -> Callable[..., Response]:
    gate = Permit(code, "read")

    def show(
        request: Request,
        session: ReadDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
    ) -> Response:
        return page(request, passage, session, (code, slug))

    return show


def page(
    request: Request,
    passage: Passage,
    session: Reading,
    about: tuple[str, str],
    trouble: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page of an instrument's spreadsheets, with what went wrong before, if anything did."""
    code, slug = about
    lang = shell.language(request, passage.actor)
    instrument = instruments.current(session, code)
    where, base = passage.where, base_of(passage.where, slug)
    batches = import_records.of_instrument(session, where.code, code, where.community_code)
    may_write, asked = passage.may(code, "write"), asked_of(passage, code)
    return shell.page(
        request,
        passage,
        "sheets/files.html",
        title=say(lang, N_("Hojas de cálculo")),
        status=status,
        over=f"{instrument.title.of(lang)} · {where.community_name or where.name}",
        base=base,
        back=base if where.community_code is not None else f"/d/{where.code}/fichas",
        may_write=may_write,
        trouble_said=trouble,
        batches=batches if may_write else [],
        states=states_of(lang),
        rounds=_rounds(session, where) if instrument.period == "round" else [],
        by_home=narrowing.names_homes(instrument) and instrument.subject != "family",
        answers=narrowing.seen(instrument, asked.roles, asked.view) is not None,
        exports=_exports(session, passage, code, base, lang),
        most_mb=request.app.state.settings.upload_bytes // 1_000_000,
    )


def states_of(lang: str) -> dict[str, tuple[str, str]]:
    """Word and look of each state of a file of filled sheets."""
    return {**import_pages.states_of(lang), "published": (say(lang, N_("fichas enviadas")), "good")}


def _rounds(session: Reading, where: Where) -> list[tuple[str, str]]:
    if where.community_id is None:
        return []
    known = cycles.rounds(session, where.community_id)
    return [(str(each.uuid), each.label) for each in known if each.locked_at is None]


def _exports(
    session: Reading, passage: Passage, code: str, base: str, lang: str
) -> list[dict[str, object]]:
    """The files of an export, by format, each with its tables."""
    tables = form_exports.Export(session, asked_of(passage, code)).tables
    return [
        {
            "title": say(lang, words),
            "way": way.upper(),
            "links": [
                (
                    table.title.of(lang) if table.chain else say(lang, N_("Las fichas")),
                    f"{base}/exportar/{way}" + (f"?tabla={table.name}" if table.chain else ""),
                )
                for table in (tables if by_table else tables[:1])
            ],
        }
        for way, words, by_table in WAYS
    ]


def _template(code: str) -> Callable[..., Response]:
    gate = Permit(code, "write")

    def template(
        session: ReadDep, passage: Annotated[Passage, Depends(gate, scope="function")]
    ) -> Response:
        instrument = instruments.current(session, code)
        where = passage.where
        body = form_books.template(
            session,
            where,
            instrument,
            access.roles_at(passage.actor, where),
            health=passage.health,
        )
        name = f"plantilla-{where.community_code or where.code}-{instrument.slug}.xlsx"
        return Response(
            body,
            media_type=export_files.TYPES["xlsx"],
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "private, no-store",
            },
        )

    return template


def _export(code: str) -> Callable[..., Response]:
    gate = Permit(code, "read")

    def export(
        way: str,
        store: StoreDep,
        passage: Annotated[Passage, Depends(gate, scope="function")],
        tabla: Annotated[str, Query(max_length=60)] = "",
    ) -> Response:
        asked = asked_of(passage, code)
        taken = export_files.take(store, asked, way, tabla)
        form_exports.note(store, passage.author, asked, way)
        return StreamingResponse(
            taken.parts,
            media_type=taken.media_type,
            headers={
                "Content-Disposition": f'attachment; filename="{taken.name}"',
                "Cache-Control": "private, no-store",
            },
        )

    return export


def _routes(code: str, slug: str) -> None:
    for root in (HERE, AROUND):
        path = f"{root}/{slug}"
        router.get(f"{path}/hojas", response_class=HTMLResponse)(_show(code, slug))
        router.get(f"{path}/plantilla.xlsx")(_template(code))
        router.get(f"{path}/exportar/{{way}}")(_export(code))


for _code, _slug in instruments.SLUGS.items():
    _routes(_code, _slug)
