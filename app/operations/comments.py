"""Comments on single answers, by whoever may read them; the trail names the place, never the words.

A place in a document is a path: ``families``, ``problems[2]`` for a row, ``problems[2].theme``
for an answer in it, rows from 0. Comments stand at the revision at which they were made.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.capture.fields import Field, Instrument, Text
from app.errors import Invalid, Unknown
from app.operations import intake, trail
from app.operations.trail import Act, Author
from app.records.comments import Comment
from app.records.families import Family
from app.records.intake import Form
from app.records.people import Account
from app.records.places import Where
from app.store.sessions import Reading, Store

LONGEST = 1000
_STEP = re.compile(r"([a-z][a-z0-9_]*)(?:\[(\d{1,4})\])?")


@dataclass(frozen=True, slots=True)
class Said:
    """One comment; ``old`` where the document was corrected after it."""

    text: str
    name: str
    at: datetime
    old: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a document: its path, its words, and the questions of its row if it is one."""

    path: str
    words: tuple[tuple[Text, int | None], ...]
    fields: tuple[Field, ...]


def spot(instrument: Instrument, answers: Mapping[str, Any] | None, path: str) -> Spot:
    """A place that a reader may see: ``instrument`` and ``answers`` are narrowed to their view.

    Raises
    ------
    Unknown
        There is no such answer, or not for this reader.
    """
    unknown = Unknown("No existe esa respuesta en esta ficha.", remedy="Elíjala en la ficha.")
    fields, row, words = tuple(instrument.fields()), answers, []
    for step in path.split("."):
        read = _STEP.fullmatch(step)
        field = next((f for f in fields if read and f.code == read[1] and f.answered), None)
        if read is None or field is None or row is None:
            raise unknown
        index = int(read[2]) if read[2] is not None else None
        words.append((field.label, index))
        if index is None:
            fields, row = (), None
            continue
        rows = row.get(field.code)
        if field.type != "repeat" or not isinstance(rows, list) or index >= len(rows):
            raise unknown
        fields, row = field.fields, rows[index]
    return Spot(path, tuple(words), tuple(f for f in fields if f.answered and f.type != "repeat"))


def of_document(
    session: Reading,
    document: Form,
    instrument: Instrument,
    answers: Mapping[str, Any] | None,
    *,
    stripped: bool = False,
) -> dict[str, list[Said]]:
    """The comments that a reader may see, oldest first, by the path where the answer is now.

    Rows inside a stripped home are counted otherwise, so comments on them are left out there.
    """
    rows = session.exec(
        select(Comment, Account.name)
        .join(Account, col(Account.id) == Comment.author_id, isouter=True)
        .where(Comment.form_uuid == document.uuid)
        .order_by(col(Comment.id))
    ).all()
    found: dict[str, list[Said]] = {}
    homes = _homes(session, document) if any(row.family_uuid for row, _ in rows) else {}
    for row, name in rows:
        path = _now(row, document, homes)
        if stripped and path.count("[") > 1:
            continue
        try:
            spot(instrument, answers, path)
        except Unknown:
            continue  # outside this reader's view, or its row went with a correction
        said = Said(row.text, name or "", row.at, row.revision < document.revision)
        found.setdefault(path, []).append(said)
    return found


def add(store: Store, author: Author, where: Where, document: Form, at: Spot, text: str) -> None:
    """Say something about an answer.

    Raises
    ------
    Invalid
        It says nothing, or too much.
    """
    if not text.strip() or len(text) > LONGEST:
        raise Invalid(
            "El comentario va de una a {most} letras.",
            remedy="Escríbalo en pocas palabras.",
            field="comentario",
            most=LONGEST,
        )
    with store.writing() as session:
        session.add(
            Comment(
                form_uuid=document.uuid,
                path=at.path,
                revision=document.revision,
                family_uuid=_family(session, document, at.path),
                author_id=author.account_id,
                text=text.strip(),
            )
        )
        # Neither the row nor the words: a row may be one home.
        act = Act("comment", document.instrument, document.uuid, where.place_id, _bare(at.path))
        trail.record(session, author, act)


def _homes(session: Reading, document: Form) -> dict[UUID, int]:
    """Where each family's row stands now: rows move when a home is forgotten or corrected."""
    rows = intake.answers_of(session, document).get("households") or []
    codes = {row.get("household"): index for index, row in enumerate(rows)}
    known = session.exec(
        select(Family.uuid, Family.code).where(
            Family.community_id == document.community_id, col(Family.code).in_(list(codes))
        )
    ).all()
    return {uuid: codes[code] for uuid, code in known}


def _now(row: Comment, document: Form, homes: Mapping[UUID, int]) -> str:
    if row.family_uuid is None or document.family_uuid is not None:
        return row.path
    index = homes.get(row.family_uuid)
    return "" if index is None else re.sub(r"\[\d+\]", f"[{index}]", row.path, count=1)


def _bare(path: str) -> str:
    return re.sub(r"\[\d+\]", "", path)


def _family(session: Reading, document: Form, path: str) -> UUID | None:
    """Whose answer it is, so that it goes when they ask to be forgotten."""
    if document.family_uuid is not None:
        return document.family_uuid
    read = _STEP.match(path)
    if read is None or read[2] is None:
        return None
    rows = intake.answers_of(session, document).get(read[1]) or []
    code = rows[int(read[2])].get("household") if int(read[2]) < len(rows) else None
    wanted = select(Family.uuid).where(
        Family.community_id == document.community_id, Family.code == code
    )
    return session.exec(wanted).first() if code else None
