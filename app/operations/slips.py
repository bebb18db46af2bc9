"""What a council is told on market day: each document of late, what became of it, where it counts.

Families' own sheets are counted with the others but never named.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, or_, select

from app.operations import delivery_proof, receipts
from app.records.intake import Entry, Form
from app.records.places import Where
from app.records.territory import Belonging, Community
from app.store.sessions import Reading, columns
from app.store.types import now

DAYS = 45
MOST = 400
OPEN = frozenset({"kept", "waiting", "quarantined"})
COUNTED = frozenset({"approved", "locked"})


@dataclass(frozen=True, slots=True)
class Counted:
    """An indicator in which a document counts: x of n."""

    code: str
    es: str
    en: str
    x: int
    n: int


@dataclass(frozen=True, slots=True)
class Slip:
    """One document: ``number`` is read aloud, ``state`` as in the register or, not yet there, open.

    ``reason`` is that of the last decision.
    """

    uuid: UUID
    instrument: str
    number: str
    at: datetime
    state: str
    reason: str
    indicators: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """The slips of one community, newest first."""

    code: str
    name: str
    slips: tuple[Slip, ...]

    @property
    def tally(self) -> Counter[str]:
        """How many in each state; locked counts as approved."""
        return Counter("approved" if s.state in COUNTED else s.state for s in self.slips)


def of_place(
    session: Reading, where: Where, readable: Collection[str], days: int = DAYS
) -> list[Bundle]:
    """Communities of a place with what arrived or was decided in these days, by name.

    ``readable`` are the instruments of which whoever asks may know.
    """
    since = now() - timedelta(days=days)
    inside = columns(Belonging.community_id).where(
        col(Belonging.place_id) == where.place_id, col(Belonging.valid_to).is_(None)
    )
    wanted = (
        select(Form, Entry, Community)
        .join(Entry, col(Entry.id) == Form.entry_id)
        .join(Community, col(Community.id) == Form.community_id)
        .where(
            col(Form.community_id).in_(inside),
            col(Form.instrument).in_(sorted(readable)),
            col(Form.state) != "withdrawn",
            or_(col(Form.sent_at) >= since, col(Form.decided_at) >= since),
        )
        .order_by(col(Community.sort_key), col(Form.id).desc())
        .limit(MOST)
    )
    if where.community_id is not None:
        wanted = wanted.where(Form.community_id == where.community_id)
    found: dict[str, list[Slip]] = {}
    names: dict[str, str] = {}
    for form, entry, community in session.exec(wanted).all():
        names[community.code] = community.name
        found.setdefault(community.code, []).append(_slip(session, form, entry))
    for proof in delivery_proof.of_place(session, where):
        if proof.state in OPEN and proof.at >= since and proof.instrument in readable:
            names[proof.community_code] = proof.community
            number = proof.uuid.hex[-8:].upper()
            slip = Slip(proof.uuid, proof.instrument, number, proof.at, "open", proof.reason)
            found.setdefault(proof.community_code, []).insert(0, slip)
    return [Bundle(code, names[code], tuple(slips)) for code, slips in found.items()]


def _slip(session: Reading, form: Form, entry: Entry) -> Slip:
    arrival = receipts.of_form(session, form) if form.state in COUNTED else None
    counted = tuple(Counted(*each) for each in arrival.counts_in) if arrival else ()
    number = entry.uuid.hex[-8:].upper()
    return Slip(form.uuid, form.instrument, number, form.sent_at, form.state, form.reason, counted)
