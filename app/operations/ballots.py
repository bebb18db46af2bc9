"""Ballot sheets: printed with a code, typed by two people, and settled where they differ.

Nobody is tied to a sheet. What a sheet says is shown to whoever types or settles that sheet,
never added up (``votings.check_counted``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import paper, trail, voting_rules, votings
from app.operations.trail import Act, Author
from app.operations.voting_rules import Body
from app.planning import ballots as reading
from app.planning.ballots import Marks, Settled, Typing
from app.records.places import Where
from app.records.voting import BallotSheet, BallotTyping, Voting
from app.store.sessions import Reading, Writing
from app.store.types import now, uuid7

MOST_COPIES = 500
MOST_SHEETS = 20_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed of a sheet: ``text`` as in ``app.planning.ballots.read``."""

    text: str = ""
    community: str = ""
    unreadable: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sheet that waits for a person: what each read, and why it waits."""

    sheet: BallotSheet
    typings: tuple[BallotTyping, ...]
    why: str


def print_sheets(
    session: Writing,
    author: Author,
    where: Where,
    voting: Voting,
    copies: int,
    community: str = "",
) -> list[BallotSheet]:
    """Give as many sheets a code of their own; ``community`` where they are handed out.

    Raises
    ------
    Conflict
        The voting is neither in preparation nor open, or takes no paper.
    Invalid
        Too few or too many copies, or a community of elsewhere.
    """
    if voting.state not in ("preparing", "open") or voting.mode not in ("paper", "totals"):
        raise Conflict(
            "Esta votación no imprime cédulas ahora.", remedy="Vuelva a la página de la votación."
        )
    if not 1 <= copies <= MOST_COPIES:
        raise Invalid(
            "Se imprimen de 1 a {most} cédulas por vez.", field="copies", most=MOST_COPIES
        )
    _check_community(voting, community)
    session.hold(f"sheets {voting.uuid}")
    last = _count(session, voting)
    if last + copies > MOST_SHEETS:
        raise Invalid("Una votación lleva hasta {most} hojas.", field="copies", most=MOST_SHEETS)
    made = [_sheet(voting, last + at + 1, community) for at in range(copies)]
    session.add_all(made)
    session.flush()
    act = Act("print", "voting", voting.uuid, where.place_id, digest=f"{copies}")
    trail.record(session, author, act)
    return made


def _sheet(voting: Voting, number: int, community: str) -> BallotSheet:
    key = uuid7()
    return BallotSheet(
        uuid=key,
        voting_id=voting.id,
        number=number,
        code=paper.code_of(key),
        community=community,
    )


def _count(session: Reading, voting: Voting) -> int:
    found = session.exec(
        select(func.max(BallotSheet.number)).where(BallotSheet.voting_id == voting.id)
    ).one()
    return found or 0


def _check_community(voting: Voting, code: str) -> None:
    if code and code not in {each["code"] for each in voting.communities}:
        raise Invalid(
            "Esa comunidad no es del distrito.", remedy="Elíjala de la lista.", field="community"
        )


def printed(session: Reading, voting: Voting, first: int = 1, last: int = 0) -> list[BallotSheet]:
    """The sheets of a voting from one number to another, to print them again."""
    wanted = select(BallotSheet).where(
        BallotSheet.voting_id == voting.id, BallotSheet.number >= first
    )
    if last:
        wanted = wanted.where(BallotSheet.number <= last)
    return list(session.exec(wanted.order_by(col(BallotSheet.number)).limit(MOST_COPIES)).all())


def find(session: Reading, voting: Voting, typed: str) -> BallotSheet:
    """The sheet of a voting with the code that a person typed.

    Raises
    ------
    Unknown
        No sheet of this voting has it; a wrong letter is told by the check letter.
    """
    code = paper.read_code(typed)
    row = session.exec(
        select(BallotSheet).where(BallotSheet.code == code, BallotSheet.voting_id == voting.id)
    ).first()
    if row is None:
        raise Unknown(
            "Ninguna cédula de esta votación tiene el código «{code}».",
            remedy="Vuelva a leer el código de la hoja.",
            code=code,
        )
    return row


def typings_of(session: Reading, sheet: BallotSheet) -> list[BallotTyping]:
    """The newest typing of each person, in the order in which they typed first."""
    rows = session.exec(
        select(BallotTyping).where(BallotTyping.sheet_id == sheet.id).order_by(col(BallotTyping.id))
    ).all()
    return list({row.author_id: row for row in rows}.values())


def type_sheet(
    session: Writing, author: Author, where: Where, voting: Voting, code: str, typed: Typed
) -> BallotSheet:
    """Write down what a person reads on a sheet; the second person settles it, if they agree.

    Who typed a sheet may type it again until somebody else does.

    Raises
    ------
    Conflict
        The voting is not open, or two people typed the sheet already.
    Invalid
        What was typed are no marks.
    """
    session.hold(f"sheets {voting.uuid}")
    votings.check_open(voting)
    if author.account_id is None:
        raise Invalid("Una cédula la digita una persona con cuenta.")
    body = voting_rules.body_of(votings.rules_of(session, voting))
    totals = voting.mode == "totals"
    marks: Marks = ()
    if not typed.unreadable:
        marks = reading.read(typed.text, body.ballot.kind, totals=totals)
    _check_community(voting, typed.community)
    sheet = find(session, voting, code)
    before = typings_of(session, sheet)
    if sheet.state not in ("printed", "typed"):
        raise Conflict(
            "La cédula {code} ya está digitada.",
            remedy="Pase a la siguiente.",
            code=paper.spoken(sheet.code),
        )
    row = BallotTyping(
        sheet_id=sheet.id,
        author_id=author.account_id,
        marks=[list(pair) for pair in marks],
        community=typed.community or sheet.community,
        unreadable=typed.unreadable,
        note=typed.note.strip()[:300],
    )
    session.add(row)
    session.flush()
    others = {each.author_id: each for each in before} | {row.author_id: row}
    _settle(sheet, settled(voting, body, list(others.values())))
    trail.written(session, author, where, Act("type", "voting", sheet.uuid, where.place_id))
    return sheet


def doubt(session: Reading, voting: Voting, sheet: BallotSheet) -> str:
    """The fault of what was typed on a sheet, so that a slip of the keys is seen at once; empty
    where a ballot may say it.
    """
    body = voting_rules.body_of(votings.rules_of(session, voting))
    newest = {row.author_id: row for row in typings_of(session, sheet)}
    return settled(voting, body, list(newest.values())).why


def settled(voting: Voting, body: Body, typings: Sequence[BallotTyping]) -> Settled:
    """Where a sheet stands by its typings, as the rules of its voting say."""
    known = {each["code"] for each in voting.options}
    read = {
        row.author_id: Typing(as_marks(row.marks), row.community, row.unreadable) for row in typings
    }
    communities = {each["code"] for each in voting.communities} if body.endowments else set()
    return reading.settle(
        read, body.ballot, known, totals=voting.mode == "totals", communities=communities
    )


def as_marks(kept: Sequence[Any]) -> Marks:
    """Marks from JSON."""
    return tuple((str(code), int(points)) for code, points in kept)


def _settle(sheet: BallotSheet, found: Settled) -> None:
    sheet.state = found.state
    if found.state == "accepted":
        sheet.marks = [list(pair) for pair in found.marks]
        sheet.community = found.community


def waiting(session: Reading, voting: Voting) -> list[Waiting]:
    """The sheets that wait for a decision: what was read differently, and the review tray."""
    body = voting_rules.body_of(votings.rules_of(session, voting))
    rows = session.exec(
        select(BallotSheet)
        .where(
            BallotSheet.voting_id == voting.id, col(BallotSheet.state).in_(("differs", "review"))
        )
        .order_by(col(BallotSheet.number))
    ).all()
    found = []
    for sheet in rows:
        typings = typings_of(session, sheet)
        why = settled(voting, body, typings or [_of_file(sheet, at) for at in (1, 2)]).why
        found.append(Waiting(sheet, tuple(typings), why))
    return found


def _of_file(sheet: BallotSheet, person: int) -> BallotTyping:
    """What a file said of a sheet, as if a person had read it."""
    return BallotTyping(author_id=person, marks=sheet.marks, community=sheet.community)


def decide(
    session: Writing,
    author: Author,
    where: Where,
    voting: Voting,
    code: str,
    typed: Typed,
    reason: str,
    *,
    void: bool = False,
) -> BallotSheet:
    """Say what a sheet says, or that it counts for nothing, with the reason.

    Raises
    ------
    Conflict
        The voting is not open, or the sheet waits for nobody.
    Invalid
        No reason, or marks that no ballot may have.
    """
    session.hold(f"sheets {voting.uuid}")
    votings.check_open(voting)
    sheet = find(session, voting, code)
    if sheet.state not in ("differs", "review"):
        raise Conflict(
            "La cédula {code} no espera ninguna decisión.",
            remedy="Vuelva a la bandeja.",
            code=paper.spoken(sheet.code),
        )
    if not reason.strip():
        raise Invalid(
            "Falta la razón de la decisión.",
            remedy="Escriba qué dice la hoja y por qué; quedará en el acta.",
            field="reason",
        )
    if void:
        sheet.state, sheet.marks = "void", []
    else:
        _accept(session, voting, sheet, typed)
    sheet.decided_by, sheet.decided_at = author.account_id, now()
    sheet.reason = reason.strip()[:500]
    session.flush()
    act = Act("decide", "voting", sheet.uuid, where.place_id, reason, sheet.state)
    trail.written(session, author, where, act)
    return sheet


def _accept(session: Reading, voting: Voting, sheet: BallotSheet, typed: Typed) -> None:
    body = voting_rules.body_of(votings.rules_of(session, voting))
    totals = voting.mode == "totals"
    named = voting.mode == "file"
    marks = reading.read(typed.text, body.ballot.kind, totals=totals, named=named)
    _check_community(voting, typed.community)
    read = Typing(marks, typed.community or sheet.community)
    known = {each["code"] for each in voting.options}
    communities = {each["code"] for each in voting.communities} if body.endowments else set()
    # As if two people had read just this: what a ballot may say is the same rule.
    found = reading.settle(
        {1: read, 2: read}, body.ballot, known, totals=totals, communities=communities
    )
    if found.why:
        raise reading.impossible(found.why)
    _settle(sheet, found)
