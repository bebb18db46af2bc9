"""Forget a family: its content goes, its counts stay, and the trail still verifies.

What is removed: every payload of its own, its sealed rows in others' documents (by
dropping the key), its attachments, its rows in kept files of answers. What stays: entries
with salted digests, and bare counts by round and practice, which no longer say whose they
were.
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Invalid, Unknown
from app.operations import delivery_forgetting, intake
from app.operations.imports import forgetting as imported
from app.operations.imports import form_writing
from app.operations.intake import Message, Receipt
from app.operations.trail import Author
from app.records import forgetting, practices
from app.records.cycles import Round
from app.records.families import Family
from app.records.practices import NO, SAID, UNKNOWN, YES, Answer
from app.store.sessions import Reading, Store
from app.store.types import uuid7


@dataclass(frozen=True, slots=True)
class Erasing:
    """Who is to be forgotten, why, and the folder where files are kept."""

    family_uuid: UUID
    reason: str
    files: Path


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left: the act's receipt, and how much went."""

    receipt: Receipt
    payloads: int
    attachments: tuple[str, ...]  # digests of files that no other document uses


def erase_family(store: Store, author: Author, asked: Erasing) -> Tombstone:
    """Remove a family's content for ever.

    Raises
    ------
    Unknown
        There is no such family.
    Invalid
        No reason was given.
    """
    if not asked.reason.strip():
        raise Invalid("Falta la razón.", remedy="Escriba por qué se cancela.", field="reason")
    with store.reading() as session:
        family = session.exec(select(Family).where(Family.uuid == asked.family_uuid)).first()
        if family is None or family.state == "erased":
            raise Unknown("No existe ese hogar.", remedy="Revise el código.")
        counts = _counts(session, family.id)
        community_id = family.community_id
    # First, while its code is known; broken off here, the same request ends the work.
    imported.forget(store, asked.files, asked.family_uuid)
    delivery_forgetting.forget(store, family)
    form_writing.forget_waiting(store, asked.files)
    # The family stands in the body, not on the entry: nothing is sealed with a key that goes.
    body = {
        "family": str(asked.family_uuid),
        "counts": counts,
        "reason": asked.reason.strip(),
    }
    receipt = intake.receive(store, author, Message("erasure", uuid7(), body, community_id))
    with store.reading() as session:
        return Tombstone(receipt, *forgetting.left(session, asked.family_uuid))


def _counts(session: Reading, family_id: int) -> list[dict[str, Any]]:
    found: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    family = session.get_one(Family, family_id)
    rows = session.exec(
        select(Answer, Round.uuid)
        .join(Round, col(Round.id) == Answer.round_id)
        .where(*practices.of_family(session, family))
    ).all()
    for answer, round_uuid in rows:
        counts = found[(str(round_uuid), answer.practice_id)]
        known = answer.value in (YES, NO)
        counts[0] += answer.value == YES
        counts[1] += known
        counts[2] += answer.value == UNKNOWN
        counts[3] += known and answer.verified != SAID
    return [
        {"round": r, "practice_id": p, "x": x, "n": n, "missing": missing, "verified": verified}
        for (r, p), (x, n, missing, verified) in sorted(found.items())
    ]
