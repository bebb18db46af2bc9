"""The second transaction of the intake: fold what was kept, or say why it cannot be.

What fails goes to quarantine with its reason; what a killed process left pending is
taken up by ``resume`` at the next start.
"""

import logging

from sqlmodel import col, select

from app.errors import Refusal
from app.operations import deriving
from app.records.intake import Derivation, Entry
from app.store.sessions import Store, Writing

LOG = logging.getLogger("sismuni.intake")


def fold(store: Store, entry_id: int) -> None:
    """Derive one entry, and before it whatever of its community still waits."""
    try:
        with store.writing() as session:
            entry = session.get_one(Entry, entry_id)
            session.hold(f"community {entry.community_id}")
            for waiting in _waiting(session, entry):
                deriving.derive(session, waiting)
    except Refusal as refusal:
        _quarantine(store, entry_id, refusal)
    except Exception as error:  # whatever it is, the entry is kept and a person will look at it
        LOG.exception("entry %s could not be derived", entry_id)
        _quarantine(store, entry_id, Refusal("Error interno: {kind}", kind=type(error).__name__))


def _waiting(session: Writing, entry: Entry) -> list[Entry]:
    found = session.exec(
        select(Entry)
        .join(Derivation, col(Derivation.entry_id) == Entry.id)
        .where(
            Entry.community_id == entry.community_id,
            col(Entry.id) <= entry.id,
            col(Derivation.state) == "pending",
        )
        .order_by(col(Entry.id))
    ).all()
    return list(found)


def _quarantine(store: Store, entry_id: int, refusal: Refusal) -> None:
    # An earlier entry that waited may be the culprit: then each is tried alone.
    with store.reading() as session:
        entry = session.get_one(Entry, entry_id)
        earlier = [
            each.id
            for each in session.exec(
                select(Entry)
                .join(Derivation, col(Derivation.entry_id) == Entry.id)
                .where(
                    Entry.community_id == entry.community_id,
                    col(Entry.id) < entry_id,
                    col(Derivation.state) == "pending",
                )
                .order_by(col(Entry.id))
            ).all()
        ]
    if earlier:
        fold(store, earlier[-1])
        fold(store, entry_id)
        return
    problem = {"message": str(refusal), "field": refusal.field, "remedy": refusal.remedy}
    with store.writing() as session:
        deriving.mark(session, session.get_one(Entry, entry_id), "quarantined", [problem])


def resume(store: Store) -> int:
    """Take up what a killed process left pending; returns how many entries."""
    with store.reading() as session:
        waiting = session.exec(
            select(Derivation.entry_id)
            .where(Derivation.state == "pending")
            .order_by(col(Derivation.entry_id))
        ).all()
    for entry_id in waiting:
        fold(store, entry_id)
    return len(waiting)
