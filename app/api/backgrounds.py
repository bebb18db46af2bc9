"""Pictures under the maps of a district, served from here: a list, and tile by tile."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import BaseModel, Field

from app.gis.vector_tiles import Tile
from app.http import pictures
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, SettingsDep
from app.operations import backgrounds

router = APIRouter(tags=["layers"])
BASE = "/districts/{ubigeo}/backgrounds"
MapsDep = Annotated[Passage, Depends(Permit("maps", "read"), scope="function")]
Seen = Annotated[
    str | None,
    Header(alias="if-none-match", max_length=200, description="El ETag que ya se tiene."),
]
Number = Annotated[int, Path(ge=0, le=1 << 24)]
PICTURES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Una imagen de 256 o 512 puntos, en la matriz WebMercatorQuad.",
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}}
            for media in ("image/png", "image/jpeg", "image/webp")
        },
    },
    204: {"description": "Ahí el fondo no tiene imagen."},
    304: {"description": "Sigue igual."},
}


class BackgroundOut(BaseModel):
    """Pictures that may lie under the maps of a district."""

    id: UUID
    title: str = Field(examples=["Ortofoto 2024"])
    attribution: str = Field(examples=["© colaboradores de OpenStreetMap"])
    zooms: tuple[int, int] = Field(description="Primer y último nivel.")
    bounds: tuple[float, float, float, float] = Field(description="Oeste, sur, este, norte.")
    tiles: str = Field(description="Dirección de cada imagen, con {z}, {x} y {y}.")


class BackgroundsOut(BaseModel):
    """Those of the district, then those of the whole installation."""

    items: list[BackgroundOut]


@router.get(BASE, responses=responses(401, 403, 404, 422, 429))
def list_backgrounds(passage: MapsDep, session: ReadDep) -> BackgroundsOut:
    """The pictures that may lie under the maps of a district."""
    at = f"/api/v1/districts/{passage.where.code}/backgrounds"
    return BackgroundsOut(
        items=[
            BackgroundOut(
                id=each.uuid,
                title=each.title,
                attribution=each.attribution,
                zooms=each.zooms,
                bounds=each.box,
                tiles=f"{at}/{each.uuid}/{{z}}/{{x}}/{{y}}",
            )
            for each in backgrounds.of_district(session, passage.where)
        ]
    )


@router.get(
    BASE + "/{background}/{z}/{x}/{y}",
    response_class=Response,
    responses={**PICTURES, **responses(401, 403, 404, 422, 429)},
)
def read_background(
    passage: MapsDep,
    session: ReadDep,
    settings: SettingsDep,
    background: UUID,
    z: Number,
    x: Number,
    y: Number,
    seen: Seen = None,
) -> Response:
    """One tile of a background."""
    found = backgrounds.find(session, passage.where, background)
    return pictures.answer(backgrounds.picture(settings.files, found.sha256, Tile(z, x, y)), seen)
