"""Photographs that come with a document: made plain, kept by content, shown with care.

Whatever a camera writes beside the picture (place, owner, device, thumbnail) is left out,
because the picture is drawn again from its pixels.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlmodel import col, select

from app.errors import Conflict, Malformed, TooLarge, Unknown, UnsupportedFile
from app.operations import attachments, trail
from app.operations.trail import Act, Author
from app.records.intake import Attachment, Draft, Form
from app.records.places import Where
from app.store.sessions import Reading, Store

MOST_BYTES = 15_000_000
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2_560  # pixels; an acta photographed whole is still legible
FORMATS = ("JPEG", "PNG", "WEBP")
# Pillow refuses by itself only above twice its limit; between the two we do.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph of one document, as it was sent."""

    form_uuid: UUID
    instrument: str
    name: str
    stream: BinaryIO


def keep(store: Store, folder: Path, author: Author, where: Where, photo: Photo) -> Attachment:
    """Make a photograph plain and keep it; the same one twice is one row.

    Raises
    ------
    UnsupportedFile
        It is no JPEG, PNG or WebP.
    TooLarge
        More bytes or pixels than are taken.
    Malformed
        It is cut off or damaged.
    Conflict
        The document is of another community or another instrument.
    """
    content, media_type = plain(photo.stream)
    with store.reading() as session:
        _refuse_foreign(session, where, photo)
    sha256, size = attachments.keep(folder, io.BytesIO(content), MOST_BYTES)
    with store.writing() as session:
        session.hold(f"form {photo.form_uuid}")
        found = _row(session, photo.form_uuid, sha256)
        if found is not None:
            return found
        row = Attachment(
            form_uuid=photo.form_uuid,
            sha256=sha256,
            name=photo.name[:200],
            media_type=media_type,
            bytes=size,
        )
        session.add(row)
        act = Act("attach", photo.instrument, photo.form_uuid, where.place_id, "", sha256)
        trail.record(session, author, act)
        session.flush()
        return row


def plain(stream: BinaryIO) -> tuple[bytes, str]:
    """The picture alone, upright and at most 2,560 pixels long, and its media type."""
    raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise TooLarge(
            "La foto pesa más de {most} MB.",
            remedy="Tómela con menos resolución y vuelva a subirla.",
            field="file",
            most=MOST_BYTES // 1_000_000,
        )
    if not raw:
        raise Malformed("El archivo está vacío.", remedy="Elija otro archivo.", field="file")
    try:
        return _drawn_again(raw)
    except UnidentifiedImageError:
        raise UnsupportedFile(
            "El archivo no es una foto JPEG, PNG o WebP.",
            remedy="Suba la foto en uno de esos formatos.",
            field="file",
        ) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except (OSError, ValueError, SyntaxError, EOFError) as broken:
        raise Malformed(
            "La foto está incompleta o dañada.",
            remedy="Vuelva a tomarla o elija otra.",
            field="file",
        ) from broken


def _drawn_again(raw: bytes) -> tuple[bytes, str]:
    image = Image.open(io.BytesIO(raw), formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    kind = "JPEG" if image.format == "JPEG" else "PNG" if image.format == "PNG" else "WEBP"
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read no larger than needed
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    mode = "RGB" if kind == "JPEG" or "A" not in upright.getbands() else "RGBA"
    bare = Image.new(mode, upright.size)
    bare.paste(upright.convert(mode))
    target = io.BytesIO()
    bare.save(target, kind, quality=85) if kind != "PNG" else bare.save(target, kind)
    return target.getvalue(), Image.MIME[kind]


def _too_many_pixels() -> TooLarge:
    return TooLarge(
        "La foto tiene más de {most} millones de puntos.",
        remedy="Tómela con menos resolución y vuelva a subirla.",
        field="file",
        most=MOST_PIXELS // 1_000_000,
    )


def _refuse_foreign(session: Reading, where: Where, photo: Photo) -> None:
    form = session.exec(select(Form).where(Form.uuid == photo.form_uuid)).first()
    if form is not None and (
        form.community_id != where.community_id or form.instrument != photo.instrument
    ):
        raise Conflict("Ese identificador ya es de otra ficha.", remedy="Empiece una ficha nueva.")


def _row(session: Reading, form_uuid: UUID, sha256: str) -> Attachment | None:
    return session.exec(
        select(Attachment).where(
            Attachment.form_uuid == form_uuid,
            Attachment.sha256 == sha256,
            col(Attachment.erased_at).is_(None),
        )
    ).first()


def shown(
    session: Reading, author: Author, form_uuid: UUID, sha256: str, answers: object
) -> Attachment:
    """The photograph of a document that names it where the asker may see, or in their draft.

    ``answers`` are those that the asker may see, None before the document was sent.

    Raises
    ------
    Unknown
        There is none, or not for this person.
    """
    row = _row(session, form_uuid, sha256)
    if row is not None and names(answers, sha256):
        return row
    if row is not None and author.account_id is not None:
        draft = session.exec(
            select(Draft).where(Draft.account_id == author.account_id, Draft.form_uuid == form_uuid)
        ).first()
        if draft is not None and names(draft.body, sha256):
            return row
    raise Unknown("No existe esa foto, o no es para usted.", remedy="Vuelva a abrir la ficha.")


def names(answers: object, sha256: str) -> bool:
    """Whether a file's name stands anywhere in a document."""
    if isinstance(answers, dict):
        return any(names(value, sha256) for value in answers.values())
    if isinstance(answers, list | tuple):
        return any(names(value, sha256) for value in answers)
    return answers == sha256
