"""The gate of every route: who asks, what for, where; one row of the policy table opens it.

A route declares ``Permit(register, verb)``. The place comes from the path: ``ubigeo``
and ``codigo`` (or ``community``). A route without a permit fails the matrix test.
"""

from collections.abc import AsyncIterator, Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import urlsplit

from anyio import CancelScope, CapacityLimiter, to_thread
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from app.errors import Forbidden, Malformed, Unauthenticated
from app.http import basic
from app.http.known import MISSING, Known
from app.http.limits import Limits
from app.operations import access, trail
from app.operations.access import PUBLIC, Actor
from app.records import places, policy, stamps
from app.records.places import EVERYWHERE, Where
from app.records.policy import Policy
from app.settings import Settings
from app.store.sessions import Reading, Store

T = TypeVar("T")
COOKIE = "sismuni"
NUL = "\x00"  # no store keeps it, and no keyboard has it
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
request_id: ContextVar[str] = ContextVar("request_id", default="")


def the_store(request: Request) -> Store:
    """The store of this installation."""
    return cast(Store, request.app.state.store)


def the_settings(request: Request) -> Settings:
    """The settings of this installation."""
    return cast(Settings, request.app.state.settings)


async def _the_store(request: Request) -> Store:
    return the_store(request)


async def _the_settings(request: Request) -> Settings:
    return the_settings(request)


# Asynchronous, since what does not wait needs no thread.
StoreDep = Annotated[Store, Depends(_the_store)]
SettingsDep = Annotated[Settings, Depends(_the_settings)]


# What follows takes the request alone where it can: FastAPI walks the tree of dependencies at
# each request, whatever it remembers of them.
async def a_reading(request: Request) -> AsyncIterator[Reading]:
    """A reading session for the length of the route; it takes a connection when first asked."""
    session = Reading(the_store(request).read_engine)
    try:
        yield session
    finally:
        if session.in_transaction():
            # A lane of its own: whoever waits for a connection may hold every other thread.
            with CancelScope(shield=True):
                await to_thread.run_sync(session.close, limiter=CapacityLimiter(1))


ReadDep = Annotated[Reading, Depends(a_reading, scope="function")]


def address(request: Request, settings: Settings) -> str:
    """The address that asks, believing as many proxies as the settings name."""
    forwarded = request.headers.get("x-forwarded-for", "").split(",")
    proxies = settings.trusted_proxies
    if proxies and len(forwarded) >= proxies and forwarded[-proxies].strip():
        return forwarded[-proxies].strip()
    return request.client.host if request.client else "?"


async def the_actor(request: Request, session: ReadDep) -> Actor:
    """Whoever asks: by bearer token, by password (GIS programs), by session cookie, or the public.

    Raises
    ------
    Unauthenticated
        A bearer token or a password was shown and is not valid.
    Forbidden
        A change by cookie without its CSRF token.
    TooMany
        Over the rate of this person or address.
    """
    if request.method in SAFE and the_store(request).is_sqlite:
        # The file tells its state in microseconds; a server far away would keep others waiting.
        actor = cast(Known, request.app.state.known).get(_state(request), _shown(request))
        if actor is not MISSING:
            return _counted(request, actor)
    return await run_in_threadpool(found_actor, request, session)


def found_actor(request: Request, session: Reading) -> Actor:
    """As ``the_actor``, where one may wait for the store."""
    if request.method in SAFE:
        _state(request)
        actor = known(request, _shown(request), lambda: _who(request, session))
        return _counted(request, actor)
    actor = _counted(request, _who(request, session))
    session.close()  # as in Permit, for the log-in, which has none
    return actor


def _state(request: Request) -> Hashable:
    state = the_store(request).state()
    request.state.store_state = state
    return state


def _shown(request: Request) -> Hashable:
    shown = request.headers.get("authorization"), request.cookies.get(COOKIE)
    return ("actor", *(access.digest(each) if each else "" for each in shown))


def _who(request: Request, session: Reading) -> Actor:
    settings = the_settings(request)
    shown = _by_bearer(request, session) or basic.actor(
        request, session, settings, address(request, settings)
    )
    return shown or _by_cookie(request, session, the_store(request), settings)


def _counted(request: Request, actor: Actor) -> Actor:
    """The same actor, with one request less to spend."""
    limits, settings = cast(Limits, request.app.state.limits), the_settings(request)
    whom = f"account {actor.account_id}" if actor.account_id else address(request, settings)
    limits.take(whom, settings.requests_a_minute)
    device = actor.login_id or actor.token_id
    if device is not None:
        limits.take(f"device {device} {actor.token_id}", settings.requests_a_minute)
    if request.method not in SAFE:
        limits.take(f"{whom} writes", settings.writes_a_minute)
    return actor


def known(request: Request, key: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` gives, or gave since the store was last changed; for safe methods alone."""
    memory = cast(Known, request.app.state.known)
    return memory.look(request.state.store_state, key, make)


async def known_in_thread(request: Request, key: Hashable, make: Callable[[], T]) -> T:
    """As ``known``; ``make`` may wait for the store, which is done in a thread."""
    memory = cast(Known, request.app.state.known)
    found = memory.get(request.state.store_state, key)
    if found is not MISSING:
        return cast(T, found)
    return await run_in_threadpool(known, request, key, make)


def _by_bearer(request: Request, session: Reading) -> Actor | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.casefold() != "bearer":
        return None
    actor = access.by_token(session, token.strip())
    if actor is None:
        raise Unauthenticated(
            "La llave de acceso (token) no existe, venció o fue anulada.",
            remedy="Cree otra en «Mi cuenta».",
        )
    return actor


def _by_cookie(request: Request, session: Reading, store: Store, settings: Settings) -> Actor:
    token = request.cookies.get(COOKIE)
    found = access.by_session(session, token, settings.session_days) if token else None
    if found is None:
        return PUBLIC
    actor, worth_writing = found
    if worth_writing and actor.login_id is not None:
        with store.writing() as writing:
            access.touch(writing, actor.login_id)
    return actor


ActorDep = Annotated[Actor, Depends(the_actor, scope="function")]


async def same_site(request: Request, actor: ActorDep) -> None:
    """A change by cookie shows the session's CSRF token, in a header or in the form.

    Raises
    ------
    Forbidden
        It shows none, or that of another session, or comes from another site.
    """
    if request.method in SAFE or actor.token_id is not None:
        return
    if actor.account_id is None:
        fits = _from_here(request)
    else:
        shown = request.headers.get("x-csrf-token")
        if shown is None and _is_form(request):
            shown = str((await the_form(request)).get("_csrf", ""))
        fits = shown == actor.csrf
    if not fits:
        raise Forbidden(
            "La página que envió esto ya no vale o es de otro sitio.",
            remedy="Vuelva a abrir la página y envíe otra vez; lo que escribió sigue en ella.",
        )


def _from_here(request: Request) -> bool:
    # Browsers say Sec-Fetch-Site over HTTPS and loopback alone; Origin they say everywhere.
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def the_form(request: Request) -> FormData:
    """What a page posted; a sheet of many homes has more fields than the usual limit.

    Raises
    ------
    Malformed
        A field holds a sign that is no text.
    """
    form = await request.form(max_fields=60_000, max_files=50)
    request.state.form = form  # if it is refused, its page gives back what was typed
    for name, value in form.multi_items():
        if isinstance(value, str) and NUL in value:
            raise Malformed(
                "Una casilla tiene un signo que no es texto.",
                remedy="Vuelva atrás, escríbala otra vez a mano y envíe.",
                field=name,
            )
    return form


FormDep = Annotated[FormData, Depends(the_form)]


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "")
    return kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data"))


def the_policy(request: Request, session: Reading) -> Policy:
    """The policy table, read again only when it changed.

    By the session at hand: were each of many first requests to open a second one, all would
    wait for a connection that the others hold.
    """
    version = stamps.version(session, "policy")
    kept: tuple[int, Policy] | None = getattr(request.app.state, "policy", None)
    if kept is None or kept[0] != version:
        kept = (version, policy.read(session))
        request.app.state.policy = kept
    return kept[1]


@dataclass(frozen=True, slots=True)
class Passage:
    """A request that the gate let through."""

    actor: Actor
    where: Where
    view: str
    health: bool
    author: trail.Author
    policy: Policy

    def may(self, register: str, verb: str) -> bool:
        """Whether the same person could also do this here; for showing what is possible."""
        return access.grant(self.policy, self.actor, self.where, register, verb) is not None

    def at(self, where: Where, register: str, verb: str) -> "Passage":
        """The same person elsewhere, or at another register; refused where there is no row."""
        found = access.require(self.policy, self.actor, where, register, verb)
        return replace(self, where=where, view=found.view, health=found.health)


class Permit:
    """What a route needs: one verb on one register, at the place of its path."""

    def __init__(self, register: str, verb: str) -> None:
        if register not in policy.REGISTERS or verb not in policy.VERBS:
            raise ValueError(f"no such register and verb: {register} {verb}")
        self.register = register
        self.verb = verb

    async def __call__(
        self,
        request: Request,
        session: ReadDep,
        actor: ActorDep,
        _: Annotated[None, Depends(same_site)],
    ) -> Passage:
        """Let through, or refuse."""
        asked = (*request.path_params.values(), *request.query_params.values())
        if any(NUL in str(value) for value in asked):
            raise Malformed(
                "La dirección tiene signos que no son texto.", remedy="Revise la dirección."
            )
        if request.method not in SAFE:
            return await run_in_threadpool(self.passage, request, session, actor)
        path = request.path_params
        where = tuple(path.get(name) for name in ("ubigeo", "codigo", "community"))
        found = await known_in_thread(
            request,
            ("passage", actor, self.register, self.verb, *where),
            lambda: self.passage(request, session, actor),
        )
        return replace(found, author=trail.Author(actor.account_id, request_id.get()))

    def passage(self, request: Request, session: Reading, actor: Actor) -> Passage:
        """As calling it, for who has found out who asks."""
        where = place_of(session, request.path_params)
        table = the_policy(request, session)
        granted = access.require(table, actor, where, self.register, self.verb)
        if request.method not in SAFE:
            # A change opens sessions of its own: who kept this one would wait for himself.
            session.close()
        author = trail.Author(actor.account_id, request_id.get())
        return Passage(actor, where, granted.view, granted.health, author, table)


def place_of(session: Reading, path: dict[str, Any]) -> Where:
    """The place that a path names."""
    if "ubigeo" not in path:
        return EVERYWHERE
    where = places.district(session, path["ubigeo"])
    code = path.get("codigo") or path.get("community")
    return places.community(session, where, code) if code else where
