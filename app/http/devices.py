"""How a telephone proves who it is: a token in the path, or HTTP Digest (RFC 7616).

ODK Collect speaks Basic over HTTPS and Digest everywhere; Digest alone is offered, so that no
secret travels, whatever the transport. Nothing here is remembered between two requests.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from app.errors import Forbidden, Unauthenticated
from app.http.gate import SAFE, address, request_id, the_settings, the_store
from app.http.health import FORWARDED
from app.http.limits import Limits
from app.operations import devices
from app.operations.access import Actor
from app.operations.devices import REALM
from app.operations.trail import Author
from app.records.devices import Device
from app.records.places import Where
from app.settings import LOOPBACK, Settings
from app.store.sessions import Reading

NONCE_S = 600
HEADER_MOST = 2_000  # letters of an Authorization header that are worth reading
FIELD = re.compile(r'\s*(\w+)\s*=\s*(?:"([^"\\]*)"|([^\s,"]+))\s*(?:,|$)')
WANTED = frozenset({"username", "realm", "nonce", "uri", "qop", "nc", "cnonce", "response"})
COUNT = re.compile(r"[0-9a-fA-F]{8}")
# Compared where there is no such telephone, so that both answers take the same way.
NOBODY_HA1 = secrets.token_hex(16)


class Challenged(Unauthenticated):
    """A telephone that did not prove itself, with the challenge that its answer carries."""

    headers: Mapping[str, str]


class Nonces:
    """Server nonces that carry their own time, signed by a key of this process alone.

    A clock that is set back or forward does not touch them; a restart makes them stale.
    """

    def __init__(self) -> None:
        self.key = secrets.token_bytes(32)

    def new(self, moment: float | None = None) -> str:
        """A nonce of this moment, or of another one of ``time.monotonic``."""
        made = f"{int(time.monotonic() if moment is None else moment)}.{secrets.token_hex(8)}"
        return f"{made}.{self._signed(made)}"

    def lives(self, nonce: str) -> bool:
        """Whether it is ours and at most ten minutes old."""
        made, _, signature = nonce.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signed(made).encode()):
            return False
        return 0 <= time.monotonic() - int(made.partition(".")[0]) <= NONCE_S

    def _signed(self, made: str) -> str:
        return hmac.new(self.key, made.encode(), hashlib.sha256).hexdigest()[:32]


NONCES = Nonces()


@dataclass(frozen=True, slots=True)
class Carrier:
    """A telephone that proved itself, and who its account is today."""

    device: Device
    actor: Actor
    author: Author

    def serves(self, where: Where) -> bool:
        """Whether it was enrolled for this place; the policy table decides the rest."""
        return self.device.community_id in {None, where.community_id}


def the_carrier(request: Request) -> Carrier:
    """Whoever delivers: by the ``token`` of the path, or by Digest where the path has none.

    Raises
    ------
    Forbidden
        Plain HTTP from another machine, which this installation does not allow.
    Challenged
        No telephone, a revoked one, one of an account that ended, or no proof of being it.
    TooMany
        Over the rate of this telephone or address.
    """
    store, settings = the_store(request), the_settings(request)
    limits = cast(Limits, request.app.state.limits)
    _require_privacy(request, settings)
    try:
        with store.reading() as session:
            token = request.path_params.get("token")
            device, actor = _by_digest(request, session) if token is None else _by(token, session)
    except Challenged:
        limits.take(address(request, settings), settings.requests_a_minute)
        raise
    # Each telephone has a rate of its own: an account may have several in the field.
    limits.take(f"carrier {device.id}", settings.requests_a_minute)
    if request.method not in SAFE:
        limits.take(f"carrier {device.id} writes", settings.writes_a_minute)
    devices.touch(store, device)
    return Carrier(device, actor, Author(actor.account_id, request_id.get()))


CarrierDep = Annotated[Carrier, Depends(the_carrier, scope="function")]


def is_https(request: Request, settings: Settings) -> bool:
    """Whether this came encrypted, by our own word or that of the proxy that we stand behind."""
    return settings.https or request.url.scheme == "https"


def _require_privacy(request: Request, settings: Settings) -> None:
    if settings.insecure_lan or is_https(request, settings):
        return
    is_forwarded = any(name in request.headers for name in FORWARDED)
    if is_forwarded or address(request, settings) not in LOOPBACK:
        raise Forbidden(
            "Por HTTP sin cifrar los celulares no entregan nada: cualquiera en la red podría leer.",
            remedy="Sirva por HTTPS (vea «sismuni tls») o, solo en una red propia, inicie con "
            "SISMUNI_INSECURE_LAN=1.",
        )


def _by(token: str, session: Reading) -> tuple[Device, Actor]:
    found = devices.by_token(session, token)
    if found is None:
        raise _unproved()
    return found


def _by_digest(request: Request, session: Reading) -> tuple[Device, Actor]:
    shown = _fields(request.headers.get("authorization", ""))
    if shown is None or not _fits(request, shown):
        raise _unproved()
    found = devices.by_name(session, shown["username"])
    wanted = _response(found[0].ha1 if found else NOBODY_HA1, _method(request), shown)
    if not hmac.compare_digest(wanted.encode(), shown["response"].lower().encode()) or not found:
        raise _unproved()
    if not NONCES.lives(shown["nonce"]):
        # Told to whoever knows the secret alone: Collect then tries again without asking for it.
        raise _unproved(stale=True)
    return found


def _fields(header: str) -> dict[str, str] | None:
    """The fields of a Digest header; None where it is none, or one is twice or unreadable."""
    kind, _, rest = header.partition(" ")
    if kind.casefold() != "digest" or len(header) > HEADER_MOST:
        return None
    found: dict[str, str] = {}
    at, rest = 0, rest.strip()
    while at < len(rest):
        field = FIELD.match(rest, at)
        if field is None or field[1].lower() in found:
            return None
        found[field[1].lower()] = field[2] if field[2] is not None else field[3]
        at = field.end()
    return found


def _fits(request: Request, shown: dict[str, str]) -> bool:
    """Whether it answers our challenge, for this very request.

    ``nc`` has to be a count, but need not grow: that would have to be remembered for each
    telephone, and a telephone sends several forms at once and repeats what got lost. Whoever
    shows a response again delivers the same document again, which changes nothing.
    """
    return (
        shown.keys() >= WANTED
        and shown["realm"] == REALM
        and shown["qop"] == "auth"
        and shown.get("algorithm", "MD5").upper() == "MD5"
        and COUNT.fullmatch(shown["nc"]) is not None
        and shown["uri"].encode("latin-1") == _target(request)
    )


def _target(request: Request) -> bytes:
    path = cast(bytes, request.scope.get("raw_path") or request.scope["path"].encode())
    query = cast(bytes, request.scope["query_string"])
    return path.partition(b"?")[0] + (b"?" + query if query else b"")


def _method(request: Request) -> str:
    # A HEAD goes through the application as a GET.
    return cast(str, getattr(request.state, "method", request.method))


def _response(ha1: str, method: str, shown: dict[str, str]) -> str:
    ha2 = _md5(f"{method}:{shown['uri']}")
    parts = (ha1, shown["nonce"], shown["nc"], shown["cnonce"], shown["qop"], ha2)
    return _md5(":".join(parts))


def _md5(text: str) -> str:
    # The protocol's own function; see ``devices.ha1``. Headers are read as Latin-1.
    return hashlib.md5(text.encode("latin-1"), usedforsecurity=False).hexdigest()


def _unproved(*, stale: bool = False) -> Challenged:
    refusal = Challenged(
        "Este celular no está inscrito, fue anulado o su cuenta terminó.",
        remedy="Pida en la municipalidad que lo inscriban. Lo que guarda el celular sigue en él.",
    )
    challenge = f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{NONCES.new()}"'
    refusal.headers = {"WWW-Authenticate": challenge + (", stale=true" if stale else "")}
    return refusal
