"""``sismuni serve``: prepare the data, serve, and end all that was started."""

import argparse
import gc
import logging
import os
import socket
import sys
from dataclasses import replace

import uvicorn
from sqlmodel import select

from app import logs
from app.cli import administrators, demonstration
from app.cli.entry import DONE
from app.cli.speaking import say
from app.errors import Conflict
from app.http.gate import request_id
from app.main import create_app
from app.operations import access, accounts, installing, tls
from app.records.territory import Place
from app.settings import LOOPBACK, Settings
from app.store.locks import FileLock, Held
from app.store.sessions import Store


def serve(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni serve``."""
    settings = _as_asked(asked, settings)
    logs.set_up(settings, "web", request_id.get)
    try:
        with FileLock(settings.home / "serve.lock"):
            return _serve(settings, demo_if_new=asked.demo_if_new)
    except Held:
        raise Conflict(
            "SISMUNI ya está en marcha con estos datos.",
            remedy="Ábralo en el navegador, o deténgalo antes (Ctrl-C donde lo inició).",
        ) from None


def _as_asked(asked: argparse.Namespace, settings: Settings) -> Settings:
    given = {"host": asked.host, "port": asked.port}
    settings = replace(settings, **{k: v for k, v in given.items() if v is not None})
    if asked.tls or settings.tls:
        # Served over HTTPS by ourselves: cookies and headers must know it.
        settings = replace(settings, tls=True, https=True)
    return settings


def _serve(settings: Settings, *, demo_if_new: bool) -> int:
    listening = _listen(settings)
    try:
        installing.bring_up(settings, say)
        store = Store(settings.url, 1)
        try:
            _prepare(store, settings, demo_if_new=demo_if_new)
        finally:
            store.close()
        server = _Server(settings, listening)
        # What stands by now stays until the end: the collector need not walk it again and again.
        gc.collect()
        gc.freeze()
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # uvicorn raises it again after it has shut everything down
    finally:
        listening.close()
    say("SISMUNI terminó en orden.")
    return DONE


class _Server(uvicorn.Server):
    """Uvicorn that says where it serves once it does."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        files = tls.serving_files(settings, say) if settings.tls else None
        super().__init__(
            uvicorn.Config(
                create_app(settings),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # the gate reads them, by its own setting
                ws="none",
                ssl_certfile=files[0] if files else None,
                ssl_keyfile=files[1] if files else None,
                timeout_graceful_shutdown=10,
            )
        )
        self.settings = settings
        self.port = listening.getsockname()[1]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin, then tell the person who waits."""
        await super().startup(sockets=sockets)
        if self.started:
            _announce(self.settings, self.port)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol by name: asyncio turns Nagle's delay off only where a socket says that it is
    # TCP, and with it every answer on a kept connection would wait 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # on Windows it would let two servers share the port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError:
        listening.close()
        raise Conflict(
            "No se puede atender en {host}:{port}.",
            remedy="Otro programa usa ese puerto o la dirección no es de esta máquina: elija otro "
            "con --port o SISMUNI_PORT.",
            host=settings.host,
            port=settings.port,
        ) from None
    return listening


def _prepare(store: Store, settings: Settings, *, demo_if_new: bool) -> None:
    with store.reading() as session:
        nobody = not access.any_account(session)
        nothing = session.exec(select(Place.id).limit(1)).first() is None
    if not nobody:
        return
    if demo_if_new and nothing and settings.demo_allowed:
        demonstration.load_into(store, settings)
    elif sys.stdin.isatty():
        say("Esta instalación todavía no tiene quien la administre.")
        administrators.ask_for_first(store)
    else:
        say("Falta quien administre: ejecute «sismuni admin create».")


def _announce(settings: Settings, port: int) -> None:
    scheme = "https" if settings.tls else "http"
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host
    host = f"[{host}]" if ":" in host else host
    say(f"\nSISMUNI atiende en {scheme}://{host}:{port}")
    if settings.host not in LOOPBACK:
        for address in tls.own_addresses():
            say(f"  desde otros equipos: {scheme}://{address}:{port}")
        if not settings.https:
            logging.getLogger("sismuni").warning("serving without HTTPS outside this machine")
            say("  Atención: sin HTTPS las contraseñas viajan a la vista. Vea «sismuni tls».")
    _tell_demo(settings)
    say("Para terminar: Ctrl-C")


def _tell_demo(settings: Settings) -> None:
    if not settings.demo_allowed:
        return
    store = Store(settings.url, 1)
    with store.reading() as session:
        people = accounts.demo_people(session)
    store.close()
    if people:
        say(f"Cuentas de ejemplo (contraseña: {accounts.DEMO_PASSWORD}):")
        for person in people:
            say(f"  {person.login:16} {person.name}")
