"""A root described as OpenAPI 3.0, as these standards ask; collections by their template."""

from typing import Any

from app.gis.feature_requests import CRS_EPSG, LIMIT, MOST
from app.operations.open_layers.declared import Shelf

_TEXT = {"type": "string"}
_WHOLE = {"type": "integer", "minimum": 0}


def _parameter(name: str, schema: dict[str, Any], about: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": about, **more}


PARAMETERS: dict[str, dict[str, Any]] = {
    "limit": _parameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
        "Cuántos elementos por página.",
    ),
    "offset": _parameter("offset", _WHOLE, "Cuántos elementos van antes de la página."),
    "after": _parameter("after", _TEXT, "Clave tras la que empieza la página; la da «next»."),
    "bbox": _parameter(
        "bbox",
        {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
        "Caja que la geometría toca.",
        style="form",
        explode=False,
    ),
    "bbox-crs": _parameter(
        "bbox-crs", {"type": "string", "enum": list(CRS_EPSG)}, "Sistema de la caja."
    ),
    "crs": _parameter(
        "crs", {"type": "string", "enum": list(CRS_EPSG)}, "Sistema de la respuesta."
    ),
    "datetime": _parameter("datetime", _TEXT, "Fecha o intervalo (RFC 3339), abierto con «..»."),
    "filter": _parameter("filter", _TEXT, "Filtro CQL2 sobre lo que dice /queryables."),
    "filter-lang": _parameter(
        "filter-lang", {"type": "string", "enum": ["cql2-text", "cql2-json"]}, "Cómo se escribió."
    ),
    "filter-crs": _parameter(
        "filter-crs", {"type": "string", "enum": list(CRS_EPSG)}, "Sistema del filtro."
    ),
    "f": _parameter("f", {"type": "string", "enum": ["json"]}, "Forma de la respuesta."),
    "collectionId": {"name": "collection", "in": "path", "required": True, "schema": _TEXT},
    "featureId": {"name": "key", "in": "path", "required": True, "schema": _TEXT},
    "z": {"name": "z", "in": "path", "required": True, "schema": _WHOLE},
    "x": {"name": "x", "in": "path", "required": True, "schema": _WHOLE},
    "y": {"name": "y", "in": "path", "required": True, "schema": _WHOLE},
    "matrix": {
        "name": "matrix",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": ["WebMercatorQuad"]},
    },
}
_GEOJSON, _JSON = "application/geo+json", "application/json"
_SCHEMA, _TILE = "application/schema+json", "application/vnd.mapbox-vector-tile"
_ITEMS = ("limit", "offset", "after", "bbox", "bbox-crs", "crs", "datetime")
_FILTERS = ("filter", "filter-lang", "filter-crs")
_TILES = "/collections/{collection}/tiles"
_PATHS: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("/", "landingPage", "La portada.", (), _JSON),
    ("/conformance", "conformance", "Lo que se cumple de los estándares.", (), _JSON),
    ("/collections", "collections", "Las colecciones que quien pregunta puede ver.", (), _JSON),
    ("/collections/{collection}", "collection", "Una colección.", ("collectionId",), _JSON),
    (
        "/collections/{collection}/queryables",
        "queryables",
        "Lo que se puede preguntar en un filtro.",
        ("collectionId",),
        _SCHEMA,
    ),
    (
        "/collections/{collection}/items",
        "items",
        "Los elementos, por páginas. Además de estos parámetros, cada propiedad de /queryables.",
        ("collectionId", *_ITEMS, *_FILTERS),
        _GEOJSON,
    ),
    (
        "/collections/{collection}/items/{key}",
        "item",
        "Un elemento.",
        ("collectionId", "featureId", "crs"),
        _GEOJSON,
    ),
    ("/tileMatrixSets", "tileMatrixSets", "Las matrices de teselas.", (), _JSON),
    ("/tileMatrixSets/{matrix}", "tileMatrixSet", "Una matriz de teselas.", ("matrix",), _JSON),
    (_TILES, "tilesets", "Las teselas de una colección.", ("collectionId",), _JSON),
    (f"{_TILES}/{{matrix}}", "tileset", "Un juego de teselas.", ("collectionId", "matrix"), _JSON),
    (
        f"{_TILES}/{{matrix}}/{{z}}/{{y}}/{{x}}",
        "tile",
        "Una tesela vectorial; 204 si no tiene nada.",
        ("collectionId", "matrix", "z", "y", "x"),
        _TILE,
    ),
)


def document(at: str, shelf: Shelf) -> dict[str, Any]:
    """The description of a root that stands at an address."""
    return {
        "openapi": "3.0.3",
        "info": {"title": shelf.title, "description": shelf.about, "version": "1"},
        "servers": [{"url": at}],
        "paths": {
            path: {"get": _operation(name, about, asked, kind)}
            for path, name, about, asked, kind in _PATHS
        },
        "components": {
            "parameters": PARAMETERS,
            "securitySchemes": {
                "basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "Usuario con su contraseña o con una llave de «Mi cuenta».",
                },
                "bearer": {"type": "http", "scheme": "bearer"},
            },
            "schemas": {"problem": {"type": "object", "properties": {"detail": _TEXT}}},
        },
        "security": [{}, {"basic": []}, {"bearer": []}],
    }


def _operation(name: str, about: str, parameters: tuple[str, ...], kind: str) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    form = () if kind == _TILE else ("f",)
    told = {
        "operationId": name,
        "summary": about,
        "parameters": [
            {"$ref": f"#/components/parameters/{each}"} for each in (*parameters, *form)
        ],
        "responses": {
            "200": {"description": "Hecho.", "content": {kind: {"schema": _shape(kind)}}},
            "400": {"description": "Un parámetro no se entiende.", "content": problem},
            "401": {"description": "Hace falta una cuenta.", "content": problem},
            "404": {"description": "No existe.", "content": problem},
        },
    }
    if kind == _TILE:
        told["responses"]["204"] = {"description": "La tesela está vacía."}  # type: ignore[index]
    return told


def _shape(kind: str) -> dict[str, str]:
    return {"type": "string", "format": "binary"} if kind == _TILE else {"type": "object"}
