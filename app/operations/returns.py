"""Return sheets: issued after a decision and each quarter, and answered by a slip typed back in.

A sheet keeps what it said; issuing the same occasion again adds only the communities that have
none yet. What a slip says stays beside, and shows with what it speaks of.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from app.errors import Invalid, Unknown
from app.operations import districts, priority_versions, return_lines, standing, trail
from app.operations.return_lines import Known
from app.operations.trail import Act, Author
from app.records import places
from app.records.places import Where
from app.records.proposals import Allocation
from app.records.returns import OCCASIONS, ReturnReply, ReturnSheet
from app.records.territory import Community
from app.store.sessions import Reading, Writing, columns

QUARTERS = ((3, 31), (6, 30), (9, 30), (12, 31))


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a sheet goes out: ``quarter`` or ``decision``, and what about."""

    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What came back; ``lines`` are the numbers of the lines of the sheet that it names."""

    conforming: bool
    text: str = ""
    lines: tuple[str, ...] = ()
    signed_by: str = ""
    on_day: date | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A community's newest sheet and its newest reply."""

    code: str
    name: str
    sheet: ReturnSheet | None
    reply: ReturnReply | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a community said of a thing; ``code`` is the community's."""

    code: str
    community: str
    sheet: str
    reply: ReturnReply


def quarter(day: date) -> str:
    """The quarter of a day: 2027-T2."""
    return f"{day.year}-T{(day.month + 2) // 3}"


def next_quarter_end(day: date) -> date:
    """The end of the quarter after that of a day: when the next sheet is due."""
    at = (day.month + 2) // 3
    year, at = (day.year, at) if at < len(QUARTERS) else (day.year + 1, 0)
    return date(year, *QUARTERS[at])


def occasions(session: Reading, where: Where, day: date) -> list[Occasion]:
    """What a sheet can be issued for: this quarter, the frozen lists and the published results."""
    frozen = [
        Occasion("decision", f"Prioridades {row.number}: {row.label}"[:60])
        for row in priority_versions.listed(session, where)
        if row.state == "frozen"
    ]
    runs = session.exec(
        select(Allocation)
        .where(Allocation.place_id == where.place_id, col(Allocation.published).is_(True))
        .order_by(col(Allocation.id).desc())
    ).all()
    shared = [
        Occasion("decision", f"Presupuesto participativo {run.fiscal_year} ({run.digest[:8]})")
        for run in runs
    ]
    return [Occasion("quarter", quarter(day)), *frozen, *shared]


def code_of(sheet: ReturnSheet) -> str:
    """How a sheet is called on paper: HR-2027-012."""
    return f"HR-{sheet.year}-{sheet.number:03}"


def issue(
    session: Writing, author: Author, where: Where, occasion: Occasion, day: date
) -> list[ReturnSheet]:
    """Issue a sheet to every community of a district that has none on this occasion yet.

    Raises
    ------
    Invalid
        The occasion is none of those that can be chosen.
    """
    session.hold(f"returns {where.code}")
    if occasion.kind not in OCCASIONS or occasion not in occasions(session, where, day):
        raise Invalid(
            "Esa ocasión no está en la lista.",
            remedy="Elija el trimestre o una decisión de la lista.",
            field="occasion",
        )
    have = session.exec(
        select(ReturnSheet.community_id).where(
            ReturnSheet.place_id == where.place_id,
            ReturnSheet.occasion == occasion.kind,
            ReturnSheet.about == occasion.about,
        )
    ).all()
    last = session.exec(
        select(func.max(ReturnSheet.number)).where(
            ReturnSheet.place_id == where.place_id, ReturnSheet.year == day.year
        )
    ).one()
    missing = [m for m in standing.members(session, where, day) if m.id not in set(have)]
    known = return_lines.known(session, where, day)
    made = [
        _sheet(session, author, where, (occasion, known, (last or 0) + at), member)
        for at, member in enumerate(missing, 1)
    ]
    session.add_all(made)
    session.flush()
    for sheet in made:
        act = Act("issue", "returns", sheet.uuid, where.place_id, digest=sheet.digest)
        trail.written(session, author, where, act)
    return made


def _sheet(
    session: Reading, author: Author, where: Where, about: tuple[Occasion, Known, int], member: Any
) -> ReturnSheet:
    occasion, known, number = about
    day = known.day
    here = places.community(session, where, member.code)
    made = ReturnSheet(
        place_id=districts.own(where),
        community_id=member.id,
        year=day.year,
        number=number,
        on_day=day,
        occasion=occasion.kind,
        about=occasion.about,
        author_id=author.account_id,
        digest="",
    )
    made.content = content_of(session, here, known) | {
        "number": code_of(made),
        "occasion": occasion.kind,
        "about": occasion.about,
    }
    canonical = json.dumps(made.content, ensure_ascii=False, sort_keys=True).encode()
    made.digest = hashlib.sha256(canonical).hexdigest()
    return made


def content_of(session: Reading, where: Where, known: Known) -> dict[str, Any]:
    """What a sheet of a community would say on the day of what is known."""
    own, begun = return_lines.own(session, where, known)
    return {
        "community": where.community_name,
        "district": where.name,
        "on": known.day.isoformat(),
        "own": own,
        "begun": begun,
        "lines": [each.kept() for each in return_lines.lines(where, known)],
        "next_sheet": next_quarter_end(known.day).isoformat(),
    }


def of_community(session: Reading, where: Where) -> Sequence[ReturnSheet]:
    """The sheets of a community, the newest first."""
    return session.exec(
        select(ReturnSheet)
        .where(
            ReturnSheet.place_id == where.place_id, ReturnSheet.community_id == where.community_id
        )
        .order_by(col(ReturnSheet.id).desc())
    ).all()


def find(session: Reading, where: Where, year: int, number: int) -> ReturnSheet:
    """The sheet of a community that is called by this number.

    Raises
    ------
    Unknown
        The community has none.
    """
    for sheet in of_community(session, where):
        if (sheet.year, sheet.number) == (year, number):
            return sheet
    raise Unknown("La comunidad no tiene esa hoja de retorno.", remedy="Vuelva a la lista.")


def of_occasion(session: Reading, where: Where, occasion: Occasion) -> Sequence[ReturnSheet]:
    """The sheets that a district issued on an occasion, by number."""
    return session.exec(
        select(ReturnSheet)
        .where(
            ReturnSheet.place_id == where.place_id,
            ReturnSheet.occasion == occasion.kind,
            ReturnSheet.about == occasion.about,
        )
        .order_by(col(ReturnSheet.year), col(ReturnSheet.number))
    ).all()


def issued(session: Reading, where: Where) -> list[Occasion]:
    """The occasions on which a district issued sheets, the newest first."""
    rows = session.rows(
        columns(ReturnSheet.occasion, ReturnSheet.about, func.max(col(ReturnSheet.id)))
        .where(col(ReturnSheet.place_id) == where.place_id)
        .group_by(col(ReturnSheet.occasion), col(ReturnSheet.about))
        .order_by(func.max(col(ReturnSheet.id)).desc())
    )
    return [Occasion(kind, about) for kind, about, _ in rows]


def replies(session: Reading, sheets: Sequence[ReturnSheet]) -> dict[int, list[ReturnReply]]:
    """What came back to each of these sheets, by its key, the newest first."""
    found: dict[int, list[ReturnReply]] = defaultdict(list)
    rows = session.exec(
        select(ReturnReply)
        .where(col(ReturnReply.sheet_id).in_([sheet.id for sheet in sheets]))
        .order_by(col(ReturnReply.id).desc())
    ).all()
    for row in rows:
        found[row.sheet_id].append(row)
    return found


def of_district(session: Reading, where: Where, day: date) -> list[State]:
    """Every community with its newest sheet and what came back."""
    sheets = session.exec(
        select(ReturnSheet)
        .where(ReturnSheet.place_id == where.place_id)
        .order_by(col(ReturnSheet.id))
    ).all()
    newest = {sheet.community_id: sheet for sheet in sheets}
    back = replies(session, list(newest.values()))
    return [
        State(m.code, m.name, sheet, next(iter(back[sheet.id]), None) if sheet else None)
        for m in standing.members(session, where, day)
        for sheet in [newest.get(m.id)]
    ]


def reply(
    session: Writing, author: Author, where: Where, sheet: ReturnSheet, slip: Slip, day: date
) -> ReturnReply:
    """Write down what the slip of a sheet says.

    Raises
    ------
    Invalid
        Not conforming without a word, a line that the sheet does not have, or a day before the
        sheet or after today.
    """
    if not slip.conforming and not slip.text:
        raise Invalid(
            "Falta lo que dice el talón: por qué no está conforme.",
            remedy="Copie las palabras de la comunidad.",
            field="text",
        )
    on_day = slip.on_day or day
    if not sheet.on_day <= on_day <= day:
        raise Invalid(
            "El talón no puede ser de antes de la hoja ni de un día que no llegó.",
            remedy="Revise la fecha.",
            field="on_day",
        )
    named = {line["number"]: line for line in sheet.content["lines"]}
    if strange := sorted(set(slip.lines) - set(named)):
        raise Invalid("La hoja no tiene el punto {number}.", number=strange[0][:30], field="lines")
    refs = [ref for number in slip.lines for ref in named[number]["refs"]]
    made = ReturnReply(
        sheet_id=sheet.id,
        conforming=slip.conforming,
        text=slip.text[:1000],
        speaks_of=list(dict.fromkeys(refs)),
        signed_by=slip.signed_by[:120],
        on_day=on_day,
        author_id=author.account_id,
    )
    session.add(made)
    session.flush()
    digest = hashlib.sha256(f"{made.uuid}{made.conforming}{made.text}".encode()).hexdigest()
    act = Act("reply", "returns", made.uuid, where.place_id, digest=digest)
    trail.written(session, author, where, act)
    return made


def said_of(session: Reading, where: Where, refs: Sequence[str]) -> dict[str, list[Said]]:
    """What communities said of things, by ``kind:key``; a sheet's newest reply alone counts."""
    rows = session.rows(
        columns(ReturnReply, ReturnSheet.year, ReturnSheet.number, Community.name, Community.code)
        .join(ReturnSheet, col(ReturnSheet.id) == ReturnReply.sheet_id)
        .join(Community, col(Community.id) == ReturnSheet.community_id)
        .where(col(ReturnSheet.place_id) == where.place_id)
        .order_by(col(ReturnReply.id))
    )
    newest: dict[int, Said] = {}
    for row in rows:
        kept = {name: row._mapping[name] for name in ReturnReply.model_fields}
        newest[kept["sheet_id"]] = Said(
            row._mapping["code"],
            row._mapping["name"],
            f"HR-{row._mapping['year']}-{row._mapping['number']:03}",
            ReturnReply(**kept),
        )
    wanted, found = set(refs), defaultdict(list)
    for said in newest.values():
        for ref in wanted & set(said.reply.speaks_of):
            found[ref].append(said)
    return dict(found)


def overdue(state: State, day: date) -> bool:
    """Whether a community's last sheet is older than a quarter, or there is none."""
    return state.sheet is None or day - state.sheet.on_day > timedelta(days=100)
