"""Sheets on paper: printed with a name of their own, typed in, and typed a second time.

What is typed goes through the same entry as everything else, under the name that was
printed: the same sheet typed twice is one document. A second typing by another person is
blind: it is a draft of hers until it is compared.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from app.capture import answers as capture
from app.capture import double
from app.capture.catalogue import HEALTH_ROLES
from app.capture.double import Comparison
from app.capture.fields import Instrument, Text
from app.errors import Conflict, Invalid, Unknown
from app.operations import forms, instruments, intake, receipts, trail
from app.operations.forms import Sheet
from app.operations.intake import Receipt
from app.operations.trail import Act, Author
from app.records import cycles, paper
from app.records.catalogues import PracticeRow
from app.records.intake import Form
from app.records.paper import PrintedSheet
from app.records.people import Account
from app.records.places import Where
from app.store.sessions import Reading, Store, Writing
from app.store.types import now, uuid7

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What nobody mistakes by hand: without I, L, O, 0, 1; 31 of them, so that a check sees
every wrong letter and every two that changed places."""
LENGTH = 8
MOST_COPIES = 60
REASON = "doble digitación"


@dataclass(frozen=True, slots=True)
class AskedPractice:
    """A practice as a column of a sheet: who it is about, in the order of the catalogue."""

    code: str
    name: Text
    unit: str
    of_women: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What became of a printed sheet; ``state`` None while nobody typed it."""

    uuid: UUID
    code: str
    printed_at: datetime
    state: str | None


def check_letter(code: str) -> str:
    """The last letter of a code, by the others: weighed by their place, modulo a prime."""
    total = sum((at + 2) * LETTERS.index(letter) for at, letter in enumerate(code))
    return LETTERS[-total % len(LETTERS)]


def code_of(uuid: UUID, turn: int = 0) -> str:
    """Eight letters for a sheet, of which the last checks the others."""
    drawn = int.from_bytes(hashlib.sha256(uuid.bytes + bytes([turn])).digest()[:8])
    letters = []
    for _ in range(LENGTH - 1):
        drawn, at = divmod(drawn, len(LETTERS))
        letters.append(LETTERS[at])
    return "".join(letters) + check_letter("".join(letters))


def spoken(code: str) -> str:
    """As it is printed: in two halves."""
    return f"{code[:4]}-{code[4:]}"


def read_code(text: str) -> str:
    """A code as a person typed it.

    Raises
    ------
    Invalid
        It has another length, a letter that is never used, or its check does not fit.
    """
    code = "".join(sign for sign in text.upper() if sign.isalnum())
    if len(code) != LENGTH or set(code) - set(LETTERS) or check_letter(code[:-1]) != code[-1]:
        raise Invalid(
            "El código «{text}» no es de ninguna hoja.",
            remedy="Son ocho letras o números, bajo el cuadro QR. Revise y escríbalo otra vez.",
            field="codigo",
            text=text[:20],
        )
    return code


def find(session: Reading, code: str) -> PrintedSheet:
    """The printed sheet with this code.

    Raises
    ------
    Unknown
        None was printed here.
    """
    row = paper.of_code(session, read_code(code))
    if row is None:
        raise Unknown(
            "Ninguna hoja impresa aquí tiene el código «{code}».",
            remedy="Revise las letras, o digítela desde la página de su comunidad.",
            code=code[:20],
        )
    return row


def print_sheets(
    store: Store, author: Author, where: Where, instrument: Instrument, copies: int
) -> list[PrintedSheet]:
    """Give as many sheets a name and a code of their own, and note who printed them.

    Raises
    ------
    Invalid
        Fewer than one copy, or more than ``MOST_COPIES``.
    """
    if not 1 <= copies <= MOST_COPIES:
        raise Invalid(
            "Se imprimen de 1 a {most} hojas a la vez.",
            remedy="Escriba cuántas; si necesita más, imprima otra vez.",
            field="copias",
            most=MOST_COPIES,
        )
    with store.writing() as session:
        session.hold("printed sheets")
        rows = [_printed(session, author, where, instrument) for _ in range(copies)]
        subject = rows[0].form_uuid
        act = Act("print", instrument.code, subject, where.place_id, f"{copies}")
        trail.record(session, author, act)
        session.flush()
        return rows


def _printed(
    session: Writing, author: Author, where: Where, instrument: Instrument
) -> PrintedSheet:
    uuid, turn = uuid7(), 0
    while paper.of_code(session, code_of(uuid, turn)) is not None:
        turn += 1
    assert where.community_id is not None
    row = PrintedSheet(
        form_uuid=uuid,
        code=code_of(uuid, turn),
        instrument=instrument.code,
        version=str(instrument.version),
        community_id=where.community_id,
        round_uuid=_round(session, where, instrument),
        printed_by=author.account_id,
    )
    session.add(row)
    session.flush()
    return row


def _round(session: Reading, where: Where, instrument: Instrument) -> UUID | None:
    if instrument.period != "round" or where.community_id is None:
        return None
    unlocked = [r for r in cycles.rounds(session, where.community_id) if r.locked_at is None]
    return unlocked[-1].uuid if unlocked else None


def practices(session: Reading, roles: Collection[str]) -> list[AskedPractice]:
    """What may be asked by these roles, in the order of the codes; sensitive ones by health."""
    health = bool(HEALTH_ROLES & frozenset(roles))
    rows = session.exec(select(PracticeRow).order_by(col(PracticeRow.id))).all()
    return [
        AskedPractice(
            row.code,
            Text(row.name_es, row.name_en),
            row.unit,
            row.age_min_months is None and row.age_max_months is None,
        )
        for row in rows
        if health or row.sensitivity != "sensitive"
    ]


def printed(session: Reading, where: Where, instrument: str) -> list[Typed]:
    """What was printed of an instrument for a community, and what of it was typed."""
    assert where.community_id is not None
    rows = paper.of_community(session, where.community_id, instrument)
    wanted = [row.form_uuid for row in rows]
    found = session.exec(select(Form.uuid, Form.state).where(col(Form.uuid).in_(wanted))).all()
    states: dict[UUID, str] = dict(found)
    return [Typed(r.form_uuid, r.code, r.printed_at, states.get(r.form_uuid)) for r in rows]


@dataclass(frozen=True, slots=True)
class Twin:
    """The paper of a document: its code, its version, and how far a second typing agreed.

    ``may_second`` says whether this person could type it for the second time.
    """

    code: str
    version: str
    equal: int | None
    compared: int | None
    may_second: bool

    @property
    def share(self) -> float | None:
        """Equal of compared answers, 0 to 1; None where it was typed once."""
        return self.equal / self.compared if self.compared and self.equal is not None else None


def twin(session: Reading, document: Form, author: Author) -> Twin | None:
    """What is known of a document's paper; None where it was not printed here."""
    row = paper.of_document(session, document.uuid)
    if row is None:
        return None
    may = is_second(document, author) and document.state in ("sent", "returned", "approved")
    return Twin(spoken(row.code), row.version, row.equal, row.compared, may)


def first_author(session: Reading, document: Form) -> str:
    """Who typed it first, by name."""
    account = session.get(Account, document.author_id) if document.author_id else None
    return account.name if account else ""


def is_second(document: Form | None, author: Author) -> bool:
    """Whether this person would type a sheet that another person typed before."""
    return document is not None and document.author_id != author.account_id


def compared(
    session: Reading, document: Form, second: Mapping[str, object], roles: Collection[str]
) -> Comparison:
    """The first typing beside a second one, of the questions that these roles are asked."""
    instrument = instruments.of_version(session, document.instrument, document.version)
    first = intake.answers_of(session, document)
    return double.compare(instrument.asked_by(roles), first, second)


def normal(session: Reading, where: Where, document: Form, sheet: Sheet) -> dict[str, object]:
    """A typing as the first one is kept: read by the same version, with what it lets go left out.

    Rows keep no names of their own: those of the first typing stay.
    """
    instrument = instruments.of_version(session, document.instrument, document.version)
    known = instruments.known(session, where, instrument)
    read = capture.read(instrument, sheet.raw, known, sheet.roles or None)
    body: dict[str, object] = json.loads(capture.canonical(read))
    return body


def says_the_same(session: Reading, document: Form, raw: Mapping[str, object]) -> bool:
    """Whether a document holds these answers already."""
    instrument = instruments.of_version(session, document.instrument, document.version)
    found = double.compare(
        instrument, intake.answers_of(session, document), _plain(instrument, raw)
    )
    return not found.differences


def _plain(instrument: Instrument, raw: Mapping[str, object]) -> dict[str, object]:
    body: dict[str, object] = json.loads(_canonical(instrument, raw))
    return body


def settle(
    store: Store,
    author: Author,
    where: Where,
    form_uuid: UUID,
    second: Mapping[str, object],
    roles: Collection[str],
    chosen: Mapping[str, str],
) -> Receipt | None:
    """Note how far two typings agree and send what was chosen; no receipt where all was alike.

    Raises
    ------
    Invalid
        A difference has no choice, or what was chosen does not hold together.
    Conflict
        The sheet was not typed before, or by the same person.
    """
    with store.reading() as session:
        document = receipts.form_by_uuid(session, form_uuid)
        if document is None or not is_second(document, author):
            raise Conflict(
                "La segunda digitación la hace otra persona, cuando ya hay una primera.",
                remedy="Pida a otra persona que la digite.",
            )
        instrument = instruments.of_version(session, document.instrument, document.version)
        asked = instrument.asked_by(roles)
        first = intake.answers_of(session, document)
        found = double.compare(asked, first, second)
        raw = double.merged(asked, first, second, chosen)
        same = _canonical(instrument, raw) == _canonical(instrument, first)
        revision = document.revision
    receipt = None
    if same:
        forms.discard(store, author, where, form_uuid)
    else:
        sheet = Sheet(
            instrument.code, form_uuid, raw, revision=revision, way="paper",
            version=str(instrument.version), reason=REASON,
        )  # fmt: skip
        receipt = forms.send(store, author, where, sheet)
    _note(store, author, where, form_uuid, found)
    return receipt


def _canonical(instrument: Instrument, raw: Mapping[str, object]) -> bytes:
    return capture.canonical(capture.read(instrument, raw))


def _note(store: Store, author: Author, where: Where, form_uuid: UUID, found: Comparison) -> None:
    with store.writing() as session:
        row = paper.of_document(session, form_uuid)
        if row is None:
            return
        row.second_id, row.second_at = author.account_id, now()
        row.equal, row.compared = found.equal, found.compared
        said = f"{REASON}: {found.equal}/{found.compared}"
        trail.record(
            session, author, Act("compare", row.instrument, form_uuid, where.place_id, said)
        )
