"""The API's own description: OpenAPI with the instruments in force, and a page to read it.

What every route shares is written here once: errors, security, the parameters of a place.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute

from app.api import examples
from app.capture import wire
from app.http.errors import TITLES, Problem
from app.http.gate import SAFE, Passage, Permit, ReadDep, the_policy
from app.operations import instruments
from app.records import stamps
from app.records.policy import Policy
from app.store.sessions import Reading

router = APIRouter()
PREFIX = "/api/v1"
AnyoneDep = Annotated[Passage, Depends(Permit("home", "read"), scope="function")]
ALWAYS = (400, 401, 403, 404, 422, 429, 503)
WITH_BODY = (413, 415)
TAGS = {
    "instruments": "Qué se pregunta: definiciones en vigencia y su JSON Schema.",
    "forms": "Documentos llenados: enviar, leer, corregir, decidir, recibo.",
    "drafts": "Lo llenado a medias, solo de quien lo llena.",
    "attachments": "Fotos de los documentos.",
    "cycles": "Ciclos de la comunidad y sus rondas.",
    "families": "Hogares: lista, unión y borrado.",
    "communities": "Comunidades.",
    "territory": "Regiones, provincias y distritos, con sus límites.",
    "sheets": "Hojas de cálculo: plantillas, hojas llenas y exportación de los documentos.",
    "imports": "Archivos que entran: revisión previa, publicación, deshacer.",
    "accounts": "Cuentas, puestos y llaves de acceso.",
    "indicators": "Indicadores por comunidad y ronda, con lo que no se sabe.",
    "needs": "Necesidades del distrito, en orden y con sus razones.",
    "visits": "Comunidades sin dato y la visita que les toca.",
    "proposals": "Propuestas al presupuesto participativo.",
    "budget": "Techo y asignación del presupuesto.",
    "processes": "Procesos del presupuesto: pasos, listas y agentes participantes.",
    "voting": "Votaciones: reglas, estado, resultado, comparación y cédulas.",
    "pdlc": "Plan de Desarrollo Local Concertado: objetivos, fichas de indicadores y su avance.",
    "publication": "Lo que el público puede ver.",
    "layers": "Capas de los mapas, en GeoJSON.",
}
# Those that a path names and no function declares: the gate reads them.
PLACES: dict[str, dict[str, Any]] = {
    "ubigeo": {
        "schema": {"type": "string", "pattern": r"^\d{2}(\d{2}(\d{2})?)?$"},
        "description": "UBIGEO del INEI, con su cero inicial.",
        "example": "100101",
    },
    "community": {
        "schema": {"type": "string", "minLength": 1, "maxLength": 20},
        "description": "Código de la comunidad: el de su centro poblado o uno local.",
        "example": "1001010001",
    },
}
SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "Llave de acceso que cada persona crea en «Mi cuenta».",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sismuni",
        "description": "La sesión del navegador; los cambios muestran además X-CSRF-Token.",
    },
}


@router.get("/openapi.json", include_in_schema=False)
def read_openapi(request: Request, _: AnyoneDep, session: ReadDep) -> JSONResponse:
    """The description of this API as it stands, with the instruments in force."""
    return JSONResponse(_description(request, session))


@router.get("/docs", include_in_schema=False, response_class=HTMLResponse)
def read_docs(request: Request, _: AnyoneDep, session: ReadDep) -> HTMLResponse:
    """The operations of this API on one plain page."""
    return HTMLResponse(_as_page(_description(request, session)))


def _description(request: Request, session: Reading) -> dict[str, Any]:
    app: FastAPI = request.app
    policy = the_policy(request, session)
    stamp = (stamps.version(session, "instruments"), stamps.version(session, "policy"))
    kept: tuple[tuple[int, int], dict[str, Any]] | None = getattr(app.state, "openapi", None)
    if kept is None or kept[0] != stamp:
        kept = (stamp, describe(app, session, policy))
        app.state.openapi = kept
    return kept[1]


def describe(app: FastAPI, session: Reading, policy: Policy) -> dict[str, Any]:
    """OpenAPI 3.1 of every route of this room."""
    document = get_openapi(
        title="SISMUNI",
        version=app.version,
        summary=app.summary,
        description=(
            "Geometrías en GeoJSON (EPSG:4326), instantes en UTC, proporciones de 0 a 1, dinero "
            "en soles como texto («1234.50»). Los errores son application/problem+json "
            "(RFC 9457). Las listas se leen por páginas con `next`; los cambios dicen la versión "
            "que vieron en `If-Match`."
        ),
        routes=app.routes,
        tags=[{"name": name, "description": said} for name, said in TAGS.items()],
    )
    known = {(path, method): route for path, method, route in routes(app)}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            route = known[(path, method.upper())]
            _complete(operation, path, route, _permit_of(route.dependant), policy)
    components = document.setdefault("components", {})
    _add_shared(components)
    _add_instruments(document, session)
    return document


@lru_cache(maxsize=8)
def _routes(app: FastAPI) -> tuple[tuple[str, str, APIRoute], ...]:
    from_state: tuple[APIRouter, ...] = app.state.api_routers
    return tuple(
        (PREFIX + route.path, method, route)
        for each in from_state
        for route in each.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    )


def routes(app: FastAPI) -> tuple[tuple[str, str, APIRoute], ...]:
    """Each path and method of this room, with its route."""
    return _routes(app)


def _permit_of(dependant: Dependant) -> Permit | None:
    return next(_permits(dependant), None)


def _permits(dependant: Dependant) -> Iterator[Permit]:
    for each in dependant.dependencies:
        if isinstance(each.call, Permit):
            yield each.call
        yield from _permits(each)


def _complete(
    operation: dict[str, Any], path: str, route: APIRoute, permit: Permit | None, policy: Policy
) -> None:
    operation["operationId"] = route.name
    if route.summary is None and route.description:
        operation["summary"] = route.description.split("\n")[0].rstrip(".")
    _add_places(operation, path)
    answers = operation["responses"]
    for answer in answers.values():
        if answer.get("description") == "Successful Response":
            answer["description"] = "Hecho."
    changes = not (route.methods or set()) <= SAFE
    wanted = {*ALWAYS, *(WITH_BODY if changes else ())}
    wanted |= {int(code) for code in answers if code.isdigit() and int(code) >= 400}
    for status in sorted(wanted):
        answers[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    if permit is not None:
        operation["x-permit"] = f"{permit.register}:{permit.verb}"
        open_to_all = policy.grant(("public",), (), permit.register, permit.verb)
        anyone: list[dict[str, list[str]]] = [{}] if open_to_all else []
        operation["security"] = [*anyone, {"bearer": []}, {"session": []}]


def _add_places(operation: dict[str, Any], path: str) -> None:
    given = operation.setdefault("parameters", [])
    declared = {each["name"] for each in given if each["in"] == "path"}
    for name in reversed(re.findall(r"{(\w+)}", path)):
        if name not in declared:
            about = PLACES[name]
            given.insert(0, {"name": name, "in": "path", "required": True, **about})


def _add_shared(components: dict[str, Any]) -> None:
    schemas = components.setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    components["securitySchemes"] = SECURITY
    components["responses"] = {
        f"Problem{status}": {
            "description": TITLES[status],
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": examples.problem(status),
                }
            },
        }
        for status in examples.DETAILS
    }


def _add_instruments(document: dict[str, Any], session: Reading) -> None:
    schemas = document["components"]["schemas"]
    bodies: dict[str, dict[str, Any]] = {}
    for instrument in instruments.every(session):
        schema = wire.json_schema(instrument)
        schema.pop("$schema")
        example = examples.answers(instrument)
        schemas[f"Answers_{instrument.code}"] = {**schema, "examples": [example]}
        bodies[instrument.code] = example
    for item in document["paths"].values():
        for operation in item.values():
            code = operation.get("x-instrument")
            if code in bodies:
                content = operation["requestBody"]["content"]["application/json"]
                content["schema"] = _narrowed(schemas, content["schema"], code)
                content["example"] = {"answers": bodies[code]}


def _narrowed(schemas: dict[str, Any], schema: dict[str, Any], code: str) -> dict[str, Any]:
    general = schemas[schema["$ref"].rsplit("/", 1)[1]]
    answers = {"$ref": f"#/components/schemas/Answers_{code}"}
    return {**general, "properties": {**general["properties"], "answers": answers}}


def _as_page(document: dict[str, Any]) -> str:
    groups: dict[str, list[str]] = {}
    for path, item in sorted(document["paths"].items()):
        for method, operation in item.items():
            tag = (operation.get("tags") or ["otros"])[0]
            groups.setdefault(tag, []).append(_as_row(path, method, operation))
    sections = "".join(
        f"<section><h2>{html.escape(tag)}</h2><p>{html.escape(TAGS.get(tag, ''))}</p>"
        "<table><thead><tr><th scope='col'>Operación</th><th scope='col'>Qué hace</th>"
        f"<th scope='col'>Permiso</th></tr></thead><tbody>{''.join(rows)}</tbody></table></section>"
        for tag, rows in sorted(groups.items())
    )
    info = document["info"]
    return (
        "<!doctype html><html lang='es'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<title>API de SISMUNI</title>"
        "<link rel='stylesheet' href='/static/css/sismuni.css'></head><body><main id='contenido'>"
        f"<h1>API de SISMUNI, versión {html.escape(info['version'])}</h1>"
        f"<p>{html.escape(info['description'])}</p>"
        f"<p>La descripción completa para máquinas: <a href='{PREFIX}/openapi.json'>"
        f"{PREFIX}/openapi.json</a> (OpenAPI {html.escape(document['openapi'])}).</p>"
        f"{sections}</main></body></html>"
    )


def _as_row(path: str, method: str, operation: dict[str, Any]) -> str:
    name = html.escape(operation["operationId"])
    return (
        f"<tr id='{name}'><td><code>{method.upper()} {html.escape(path)}</code></td>"
        f"<td>{html.escape(operation.get('summary', ''))}</td>"
        f"<td><code>{html.escape(operation.get('x-permit', ''))}</code></td></tr>"
    )
