"""What an installation does by itself while it serves: seal, start the worker, keep house.

A light thread of the web process. Whatever is heavy is queued as a job.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, text
from sqlmodel import col, select

from app.operations import backups, jobs, trail
from app.operations.workers import Worker
from app.records.jobs import OPEN, Job
from app.records.trail import AuditEntry
from app.settings import Settings
from app.store.sessions import Store, Writing
from app.store.types import now

LOG = logging.getLogger("sismuni.housekeeping")
LOOK_S = 2.0
SEAL_S = 20.0
DUE_S = 300.0
RETRY = timedelta(hours=1)
DAILY = timedelta(days=1)

# Begun before this moment and perhaps holding a lower audit id than one that shows already.
# A dump only reads, and takes long.
_UNDER_WAY = text(
    "SELECT clock_timestamp(), min(xact_start) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' AND application_name <> 'pg_dump'"
)


class Sealer:
    """Seals the trail over rows that can no longer be preceded by a late one.

    On PostgreSQL ids are given out before the commit. A round remembers the highest id
    and the clock; once every transaction begun before that moment is over, nothing at or
    below that id can still appear.
    """

    def __init__(self) -> None:
        self.seen: tuple[datetime, int] | None = None

    def __call__(self, store: Store) -> int:
        """Seal what may be sealed now; returns how many rows."""
        if store.is_sqlite:
            return _seal(store, None)
        up_to = self._settled(store)
        return _seal(store, up_to) if up_to else 0

    def _settled(self, store: Store) -> int:
        with store.reading() as session:
            highest = session.exec(select(func.max(AuditEntry.id))).one() or 0
            clock, oldest = session.rows(_UNDER_WAY)[0]
        before = self.seen
        settled = before is not None and (oldest is None or oldest > before[0])
        if before is None or settled:
            self.seen = (clock, highest)
        return before[1] if before is not None and settled else 0


def _seal(store: Store, up_to: int | None) -> int:
    sealed = 0
    while True:
        with store.writing() as session:
            count = trail.seal(session, up_to=up_to)
        sealed += count
        if count == 0:
            return sealed


def queue_due(store: Store, settings: Settings) -> list[str]:
    """Queue what is due: the automatic backup, the retention, the orphaned files."""
    with store.reading() as session:
        begun = session.exec(select(AuditEntry.at).order_by(col(AuditEntry.id)).limit(1)).first()
    if begun is None:
        return []  # nothing has ever happened here: nothing to keep
    last = backups.last(settings)
    backup_due = now() - (last.at if last else begun) > timedelta(days=settings.backup_days)
    queued = []
    with store.writing() as session:
        session.hold("housekeeping")
        if backup_due and _free(session, "backup", RETRY):
            queued.append("backup")
        queued += [kind for kind in ("retention", "orphans") if _free(session, kind, DAILY)]
        for kind in queued:
            jobs.queue(session, kind, {}, trail.SYSTEM)
    return queued


def _free(session: Writing, kind: str, every: timedelta) -> bool:
    last = session.exec(select(Job).where(Job.kind == kind).order_by(col(Job.id).desc())).first()
    if last is None:
        return True
    if last.state in OPEN:
        return False
    return now() - last.created_at > (RETRY if last.state == "failed" else every)


def free_bytes(settings: Settings) -> int:
    """Space left where the installation keeps its data."""
    settings.home.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(settings.home).free


class Housekeeping:
    """The thread; ``start`` and ``stop`` with the server."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.worker = Worker(settings)
        self.sealer = Sealer()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._loop, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self.thread.start()

    def stop(self) -> None:
        """End, and the worker with it."""
        self.over.set()
        if self.thread.is_alive():
            self.thread.join()
        self.worker.stop()

    def _loop(self) -> None:
        sealed = time.monotonic()
        kept = sealed
        while not self.over.wait(LOOK_S):
            _safely(self._start_worker)
            if time.monotonic() - sealed > SEAL_S:
                _safely(lambda: self.sealer(self.store))
                sealed = time.monotonic()
            if time.monotonic() - kept > DUE_S:
                _safely(lambda: queue_due(self.store, self.settings))
                _safely(self._warn_of_disk)
                kept = time.monotonic()

    def _start_worker(self) -> None:
        if self.settings.worker:
            with self.store.reading() as session:
                waiting = jobs.any_open(session)
            if waiting:
                self.worker.start()

    def _warn_of_disk(self) -> None:
        left = free_bytes(self.settings)
        if left < self.settings.low_disk_bytes:
            LOG.warning('{"message": "low disk", "free_bytes": %d}', left)


def _safely(act: Callable[[], object]) -> None:
    try:
        act()
    except Exception:
        # The house is kept again at the next round; serving goes on.
        LOG.exception("housekeeping failed")
