"""The schema's history: bring a store up to date, and say where it stands."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from app.settings import ROOT
from app.store import engines, spatial

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

# Alembic is loaded where it is used: a process that serves never migrates.


def _config(connection: Connection | None = None) -> "Config":
    config: Config = import_module("alembic.config").Config(str(ROOT / "alembic.ini"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> "ScriptDirectory":
    found: ScriptDirectory = import_module("alembic.script").ScriptDirectory.from_config(_config())
    return found


def head() -> str:
    """The newest revision that this code knows."""
    return str(_scripts().get_current_head())


def known() -> set[str]:
    """Every revision that this code can bring up to date."""
    return {each.revision for each in _scripts().walk_revisions()}


def revision(url: str) -> str | None:
    """The revision that a store is at; None for an empty one."""
    engine = engines.migrating(url)
    with engine.connect() as connection:
        context = import_module("alembic.migration").MigrationContext.configure(connection)
        found: str | None = context.get_current_revision()
    engine.dispose()
    return found


def upgrade(url: str, metadata: Any, to: str = "head") -> None:
    """Bring a store up to a revision and make its spatial caches anew."""
    engine = engines.migrating(url)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
        connection.commit()
        import_module("alembic.command").upgrade(_config(connection), to)
        connection.commit()
        if to == "head":
            spatial.rebuild_index(connection, metadata)
            connection.commit()
    engine.dispose()


def downgrade(url: str, to: str) -> None:
    """Bring a store back to an older revision."""
    engine = engines.migrating(url)
    with engine.connect() as connection:
        import_module("alembic.command").downgrade(_config(connection), to)
        connection.commit()
    engine.dispose()
