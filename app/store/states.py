"""Whether a store is still as it was: a name of all that is committed in it, cheap to ask.

The embedded store counts the commits of others for each connection (``PRAGMA
data_version``), so one connection is kept that never writes. PostgreSQL names the set of
transactions that can be seen: while that is the same, so is what they left
(``pg_current_snapshot``). It does so for its whole cluster: a busy neighbour's commits
change the state too, which costs a question more and is never wrong. Sources: SQLite, PRAGMA
data_version; PostgreSQL manual, "Transaction ID and Snapshot
Information Functions".
"""

import threading
from collections.abc import Hashable
from typing import Any

from sqlalchemy import Engine

_ASK = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}


class Watch:
    """Asks one store for its state, over a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.driver: Any = None
        self.opened = 0
        self.lock = threading.Lock()

    def state(self) -> Hashable:
        """The same twice: nothing was committed in between."""
        failures: Any = self.engine.dialect.loaded_dbapi.Error
        with self.lock:
            try:
                return self._ask()
            except failures:
                self._close()  # the server went away and took the connection along
                return self._ask()

    def _ask(self) -> Hashable:
        if self.driver is None:
            self.driver = self._open()
            self.opened += 1
        answer = self.driver.execute(_ASK[self.engine.dialect.name]).fetchone()[0]
        # What one connection counts says nothing about what another one counted.
        return self.opened, answer

    def _open(self) -> Any:
        given = self.engine.raw_connection()
        driver: Any = given.driver_connection
        given.detach()  # it goes back to no pool
        if self.engine.dialect.name == "postgresql":
            driver.rollback()
            driver.autocommit = True
        return driver

    def _close(self) -> None:
        if self.driver is not None:
            self.driver.close()
        self.driver = None

    def close(self) -> None:
        """Hang up."""
        with self.lock:
            self._close()
