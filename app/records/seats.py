"""Who is bound where, for lists and landings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_
from sqlmodel import col, select

from app.records.base import folded
from app.records.people import Account, Binding
from app.records.places import Where
from app.records.territory import Belonging, Community, Facility, Place
from app.store.sessions import Reading, columns


@dataclass(frozen=True, slots=True)
class Seated:
    """A role of an account, with the names of where it stands; all empty is everywhere."""

    uuid: UUID
    account_id: int
    role: str
    ubigeo: str | None
    place: str | None
    community: str | None
    community_code: str | None
    facility: str | None
    valid_from: date | None
    valid_to: date | None


def below(where: Where) -> Select[Any]:
    """The ids of a place and of all that it contains."""
    top = select(Place.id).where(Place.id == where.place_id).cte("below", recursive=True)
    tree = top.union_all(select(Place.id).where(col(Place.parent_id) == top.c.id))
    return columns(tree.c.id)


def of_accounts(session: Reading, accounts: Iterable[int]) -> list[Seated]:
    """All roles of some accounts, in the order in which they were given."""
    return [
        Seated(*row)
        for row in session.rows(
            columns(
                Binding.uuid,
                Binding.account_id,
                Binding.role,
                Place.code,
                Place.name,
                Community.name,
                Community.code,
                Facility.name,
                Binding.valid_from,
                Binding.valid_to,
            )
            .join(Place, col(Place.id) == Binding.place_id, isouter=True)
            .join(Community, col(Community.id) == Binding.community_id, isouter=True)
            .join(Facility, col(Facility.id) == Binding.facility_id, isouter=True)
            .where(col(Binding.account_id).in_(list(accounts)))
            .order_by(col(Binding.id))
        )
    ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts a list shows: by words of name or login, by role, living or ended."""

    words: str = ""
    role: str = ""
    ended: bool = False
    after: int = 0  # the id of the last one on the page before
    limit: int = 50


def accounts_in(session: Reading, where: Where, wanted: Wanted) -> list[Account]:
    """Accounts with a role in a place; of the whole installation, all. One more than the limit."""
    statement = select(Account).where(col(Account.id) > wanted.after)
    statement = statement.where(col(Account.active).is_(not wanted.ended))
    bound = select(Binding.account_id)
    if wanted.role:
        bound = bound.where(Binding.role == wanted.role)
    if where.place_id is not None:
        bound = bound.where(col(Binding.place_id).in_(below(where)))
    if wanted.role or where.place_id is not None:
        statement = statement.where(col(Account.id).in_(bound))
    if wanted.words.strip():
        words = wanted.words.strip().casefold()
        login = col(Account.login).contains(folded(words).replace(" ", "."), autoescape=True)
        name = col(Account.name).icontains(words, autoescape=True)
        statement = statement.where(or_(login, name))
    return list(session.exec(statement.order_by(col(Account.id)).limit(wanted.limit + 1)))


def landing(session: Reading, account_id: int) -> tuple[str, str | None, str] | None:
    """District, community and role of an account's first role that has a place; else None."""
    row = session.rows(
        columns(Place.code, Community.code, Binding.role, Binding.community_id)
        .join(Place, col(Place.id) == Binding.place_id)
        .join(Community, col(Community.id) == Binding.community_id, isouter=True)
        .where(col(Binding.account_id) == account_id)
        .order_by(col(Binding.community_id).is_(None), col(Binding.id))
        .limit(1)
    )
    return (row[0][0], row[0][1], row[0][2]) if row else None


def facilities_in(session: Reading, where: Where) -> list[tuple[str, str]]:
    """Code and name of the health facilities of a place, by name."""
    rows = session.exec(
        select(Facility.code, Facility.name)
        .where(col(Facility.place_id).in_(below(where)))
        .order_by(Facility.search)
    ).all()
    return [(code, name) for code, name in rows]


def communities_in(session: Reading, where: Where) -> list[tuple[str, str]]:
    """Code and name of the living communities of a place, by name."""
    rows = session.exec(
        select(Community.code, Community.name)
        .join(Belonging, col(Belonging.community_id) == Community.id)
        .where(
            col(Belonging.place_id).in_(below(where)),
            col(Belonging.valid_to).is_(None),
            col(Community.merged_into_id).is_(None),
        )
        .order_by(Community.sort_key, Community.code)
    ).all()
    return [(code, name) for code, name in rows]
