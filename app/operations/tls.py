"""HTTPS for a town hall without a public name: its own small authority and certificate.

The authority may vouch for local names and private addresses alone (name constraints,
RFC 5280 section 4.2.1.10), so that trusting it on a phone opens nothing else. A
certificate of one's own (a public name) takes its place where given.
"""

import ipaddress
import os
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from app.errors import Invalid
from app.operations import certificates
from app.operations.certificates import Address, Key
from app.settings import Settings

AUTHORITY, AUTHORITY_KEY = "authority.crt", "authority.key"
SERVER, SERVER_KEY = "server.crt", "server.key"
RENEW_DAYS = 30
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate ready to serve; ``fingerprint`` is the authority's, None for a given one."""

    names: tuple[str, ...]
    until: str
    fingerprint: str | None


def folder(settings: Settings) -> Path:
    """Where keys and certificates stand."""
    return settings.home / "tls"


def own_addresses() -> list[str]:
    """Addresses by which other machines of the network may find this one."""
    found = set()
    try:
        for family, _, _, _, where in socket.getaddrinfo(socket.gethostname(), None):
            if family == socket.AF_INET:
                found.add(str(where[0]))
    except OSError:
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only says which address it would use.
            probe.connect(("10.255.255.255", 9))
            found.add(probe.getsockname()[0])
        except OSError:
            pass
    return sorted(each for each in found if not ipaddress.ip_address(each).is_loopback)


def make(settings: Settings, names: Iterable[str] = (), ips: Iterable[str] = ()) -> Made:
    """Make the certificate of this machine, and the authority once.

    Raises
    ------
    Invalid
        A name or address is not one, or the local authority may not vouch for it.
    """
    host = socket.gethostname().lower()
    wanted = _hosts([host, host.split(".")[0] + ".local", "localhost", *names])
    addresses = _addresses(["127.0.0.1", *own_addresses(), *ips])
    place = folder(settings)
    place.mkdir(parents=True, exist_ok=True)
    authority, key = _authority(place, host)
    if problem := next(
        (name for name in wanted if not certificates.may_vouch(authority, name)), None
    ):
        raise Invalid(
            "La autoridad de esta máquina no puede responder por «{name}».",
            remedy="Use un nombre .local, o un certificado propio con --cert y --key.",
            name=problem,
        )
    certificate, private = certificates.server(wanted, addresses, authority, key)
    _write_key(place / SERVER_KEY, private)
    chain = certificates.pem(certificate) + certificates.pem(authority)
    _write(place / SERVER, chain)
    return _made(certificate, authority)


def _hosts(names: Iterable[str]) -> list[str]:
    kept = []
    for name in dict.fromkeys(each.strip().lower().rstrip(".") for each in names):
        if not name or len(name) > 253 or not all(_is_label(p) for p in name.split(".")):
            raise Invalid("«{name}» no es un nombre de máquina.", name=name)
        kept.append(name)
    return kept


def _is_label(part: str) -> bool:
    return 0 < len(part) < 64 and part.isascii() and part.replace("-", "").isalnum()


def _addresses(given: Iterable[str]) -> list[Address]:
    kept: list[Address] = []
    for text in dict.fromkeys(given):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            raise Invalid("«{text}» no es una dirección IP.", text=text) from None
        if any(address in ipaddress.ip_network(each) for each in certificates.PRIVATE):
            kept.append(address)
    return kept


def take(settings: Settings, certificate: Path, key: Path) -> Made:
    """Serve with a certificate that somebody else made.

    Raises
    ------
    Invalid
        They cannot be read, do not belong together, or are out of date.
    """
    try:
        chain, private = certificate.read_bytes(), key.read_bytes()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key, password=lambda: "")
        first = x509.load_pem_x509_certificate(chain)
    except (OSError, ValueError):
        raise Invalid(
            "El certificado y la clave no se pueden leer o no son pareja.",
            remedy="Indique archivos PEM: el certificado con su cadena y la clave sin contraseña.",
        ) from None
    if not certificates.holds(first):
        raise Invalid("El certificado ya venció.", remedy="Pida uno nuevo a quien lo emitió.")
    place = folder(settings)
    place.mkdir(parents=True, exist_ok=True)
    _write(place / SERVER_KEY, private, secret=True)
    _write(place / SERVER, chain)
    return _made(first, None)


def serving_files(settings: Settings, say: Say) -> tuple[Path, Path]:
    """Certificate and key to serve with: made or renewed where they are our own authority's.

    Raises
    ------
    Invalid
        A given certificate is out of date.
    """
    place = folder(settings)
    if not (place / SERVER).exists():
        say("Haciendo el certificado de esta máquina…")
        make(settings)
    certificate = x509.load_pem_x509_certificate((place / SERVER).read_bytes())
    is_ours = _is_ours(place, certificate)
    if is_ours and not certificates.holds(certificate, RENEW_DAYS):
        say("Renovando el certificado de esta máquina…")
        make(settings, _names_of(certificate))
    elif not certificates.holds(certificate):
        raise Invalid("El certificado venció.", remedy="Ponga uno nuevo con «sismuni tls --cert».")
    return place / SERVER, place / SERVER_KEY


def _is_ours(place: Path, certificate: x509.Certificate) -> bool:
    if not (place / AUTHORITY).exists():
        return False
    authority = x509.load_pem_x509_certificate((place / AUTHORITY).read_bytes())
    return certificate.issuer == authority.subject


def _names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        others = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(others.get_values_for_type(x509.DNSName))


def _made(certificate: x509.Certificate, authority: x509.Certificate | None) -> Made:
    digest = authority.fingerprint(hashes.SHA256()).hex().upper() if authority else None
    pairs = ":".join(digest[i : i + 2] for i in range(0, len(digest), 2)) if digest else None
    return Made(_names_of(certificate), f"{certificate.not_valid_after_utc:%Y-%m-%d}", pairs)


def _authority(place: Path, host: str) -> tuple[x509.Certificate, Key]:
    if (place / AUTHORITY_KEY).exists() and (place / AUTHORITY).exists():
        loaded = serialization.load_pem_private_key((place / AUTHORITY_KEY).read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((place / AUTHORITY).read_bytes())
        if isinstance(loaded, Key) and certificates.holds(certificate):
            return certificate, loaded
    certificate, key = certificates.authority(host)
    _write_key(place / AUTHORITY_KEY, key)
    _write(place / AUTHORITY, certificates.pem(certificate))
    return certificate, key


def _write_key(path: Path, key: Key) -> None:
    plain = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(path, plain, secret=True)


def _write(path: Path, content: bytes, *, secret: bool = False) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.replace(part, path)
