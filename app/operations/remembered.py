"""What was worked out once and still holds, in this process's memory.

A value is kept with the stamps that it was made from, and given again only while they are
the same; so another process's change is seen at the next request. Stamps are read before
the data: what is kept may be newer than its stamp, never older.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import func
from sqlmodel import col

from app.records import stamps
from app.records.aggregates import Stamp
from app.records.places import Where
from app.store.sessions import Reading, Writing, columns

KEPT = 96  # values a store, some of half a megabyte; the least recently used go first
KEPT_BYTES = 48_000_000  # of answers ready to send, which are small: those of many districts

T = TypeVar("T")
Versions = tuple[int, ...]


class _Shelf:
    """The values of one store that were used last, as long as they weigh no more than this."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.weight = 0
        self.kept: OrderedDict[Hashable, tuple[Versions, Any, int]] = OrderedDict()

    def find(self, key: Hashable, versions: Versions) -> tuple[Versions, Any, int] | None:
        found = self.kept.get(key)
        if found is None or found[0] != versions:
            return None
        self.kept.move_to_end(key)
        return found

    def put(self, key: Hashable, versions: Versions, value: Any, weight: int) -> None:
        before = self.kept.pop(key, None)
        self.weight -= before[2] if before else 0
        if weight > self.most:
            return  # it would push out everything else
        self.weight += weight
        self.kept[key] = (versions, value, weight)
        while self.weight > self.most:
            self.weight -= self.kept.popitem(last=False)[1][2]


_lock = threading.Lock()
_values: WeakKeyDictionary[Any, _Shelf] = WeakKeyDictionary()
_answers: WeakKeyDictionary[Any, _Shelf] = WeakKeyDictionary()


def remembered(session: Reading, where: Where, key: Hashable, make: Callable[[], T]) -> T:
    """A value about a place: the one kept, if nothing there changed since, else a new one.

    In a writing session nothing is kept, since what it sees may never be committed.
    """
    if isinstance(session, Writing):
        return make()
    with _lock:
        shelf = _values.setdefault(session.get_bind(), _Shelf(KEPT))
    return _one(shelf, key, _versions(session, where), make, lambda _: 1)


def of_territory(session: Reading, key: Hashable, make: Callable[[], T]) -> T:
    """As ``remembered``, for what only the limits, places and figures by district decide."""
    if isinstance(session, Writing):
        return make()
    with _lock:
        shelf = _values.setdefault(session.get_bind(), _Shelf(KEPT))
    return _one(shelf, key, (stamps.version(session, "territory"),), make, lambda _: 1)


def answer(
    session: Reading, where: Where, key: Hashable, make: Callable[[], T], size: Callable[[T], int]
) -> T:
    """As ``remembered``, for what is ready to send; ``size`` is its bytes.

    Kept apart: so the answers of a whole region stay, where what they were made from cannot.
    """
    if isinstance(session, Writing):
        return make()
    with _lock:
        shelf = _answers.setdefault(session.get_bind(), _Shelf(KEPT_BYTES))
    return _one(shelf, key, _versions(session, where), make, size)


def _one(
    shelf: _Shelf,
    key: Hashable,
    versions: Versions,
    make: Callable[[], T],
    size: Callable[[T], int],
) -> T:
    with _lock:
        found = shelf.find(key, versions)
    if found is not None:
        return cast(T, found[1])
    value = make()
    with _lock:
        shelf.put(key, versions, value, size(value))
    return value


def _versions(session: Reading, where: Where) -> Versions:
    # Codes nest, so the districts of a region are those whose code begins with its own.
    inside = columns(func.sum(col(Stamp.version)), func.count()).where(
        col(Stamp.name).startswith(f"district:{where.code}", autoescape=True)
    )
    changed, districts = session.rows(inside)[0]
    fixed = (stamps.version(session, name) for name in ("catalogue", "territory"))
    return (int(changed or 0), districts, *fixed)
