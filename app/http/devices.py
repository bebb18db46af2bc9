"""How a telephone proves who it is: a token in the path, or HTTP Digest (RFC 7616).

ODK Collect speaks Basic over HTTPS and Digest everywhere; Digest alone is offered, so that no
secret travels, whatever the transport. Of who proved it, only ``the_deliverer`` remembers
anything, and only until the store is asked again before it keeps what he brings.
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
from starlette.concurrency import run_in_threadpool

from app.errors import Forbidden, Unauthenticated
from app.http.encrypted import is_private
from app.http.gate import SAFE, address, request_id, the_settings, the_store
from app.http.limits import Limits
from app.operations import access, devices
from app.operations.access import Actor
from app.operations.devices import REALM
from app.operations.trail import Author
from app.records.devices import Device
from app.records.places import Where
from app.settings import Settings
from app.store.sessions import Store

NONCE_S = 600
REMEMBERED_S, MOST_CARRIERS = 5.0, 5_000
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


Found = tuple[Device, Actor]
Claim = tuple[str, str]
"""What a request says that it is: ``token`` or ``name``, and which."""


class Carriers:
    """Telephones that delivered in the last seconds, by what they claim to be."""

    def __init__(self) -> None:
        self.kept: dict[Claim, tuple[float, Found]] = {}

    def get(self, claim: Claim) -> Found | None:
        """Who it was a moment ago; a stranger is never remembered."""
        until, found = self.kept.get(_digested(claim), (0.0, None))
        return found if time.monotonic() < until else None

    def put(self, claim: Claim, found: Found) -> None:
        """Remember it for some seconds."""
        if len(self.kept) >= MOST_CARRIERS:
            self.kept.clear()
        self.kept[_digested(claim)] = time.monotonic() + REMEMBERED_S, found


def _digested(claim: Claim) -> Claim:
    return claim[0], access.digest(claim[1])


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
    _require_privacy(request, the_settings(request))
    claim = _claim(request)
    carrier = _proved(request, claim, _look(the_store(request), claim))
    devices.touch(the_store(request), carrier.device)
    return carrier


CarrierDep = Annotated[Carrier, Depends(the_carrier, scope="function")]


async def the_deliverer(request: Request) -> Carrier:
    """As ``the_carrier``, for a delivery alone; it may have been revoked some seconds ago.

    Whoever keeps the delivery asks again in the same transaction (``Keeper``), so that nothing
    of a revoked telephone is kept: only its body is read for nothing.
    """
    _require_privacy(request, the_settings(request))
    claim, memory = _claim(request), cast(Carriers, request.app.state.carriers)
    found = memory.get(claim) if claim else None
    if found is None:
        found = await run_in_threadpool(_look, the_store(request), claim)
        if claim and found:
            memory.put(claim, found)
    return _proved(request, claim, found)


DelivererDep = Annotated[Carrier, Depends(the_deliverer, scope="function")]


def _claim(request: Request) -> Claim | None:
    token = request.path_params.get("token")
    if token is not None:
        return "token", token
    shown = _shown(request)
    return ("name", shown["username"]) if shown else None


def _look(store: Store, claim: Claim | None) -> Found | None:
    if claim is None:
        return None
    kind, value = claim
    with store.reading() as session:
        look = devices.by_token if kind == "token" else devices.by_name
        return look(session, value)


def _proved(request: Request, claim: Claim | None, found: Found | None) -> Carrier:
    """The telephone, if it is the one that it claims to be, with one request less to spend."""
    settings, limits = the_settings(request), cast(Limits, request.app.state.limits)
    try:
        if claim is not None and claim[0] == "name":
            _require_digest(request, found)
        if found is None:
            raise unproved()
    except Challenged:
        limits.take(address(request, settings), settings.requests_a_minute)
        raise
    device, actor = found
    # Each telephone has a rate of its own: an account may have several in the field.
    limits.take(f"carrier {device.id}", settings.requests_a_minute)
    if request.method not in SAFE:
        limits.take(f"carrier {device.id} writes", settings.writes_a_minute)
    return Carrier(device, actor, Author(actor.account_id, request_id.get()))


def _require_privacy(request: Request, settings: Settings) -> None:
    if not is_private(request, settings, address(request, settings)):
        raise Forbidden(
            "Por HTTP sin cifrar los celulares no entregan nada: cualquiera en la red podría leer.",
            remedy="Sirva por HTTPS (vea «sismuni tls») o, solo en una red propia, inicie con "
            "SISMUNI_INSECURE_LAN=1.",
        )


def _shown(request: Request) -> dict[str, str] | None:
    shown = _fields(request.headers.get("authorization", ""))
    return shown if shown is not None and _fits(request, shown) else None


def _require_digest(request: Request, found: Found | None) -> None:
    shown = _shown(request)
    if shown is None:
        raise unproved()
    wanted = _response(found[0].ha1 if found else NOBODY_HA1, _method(request), shown)
    if not hmac.compare_digest(wanted.encode(), shown["response"].lower().encode()) or not found:
        raise unproved()
    if not NONCES.lives(shown["nonce"]):
        # Told to whoever knows the secret alone: Collect then tries again without asking for it.
        raise unproved(stale=True)


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


def unproved(*, stale: bool = False) -> Challenged:
    """The refusal of whoever is no living telephone, with what it may answer to."""
    refusal = Challenged(
        "Este celular no está inscrito, fue anulado o su cuenta terminó.",
        remedy="Pida en la municipalidad que lo inscriban. Lo que guarda el celular sigue en él.",
    )
    challenge = f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{NONCES.new()}"'
    refusal.headers = {"WWW-Authenticate": challenge + (", stale=true" if stale else "")}
    return refusal
