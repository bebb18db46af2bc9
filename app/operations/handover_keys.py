"""The municipality's key pair: what telephones seal for it, only its own server can open.

A telephone wraps the key of its documents for the public half, so that a forgotten PIN or a
carried file loses nothing. The private half stands in the store and goes with every backup:
whoever holds a backup holds the documents all the same.

References
----------
RFC 8017, RSAES-OAEP with SHA-256; it is what browsers offer to wrap a key for somebody else.
"""

import base64
import hashlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from sqlmodel import col, select

from app.errors import Malformed, Unknown
from app.records.devices import HandoverKey
from app.store.sessions import Reading, Store

BITS = 3072
PADDING = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def ensure(store: Store) -> None:
    """Make the pair, once for an installation."""
    with store.reading() as session:
        if session.exec(select(HandoverKey.id)).first() is not None:
            return
    made = _made()
    with store.writing() as session:
        session.hold("handover key")
        if session.exec(select(HandoverKey.id)).first() is None:
            session.add(made)


def _made() -> HandoverKey:
    pair = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    public_half = pair.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private_half = pair.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    name = hashlib.sha256(public_half).hexdigest()[:16]
    return HandoverKey(key_id=name, public_half=public_half, private_half=private_half)


def newest(session: Reading) -> HandoverKey:
    """The pair that telephones use today.

    Raises
    ------
    Unknown
        ``ensure`` was never called.
    """
    found = session.exec(select(HandoverKey).order_by(col(HandoverKey.id).desc())).first()
    if found is None:
        raise Unknown("La municipalidad todavía no tiene su llave para celulares.")
    return found


def public(key: HandoverKey) -> str:
    """The public half as browsers import it: SubjectPublicKeyInfo, in Base64."""
    return base64.b64encode(key.public_half).decode()


def unwrapped(session: Reading, key_id: str, wrapped: bytes) -> bytes:
    """The key that a telephone wrapped for us.

    Raises
    ------
    Unknown
        It was wrapped for another municipality.
    Malformed
        It does not open.
    """
    found = session.exec(select(HandoverKey).where(HandoverKey.key_id == key_id)).first()
    if found is None:
        raise Unknown(
            "Este archivo se cifró para otra municipalidad, o para esta antes de restaurarla.",
            remedy="Ábralo en el servidor donde se preparó el celular.",
        )
    pair = serialization.load_der_private_key(found.private_half, None)
    if not isinstance(pair, rsa.RSAPrivateKey):
        raise Malformed("La llave de la municipalidad no es de esta clase.")
    try:
        return pair.decrypt(wrapped, PADDING)
    except ValueError as wrong:
        raise Malformed(
            "El archivo no se puede abrir: está incompleto o cambiado.",
            remedy="Guárdelo otra vez en el celular.",
        ) from wrong
