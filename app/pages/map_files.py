"""Layers to take away: one of them or all, as files, and projects of QGIS that open them.

``todas`` stands in place of the name of a layer for all that the reader may see.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from app.gis.outgoing import Table
from app.http.encrypted import is_https
from app.http.gate import Passage, ReadDep, SettingsDep, StoreDep
from app.operations.export_files import Taken
from app.operations.layers import export_files, exports, offered, registry, taken
from app.operations.layers.exports import ALL, Wanted
from app.operations.layers.offered import Reader
from app.pages import map_prints, shell, wording
from app.pages.language import N_, say
from app.pages.maps import BASE, Chosen, ChosenDep, MapsDep
from app.records import places
from app.store.sessions import Reading

router = APIRouter()
EVERY = "todas"
PROJECT = "application/x-qgis-project"


@router.get(BASE + "/{capa}/datos.{tipo}")
def layer(
    request: Request,
    capa: str,
    tipo: str,
    passage: MapsDep,
    session: ReadDep,
    store: StoreDep,
    chosen: ChosenDep,
) -> Response:
    """A layer, or all of them, in a format that other programs read."""
    lang = shell.language(request, passage.actor)
    reader = Reader(passage.policy, passage.actor, passage.where)
    found = _tables(session, reader, capa, chosen, lang)
    name = f"{passage.where.code}-{capa if capa == EVERY else found[0].code}"
    sent = export_files.take(found, tipo, name, lang)
    taken.note(store, passage.author, reader, f"export {tipo}", taken.of_tables(reader, found))
    return _sent(sent)


@router.get(BASE + "/todas/qgis.zip")
def project(request: Request, passage: MapsDep, session: ReadDep, store: StoreDep) -> Response:
    """A project of QGIS with all the layers in a GeoPackage beside it."""
    lang = shell.language(request, passage.actor)
    found = _every(session, passage, lang)
    title = _title(session, passage, lang)
    reader = Reader(passage.policy, passage.actor, passage.where)
    taken.note(store, passage.author, reader, "export qgis", taken.of_tables(reader, found))
    return _sent(export_files.project(found, f"{passage.where.code}-mapas", title, lang))


@router.get(BASE + "/todas/qgis-en-linea.qgs")
def online(request: Request, passage: MapsDep, session: ReadDep, settings: SettingsDep) -> Response:
    """A project of QGIS that asks this server for the layers; QGIS asks for the password."""
    lang = shell.language(request, passage.actor)
    found = _every(session, passage, lang)
    site = str(request.base_url).rstrip("/")
    if is_https(request, settings):
        site = "https://" + site.partition("://")[2]
    title = _title(session, passage, lang)
    body = export_files.online(found, title, lang, f"{site}/d/{passage.where.code}/ogc")
    name = f"{passage.where.code}-mapas-en-linea.qgs"
    return Response(body, media_type=PROJECT, headers=_headers(name))


def _every(session: Reading, passage: Passage, lang: str) -> list[Table]:
    reader = Reader(passage.policy, passage.actor, passage.where)
    return exports.tables(session, reader, Wanted(ALL, wording.today(), lang))


def _tables(session: Reading, reader: Reader, slug: str, chosen: Chosen, lang: str) -> list[Table]:
    """What the address names, as the page of the map would show it."""
    wanted = Wanted(ALL, wording.today(), lang)
    if slug == EVERY:
        return exports.tables(session, reader, wanted)
    asked = map_prints.asked(reader.where, chosen, lang)
    shown = offered.as_shown(reader, registry.by_slug(slug), asked)
    return [exports.table(offered.sheet(session, shown))]


def _title(session: Reading, passage: Passage, lang: str) -> str:
    name = ", ".join(places.titles(session, passage.where))
    return say(lang, N_("Mapas de {name}"), name=name)


def _sent(file: Taken) -> Response:
    return StreamingResponse(file.parts, media_type=file.media_type, headers=_headers(file.name))


def _headers(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "Vary": "Cookie, Accept-Language",
    }
