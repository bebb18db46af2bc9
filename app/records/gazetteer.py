"""Lists of the territory: places, communities, facilities, populated places, code changes.

Every list is read by pages: a row's ``uuid`` is the cursor behind which the next page begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import col, select

from app.errors import Unknown
from app.records.base import folded
from app.records.territory import (
    Belonging,
    CodeChange,
    Community,
    Facility,
    Place,
    Settlement,
)
from app.store.sessions import Reading, columns

Shown = type[Place] | type[Community] | type[Facility] | type[Settlement]


@dataclass(frozen=True, slots=True)
class Listing:
    """Which rows are wanted: of where, with which words, from where on, how many."""

    words: str = ""
    after: UUID | None = None
    most: int = 50


def places(
    session: Reading, listing: Listing, kind: str | None = None, parent: str | None = None
) -> Sequence[Place]:
    """Living places by code, of a kind or below another."""
    wanted = select(Place).where(col(Place.valid_to).is_(None))
    if kind is not None:
        wanted = wanted.where(Place.kind == kind)
    if parent is not None:
        above = select(Place.id).where(Place.code == parent, col(Place.valid_to).is_(None))
        wanted = wanted.where(col(Place.parent_id).in_(above))
    found: Sequence[Place] = session.exec(
        _paged(session, wanted, Place, (col(Place.code),), listing)
    ).all()
    return found


def communities(session: Reading, place_id: int, listing: Listing) -> Sequence[Community]:
    """The living communities of a district, by name."""
    wanted = (
        select(Community)
        .join(Belonging, col(Belonging.community_id) == Community.id)
        .where(
            Belonging.place_id == place_id,
            col(Belonging.valid_to).is_(None),
            col(Community.merged_into_id).is_(None),
        )
    )
    key = (col(Community.sort_key), col(Community.code))
    found: Sequence[Community] = session.exec(
        _paged(session, wanted, Community, key, listing)
    ).all()
    return found


def facilities(
    session: Reading, listing: Listing, place_id: int | None = None
) -> Sequence[Facility]:
    """Health facilities by code, of a district or of all."""
    wanted = select(Facility)
    if place_id is not None:
        wanted = wanted.where(Facility.place_id == place_id)
    found: Sequence[Facility] = session.exec(
        _paged(session, wanted, Facility, (col(Facility.code),), listing)
    ).all()
    return found


def settlements(
    session: Reading, listing: Listing, district: str | None = None
) -> Sequence[Settlement]:
    """Populated places by code, of a district or of all."""
    wanted = select(Settlement)
    if district is not None:
        wanted = wanted.where(Settlement.district_code == district)
    found: Sequence[Settlement] = session.exec(
        _paged(session, wanted, Settlement, (col(Settlement.code),), listing)
    ).all()
    return found


def changes(session: Reading, code: str | None = None) -> Sequence[CodeChange]:
    """The table of code changes, or those that name a code."""
    wanted = select(CodeChange).order_by(col(CodeChange.id))
    if code is not None:
        wanted = wanted.where((CodeChange.old_code == code) | (CodeChange.new_code == code))
    return session.exec(wanted).all()


def _paged(
    session: Reading, wanted: Any, model: Shown, key: tuple[Any, ...], listing: Listing
) -> Any:
    if listing.words.strip():
        asked = folded(listing.words[:80])
        wanted = wanted.where(
            col(model.search).contains(asked, autoescape=True)
            | col(model.code).startswith(asked, autoescape=True)
        )
    if listing.after is not None:
        last = session.rows(columns(*key).where(col(model.uuid) == listing.after))
        if not last:
            raise Unknown("La página siguiente ya no existe.", remedy="Empiece otra vez la lista.")
        wanted = wanted.where(tuple_(*key) > tuple_(*last[0]))
    return wanted.order_by(*key).limit(listing.most)


def community(session: Reading, community_id: int) -> Community:
    """One community by its key."""
    return session.get_one(Community, community_id)
