"""Where the communities of a district stand, under whatever colours them."""

from collections.abc import Sequence
from urllib.parse import quote

from sqlmodel import col

from app.operations.layers.declared import Asked, Mark
from app.operations.remembered import remembered
from app.records.territory import Belonging, Community
from app.store.sessions import Reading, columns
from app.store.spatial import from_column


def communities(session: Reading, asked: Asked) -> Sequence[Mark]:
    """The living communities, each a point; one whose place nobody gave has no shape.

    Outlines that communities declared are no limits, and are never drawn.
    """
    key = ("layer communities", asked.where.place_id)
    return remembered(session, asked.where, key, lambda: _read(session, asked))


def _read(session: Reading, asked: Asked) -> tuple[Mark, ...]:
    rows = session.rows(
        columns(Community.code, Community.name, Community.geom)
        .join(Belonging, col(Belonging.community_id) == Community.id)
        .where(
            col(Belonging.place_id) == asked.where.place_id,
            col(Belonging.valid_to).is_(None),
            col(Community.merged_into_id).is_(None),
        )
        .order_by(col(Community.sort_key), col(Community.code))
    )
    return tuple(
        Mark(code, name, from_column(geom), page(asked.where.code, code))
        for code, name, geom in rows
    )


def page(ubigeo: str, code: str) -> str:
    """The address of a community's page."""
    return f"/d/{ubigeo}/comunidades/{quote(code, safe='')}"
