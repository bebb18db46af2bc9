"""Take an erased household out of what telephones delivered and nobody resolved yet."""

from sqlmodel import col, select

from app.capture import forgotten
from app.records.devices import Delivery
from app.records.families import Family
from app.store.sessions import Store

ERASED = "La familia pidió que se borre."


def forget(store: Store, family: Family) -> int:
    """Returns how many deliveries named it; one that held nothing else is dismissed."""
    done = 0
    with store.writing() as session:
        waiting = session.exec(
            select(Delivery).where(
                Delivery.community_id == family.community_id, col(Delivery.xml).is_not(None)
            )
        ).all()
        for row in waiting:
            left, was_there = forgotten.without(row.xml or b"", family.code)
            if not was_there:
                continue
            done += 1
            row.xml = left
            if left is None:
                row.state, row.reason = "dismissed", ERASED
    return done
