"""A job runs once at a time, tells how far it is, and survives the death of its worker."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import select

from app import worker
from app.errors import Conflict, Invalid, RowError
from app.operations import jobs, progress, runners, trail
from app.operations.progress import Report
from app.operations.workers import Worker
from app.records.jobs import Job
from app.settings import ROOT, Settings
from app.store.sessions import Store
from app.store.types import now


def settings_of(store: Store, home: Path, **more: Any) -> Settings:
    return Settings(home=home, database_url=store.url, log="-", **more)


def queued(store: Store, kind: str = "sums", **params: Any) -> Job:
    with store.writing() as session:
        return jobs.queue(session, kind, params, trail.SYSTEM)


def as_it_stands(store: Store, job: Job) -> Job:
    with store.reading() as session:
        return session.exec(select(Job).where(Job.id == job.id)).one()


def sums(_: Store, job: Job, report: Report) -> dict[str, Any]:
    report(1, 2, "a medias")
    report(2)
    return {"sum": sum(job.params["of"])}


def refuses(_: Store, __: Job, ___: Report) -> None:
    raise Invalid(
        "La columna {name} no está.",
        remedy="Agréguela.",
        rows=[RowError(3, "x", "falta")],
        name="ubigeo",
    )


def breaks(_: Store, __: Job, ___: Report) -> None:
    raise ZeroDivisionError("DNI 12345678")


def waits(_: Store, __: Job, report: Report) -> dict[str, Any]:
    """Ends only when it is told to, or after 20 s."""
    for tenth in range(200):
        report(tenth, 200)
        time.sleep(0.1)
    return {}


def waits_the_first_time(store: Store, job: Job, report: Report) -> dict[str, Any]:
    return waits(store, job, report) if job.attempts == 1 else {"attempts": job.attempts}


@pytest.fixture(autouse=True)
def more_runners(monkeypatch: pytest.MonkeyPatch) -> None:
    for runner in (sums, refuses, breaks, waits, waits_the_first_time):
        monkeypatch.setitem(runners.RUNNERS, runner.__name__, f"{__name__}:{runner.__name__}")


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_every_runner_of_the_table_exists() -> None:
    kinds = [kind for kind, name in runners.RUNNERS.items() if name.startswith("app.")]

    assert all(callable(runners.runner(kind)) for kind in kinds)
    assert "backup" in kinds


def test_unknown_kind_is_refused_and_nothing_is_queued(store: Store) -> None:
    with pytest.raises(Invalid, match="de la clase nada"):
        queued(store, "nada")

    with store.reading() as session:
        assert not jobs.any_open(session)


def test_worker_runs_what_stands_in_line_and_ends(store: Store, tmp_path: Path) -> None:
    first, second = queued(store, of=[1, 2]), queued(store, of=[5])

    ran = worker.run(settings_of(store, tmp_path), idle_s=0)

    assert ran == 2
    assert jobs.state(as_it_stands(store, first)) == {
        "id": str(first.uuid),
        "kind": "sums",
        "state": "done",
        "done": 2,
        "total": 2,
        "message": "a medias",
        "result": {"sum": 3},
    }
    assert as_it_stands(store, second).result == {"sum": 5}


def test_refusal_reaches_the_person_with_its_remedy_and_rows(store: Store, tmp_path: Path) -> None:
    job = queued(store, "refuses")

    worker.run(settings_of(store, tmp_path), idle_s=0)

    found = as_it_stands(store, job)
    assert (found.state, found.message) == ("failed", "La columna ubigeo no está. Agréguela.")
    assert found.result["rows"] == [{"row": 3, "field": "x", "message": "falta", "remedy": ""}]


def test_unexpected_error_is_told_without_what_somebody_wrote(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    job = queued(store, "breaks")

    worker.run(settings_of(store, tmp_path), idle_s=0)

    found = as_it_stands(store, job)
    assert found.state == "failed"
    assert str(job.uuid) in found.message
    assert "12345678" not in found.message


def test_two_workers_never_take_the_same_job(store: Store) -> None:
    wanted = [queued(store, of=[n]).id for n in range(12)]

    def take_all(_: int) -> list[int]:
        taken = []
        while job := jobs.take(store):
            taken.append(job.id)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [i for each in pool.map(take_all, range(4)) for i in each]

    assert sorted(taken) == wanted


def test_second_worker_of_the_same_home_goes_away(store: Store, tmp_path: Path) -> None:
    settings = settings_of(store, tmp_path)
    queued(store, "waits")
    ending = threading.Event()
    first = threading.Thread(target=worker.run, args=(settings, ending, 0))
    first.start()
    until((tmp_path / "worker.lock").exists)
    time.sleep(0.2)

    ran = worker.run(settings, idle_s=0)

    ending.set()
    first.join()
    assert ran == 0


def test_running_job_reports_and_stops_when_asked(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "BEAT_S", 0.1)
    job = queued(store, "waits")
    thread = threading.Thread(target=worker.run, args=(settings_of(store, tmp_path), None, 0))
    thread.start()
    until(lambda: as_it_stands(store, job).total == 200)

    with store.writing() as session:
        jobs.cancel(session, job, trail.SYSTEM)

    thread.join(20)
    assert as_it_stands(store, job).state == "cancelled"


def test_waiting_job_is_cancelled_at_once_and_not_twice(store: Store) -> None:
    job = queued(store, of=[1])

    with store.writing() as session:
        jobs.cancel(session, job, trail.SYSTEM)

    assert as_it_stands(store, job).state == "cancelled"
    with pytest.raises(Conflict, match="ya terminó"), store.writing() as session:
        jobs.cancel(session, job, trail.SYSTEM)


def test_worker_that_must_end_puts_its_job_back_in_line(store: Store, tmp_path: Path) -> None:
    job = queued(store, "waits")
    ending = threading.Event()
    thread = threading.Thread(target=worker.run, args=(settings_of(store, tmp_path), ending, 0))
    thread.start()
    until(lambda: as_it_stands(store, job).state == "running")

    ending.set()

    thread.join(20)
    found = as_it_stands(store, job)
    assert (found.state, found.attempts) == ("queued", 0)


def test_progress_never_waits_for_the_runners_own_write(
    sqlite_store: Store, tmp_path: Path
) -> None:
    job = queued(sqlite_store, of=[1])
    taken = jobs.take(sqlite_store)
    assert taken is not None
    report = Report(settings_of(sqlite_store, tmp_path), threading.Event())
    with sqlite_store.writing():
        began = time.monotonic()
        report(1, 10)
        took_s = time.monotonic() - began

    assert took_s < 0.1
    assert as_it_stands(sqlite_store, job).done == 0


def test_worker_that_lost_its_job_can_no_longer_write_to_it(store: Store) -> None:
    job = queued(store, of=[1])
    lost = jobs.take(store)
    assert lost is not None
    jobs.resume(store, 0)
    again = jobs.take(store)
    assert again is not None

    with pytest.raises(jobs.Lost):
        jobs.finish(store, lost, {"by": "the first"})

    jobs.finish(store, again, {"by": "the second"})
    assert as_it_stands(store, job).result == {"by": "the second"}


def test_only_a_job_whose_beat_is_old_is_taken_up_again(store: Store) -> None:
    job = queued(store, of=[1])
    jobs.take(store)
    fresh = jobs.resume(store)
    with store.writing() as session:
        long_ago = now() - timedelta(seconds=jobs.STALE_S + 1)
        session.connection().execute(update(Job).values(beat_at=long_ago))

    stale = jobs.resume(store)

    assert (fresh, stale) == (0, 1)
    assert as_it_stands(store, job).state == "queued"


def test_job_that_kills_its_workers_is_given_up(store: Store) -> None:
    job = queued(store, of=[1])
    for _ in range(jobs.MOST_ATTEMPTS):
        jobs.take(store)
        jobs.resume(store, 0)

    found = as_it_stands(store, job)
    assert found.state == "failed"
    assert "Se interrumpió 3 veces" in found.message


KILLED = """
import sys
sys.path.insert(0, {tests!r})
import test_jobs
from app import worker
from app.operations import runners
from app.settings import from_environment
runners.RUNNERS["waits_the_first_time"] = "test_jobs:waits_the_first_time"
worker.run(from_environment(), idle_s=0)
"""


@pytest.mark.skipif(os.name != "posix", reason="a kill -9 is a POSIX matter")
def test_killed_worker_leaves_its_job_to_the_next(store: Store, tmp_path: Path) -> None:
    settings = settings_of(store, tmp_path)
    job = queued(store, "waits_the_first_time")
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED.format(tests=str(Path(__file__).parent))],
        env={**os.environ, **settings.to_environment(), "PYTHONPATH": str(ROOT)},
    )
    try:
        until(lambda: as_it_stands(store, job).state == "running")
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    with store.writing() as session:
        long_ago = now() - timedelta(seconds=jobs.STALE_S + 1)
        session.connection().execute(update(Job).values(beat_at=long_ago))

    worker.run(settings, idle_s=0)

    found = as_it_stands(store, job)
    assert (found.state, found.result) == ("done", {"attempts": 2})


def test_server_starts_a_worker_for_open_work_and_ends_it(
    sqlite_store: Store, tmp_path: Path
) -> None:
    job = queued(sqlite_store, "retention")
    server = Worker(settings_of(sqlite_store, tmp_path))

    server.start()
    server.start()
    until(lambda: as_it_stands(sqlite_store, job).state == "done")
    child = server.child
    server.stop()

    assert child is not None
    assert child.returncode == 0
