"""The whole database as one file and back, on either store.

SQLite by its own backup of a living file; PostgreSQL by ``pg_dump`` and, in a single
transaction, ``psql``: both come with every PostgreSQL client package.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, inspect, make_url, select, table, text

from app.errors import Conflict, Unavailable
from app.store import engines
from app.store.archive import Damaged

TOOL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
# Ours alone: what an extension brings (PostGIS's own tables) is no data of ours.
_OURS = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT EXISTS (
  SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""


def kind(url: str) -> str:
    """``sqlite`` or ``postgresql``, as a manifest names it."""
    return "sqlite" if engines.is_sqlite(url) else "postgresql"


def sqlite_path(url: str) -> Path:
    """The file of an embedded store."""
    return Path(url.removeprefix("sqlite:///"))


def is_empty(url: str) -> bool:
    """Whether there is no table of ours."""
    if engines.is_sqlite(url) and not sqlite_path(url).exists():
        return True
    return not tables(url)


def tables(url: str) -> list[str]:
    """Our tables, without the caches that are made anew."""
    engine = engines.reading(url, 1)
    try:
        with engine.connect() as connection:
            if engines.is_sqlite(url):
                names = inspect(connection).get_table_names()
            else:
                names = [row[0] for row in connection.exec_driver_sql(_OURS)]
    finally:
        engine.dispose()
    return sorted(filter(is_ours, names))


def counts(url: str) -> dict[str, int]:
    """Rows of each table."""
    names = tables(url)
    engine = engines.reading(url, 1)
    try:
        with engine.connect() as connection:
            return {
                name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
                for name in names
            }
    finally:
        engine.dispose()


def size_bytes(url: str) -> int:
    """What the database takes on its disk."""
    if engines.is_sqlite(url):
        path = sqlite_path(url)
        files = [path, path.with_name(path.name + "-wal")]
        return sum(file.stat().st_size for file in files if file.exists())
    engine = engines.reading(url, 1)
    try:
        with engine.connect() as connection:
            return int(connection.execute(text(_SIZE)).scalar_one())
    finally:
        engine.dispose()


_SIZE = "SELECT pg_database_size(current_database())"


def dump(url: str, target: Path) -> dict[str, int]:
    """Write the database as it stands in one instant, and count its rows in that instant.

    Others go on writing meanwhile.

    Raises
    ------
    Unavailable
        PostgreSQL's own programs are missing or fail.
    """
    if not engines.is_sqlite(url):
        return _dump_postgresql(url, target)
    with (
        contextlib.closing(sqlite3.connect(sqlite_path(url), timeout=60)) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy, pages=-1)
        # One file alone: a copy in WAL mode would want its companions.
        copy.execute("PRAGMA journal_mode=DELETE")
    return counts_of_file(target)


def counts_of_file(path: Path) -> dict[str, int]:
    """Rows of each table of a dumped SQLite file, which is only read."""
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        names = sorted(name for (name,) in found if is_ours(name))
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for name in names
        }


def _dump_postgresql(url: str, target: Path) -> dict[str, int]:
    names = tables(url)
    engine = engines.reading(url, 1)
    try:
        with engine.connect() as raw:
            connection = raw.execution_options(isolation_level="REPEATABLE READ")
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            rows = {
                name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
                for name in names
            }
            options = ["--format=custom", "--compress=0", "--no-owner", "--no-acl"]
            _call(url, "pg_dump", *options, f"--snapshot={snapshot}", f"--file={target}")
            return rows
    finally:
        engine.dispose()


def is_ours(name: str) -> bool:
    """Whether a table holds data, not a cache that is made anew."""
    return not name.startswith(("rtree_", "sqlite_"))


def verify(found: str, dumped: Path) -> None:
    """Refuse a database file that its own store would not take.

    Raises
    ------
    Damaged
        It is not whole.
    """
    if found != "sqlite":
        return
    try:
        with contextlib.closing(sqlite3.connect(dumped)) as connection:
            answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise Damaged("La base de datos de la copia no está entera.", remedy="Use otra copia.")


def load(url: str, dumped: Path, scratch: Path) -> None:
    """Put a dumped database in the place of whatever is there, at once or not at all.

    Raises
    ------
    Conflict
        Somebody is using the database.
    Unavailable
        PostgreSQL's own programs are missing or fail; nothing has changed.
    """
    if engines.is_sqlite(url):
        _load_sqlite(sqlite_path(url), dumped)
    else:
        _load_postgresql(url, dumped, scratch)


def _load_sqlite(path: Path, dumped: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        _settle(path)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with dumped.open("rb+") as file:
        os.fsync(file.fileno())
    try:
        os.replace(dumped, path)
    except PermissionError:  # Windows keeps an open file in its place
        raise Conflict(IN_USE, remedy=STOP_FIRST) from None


IN_USE = "La base de datos está en uso."
STOP_FIRST = "Detenga SISMUNI (Ctrl-C, o su servicio) y vuelva a restaurar."


def _settle(path: Path) -> None:
    # What the log still holds goes into the file: a foreign log must never meet a new file.
    with contextlib.closing(sqlite3.connect(path, timeout=5)) as connection:
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.DatabaseError:
            return  # it is damaged itself, which may be why somebody restores
    if busy:
        raise Conflict(IN_USE, remedy=STOP_FIRST)


def _load_postgresql(url: str, dumped: Path, scratch: Path) -> None:
    engine = engines.migrating(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
    engine.dispose()
    pg_restore = _tool("pg_restore", _major(url))
    listed = _tool_output([pg_restore, "--list", str(dumped)])
    wanted = scratch / "contents.txt"
    # PostGIS stands already, and to drop it only a superuser may.
    kept = [line for line in listed.splitlines() if not _is_extension(line)]
    wanted.write_text("\n".join(kept) + "\n", encoding="utf-8")
    script = scratch / "restore.sql"
    _tool_output(
        [
            *(pg_restore, "--no-owner", "--no-acl", f"--use-list={wanted}"),
            *(f"--file={script}", str(dumped)),
        ]
    )
    drop = scratch / "drop.sql"
    drops = [f'DROP TABLE IF EXISTS public."{name}" CASCADE;' for name in tables(url)]
    drop.write_text("\n".join(["SET lock_timeout = '10s';", *drops]) + "\n", encoding="utf-8")
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _call(url, "psql", *options, f"--file={drop}", f"--file={script}")


def _is_extension(line: str) -> bool:
    return " EXTENSION " in line or " SCHEMA " in line


def _tool(name: str, major: int) -> str:
    """A program of PostgreSQL, of the server's own version where several are installed.

    An older dump program refuses a newer server, and a newer one may write settings that an
    older server does not know.
    """
    found: dict[int, str] = {}
    for pattern in TOOL_FOLDERS:
        base = Path(Path(pattern).anchor)
        folders = base.glob(str(Path(pattern).relative_to(base))) if base.exists() else []
        for folder in folders:
            if program := shutil.which(name, path=str(folder)):
                found[_number(folder)] = program
    if major in found:
        return found[major]
    if program := shutil.which(name):
        return program
    if found:
        return found[max(found)]
    raise Unavailable(
        "Falta el programa {name} de PostgreSQL.",
        remedy="Instale el cliente de PostgreSQL (en Debian: apt-get install postgresql-client).",
        name=name,
    )


def _number(folder: Path) -> int:
    digits = "".join(c if c.isdigit() else " " for c in str(folder)).split()
    return int(digits[0]) if digits else 0


def _major(url: str) -> int:
    engine = engines.reading(url, 1)
    try:
        with engine.connect() as connection:
            return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    finally:
        engine.dispose()


def _call(url: str, name: str, *options: str) -> None:
    # The password goes by the environment: other users of the machine can read arguments.
    parts = make_url(url)
    given: dict[str, Any] = {
        "PGHOST": parts.host or parts.query.get("host"),
        "PGPORT": parts.port,
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
        "PGSSLMODE": parts.query.get("sslmode"),
    }
    environment = {**os.environ, **{k: str(v) for k, v in given.items() if v}}
    _tool_output([_tool(name, _major(url)), *options], environment)


def _tool_output(command: Sequence[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        raise Unavailable(
            "{name} no pudo terminar: {why}",
            remedy="Revise que la base de datos responda y que haya espacio en disco.",
            name=Path(command[0]).stem,
            # A failing COPY quotes the row in its context: people's data stays out.
            why=next(iter(done.stderr.strip().splitlines()), "")[:300],
        )
    return done.stdout
