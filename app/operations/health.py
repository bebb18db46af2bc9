"""How the installation stands, told as it is: store, disk, jobs, backup. No secret, no person."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, func, select

from app.operations import backups, housekeeping, jobs
from app.records.intake import Derivation
from app.records.jobs import Job
from app.records.trail import AuditEntry
from app.settings import Settings
from app.store import migrations
from app.store.sessions import Reading, Store
from app.store.types import now

WAITING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Health:
    """``problems`` are codes: store, schema, disk, backup, jobs; empty when all is well."""

    problems: tuple[str, ...]
    store: str  # ok down
    disk_free_bytes: int
    jobs: dict[str, int]
    quarantined: int
    backup_at: datetime | None
    backup_age_days: float | None

    @property
    def is_well(self) -> bool:
        """Nothing needs anybody."""
        return not self.problems

    @property
    def serves(self) -> bool:
        """Whether people can work at all."""
        return self.store == "ok"


def look(store: Store, settings: Settings) -> Health:
    """Look now; it never fails, whatever is wrong."""
    problems = []
    free = housekeeping.free_bytes(settings)
    if free < settings.low_disk_bytes:
        problems.append("disk")
    counts: dict[str, int] = {}
    quarantined, begun, state = 0, None, "ok"
    try:
        with store.reading() as session:
            session.rows(text("SELECT 1"))
            if not _is_current(session):
                problems.append("schema")
            else:
                counts = jobs.how_many(session)
                quarantined = _quarantined(session)
                begun = _begun(session)
                if _is_stuck(session):
                    problems.append("jobs")
    except SQLAlchemyError:
        state = "down"
        problems.append("store")
    last = backups.last(settings)
    since = last.at if last is not None else begun
    if since is not None and now() - since > timedelta(days=settings.backup_days + 1):
        problems.append("backup")
    age = (now() - last.at) / timedelta(days=1) if last else None
    return Health(
        tuple(sorted(problems)), state, free, counts, quarantined, last.at if last else None, age
    )


def _is_current(session: Reading) -> bool:
    rows = session.rows(text("SELECT version_num FROM alembic_version"))
    return [row[0] for row in rows] == [_head()]


@cache
def _head() -> str:
    # What the program's own files say does not change while it runs.
    return migrations.head()


def _quarantined(session: Reading) -> int:
    return session.exec(
        select(func.count()).select_from(Derivation).where(Derivation.state == "quarantine")
    ).one()


def _begun(session: Reading) -> datetime | None:
    return session.exec(select(AuditEntry.at).order_by(col(AuditEntry.id)).limit(1)).first()


def _is_stuck(session: Reading) -> bool:
    """A job that has waited long while none runs, or one that runs without a beat."""
    late = now() - WAITING
    states = set(
        session.exec(
            select(Job.state).where(
                ((col(Job.state) == "queued") & (col(Job.created_at) < late))
                | ((col(Job.state) == "running") & (col(Job.beat_at) < late))
            )
        ).all()
    )
    alive = session.exec(
        select(Job.id).where(Job.state == "running", col(Job.beat_at) >= late).limit(1)
    ).first()
    return "running" in states or ("queued" in states and alive is None)


def as_json(found: Health) -> dict[str, Any]:
    """For a program: ``status`` is ok, degraded or down."""
    status = "ok" if found.is_well else "degraded" if found.serves else "down"
    return {"status": status, **asdict(found)}


WORDS = {
    "store": "La base de datos no responde: revise que esté en marcha y que haya espacio.",
    "schema": "Los datos no están al día: ejecute «sismuni migrate».",
    "disk": "Queda poco espacio en disco: libere espacio o cambie de disco.",
    "backup": "Hace demasiado que no se guarda una copia: ejecute «sismuni backup».",
    "jobs": "Hay trabajos detenidos: revise la lista de trabajos.",
}


def in_words(found: Health) -> list[str]:
    """For a person: first what is wrong and what to do, then the figures."""
    lines = [WORDS[problem] for problem in found.problems] or ["Todo está bien."]
    age = "nunca" if found.backup_age_days is None else f"hace {found.backup_age_days:.1f} días"
    counted = ", ".join(f"{count} {state}" for state, count in sorted(found.jobs.items()))
    return [
        *lines,
        f"Última copia: {age}. Espacio libre: {found.disk_free_bytes / 1e9:.1f} GB.",
        f"Trabajos: {counted or 'ninguno'}. En cuarentena: {found.quarantined}.",
    ]
