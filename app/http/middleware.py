"""Around every request: its identity, its log line, its limits, its security headers.

Plain ASGI, since it stands in the way of every byte. The log line holds no personal
value: method, route, status, milliseconds, request id.
"""

import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from app.errors import TooLarge
from app.http import errors
from app.http.gate import request_id
from app.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
LOG = logging.getLogger("sismuni.requests")
CAPTURE = "/captura"
UPLOADS = (
    *("/importar", "/imports", "/adjuntos", "/attachments"),
    *("/submission", "/parcel", "/celulares"),
)


class Surround:
    """The outermost layer of the application."""

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.pictures = f" {settings.tiles_origin}" if settings.tiles_origin else ""
        self.counts: dict[tuple[str, int], int] = {}
        self.seconds = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        name = secrets.token_hex(8)
        request_id.set(name)
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        scope["state"]["traffic"] = self
        status = 500
        begun = False
        # A HEAD is a GET whose body stays here: the same headers, whatever the route.
        bare = scope["method"] == "HEAD"
        scope["state"]["method"] = scope["method"]  # what Digest was computed over
        if bare:
            scope = {**scope, "method": "GET"}

        async def sending(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                own = self._headers(name, nonce, scope["path"])
                message["headers"] = [*message["headers"], *own, *_answered(scope)]
            elif bare:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self.app(scope, self._limited(scope, receive), sending)
        except Exception:
            LOG.exception("unexpected error in request %s", name)
            if begun:
                raise
            await _fail(scope, receive, sending, name)
        finally:
            self._log(scope, name, status, time.perf_counter() - started)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        path: str = scope["path"]
        upload = any(part in path for part in UPLOADS)
        most = self.settings.upload_bytes + 100_000 if upload else self.settings.body_bytes
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise TooLarge(
                    "Lo enviado pasa de {most} bytes.",
                    remedy="Envíe un archivo más pequeño o pártalo en varios.",
                    most=most,
                )
            return message

        return limited

    def _headers(self, name: str, nonce: str, path: str) -> list[tuple[bytes, bytes]]:
        # The engine of the forms compiles its XPath reader; maps are read from the telephone.
        engine, own = ("'wasm-unsafe-eval' ", "blob:") if path.startswith(CAPTURE) else ("", "")
        policy = (
            f"default-src 'self'; script-src 'self' {engine}'nonce-{nonce}'; "
            f"connect-src 'self' {own}; style-src 'self' "
            f"'nonce-{nonce}'; img-src 'self' data: blob:{self.pictures}; media-src 'self' blob:; "
            "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
        )
        headers = {
            "x-request-id": name,
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "permissions-policy": "geolocation=(self), camera=(self), microphone=(self)",
        }
        if self.settings.https:
            headers["strict-transport-security"] = "max-age=31536000"
        return [(k.encode(), v.encode()) for k, v in headers.items()]

    def _log(self, scope: Scope, name: str, status: int, seconds: float) -> None:
        route = scope.get("route")
        pattern = getattr(route, "path", "") or "-"
        self.counts[(pattern, status)] = self.counts.get((pattern, status), 0) + 1
        self.seconds += seconds
        LOG.info(
            json.dumps(
                {
                    "request": name,
                    "method": scope["method"],
                    "route": pattern,
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                }
            )
        )


def _answered(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Take away the mark by which a page tells that it waits (app.js): its answer is here."""
    asked = dict(scope["headers"])
    waits = b"waiting=1" in asked.get(b"cookie", b"")
    if not waits or asked.get(b"sec-fetch-mode") != b"navigate":
        return []
    return [(b"set-cookie", b"waiting=; Path=/; Max-Age=0; SameSite=Lax")]


async def _fail(scope: Scope, receive: Receive, send: Send, name: str) -> None:
    problem = errors.UNEXPECTED.model_copy(update={"request_id": name})
    request = Request(scope)
    try:
        page = await run_in_threadpool(errors.answer, request, problem)
    except Exception:  # whatever broke the page may break its error page too
        LOG.exception("the error page of request %s failed", name)
        body = json.dumps(problem.model_dump(), ensure_ascii=False).encode()
        page = Response(body, 500, media_type="application/problem+json")
    await page(scope, receive, send)
