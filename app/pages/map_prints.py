"""Maps on paper: each layer of a district as PDF or as a picture.

The address of a map with ``/imprimir.pdf`` or ``/imprimir.png`` behind it; the choices of the
map stand in it as in its own address.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from shapely.geometry.base import BaseGeometry

from app.documents import map_sheet
from app.documents.map_sheet import Key, Legend, MapSheet
from app.errors import Unknown
from app.gis import map_signs, map_svg
from app.gis.crs import Bounds
from app.http.gate import Passage, ReadDep, SettingsDep, StoreDep
from app.operations import backgrounds
from app.operations.layers import limits, offered, registry, taken, visible
from app.operations.layers.declared import Asked
from app.operations.layers.offered import Reader
from app.pages import map_paper, shell, wording
from app.pages.language import N_, say
from app.pages.map_paper import Setting, Wish
from app.pages.maps import BASE, BESIDE, Chosen, ChosenDep, MapsDep
from app.records import places
from app.records.places import Where
from app.store.sessions import Reading
from app.store.types import now

router = APIRouter()
MEDIA = {"pdf": "application/pdf", "png": "image/png"}
# A picture takes some forty megabytes while it is made: one after another.
_ONE_PICTURE = threading.Lock()


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper that an address asks for."""

    hoja: Annotated[Literal["a4", "a3"], Query()] = "a4"
    sentido: Annotated[Literal["horizontal", "vertical"], Query()] = "horizontal"
    tabla: Annotated[Literal["si", "no"], Query()] = "si"
    comunidades: Annotated[Literal["todas", "primeras", "con-dato"], Query()] = "todas"
    imagenes: Annotated[str, Query(max_length=20)] = ""

    @property
    def wish(self) -> Wish:
        """The same, as the sheet is made from it."""
        return Wish(self.hoja, self.sentido == "horizontal", self.tabla == "si", self.comunidades)


PaperDep = Annotated[Paper, Depends()]


@router.get(BASE + "/{capa}/imprimir.{tipo}")
def district(
    request: Request,
    capa: str,
    tipo: str,
    passage: MapsDep,
    session: ReadDep,
    store: StoreDep,
    settings: SettingsDep,
    chosen: ChosenDep,
    paper: PaperDep,
) -> Response:
    """The map of a layer on paper, with what is beside it on the screen."""
    known(tipo)
    lang = shell.language(request, passage.actor)
    sheets = _sheets(passage, session, capa, chosen, lang)
    setting = _setting(passage, session, lang)
    setting = _with_pictures(setting, passage, session, settings.files, paper.imagenes)
    sheet = map_paper.of_district(paper.wish, setting, sheets, lang)
    if not sheets[0].offer.layer.under:  # else they are the map, with its own key
        sheet = replace(sheet, legends=(*sheet.legends, *_own_lines(setting, lang)))
    reader = Reader(passage.policy, passage.actor, passage.where)
    taken.note(store, passage.author, reader, f"print {tipo}", taken.of_sheets(sheets))
    return answer(sheet, tipo, f"mapa-{passage.where.code}-{sheets[0].offer.layer.slug}")


def answer(sheet: MapSheet, kind: str, name: str) -> Response:
    """The sheet as a file, to be seen in the browser and printed from there."""
    if kind == "pdf":
        body = map_sheet.pdf(sheet, now())
    else:
        with _ONE_PICTURE:
            body = map_sheet.picture(sheet)
    return Response(
        body,
        media_type=MEDIA[kind],
        headers={
            "Content-Disposition": f'inline; filename="{name}.{kind}"',
            "Cache-Control": "private, no-store",
            "Vary": "Cookie, Accept-Language",
        },
    )


def known(kind: str) -> None:
    """Refuse a kind of file that maps are not made in."""
    if kind not in MEDIA:
        raise Unknown(
            "Un mapa no se imprime como «{kind}».", remedy="Pida pdf o png.", kind=kind[:20]
        )


def asked(where: Where, chosen: Chosen, lang: str) -> Asked:
    """What the address of a map asks for; who asks is settled where it is offered."""
    return Asked(
        *(where, True, wording.today(), lang, chosen.indicador),
        round=chosen.ronda,
        since=chosen.desde,
        only_gap=chosen.solo == "brecha",
    )


def _sheets(
    passage: Passage, session: Reading, slug: str, chosen: Chosen, lang: str
) -> list[offered.Sheet]:
    """The layer itself, then those that are on beside it."""
    layer = registry.by_slug(slug)
    reader = Reader(passage.policy, passage.actor, passage.where)
    wanted = [offered.as_shown(reader, layer, asked(passage.where, chosen, lang))]
    plain = asked(passage.where, Chosen(), lang)
    for each in visible.layers(passage.policy, passage.actor, passage.where):
        beside = not (each.ground or each.under) and each.slug in (chosen.con or ())
        beside = beside and each.code != layer.code
        if beside and len(wanted) <= BESIDE:
            wanted.append(offered.as_shown(reader, each, plain))
    return [offered.sheet(session, each) for each in wanted]


def _under(passage: Passage, session: Reading, lang: str) -> Sequence[tuple[int, BaseGeometry]]:
    """The municipality's own rivers, roads and lines with the place of their kind."""
    reader = Reader(passage.policy, passage.actor, passage.where)
    plain = asked(passage.where, Chosen(), lang)
    sheets = [
        offered.sheet(session, offered.as_shown(reader, each, plain))
        for each in visible.layers(passage.policy, passage.actor, passage.where)
        if each.under
    ]
    at = [name for name, _ in offered.COLUMNS].index("value")
    return [
        (int(str(row[at]).partition(".")[0]), shape)
        for sheet in sheets
        for row, shape in zip(sheet.rows, sheet.shapes, strict=True)
        if shape is not None and row[at] is not None
    ]


def _own_lines(setting: Setting, lang: str) -> list[Legend]:
    """The key of the municipality's own lines, where there are any on the map."""
    kinds = {kind for kind, _ in setting.under}
    water = map_signs.stroke(map_svg.RIVER)
    road = map_signs.stroke(map_svg.ROAD, dashed=True)
    keys = [Key(water, say(lang, N_("ríos y agua")))] if 0 in kinds else []
    keys += [Key(road, say(lang, N_("caminos y otras líneas")))] if kinds - {0} else []
    source = say(lang, N_("Importadas por la municipalidad."))
    return [Legend(say(lang, N_("Bajo el mapa")), tuple(keys), (source,))] if keys else []


def _with_pictures(
    setting: Setting, passage: Passage, session: Reading, folder: Path, key: str
) -> Setting:
    """The background that the address names; one that is not there leaves the paper plain."""
    for each in backgrounds.of_district(session, passage.where):
        if each.key == key:
            pictures = partial(backgrounds.on_paper, folder, each)
            return replace(setting, pictures=pictures, attribution=each.attribution)
    return setting


def _setting(passage: Passage, session: Reading, lang: str) -> Setting:
    where = passage.where
    under = _under(passage, session, lang)
    shape = limits.whole(session, where)
    over = ", ".join(places.titles(session, where))
    if shape is None:
        return Setting(over, (), None, under=under)
    box = Bounds(*shape.bounds)
    wide = max(box.east - box.west, box.north - box.south)
    room = Bounds(box.west - wide, box.south - wide, box.east + wide, box.north + wide)
    return Setting(over, (shape,), box, limits.neighbours(session, where, room), under)
