"""Take a family's content out: payloads, key, attachments, and what was said about it."""

from uuid import UUID

from sqlmodel import col, select

from app.records import comments, reinterviews
from app.records.intake import Attachment, Entry, FamilyKey, Payload
from app.store.sessions import Reading, Writing
from app.store.types import now


def forget(session: Writing, family_uuid: UUID, reason: str) -> None:
    """Empty the payloads, drop the key, mark the attachments; again changes nothing more."""
    for entry_id in _entries(session, family_uuid):
        payload = session.get(Payload, entry_id)
        if payload is not None and payload.erased_at is None:
            payload.body, payload.nonce = None, None
            payload.erased_at, payload.erased_reason = now(), reason[:300]
    key = session.get(FamilyKey, family_uuid)
    if key is not None:
        key.key = None
    for each in _attachments(session, family_uuid):
        each.erased_at = each.erased_at or now()
    comments.forget(session, family_uuid)
    reinterviews.forget(session, family_uuid)
    session.flush()


def left(session: Reading, family_uuid: UUID) -> tuple[int, tuple[str, ...]]:
    """How many payloads went, and the digests of files that no other document uses."""
    mine = {each.sha256 for each in _attachments(session, family_uuid)}
    used = session.exec(
        select(Attachment.sha256).where(
            col(Attachment.sha256).in_(mine), col(Attachment.erased_at).is_(None)
        )
    ).all()
    return len(_entries(session, family_uuid)), tuple(sorted(mine - set(used)))


def _entries(session: Reading, family_uuid: UUID) -> list[int]:
    return list(session.exec(select(Entry.id).where(Entry.family_uuid == family_uuid)).all())


def _attachments(session: Reading, family_uuid: UUID) -> list[Attachment]:
    forms = select(Entry.form_uuid).where(Entry.family_uuid == family_uuid)
    return list(session.exec(select(Attachment).where(col(Attachment.form_uuid).in_(forms))).all())
