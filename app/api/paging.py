"""Lists by pages: an opaque cursor says after which item the next page begins.

The cursor holds the key of the last item sent, so a list that grows in front of it skips
nothing and repeats nothing.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Depends, Query

from app.api.shapes import Page
from app.errors import Malformed

Cursor = Annotated[
    str | None,
    Query(
        description="El valor `next` de la página anterior; nada para la primera.",
        max_length=400,
        pattern=r"^[A-Za-z0-9_\-]*$",
    ),
]
Limit = Annotated[int, Query(ge=1, le=1000, description="Cuántos por página.")]

T = TypeVar("T")
U = TypeVar("U")


class Paging:
    """What a request says of the page that it wants."""

    def __init__(self, cursor: Cursor = None, limit: Limit = 200) -> None:
        self.cursor = cursor
        self.limit = limit

    @property
    def after(self) -> str | None:
        """The key after which the page begins.

        Raises
        ------
        Malformed
            The cursor is none that we gave.
        """
        if not self.cursor:
            return None
        try:
            text = base64.urlsafe_b64decode(self.cursor + "=" * (-len(self.cursor) % 4))
            (key,) = json.loads(text)
        except (ValueError, TypeError, binascii.Error):
            raise _stranger() from None
        if not isinstance(key, str):
            raise _stranger()
        return key

    def page(self, items: Sequence[T], key: Callable[[T], str], shown: Callable[[T], U]) -> Page[U]:
        """The part of a whole list that was asked for.

        Raises
        ------
        Malformed
            The cursor names nothing of this list.
        """
        after, begin = self.after, 0
        if after is not None:
            places = (place for place, item in enumerate(items, start=1) if key(item) == after)
            found = next(places, None)
            if found is None:
                raise _stranger()
            begin = found
        part = items[begin : begin + self.limit]
        more = begin + len(part) < len(items)
        return Page(
            items=[shown(item) for item in part], next=cursor(key(part[-1])) if more else None
        )


PagingDep = Annotated[Paging, Depends(Paging)]


def cursor(key: str) -> str:
    """The cursor of the page after an item."""
    return base64.urlsafe_b64encode(json.dumps([key]).encode()).decode().rstrip("=")


def _stranger() -> Malformed:
    return Malformed(
        "El cursor no es de esta lista, o lo que seguía ya no existe.",
        remedy="Empiece otra vez por la primera página.",
        field="cursor",
    )
