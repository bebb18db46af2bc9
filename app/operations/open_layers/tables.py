"""Registers of the store as sources: filtered and cut into pages where they stand."""

from dataclasses import dataclass, replace

from app.gis.crs import Bounds
from app.gis.feature_requests import Wanted
from app.operations.open_layers.declared import Days
from app.operations.remembered import of_territory
from app.records import open_tables
from app.records.open_tables import Found, Table
from app.store import spatial
from app.store.sessions import Reading


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table of the territory; ``name`` tells its answers from those of others."""

    name: str
    table: Table
    on: Days | None = None

    def box(self, session: Reading) -> Bounds | None:
        """What holds all that has a place, the withdrawn too."""
        model = self.table.model
        key = ("open box", model.__tablename__)
        found = of_territory(session, key, lambda: spatial.extent(session, model))
        return Bounds(*found) if found else None

    def days(self, _session: Reading) -> Days | None:
        """From when and until when its figures hold."""
        return self.on

    def count(self, session: Reading, wanted: Wanted) -> int:
        """How many are selected: counted once for all pages, until the territory changes."""
        area = wanted.area.wkb if wanted.area is not None else b""
        key = ("open count", self.name, area, wanted.during, repr(wanted.filter))
        return of_territory(
            session, key, lambda: open_tables.count(session, self.table, replace(wanted, after=""))
        )

    def page(self, session: Reading, wanted: Wanted) -> Found:
        """Those of a page."""
        return open_tables.page(session, self.table, wanted)

    def one(self, session: Reading, key: str) -> Found:
        """The one of this key."""
        return open_tables.one(session, self.table, key)
