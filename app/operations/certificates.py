"""The certificates of a small local authority, as X.509 (RFC 5280)."""

import ipaddress
from collections.abc import Sequence
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.store.types import now

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397  # phones refuse longer ones
LOCAL_NAMES = ("localhost", "local", "lan", "home.arpa", "internal")
PRIVATE = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
Key = ec.EllipticCurvePrivateKey
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def authority(host: str) -> tuple[x509.Certificate, Key]:
    """A new authority, which may vouch for this host, local names and private addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"SISMUNI {host}"[:64])
    permitted: list[x509.GeneralName] = [x509.DNSName(each) for each in (*LOCAL_NAMES, host)]
    permitted += [x509.IPAddress(ipaddress.ip_network(each)) for each in PRIVATE]
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def server(
    names: Sequence[str],
    addresses: Sequence[Address],
    issuer: x509.Certificate,
    key: Key,
) -> tuple[x509.Certificate, Key]:
    """A new certificate of a server, by its names and addresses."""
    private = ec.generate_private_key(ec.SECP256R1())
    others = [*map(x509.DNSName, names), *map(x509.IPAddress, addresses)]
    until = min(now() + timedelta(days=SERVER_DAYS), issuer.not_valid_after_utc)
    certificate = (
        x509.CertificateBuilder(issuer_name=issuer.subject, subject_name=_name(names[0][:64]))
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName(others), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    return certificate, private


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def may_vouch(issuer: x509.Certificate, name: str) -> bool:
    """Whether the authority's own limits let it vouch for a name."""
    limits = issuer.extensions.get_extension_for_class(x509.NameConstraints).value
    allowed = [n.value for n in limits.permitted_subtrees or () if isinstance(n, x509.DNSName)]
    return any(name == each or name.endswith("." + each) for each in allowed)


def holds(certificate: x509.Certificate, days: int = 0) -> bool:
    """Whether a certificate will still hold after so many days."""
    return certificate.not_valid_after_utc > now() + timedelta(days=days)


def pem(certificate: x509.Certificate) -> bytes:
    """A certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM)
