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

T = TypeVar("T")
Versions = tuple[int, ...]

_lock = threading.Lock()
_stores: WeakKeyDictionary[Any, OrderedDict[Hashable, tuple[Versions, Any]]] = WeakKeyDictionary()


def remembered(session: Reading, where: Where, key: Hashable, make: Callable[[], T]) -> T:
    """A value about a place: the one kept, if nothing there changed since, else a new one.

    In a writing session nothing is kept, since what it sees may never be committed.
    """
    if isinstance(session, Writing):
        return make()
    versions = _versions(session, where)
    engine = session.get_bind()
    with _lock:
        kept = _stores.setdefault(engine, OrderedDict())
        found = kept.get(key)
        if found is not None and found[0] == versions:
            kept.move_to_end(key)
            return cast(T, found[1])
    value = make()
    with _lock:
        kept[key] = (versions, value)
        kept.move_to_end(key)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return value


def _versions(session: Reading, where: Where) -> Versions:
    # Codes nest, so the districts of a region are those whose code begins with its own.
    inside = columns(func.sum(col(Stamp.version)), func.count()).where(
        col(Stamp.name).startswith(f"district:{where.code}", autoescape=True)
    )
    changed, districts = session.rows(inside)[0]
    fixed = (stamps.version(session, name) for name in ("catalogue", "territory"))
    return (int(changed or 0), districts, *fixed)
