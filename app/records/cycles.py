"""Cycles of a community, and the dated rounds in them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, col, select

from app.errors import Conflict, Unknown
from app.records.base import Row, link
from app.store.sessions import Reading, Writing
from app.store.types import Instant


class Cycle(Row, table=True):
    """One to three years: diagnosis, plan, vision; closed by the community's evaluation."""

    __tablename__ = "cycle"

    community_id: int = link("community")
    number: int = 1
    starts_on: date
    ends_on: date
    closed_on: date | None = None


class Round(Row, table=True):
    """One dated monitoring inside a cycle; ``number`` counts over the community's life."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("community_id", "number"),)

    cycle_id: int = link("cycle")
    community_id: int = link("community")
    number: int
    label: str = Field(max_length=20)  # 2027-I, 2027-II: alike in all communities of a district
    held_on: date
    locked_at: datetime | None = Field(default=None, sa_type=Instant)


def current_cycle(session: Reading, community_id: int) -> Cycle | None:
    """The community's open cycle, or None."""
    return session.exec(
        select(Cycle)
        .where(Cycle.community_id == community_id, col(Cycle.closed_on).is_(None))
        .order_by(col(Cycle.number).desc())
        .limit(1)
    ).first()


def rounds(session: Reading, community_id: int) -> Sequence[Round]:
    """All rounds of a community, oldest first."""
    return session.exec(
        select(Round).where(Round.community_id == community_id).order_by(col(Round.number))
    ).all()


def of_community(session: Reading, community_id: int, uuid: UUID) -> Round:
    """A round of a community.

    Raises
    ------
    Unknown
        The community has none with this UUID.
    """
    found = session.exec(
        select(Round).where(Round.community_id == community_id, Round.uuid == uuid)
    ).first()
    if found is None:
        raise Unknown("Esa ronda no es de esta comunidad.", remedy="Elija otra ronda.")
    return found


def unlocked(session: Reading, community_id: int) -> Sequence[Round]:
    """The rounds that still move, oldest first."""
    return [each for each in rounds(session, community_id) if each.locked_at is None]


def may_open_cycle(session: Reading, community_id: int) -> None:
    """Whether a cycle can begin.

    Raises
    ------
    Conflict
        The one before is still open.
    """
    if current_cycle(session, community_id) is not None:
        raise Conflict(
            "La comunidad ya tiene un ciclo abierto.",
            remedy="Ciérrelo antes con la autoevaluación comunal.",
        )


def open_cycle(session: Writing, community_id: int, uuid: UUID, body: Mapping[str, Any]) -> Cycle:
    """Begin a cycle; see ``may_open_cycle``."""
    may_open_cycle(session, community_id)
    past = session.exec(select(Cycle).where(Cycle.community_id == community_id)).all()
    cycle = Cycle(
        uuid=uuid,
        community_id=community_id,
        number=len(past) + 1,
        starts_on=date.fromisoformat(body["starts_on"]),
        ends_on=date.fromisoformat(body["ends_on"]),
    )
    session.add(cycle)
    session.flush()
    return cycle


def may_open_round(session: Reading, community_id: int, label: str) -> Cycle:
    """The cycle in which a round of this label can begin.

    Raises
    ------
    Conflict
        There is no open cycle, or the community already has a round of that label.
    """
    cycle = current_cycle(session, community_id)
    if cycle is None:
        raise Conflict("La comunidad no tiene un ciclo abierto.", remedy="Abra primero su ciclo.")
    if any(each.label == label for each in rounds(session, community_id)):
        raise Conflict(
            "La comunidad ya tiene la ronda {label}.",
            remedy="Use esa ronda o escriba otro período.",
            label=label,
        )
    return cycle


def open_round(session: Writing, community_id: int, uuid: UUID, body: Mapping[str, Any]) -> Round:
    """Begin a round of the open cycle; see ``may_open_round``."""
    cycle = may_open_round(session, community_id, body["label"])
    opened = Round(
        uuid=uuid,
        cycle_id=cycle.id,
        community_id=community_id,
        number=len(rounds(session, community_id)) + 1,
        label=body["label"],
        held_on=date.fromisoformat(body["held_on"]),
    )
    session.add(opened)
    session.flush()
    return opened


def may_lock_round(session: Reading, uuid: UUID) -> Round:
    """The round that can be closed.

    Raises
    ------
    Unknown
        There is none.
    Conflict
        It is closed already.
    """
    found = session.exec(select(Round).where(Round.uuid == uuid)).first()
    if found is None:
        raise Unknown("No existe esa ronda.")
    if found.locked_at is not None:
        raise Conflict("La ronda {label} ya está cerrada.", label=found.label)
    return found


def lock_round(session: Writing, uuid: UUID, at: datetime) -> Round:
    """Close a round: what it holds moves no more; see ``may_lock_round``."""
    found = may_lock_round(session, uuid)
    found.locked_at = at
    return found


def close_cycle(session: Writing, cycle_id: int | None, on: date) -> None:
    """End a cycle, if it is still open."""
    cycle = session.get(Cycle, cycle_id) if cycle_id is not None else None
    if cycle is not None and cycle.closed_on is None:
        cycle.closed_on = on
