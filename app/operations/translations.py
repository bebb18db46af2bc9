"""Give a line of a form in a language of the district, and confirm what another person gave.

Two speakers confirm every line, and neither gave anything of it; whatever changes in it
takes both confirmations back.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlmodel import col, select

from app.capture import packs as pack_lines
from app.capture.fields import Instrument
from app.capture.packs import TONGUES, Line
from app.errors import Conflict, Forbidden, Invalid, TooLarge, Unknown, UnsupportedFile
from app.operations import attachments, packs, photos, trail
from app.operations.trail import Act, Author
from app.records import translations
from app.records.intake import Attachment
from app.records.places import Where
from app.records.translations import Translation
from app.store.sessions import Reading, Store, Writing
from app.store.types import now

MOST_SOUND = 500_000  # bytes; half a minute of speech takes some 120 kB
MOST_SECONDS = 30
MOST_PICTURE = 200_000
MOST_LETTERS = 1000
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\$\s*\{")
_SOUNDS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\x1a\x45\xdf\xa3", re.DOTALL), "webm"),
    (re.compile(rb"OggS", re.DOTALL), "ogg"),
    (re.compile(rb"....ftyp", re.DOTALL), "m4a"),
    (re.compile(rb"ID3|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xfb]", re.DOTALL), "mp3"),
)


@dataclass(frozen=True, slots=True)
class At:
    """Which line is meant: of what instrument, in what language."""

    instrument: Instrument
    tag: str
    path: str

    @property
    def line(self) -> Line:
        """The line itself.

        Raises
        ------
        Unknown
            The instrument has no such line.
        """
        for line in pack_lines.lines(self.instrument):
            if line.path == self.path:
                return line
        raise Unknown("La ficha no tiene la línea «{path}».", path=self.path[:80])


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gives of a line; None leaves that part as it is."""

    label: str | None = None
    hint: str | None = None
    audio: tuple[str, str] | None = None
    picture: tuple[str, str] | None = None
    """SHA-256 and kind of a kept file."""


def tongue(tag: str) -> str:
    """The name of a language.

    Raises
    ------
    Unknown
        It is none of those that are offered.
    """
    if tag not in TONGUES:
        raise Unknown("No se conoce la lengua «{tag}».", tag=tag[:20])
    return TONGUES[tag]


def fit(text: str) -> str:
    """The words, without spaces around them.

    Raises
    ------
    Invalid
        Too long, or with signs that a form cannot hold.
    """
    plain = " ".join(text.split())
    if len(plain) > MOST_LETTERS:
        raise Invalid("Son más de {n} letras.", remedy="Dígalo más corto.", n=MOST_LETTERS)
    if _UNFIT.search(plain):
        raise Invalid("Tiene signos que un formulario no puede guardar.",
                      remedy="Escriba solo palabras: sin ${…} ni signos ocultos.")  # fmt: skip
    return plain


def keep_sound(folder: Path, stream: BinaryIO) -> tuple[str, str]:
    """Keep a recording; its SHA-256 and kind, judged by its first bytes.

    Raises
    ------
    TooLarge, UnsupportedFile
        Over half a megabyte; no sound that telephones play.
    """
    content = stream.read(MOST_SOUND + 1)
    if len(content) > MOST_SOUND:
        raise TooLarge("La grabación pesa más de {most} kB.", most=MOST_SOUND // 1000,
                       remedy="Grabe menos de medio minuto.", field="audio")  # fmt: skip
    kind = next((kind for head, kind in _SOUNDS if head.match(content)), None)
    if kind is None:
        raise UnsupportedFile("El archivo no es una grabación que los celulares toquen.",
                              remedy="Grabe en WebM, Ogg, M4A o MP3.", field="audio")  # fmt: skip
    return attachments.keep(folder, io.BytesIO(content), MOST_SOUND)[0], kind


def keep_picture(folder: Path, stream: BinaryIO) -> tuple[str, str]:
    """Keep a picture, made plain; its SHA-256 and kind.

    Raises
    ------
    TooLarge, UnsupportedFile, Malformed
        Over 200 kB; neither PNG, JPEG nor WebP; damaged.
    """
    content, media_type = photos.plain(stream)
    if len(content) > MOST_PICTURE:
        raise TooLarge("El dibujo pesa más de {most} kB.", most=MOST_PICTURE // 1000,
                       remedy="Guárdelo más pequeño: bastan 400 puntos de lado.",
                       field="imagen")  # fmt: skip
    kind = {"image/png": "png", "image/jpeg": "jpg"}.get(media_type, "webp")
    return attachments.keep(folder, io.BytesIO(content), MOST_PICTURE)[0], kind


def give(store: Store, author: Author, where: Where, lines: Mapping[At, Given]) -> int:
    """Write what somebody gives; returns how many lines are others now.

    Raises
    ------
    Unknown
        A line that the instrument does not have, or a language that is not offered.
    """
    assert where.place_id is not None
    with store.writing() as session:
        session.hold(f"translations {where.place_id}")
        count = sum(_give(session, author, where.place_id, at, g) for at, g in lines.items())
        if count:
            packs.changed(session)
        return count


def _give(session: Writing, author: Author, place_id: int, at: At, given: Given) -> bool:
    tongue(at.tag)
    line = at.line
    row = _row(session, place_id, at)
    if row is None:
        row = Translation(place_id=place_id, instrument=at.instrument.code, tag=at.tag,
                          path=at.path, source=line.source)  # fmt: skip
    before = row.seen
    if row.source != line.source:
        # Said of other Spanish words: what stays of it is to be heard anew, beside the new ones.
        row.source = line.source
    if given.label is not None or given.hint is not None:
        words = (row.label if given.label is None else fit(given.label),
                 row.hint if given.hint is None else fit(given.hint))  # fmt: skip
        if words != (row.label, row.hint):
            (row.label, row.hint), row.text_by = words, author.account_id
    if given.audio and line.heard:
        _file(session, row, "audio", given.audio, author)
    if given.picture and line.heard:
        _file(session, row, "picture", given.picture, author)
    if row.seen == before:
        return False
    row.reviewed_by_1 = row.reviewed_by_2 = None
    row.changed_at = now()
    session.add(row)
    session.flush()
    act = Act("write", "translations", row.uuid, place_id, "", row.seen)
    trail.record(session, author, act)
    return True


def _row(session: Reading | Writing, place_id: int, at: At) -> Translation | None:
    return session.exec(
        select(Translation).where(
            Translation.place_id == place_id,
            Translation.instrument == at.instrument.code,
            Translation.tag == at.tag,
            Translation.path == at.path,
        )
    ).first()


def _file(
    session: Writing, row: Translation, part: str, file: tuple[str, str], author: Author
) -> None:
    sha256, kind = file
    if getattr(row, part) == sha256:
        return
    for old in session.exec(
        select(Attachment).where(
            Attachment.form_uuid == row.uuid, Attachment.sha256 == getattr(row, part)
        )
    ):
        old.erased_at = now()  # nothing names it any longer
    setattr(row, part, sha256)
    setattr(row, f"{part}_kind", kind)
    setattr(row, f"{part}_by", author.account_id)
    name = row.file(part)
    session.add(
        Attachment(form_uuid=row.uuid, sha256=sha256, name=name,
                   media_type=packs.media_type(name), bytes=0)
    )  # fmt: skip


def confirm(store: Store, author: Author, where: Where, key: str) -> bool:
    """Say that a line is well said; ``key`` is its UUID and what was seen of it, ``UUID.SEEN``.

    Returns whether the line stands now.

    Raises
    ------
    Unknown, Conflict, Forbidden
        No such line here; it changed meanwhile; its own author, or confirmed already.
    """
    uuid, _, seen = key.partition(".")
    with store.writing() as session:
        session.hold(f"translations {where.place_id}")
        rows = translations.of_places(session, [where.place_id or 0])
        row = next((each for each in rows if str(each.uuid) == uuid), None)
        if row is None or not row.says:
            raise Unknown("Esa línea ya no está.", remedy="Vuelva a abrir la lista.")
        if row.seen != seen:
            raise Conflict("Esa línea cambió mientras la revisaba.",
                           remedy="Léala o escúchela otra vez.")  # fmt: skip
        _confirmed(row, author.account_id)
        act = Act("approve", "translations", row.uuid, where.place_id, "", row.seen)
        trail.record(session, author, act)
        packs.changed(session)
        return row.stands


def _confirmed(row: Translation, account_id: int | None) -> None:
    if account_id is None or account_id in row.makers:
        raise Forbidden("Quien dio una línea no la confirma.",
                        remedy="Pida a otras dos personas que hablen la lengua.")  # fmt: skip
    if account_id in row.reviewers:
        raise Forbidden("Usted ya confirmó esta línea.", remedy="Falta otra persona.")
    if row.reviewed_by_1 is None:
        row.reviewed_by_1 = account_id
    elif row.reviewed_by_2 is None:
        row.reviewed_by_2 = account_id


def of_uuid(session: Reading, where: Where, uuid: str) -> Translation:
    """A line of this district by its key.

    Raises
    ------
    Unknown
        There is none.
    """
    rows = session.exec(select(Translation).where(col(Translation.place_id) == where.place_id))
    for row in rows:
        if str(row.uuid) == uuid:
            return row
    raise Unknown("Esa línea ya no está.")
