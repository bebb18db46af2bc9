"""Commands that load invented data."""

import argparse
from importlib import import_module

from app.cli.entry import DONE
from app.cli.keeping import the_store
from app.cli.speaking import progress, say
from app.errors import Forbidden
from app.settings import Settings
from app.store.sessions import Store

DEMO = "app.operations.demo"


def load(_: argparse.Namespace, settings: Settings) -> int:
    """``sismuni demo load``."""
    with the_store(settings) as store:
        load_into(store, settings)
    return DONE


def load_into(store: Store, settings: Settings) -> None:
    """The demonstration district, where demonstration accounts may exist."""
    if not settings.demo_allowed:
        raise Forbidden(
            "En esta instalación no se permiten cuentas de ejemplo.",
            remedy="Si es un servidor de prueba, inicie con SISMUNI_DEMO=1.",
        )
    say("Cargando el distrito de ejemplo…")
    # Making invented data pulls in libraries that the server must not carry.
    made = import_module(DEMO)
    loaded, card = made.load(store, settings, progress), made.card()
    say(f"Distrito de ejemplo: {loaded.communities} comunidades, {loaded.families} familias.")
    say(f"Tarjeta de ejemplo de la junta: /tarjeta/{card.token} con el PIN {card.pin}.")


def national(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni demo national``."""
    with the_store(settings) as store:
        import_module(DEMO).national(store, settings, asked.districts, progress)
    say(f"Se llenaron {asked.districts} distritos con datos inventados.")
    return DONE
