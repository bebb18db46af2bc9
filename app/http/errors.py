"""How a refusal is told: the one table from refusals to status codes, and problem+json."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from app import errors
from app.errors import Refusal, RowError
from app.http.basic import CHALLENGE, speaks_basic
from app.http.gate import request_id
from app.store.room import is_full
from app.store.sessions import AWAY

LOG = logging.getLogger("sismuni.requests")
STATUS: dict[type[Refusal], int] = {
    errors.Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.Unknown: 404,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.TooLarge: 413,
    errors.UnsupportedFile: 415,
    errors.Invalid: 422,
    errors.PreconditionNeeded: 428,
    errors.TooMany: 429,
    errors.NoRoom: 507,
    errors.Unavailable: 503,
    Refusal: 400,
}
TITLES = {
    400: "No se pudo leer lo enviado",
    401: "Hace falta entrar con una cuenta",
    403: "Sin permiso",
    404: "No existe",
    405: "Esa acción no se puede hacer aquí",
    409: "Contradice lo que ya está registrado",
    412: "Otra persona lo cambió antes",
    413: "Demasiado grande",
    415: "Ese tipo de archivo no se lee",
    422: "Hay algo que corregir",
    428: "Falta decir qué versión se vio",
    429: "Demasiados intentos",
    500: "Error del sistema",
    503: "No disponible por ahora",
    507: "No queda sitio",
}


class ProblemRow(BaseModel):
    """One thing wrong with one row or field."""

    row: int | None = None
    field: str | None = None
    message: str
    value: str = ""
    remedy: str = ""


class Problem(BaseModel):
    """What went wrong, where and what to do (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(examples=["Hay algo que corregir"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["Los votos son más que los asistentes."])
    remedy: str = ""
    field: str | None = None
    rows: list[ProblemRow] = []
    request_id: str = ""


def status_of(refusal: Refusal) -> int:
    """The status code of a refusal, by its nearest kind."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def problem_of(refusal: Refusal) -> Problem:
    """A refusal as it is told to a machine."""
    params: Mapping[str, Any] = refusal.params
    status = status_of(refusal)
    return Problem(
        title=TITLES[status],
        status=status,
        detail=str(refusal),
        remedy=refusal.remedy.format(**params) if params else refusal.remedy,
        field=refusal.field,
        rows=[_row(row) for row in refusal.rows],
        request_id=request_id.get(),
    )


def _row(row: RowError) -> ProblemRow:
    return ProblemRow(
        row=row.row, field=row.field, message=row.message, value=row.value, remedy=row.remedy
    )


def of_validation(error: RequestValidationError) -> Refusal:
    """FastAPI's own complaint about a request, as one of ours."""
    rows = tuple(
        RowError(None, ".".join(str(p) for p in e["loc"][1:]) or None, str(e["msg"]))
        for e in error.errors()
    )
    kind = errors.Malformed if any("json" in e["type"] for e in error.errors()) else errors.Invalid
    return kind(
        "La solicitud no tiene la forma esperada.",
        remedy="Corrija los campos señalados.",
        rows=rows,
    )


def of_http(error: HTTPException) -> Problem:
    """Starlette's own answers (no such path, no such method)."""
    if isinstance(error.__cause__, Refusal):  # FastAPI hides what stopped the reading of a body
        return problem_of(error.__cause__)
    title = TITLES.get(error.status_code, str(error.detail))
    return Problem(title=title, status=error.status_code, detail=title, request_id=request_id.get())


BUSY = errors.Unavailable(
    "El almacén está ocupado y no pudo responder.",
    remedy="Intente otra vez en unos segundos; lo que ya tenía recibo sigue guardado.",
)
FULL = errors.NoRoom(
    "En la computadora de la municipalidad ya no queda sitio para guardar esto.",
    remedy="Avise a la municipalidad y vuelva a enviarlo después; no se guardó nada a medias.",
)
UNEXPECTED = Problem(
    title=TITLES[500],
    status=500,
    detail="Algo falló dentro del sistema. Lo que ya estaba guardado sigue guardado.",
    remedy="Intente otra vez; si se repite, avise con el número de solicitud.",
)

Renderer = Callable[[Request, Problem], Response]
Asker = Callable[[Request, Problem], Awaitable[Response | None]]


def answer(request: Request, problem: Problem, more: Mapping[str, str] | None = None) -> Response:
    """JSON for machines, a page for people, by the address that was asked."""
    of_telephone = request.url.path.startswith("/openrosa/")
    wanted = "render_openrosa" if of_telephone else "render_problem"
    render: Renderer | None = getattr(request.app.state, wanted, None)
    headers = _headers(request, problem, more)
    if _of_machines(request) or render is None:
        body = json.dumps(problem.model_dump(), ensure_ascii=False).encode()
        return Response(
            body, problem.status, headers=headers, media_type="application/problem+json"
        )
    page = render(request, problem)
    page.headers.update(headers)
    return page


async def answered(
    request: Request, problem: Problem, more: Mapping[str, str] | None = None
) -> Response:
    """As ``answer``, but for a form of a page its own page again, where that can be had.

    That asks the application while nobody waits in a thread: were each of many refusals to
    hold one, none would be left for the pages that they ask.
    """
    ask: Asker | None = getattr(request.app.state, "ask_again", None)
    of_people = not _of_machines(request) and not request.url.path.startswith("/openrosa/")
    page = await ask(request, problem) if ask and of_people else None
    if page is None:
        return await run_in_threadpool(answer, request, problem, more)
    page.headers.update(_headers(request, problem, more))
    return page


def _of_machines(request: Request) -> bool:
    path = request.url.path
    return speaks_basic(path) or path.startswith(("/api/", "/metrics"))


def _headers(request: Request, problem: Problem, more: Mapping[str, str] | None) -> dict[str, str]:
    headers = {"Retry-After": "5"} if problem.status in {429, 503, 507} else {}
    if speaks_basic(request.url.path) and problem.status == 401:
        headers.update(CHALLENGE)
    return {**headers, **(more or {})}


def install(app: FastAPI) -> None:
    """Every error of an application goes through ``answered``."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, error: Refusal) -> Response:
        request.state.refusal = error  # its sentence may still be said in another language
        seconds = error.params.get("seconds") if isinstance(error, errors.TooMany) else None
        # Some refusals carry a challenge for the machine that asked.
        more = {**getattr(error, "headers", {})} | (
            {"Retry-After": str(seconds)} if seconds else {}
        )
        return await answered(request, problem_of(error), more)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return await answered(request, problem_of(of_validation(error)))

    @app.exception_handler(HTTPException)
    async def starlette(request: Request, error: HTTPException) -> Response:
        return await answered(request, of_http(error), error.headers)

    @app.exception_handler(OSError)
    async def disk(request: Request, error: OSError) -> Response:
        if not is_full(error):
            raise error  # anything else is unexpected, and told as such
        LOG.error("no room on the disk in request %s", request_id.get(), exc_info=error)
        return await answered(request, problem_of(FULL))

    async def busy(request: Request, error: Exception) -> Response:
        if is_full(error):
            LOG.error("no room in the store in request %s", request_id.get(), exc_info=error)
            return await answered(request, problem_of(FULL))
        LOG.error("the store did not answer in request %s", request_id.get(), exc_info=error)
        return await answered(request, problem_of(BUSY))

    for away in AWAY:
        app.add_exception_handler(away, busy)


def responses(*codes: int) -> dict[int | str, dict[str, Any]]:
    """What a route documents besides its success; each code with the shape of a problem."""
    return {
        code: {
            "model": Problem,
            "description": TITLES[code],
            "content": {"application/problem+json": {}},
        }
        for code in codes
    }
