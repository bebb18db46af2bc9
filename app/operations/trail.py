"""Write down every change, and chain the rows so that none can be altered unseen.

The chain is sealed by a job over committed rows, at most a minute behind: no writer
waits for it. A seal is SHA-256 over the previous seal and the canonical JSON of each row.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from app.records import stamps
from app.records.places import Where
from app.records.trail import AccessEntry, AuditEntry, Seal
from app.store.sessions import Writing

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts, in which request; nobody is the system itself."""

    account_id: int | None = None
    request_id: str = ""


SYSTEM = Author()


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to what: the subject is a UUID or a code, never a person's data."""

    action: str
    register: str
    subject: UUID | str
    place_id: int | None = None
    reason: str = ""
    digest: str = ""


def record(session: Writing, author: Author, act: Act) -> None:
    """One row in the trail, in the transaction of the change itself."""
    session.add(
        AuditEntry(
            actor_id=author.account_id,
            request_id=author.request_id,
            action=act.action,
            register_code=act.register,
            subject=str(act.subject),
            place_id=act.place_id,
            reason=act.reason[:500],
            digest=act.digest,
        )
    )


def written(session: Writing, author: Author, where: Where, act: Act) -> None:
    """A change of a district is whole: it stands in the trail, and every reader looks anew."""
    session.flush()
    record(session, author, act)
    stamps.bump(session, f"district:{where.code}")


def record_access(session: Writing, author: Author, family_uuid: UUID, purpose: str) -> None:
    """Somebody looked at a family's data."""
    session.add(
        AccessEntry(
            actor_id=author.account_id,
            family_uuid=str(family_uuid),
            purpose=purpose,
            request_id=author.request_id,
        )
    )


def seal(session: Writing, batch: int = 5_000, up_to: int | None = None) -> int:
    """Chain the rows that no seal covers yet; returns how many.

    ``up_to`` is the highest id that may be sealed: on PostgreSQL a transaction still under
    way may hold a lower id than one that shows already.
    """
    session.hold("seal")
    last = session.exec(select(Seal).order_by(col(Seal.id).desc()).limit(1)).first()
    from_id = last.to_id + 1 if last else 1
    wanted = select(AuditEntry).where(AuditEntry.id >= from_id)
    if up_to is not None:
        wanted = wanted.where(AuditEntry.id <= up_to)
    rows = session.exec(wanted.order_by(col(AuditEntry.id)).limit(batch)).all()
    if not rows:
        return 0
    previous = last.hash if last else GENESIS
    session.add(
        Seal(
            from_id=from_id,
            to_id=rows[-1].id,
            rows=len(rows),
            previous=previous,
            hash=_chained(previous, rows),
        )
    )
    return len(rows)


def broken_seals(session: Session) -> list[int]:
    """The seals that no longer fit their rows or the seal before; empty when all is well."""
    broken = []
    previous = GENESIS
    for each in session.exec(select(Seal).order_by(col(Seal.id))).all():
        rows = session.exec(
            select(AuditEntry)
            .where(AuditEntry.id >= each.from_id, AuditEntry.id <= each.to_id)
            .order_by(col(AuditEntry.id))
        ).all()
        fits = len(rows) == each.rows and each.previous == previous
        if not fits or _chained(previous, rows) != each.hash:
            broken.append(each.id)
        previous = each.hash
    return broken


def _chained(previous: str, rows: Sequence[AuditEntry]) -> str:
    digest = hashlib.sha256(previous.encode())
    for row in rows:
        line = {
            "id": row.id,
            "at": row.at.isoformat(),
            "actor": row.actor_id,
            "action": row.action,
            "register": row.register_code,
            "subject": row.subject,
            "place": row.place_id,
            "request": row.request_id,
            "reason": row.reason,
            "digest": row.digest,
        }
        digest.update(json.dumps(line, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()
