"""All that waits of a community and round, decided in one act after a look at a tenth of it.

The lines that somebody must look at are drawn by lot, with a seed made of the salted digests
of what waits: nobody knows it before sending, and anybody can repeat the draw. The seed and
what was looked at stay in the trail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, or_, select

from app.capture import answers as capture
from app.capture.fields import Instrument, Text
from app.errors import Conflict, Forbidden, Invalid, Stale
from app.operations import (
    acting,
    decisions,
    folding,
    instruments,
    intake,
    narrowing,
    signs,
    trail,
    waits,
)
from app.operations.decisions import Appeal, Decision
from app.operations.side_by_side import Eyes
from app.operations.signs import Differing, Leap
from app.operations.trail import Act, Author
from app.planning import lots
from app.records.cycles import Round
from app.records.intake import Derivation, Entry, Form
from app.records.places import Where
from app.store.sessions import Reading, Store

LINES = "household_monitoring"
TOTALS = "monitoring"


@dataclass(frozen=True, slots=True)
class Overridden:
    """A soft rule that was set aside, with its reason; blank where this view must not read it."""

    where: Text
    rule: Text
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A household line drawn by lot: its document, its row from 0, and what may be shown of it."""

    key: str
    document: UUID
    row: int
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document that waits, with all that is out of the ordinary in it.

    ``barred`` says why this person cannot decide it here; empty where they can.
    """

    document: Form
    instrument: Instrument
    days: int
    asked: int
    answered: int
    overridden: tuple[Overridden, ...]
    leaps: tuple[Leap, ...]
    appeal: Appeal | None
    validated: Decision | None
    barred: str = ""

    @property
    def late(self) -> bool:
        """Whether it has waited longer than the town hall promised."""
        return self.days > waits.LATE_DAYS


@dataclass(frozen=True, slots=True)
class Dossier:
    """What waits of a community and round; ``lines`` is how many homes the sample stands for."""

    round: Round | None
    waiting: tuple[Waiting, ...]
    differing: tuple[Differing, ...]
    wanting: tuple[str, ...]
    seed: str
    sample: tuple[Line, ...]
    lines: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reviewer saw and says: revisions by document, ``ok`` or ``doubt`` by line."""

    seed: str
    revisions: Mapping[UUID, int]
    lines: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were approved and returned, and how many could not be folded."""

    approved: int
    returned: int
    quarantined: int


def of_round(
    session: Reading, author: Author, where: Where, round_: Round | None, eyes: Mapping[str, Eyes]
) -> Dossier:
    """What waits of a round, and of the documents of the community that have none.

    ``eyes`` are the instruments that the reviewer may read, and as what.
    """
    found = _documents(session, where, round_, eyes)
    bodies = {form.uuid: intake.answers_of(session, form) for form in found}
    waiting = tuple(_waiting(session, author, where, form, bodies, eyes) for form in found)
    mine = [w.document for w in waiting if not w.barred]
    keys = {
        f"{form.uuid}#{row}": (form, row)
        for form in mine
        for row, _ in signs.interviewed(bodies[form.uuid])
    }
    seed = lots.seed_of(_digest(session, form) for form in mine)
    drawn = sorted(lots.drawn(keys, seed), key=lambda key: (keys[key][0].id, keys[key][1]))
    # Narrowing reads a document by all its rules: once, however many of its lines are drawn.
    looked_at = {keys[key][0].uuid: keys[key][0] for key in drawn}
    shown = {uuid: _homes(session, form, eyes) for uuid, form in looked_at.items()}
    return Dossier(
        round_,
        waiting,
        tuple(_differing(session, where, round_, found, bodies)),
        tuple(_wanting(session, where, round_)),
        seed,
        tuple(_line(key, *keys[key], shown) for key in drawn),
        len(keys),
    )


def _documents(
    session: Reading, where: Where, round_: Round | None, eyes: Mapping[str, Eyes]
) -> list[Form]:
    of_it = col(Form.round_id).is_(None)
    wanted = select(Form).where(
        Form.community_id == where.community_id,
        Form.state == "sent",
        col(Form.instrument).in_(list(eyes)),
        of_it if round_ is None else or_(of_it, col(Form.round_id) == round_.id),
    )
    return list(session.exec(wanted.order_by(col(Form.sent_at), col(Form.id))).all())


def _digest(session: Reading, form: Form) -> str:
    return session.get_one(Entry, form.entry_id).digest


def _waiting(
    session: Reading,
    author: Author,
    where: Where,
    form: Form,
    bodies: Mapping[UUID, Mapping[str, Any]],
    eyes: Mapping[str, Eyes],
) -> Waiting:
    body = bodies[form.uuid]
    instrument = instruments.of_version(session, form.instrument, form.version)
    told = signs.counts_of(body) if form.instrument in signs.COUNTED else {}
    past = signs.before(session, form.community_id, form.round_id) if told else {}
    asked, answered = signs.core(instrument, body)
    return Waiting(
        form,
        instrument,
        waits.days(form.state, form.sent_at, form.decided_at),
        asked,
        answered,
        tuple(_overridden(session, where, instrument, body, eyes[form.instrument])),
        tuple(signs.leaps(past, told)),
        decisions.appeal_of(session, form),
        decisions.validation_of(session, form),
        _barred(session, author, where, form, instrument, eyes),
    )


def _barred(
    session: Reading, author: Author, where: Where, form: Form, instrument: Instrument,
    eyes: Mapping[str, Eyes],
) -> str:  # fmt: skip
    view = eyes[form.instrument].view
    try:
        if narrowing.names_homes(instrument) and view not in ("whole", "stripped"):
            raise Forbidden(
                "Su vista no muestra las líneas por hogar: la revisa quien puede verlas."
            )
        decisions.refuse_unfair(session, author, where, form, "approve")
    except Forbidden as refusal:
        return str(refusal)
    return ""


def _overridden(
    session: Reading, where: Where, instrument: Instrument, body: Mapping[str, Any], eyes: Eyes
) -> list[Overridden]:
    if not body.get("_reasons"):
        return []
    read = capture.read(instrument, body, instruments.known(session, where, instrument))
    # A reason written about one home may tell of it: only who sees homes reads it.
    open_ = eyes.view == "whole" or not narrowing.names_homes(instrument)
    return [
        Overridden(p.where, p.message, p.reason if open_ else "")
        for p in read.problems
        if p.severity == "soft" and p.reason
    ]


def _differing(
    session: Reading,
    where: Where,
    round_: Round | None,
    found: list[Form],
    bodies: Mapping[UUID, Mapping[str, Any]],
) -> list[Differing]:
    if round_ is None or not any(form.instrument in signs.COUNTED for form in found):
        return []
    wanted = select(Form).where(
        Form.round_id == round_.id, col(Form.state).in_(("sent", "approved", "locked"))
    )
    said: dict[str, list[Mapping[str, Any]]] = {LINES: [], TOTALS: []}
    for form in session.exec(wanted).all():
        if form.instrument in said:
            body = bodies.get(form.uuid) or intake.answers_of(session, form)
            said[form.instrument].append(signs.counts_of(body))
    return signs.differing(signs.added(said[TOTALS]), signs.added(said[LINES]))


def _wanting(session: Reading, where: Where, round_: Round | None) -> list[str]:
    """What a round should have and nobody sent: its figures, and the diagnosis and the plan."""
    wanted = select(Form.instrument).where(
        Form.community_id == where.community_id, col(Form.state) != "withdrawn"
    )
    there = set(session.exec(wanted.distinct()).all())
    of_round = set()
    if round_ is not None:
        of_round = set(session.exec(wanted.where(Form.round_id == round_.id)).all())
    missing = [code for code in ("diagnosis", "plan") if code not in there]
    if round_ is not None and not of_round & {LINES, TOTALS}:
        missing.append(LINES)
    return missing


def _homes(session: Reading, form: Form, eyes: Mapping[str, Eyes]) -> list[Mapping[str, Any]]:
    mine = eyes[form.instrument]
    shown = narrowing.answers(session, form, mine.roles, mine.view) or {}
    return list(shown["households"])


def _line(key: str, form: Form, row: int, shown: Mapping[UUID, list[Mapping[str, Any]]]) -> Line:
    return Line(key, form.uuid, row, shown[form.uuid][row])


def decide(
    store: Store,
    author: Author,
    where: Where,
    round_: Round | None,
    eyes: Mapping[str, Eyes],
    verdict: Verdict,
) -> Outcome:
    """Approve all that waits; a document with a doubtful line goes back instead, all in one act.

    Raises
    ------
    Conflict
        Nothing waits that this person can decide.
    Stale
        Something came or changed after the page was shown.
    Invalid
        A drawn line was not looked at, or one is doubtful and nobody says why.
    """
    with store.reading() as session:
        dossier = of_round(session, author, where, round_, eyes)
    mine = [w.document for w in dossier.waiting if not w.barred]
    if not mine:
        raise Conflict("Nada espera su decisión.", remedy="Vuelva a la bandeja.")
    if verdict.seed != dossier.seed or verdict.revisions != {f.uuid: f.revision for f in mine}:
        raise Stale(
            "Llegó o cambió una ficha después de que usted abrió esta página.",
            remedy="Ábrala otra vez: las líneas por revisar se sortean de nuevo.",
        )
    doubted = _doubted(dossier, verdict)
    messages = []
    for form in mine:
        rows = doubted.get(form.uuid)
        body: dict[str, Any] = {"verb": "approve"}
        if rows:
            told = ", ".join(str(row + 1) for row in rows)
            reason = f"Filas con duda: {told}. {verdict.note.strip()}"[:500]
            body = {"verb": "return", "reason": reason}
        messages.append(acting.message_of(where, form, body, form.revision))
    returned = sum(1 for form in mine if form.uuid in doubted)
    said = (
        f"sorteo {dossier.seed}: {len(dossier.sample)}/{dossier.lines} líneas miradas, "
        f"{sum(map(len, doubted.values()))} con duda; {len(mine) - returned} aprobadas, "
        f"{returned} devueltas"
    )
    subject = round_.uuid if round_ is not None else where.community_code or ""
    with store.writing() as session:
        kept = [intake.keep(session, author, message)[0].id for message in messages]
        act = Act("approve_all", "review", subject, where.place_id, said)
        trail.record(session, author, act)
    folding.fold(store, kept[-1])
    with store.reading() as session:
        states = [session.get_one(Derivation, entry_id).state for entry_id in kept]
    return Outcome(len(mine) - returned, returned, states.count("quarantined"))


def _doubted(dossier: Dossier, verdict: Verdict) -> dict[UUID, list[int]]:
    open_ = [line for line in dossier.sample if verdict.lines.get(line.key) not in ("ok", "doubt")]
    if open_:
        raise Invalid(
            "Falta mirar {count} de las líneas sorteadas.",
            remedy="Marque en cada una si está bien o tiene duda.",
            count=len(open_),
        )
    found: dict[UUID, list[int]] = {}
    for line in dossier.sample:
        if verdict.lines[line.key] == "doubt":
            found.setdefault(line.document, []).append(line.row)
    if found and not verdict.note.strip():
        raise Invalid(
            "Falta decir cuál es la duda.",
            remedy="Escríbala con palabras que ayuden a quien llenó la ficha.",
            field="duda",
        )
    return found
