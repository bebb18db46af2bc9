"""The frame of every page: who is here, where, in which language, and what just happened.

How a page uses it::

    @router.get("/d/{ubigeo}/comunidades")
    def show(request: Request, passage: CommunitiesDep, session: ReadDep) -> HTMLResponse:
        found = communities.of(session, passage.where)
        return shell.page(request, passage, "communities.html", title=N_("Comunidades"), rows=found)

    @router.post("/d/{ubigeo}/comunidades")
    def keep(request: Request, passage: WriteDep, store: StoreDep, ...) -> Response:
        ...
        return shell.redirect(request, passage, "/d/100101/comunidades", N_("Se guardó."))

``page`` gives every template ``title district demo csrf nav actor flashes chain nonce here``;
what a page adds comes as keywords. Forms post ``_csrf``; the macros of the components do it.
A ``Refusal`` that a route does not catch brings its page back with what was typed (see
``refused``), and a missing log-in becomes the way to ``/entrar`` and back. Words that a route
says come marked with ``N_``.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.routing import Match

from app.http.gate import SAFE, Passage
from app.operations import access
from app.operations.access import PUBLIC, Actor
from app.pages import doors, look, posted
from app.pages.doors import Door
from app.pages.language import LANGUAGES, preferred, say
from app.pages.posted import inner
from app.pages.refilling import Sent, refill, standing
from app.records.places import Where
from app.settings import ROOT, Settings

TONGUE = "idioma"
NOTE = "aviso"
WEB = ROOT / "web"
DEMO_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class District:
    """The place whose pages these are, as the templates name it."""

    name: str
    ubigeo: str


class Frame:
    """What the pages of one application share: templates, the key of the notes, the demo."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.templates = look.environments(WEB / "templates", static_version(WEB / "static"))
        # Without a secret of the installation a note does not outlive a restart: no harm.
        self.key = settings.secret.encode() or secrets.token_bytes(32)
        self.demo = False
        self.demo_until = 0.0
        self.known: dict[str, bool] = {}

    def answers(self, app: FastAPI, address: str) -> bool:
        """Whether a page answers at an address; worked out once for each."""
        if address not in self.known:
            scope = {"type": "http", "method": "GET", "path": address, "headers": []}
            self.known[address] = any(route.matches(scope)[0] is Match.FULL for route in app.routes)
        return self.known[address]

    def is_demo(self, request: Request) -> bool:
        """Whether invented people may enter here; asked of the store once a minute.

        Set before asking, so that two requests at once do not both take a connection.
        """
        if self.settings.demo_allowed and time.monotonic() >= self.demo_until:
            self.demo_until = time.monotonic() + DEMO_EVERY_S
            with request.app.state.store.reading() as session:
                self.demo = access.any_demo(session)
        return self.demo


def install(app: FastAPI) -> None:
    """Give an application the frame."""
    app.state.frame = Frame(app.state.settings)


@cache
def static_version(folder: Path) -> str:
    """A short name of the content of all files of a folder; a browser keeps them for ever."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def page(
    request: Request,
    passage: Passage | None,
    template: str,
    *,
    title: str,
    chain: Sequence[tuple[str, str | None]] = (),
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """A page of the site; ``title`` is a marked sentence or ready text.

    ``passage`` None is for what no permit guards: log-in, errors. ``chain`` is the
    breadcrumb from form to result; see the macro of that name.
    """
    actor = passage.actor if passage else PUBLIC
    where = passage.where if passage else None
    frame = {
        "title": title,
        "chain": chain,
        "district": district_of(where),
        "nav": nav(request, passage),
    }
    answer = framed(request, actor, template, {**frame, **context}, status)
    if status >= 400 and request.method not in SAFE:
        answer.body = _kept(request, actor, bytes(answer.body).decode()).encode()
        answer.headers["content-length"] = str(len(answer.body))
    return answer


def framed(
    request: Request, actor: Actor, template: str, context: dict[str, Any], status: int
) -> HTMLResponse:
    frame: Frame = request.app.state.frame
    lang = language(request, actor)
    base = {
        "actor": actor if actor.account_id else None,
        "csrf": actor.csrf,
        "demo": frame.is_demo(request),
        "nonce": request.state.nonce,
        "here": here(request),
        "flashes": _notes(request, frame),
        "chain": (),
        "district": None,
        "nav": (),
        **context,
    }
    base["title"] = say(lang, base["title"])
    response = HTMLResponse(frame.templates[lang].get_template(template).render(base), status)
    # Whoever presses "back" on a shared computer after somebody left must not see their pages.
    private = "no-store" if actor.account_id else "private, no-cache"
    response.headers["Cache-Control"] = private
    response.headers["Vary"] = "Cookie, Accept-Language"
    if NOTE in request.cookies:
        response.delete_cookie(NOTE, path="/")
    return response


def _kept(request: Request, actor: Actor, html: str) -> str:
    """A page that a refused form answers: its form holds what was posted, whatever its route."""
    page, to = posted.page(request), request.url.path
    found = refill(html, Sent(page or to, to, posted.fields(request)))
    left = posted.typed(request) if found is None else posted.by_people(found.left)
    notice = ""
    if left:
        notice = piece(request, "left.html", {"left": posted.lines(left)}, language(request, actor))
    if found is None:
        return html.replace("</main>", f"{notice}</main>", 1)
    return standing(found.told(notice), page) if page and page != to else found.told(notice)


def piece(request: Request, template: str, context: dict[str, Any], lang: str) -> str:
    """A part of a page, without the frame."""
    frame: Frame = request.app.state.frame
    return frame.templates[lang].get_template(template).render(context)


def is_demo(request: Request) -> bool:
    """Whether this installation lets invented people in."""
    frame: Frame = request.app.state.frame
    return frame.is_demo(request)


def stands(request: Request, address: str) -> bool:
    """Whether some page answers at an address, so that no door leads nowhere."""
    frame: Frame = request.app.state.frame
    return frame.answers(request.app, address)


def district_of(where: Where | None) -> District | None:
    """The place of a request as the frame names it; None for the whole installation."""
    return District(where.name, where.code) if where and where.place_id is not None else None


def nav(request: Request, passage: Passage | None) -> list[Door]:
    """The doors of this page for this person."""
    if passage is None:
        return []
    lang = language(request, passage.actor)
    return doors.of(passage, lang, request.url.path, lambda address: stands(request, address))


def language(request: Request, actor: Actor | None = None) -> str:
    """The account's language; of the public, its cookie's, then its browser's."""
    if actor is not None and actor.account_id is not None:
        return actor.language if actor.language in LANGUAGES else "es"
    kept = request.cookies.get(TONGUE, "")
    return kept if kept in LANGUAGES else preferred(request.headers.get("accept-language", ""))


def here(request: Request) -> str:
    """This page's own address, or for a form that was sent, the page that it stands on."""
    if request.method in SAFE:
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return posted.page(request) or "/"


def redirect(
    request: Request,
    passage: Passage | None,
    to: str,
    message: str = "",
    kind: str = "good",
    **params: object,
) -> RedirectResponse:
    """Send on after a change (303), with a marked sentence to show there.

    ``kind`` is that of the flash macro: good, warn, bad or calm.
    """
    response = RedirectResponse(inner(to), 303)
    if message:
        said = say(language(request, passage.actor if passage else None), message, **params)
        note(request, response, kind, said)
    return response


def note(request: Request, response: Response, kind: str, text: str) -> None:
    """Leave a sentence for the next page, signed so that nobody else can put words here."""
    frame: Frame = request.app.state.frame
    body = base64.urlsafe_b64encode(json.dumps([kind, text[:600]]).encode()).decode()
    cookie(request, response, NOTE, f"{body}.{_signed(frame, body)}", 120)


def cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """A cookie that scripts cannot read and other sites cannot send along."""
    secure = request.app.state.settings.https
    response.set_cookie(
        name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure
    )


def _signed(frame: Frame, body: str) -> str:
    return hmac.new(frame.key, body.encode(), hashlib.sha256).hexdigest()


def _notes(request: Request, frame: Frame) -> list[tuple[str, str]]:
    body, _, signature = request.cookies.get(NOTE, "").partition(".")
    if not hmac.compare_digest(signature.encode(), _signed(frame, body).encode()):
        return []
    try:
        kind, text = json.loads(base64.urlsafe_b64decode(body))
    except (ValueError, binascii.Error):
        return []
    return [(str(kind), str(text))]
