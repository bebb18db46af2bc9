"""My account: where I land, my sessions, my password or PIN, my keys for the API."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.errors import Forbidden, Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.http.limits import Limits
from app.operations import own_account
from app.pages import shell
from app.pages.language import N_, message_of, remedy_of
from app.records import seats
from app.records.people import Account
from app.settings import Settings

router = APIRouter()
Mine = Annotated[Passage, Depends(Permit("own_account", "read"), scope="function")]
Changing = Annotated[Passage, Depends(Permit("own_account", "write"), scope="function")]
FIRST_SCREEN = {"planner": "/prioridades", "official": "/mapas", "admin": "/administracion"}


@router.get("/inicio")
def land(passage: Mine, session: ReadDep) -> Response:
    """To the first screen of whoever came in: their community, or their district's."""
    found = seats.landing(session, own_account.account_id(passage.actor))
    if found is None:
        return RedirectResponse("/", 303)
    ubigeo, community, role = found
    inside = f"/comunidades/{community}" if community else FIRST_SCREEN.get(role, "")
    return RedirectResponse(f"/d/{ubigeo}{inside}", 303)


@router.get("/cuenta")
def show(request: Request, passage: Mine, session: ReadDep, settings: SettingsDep) -> HTMLResponse:
    """What I am here, where I am logged in, and what else opens my account."""
    return _page(request, passage, session, settings)


@router.post("/cuenta/contrasena")
def change_password(
    request: Request,
    *,
    passage: Changing,
    store: StoreDep,
    settings: SettingsDep,
    current: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Another password; every other device has to log in again."""
    try:
        _limit(request, passage, settings)
        _twice(new, again)
        own_account.change_password(store, passage.actor, current[:200], new)
    except Refusal as refusal:
        return _again(request, passage, settings, refusal)
    said = N_("Su contraseña cambió. Los demás equipos tendrán que entrar de nuevo.")
    return shell.redirect(request, passage, "/cuenta", said)


@router.post("/cuenta/pin")
def change_pin(
    request: Request,
    *,
    passage: Changing,
    store: StoreDep,
    settings: SettingsDep,
    current: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Another PIN for my card, until the same date."""
    try:
        _limit(request, passage, settings)
        _twice(new, again)
        own_account.change_pin(store, passage.actor, current[:20], new)
    except Refusal as refusal:
        return _again(request, passage, settings, refusal)
    said = N_("Su PIN cambió. Los demás equipos tendrán que entrar de nuevo.")
    return shell.redirect(request, passage, "/cuenta", said)


@router.post("/cuenta/sesiones/{login}/cerrar")
def close_session(request: Request, login: UUID, passage: Changing, store: StoreDep) -> Response:
    """Out, on another device: at once."""
    own_account.close_session(store, passage.actor, login)
    return shell.redirect(request, passage, "/cuenta", N_("Esa sesión está cerrada."))


@router.post("/cuenta/llaves")
def make_token(
    request: Request,
    *,
    passage: Changing,
    store: StoreDep,
    settings: SettingsDep,
    label: Annotated[str, Form()] = "",
    days: Annotated[int, Form()] = 90,
) -> Response:
    """A key for the API, shown on this page and never again."""
    try:
        token = own_account.make_token(store, passage.actor, label, days)
    except Refusal as refusal:
        return _again(request, passage, settings, refusal)
    with store.reading() as session:
        return _page(request, passage, session, settings, token=token)


@router.post("/cuenta/llaves/{token}/anular")
def revoke_token(request: Request, token: UUID, passage: Changing, store: StoreDep) -> Response:
    """That key opens nothing any more."""
    own_account.revoke_token(store, passage.actor, token)
    return shell.redirect(request, passage, "/cuenta", N_("Esa llave ya no abre nada."))


def _page(
    request: Request,
    passage: Passage,
    session: ReadDep,
    settings: Settings,
    *,
    refusal: Refusal | None = None,
    token: str = "",
) -> HTMLResponse:
    lang = shell.language(request, passage.actor)
    account_id = own_account.account_id(passage.actor)
    trouble = (message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None
    context: dict[str, Any] = {
        "account": session.get_one(Account, account_id),
        "seats": seats.of_accounts(session, [account_id]),
        "sessions": own_account.sessions_of(session, passage.actor, settings.session_days),
        "tokens": own_account.tokens_of(session, passage.actor),
        "login_id": passage.actor.login_id,
        "new_token": token,
        "trouble_said": trouble,
        "can_write": passage.may("own_account", "write"),
        "here": "/cuenta",
    }
    status = status_of(refusal) if refusal else 200
    return shell.page(
        request, passage, "people/own_account.html", title=N_("Mi cuenta"), status=status, **context
    )


def _again(
    request: Request, passage: Passage, settings: Settings, refusal: Refusal
) -> HTMLResponse:
    with request.app.state.store.reading() as session:
        return _page(request, passage, session, settings, refusal=refusal)


def _limit(request: Request, passage: Passage, settings: Settings) -> None:
    """A session left open must not become a way to guess the password."""
    limits: Limits = request.app.state.limits
    limits.take(f"try account {passage.actor.account_id}", settings.logins_a_minute)
    if passage.actor.token_id is not None:
        raise Forbidden(
            "Con una llave de acceso no se cambia la contraseña.", remedy="Entre con su usuario."
        )


def _twice(new: str, again: str) -> None:
    if new != again:
        raise Invalid(
            "Lo que escribió dos veces no es igual.", remedy="Escríbalo otra vez.", field="again"
        )
