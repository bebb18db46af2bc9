"""/health tells the truth to anybody, /metrics only to those who may, and neither a secret."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.operations import backups, seeding, tls
from app.records.jobs import Job
from app.records.trail import AuditEntry
from app.settings import Settings
from app.store import backup
from app.store.sessions import Store
from app.store.types import now

HERE = ("127.0.0.1", 50_000)
ELSEWHERE = ("192.168.1.30", 50_000)


@pytest.fixture
def settings(store_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", database_url=store_url, low_disk_bytes=1, worker=False)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), client=HERE) as client:
        yield client


def test_healthy_installation_says_so_without_secrets(
    client: TestClient, settings: Settings
) -> None:
    answer = client.get("/health")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["problems"] == []
    for secret in (str(settings.home), settings.url, "password", "sismuni.db"):
        assert secret not in answer.text


def test_age_of_the_backup_is_told_and_an_old_one_degrades(
    client: TestClient, settings: Settings
) -> None:
    never = client.get("/health").json()
    store = Store(settings.url, 1)
    with store.writing() as session:
        long_ago = now() - timedelta(days=30)
        session.add(AuditEntry(at=long_ago, action="x", register_code="x", subject="x"))
    store.close()
    late = client.get("/health").json()
    backups.make(replace(settings, backup_key="clave"))

    fresh = client.get("/health").json()

    assert never["backup_age_days"] is None
    assert (late["status"], late["problems"]) == ("degraded", ["backup"])
    assert fresh["status"] == "ok"
    assert fresh["backup_age_days"] < 0.1


def test_job_that_nobody_runs_degrades(client: TestClient, settings: Settings) -> None:
    store = Store(settings.url, 1)
    with store.writing() as session:
        session.add(Job(kind="backup", created_at=now() - timedelta(hours=1)))
    store.close()

    told = client.get("/health").json()

    assert (told["problems"], told["jobs"]) == (["jobs"], {"queued": 1})


def test_full_disk_degrades_while_people_go_on_working(settings: Settings) -> None:
    full = replace(settings, low_disk_bytes=10**18)
    with TestClient(create_app(full), client=HERE) as client:
        answer = client.get("/health")

    assert (answer.status_code, answer.json()["problems"]) == (200, ["disk"])


def test_store_that_does_not_answer_is_told_as_down(sqlite_url: str, tmp_path: Path) -> None:
    path = backup.sqlite_path(sqlite_url)
    with TestClient(
        create_app(Settings(home=tmp_path, database_url=sqlite_url, worker=False)), client=HERE
    ) as client:
        path.write_bytes(b"ya no es una base de datos" * 1000)
        answer = client.get("/health")

    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert answer.json()["problems"] == ["store"]


def test_metrics_count_requests_by_route_and_status(client: TestClient) -> None:
    client.get("/health")
    client.get("/health")
    client.get("/no/existe/12345678")

    text = client.get("/metrics").text

    assert 'sismuni_requests_total{route="/health",status="200"} 2' in text
    assert "sismuni_up 1" in text
    assert "sismuni_store_bytes" in text
    assert "12345678" not in text


def test_metrics_are_not_for_the_public(settings: Settings) -> None:
    with TestClient(create_app(settings), client=ELSEWHERE) as client:
        refused = client.get("/metrics")

    assert refused.status_code == 401


def test_request_that_a_proxy_passed_on_does_not_come_from_here(client: TestClient) -> None:
    refused = client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})

    assert refused.status_code == 401


def test_authority_is_given_to_any_phone(settings: Settings) -> None:
    store = Store(settings.url, 1)
    seeding.seed(store)
    store.close()
    with TestClient(create_app(settings), client=ELSEWHERE) as client:
        before = client.get("/autoridad.crt")
        tls.make(settings)
        after = client.get("/autoridad.crt")

    assert before.status_code == 404
    assert after.headers["content-type"] == "application/x-x509-ca-cert"
    assert b"BEGIN CERTIFICATE" in after.content
    assert b"PRIVATE" not in after.content
