"""Answers kept as bytes while nothing they were made from changed.

For lists that everybody of a district reads and that take longer to shape than to send.
"""

from collections.abc import Callable, Hashable

from fastapi import Response
from pydantic import BaseModel

from app.http.gate import Passage
from app.operations import remembered
from app.store.sessions import Reading


def ready(
    session: Reading, passage: Passage, key: Hashable, make: Callable[[], BaseModel]
) -> Response:
    """The answer made before for the same question and the same view, else a new one."""
    where = passage.where
    whole = ("answer", key, where.place_id, where.community_id, passage.view, passage.health)
    body = remembered.answer(session, where, whole, lambda: make().model_dump_json().encode(), len)
    return Response(body, media_type="application/json")
