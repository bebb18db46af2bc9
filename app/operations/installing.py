"""Bring an installation up to date: schema, spatial caches, catalogues."""

from collections.abc import Callable

from app.errors import Conflict
from app.operations import backups, seeding
from app.records.tables import METADATA
from app.settings import Settings
from app.store import migrations
from app.store.sessions import Store

Say = Callable[[str], None]


def bring_up(settings: Settings, say: Say = lambda _: None) -> bool:
    """Migrate, with a backup first where there is data, and seed; returns whether it was new.

    Raises
    ------
    Conflict
        The store belongs to a newer version of the program.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    is_new = migrate(settings, say)
    store = Store(settings.url, 1)
    try:
        seeded = seeding.seed(store)
    finally:
        store.close()
    if seeded.instruments or seeded.practices or seeded.indicators:
        say(
            f"Catálogos: {seeded.practices} prácticas, {seeded.indicators} indicadores y "
            f"{seeded.instruments} fichas nuevas."
        )
    return is_new


def migrate(settings: Settings, say: Say = lambda _: None) -> bool:
    """Bring the schema up to date; returns whether the store was empty."""
    settings.home.mkdir(parents=True, exist_ok=True)
    at, wanted = migrations.revision(settings.url), migrations.head()
    if at == wanted:
        return False
    if at is None:
        say("Preparando un almacén nuevo…")
        migrations.upgrade(settings.url, METADATA)
        return True
    if at not in migrations.known():
        raise Conflict(
            "Los datos son de una versión más nueva de SISMUNI ({at}).",
            remedy="Instale esa versión, o restaure una copia hecha con esta.",
            at=at,
        )
    say("Guardando una copia antes de actualizar…")
    made = backups.make(settings)
    if made.new_key is not None:
        say(f"Guarde aparte la clave de las copias: {made.new_key}")
    say(f"Copia: {made.path}. Actualizando los datos de {at} a {wanted}…")
    migrations.upgrade(settings.url, METADATA)
    return False
