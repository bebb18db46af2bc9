"""``sismuni`` from a shell: what it says, what it leaves, how it ends."""

import io
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app import cli
from app.cli import entry, serving
from app.operations import access, jobs, trail
from app.records.jobs import Job
from app.records.people import Account
from app.records.territory import CodeChange
from app.settings import ROOT, Settings
from app.store.locks import FileLock
from app.store.sessions import Store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, whatever the environment of the tests says."""
    for name in [name for name in os.environ if name.startswith("SISMUNI_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("SISMUNI_HOME", str(home))
    monkeypatch.setenv("SISMUNI_LOG", "-")
    monkeypatch.setenv("SISMUNI_BACKUP_KEY", "una clave de prueba")
    return home


def store_of(home: Path) -> Store:
    return Store(Settings(home=home).url, 1)


def test_every_command_has_its_function(home: Path) -> None:
    for name in entry.COMMANDS:
        module, _, function = entry.COMMANDS[name].partition(":")
        __import__(module)

        assert callable(getattr(sys.modules[module], function)), name


@pytest.mark.parametrize("asked", [[], ["bailar"], ["backup", "--nada"], ["admin"]])
def test_wrong_command_ends_with_2(
    asked: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(asked)

    assert ended.value.code == 2
    assert "usage: sismuni" in capsys.readouterr().err


def test_migrate_prepares_a_new_installation_and_then_has_nothing_to_do(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = cli.main(["migrate"])
    said = capsys.readouterr().out
    second = cli.main(["migrate"])

    assert (first, second) == (0, 0)
    assert "Preparando un almacén nuevo" in said
    if os.name == "posix":
        assert home.stat().st_mode & 0o077 == 0
    assert capsys.readouterr().out == "Los datos están al día.\n"


def test_backup_answers_in_json_and_restore_asks_before_replacing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["migrate"])
    capsys.readouterr()
    made = cli.main(["backup", "--json"])
    path = json.loads(capsys.readouterr().out)["path"]

    refused = cli.main(["restore", path])
    told = capsys.readouterr().err
    replaced = cli.main(["restore", path, "--replace"])

    assert (made, refused, replaced) == (0, 1, 0)
    assert "Aquí ya hay datos." in told
    assert "--replace" in told
    assert "Se restauró la copia" in capsys.readouterr().out


def test_refusal_is_json_where_json_was_asked(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["migrate"])
    target = tmp_path / "ya.sismuni"
    target.write_bytes(b"")
    capsys.readouterr()

    ended = cli.main(["backup", "--json", "--to", str(target)])

    assert ended == 1
    assert json.loads(capsys.readouterr().out)["error"]["detail"] == "Ya existe ya.sismuni."


def test_first_administrator_is_made_once_and_reset_by_name(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(password: str, *words: str) -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
        return cli.main(["admin", *words, "--password-stdin"])

    made = ask("tres palabras juntas", "create", "--login", "jefa", "--name", "La Jefa")
    again = ask("tres palabras juntas", "create", "--login", "otra", "--name", "Otra")
    reset = ask("otras tres palabras", "reset", "jefa")
    nobody = ask("otras tres palabras", "reset", "nadie")

    assert (made, again, reset, nobody) == (0, 1, 0, 1)
    assert "palabras" not in capsys.readouterr().out
    store = store_of(home)
    with store.reading() as session:
        assert session.exec(select(Account.login)).all() == ["jefa"]
    assert access.log_in(store, "jefa", "otras tres palabras", "prueba")
    store.close()


def test_without_a_console_the_missing_password_is_explained(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    ended = cli.main(["admin", "create", "--login", "jefa", "--name", "La Jefa"])

    assert ended == 1
    assert "--password-stdin" in capsys.readouterr().err


def test_jobs_are_worked_and_listed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["migrate"])
    store = store_of(home)
    with store.writing() as session:
        jobs.queue(session, "retention", {}, trail.SYSTEM)
    store.close()
    capsys.readouterr()

    worked = cli.main(["jobs", "work"])
    said = capsys.readouterr().out
    cli.main(["jobs", "list", "--json"])

    assert worked == 0
    assert "Trabajos hechos: 1." in said
    assert [j["state"] for j in json.loads(capsys.readouterr().out)["jobs"]] == ["done"]


def test_altered_trail_ends_with_3(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["migrate"])
    store = store_of(home)
    with store.writing() as session:
        trail.seal(session)
    whole = cli.main(["verify-trail"])
    with store.writing() as session:
        session.connection().exec_driver_sql("UPDATE audit SET reason = 'x' WHERE id = 1")
    store.close()

    altered = cli.main(["verify-trail"])

    assert (whole, altered) == (0, 3)
    assert "La auditoría fue alterada" in capsys.readouterr().out


def test_health_says_what_is_wrong_and_ends_with_3(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["migrate"])
    well = cli.main(["health"])
    monkeypatch.setenv("SISMUNI_LOW_DISK_BYTES", str(10**18))
    capsys.readouterr()

    full = cli.main(["health"])

    assert (well, full) == (0, 3)
    assert "Queda poco espacio en disco" in capsys.readouterr().out


def test_rebuild_and_recompute_run_on_an_empty_installation(home: Path) -> None:
    assert (cli.main(["rebuild"]), cli.main(["recompute"])) == (0, 0)


CHANGES = (
    "nivel,tipo,ubigeo_2007,ubigeo_2026,nombre_2007,nombre_2026\n"
    "distrito,renombrado,100101,100101,viejo,nuevo\n"
)


def test_import_previews_publishes_and_tells_its_key(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cambios.csv"
    file.write_text(CHANGES, encoding="utf-8")
    cli.main(["migrate"])
    capsys.readouterr()

    dry = cli.main(["import", "changes", str(file), "--dry-run"])
    nothing = changes_of(home)
    said = capsys.readouterr().out
    real = cli.main(["import", "changes", str(file), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (dry, real, nothing) == (0, 0, set())
    assert "repita sin --dry-run" in said
    assert (told["state"], told["rows"]) == ("published", 1)
    assert {str(name).casefold() for name in changes_of(home)} == {"nuevo"}


def changes_of(home: Path) -> set[str | None]:
    store = store_of(home)
    with store.reading() as session:
        names = set(session.exec(select(CodeChange.new_name)).all())
    store.close()
    return names


def test_import_with_a_bad_row_keeps_nothing_and_names_the_row(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cambios.csv"
    file.write_text(CHANGES + "distrito,fusionado,1,2,viejo,nuevo\n", encoding="utf-8")

    ended = cli.main(["import", "changes", str(file)])

    said = capsys.readouterr().out
    assert ended == 1
    assert "fila 3" in said
    assert "No se guardó nada" in said
    assert changes_of(home) == set()


def test_import_of_a_missing_file_or_a_strange_option_is_refused(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n", encoding="utf-8")

    missing = cli.main(["import", "places", str(tmp_path / "b.csv")])
    strange = cli.main(["import", "places", str(file), "--option", "nada"])

    assert (missing, strange) == (1, 1)
    told = capsys.readouterr().err
    assert "No existe el archivo" in told
    assert "nombre=valor" in told


def test_tls_prints_its_guide(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = cli.main(["tls", "--name", "muni.local", "--ip", "192.168.1.20"])

    said = capsys.readouterr().out
    assert ended == 0
    assert "muni.local" in said
    assert (home / "tls" / "guia" / "guia.pdf").read_bytes().startswith(b"%PDF")
    assert "https://192.168.1.20:8000/autoridad.crt" in (
        home / "tls" / "guia" / "guia.html"
    ).read_text("utf-8")


@contextmanager
def served(home: Path, *options: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server as people start it, once it says where it serves."""
    environment: Mapping[str, str] = {
        **{k: v for k, v in os.environ.items() if not k.startswith("SISMUNI_")},
        "SISMUNI_HOME": str(home),
        "SISMUNI_LOG": str(home / "log"),
        "SISMUNI_BACKUP_KEY": "clave",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        **more,
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", "0", *options],
        cwd=home.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert child.stdout is not None
        said = ""
        for line in child.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        yield child, said
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def address_in(said: str) -> str:
    found = re.search(r"https?://[\d.]+:\d+", said)
    assert found, said
    return found.group()


def asked(address: str, context: ssl.SSLContext | None = None) -> Any:
    with urllib.request.urlopen(address, timeout=10, context=context) as answer:
        return json.load(answer)


def test_server_says_where_it_serves_and_ends_in_order(home: Path) -> None:
    with served(home) as (child, said):
        health = asked(address_in(said) + "/health")
        store = store_of(home)
        with store.writing() as session:
            job = jobs.queue(session, "retention", {}, trail.SYSTEM)
        end = time.monotonic() + 20
        state = ""
        while state != "done" and time.monotonic() < end:
            time.sleep(0.2)
            with store.reading() as session:
                state = session.exec(select(Job.state).where(Job.id == job.id)).one()
        store.close()
        child.send_signal(signal.SIGINT)
        rest = child.stdout.read() if child.stdout else ""
        ended = child.wait(20)

    assert health["status"] == "ok"
    assert "sismuni admin create" in said
    assert state == "done"
    assert ended == 0
    assert "SISMUNI terminó en orden." in rest
    with FileLock(home / "worker.lock"):  # its worker ended with it
        pass


def test_second_server_of_the_same_data_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(home):
        ended = cli.main(["serve", "--port", "0"])

    assert ended == 1
    assert "ya está en marcha" in capsys.readouterr().err


def test_taken_port_is_explained(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = cli.main(["serve", "--port", str(taken.getsockname()[1])])

    assert ended == 1
    assert "--port" in capsys.readouterr().err


def test_server_speaks_https_with_its_own_authority(home: Path) -> None:
    with served(home, "--tls") as (_, said):
        trusting = ssl.create_default_context(cafile=str(home / "tls" / "authority.crt"))
        health = asked(address_in(said) + "/health", trusting)

    assert address_in(said).startswith("https://")
    assert health["store"] == "ok"


def test_no_answer_waits_for_the_receipt_of_the_one_before(tmp_path: Path) -> None:
    listening = serving._listen(Settings(home=tmp_path, port=0))

    proto = listening.proto
    listening.close()

    # asyncio turns Nagle's delay off for these alone.
    assert proto == socket.IPPROTO_TCP
