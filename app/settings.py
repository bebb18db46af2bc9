"""What an installation may set, read once from the environment in ``create_app``.

Every name carries the prefix ``SISMUNI_``; sizes are bytes, ages seconds or days as
the name says. Nothing here is read at import.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from app.errors import Invalid

PREFIX = "SISMUNI_"
ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation; the defaults are a single computer without a network.

    ``database_url`` chooses the store: a ``sqlite`` file by default, or PostgreSQL with
    PostGIS. ``trusted_proxies`` counts the reverse proxies in front, whose
    ``X-Forwarded-For`` entry may then be believed. ``insecure_lan`` lets enrolled telephones
    deliver over plain HTTP on the local network, where others may read along. ``worker`` off
    leaves the jobs to a worker that somebody else starts; ``log`` is empty for a file in
    ``home``, or ``-`` for the standard error output. ``agent_days`` counts from the last day
    of the fiscal year of a process until DNI and telephone of its agents are erased.
    ``online_tiles`` is the address of map pictures of another host, with ``{z}``, ``{x}`` and
    ``{y}``: off by default, since no page asks anybody else for anything.
    """

    home: Path = ROOT / "var" / "sismuni"
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    trusted_proxies: int = 0
    https: bool = False
    insecure_lan: bool = False
    secret: str = ""
    pool: int = 8
    upload_bytes: int = 50_000_000
    unpacked_bytes: int = 500_000_000
    vertices: int = 5_000_000
    body_bytes: int = 2_000_000
    session_days: int = 30
    logins_a_minute: int = 10
    writes_a_minute: int = 240
    requests_a_minute: int = 1200
    low_disk_bytes: int = 1_000_000_000
    backup_days: int = 7
    backup_key: str = ""
    backup_keep: int = 8
    draft_days: int = 90
    code_days: int = 30
    job_days: int = 180
    agent_days: int = 365
    worker: bool = True
    worker_idle_s: int = 60
    log: str = ""
    tls: bool = False
    online_tiles: str = ""

    @property
    def url(self) -> str:
        """The SQLAlchemy address of the store."""
        if not self.database_url:
            return f"sqlite:///{(self.home / 'sismuni.db').as_posix()}"
        # Both spellings that hosting panels print mean the driver that we ship.
        for spelling in ("postgres://", "postgresql://"):
            if self.database_url.startswith(spelling):
                return "postgresql+psycopg://" + self.database_url.removeprefix(spelling)
        return self.database_url

    @property
    def is_default_store(self) -> bool:
        """True on the embedded file, where demonstration accounts may exist."""
        return not self.database_url

    @property
    def demo_allowed(self) -> bool:
        """Demonstration accounts: on the local file behind loopback, else only when asked."""
        return self.demo or (self.is_default_store and self.host in LOOPBACK)

    @property
    def tiles_origin(self) -> str:
        """The host whose pictures may lie under the maps; empty unless somebody wished one.

        Raises
        ------
        Invalid
            ``online_tiles`` is no address of pictures by zoom, column and row.
        """
        if not self.online_tiles:
            return ""
        parts = urlsplit(self.online_tiles)
        named = all(place in parts.path for place in ("{z}", "{x}", "{y}"))
        plain = parts.hostname and all(sign.isalnum() or sign in ".-:[]" for sign in parts.netloc)
        if parts.scheme not in ("http", "https") or not plain or not named:
            raise Invalid(
                "«{text}» no es una dirección de imágenes de mapa.",
                remedy="Escriba SISMUNI_ONLINE_TILES como {example}, o déjela vacía.",
                text=self.online_tiles[:200],
                example="https://servidor/{z}/{x}/{y}.png",
            )
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def files(self) -> Path:
        """Where attachments stand, named by their content."""
        return self.home / "files"

    @property
    def backups(self) -> Path:
        """Where automatic backups stand."""
        return self.home / "backups"

    def to_environment(self) -> dict[str, str]:
        """The variables that give another process these same settings."""
        return {
            PREFIX + field.name.upper(): _text(getattr(self, field.name)) for field in fields(self)
        }


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _value(kind: object, name: str, text: str) -> object:
    if kind is bool:
        return text.strip().lower() in {"1", "true", "si", "sí", "yes", "on"}
    if kind is Path:
        return Path(text).expanduser().resolve()
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise Invalid(
                "{name} debe ser un número entero y dice «{text}».",
                remedy="Corrija la variable de entorno y vuelva a iniciar.",
                name=PREFIX + name.upper(),
                text=text,
            ) from None
    return text


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that the environment asks for; unset names keep their defaults."""
    environment = os.environ if environment is None else environment
    given = {}
    for field in fields(Settings):
        text = environment.get(PREFIX + field.name.upper())
        if text is not None and text != "":
            given[field.name] = _value(field.type, field.name, text)
    return Settings(**given)  # type: ignore[arg-type]
