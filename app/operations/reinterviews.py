"""One home in ten of a round's approved lines is asked again, by another person.

The draw is over the interviewed homes of the round's approved documents, by the salted digest
of the first of them, which nobody knows before it is sent. What is answered stands apart and
never counts; only how far it agrees is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Forbidden, Invalid, Unknown
from app.operations import intake, signs, trail
from app.operations.trail import Act, Author
from app.planning import lots
from app.planning.agreement import Agreement, agreement
from app.records import reinterviews
from app.records.cycles import Round
from app.records.families import Family
from app.records.intake import Entry, Form
from app.records.places import Where
from app.records.reinterviews import OUTCOMES, Reinterview
from app.store.sessions import Reading, Store
from app.store.types import now

LINES = "household_monitoring"
VALUES = ("meets", "not_yet", "not_applicable", "unknown")
AGAIN = "absent"  # whoever was not at home may be visited another day


@dataclass(frozen=True, slots=True)
class Task:
    """A home that was drawn: who asked first, and what became of the second visit so far."""

    family_uuid: UUID
    code: str
    sector: str
    form_uuid: UUID
    asked_by: int | None
    outcome: str
    at: datetime | None

    @property
    def open(self) -> bool:
        """Whether somebody still has to go."""
        return self.outcome in ("", AGAIN)


@dataclass(frozen=True, slots=True)
class Lot:
    """The draw of a round: its seed, how many homes it is of, and the homes drawn."""

    round: Round
    seed: str
    homes: int
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked again: a practice, of the whole home (person 0) or of one in it."""

    practice: str
    person: int
    kind: str
    first: str

    @property
    def key(self) -> str:
        """Its name in a posted page."""
        return f"{self.practice} {self.person}"


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far the second interviews of a round agree, over all and by practice."""

    asked: int
    over_all: Agreement
    by_practice: Mapping[str, Agreement]


def _homes(
    session: Reading, where: Where, round_: Round
) -> tuple[list[Form], dict[str, tuple[Form, Mapping[str, Any]]]]:
    wanted = select(Form).where(
        Form.community_id == where.community_id,
        Form.round_id == round_.id,
        Form.instrument == LINES,
        col(Form.state).in_(("approved", "locked")),
    )
    found = list(session.exec(wanted.order_by(col(Form.decided_at), col(Form.id))).all())
    homes = {
        home["household"]: (form, home)
        for form in found
        for _, home in signs.interviewed(intake.answers_of(session, form))
        if home.get("household") and home.get("observations")
    }
    return found, homes


def of_round(session: Reading, where: Where, round_: Round) -> Lot:
    """The homes of a round that are to be asked again, by code."""
    forms, homes = _homes(session, where, round_)
    if not forms:
        return Lot(round_, "", 0, ())
    first = min(forms, key=lambda form: form.id)
    seed = lots.seed_of([session.get_one(Entry, first.entry_id).digest, "reinterview"])
    drawn = lots.drawn(homes.keys(), seed)
    families = session.exec(
        select(Family).where(Family.community_id == where.community_id, col(Family.code).in_(drawn))
    ).all()
    done = {each.family_uuid: each for each in reinterviews.of_round(session, round_.uuid)}
    tasks = [
        _task(family, homes[family.code], done.get(family.uuid))
        for family in sorted(families, key=lambda f: f.code)
    ]
    return Lot(round_, seed, len(homes), tuple(tasks))


def _task(family: Family, found: tuple[Form, Mapping[str, Any]], row: Reinterview | None) -> Task:
    form, home = found
    outcome, at = (row.outcome, row.at) if row else ("", None)
    sector = str(home.get("sector") or "")
    return Task(family.uuid, family.code, sector, form.uuid, form.author_id, outcome, at)


def questions(
    session: Reading, where: Where, round_: Round, family_uuid: UUID
) -> tuple[Lot, Task, list[Question]]:
    """What a drawn home is asked again, in the order in which it was asked first.

    Raises
    ------
    Unknown
        The home was not drawn in this round.
    """
    lot = of_round(session, where, round_)
    task = next((each for each in lot.tasks if each.family_uuid == family_uuid), None)
    if task is None:
        raise Unknown("Ese hogar no salió en el sorteo.", remedy="Elija uno de la lista.")
    _, homes = _homes(session, where, round_)
    home = homes[task.code][1]
    kinds = {p["person_no"]: p.get("person_kind", "") for p in home.get("persons") or ()}
    asked = [
        Question(o["practice"], o.get("person") or 0, kinds.get(o.get("person"), ""), o["value"])
        for o in home["observations"]
    ]
    return lot, task, asked


def save(
    store: Store,
    author: Author,
    where: Where,
    round_: Round,
    family_uuid: UUID,
    outcome: str,
    said: Mapping[str, str],
) -> None:
    """Keep what a home answered the second time; ``said`` is the value by question key.

    Raises
    ------
    Forbidden
        The same person asked the first time.
    Conflict
        The home was asked again already.
    Invalid
        No outcome, or questions without an answer.
    """
    with store.reading() as session:
        lot, task, asked = questions(session, where, round_, family_uuid)
    if task.asked_by == author.account_id:
        raise Forbidden(
            "Usted preguntó la primera vez en este hogar.",
            remedy="Pida a otra persona que haga la segunda visita.",
        )
    if not task.open:
        raise Conflict("A este hogar ya se le volvió a preguntar.", remedy="Elija otro.")
    answers = _answers(outcome, asked, said)
    with store.writing() as session:
        session.hold(f"reinterview {round_.uuid} {family_uuid}")
        known = {each.family_uuid: each for each in reinterviews.of_round(session, round_.uuid)}
        row = known.get(family_uuid)
        if row is not None and row.outcome != AGAIN:
            raise Conflict("A este hogar ya se le volvió a preguntar.", remedy="Elija otro.")
        if row is None:
            row = Reinterview(
                community_id=where.community_id or 0,
                round_uuid=round_.uuid,
                family_uuid=family_uuid,
                form_uuid=task.form_uuid,
                seed=lot.seed,
                outcome=outcome,
            )
            session.add(row)
        row.outcome, row.answers = outcome, answers
        row.author_id, row.at = author.account_id, now()
        told = f"sorteo {lot.seed}: {len(lot.tasks)}/{lot.homes} hogares"
        act = Act("reinterview", LINES, family_uuid, where.place_id, told)
        trail.record(session, author, act)
        trail.record_access(session, author, family_uuid, "reinterview")


def _answers(outcome: str, asked: list[Question], said: Mapping[str, str]) -> list[dict[str, Any]]:
    if outcome not in OUTCOMES:
        raise Invalid("Falta decir cómo fue la visita.", remedy="Marque una de las tres.")
    if outcome != "interviewed":
        return []
    open_ = [each for each in asked if said.get(each.key) not in VALUES]
    if open_:
        raise Invalid(
            "Faltan {count} respuestas.",
            remedy="Marque cada una; si no se sabe, marque «no se sabe».",
            field=open_[0].key,
            count=len(open_),
        )
    return [
        {"practice": q.practice, "person": q.person, "first": q.first, "second": said[q.key]}
        for q in asked
    ]


def agreed(session: Reading, round_uuid: UUID) -> Agreed | None:
    """How far first and second answers of a round agree; None where nobody was asked again."""
    rows = [
        each for each in reinterviews.of_round(session, round_uuid) if each.outcome == "interviewed"
    ]
    if not rows:
        return None
    pairs: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        for each in row.answers:
            pairs.setdefault(each["practice"], []).append((each["first"], each["second"]))
    every = [pair for found in pairs.values() for pair in found]
    by_practice = {code: agreement(found) for code, found in sorted(pairs.items())}
    return Agreed(len(rows), agreement(every), by_practice)
