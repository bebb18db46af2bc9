"""A private PostgreSQL with PostGIS in a folder, from the programs of the machine.

It listens on the loopback address only, on a free port chosen at each start, and asks for
a random password, so that no other user of the machine gets in. PostgreSQL refuses to
run as root: there it runs as the user ``postgres``, who must be able to reach the folder
(``place`` finds one that he can, and one in memory for a cluster that need not last).

    python -m tools.localpg ensure FOLDER    prints the address, starting it if needed
    python -m tools.localpg stop FOLDER
"""

import hashlib
import os
import secrets
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NAME = "sismuni"
SERVICE_USER = "postgres"
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "max_connections": "200",
}
# A test cluster is thrown away after a power cut, so it need not survive one.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
}
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 2_000_000_000  # of a test cluster at its largest, with room to spare


class LocalPgError(RuntimeError):
    """The private cluster cannot be had; the text says why and what to do."""


def _version(folder: Path) -> tuple[int, ...]:
    digits = "".join(c if c.isdigit() else " " for c in str(folder)).split()
    return tuple(int(d) for d in digits)


def programs() -> Path:
    """The folder of ``initdb`` and ``pg_ctl``: the newest that stands where packages put it."""
    found = []
    for pattern in PLACES:
        base = Path(Path(pattern).anchor)
        if base.exists():
            found += [p for p in base.glob(str(Path(pattern).relative_to(base))) if _has_server(p)]
    if not found and (command := shutil.which("pg_ctl")):
        found = [p for p in [Path(command).resolve().parent] if _has_server(p)]
    if not found:
        raise LocalPgError(
            "No PostgreSQL server was found on this machine."
            " On Debian: apt-get install -y postgresql-postgis"
        )
    return max(found, key=_version)


def _has_server(folder: Path) -> bool:
    return all(shutil.which(name, path=str(folder)) for name in ("initdb", "pg_ctl", "psql"))


def has_postgis(folder: Path) -> bool:
    """Tell whether the server of this folder of programs brings PostGIS."""
    config = shutil.which("pg_config", path=str(folder))
    shares = [Path("/usr/share/postgresql") / folder.parent.name, folder.parent / "share"]
    if config:
        answer = subprocess.run([config, "--sharedir"], capture_output=True, text=True, check=False)
        shares.insert(0, Path(answer.stdout.strip()))
    return any((share / "extension" / "postgis.control").exists() for share in shares)


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def _service_id() -> int:
    if os.name != "posix":
        return -1
    # Absent on Windows, where this branch is never reached.
    import pwd  # noqa: PLC0415

    try:
        return pwd.getpwnam(SERVICE_USER).pw_uid
    except KeyError:
        raise LocalPgError(
            f"PostgreSQL does not run as root, and this machine has no user {SERVICE_USER}."
        ) from None


def place(wanted: Path, *, durable: bool = True) -> Path:
    """``wanted``, or as root, where ``postgres`` cannot reach it, a folder that he can.

    A cluster that need not last is kept in memory where the system offers enough. A test
    takes a database of a thousand files and drops it, and ext4 passes over each inode that
    was freed in the last minutes: after some tests a new database takes a second there,
    and thirty milliseconds in memory.
    """
    wanted = wanted.resolve()
    name = f"{NAME}-pg-{hashlib.sha256(str(wanted).encode()).hexdigest()[:12]}"
    if not durable and _has_room(MEMORY / name):
        return MEMORY / name
    if not _is_root():
        return wanted
    service = _service_id()
    existing = [p for p in wanted.parents if p.exists()]
    if all(p.stat().st_mode & stat.S_IXOTH or p.stat().st_uid == service for p in existing):
        return wanted
    return Path("/var/tmp") / name


def _has_room(folder: Path) -> bool:
    if not folder.parent.is_dir():
        return False
    # One that stands there already has taken its room.
    return folder.exists() or shutil.disk_usage(folder.parent).free >= MEMORY_BYTES


def address(port: int, password: str, database: str = NAME) -> str:
    """The SQLAlchemy URL of a database of the cluster."""
    return f"postgresql+psycopg://{NAME}:{password}@127.0.0.1:{port}/{database}"


def _call(
    program: str, *arguments: str, password: str = "", check: bool = True
) -> "subprocess.CompletedProcess[bytes]":
    """Run a program of the server, as its own user where we are root.

    No pipes: on Windows the server would inherit them and the call would never end.
    """
    environment = {**os.environ, "LC_ALL": "C.UTF-8" if sys.platform == "linux" else "C"}
    environment = {k: v for k, v in environment.items() if not k.startswith("PG")}
    if password:
        environment["PGPASSWORD"] = password
    command = [str(programs() / program), *arguments]
    # The folder we stand in may be closed to the service user, and libpq looks into HOME.
    return subprocess.run(
        command,
        check=check,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=Path(Path.cwd().anchor),
        env={**environment, "HOME": os.sep},
        user=SERVICE_USER if _is_root() else None,
        group=SERVICE_USER if _is_root() else None,
        extra_groups=[] if _is_root() else None,
    )


def _sql(port: int, password: str, database: str, statement: str) -> None:
    where = ["-h", "127.0.0.1", "-p", str(port), "-U", NAME, "-d", database]
    quiet = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "-c"]
    _call("psql", *where, *quiet, statement, password=password)


def _prepare(folder: Path) -> None:
    """The folder, owned by whoever runs the server and closed to everybody else."""
    folder.mkdir(parents=True, exist_ok=True)
    if _is_root():
        if folder.stat().st_uid not in {0, _service_id()} or folder.is_symlink():
            raise LocalPgError(f"{folder} belongs to somebody else; remove it and try again.")
        shutil.chown(folder, SERVICE_USER, SERVICE_USER)
    folder.chmod(0o700)


def _create(folder: Path, durable: bool) -> None:
    """Lay a new cluster: its password, its files and its settings."""
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_hex(16), encoding="ascii")
    if _is_root():
        shutil.chown(secret, SERVICE_USER, SERVICE_USER)
    data = folder / "data"
    # A cluster half laid by a killed run holds nothing yet.
    shutil.rmtree(data, ignore_errors=True)
    locale = "C.UTF-8" if sys.platform == "linux" else "C"
    options = ["-U", NAME, "-E", "UTF8", f"--locale={locale}", "-A", "scram-sha-256"]
    _call("initdb", "-D", str(data), *options, f"--pwfile={secret}", *([] if durable else ["-N"]))
    settings = SETTINGS if durable else SETTINGS | CARELESS
    lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(lines)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _port(folder: Path) -> int:
    """The port that the running server wrote on the fourth line of its own note."""
    return int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[3])


def running(folder: Path) -> bool:
    """Tell whether the cluster of this folder is up."""
    data = folder.resolve() / "data"
    if not (data / "postmaster.pid").exists():
        return False
    return _call("pg_ctl", "-D", str(data), "status", check=False).returncode == 0


def _start(folder: Path) -> None:
    log = folder / "server.log"
    for _ in range(3):  # another program may take the port between our look and the start
        options = ["-l", str(log), "-w", "-t", "60", "-o", f"-p {_free_port()}"]
        started = _call("pg_ctl", "-D", str(folder / "data"), *options, "start", check=False)
        if started.returncode == 0:
            return
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""
    raise LocalPgError(f"PostgreSQL did not start in {folder}.\n{tail}")


def ensure(folder: Path | str, *, durable: bool = True) -> str:
    """The address of a running cluster in ``folder``, laid and started where needed.

    Its database ``sismuni`` has PostGIS and may serve as a template for others; the user
    may create databases. ``durable=False`` gives a cluster for tests, faster and lost in
    a power cut; it counts only when the cluster is laid.
    """
    folder = Path(folder).resolve()
    if not has_postgis(programs()):
        raise LocalPgError(
            f"The PostgreSQL in {programs()} has no PostGIS."
            " On Debian: apt-get install -y postgresql-postgis"
        )
    _prepare(folder)
    ready = folder / "ready"
    if not ready.exists():
        if running(folder):
            stop(folder)
        _create(folder, durable)
    if not running(folder):
        _start(folder)
    password, port = (folder / "password").read_text(encoding="ascii"), _port(folder)
    if not ready.exists():
        _sql(port, password, "postgres", f"create database {NAME}")
        _sql(port, password, NAME, "create extension postgis")
        ready.touch()
    return address(port, password)


def stop(folder: Path | str) -> None:
    """End the cluster of this folder and no other; nothing happens where none runs."""
    folder = Path(folder).resolve()
    if running(folder):
        _call("pg_ctl", "-D", str(folder / "data"), "-m", "fast", "-w", "-t", "60", "stop")


def remove(folder: Path | str) -> None:
    """End the cluster of this folder and delete it with all that it held."""
    stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


def restart(folder: Path | str) -> None:
    """End the cluster as a power cut would, and start it again on the same port."""
    data = str(Path(folder).resolve() / "data")
    _call("pg_ctl", "-D", data, "-m", "immediate", "-w", "-t", "60", "restart")


def main(arguments: Sequence[str]) -> int:
    """The two commands of the heading; 2 where they are not what was asked."""
    match arguments:
        case ["ensure", folder]:
            print(ensure(folder))
        case ["stop", folder]:
            stop(folder)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LocalPgError as error:
        sys.exit(str(error))
