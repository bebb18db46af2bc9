"""Make a backup of the whole installation, and bring one back.

The key is ``SISMUNI_BACKUP_KEY`` or, where that is not set, a file made once in the home
folder: whoever loses it loses every backup.
"""

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.errors import Conflict, Unavailable, Unknown
from app.operations import archives
from app.operations.archives import Manifest
from app.operations.progress import Report
from app.records.jobs import Job
from app.records.tables import METADATA
from app.settings import Settings
from app.store import backup, migrations
from app.store.archive import Damaged
from app.store.locks import FileLock, Held
from app.store.sessions import Store
from app.store.types import now

SUFFIX = ".sismuni"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and read again whole."""

    path: Path
    at: datetime
    bytes: int
    new_key: Path | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back; ``before`` is the backup of what stood there."""

    manifest: Manifest
    before: Path | None


def key_file(settings: Settings) -> Path:
    """Where a key that we made is kept."""
    return settings.home / "backup.key"


def key(settings: Settings) -> str:
    """The secret that seals the backups.

    Raises
    ------
    Unknown
        There is none yet.
    """
    if settings.backup_key:
        return settings.backup_key
    try:
        return key_file(settings).read_text("ascii").strip()
    except FileNotFoundError:
        raise Unknown(
            "No hay ninguna clave de copias de seguridad.",
            remedy="Póngala en SISMUNI_BACKUP_KEY o en el archivo {file}.",
            file=key_file(settings),
        ) from None


def _key_or_new(settings: Settings) -> tuple[str, Path | None]:
    path = key_file(settings)
    if settings.backup_key or path.exists():
        return key(settings), None
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(32)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    return secret, path


def make(settings: Settings, to: Path | None = None) -> Made:
    """Back everything up into a folder or a file; the automatic folder by default.

    Raises
    ------
    Unavailable
        There is no room on the disk, or PostgreSQL's programs fail.
    Conflict
        The file exists already.
    """
    at = now()
    target = _target(settings, to, at)
    secret, new_key = _key_or_new(settings)
    _room(settings, target)
    with _scratch(settings) as folder:
        database = folder / archives.DATABASE
        rows = backup.dump(settings.url, database)
        # A file is in its place before its row commits: whatever the dump names is there.
        manifest = Manifest(
            at=at,
            store=backup.kind(settings.url),
            revision=migrations.revision(settings.url) or "",
            rows=rows,
            database_sha256=archives.sha256(database),
            database_bytes=database.stat().st_size,
            files=archives.listed(settings.files),
        )
        archives.write(target, secret, manifest, database, settings.files)
    archives.read(target, secret, None)
    made = Made(target, at, target.stat().st_size, new_key)
    _remember(settings, made)
    _prune(settings)
    return made


def _target(settings: Settings, to: Path | None, at: datetime) -> Path:
    # To the microsecond: the name of one that was pruned must not come back within its second.
    name = f"sismuni-{at.astimezone(UTC):%Y%m%d-%H%M%S-%f}{SUFFIX}"
    folder = settings.backups if to is None else to
    target = folder / name if to is None or to.is_dir() else folder
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise Conflict(
            "Ya existe {file}.", remedy="Elija otro nombre para la copia.", file=target.name
        )
    return target


def _room(settings: Settings, target: Path) -> None:
    database = backup.size_bytes(settings.url)
    needed = database + sum(archives.listed(settings.files).values())
    free = shutil.disk_usage(target.parent).free
    home = shutil.disk_usage(settings.home).free
    if free < needed or home < database:
        raise Unavailable(
            "No hay espacio en disco para la copia: hacen falta {needed} MB.",
            remedy="Libere espacio o indique otro disco con --to.",
            needed=needed // 1_000_000 + 1,
        )


@contextmanager
def _scratch(settings: Settings) -> Iterator[Path]:
    place = settings.home / "tmp"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=place) as folder:
        yield Path(folder)


def _remember(settings: Settings, made: Made) -> None:
    settings.backups.mkdir(parents=True, exist_ok=True)
    path = settings.backups / "last.json"
    part = path.with_suffix(".part")
    content = {"at": made.at.isoformat(), "file": str(made.path), "bytes": made.bytes}
    part.write_text(json.dumps(content), encoding="utf-8")
    os.replace(part, path)


def last(settings: Settings) -> Made | None:
    """The newest backup that was finished, wherever it went; None where there is none."""
    try:
        content = json.loads((settings.backups / "last.json").read_text("utf-8"))
        at = datetime.fromisoformat(content["at"])
        return Made(Path(content["file"]), at, int(content["bytes"]))
    except (FileNotFoundError, ValueError, KeyError):
        return None


def _prune(settings: Settings) -> None:
    """Keep the newest; what was erased must not live on in old backups for ever."""
    # By name, which tells the moment: a file system's clock may tick only every few milliseconds.
    kept = sorted(settings.backups.glob(f"sismuni-*{SUFFIX}"))
    for path in kept[: -settings.backup_keep or None]:
        path.unlink()


def run(_: Store, __: Job, report: Report) -> dict[str, Any]:
    """The automatic backup, or one that somebody asked for."""
    report(0, 1, "Guardando la copia…")
    made = make(report.settings)
    report(1, 1, f"Copia guardada y comprobada: {made.path.name}")
    return {"file": made.path.name, "bytes": made.bytes}


def restore(
    settings: Settings, source: Path, *, replace: bool = False, say: Say = lambda _: None
) -> Restored:
    """Bring a backup back into an empty installation, or in the place of one.

    The archive is read whole and checked before anything is touched, and what stood
    there is backed up first. An older schema is brought up to date.

    Raises
    ------
    NotABackup, WrongKey, Damaged
        The archive cannot be used.
    Conflict
        SISMUNI is running, or there is data and ``replace`` was not asked for.
    """
    if not source.is_file():
        raise Unknown("No existe el archivo {file}.", file=source)
    secret = key(settings)
    try:
        with FileLock(settings.home / "serve.lock"), FileLock(settings.home / "worker.lock"):
            return _restore(settings, source, secret, replace, say)
    except Held:
        raise Conflict(backup.IN_USE, remedy=backup.STOP_FIRST) from None


def _restore(settings: Settings, source: Path, secret: str, replace: bool, say: Say) -> Restored:
    empty = backup.is_empty(settings.url)
    if not empty and not replace:
        raise Conflict(
            "Aquí ya hay datos.",
            remedy="Para poner la copia en su lugar, repita la orden con --replace.",
        )
    with _scratch(settings) as folder:
        say("Comprobando la copia…")
        manifest = archives.read(source, secret, folder)
        database = folder / archives.DATABASE
        _check(settings, manifest, database)
        before = None
        if not empty:
            say("Guardando lo que hay ahora…")
            before = make(settings).path
        say("Poniendo la copia en su lugar…")
        _put_files(folder / archives.FILES, settings.files)
        if manifest.store == "sqlite":
            migrations.upgrade(f"sqlite:///{database.as_posix()}", METADATA)
        backup.load(settings.url, database, folder)
    if manifest.store != "sqlite":
        _compare(manifest, backup.counts(settings.url))
        migrations.upgrade(settings.url, METADATA)
    return Restored(manifest, before)


def _check(settings: Settings, manifest: Manifest, database: Path) -> None:
    if manifest.store != backup.kind(settings.url):
        raise Conflict(
            "La copia es de un almacén {theirs} y esta instalación usa {ours}.",
            remedy="Restaure en una instalación de la misma clase (SISMUNI_DATABASE_URL).",
            theirs=manifest.store,
            ours=backup.kind(settings.url),
        )
    if manifest.revision not in migrations.known():
        raise Conflict(
            "La copia es de una versión más nueva de SISMUNI.",
            remedy="Instale esa versión, o una posterior, y restaure con ella.",
        )
    backup.verify(manifest.store, database)
    if manifest.store == "sqlite":
        _compare(manifest, backup.counts_of_file(database))


def _compare(manifest: Manifest, found: dict[str, int]) -> None:
    if found != manifest.rows:
        raise Damaged("La base de datos de la copia no tiene las filas que su lista dice.")


def _put_files(unpacked: Path, files: Path) -> None:
    """Files are named by their content: one that is there already is the same."""
    for path in sorted(p for p in unpacked.rglob("*") if p.is_file()):
        target = files / path.relative_to(unpacked)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
