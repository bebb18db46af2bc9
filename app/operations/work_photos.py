"""Photographs of works: made plain, kept by content, for all to see only if marked so."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Unknown
from app.operations import agreements, attachments, photos, works
from app.operations.agreements import touched
from app.operations.trail import Act, Author
from app.operations.works import Name
from app.records.intake import Attachment
from app.records.places import Where
from app.records.works import Milestone, WorkPhoto
from app.store.sessions import Reading, Store

MOST_PHOTOS = 12


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph of a milestone as it was sent."""

    milestone: UUID
    name: str
    stream: BinaryIO
    caption: str = ""
    public: bool = False


def add(
    store: Store, folder: Path, author: Author, where: Where, sent: tuple[Name, Picture]
) -> WorkPhoto:
    """Make a photograph plain and keep it with its milestone; the same one twice is one row.

    Raises
    ------
    Unknown
        No such agreement or milestone.
    Conflict
        The milestone has its dozen already.
    UnsupportedFile, TooLarge, Malformed
        As in ``photos.plain``.
    """
    name, picture = sent
    with store.reading() as session:
        row = agreements.find(session, where, name.year, name.number)
        works.milestone(session, row, picture.milestone)
    content, media_type = photos.plain(picture.stream)
    sha256, size = attachments.keep(folder, io.BytesIO(content), photos.MOST_BYTES)
    with store.writing() as session:
        row = agreements.locked(session, where, name.year, name.number)
        mark = works.milestone(session, row, picture.milestone)
        held = session.exec(select(WorkPhoto).where(WorkPhoto.milestone_id == mark.id)).all()
        if (same := next((p for p in held if p.sha256 == sha256), None)) is not None:
            return same
        if len(held) >= MOST_PHOTOS:
            raise Conflict("El hito ya tiene doce fotos.", remedy="Elija las que más dicen.")
        made = WorkPhoto(
            milestone_id=mark.id,
            sha256=sha256,
            media_type=media_type,
            caption=picture.caption.strip()[:200],
            public=picture.public,
            author_id=author.account_id,
        )
        session.add(made)
        # The row keeps the file from being collected as nobody's.
        kept = Attachment(
            form_uuid=mark.uuid,
            sha256=sha256,
            name=picture.name[:200],
            media_type=media_type,
            bytes=size,
        )
        session.add(kept)
        act = Act("photo", "agreements", row.uuid, digest=sha256)
        touched(session, author, where, row, act, row.updated_on or made.at.date())
        return made


def find(session: Reading, where: Where, name: Name, sha256: str, *, inside: bool) -> WorkPhoto:
    """A photograph of an agreement; of those not marked public only for who is inside.

    Raises
    ------
    Unknown
        There is none, or not for the public.
    """
    row = agreements.find(session, where, name.year, name.number)
    wanted = (
        select(WorkPhoto)
        .join(Milestone, col(Milestone.id) == WorkPhoto.milestone_id)
        .where(Milestone.agreement_id == row.id, WorkPhoto.sha256 == sha256)
        .order_by(col(WorkPhoto.public).desc())
    )
    found = session.exec(wanted).first()
    if found is None or not (inside or found.public):
        raise Unknown("No existe esa foto, o no es pública.", remedy="Vuelva al acuerdo.")
    return found
