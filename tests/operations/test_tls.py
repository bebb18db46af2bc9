"""A town hall's own authority is trusted for this machine, and for nothing else."""

import socket
import ssl
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from app.errors import Invalid
from app.operations import certificates, tls, tls_guide
from app.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def served_name(settings: Settings, certificate: Path, key: Path, name: str) -> str:
    """Shake hands as a phone that trusts the authority; returns the version of TLS."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    client = ssl.create_default_context(cafile=str(tls.folder(settings) / tls.AUTHORITY))
    one, other = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(one, server_side=True) as answering:
                answering.recv(1)
        except ssl.SSLError:
            one.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(other, server_hostname=name) as asking:
            asking.send(b"x")
            return asking.version() or ""
    finally:
        other.close()
        thread.join()


def test_whoever_trusts_the_authority_reaches_the_machine(settings: Settings) -> None:
    made = tls.make(settings, ["muni.local"], ["192.168.1.20"])
    files = tls.serving_files(settings, print)

    versions = {
        served_name(settings, *files, name) for name in ("muni.local", "127.0.0.1", "192.168.1.20")
    }

    assert versions == {"TLSv1.3"}
    assert "muni.local" in made.names


def test_authority_cannot_vouch_for_the_rest_of_the_world(settings: Settings) -> None:
    tls.make(settings)
    place = tls.folder(settings)
    issuer, key = tls._authority(place, "x")
    forged, private = certificates.server(["banco.example"], [], issuer, key)
    (place / "forged.crt").write_bytes(certificates.pem(forged) + certificates.pem(issuer))
    tls._write_key(place / "forged.key", private)

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        served_name(settings, place / "forged.crt", place / "forged.key", "banco.example")
    with pytest.raises(Invalid, match="no puede responder por «banco"):
        tls.make(settings, ["banco.example"])


def test_making_it_again_keeps_the_authority_that_phones_trust(settings: Settings) -> None:
    first = tls.make(settings)

    second = tls.make(settings, ["otra.local"])

    assert first.fingerprint == second.fingerprint
    assert "otra.local" in second.names


def test_certificate_is_renewed_before_it_ends(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "SERVER_DAYS", tls.RENEW_DAYS - 1)
    tls.make(settings, ["muni.local"])
    monkeypatch.undo()

    certificate, _ = tls.serving_files(settings, print)

    read = x509.load_pem_x509_certificate(certificate.read_bytes())
    lasts = read.not_valid_after_utc - read.not_valid_before_utc
    assert lasts == timedelta(days=certificates.SERVER_DAYS + 1)
    assert "muni.local" in tls._names_of(read)


def test_given_certificate_takes_the_place_of_ours(settings: Settings, tmp_path: Path) -> None:
    other = Settings(home=tmp_path / "other")
    tls.make(other, ["muni.local"])
    place = tls.folder(other)

    made = tls.take(settings, place / tls.SERVER, place / tls.SERVER_KEY)

    assert "muni.local" in made.names
    assert made.fingerprint is None
    certificate, _ = tls.serving_files(settings, print)
    assert certificate.read_bytes() == (place / tls.SERVER).read_bytes()


def test_certificate_and_key_of_different_pairs_are_refused(
    settings: Settings, tmp_path: Path
) -> None:
    other = Settings(home=tmp_path / "other")
    tls.make(other)
    tls.make(settings)

    with pytest.raises(Invalid, match="no son pareja"):
        tls.take(
            settings,
            tls.folder(settings) / tls.SERVER,
            tls.folder(other) / tls.SERVER_KEY,
        )


def test_guide_is_a_page_a_drawing_and_a_print(tmp_path: Path) -> None:
    files = tls_guide.write(tmp_path, "https://192.168.1.20:8000/autoridad.crt", "AA:BB")

    contents = {path.name: path.read_bytes() for path in files}
    assert contents["guia.pdf"].startswith(b"%PDF")
    assert contents["codigo.svg"].startswith(b"<svg")
    assert "192.168.1.20" in contents["guia.html"].decode()
    assert "AA:BB" in contents["guia.html"].decode()
