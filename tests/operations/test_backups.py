"""Backup, wipe, restore: the same rows and files; whatever is not whole changes nothing."""

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from sqlalchemy import text
from sqlmodel import select

from app.errors import Conflict, Unknown
from app.operations import backups, installing, trail
from app.records.tables import METADATA
from app.records.territory import Community, Place
from app.settings import ROOT, Settings
from app.store import backup, migrations, spatial
from app.store.archive import Damaged, NotABackup, WrongKey
from app.store.locks import FileLock
from app.store.sessions import Store

PHOTO = b"\xff\xd8 acta"


@pytest.fixture
def settings(store_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", database_url=store_url, backup_key="clave de prueba")


def fill(settings: Settings) -> None:
    store = Store(settings.url, 1)
    with store.writing() as session:
        session.add(Place(kind="district", code="100101", name="Ñ", search="ñ", sort_key="n~"))
        session.add(
            Community(
                code="1",
                name="Uno",
                search="uno",
                sort_key="uno",
                geom=spatial.to_column(shapely.Point(-76, -9)),
            )
        )
        trail.record(session, trail.SYSTEM, trail.Act("create", "territory", "100101"))
    with store.writing() as session:
        trail.seal(session)
    store.close()
    digest = hashlib.sha256(PHOTO).hexdigest()
    path = settings.files / digest[:2] / digest
    path.parent.mkdir(parents=True)
    path.write_bytes(PHOTO)


def wipe(settings: Settings) -> None:
    shutil.rmtree(settings.files, ignore_errors=True)
    if settings.url.startswith("sqlite"):
        for path in backup.sqlite_path(settings.url).parent.glob("sismuni.db*"):
            path.unlink()
        return
    store = Store(settings.url, 1)
    with store.writing() as session:
        for name in backup.tables(settings.url):
            session.connection().exec_driver_sql(f'DROP TABLE "{name}" CASCADE')
    store.close()


def everything(settings: Settings) -> dict[str, list[Any]]:
    """Every row of every table, and every file."""
    store = Store(settings.url, 1)
    with store.reading() as session:
        found = {
            name: sorted(map(str, session.rows(text(f'SELECT * FROM "{name}"'))))
            for name in backup.tables(settings.url)
        }
        box = spatial.in_box(session, Community, (-77, -10, -75, -8))
        found["by box"] = list(session.exec(select(Community.code).where(box)).all())
        found["broken seals"] = trail.broken_seals(session)
    store.close()
    found["files"] = sorted(p.read_bytes() for p in settings.files.rglob("*") if p.is_file())
    return found


def test_backup_wipe_restore_gives_the_same_rows_files_and_index(settings: Settings) -> None:
    fill(settings)
    before = everything(settings)

    made = backups.make(settings)
    wipe(settings)
    backups.restore(settings, made.path)

    assert everything(settings) == before
    assert before["by box"] == ["1"]
    assert before["files"] == [PHOTO]


def test_archive_tells_nothing_to_whoever_finds_it(settings: Settings) -> None:
    fill(settings)

    made = backups.make(settings)

    content = made.path.read_bytes()
    assert PHOTO not in content
    assert b"manifest" not in content


def test_restore_over_data_must_be_asked_for_and_keeps_what_was_there(settings: Settings) -> None:
    fill(settings)
    made = backups.make(settings)
    store = Store(settings.url, 1)
    with store.writing() as session:
        session.add(Place(kind="district", code="100102", name="D", search="d", sort_key="d"))
    store.close()
    later = everything(settings)

    with pytest.raises(Conflict, match="Aquí ya hay datos"):
        backups.restore(settings, made.path)
    done = backups.restore(settings, made.path, replace=True)

    assert len(everything(settings)["place"]) == 1
    assert done.before is not None
    backups.restore(settings, done.before, replace=True)
    assert everything(settings) == later


def spoilt(path: Path, how: str) -> Path:
    content = bytearray(path.read_bytes())
    if how == "cut":
        del content[len(content) * 2 // 3 :]
    elif how == "changed":
        content[len(content) // 2] ^= 1
    elif how == "foreign":
        content[:] = b"PK\x03\x04 otra cosa" * 100
    elif how == "empty":
        content.clear()
    spoiled = path.with_name(f"{how}.sismuni")
    spoiled.write_bytes(content)
    return spoiled


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ("cut", Damaged),
        ("changed", Damaged),
        ("foreign", NotABackup),
        ("empty", NotABackup),
        ("whole", WrongKey),
    ],
)
def test_what_is_not_whole_or_has_another_key_changes_nothing(
    settings: Settings, how: str, refusal: type[Exception]
) -> None:
    fill(settings)
    made = backups.make(settings)
    before = everything(settings)
    other = replace(settings, backup_key="otra") if how == "whole" else settings

    with pytest.raises(refusal):
        backups.restore(other, spoilt(made.path, how), replace=True)

    assert everything(settings) == before
    assert list((settings.home / "tmp").iterdir()) == []


def test_restore_waits_for_the_server_to_stop(settings: Settings) -> None:
    made = backups.make(settings)

    with (
        FileLock(settings.home / "serve.lock"),
        pytest.raises(Conflict, match="en uso") as refused,
    ):
        backups.restore(settings, made.path, replace=True)

    assert "Detenga SISMUNI" in refused.value.remedy


def test_missing_archive_is_told(settings: Settings) -> None:
    with pytest.raises(Unknown, match="No existe el archivo"):
        backups.restore(settings, settings.home / "nada.sismuni")


def test_others_write_while_a_backup_is_made(settings: Settings) -> None:
    store = Store(settings.url, 2)
    with store.reading() as reading:
        reading.rows(text("SELECT 1"))
        made = backups.make(settings)
        with store.writing() as session:
            session.add(Place(kind="district", code="9", name="D", search="d", sort_key="d"))
    store.close()

    done = backups.restore(settings, made.path, replace=True)

    assert done.manifest.rows["place"] == 0


@pytest.fixture
def file_settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", database_url=sqlite_url)


def test_first_backup_makes_a_key_that_only_its_owner_reads(file_settings: Settings) -> None:
    made = backups.make(file_settings)
    again = backups.make(file_settings)

    assert made.new_key is not None
    assert again.new_key is None
    if os.name == "posix":
        assert made.new_key.stat().st_mode & 0o077 == 0
    made.new_key.unlink()
    with pytest.raises(Unknown, match="ninguna clave"):
        backups.restore(file_settings, made.path, replace=True)


def test_only_the_newest_automatic_backups_are_kept(file_settings: Settings) -> None:
    few = replace(file_settings, backup_keep=2, backup_key="clave")

    made = [backups.make(few).path for _ in range(4)]

    assert [path.exists() for path in made] == [False, False, True, True]
    last = backups.last(few)
    assert last is not None
    assert last.path == made[-1]


def test_backup_goes_where_it_is_told_and_overwrites_nothing(
    file_settings: Settings, tmp_path: Path
) -> None:
    made = backups.make(file_settings, tmp_path / "usb.sismuni")

    with pytest.raises(Conflict, match="Ya existe"):
        backups.make(file_settings, made.path)

    assert list(file_settings.backups.glob("*.sismuni")) == []
    assert backups.last(file_settings) is not None


def test_backup_of_the_other_store_is_refused(file_settings: Settings, store_url: str) -> None:
    if store_url.startswith("sqlite"):
        return
    theirs = replace(file_settings, database_url=store_url, backup_key="clave")
    made = backups.make(theirs)

    with pytest.raises(Conflict, match="almacén postgresql"):
        backups.restore(replace(file_settings, backup_key="clave"), made.path, replace=True)


LATER = '''
"""A later schema, for this test alone."""

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = {head!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("place", sa.Column("later", sa.String(length=10), server_default="ya"))


def downgrade() -> None:
    op.drop_column("place", "later")
'''


@pytest.fixture
def later_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same program with one migration more."""
    tree = tmp_path / "later"
    shutil.copytree(ROOT / "migrations", tree / "migrations")
    shutil.copy(ROOT / "alembic.ini", tree / "alembic.ini")
    text_of = LATER.format(head=migrations.head())
    (tree / "migrations" / "versions" / "29991231_later.py").write_text(text_of, "utf-8")
    monkeypatch.setattr(migrations, "ROOT", tree)


def a_later_program(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("later_program")


def test_older_backup_is_brought_up_to_date(
    settings: Settings, request: pytest.FixtureRequest
) -> None:
    fill(settings)
    made = backups.make(settings)
    wipe(settings)

    a_later_program(request)
    backups.restore(settings, made.path)

    assert migrations.revision(settings.url) == "later"
    store = Store(settings.url, 1)
    with store.reading() as session:
        assert session.rows(text("SELECT name, later FROM place")) == [("Ñ", "ya")]
    store.close()


def test_migration_makes_a_backup_first_which_the_older_program_can_restore(
    settings: Settings, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(settings)
    before = everything(settings)
    said: list[str] = []
    with monkeypatch.context():
        a_later_program(request)
        was_new = installing.migrate(settings, said.append)

    assert not was_new
    assert any("Copia:" in line for line in said)
    last = backups.last(settings)
    assert last is not None
    monkeypatch.setattr(migrations, "ROOT", ROOT)
    with pytest.raises(Conflict, match="versión más nueva"):
        installing.migrate(settings)
    newer = backups.make(settings)
    with pytest.raises(Conflict, match="versión más nueva"):
        backups.restore(settings, newer.path, replace=True)
    backups.restore(settings, last.path, replace=True)
    assert everything(settings) == before


def test_new_store_is_prepared_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "nuevo")

    first = installing.bring_up(settings)
    second = installing.bring_up(settings)

    assert (first, second) == (True, False)
    assert backups.last(settings) is None
    assert set(backup.tables(settings.url)) - {"alembic_version"} == set(METADATA.tables)
