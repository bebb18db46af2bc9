"""Many messages of one community at once, for what is generated or comes in one file.

The same entries, the same trail and the same folding as ``intake.receive``, in two
transactions: one that keeps everything, one that folds it in order and counts once at the
end. What cannot be folded goes to quarantine as any other entry: the second transaction is
then undone and every entry is folded alone.

Only new documents: a correction says so itself, since nobody looks what stood there before;
and only rounds that are open when their documents come, since each is counted once, when it
is closed or at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Refusal
from app.operations import deriving, folding, intake, sealing
from app.operations.intake import Message
from app.operations.trail import Author
from app.records.families import Family
from app.records.intake import Derivation, Entry, FamilyKey, Payload
from app.store.sessions import Store, Writing

BORN = frozenset({"submission"})
AT_ONCE = 500  # keys a statement


@dataclass(frozen=True, slots=True)
class Said:
    """A message, who sent it, and when it was received."""

    author: Author
    message: Message
    at: datetime


def receive_many(store: Store, said: Sequence[Said]) -> int:
    """Keep and fold messages of one community, oldest first; returns how many.

    Raises
    ------
    Conflict
        One of the documents is there already; nothing was kept.
    """
    if not said:
        return 0
    with store.writing() as session:
        session.hold(f"community {said[0].message.community_id}")
        _none_is_there(session, said)
        ids = _keep(session, said)
    try:
        with store.writing() as session:
            _fold(session, ids)
    except Refusal:
        for entry_id in ids:
            folding.fold(store, entry_id)
    return len(ids)


def _none_is_there(session: Writing, said: Sequence[Said]) -> None:
    born = [each.message.form_uuid for each in said if each.message.kind in BORN]
    for start in range(0, len(born), AT_ONCE):
        part = born[start : start + AT_ONCE]
        if session.exec(select(Entry.id).where(col(Entry.form_uuid).in_(part))).first():
            raise Conflict("Estas fichas ya se recibieron antes.")


def _keep(session: Writing, said: Sequence[Said]) -> list[int]:
    entries = []
    for each in said:
        entry = intake.entry_of(each.author, each.message)
        entry.at = each.at
        entries.append(entry)
    session.add_all(entries)
    session.flush()
    owners = _owners(session, said)
    keys = _family_keys(session, set(owners.values()))
    for each, entry in zip(said, entries, strict=True):
        intake.attach(session, each.author, each.message, entry, owners.get)
    session.flush()
    del keys
    return [entry.id for entry in entries]


def _owners(session: Writing, said: Sequence[Said]) -> dict[str, UUID]:
    """Families by code: those registered, and those that these messages register."""
    community = said[0].message.community_id
    rows = session.exec(
        select(Family.code, Family.uuid).where(Family.community_id == community)
    ).all()
    coming = {
        str(each.message.body.get("household")): each.message.family_uuid
        for each in said
        if each.message.instrument == "family" and each.message.family_uuid is not None
    }
    return {**coming, **dict(rows)}


def _family_keys(session: Writing, families: set[UUID]) -> list[FamilyKey]:
    """The keys of families, made where there are none; held here so that none is asked twice."""
    found: list[FamilyKey] = []
    wanted = sorted(families)
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        found += session.exec(select(FamilyKey).where(col(FamilyKey.family_uuid).in_(part))).all()
    missing = families - {key.family_uuid for key in found}
    made = [sealing.new_key(family) for family in sorted(missing)]
    session.add_all(made)
    session.flush()
    return found + made


def _fold(session: Writing, ids: Sequence[int]) -> None:
    entries: list[Entry] = []
    held: list[object] = []  # or each would be read again, one by one
    for start in range(0, len(ids), AT_ONCE):
        part = list(ids[start : start + AT_ONCE])
        entries += session.exec(select(Entry).where(col(Entry.id).in_(part))).all()
        held += session.exec(select(Payload).where(col(Payload.entry_id).in_(part))).all()
        held += session.exec(select(Derivation).where(col(Derivation.entry_id).in_(part))).all()
    owners = sorted({e.family_uuid for e in entries if e.family_uuid is not None})
    for start in range(0, len(owners), AT_ONCE):
        part_keys = owners[start : start + AT_ONCE]
        held += session.exec(
            select(FamilyKey).where(col(FamilyKey.family_uuid).in_(part_keys))
        ).all()
    deriving.derive_many(session, sorted(entries, key=lambda each: each.id))
    held.clear()
