"""The job process: runs what stands in line and ends when nothing has come for a while.

    python -m app.worker [--with-parent]

One for each home folder. It may be killed at any moment: the next one takes its job up
again. ``--with-parent`` ends it when its standard input closes, which happens however
the process that started it ends, on any system.
"""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from app import logs
from app.errors import Refusal
from app.operations import jobs, progress, runners
from app.records import tables
from app.records.jobs import Job
from app.settings import Settings, from_environment
from app.store.locks import FileLock, Held
from app.store.sessions import Store

SCHEMA = tables.METADATA  # a table's links are resolved only when every table is known
LOG = logging.getLogger("sismuni.jobs")
POLL_S = 1.0
RESUME_S = 15.0
GRACE_S = 8.0  # a job that does not report in this time is left to the next worker


def run(
    settings: Settings, ending: threading.Event | None = None, idle_s: float | None = None
) -> int:
    """Run jobs until none has come for ``idle_s`` (None: as the settings say).

    Returns how many were run; 0 also where another worker is at it.
    """
    ending = ending or threading.Event()
    idle_s = settings.worker_idle_s if idle_s is None else idle_s
    try:
        with FileLock(settings.home / "worker.lock"):
            store = Store(settings.url, pool=3)
            try:
                return _work(store, settings, ending, idle_s)
            finally:
                store.close()
    except Held:
        LOG.info("another worker is at it")
        return 0


def _work(store: Store, settings: Settings, ending: threading.Event, idle_s: float) -> int:
    # Whoever ran jobs of an embedded store held our lock, and it is gone.
    jobs.resume(store, 0 if store.is_sqlite else jobs.STALE_S)
    done, idle_since, resumed = 0, time.monotonic(), time.monotonic()
    while not ending.is_set():
        job = jobs.take(store)
        if job is not None:
            run_one(store, job, settings, ending)
            done, idle_since = done + 1, time.monotonic()
            continue
        if time.monotonic() - idle_since >= idle_s:
            break
        if time.monotonic() - resumed > RESUME_S:
            jobs.resume(store)
            resumed = time.monotonic()
        ending.wait(min(POLL_S, idle_s))
    return done


def run_one(store: Store, job: Job, settings: Settings, ending: threading.Event) -> None:
    """One taken job, to whichever end."""
    report = progress.Report(settings, ending)
    LOG.info("job %s (%s) begins, attempt %s", job.uuid, job.kind, job.attempts)

    def write(done: int, total: int, message: str) -> bool:
        return jobs.beat(store, job, done, total, message)

    try:
        with progress.Pulse(report, write, jobs.Lost):
            result = _result(store, job, report)
        _end(store, job, report, result)
    except jobs.Lost:
        LOG.warning("job %s is no longer this worker's", job.uuid)


def _result(store: Store, job: Job, report: progress.Report) -> dict[str, Any] | Exception:
    try:
        return runners.runner(job.kind)(store, job, report) or {}
    except Exception as error:
        return error


def _end(
    store: Store, job: Job, report: progress.Report, result: dict[str, Any] | Exception
) -> None:
    match result:
        case progress.Cancelled():
            jobs.stop(store, job)
        case progress.Interrupted():
            if not report.lost.is_set():
                jobs.put_back(store, job)
        case Refusal():
            jobs.fail(store, job, *_told(result))
        case Exception():
            LOG.error("job %s (%s) failed", job.uuid, job.kind, exc_info=result)
            jobs.fail(store, job, UNEXPECTED.format(id=job.uuid))
        case _:
            jobs.finish(store, job, result, (report.done, report.total, report.message))
    LOG.info("job %s (%s) ended", job.uuid, job.kind)


UNEXPECTED = (
    "Algo falló dentro del sistema y no se guardó nada a medias. Intente otra vez; si se repite, "
    "avise con este número: {id}."
)


def _told(refusal: Refusal) -> tuple[str, dict[str, Any]]:
    remedy = refusal.remedy.format(**refusal.params) if refusal.params else refusal.remedy
    rows = [
        {"row": r.row, "field": r.field, "message": r.message, "remedy": r.remedy}
        for r in refusal.rows[:200]
    ]
    return f"{refusal} {remedy}".strip(), {"rows": rows, "row_count": len(refusal.rows)}


def _end_with_parent(ending: threading.Event) -> None:
    def watch() -> None:
        # Not through Python's buffer: its lock, held here, would break the end of the process.
        while os.read(sys.stdin.fileno(), 1):
            pass
        ending.set()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _end_in_time(ending: threading.Event) -> None:
    def wait() -> None:
        ending.wait()
        time.sleep(GRACE_S)
        os._exit(0)

    threading.Thread(target=wait, name="grace", daemon=True).start()


def main(arguments: Sequence[str] | None = None) -> int:
    """The process itself."""
    parser = argparse.ArgumentParser(prog="python -m app.worker")
    parser.add_argument("--with-parent", action="store_true")
    asked = parser.parse_args(arguments)
    settings = from_environment()
    logs.set_up(settings, "worker")
    ending = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ending.set())
    if hasattr(os, "nice"):
        os.nice(5)  # people who wait for a page come first
    if asked.with_parent:
        _end_with_parent(ending)
    _end_in_time(ending)
    run(settings, ending)
    return 0


if __name__ == "__main__":
    sys.exit(main())
