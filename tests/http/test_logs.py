"""The log holds lines of JSON with the request, and nothing that a person wrote."""

import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Form
from fastapi.testclient import TestClient

from app import logs
from app.http.gate import request_id
from app.main import create_app
from app.settings import Settings

SECRET = "Rosa Huamán, DNI 45678912"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = handlers, level


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", database_url=sqlite_url, worker=False)


@pytest.fixture
def client(settings: Settings) -> TestClient:
    logs.set_up(settings, "web", request_id.get)
    app = create_app(settings)

    @app.post("/breaks")
    def breaks(name: Annotated[str, Form()]) -> None:
        try:
            sqlite3.connect(":memory:").execute(f"SELECT '{name}' FROM nada")
        except sqlite3.Error as error:
            raise RuntimeError(f"no se guardó {name}") from error

    @app.post("/warns")
    def warns(name: Annotated[str, Form()]) -> int:
        logging.getLogger("sismuni.test").warning("a form of %d letters", len(name))
        return 1

    return TestClient(app, raise_server_exceptions=False)


def lines(settings: Settings) -> list[dict[str, Any]]:
    text = (settings.home / "log" / "web.log").read_text("utf-8")
    assert SECRET not in text
    assert "45678912" not in text
    return [json.loads(line) for line in text.splitlines()]


def test_form_and_query_never_reach_the_log(client: TestClient, settings: Settings) -> None:
    answer = client.post(f"/warns?buscar={SECRET}", data={"name": SECRET})

    warned, asked = lines(settings)
    assert warned["request"] == asked["request"] == answer.headers["x-request-id"]
    assert (asked["method"], asked["route"], asked["status"]) == ("POST", "/warns", 200)
    assert asked["ms"] > 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_error_is_told_by_its_kind_and_places_not_by_its_words(
    client: TestClient, settings: Settings
) -> None:
    answer = client.post("/breaks", data={"name": SECRET})

    assert answer.status_code == 500
    told = next(line for line in lines(settings) if "error" in line)
    assert [each["kind"] for each in told["error"]] == ["RuntimeError", "OperationalError"]
    assert any("test_logs.py" in place for place in told["error"][0]["at"])
    assert told["request"] == answer.headers["x-request-id"]


def test_log_may_go_to_the_error_output(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up(Settings(home=settings.home, log="-"), "web")

    logging.getLogger("sismuni").warning("algo")

    assert json.loads(capsys.readouterr().err)["message"] == "algo"
