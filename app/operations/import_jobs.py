"""Imports as jobs of the worker; each may be run again after a kill and ends the same."""

from typing import Any
from uuid import UUID

from app.operations import importing, jobs
from app.operations.progress import Report
from app.operations.trail import Author
from app.records import imports
from app.records.imports import ImportBatch
from app.records.jobs import Job
from app.store.sessions import Reading, Store, Writing


def queue(
    session: Writing,
    author: Author,
    verb: str,
    batch: ImportBatch,
    place_id: int | None = None,
    reason: str = "",
) -> Job:
    """Put ``preview``, ``publish`` or ``undo`` of a batch in line."""
    params = {"batch": str(batch.uuid), **({"reason": reason} if reason else {})}
    return jobs.queue(session, f"import_{verb}", params, author, place_id)


def latest(session: Reading, batch: ImportBatch) -> Job | None:
    """The newest job of a batch."""
    for job in jobs.recent(session, most=200):
        if job.kind.startswith("import_") and job.params.get("batch") == str(batch.uuid):
            return job
    return None


def run_preview(store: Store, job: Job, report: Report) -> dict[str, Any]:
    """Read the file and write its report."""
    batch = importing.check(store, report.settings, UUID(job.params["batch"]), report)
    return _told(batch)


def run_publish(store: Store, job: Job, report: Report) -> dict[str, Any]:
    """Write the whole file."""
    uuid = UUID(job.params["batch"])
    with store.reading() as session:
        batch = imports.find(session, uuid)
    if batch.state != "published":  # else a worker was killed after its commit
        author = Author(job.author_id)
        batch = importing.publish(store, report.settings, author, uuid, report)
    importing.settle(store, report.settings, batch)
    return _told(batch)


def run_undo(store: Store, job: Job, report: Report) -> dict[str, Any]:
    """Take the batch back."""
    uuid = UUID(job.params["batch"])
    with store.reading() as session:
        batch = imports.find(session, uuid)
    if batch.state != "undone":
        author = Author(job.author_id)
        batch = importing.undo(store, author, uuid, str(job.params.get("reason", "")), report)
    importing.settle(store, report.settings, batch)
    return _told(batch)


def _told(batch: ImportBatch) -> dict[str, Any]:
    counts = {k: v for k, v in batch.report.get("counts", {}).items() if isinstance(v, int)}
    errors = batch.report.get("error_count", 0)
    return {"batch": str(batch.uuid), "state": batch.state, "errors": errors, **counts}
