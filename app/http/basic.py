"""How a GIS program proves who it is: HTTP Basic, on the addresses of open standards alone.

The name is that of the log-in page; the password is its password, or better a key of «Mi
cuenta», which opens nothing but the API and can be taken back by itself. Tries are counted
together with those of the log-in page. A password that fitted is remembered for some minutes,
as a digest under a key of this process, since a program shows it at every request.
"""

import base64
import binascii
import hashlib
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import cast

from fastapi import Request

from app.errors import Forbidden, Unauthenticated
from app.http.encrypted import is_private
from app.http.limits import Limits, count_try
from app.operations import access, passwords
from app.operations.access import Actor
from app.operations.own_account import PASSWORD_MOST
from app.settings import Settings
from app.store.sessions import Reading, Store

KEPT_S, MOST = 600.0, 2_000
HEADER_MOST = 2_000
CHALLENGE = {"WWW-Authenticate": 'Basic realm="SISMUNI", charset="UTF-8"'}
_OPEN = re.compile(r"/(?:d/[^/]+/)?ogc(?:/|$)")


class Refused(Unauthenticated):
    """What was shown is nobody's."""

    headers: Mapping[str, str] = CHALLENGE


class Proved:
    """Passwords that fitted in the last minutes, each with whose it was and its hash then."""

    def __init__(self) -> None:
        self.secret = secrets.token_bytes(32)
        self.kept: OrderedDict[bytes, tuple[float, int, str]] = OrderedDict()
        self.lock = threading.Lock()

    def key(self, shown: str) -> bytes:
        """How a header is kept."""
        return hashlib.blake2b(shown.encode(), key=self.secret, digest_size=32).digest()

    def get(self, shown: str) -> tuple[int, str] | None:
        """The account of a header that fitted, and the hash that it fitted."""
        with self.lock:
            until, account, kept = self.kept.get(self.key(shown), (0.0, 0, ""))
        return (account, kept) if time.monotonic() < until else None

    def put(self, shown: str, account: int, kept: str) -> None:
        """Remember it for some minutes."""
        with self.lock:
            self.kept[self.key(shown)] = (time.monotonic() + KEPT_S, account, kept)
            while len(self.kept) > MOST:
                self.kept.popitem(last=False)


def speaks_basic(path: str) -> bool:
    """Whether an address is one of open standards."""
    return _OPEN.match(path) is not None


def actor(request: Request, session: Reading, settings: Settings, whence: str) -> Actor | None:
    """Whoever shows a name and a password; None where nobody does.

    Raises
    ------
    Refused
        They fit nobody.
    Forbidden
        They came where others could read them.
    TooMany
        Too many tries for this name or from this address.
    """
    shown = request.headers.get("authorization", "")
    if shown[:6].casefold() != "basic " or not speaks_basic(request.url.path):
        return None
    if not is_private(request, settings, whence):
        raise Forbidden(
            "Sin cifrar (HTTP), la contraseña la leería cualquiera en la red.",
            remedy="Entre por HTTPS (vea «sismuni tls»), o sin usuario para ver lo público.",
        )
    login, password = _read(shown)
    proved = cast(Proved, request.app.state.proved)
    found = proved.get(shown)
    if found is not None and passwords.has_password(session, *found):
        return _known(access.actor_of(session, found[0]))
    by_key = access.by_token(session, password)
    if by_key is not None:
        return by_key
    count_try(cast(Limits, request.app.state.limits), settings, whence, passwords.tried(login))
    store = cast(Store, request.app.state.store)
    account = access.proved(store, login, password)
    if account is None or account.password_hash is None:
        raise _refused()
    passwords.note_entry(store, account, "HTTP Basic")
    proved.put(shown, account.id, account.password_hash)
    return _known(access.actor_of(session, account.id))


def _known(found: Actor | None) -> Actor:
    if found is None:
        raise _refused()
    return found


def _read(shown: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(shown[6:].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    login, colon, password = text.partition(":")
    if not colon or len(shown) > HEADER_MOST or "\x00" in text:
        raise _refused()
    return login, password[:PASSWORD_MOST]


def _refused() -> Refused:
    return Refused(
        "El usuario o la contraseña no coinciden, o la cuenta terminó.",
        remedy="Revise los datos de acceso guardados en su programa; como contraseña sirve "
        "también una llave de «Mi cuenta».",
    )
