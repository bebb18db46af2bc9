"""The house keeps itself: sealed trail, due jobs, old rows and orphaned files erased."""

import hashlib
import os
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, func, select

from app.operations import backups, housekeeping, jobs, orphans, retention, trail
from app.operations.housekeeping import Sealer
from app.operations.progress import Report
from app.records.intake import Attachment, Draft
from app.records.jobs import Job
from app.records.people import Account, ApiToken, Login, OneTimeCode
from app.records.territory import Community
from app.records.trail import AuditEntry, Seal
from app.settings import Settings
from app.store.sessions import Store
from app.store.types import now, uuid7
from tests.worlds import built_once


def act(store: Store, subject: str = "x") -> None:
    with store.writing() as session:
        trail.record(session, trail.SYSTEM, trail.Act("create", "territory", subject))


def settings_of(store: Store, home: Path, **more: Any) -> Settings:
    return Settings(home=home, database_url=store.url, backup_key="clave", **more)


def test_two_rounds_seal_every_settled_row(store: Store) -> None:
    sealer = Sealer()
    act(store)
    act(store)

    sealed = sealer(store) + sealer(store)

    assert sealed == 2
    with store.reading() as session:
        assert trail.broken_seals(session) == []


def test_seal_waits_for_a_transaction_that_may_hold_a_lower_number(postgis_url: str) -> None:
    store = Store(postgis_url)
    sealer = Sealer()
    with store.writing() as late:
        trail.record(late, trail.SYSTEM, trail.Act("create", "territory", "late"))
        late.flush()
        act(store, "early")
        waiting = [sealer(store) for _ in range(3)]
    sealed = sealer(store) + sealer(store)

    assert waiting == [0, 0, 0]
    assert sealed == 2
    with store.reading() as session:
        assert trail.broken_seals(session) == []
        first = session.exec(select(AuditEntry.subject).order_by(col(AuditEntry.id))).first()
    store.close()
    assert first == "late"


def test_altered_row_breaks_its_seal_and_those_after_it_still_fit(store: Store) -> None:
    sealer = Sealer()
    for subject in ("one", "two"):
        act(store, subject)
        sealer(store)
        sealer(store)

    with store.writing() as session:
        session.connection().execute(text("UPDATE audit SET subject = 'other' WHERE id = 1"))

    with store.reading() as session:
        seals = session.exec(select(Seal.id).order_by(col(Seal.id))).all()
        assert trail.broken_seals(session) == [seals[0]]


def test_nothing_is_due_where_nothing_ever_happened(store: Store, tmp_path: Path) -> None:
    assert housekeeping.queue_due(store, settings_of(store, tmp_path)) == []


def test_old_backup_is_due_once_and_the_daily_jobs_once_a_day(store: Store, tmp_path: Path) -> None:
    settings = settings_of(store, tmp_path, backup_days=7)
    with store.writing() as session:
        long_ago = now() - timedelta(days=8)
        session.add(AuditEntry(at=long_ago, action="x", register_code="x", subject="x"))

    first = housekeeping.queue_due(store, settings)
    second = housekeeping.queue_due(store, settings)

    assert first == ["backup", "retention", "orphans"]
    assert second == []


def test_fresh_backup_is_not_due(sqlite_store: Store, tmp_path: Path) -> None:
    settings = settings_of(sqlite_store, tmp_path)
    with sqlite_store.writing() as session:
        long_ago = now() - timedelta(days=30)
        session.add(AuditEntry(at=long_ago, action="x", register_code="x", subject="x"))
    backups.make(settings)

    assert "backup" not in housekeeping.queue_due(sqlite_store, settings)


@built_once
def old_and_new(store: Store) -> Store:
    """One old and one young row of everything that retention looks at."""
    with store.writing() as session:
        account = Account(login="ana", name="Ana")
        community = Community(code="1", name="Uno", search="uno", sort_key="uno")
        session.add_all([account, community])
        session.flush()
        for at in (now() - timedelta(days=400), now()):
            mark = str(at.year)
            session.add_all(
                [
                    Draft(
                        account_id=account.id,
                        community_id=community.id,
                        instrument="plan",
                        form_uuid=uuid7(),
                        saved_at=at,
                    ),
                    OneTimeCode(account_id=account.id, code_hash=mark, expires_at=at),
                    Login(account_id=account.id, token_hash=mark, csrf="x", seen_at=at),
                    ApiToken(account_id=account.id, token_hash=mark, label="x", revoked_at=at),
                    Job(kind="backup", state="done", created_at=at),
                ]
            )
        session.add(Job(kind="backup", created_at=now() - timedelta(days=400)))
    return store


def test_retention_erases_what_is_old_and_leaves_a_trace(
    old_and_new: Store, tmp_path: Path
) -> None:
    erased = retention.erase_old(old_and_new, settings_of(old_and_new, tmp_path))

    assert erased == {"drafts": 1, "codes": 1, "sessions": 1, "tokens": 1, "jobs": 1, "agents": 0}
    with old_and_new.reading() as session:
        assert session.exec(select(func.count()).select_from(Draft)).one() == 1
        assert session.exec(select(func.count()).select_from(Job)).one() == 2
        reason = session.exec(
            select(AuditEntry.reason).where(AuditEntry.action == "retention")
        ).one()
    assert reason == "drafts: 1, codes: 1, sessions: 1, tokens: 1, jobs: 1"


def test_second_retention_finds_nothing_and_says_nothing(
    old_and_new: Store, tmp_path: Path
) -> None:
    settings = settings_of(old_and_new, tmp_path)
    retention.erase_old(old_and_new, settings)

    again = retention.erase_old(old_and_new, settings)

    assert set(again.values()) == {0}
    with old_and_new.reading() as session:
        assert session.exec(select(func.count()).select_from(AuditEntry)).one() == 1


def a_file(folder: Path, content: bytes, age_s: float) -> str:
    digest = hashlib.sha256(content).hexdigest()
    path = folder / digest[:2] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - age_s, time.time() - age_s))
    return digest


def test_only_old_files_that_no_row_names_are_collected(store: Store, tmp_path: Path) -> None:
    settings = settings_of(store, tmp_path)
    week = 7 * 86_400
    named = a_file(settings.files, b"named", week)
    erased = a_file(settings.files, b"erased", week)
    orphan = a_file(settings.files, b"orphan", week)
    young = a_file(settings.files, b"young", 60)
    with store.writing() as session:
        for digest, erased_at in ((named, None), (erased, now())):
            session.add(
                Attachment(
                    sha256=digest,
                    name="a",
                    media_type="image/jpeg",
                    bytes=5,
                    erased_at=erased_at,
                )
            )

    count, size = orphans.collect(store, settings, Report(settings, threading.Event()))

    left = {path.name for path in settings.files.rglob("*") if path.is_file()}
    assert left == {named, young}
    assert (count, size) == (2, len(b"erased") + len(b"orphan"))
    assert orphan not in left


def test_house_starts_a_worker_for_open_work_and_leaves_nobody_behind(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "LOOK_S", 0.1)
    house = housekeeping.Housekeeping(sqlite_store, settings_of(sqlite_store, tmp_path))
    with sqlite_store.writing() as session:
        job = jobs.queue(session, "retention", {}, trail.SYSTEM)
    house.start()
    end = time.monotonic() + 20
    state = "queued"
    while state != "done" and time.monotonic() < end:
        time.sleep(0.1)
        with sqlite_store.reading() as session:
            state = session.exec(select(Job.state).where(Job.id == job.id)).one()
    child = house.worker.child

    house.stop()

    assert state == "done"
    assert child is not None
    assert child.returncode == 0
