"""``sismuni tls``: a certificate for this machine, and the page that tells phones of it."""

import argparse

from app.cli.entry import DONE
from app.cli.speaking import say
from app.errors import Invalid
from app.operations import tls, tls_guide
from app.settings import Settings


def tls_command(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni tls``."""
    if (asked.cert is None) != (asked.key is None):
        raise Invalid("Faltan datos.", remedy="Indique --cert y --key juntos.")
    if asked.cert is not None:
        made = tls.take(settings, asked.cert, asked.key)
        say(f"Certificado tomado: {', '.join(made.names)}; vale hasta {made.until}.")
    else:
        made = tls.make(settings, asked.name, asked.ip)
        say(f"Certificado hecho: {', '.join(made.names)}; vale hasta {made.until}.")
        _guide(asked, settings, made.fingerprint or "")
    say("Sirva por HTTPS con «sismuni serve --tls» o SISMUNI_TLS=1.")
    return DONE


def _guide(asked: argparse.Namespace, settings: Settings, fingerprint: str) -> None:
    host = next(iter([*asked.ip, *asked.name, *tls.own_addresses()]), "127.0.0.1")
    address = f"https://{host}:{settings.port}/autoridad.crt"
    place = asked.to or tls.folder(settings) / "guia"
    for path in tls_guide.write(place, address, fingerprint):
        say(f"  {path}")
    say("Imprima la guía y péguela donde se entregan las tarjetas.")
