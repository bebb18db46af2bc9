"""Deliveries taken many at a time: read one by one, written in one transaction, counted once.

The outcome is the one of ``deliveries.take`` in the same order, to which everything goes that
is not plain: what corrects, waits or contradicts, and what would read what another one of the
same transaction writes.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from app.capture import delivered, xlsforms
from app.errors import Refusal
from app.operations import deliveries, deriving, forms, intake
from app.operations.intake import Message
from app.operations.trail import Author
from app.records.devices import Delivery
from app.records.intake import Derivation, Entry
from app.records.places import Where
from app.store.sessions import AWAY, Reading, Store, Writing

LOG = logging.getLogger("sismuni.intake")
TOGETHER = 10
"""So many hold the store for some tens of milliseconds, during which telephones wait."""


@dataclass(frozen=True, slots=True)
class _Ready:
    delivery_id: int
    author: Author
    where: Where
    message: Message


class _Alone(Exception):
    """One of them has to be taken by itself."""


def take_kept(store: Store, most: int = 20) -> int:
    """Take what came and nobody looked at yet, in its order; returns how many."""
    with store.reading() as session:
        wanted = select(Delivery.id).where(Delivery.state == "kept").order_by(col(Delivery.id))
        found = session.exec(wanted.limit(most)).all()
    take_all(store, found)
    return len(found)


def take_all(store: Store, ids: Sequence[int]) -> None:
    """Take these deliveries in their order."""
    rest = list(ids)
    while rest:
        ready = _ready(store, rest[:TOGETHER])
        count = max(1, len(ready))
        if len(ready) < 2 or not _are_taken(store, ready):
            for delivery_id in rest[:count]:
                deliveries.take(store, delivery_id)
        rest = rest[count:]


def _ready(store: Store, ids: Sequence[int]) -> list[_Ready]:
    """The first of them that can be written together."""
    found: list[_Ready] = []
    with store.reading() as session:
        for delivery_id in ids:
            row = session.get(Delivery, delivery_id)
            try:
                if row is None or not _is_plain(row):
                    break
                each = _read(session, row)
            except (Refusal, _Alone):
                break  # ``take`` writes down why
            if not _fits(each, found):
                break
            found.append(each)
    return found


def _is_plain(row: Delivery) -> bool:
    ours = row.form.startswith(xlsforms.FORM_PREFIX)
    first = row.nth == 0 and not row.deprecated_id
    return ours and first and row.state == "kept" and row.xml is not None


def _read(session: Reading, row: Delivery) -> _Ready:
    document = delivered.parse(row.xml or b"")
    wanting, author, where, sheet = deliveries.sheet_of(session, row, document)
    if wanting:
        raise _Alone
    return _Ready(row.id, author, where, forms.checked(session, where, sheet))


def _fits(each: _Ready, before: Sequence[_Ready]) -> bool:
    """Whether none before it writes what it was read against."""
    here = [b.message for b in before if b.where.community_id == each.where.community_id]
    if any(other.form_uuid == each.message.form_uuid for other in here):
        return False
    # What is approved at once may be asked for by the next; a second of a kind asks for none.
    mine = each.message.instrument
    return not here or (mine not in deriving.AT_ONCE and {o.instrument for o in here} == {mine})


def _are_taken(store: Store, ready: Sequence[_Ready]) -> bool:
    """Write them together; False where nothing was written, since one of them speaks against."""
    try:
        with store.writing() as session:
            _take(session, ready)
    except (Refusal, _Alone):
        return False
    except AWAY:
        raise
    except Exception:  # whatever it is: taken one by one, it is told of the one that it hits
        LOG.exception("%s deliveries could not be taken together", len(ready))
        return False
    return True


def _take(session: Writing, ready: Sequence[_Ready]) -> None:
    session.hold("taking")
    for each in ready:
        row = session.get_one(Delivery, each.delivery_id)
        _, repeated = intake.keep(session, each.author, each.message)
        if repeated or row.state != "kept":
            raise _Alone
        row.state, row.problems, row.xml = "taken", [], None
        row.community_id = each.where.community_id
        forms.forget_draft(session, each.author, each.where, each.message.form_uuid)
    session.flush()
    communities = sorted({each.message.community_id or 0 for each in ready})
    for community in communities:
        session.hold(f"community {community}")
    deriving.derive_many(session, _pending(session, communities))


def _pending(session: Writing, communities: Sequence[int]) -> list[Entry]:
    """What waits in these communities, ours and what came before it."""
    wanted = (
        select(Entry)
        .join(Derivation, col(Derivation.entry_id) == Entry.id)
        .where(col(Entry.community_id).in_(communities), col(Derivation.state) == "pending")
    )
    return list(session.exec(wanted.order_by(col(Entry.id))).all())
