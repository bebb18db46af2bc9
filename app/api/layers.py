"""Layers of maps: which there are, what stands where, and the values that colour it.

Features are public geometry with the words that their reader may see; values come apart,
small, under the same policy as the screens. Every answer is named by its content (ETag).
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from app.errors import Unavailable, Unknown
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import instruments
from app.operations.layers import external, limits, national, registry, serving, visible
from app.operations.layers.declared import Asked, Layer
from app.operations.layers.serving import Bytes

router = APIRouter(tags=["layers"])
GEOJSON, TOPOJSON = "application/geo+json", "application/json"
FOR_EVER = "public, max-age=31536000, immutable"
MapsDep = Annotated[Passage, Depends(Permit("maps", "read"), scope="function")]
Language = Annotated[Literal["es", "en"], Query(alias="lang", description="Idioma de los textos.")]
Seen = Annotated[
    str | None,
    Header(alias="if-none-match", max_length=200, description="El ETag que ya se tiene."),
]
NOT_CHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Sigue igual."}}
A_COLLECTION = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "9901010001",
            "geometry": {"type": "Point", "coordinates": [-75.4, -9.5]},
            "properties": {"code": "9901010001", "name": "Bocas del Killa"},
        }
    ],
}
A_TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.001, 0.001], "translate": [0, 0]},
    "objects": {
        "districts": {
            "type": "GeometryCollection",
            "geometries": [
                {
                    "type": "Polygon",
                    "arcs": [[0]],
                    "id": "990101",
                    "properties": {"code": "990101", "name": "Killamayo (Valle Imaginario)"},
                }
            ],
        }
    },
    "arcs": [[[-75500, -9500], [100, 0], [0, 100], [-100, -100]]],
}
DRAWN: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "GeoJSON (RFC 7946), EPSG:4326.",
        "content": {GEOJSON: {"schema": {"type": "object"}, "example": A_COLLECTION}},
    }
}

SHARED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "TopoJSON: cada borde una vez, EPSG:4326.",
        "content": {TOPOJSON: {"schema": {"type": "object"}, "example": A_TOPOLOGY}},
    }
}


class Choices(BaseModel):
    """What a reader may choose for the values of a layer."""

    indicator: Annotated[
        str, Field(max_length=60, description="Código; vacío: el primero que haya.")
    ] = ""
    round: Annotated[
        str, Field(max_length=60, description="Ronda; vacío: la última de cada comunidad.")
    ] = ""
    since: Annotated[
        str, Field(max_length=60, description="Ronda anterior de un cambio; vacío: la de antes.")
    ] = ""
    only: Annotated[
        Literal["", "gap"], Field(description="gap: oculta lo que no tiene brecha.")
    ] = ""


class LayerOut(BaseModel):
    """A layer that the reader may see."""

    code: str = Field(examples=["support"])
    title: str
    about: str
    style: str
    source: str
    asks: list[str] = Field(description="Lo que se puede elegir: indicator, round, since, gap.")
    features: str = Field(description="Dirección del GeoJSON.")
    values: str | None = Field(description="Dirección de los valores; nulo si no tiene.")


class LayersOut(BaseModel):
    """The layers of a district for this reader, in the order in which screens offer them."""

    items: list[LayerOut]


class ClassOut(BaseModel):
    """One class of a legend."""

    low: float = Field(alias="from")
    high: float = Field(alias="to")
    colour: str = Field(examples=["#c44e33"])
    label: str


class ValuesOut(BaseModel):
    """Values by the code of their feature: a number, or what is told of it."""

    layer: str
    title: str
    unit: str
    n: str = Field(examples=["34 de 38 comunidades"])
    date: str | None
    source: str
    note: str
    sentence: str
    first: list[str] = Field(description="Codes of the features that the sentence is most about")
    legend: list[ClassOut]
    values: dict[str, float | dict[str, Any] | None]


def _answer(found: Bytes, seen: str | None, media_type: str) -> Response:
    headers = {
        "ETag": f'"{found.tag}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, Authorization",
    }
    if seen is not None and found.tag in seen:
        return Response(status_code=304, headers=headers)
    return Response(found.body, headers=headers, media_type=media_type)


def _asked(passage: Passage, layer: Layer, lang: str, chosen: Choices | None = None) -> Asked:
    chosen = chosen or Choices()
    return Asked(
        passage.where,
        visible.audience(passage.policy, passage.actor, passage.where, layer),
        instruments.today(),
        lang,
        chosen.indicator,
        chosen.round,
        chosen.since,
        chosen.only == "gap",
    )


@router.get("/districts/{ubigeo}/layers", responses=responses(401, 403, 404, 422, 429))
def list_layers(passage: MapsDep, lang: Language = "es") -> LayersOut:
    """The layers of a district that the asker may see."""
    at = f"/api/v1/districts/{passage.where.code}/layers"
    open_here = visible.layers(passage.policy, passage.actor, passage.where)
    return LayersOut(
        items=[
            LayerOut(
                code=layer.code,
                title=layer.title.of(lang),
                about=layer.about.of(lang),
                style=layer.style.value,
                source=layer.source.of(lang),
                asks=sorted(layer.asks),
                features=f"{at}/{layer.code}",
                values=f"{at}/{layer.code}/values" if layer.ground else None,
            )
            for layer in open_here
        ]
    )


@router.get(
    "/districts/{ubigeo}/layers/{code}",
    response_class=Response,
    responses={**DRAWN, **NOT_CHANGED, **responses(401, 403, 404, 422, 429)},
)
def read_layer(
    passage: MapsDep, session: ReadDep, code: str, lang: Language = "es", seen: Seen = None
) -> Response:
    """What stands where, as GeoJSON."""
    layer = registry.by_code(code)
    found = serving.features(session, layer, _asked(passage, layer, lang))
    return _answer(found, seen, GEOJSON)


@router.get(
    "/districts/{ubigeo}/layers/{code}/values",
    response_model=ValuesOut,
    responses={**NOT_CHANGED, **responses(401, 403, 404, 422, 429)},
)
def read_values(
    passage: MapsDep,
    session: ReadDep,
    code: str,
    chosen: Annotated[Choices, Query()],
    lang: Language = "es",
    seen: Seen = None,
) -> Response:
    """The values that colour a layer, with its legend, n, date, source and sentence."""
    layer = registry.by_code(code)
    if not layer.ground:
        raise Unknown(
            "La capa «{code}» no tiene valores: todo está en sus elementos.",
            remedy="Pida la capa misma.",
            code=layer.code,
        )
    found = serving.values(session, layer, _asked(passage, layer, lang, chosen))
    return _answer(found, seen, "application/json")


@router.get(
    "/districts/{ubigeo}/outline",
    response_class=Response,
    responses={**DRAWN, **NOT_CHANGED, **responses(401, 403, 404, 422, 429)},
)
def read_outline(passage: MapsDep, session: ReadDep, seen: Seen = None) -> Response:
    """The limits in force of a district, light; no feature where none are loaded."""
    return _answer(limits.outline(session, passage.where).bytes, seen, GEOJSON)


@router.get(
    "/layers/districts",
    response_class=RedirectResponse,
    status_code=307,
    responses={307: {"description": "La hoja de hoy, por su contenido."}, **responses(429, 503)},
)
def national_layer(
    passage: MapsDep,
    store: StoreDep,
    settings: SettingsDep,
    year: Annotated[
        int | None, Query(ge=1821, le=2999, description="Límites de ese año; vacío: los de hoy.")
    ] = None,
) -> Response:
    """Leads to the limits of all districts under the name of their content."""
    sheet = national.current(store, settings, year)
    if sheet is None:
        raise Unavailable(
            "El mapa nacional se está preparando.", remedy="Vuelva a intentar en un minuto."
        )
    headers = {"Cache-Control": "no-cache"}
    return RedirectResponse(f"/api/v1/layers/districts/{sheet.digest}", 307, headers)


@router.get(
    "/layers/districts/values",
    response_model=ValuesOut,
    responses={**NOT_CHANGED, **responses(404, 422, 429)},
)
def national_values(
    passage: MapsDep,
    session: ReadDep,
    indicator: Annotated[str, Query(max_length=60)] = "",
    lang: Language = "es",
    seen: Seen = None,
) -> Response:
    """The values of all districts by UBIGEO: imported indicators, or what they published."""
    found = serving.national(external.of_districts(session, indicator, lang))
    return _answer(found, seen, "application/json")


@router.get(
    "/layers/districts/{digest}",
    response_class=Response,
    responses={**SHARED, **responses(404, 429)},
)
def national_sheet(
    passage: MapsDep, request: Request, settings: SettingsDep, digest: str
) -> Response:
    """The limits of all districts as TopoJSON, simplified; a name never changes.

    As GeoJSON, and in full detail, they are a collection of /ogc.
    """
    path = national.file(settings.home, digest)
    if path is None:
        raise Unknown(
            "Esa hoja de límites ya no está.", remedy="Pida la de hoy en /api/v1/layers/districts."
        )
    return _packed(path.read_bytes(), request.headers.get("accept-encoding", ""))


def _packed(body: bytes, accepted: str) -> Response:
    # It was compressed once when it was made; who cannot unpack it gets it plain.
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if "gzip" in accepted:
        headers["Content-Encoding"] = "gzip"
        return Response(body, headers=headers, media_type=TOPOJSON)
    headers["Content-Encoding"] = "identity"
    return Response(serving.unpacked(body), headers=headers, media_type=TOPOJSON)
