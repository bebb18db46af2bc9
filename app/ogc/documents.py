"""What stands before the features: landing page, conformance, collections, queryables."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response

from app.errors import Malformed
from app.gis.feature_requests import CRS84, CRS_EPSG
from app.ogc import described, landing_page
from app.ogc.roots import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    REL,
    SCHEMA,
    Link,
    Root,
    RootDep,
    headers,
    language,
    link,
)
from app.operations.open_layers.declared import Collection

router = APIRouter()
CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
)
_SHAPES = {0: "geometry-point", 1: "geometry-linestring", 2: "geometry-multipolygon"}
_KINDS: dict[str, dict[str, str]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}


def written(root: Root, document: Any, kind: str = JSON) -> Response:
    """A document as JSON."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, headers=headers(root), media_type=kind)


def wants_page(request: Request, asked: dict[str, str]) -> bool:
    """Whether a person asks, with a browser; refused where ``f`` names another form.

    Raises
    ------
    Malformed
        Only JSON and HTML are written.
    """
    form = asked.get("f")
    if form not in {None, "json", "html"}:
        raise Malformed("El parámetro «f» no se conoce.", remedy="Use f=json o f=html.", field="f")
    accepted = request.headers.get("accept", "")
    return form == "html" or (form is None and accepted.startswith(HTML))


def only_json(asked: dict[str, str]) -> None:
    """Refuse whoever wants another form of what is only JSON."""
    if asked.get("f") not in {None, "json"}:
        raise Malformed("Esto solo se da en JSON.", remedy="Quite el parámetro «f».", field="f")


@router.get("")
def land(request: Request, root: RootDep) -> Response:
    """The landing page, for programs and for people."""
    if wants_page(request, root.only()):
        return landing_page.answer(root)
    say = language(root, "este documento", "this document")
    links = [
        link("self", root.at, JSON, say),
        link("alternate", root.address(f="html"), HTML),
        link("service-desc", root.address("api"), OPENAPI),
        link("service-doc", root.address(f="html"), HTML),
        link("conformance", root.address("conformance"), JSON),
        link("data", root.address("collections"), JSON),
        link(f"{REL}tiling-schemes", root.address("tileMatrixSets"), JSON),
    ]
    shelf = root.shelf
    return written(root, {"title": shelf.title, "description": shelf.about, "links": links})


@router.get("/")
def land_too(request: Request, root: RootDep) -> Response:
    """The same with a slash, since programs add one."""
    return land(request, root)


@router.get("/conformance")
def conform(root: RootDep) -> Response:
    """What of the standards is held."""
    only_json(root.only())
    return written(root, {"conformsTo": CONFORMS})


@router.get("/api")
def describe(root: RootDep) -> Response:
    """All of this as OpenAPI 3.0."""
    only_json(root.only())
    return written(root, described.document(root.at, root.shelf), OPENAPI)


@router.get("/collections")
def list_collections(root: RootDep) -> Response:
    """What there is for this reader."""
    only_json(root.only())
    at = root.address("collections")
    return written(
        root,
        {
            "links": [link("self", at, JSON)],
            "crs": list(CRS_EPSG),
            "collections": [of_collection(root, each, ["#/crs"]) for each in root.shelf.listed()],
        },
    )


@router.get("/collections/{collection}")
def read_collection(root: RootDep, collection: str) -> Response:
    """One collection, with its dates."""
    only_json(root.only())
    found = root.shelf.find(collection)
    told = of_collection(root, found, list(CRS_EPSG))
    days = found.source.days(root.session)
    if days is not None:
        told["extent"]["temporal"] = {
            "interval": [[_instant(days[0], "00:00:00"), _instant(days[1], "23:59:59")]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return written(root, told)


def _instant(day: Any, clock: str) -> str | None:
    return f"{day.isoformat()}T{clock}Z" if day else None


def of_collection(root: Root, found: Collection, systems: list[str]) -> dict[str, Any]:
    """What is told of a collection."""
    box = found.source.box(root.session)
    spatial = {"spatial": {"bbox": [list(box)], "crs": CRS84}} if box else {}
    return {
        "id": found.code,
        "title": found.title,
        "description": found.about,
        "extent": spatial,
        "itemType": "feature",
        "crs": systems,
        "storageCrs": CRS84,
        "links": links_of(root, found),
    }


def links_of(root: Root, found: Collection) -> list[Link]:
    """Where a collection leads."""
    return [
        link("self", root.of(found), JSON, found.title),
        link("items", root.of(found, "items"), GEOJSON, found.title),
        link(f"{REL}queryables", root.of(found, "queryables"), SCHEMA),
        link(f"{REL}tilesets-vector", root.of(found, "tiles"), JSON),
    ]


@router.get("/collections/{collection}/queryables")
def read_queryables(root: RootDep, collection: str) -> Response:
    """What may be asked about: what is told, and nothing else."""
    only_json(root.only())
    found = root.shelf.find(collection)
    lang = root.passage.actor.language
    properties: dict[str, Any] = {
        each.name: {"title": each.title.of(lang), **_KINDS[each.kind]} for each in found.properties
    }
    shape = _SHAPES.get(found.dimension if found.dimension is not None else -1, "geometry-any")
    properties["geometry"] = {
        "title": language(root, "Geometría", "Geometry"),
        "x-ogc-role": "primary-geometry",
        "format": shape,
    }
    told = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": root.of(found, "queryables"),
        "type": "object",
        "title": found.title,
        "properties": properties,
        "additionalProperties": False,
    }
    return written(root, told, SCHEMA)
