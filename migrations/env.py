"""Alembic on both stores: one connection handed in by app.store.migrations, or our own."""

from typing import Any

from alembic import context
from geoalchemy2 import Geometry, alembic_helpers
from sqlalchemy import Connection

from app.records.tables import METADATA
from app.settings import from_environment
from app.store import engines
from app.store.types import Instant


def include_name(name: str | None, kind: str, _: Any) -> bool:
    """R-trees are a cache, GiST is PostgreSQL's alone, PostGIS's own tables are PostGIS's."""
    if kind == "index" and name is not None:
        return not name.startswith("gist_")
    if kind != "table" or name is None:
        return True
    return not name.startswith("rtree_") and name not in {"spatial_ref_sys", "geometry_columns"}


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Our types spelt so that a migration does not depend on today's code."""
    if kind != "type":
        return False
    if isinstance(item, Instant):
        autogen.imports.add("from app.store.types import Instant")
        return "Instant()"
    if isinstance(item, Geometry):
        autogen.imports.add("from geoalchemy2 import Geometry")
        return f"Geometry({item.geometry_type!r}, srid=4326, spatial_index=False)"
    if type(item).__name__ == "AutoString":
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if type(item).__name__ == "BigInteger" and getattr(item, "_variant_mapping", None):
        autogen.imports.add("from app.store.types import Key")
        return "Key"
    if type(item).__name__ == "JSON":
        autogen.imports.add("from app.store.types import Json")
        return "Json"
    return False


def _same_type(_: Any, __: Any, ___: Any, found: Any, wanted: Any) -> bool | None:
    # SQLite knows an INTEGER alone, whatever width we ask for.
    return False if isinstance(wanted, Geometry) or isinstance(found, Geometry) else None


def run(connection: Connection) -> None:
    """Everything pending, each migration in its own transaction."""
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=sqlite,
        compare_type=_same_type,
        transactional_ddl=True,
        transaction_per_migration=True,
        include_object=alembic_helpers.include_object,
        include_name=include_name,
        render_item=render_item,
    )
    with context.begin_transaction():
        if not sqlite:
            # A migration that cannot get its lock gives up instead of stopping the town hall.
            connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with engines.migrating(from_environment().url).connect() as own:
        run(own)
