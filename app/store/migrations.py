"""The schema's history: bring a store up to date, and say where it stands."""

from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.settings import ROOT
from app.store import engines, spatial


def _config(connection: Connection | None = None) -> Config:
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision that this code knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def known() -> set[str]:
    """Every revision that this code can bring up to date."""
    return {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


def revision(url: str) -> str | None:
    """The revision that a store is at; None for an empty one."""
    engine = engines.migrating(url)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return found


def upgrade(url: str, metadata: Any, to: str = "head") -> None:
    """Bring a store up to a revision and make its spatial caches anew."""
    engine = engines.migrating(url)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
        connection.commit()
        command.upgrade(_config(connection), to)
        connection.commit()
        if to == "head":
            spatial.rebuild_index(connection, metadata)
            connection.commit()
    engine.dispose()


def downgrade(url: str, to: str) -> None:
    """Bring a store back to an older revision."""
    engine = engines.migrating(url)
    with engine.connect() as connection:
        command.downgrade(_config(connection), to)
        connection.commit()
    engine.dispose()
