"""Commands that keep an installation: migrate, backup, restore, rebuild, jobs, health."""

import argparse
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from app import worker
from app.cli.entry import DONE, NOT_WELL
from app.cli.speaking import answer, progress, say
from app.operations import (
    backups,
    counts,
    installing,
    jobs,
    rebuilding,
    trail,
)
from app.operations import (
    health as state_of,
)
from app.settings import Settings
from app.store.sessions import Store


@contextmanager
def the_store(settings: Settings, *, quiet: bool = False) -> Iterator[Store]:
    """The store of the installation, its schema and catalogues up to date."""
    installing.bring_up(settings, (lambda _: None) if quiet else say)
    store = Store(settings.url, 2)
    try:
        yield store
    finally:
        store.close()


def migrate(_: argparse.Namespace, settings: Settings) -> int:
    """``sismuni migrate``."""
    installing.bring_up(settings, say)
    say("Los datos están al día.")
    return DONE


def backup(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni backup``."""
    made = backups.make(settings, asked.to)
    if made.new_key is not None and not asked.json:
        say(
            "Se hizo una clave nueva para las copias. GUARDE UNA COPIA de este archivo fuera de "
            f"esta máquina; sin ella ninguna copia se puede abrir:\n  {made.new_key}"
        )
    answer(
        asdict(made),
        f"Copia guardada y comprobada: {made.path} ({made.bytes / 1e6:.1f} MB)",
        as_json=asked.json,
    )
    return DONE


def restore(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni restore``."""
    settings.home.mkdir(parents=True, exist_ok=True)
    done = backups.restore(settings, asked.file, replace=asked.replace, say=say)
    at = done.manifest.at
    say(
        f"Se restauró la copia del {at:%Y-%m-%d %H:%M} UTC ({sum(done.manifest.rows.values())}"
        f" filas, {len(done.manifest.files)} archivos)."
    )
    if done.before is not None:
        say(f"Lo que había antes quedó en {done.before}.")
    say("Si después de esa fecha alguna familia pidió borrar sus datos, bórrelos de nuevo.")
    return DONE


def rebuild(_: argparse.Namespace, settings: Settings) -> int:
    """``sismuni rebuild``."""
    with the_store(settings) as store:
        folded = rebuilding.rebuild(store, progress, settings.files)
        counts.recompute_all(store, progress)
    say(f"Registros rehechos desde {folded} documentos recibidos.")
    return DONE


def recompute(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni recompute``."""
    with the_store(settings) as store:
        counted = counts.recompute_all(store, progress, locked=asked.locked)
    say(f"Se volvieron a contar {counted} rondas.")
    return DONE


def verify_trail(_: argparse.Namespace, settings: Settings) -> int:
    """``sismuni verify-trail``."""
    with the_store(settings) as store, store.reading() as session:
        broken = trail.broken_seals(session)
    if broken:
        say(f"La auditoría fue alterada: no calzan los sellos {', '.join(map(str, broken))}.")
        return NOT_WELL
    say("La auditoría está íntegra.")
    return DONE


def health(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni health``."""
    store = Store(settings.url, 1)
    try:
        found = state_of.look(store, settings)
    finally:
        store.close()
    answer(state_of.as_json(found), "\n".join(state_of.in_words(found)), as_json=asked.json)
    return DONE if found.is_well else NOT_WELL


def work(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni jobs work``."""
    ending = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ending.set())
    while True:
        ran = worker.run(settings, ending, None if asked.forever else 0)
        if not asked.forever or ending.wait(1):
            break
    say(f"Trabajos hechos: {ran}.")
    return DONE


def list_jobs(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni jobs list``."""
    with the_store(settings, quiet=asked.json) as store, store.reading() as session:
        found = jobs.recent(session)
    lines = [f"{j.created_at:%Y-%m-%d %H:%M}  {j.state:9}  {j.kind:14}  {j.message}" for j in found]
    answer(
        {"jobs": [jobs.state(job) for job in found]},
        "\n".join(lines) or "No hay trabajos.",
        as_json=asked.json,
    )
    return DONE
