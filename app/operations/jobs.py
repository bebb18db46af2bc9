"""Long work as rows: put in line, taken by one worker, reported on, taken up again.

A job may be run more than once (a killed worker, a power cut), so every runner must
give the same end when it starts anew. ``attempts`` is the fence: a worker that lost its
job to another can no longer write to it. ``params`` and ``message`` hold nothing personal.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import runners, trail
from app.records.jobs import OPEN, Job
from app.store.sessions import Reading, Store, Writing
from app.store.types import now

STALE_S = 60  # a beat older than this: its worker is gone
MOST_ATTEMPTS = 3


class Lost(Exception):
    """The job is no longer this worker's: another took it up, or it ended."""


def queue(
    session: Writing,
    kind: str,
    params: dict[str, Any],
    author: trail.Author,
    place_id: int | None = None,
) -> Job:
    """Put work in line; it begins after this transaction commits.

    Raises
    ------
    Invalid
        There is no runner of this kind.
    """
    if kind not in runners.RUNNERS:
        raise Invalid("No hay ningún trabajo de la clase {kind}.", kind=kind)
    job = Job(kind=kind, params=params, author_id=author.account_id, place_id=place_id)
    session.add(job)
    session.flush()
    trail.record(session, author, trail.Act(f"queue {kind}"[:40], "jobs", job.uuid, place_id))
    return job


def find(session: Reading, uuid: UUID) -> Job:
    """The job with this key.

    Raises
    ------
    Unknown
        There is none.
    """
    job = session.exec(select(Job).where(Job.uuid == uuid)).first()
    if job is None:
        raise Unknown("No hay ningún trabajo con esa clave.", remedy="Búsquelo en la lista.")
    return job


def recent(session: Reading, place_id: int | None = None, most: int = 50) -> Sequence[Job]:
    """The newest jobs first, of one place or of all."""
    wanted = select(Job).order_by(col(Job.id).desc()).limit(most)
    if place_id is not None:
        wanted = wanted.where(Job.place_id == place_id)
    return session.exec(wanted).all()


def how_many(session: Reading) -> dict[str, int]:
    """Jobs by state."""
    rows = session.exec(select(Job.state, func.count()).group_by(Job.state)).all()
    return dict(rows)


def any_open(session: Reading) -> bool:
    """Whether there is work for a worker."""
    return session.exec(select(Job.id).where(col(Job.state).in_(OPEN)).limit(1)).first() is not None


def state(job: Job) -> dict[str, Any]:
    """What a screen or a program may know of a job while it waits for it."""
    return {
        "id": str(job.uuid),
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "message": job.message,
        "result": job.result,
    }


def cancel(session: Writing, job: Job, author: trail.Author) -> None:
    """Ask that a job stops; one that waits ends at once, one that runs at its next report.

    Raises
    ------
    Conflict
        It has ended already.
    """
    row = session.exec(select(Job).where(Job.id == job.id).with_for_update()).one()
    if row.state not in OPEN:
        raise Conflict("Ese trabajo ya terminó.", remedy="Si publicó algo, use «deshacer».")
    row.cancel = True
    if row.state == "queued":
        row.state, row.ended_at, row.message = "cancelled", now(), "Cancelado antes de empezar."
    trail.record(session, author, trail.Act("cancel", "jobs", row.uuid, row.place_id))


def take(store: Store) -> Job | None:
    """The oldest job in line, now this worker's alone; None where nothing waits.

    SQLite's writing session already excludes every other; PostgreSQL skips the rows that
    another worker is taking.
    """
    with store.reading() as session:
        if session.exec(select(Job.id).where(Job.state == "queued").limit(1)).first() is None:
            return None
    with store.writing() as session:
        job = session.exec(
            select(Job)
            .where(Job.state == "queued")
            .order_by(col(Job.id))
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if job is not None:
            job.state, job.beat_at, job.message = "running", now(), ""
            job.attempts += 1
        return job


def beat(store: Store, job: Job, done: int, total: int, message: str) -> bool:
    """Say that the job lives and how far it is; returns whether a person asked to stop it.

    Raises
    ------
    Lost
        It is no longer this worker's.
    """
    with store.writing() as session:
        _write(session, job, done=done, total=total, message=message[:500], beat_at=now())
        return session.exec(select(Job.cancel).where(Job.id == job.id)).one()


def finish(
    store: Store, job: Job, result: dict[str, Any], last: tuple[int, int, str] = (0, 0, "")
) -> None:
    """The work is done; ``last`` as in ``beat``, which may not have written it; raises ``Lost``."""
    done, total, message = last
    with store.writing() as session:
        _write(
            session,
            job,
            state="done",
            done=max(done, total),
            total=total,
            message=message[:500],
            result=result,
            ended_at=now(),
        )


def fail(store: Store, job: Job, message: str, result: dict[str, Any] | None = None) -> None:
    """It could not be done, for a reason that a person can read; raises ``Lost``."""
    with store.writing() as session:
        _write(
            session, job, state="failed", message=message[:500], result=result or {}, ended_at=now()
        )


def stop(store: Store, job: Job) -> None:
    """A person's wish to stop it was met; raises ``Lost``."""
    with store.writing() as session:
        _write(session, job, state="cancelled", message="Cancelado.", ended_at=now())


def put_back(store: Store, job: Job) -> None:
    """The worker must end before its job: it waits in line again; raises ``Lost``."""
    with store.writing() as session:
        # The interruption is not the job's fault.
        _write(session, job, state="queued", attempts=job.attempts - 1, beat_at=None)


def resume(store: Store, stale_s: float = STALE_S) -> int:
    """Put the jobs of workers that are gone back in line; returns how many.

    One that brought its worker down ``MOST_ATTEMPTS`` times is given up instead.
    """
    with store.writing() as session:
        gone = session.exec(
            select(Job)
            .where(Job.state == "running", col(Job.beat_at) <= now() - timedelta(seconds=stale_s))
            .with_for_update(skip_locked=True)
        ).all()
        for job in gone:
            if job.cancel:
                job.state, job.ended_at, job.message = "cancelled", now(), "Cancelado."
            elif job.attempts >= MOST_ATTEMPTS:
                job.state, job.ended_at = "failed", now()
                job.message = (
                    f"Se interrumpió {job.attempts} veces sin terminar. Revise el espacio en disco "
                    "y la memoria, y vuelva a pedirlo."
                )
            else:
                job.state = "queued"
        return len(gone)


def _write(session: Writing, job: Job, **values: Any) -> None:
    hit = session.connection().execute(
        update(Job)
        .where(
            col(Job.id) == job.id, col(Job.attempts) == job.attempts, col(Job.state) == "running"
        )
        .values(**values)
    )
    if hit.rowcount == 0:
        raise Lost(str(job.uuid))
