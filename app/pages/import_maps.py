"""The map of a file that is being imported: what is new, what stands, what cannot be taken."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import shapely
from fastapi import Request, Response

from app.errors import Unknown
from app.gis import geojson
from app.gis.classes import Classes
from app.gis.crs import Bounds
from app.gis.geojson import Feature
from app.gis.map_view import Legend, MapLayer, Style
from app.gis.vector_tiles import Tile
from app.http import pictures
from app.http.gate import ReadDep
from app.operations import backgrounds, import_previews
from app.operations.backgrounds import Background
from app.pages import look, map_shells, shell
from app.pages.import_doors import ONE, Seeing, both, scope
from app.pages.language import N_, say
from app.pages.map_shells import Frame
from app.records import imports
from app.records.imports import ImportBatch

if TYPE_CHECKING:
    from app.gis.maps import Parts

NEW, STANDING, REFUSED = "#35736e", "#8f877a", "#a3241b"
GAP = N_("Vacío de {area} m²")
OVERLAP = N_("Traslape de {area} m²")


def of(request: Request, lang: str, batch: ImportBatch, at: str) -> "Parts | None":
    """The map of the file, where it has one."""
    ground = backgrounds.of_batch(batch)
    if ground is not None:
        return _pictures(request, lang, batch, ground, at)
    told = batch.report.get("map")
    if not told:
        return None
    frame = Frame(title=batch.file_name, table=f"{at}#tabla-errores", box=Bounds(*told["box"]))
    shown, placed = look.num(told["shown"], lang), look.num(told["placed"], lang)
    count = say(lang, N_("{shown} de {all}"), shown=shown, all=placed)
    layers = [_rows(f"{at}/vista", lang, count, points=told["points"])]
    if _edges(batch.report.get("summary", {}), lang):
        layers.append(_edge_layer(f"{at}/bordes", lang))
    return map_shells.parts(request, lang, frame, tuple(layers))


def _pictures(
    request: Request, lang: str, batch: ImportBatch, ground: Background, at: str
) -> "Parts":
    """The pictures of a file under the limits of its district, before they are published."""
    code = batch.place_code
    frame = Frame(
        title=ground.title,
        table=f"{at}#avisos",
        box=ground.box,
        limits=f"/api/v1/districts/{code}/outline" if code else "",
        pictures=(map_shells.tiles_of(ground, f"{at}/fondo"),),
    )
    return map_shells.parts(request, lang, frame, ())


@both(ONE + "/fondo/{z}/{x}/{y}", "GET")
def picture(
    request: Request, passage: Seeing, session: ReadDep, uuid: UUID, z: int, x: int, y: int
) -> Response:
    """One picture of a file that was checked, published or not."""
    batch = imports.find_shared(session, uuid, scope(passage))
    ground = backgrounds.of_batch(batch)
    if ground is None:
        raise Unknown("Este archivo no trae imágenes de fondo.", remedy="Abra otro archivo.")
    folder = request.app.state.settings.files
    found = backgrounds.picture(folder, ground.sha256, Tile(z, x, y))
    return pictures.answer(found, request.headers.get("if-none-match"))


@both(ONE + "/vista", "GET")
def drawn(request: Request, passage: Seeing, session: ReadDep, uuid: UUID) -> Response:
    """What the file would put on the map, as GeoJSON."""
    batch = imports.find_shared(session, uuid, scope(passage))
    body = import_previews.read(request.app.state.settings.home, batch.uuid)
    if body is None:
        raise Unknown(
            "El mapa de este archivo ya no se guarda.", remedy="Revise el archivo otra vez."
        )
    headers = {"Content-Encoding": "gzip", "Cache-Control": "private, no-cache"}
    return Response(body, headers=headers, media_type="application/geo+json")


@both(ONE + "/bordes", "GET")
def drawn_edges(request: Request, passage: Seeing, session: ReadDep, uuid: UUID) -> Response:
    """Where limits overlap or leave a gap, as GeoJSON."""
    batch = imports.find_shared(session, uuid, scope(passage))
    lang = shell.language(request, passage.actor)
    body = geojson.feature_collection(_edges(batch.report.get("summary", {}), lang), 5)
    return Response(body, media_type="application/geo+json")


def _rows(url: str, lang: str, count: str, *, points: bool) -> MapLayer:
    """The rows of the file by what becomes of them."""
    words = (N_("nueva"), N_("ya está"), N_("con error"))
    classes = Classes(
        (0.5, 1.5, 2.5, 3.5),
        (NEW, STANDING, REFUSED),
        tuple(say(lang, word) for word in words),
    )
    title = say(lang, N_("Filas del archivo"))
    return MapLayer(
        "filas",
        title,
        url,
        Style.POINTS if points else Style.CHOROPLETH,
        Legend(
            title, say(lang, N_("el archivo que se revisa")), "", count, "", classes, no_data=False
        ),
        cluster=False,
    )


def _edge_layer(url: str, lang: str) -> MapLayer:
    """Where limits overlap or leave a gap."""
    title = say(lang, N_("Traslapes y vacíos"))
    return MapLayer(
        "bordes",
        title,
        url,
        Style.POINTS,
        Legend(title, say(lang, N_("el archivo que se revisa")), "", no_data=False),
        colour="#7b3f98",
        drawing="diamond",
    )


def _edges(summary: Mapping[str, Any], lang: str) -> list[Feature]:
    """The largest overlaps and gaps of a layer of limits, each at a point in it."""
    found = []
    for name, words in (("overlaps", OVERLAP), ("gaps", GAP)):
        for at, each in enumerate(summary.get(name, ())):
            if "at" in each:  # reports of older files do not say where
                code = f"{name}-{at}"
                said = f"{say(lang, words, area=each['m2'])}: {', '.join(each['codes'])}"
                found.append(Feature(shapely.Point(each["at"]), {"code": code, "name": said}, code))
    return found
