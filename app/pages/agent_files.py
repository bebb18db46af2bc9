"""Files of the register: template, import with its preview, published lists as PDF and XLSX."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile

from app.documents import acta, tables
from app.errors import Malformed, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, ReadDep, StoreDep
from app.operations import agent_import, agent_lists, process_steps, processes
from app.operations.agent_import import Judged
from app.operations.pdlc_import import MEDIA
from app.pages import agent_lines, look, shell, wording
from app.pages.agents import BASE, SeeDep, WriteDep, kind_of
from app.pages.language import N_, message_of, remedy_of, say
from app.pages.process import Year
from app.pages.process_lines import agents_href
from app.records.places import Where
from app.records.process import AgentList
from app.store.types import now

router = APIRouter()
SHOWN = 200
XLSX = MEDIA[".xlsx"]


@router.get(BASE + "/plantilla.xlsx")
def template(anio: Year, passage: WriteDep) -> Response:
    """The empty workbook."""
    return _file(agent_import.template(), f"agentes-{passage.where.code}-{anio}.xlsx", XLSX)


@router.get(BASE + "/importar")
def ask(request: Request, anio: Year, passage: WriteDep, session: ReadDep) -> HTMLResponse:
    """Where to send a file."""
    processes.needed(session, passage.where, anio)
    return _page(request, passage, anio, None, None)


@router.post(BASE + "/importar")
def send(
    request: Request, anio: Year, passage: WriteDep, store: StoreDep, form: FormDep
) -> HTMLResponse:
    """Read a file and show what it holds; nothing is written yet."""
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Malformed("No eligió ningún archivo.", remedy="Elija uno.", field="file")
        with file.file as stream, store.reading() as session:
            row = processes.needed(session, passage.where, anio)
            about = (stream, file.filename[:200])
            found = agent_import.read(session, passage.where, row, wording.today(), about)
    except Refusal as refusal:
        return _page(request, passage, anio, None, refusal)
    return _page(request, passage, anio, found, None)


@router.post(BASE + "/importar/guardar")
def keep(
    request: Request, anio: Year, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Write the rows that were shown as good."""
    try:
        lines = agent_import.again(str(form.get("text", "")))
        with store.writing() as session:
            row = processes.held(session, passage.where, anio)
            made = agent_import.keep(
                session, passage.author, passage.where, row, wording.today(), lines
            )
    except Refusal as refusal:
        return _page(request, passage, anio, None, refusal)
    to = f"{agents_href(passage.where, anio)}#registro"
    return shell.redirect(request, passage, to, N_("Agentes inscritos: {n}."), n=made)


def _page(
    request: Request,
    passage: Passage,
    year: int,
    found: Judged | None,
    refusal: Refusal | None,
) -> HTMLResponse:
    lang = shell.language(request, passage.actor)
    errors = refusal.rows if refusal else found.errors if found else ()
    rows: list[dict[str, Any]] = [
        {
            "row": each.row,
            "field": each.field,
            "message": say(lang, each.message),
            "value": each.value,
            "remedy": say(lang, each.remedy),
        }
        for each in errors[:SHOWN]
    ]
    status = status_of(refusal) if refusal else 422 if found and found.errors else 200
    return shell.page(
        request,
        passage,
        "budget/agents_import.html",
        status=status,
        title=say(lang, N_("Importar agentes {year}"), year=year),
        base=agents_href(passage.where, year),
        found=found,
        rows=rows,
        errors=len(errors),
        refusal=(message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None,
    )


@router.get(BASE + "/listas/{lista}.{kind}")
def listed(lista: str, kind: str, anio: Year, passage: SeeDep, session: ReadDep) -> Response:
    """A published list as a file: what everybody may read."""
    row = processes.needed(session, passage.where, anio)
    found = agent_lists.of_kind(session, row, kind_of(lista))
    if found is None:
        raise Unknown("Esa lista todavía no se publica.", remedy="Vuelva cuando se publique.")
    name = f"agentes-{lista}-{passage.where.code}-{anio}.{kind}"
    if kind == "pdf":
        body = acta.pdf(_paper(passage.where, anio, found), now())
        return _file(body, name, "application/pdf", inline=True)
    if kind == "xlsx":
        return _file(tables.as_xlsx([_table(anio, found)]), name, XLSX)
    raise Unknown("No hay archivo de ese tipo.", remedy="Elija PDF o XLSX.")


HEADS = ("N.º", "Organización", "Tipo", "Representante", "Comunidad", "Participa con")


def _rows(found: AgentList) -> list[tuple[str, ...]]:
    kinds = process_steps.agent_kinds()
    return [
        (
            str(line["number"]),
            line["organisation"],
            kinds[line["kind"]].es,
            line["name"],
            line["community_name"] or "Todo el distrito",
            ("voz" if line["voice_only"] else "voz y voto")
            + (" (agregado después de la preliminar)" if line["added"] else ""),
        )
        for line in found.body
    ]


def _paper(where: Where, year: int, found: AgentList) -> acta.Acta:
    women = sum(line["sex"] == "F" for line in found.body)
    known = sum(line["sex"] in ("F", "M") for line in found.body)
    votes = sum(not line["voice_only"] for line in found.body)
    name = agent_lines.LISTS[found.kind]
    table = acta.Table(HEADS, tuple(_rows(found)), (2, 8, 7, 7, 6, 5), right=(0,))
    return acta.Acta(
        f"Municipalidad Distrital de {where.name}",
        f"{name} de agentes participantes {year}",
        (
            ("Publicada el", look.long_day(found.on_day)),
            ("Agentes", f"{len(found.body)}, de ellos {votes} con voto"),
            ("Mujeres", f"{women} de {known} con dato"),
        ),
        (acta.Part("Quiénes participan", table=table),),
        (),
        f"{name} {year} · huella {found.digest[:16]}",
    )


def _table(year: int, found: AgentList) -> tables.Table:
    columns = [
        tables.Column(title, "text", width)
        for title, width in zip(HEADS, (6, 36, 30, 30, 26, 20), strict=True)
    ]
    name = f"{agent_lines.LISTS[found.kind]} {year}"
    note = f"Publicada el {look.long_day(found.on_day)}. Huella: {found.digest}"
    return tables.Table(name, columns, _rows(found), (note,))


def _file(body: bytes, name: str, media: str, *, inline: bool = False) -> Response:
    how = "inline" if inline else "attachment"
    headers = {
        "Content-Disposition": f'{how}; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(body, media_type=media, headers=headers)
