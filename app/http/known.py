"""What was found out while the store is as it is: who shows this token, what opens this route.

Kept only as long as nothing at all is committed, by whomever, and for a few seconds, since
sessions and mandates also end by the clock. A value is found out after its state was asked
for, so it may be newer than that, never older.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

HOLDS_S = 5.0
MOST = 5_000

T = TypeVar("T")
MISSING = object()


class Known:
    """Values of one state of the store; another state forgets them all."""

    def __init__(self) -> None:
        self.state: Hashable = MISSING
        self.until = 0.0
        self.values: dict[Hashable, Any] = {}
        self.lock = threading.Lock()

    def get(self, state: Hashable, key: Hashable) -> Any:
        """The value, or ``MISSING``."""
        with self.lock:
            self._turn(state)
            return self.values.get(key, MISSING)

    def look(self, state: Hashable, key: Hashable, make: Callable[[], T]) -> T:
        """The value, made now if it is not known; a refusal is not kept."""
        found = self.get(state, key)
        if found is not MISSING:
            return cast(T, found)
        made = make()
        with self.lock:
            if state == self.state and len(self.values) < MOST:
                self.values[key] = made
        return made

    def _turn(self, state: Hashable) -> None:
        moment = time.monotonic()
        if state != self.state or moment > self.until:
            self.state, self.until, self.values = state, moment + HOLDS_S, {}
