"""The territory: places, limits, communities, facilities, populated places, code changes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints
from shapely.geometry.base import BaseGeometry

from app.api.shapes import After, IfMatch, Limit, Page, Shape
from app.errors import Invalid, PreconditionNeeded, Unknown
from app.gis import geojson
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep, known_in_thread
from app.operations import communities
from app.records import boundaries, gazetteer, stamps
from app.records.gazetteer import Listing
from app.records.territory import COMMUNITY_KINDS, Community, Facility, Settlement
from app.records.territory import Place as PlaceRow
from app.store.spatial import from_column

router = APIRouter(tags=["territory"])
Reader = Annotated[Passage, Depends(Permit("territory", "read"), scope="function")]
CommunityReader = Annotated[Passage, Depends(Permit("communities", "read"), scope="function")]
CommunityWriter = Annotated[Passage, Depends(Permit("communities", "write"), scope="function")]
Words_ = Annotated[str, Query(max_length=80, description="Palabras del nombre, o un código.")]
Ubigeo = Annotated[str, Query(pattern=r"^\d{2}(\d{2}(\d{2})?)?$")]
Kind = Annotated[str, StringConstraints(pattern=f"^({'|'.join(COMMUNITY_KINDS)})$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._\-]{0,19}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120,
                                        pattern=r"^[^\x00-\x1f\x7f]+$")]  # fmt: skip
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,8}$")]
GEOJSON = "application/geo+json"


class PlaceOut(BaseModel):
    """A region, province or district."""

    uuid: UUID
    kind: str = Field(examples=["district"])
    code: str = Field(examples=["100101"])
    name: str = Field(examples=["Huánuco"])
    capital: str | None
    reniec: str | None
    population: int | None
    fictitious: bool


class CommunityOut(BaseModel):
    """A community, and where it stands."""

    uuid: UUID
    code: str = Field(examples=["1001010001"])
    kind: str = Field(examples=["campesina"])
    name: str
    language: str = Field(examples=["quy"])
    altitude_m: int | None
    population: int | None
    households: int | None
    founded: int | None
    point: dict[str, Any] | None = Field(description="Punto GeoJSON (EPSG:4326).")

    @classmethod
    def of(cls, row: Community) -> "CommunityOut":
        """A community as machines read it."""
        values = {name: getattr(row, name) for name in communities.FIELDS}
        return cls(uuid=row.uuid, code=row.code, point=_point(row.geom), **values)


class CommunityIn(Shape):
    """A community to make."""

    code: Code = Field(examples=["1001010001"])
    name: Name
    kind: Kind = "centro_poblado"
    language: Language = "es"
    altitude_m: int | None = Field(None, ge=0, le=6_000)
    population: int | None = Field(None, ge=0, le=1_000_000)
    households: int | None = Field(None, ge=0, le=300_000)
    founded: int | None = Field(None, ge=1400, le=2999)
    point: dict[str, Any] | None = Field(
        None, examples=[{"type": "Point", "coordinates": [-76.52, -9.93]}]
    )


class CommunityPatch(Shape):
    """What to correct; what is not named stays."""

    name: Name | None = None
    kind: Kind | None = None
    language: Language | None = None
    altitude_m: int | None = Field(None, ge=0, le=6_000)
    population: int | None = Field(None, ge=0, le=1_000_000)
    households: int | None = Field(None, ge=0, le=300_000)
    founded: int | None = Field(None, ge=1400, le=2999)
    point: dict[str, Any] | None = None


class FacilityOut(BaseModel):
    """A health facility."""

    uuid: UUID
    code: str = Field(examples=["00000754"])
    name: str
    category: str | None
    point: dict[str, Any] | None

    @classmethod
    def of(cls, row: Facility) -> "FacilityOut":
        """A facility as machines read it."""
        return cls(
            uuid=row.uuid,
            code=row.code,
            name=row.name,
            category=row.category,
            point=_point(row.geom),
        )


class SettlementOut(BaseModel):
    """A populated place of INEI's gazetteer."""

    uuid: UUID
    code: str = Field(examples=["1001010001"])
    name: str
    district_code: str
    urban: bool | None
    point: dict[str, Any] | None

    @classmethod
    def of(cls, row: Settlement) -> "SettlementOut":
        """A populated place as machines read it."""
        return cls(
            uuid=row.uuid,
            code=row.code,
            name=row.name,
            district_code=row.district_code,
            urban=row.urban,
            point=_point(row.geom),
        )


class CodeChangeOut(BaseModel):
    """A place that was created, renamed or given another code."""

    kind: str = Field(examples=["reassigned"])
    level: str
    old_code: str | None
    new_code: str | None
    old_name: str | None
    new_name: str | None
    container_code: str | None


def _point(value: Any) -> dict[str, Any] | None:
    shape = from_column(value)
    return geojson.geometry(shape) if shape is not None else None


def _place(row: PlaceRow) -> PlaceOut:
    names = ("uuid", "kind", "code", "name", "capital", "reniec", "population", "fictitious")
    return PlaceOut(**{name: getattr(row, name) for name in names})


def _page(rows: Any, shaped: Any, limit: int) -> Any:
    following = str(rows[-1].uuid) if len(rows) == limit else None
    return Page(items=[shaped(row) for row in rows], next=following)


@router.get("/places", summary="Regiones, provincias y distritos")
def list_places(
    _: Reader,
    session: ReadDep,
    kind: Annotated[str | None, Query(pattern="^(country|region|province|district)$")] = None,
    parent: Annotated[str | None, Query(pattern=r"^(PE|\d{2}(\d{2})?)$")] = None,
    q: Words_ = "",
    after: After = None,
    limit: Limit = 50,
) -> Page[PlaceOut]:
    """Living places by code; of one kind, below another, or with some words."""
    rows = gazetteer.places(session, Listing(q, after, limit), kind, parent)
    found: Page[PlaceOut] = _page(rows, _place, limit)
    return found


@router.get("/code-changes", summary="Tabla de cambios de UBIGEO")
def list_code_changes(
    _: Reader, session: ReadDep, code: Ubigeo | None = None
) -> list[CodeChangeOut]:
    """Codes that were created, renamed or reassigned; all, or those that name one."""
    names = tuple(CodeChangeOut.model_fields)
    found = gazetteer.changes(session, code)
    return [CodeChangeOut(**{name: getattr(row, name) for name in names}) for row in found]


@router.get("/facilities", summary="Establecimientos de salud")
def list_facilities(
    _: Reader, session: ReadDep, q: Words_ = "", after: After = None, limit: Limit = 50
) -> Page[FacilityOut]:
    """Every health facility, by its RENIPRESS code."""
    rows = gazetteer.facilities(session, Listing(q, after, limit))
    found: Page[FacilityOut] = _page(rows, FacilityOut.of, limit)
    return found


@router.get("/settlements", summary="Centros poblados del INEI")
def list_settlements(
    _: Reader,
    session: ReadDep,
    district: Annotated[str | None, Query(pattern=r"^\d{6}$")] = None,
    q: Words_ = "",
    after: After = None,
    limit: Limit = 50,
) -> Page[SettlementOut]:
    """Populated places by their ten-digit code, of a district or of all."""
    rows = gazetteer.settlements(session, Listing(q, after, limit), district)
    found: Page[SettlementOut] = _page(rows, SettlementOut.of, limit)
    return found


@router.get("/districts/{ubigeo}", summary="Un lugar")
def read_place(passage: Reader, session: ReadDep) -> PlaceOut:
    """A region, province or district by its UBIGEO."""
    return _place(session.get_one(PlaceRow, passage.where.place_id))


@router.get(
    "/districts/{ubigeo}/boundary",
    summary="Los límites vigentes de un lugar",
    response_class=Response,
    responses={200: {"content": {GEOJSON: {}}, "description": "Feature de GeoJSON."}},
)
def read_boundary(passage: Reader, session: ReadDep) -> Response:
    """The limits in force, for reference only; 404 where none are loaded."""
    where = passage.where
    limits = boundaries.in_force(session, where.kind, where.code)
    if not limits:
        raise Unknown(
            "{name} no tiene límites cargados.",
            remedy="Importe una capa de límites.",
            name=where.name,
        )
    feature = geojson.Feature(limits[0].shape, {"code": where.code, "name": where.name}, where.code)
    return Response(geojson.feature_collection([feature]), media_type=GEOJSON)


@router.get("/districts/{ubigeo}/facilities", summary="Establecimientos de un distrito")
def list_district_facilities(
    passage: Reader, session: ReadDep, q: Words_ = "", after: After = None, limit: Limit = 50
) -> Page[FacilityOut]:
    """The health facilities of a district."""
    rows = gazetteer.facilities(session, Listing(q, after, limit), passage.where.place_id)
    found: Page[FacilityOut] = _page(rows, FacilityOut.of, limit)
    return found


@router.get("/districts/{ubigeo}/communities", summary="Comunidades de un distrito")
def list_communities(
    passage: Reader, session: ReadDep, q: Words_ = "", after: After = None, limit: Limit = 50
) -> Page[CommunityOut]:
    """The living communities of a district, by name."""
    place_id = passage.where.place_id or 0
    rows = gazetteer.communities(session, place_id, Listing(q, after, limit))
    found: Page[CommunityOut] = _page(rows, CommunityOut.of, limit)
    return found


@router.get(
    "/districts/{ubigeo}/communities.geojson",
    summary="Todas las comunidades de un distrito, en GeoJSON",
    response_class=Response,
    responses={200: {"content": {GEOJSON: {}}, "description": "FeatureCollection."}, 304: {}},
)
async def read_communities_geojson(
    request: Request, passage: Reader, session: ReadDep, store: StoreDep
) -> Response:
    """One FeatureCollection, made once for each version of the district."""
    where = passage.where

    def made() -> communities.Prebuilt:
        at = stamps.version(session, f"district:{where.code}")
        return communities.as_geojson(store, where, at)

    return prebuilt(request, await known_in_thread(request, ("communities", where.code), made))


def prebuilt(request: Request, made: communities.Prebuilt) -> Response:
    """Bytes made earlier: nothing where the asker has them, packed where it reads packed."""
    headers = {
        "ETag": made.etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding, Authorization, Cookie",
    }
    if made.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(made.packed, media_type=GEOJSON, headers=headers)
    return Response(made.body, media_type=GEOJSON, headers=headers)


@router.post(
    "/districts/{ubigeo}/communities",
    summary="Crear una comunidad",
    status_code=201,
    responses=responses(409),
)
def create_community(
    passage: CommunityWriter, store: StoreDep, given: CommunityIn, response: Response
) -> CommunityOut:
    """A new community of this district."""
    if passage.where.kind != "district":
        raise Invalid("Una comunidad es de un distrito.", remedy="Use el UBIGEO de seis cifras.")
    values = {**given.model_dump(exclude={"code", "point"}), "point": _shape(given.point)}
    row = communities.create(store, passage.author, passage.where, given.code, values)
    response.headers["Location"] = f"/api/v1/districts/{passage.where.code}/communities/{row.code}"
    response.headers["ETag"] = f'"{communities.version(row)}"'
    return CommunityOut.of(row)


@router.get("/districts/{ubigeo}/communities/{community}", summary="Una comunidad")
def read_community(passage: CommunityReader, session: ReadDep, response: Response) -> CommunityOut:
    """A community by its code; its ETag is what a change must show."""
    row = communities.found(session, passage.where)
    response.headers["ETag"] = f'"{communities.version(row)}"'
    return CommunityOut.of(row)


@router.patch(
    "/districts/{ubigeo}/communities/{community}",
    summary="Corregir una comunidad",
    responses=responses(412, 428),
)
def change_community(
    passage: CommunityWriter,
    store: StoreDep,
    given: CommunityPatch,
    response: Response,
    if_match: IfMatch = None,
) -> CommunityOut:
    """Correct what is named, over the version that was seen."""
    if if_match is None or if_match.strip() == "*":
        raise PreconditionNeeded(
            "Falta decir sobre qué versión se hace el cambio.",
            remedy="Lea primero la comunidad y envíe su ETag en If-Match.",
            field="If-Match",
        )
    named = given.model_fields_set
    values = given.model_dump(include=named - {"point"})
    empty = [name for name in ("name", "kind", "language") if name in values and not values[name]]
    if empty:
        raise Invalid("Ese dato no puede quedar vacío.", field=empty[0], remedy="Escríbalo.")
    if "point" in named:
        values["point"] = _shape(given.point)
    seen = if_match.strip().removeprefix("W/").strip('"')
    row = communities.change(store, passage.author, passage.where, seen, values)
    response.headers["ETag"] = f'"{communities.version(row)}"'
    return CommunityOut.of(row)


def _shape(given: dict[str, Any] | None) -> BaseGeometry | None:
    if given is None:
        return None
    return geojson.shape(given, field="point", kinds=frozenset({"Point"}))
