"""A refusal as people see it: their page again with all that they typed, or a page of its own.

No route has to do anything for it. When a form of a page is refused, the page is asked again
inside the application, as the same person; the form gets back what was posted, the sentence
of the refusal at its head, and a mark at the box that it names.
"""

import logging
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Message

from app.errors import Refusal
from app.http.errors import Problem
from app.http.gate import COOKIE, the_form
from app.operations import access
from app.operations.access import PUBLIC, Actor
from app.pages import posted, shell
from app.pages.form_reading import PAGE, plain
from app.pages.language import N_, message_of, remedy_of, say
from app.pages.refilling import Refilled, Sent, refill, standing

LOG = logging.getLogger("sismuni.requests")
NO_PAGE = N_("No hay ninguna página con esa dirección.")
NO_PAGE_REMEDY = N_("Revise la dirección o vuelva al inicio.")
# Asking a page again helps nobody who is not let in, waits his turn, or sent too much to read.
NOT_AGAIN = frozenset({401, 405, 413, 429})
MAY_SEND_AGAIN = frozenset({401, 403, 429, 500, 503, 507})
MOST_PAGES = 3
HEADERS = frozenset(
    {b"cookie", b"host", b"accept-language", b"user-agent", b"x-forwarded-for", b"referer"}
)
SCOPE = ("asgi", "http_version", "scheme", "server", "client", "root_path", "app", "extensions")
HANDLERS = "starlette.exception_handlers"


def install(app: FastAPI) -> None:
    """Give an application's errors their pages."""
    app.state.render_problem = render_problem
    app.state.ask_again = page_again


@dataclass(slots=True)
class Shown:
    """A page as it answered inside the application."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        """Keep what a browser would get."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif self.is_page:
            self.body += message.get("body", b"")

    @property
    def is_page(self) -> bool:
        kind = next((v for k, v in self.headers if k.lower() == b"content-type"), b"")
        return self.status == 200 and kind.startswith(b"text/html")


async def page_again(request: Request, problem: Problem) -> Response | None:
    """The page whose form was refused, with what was typed; None where it cannot be had."""
    if request.method != "POST" or "text/html" not in request.headers.get("accept", ""):
        return None
    if problem.status not in {405, 413, 429}:
        await _read(request)
    if problem.status in NOT_AGAIN:
        return None
    for address in _pages(request):
        shown = await _asked(request, address)
        if shown is not None:
            made = await run_in_threadpool(_refilled, request, problem, address, shown)
            if made is not None:
                return made
    return None


async def _read(request: Request) -> None:
    """Read the form if nobody has yet: who was not let in had typed something too."""
    if getattr(request.state, "form", None) is None:
        try:
            await the_form(request)
        except Exception:  # what cannot be read is refused in the words that were found already
            LOG.info("a form that was refused could not be read")


def _pages(request: Request) -> list[str]:
    """Where the form may stand: the page that it came from, or one above its own address."""
    came = posted.page(request)
    if not came or plain(came) != plain(request.url.path):
        return [came] if came else []
    above = request.url.path.rstrip("/").split("/")
    found = [came, *("/".join(above[:-n]) for n in (1, 2))]
    return [each for each in found if each][:MOST_PAGES]


async def _asked(request: Request, address: str) -> Shown | None:
    """What the application answers to a reading of a page, by the same person and to him alone.

    By the routes themselves: what stands around them counts bytes, packs, and gives a nonce,
    of which this request has its own.
    """
    parts = urlsplit(address)
    headers = [pair for pair in request.scope["headers"] if pair[0].lower() in HEADERS]
    state = {each: getattr(request.state, each, None) for each in ("nonce", "traffic")}
    scope: dict[str, Any] = {each: request.scope[each] for each in SCOPE if each in request.scope}
    scope |= {"type": "http", "method": "GET", "state": {**state, "method": "GET"}}
    scope |= {"path": unquote(parts.path), "raw_path": parts.path.encode()}
    scope |= {"query_string": parts.query.encode(), HANDLERS: request.scope.get(HANDLERS, ({}, {}))}
    scope["headers"] = [*headers, (b"accept", b"text/html")]
    came = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        return next(came, {"type": "http.disconnect"})

    shown = Shown()
    try:
        async with AsyncExitStack() as stack:
            scope["fastapi_middleware_astack"] = stack
            await request.app.router(scope, receive, shown.send)
    except Exception:  # the refusal is to be told, whatever ails the page
        LOG.warning("the page of a refused form could not be shown again", exc_info=True)
        return None
    return shown if shown.is_page else None


def _refilled(request: Request, problem: Problem, address: str, shown: Shown) -> Response | None:
    html = shown.body.decode()
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    named = {problem.field, *(row.field for row in problem.rows)} - {None}
    sent = Sent(address, here, posted.fields(request), {str(name) for name in named})
    found = refill(html, sent)
    if found is None:
        return None
    spoken = re.search(r'<html lang="(\w+)"', html)
    lang = spoken[1] if spoken else "es"
    title = escape(say(lang, problem.title))
    whole = standing(found.told(_notice(request, problem, found, lang)), address)
    whole = whole.replace("<title>", f"<title>{title} · ", 1)
    answer = HTMLResponse(whole, problem.status)
    kept = (b"set-cookie", b"cache-control", b"vary")
    answer.raw_headers += [pair for pair in shown.headers if pair[0].lower() in kept]
    return answer


def _notice(request: Request, problem: Problem, found: Refilled, lang: str) -> str:
    context = {
        **said(request, problem, lang),
        "places": found.where,
        "left": posted.lines(posted.by_people(found.left)),
        "now": found.now if problem.status == 412 else [],
        "files": posted.has_files(request),
        "secret": bool(posted.SECRETS & {name for name, _ in posted.fields(request)}),
    }
    return shell.piece(request, "refused.html", context, lang)


def said(request: Request, problem: Problem, lang: str) -> dict[str, Any]:
    """What, where and what to do, in a language."""
    refusal: Refusal | None = getattr(request.state, "refusal", None)
    what, remedy = problem.detail, problem.remedy
    if problem.status == 404 and refusal is None:
        what, remedy = NO_PAGE, NO_PAGE_REMEDY
    return {
        "what": message_of(refusal, lang) if refusal else say(lang, what),
        "remedy": remedy_of(refusal, lang) if refusal else say(lang, remedy),
        "rows": problem.rows,
    }


def render_problem(request: Request, problem: Problem) -> Response:
    """A refusal as a page, as the way to the log-in, or as JSON for a script of a page.

    What was typed is shown to be copied, and where nothing is wrong with it, sent again.
    """
    accepts = request.headers.get("accept", "")
    if "json" in accepts and "text/html" not in accepts:
        return JSONResponse(
            problem.model_dump(), problem.status, media_type="application/problem+json"
        )
    actor = whoever(request)
    typed = posted.typed(request) if request.method == "POST" else []
    told = bool(typed) and "text/html" in accepts
    if problem.status == 401 and actor.account_id is None and not told:
        return RedirectResponse(f"/entrar?next={quote(shell.here(request), safe='')}", 303)
    lang = shell.language(request, actor)
    context = {
        "title": problem.title,
        "status": problem.status,
        **said(request, problem, lang),
        "where": problem.field or "",
        "request_id": problem.request_id if problem.status >= 500 else "",
        "typed": posted.lines(typed),
        "back": posted.page(request) if typed else "",
        **_sent_again(request, problem, bool(typed)),
    }
    return shell.framed(request, actor, "error.html", context, problem.status)


def _sent_again(request: Request, problem: Problem, typed: bool) -> dict[str, Any]:
    """A form that holds the same, for whom only the moment was wrong; never from another site."""
    page = posted.page(request)
    if not (page and typed) or problem.status not in MAY_SEND_AGAIN or posted.has_files(request):
        return {"again": [], "again_to": ""}
    hidden = posted.SECRETS | {"_csrf"}
    return {
        "again": [pair for pair in posted.fields(request) if pair[0] not in hidden],
        "again_to": f"{request.url.path}?{urlencode({PAGE: page})}",
    }


def whoever(request: Request) -> Actor:
    """Who asks, for the frame of an error page; the public where the store cannot say."""
    token = request.cookies.get(COOKIE)
    if not token:
        return PUBLIC
    days = request.app.state.settings.session_days
    try:
        with request.app.state.store.reading() as session:
            found = access.by_session(session, token, days)
    except Exception:  # an error page must not fail again, whatever ails the store
        return PUBLIC
    return found[0] if found else PUBLIC
