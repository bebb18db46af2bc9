"""Lines of the instruments in the languages of a district, as its own speakers gave them.

A line counts only when two speakers, none of whom gave anything of it, have heard or read
what stands in it now.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, col, select

from app.records.base import Row, link
from app.store.sessions import Reading
from app.store.types import Instant, now


class Translation(Row, table=True):
    """One line of an instrument in one language: words, a hint, a sound, a picture.

    ``path`` is a field, a section (``s_CODE``) or a choice (``FIELD:CHOICE``); ``tag`` is of
    ISO 639-3; ``source`` says of which Spanish words it is. ``audio`` and ``picture`` are the
    SHA-256 of files, empty where there is none, and the kinds their endings.
    """

    __tablename__ = "translation"
    __table_args__ = (UniqueConstraint("place_id", "instrument", "tag", "path"),)

    place_id: int = link("place")
    instrument: str = Field(max_length=40)
    tag: str = Field(max_length=3)
    path: str = Field(max_length=120)
    source: str = Field(max_length=16)
    label: str = Field(default="", max_length=1000)
    hint: str = Field(default="", max_length=1000)
    audio: str = Field(default="", max_length=64)
    audio_kind: str = Field(default="", max_length=4)
    picture: str = Field(default="", max_length=64)
    picture_kind: str = Field(default="", max_length=4)
    text_by: int | None = link("account", nullable=True)
    audio_by: int | None = link("account", nullable=True)
    picture_by: int | None = link("account", nullable=True)
    reviewed_by_1: int | None = link("account", nullable=True)
    reviewed_by_2: int | None = link("account", nullable=True)
    changed_at: datetime = Field(default_factory=now, sa_type=Instant)

    @property
    def seen(self) -> str:
        """What a speaker confirms: these words, this sound, this picture, and no later ones."""
        parts = (self.source, self.label, self.hint, self.audio, self.picture)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    @property
    def says(self) -> bool:
        """Whether anything stands in it."""
        return bool(self.label or self.hint or self.audio or self.picture)

    @property
    def makers(self) -> frozenset[int]:
        """Who gave something of what stands in it."""
        given = (self.text_by, self.audio_by, self.picture_by)
        return frozenset(each for each in given if each is not None)

    @property
    def reviewers(self) -> tuple[int, ...]:
        """Who confirmed it as it stands, at most two."""
        given = (self.reviewed_by_1, self.reviewed_by_2)
        return tuple(each for each in given if each is not None)

    @property
    def stands(self) -> bool:
        """Whether it may reach a form."""
        return self.says and len(set(self.reviewers) - self.makers) == 2

    def file(self, part: str) -> str:
        """How its ``audio`` or ``picture`` is called beside a form; empty without one."""
        sha256, kind = getattr(self, part), getattr(self, f"{part}_kind")
        return f"{self.tag}-{sha256[:24]}.{kind}" if sha256 else ""


def of_places(
    session: Reading, places: Collection[int], instrument: str = "", tag: str = ""
) -> list[Translation]:
    """Every line of these districts, the oldest first; of one instrument or language if said."""
    wanted = select(Translation).where(col(Translation.place_id).in_(list(places)))
    if instrument:
        wanted = wanted.where(Translation.instrument == instrument)
    if tag:
        wanted = wanted.where(Translation.tag == tag)
    return list(session.exec(wanted.order_by(col(Translation.id))).all())
