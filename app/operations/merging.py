"""Two that are one: households written twice, communities that joined."""

from uuid import UUID

from sqlmodel import select

from app.errors import Conflict, Invalid, Unknown
from app.operations import intake
from app.operations.intake import Message, Receipt
from app.operations.trail import Author
from app.records.families import Family
from app.records.places import Where
from app.records.territory import Community
from app.store.sessions import Reading, Store
from app.store.types import uuid7


def merge_households(
    store: Store, author: Author, where: Where, gone: UUID, kept: UUID, reason: str
) -> Receipt:
    """One household goes on as another of the same community.

    Raises
    ------
    Unknown
        The community has no such active household.
    Invalid
        They are the same, or there is no reason.
    """
    _refuse_without_reason(reason, same=gone == kept)
    with store.reading() as session:
        for uuid in (gone, kept):
            active_family(session, where, uuid)
    body = {"what": "household", "from": str(gone), "into": str(kept), "reason": reason.strip()}
    return _merge(store, author, where, body)


def merge_communities(
    store: Store, author: Author, gone: Where, kept: Where, reason: str
) -> Receipt:
    """One community goes on as another: its families move, its past stays its own.

    Raises
    ------
    Invalid
        They are the same, or there is no reason.
    Conflict
        One of them was merged already.
    """
    _refuse_without_reason(reason, same=gone.community_id == kept.community_id)
    with store.reading() as session:
        uuids = [session.get_one(Community, each.community_id).uuid for each in (gone, kept)]
    body = {
        "what": "community",
        "from": str(uuids[0]),
        "into": str(uuids[1]),
        "reason": reason.strip(),
    }
    return _merge(store, author, gone, body)


def _refuse_without_reason(reason: str, *, same: bool) -> None:
    if not reason.strip():
        raise Invalid("Falta la razón.", remedy="Escriba por qué se unen.", field="reason")
    if same:
        raise Invalid(
            "No se puede unir algo consigo mismo.",
            remedy="Elija cuál queda y cuál se une a ella.",
            field="into",
        )


def _merge(store: Store, author: Author, where: Where, body: dict[str, str]) -> Receipt:
    message = Message("merge", uuid7(), body, where.community_id, place_id=where.place_id)
    receipt = intake.receive(store, author, message)
    if receipt.state == "quarantined":
        raise Conflict(
            str(receipt.problems[0]["message"]), remedy=str(receipt.problems[0]["remedy"])
        )
    return receipt


def active_family(session: Reading, where: Where, uuid: UUID) -> Family:
    """A household of a community that still stands on its own.

    Raises
    ------
    Unknown
        There is none with this UUID, or it was merged or erased.
    """
    found = session.exec(
        select(Family).where(Family.uuid == uuid, Family.community_id == where.community_id)
    ).first()
    if found is None or found.state in {"merged", "erased"}:
        raise Unknown(
            "La comunidad no tiene un hogar activo con ese identificador.",
            remedy="Búsquelo en la lista de hogares de la comunidad.",
        )
    return found


def families(
    session: Reading, where: Where, after: str, limit: int
) -> tuple[list[Family], str | None]:
    """Households of a community by code, from the one after ``after``, and the next cursor."""
    found = session.exec(
        select(Family)
        .where(Family.community_id == where.community_id, Family.code > after)
        .where(Family.state != "erased")
        .order_by(Family.code)
        .limit(limit + 1)
    ).all()
    return list(found[:limit]), found[limit - 1].code if len(found) > limit else None
