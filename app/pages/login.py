"""Coming in and going out: password, card and PIN, printed code, language."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import Invalid, Refusal, Unknown
from app.http.errors import status_of
from app.http.gate import (
    COOKIE,
    ActorDep,
    ReadDep,
    SettingsDep,
    StoreDep,
    address,
    same_site,
)
from app.http.limits import count_try
from app.operations import access, accounts, own_account, passwords
from app.operations.access import Actor
from app.pages import posted, shell
from app.pages.language import LANGUAGES, N_, message_of, remedy_of
from app.settings import Settings
from app.store.sessions import Store

router = APIRouter()
SameSite = Annotated[None, Depends(same_site)]


@router.get("/idioma")
def speak(
    request: Request,
    *,
    actor: ActorDep,
    store: StoreDep,
    l: str = "es",  # noqa: E741
    next: str = "/",  # noqa: A002
) -> Response:
    """The other language, here and for the account from now on."""
    response = RedirectResponse(posted.inner(next), 303)
    if l in LANGUAGES:
        shell.cookie(request, response, shell.TONGUE, l, 365 * 86_400)
        if actor.account_id is not None and actor.language != l:
            own_account.speak(store, actor, l)
    return response


@router.get("/entrar")
def ask(request: Request, actor: ActorDep, session: ReadDep, next: str = "/") -> Response:  # noqa: A002
    """The door: who are you?"""
    if actor.account_id is not None:
        return RedirectResponse(posted.inner(next), 303)
    return _door(request, _demo(request), next)


@router.post("/entrar")
def enter(
    request: Request,
    *,
    actor: ActorDep,
    store: StoreDep,
    settings: SettingsDep,
    _: SameSite,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """In with a login name and a password."""
    try:
        _limit(request, settings, passwords.tried(login))
        token = access.log_in(store, login, password[: own_account.PASSWORD_MOST], _device(request))
    except Refusal as refusal:
        return _door(request, _demo(request), next, login, refusal)
    return _inside(request, actor, token, next)


@router.post("/entrar/demo")
def enter_demo(
    request: Request,
    *,
    actor: ActorDep,
    store: StoreDep,
    settings: SettingsDep,
    _: SameSite,
    who: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """In as an invented person, only where the installation is a demonstration."""
    found = [person for person in _demo(request) if person.login == who]
    if not found:
        raise Unknown(
            "En esta instalación no hay una cuenta de demostración con ese nombre.",
            remedy="Entre con su usuario y contraseña.",
        )
    token = access.open_session(store, found[0].id, _device(request))
    return _inside(request, actor, token, next)


@router.get("/tarjeta/{card}")
def ask_pin(request: Request, card: str) -> HTMLResponse:
    """The printed card was scanned: now the PIN."""
    return _card(request, card)


@router.post("/tarjeta/{card}")
def enter_by_card(
    request: Request,
    *,
    card: str,
    actor: ActorDep,
    store: StoreDep,
    settings: SettingsDep,
    _: SameSite,
    pin: Annotated[str, Form()] = "",
) -> Response:
    """In with a printed card and its PIN."""
    try:
        _limit(request, settings, f"card {access.digest(card)[:16]}")
        token = access.enter_by_card(store, card, pin.strip()[:20], _device(request))
    except Refusal as refusal:
        return _card(request, card, refusal)
    return _inside(request, actor, token, "/inicio")


@router.post("/salir")
def leave(request: Request, actor: ActorDep, store: StoreDep, _: SameSite) -> Response:
    """Out, on this device."""
    if actor.login_id is not None:
        access.log_out(store, actor, actor.login_id)
    response = shell.redirect(request, None, "/", N_("Salió de su cuenta."), "calm")
    response.delete_cookie(COOKIE, path="/")
    return response


@router.get("/codigo")
def ask_code(request: Request, codigo: str = "") -> HTMLResponse:
    """A code was printed at the counter: what should the new password or PIN be?"""
    return _code(request, codigo)


@router.post("/codigo")
def use_code(
    request: Request,
    *,
    store: StoreDep,
    settings: SettingsDep,
    _: SameSite,
    code: Annotated[str, Form()] = "",
    secret: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """The code becomes a password or a PIN, once."""
    try:
        _limit(request, settings, f"code {access.digest(code)[:16]}")
        if secret != again:
            raise Invalid(
                "Lo que escribió dos veces no es igual.",
                remedy="Escríbalo otra vez.",
                field="again",
            )
        account = own_account.redeem(store, code, secret)
    except Refusal as refusal:
        return _code(request, code, refusal)
    said = N_("Ya puede entrar como {login} con su contraseña nueva.")
    if own_account.enters_by_card(account):
        said = N_("Ya puede entrar con su tarjeta y su PIN nuevo.")
    return shell.redirect(request, None, "/entrar", said, login=account.login)


def _door(
    request: Request,
    people: list[accounts.DemoPerson],
    to: str,
    login: str = "",
    refusal: Refusal | None = None,
) -> HTMLResponse:
    return _asked(
        request,
        "people/enter.html",
        N_("Entrar"),
        refusal,
        {
            "login": login,
            "next": posted.inner(to),
            "people": people,
            "demo_password": accounts.DEMO_PASSWORD,
        },
    )


def _card(request: Request, card: str, refusal: Refusal | None = None) -> HTMLResponse:
    address_ = f"/tarjeta/{quote(card, safe='')}"
    return _asked(request, "people/card.html", N_("Su PIN"), refusal, {"action": address_})


def _code(request: Request, code: str, refusal: Refusal | None = None) -> HTMLResponse:
    title = N_("Elegir una contraseña o un PIN nuevo")
    return _asked(request, "people/code.html", title, refusal, {"code": code[:40]})


def _asked(
    request: Request, template: str, title: str, refusal: Refusal | None, context: dict[str, Any]
) -> HTMLResponse:
    """A form outside any account, again with what was wrong."""
    lang = shell.language(request)
    trouble = (message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None
    status = status_of(refusal) if refusal else 200
    return shell.page(
        request, None, template, title=title, status=status, trouble_said=trouble, **context
    )


def _inside(request: Request, actor: Actor, token: str, to: str) -> Response:
    """A fresh session in the cookie: whatever was there before is closed, never taken over."""
    store: Store = request.app.state.store
    settings: Settings = request.app.state.settings
    if actor.login_id is not None:
        access.log_out(store, actor, actor.login_id)
    to = posted.inner(to)
    response = RedirectResponse(to if to != "/" else "/inicio", 303)
    shell.cookie(request, response, COOKIE, token, settings.session_days * 86_400)
    return response


def _limit(request: Request, settings: Settings, key: str) -> None:
    count_try(request.app.state.limits, settings, address(request, settings), key)


def _demo(request: Request) -> list[accounts.DemoPerson]:
    if not shell.is_demo(request):
        return []
    with request.app.state.store.reading() as session:
        return accounts.demo_people(session)


def _device(request: Request) -> str:
    """Which browser, in words that a person recognises in the list of sessions."""
    agent = request.headers.get("user-agent", "")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "CrOS", "Linux")
    browsers = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome"}
    system = next((name for name in systems if name in agent), "")
    browser = next((name for mark, name in browsers.items() if mark in agent), "")
    browser = browser or ("Safari" if "Safari" in agent else "")
    return ", ".join(part for part in (browser, system) if part) or agent[:60]
