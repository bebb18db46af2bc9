"""Fold one entry into the registers; the same function serves intake and rebuild.

An entry is folded in one transaction that holds its community. Entries of a community
are folded in the order of their ``id``, so a rebuild gives identical registers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from app.errors import Conflict, Unknown
from app.operations import counts, sealing
from app.operations.imports import replaying
from app.operations.registers import REGISTERS
from app.operations.registers.filled import Filled
from app.operations.registers.monitoring import household_answers
from app.records import cycles as cycle_records
from app.records import forgetting, own_forms, places, practices
from app.records.cycles import Cycle, Round
from app.records.families import Commitment, Consent, Family, SelfAssessment
from app.records.intake import Derivation, Entry, Form, Payload
from app.records.practices import Answer
from app.store.sessions import Writing
from app.store.types import now

AT_ONCE = frozenset({"family", "self_assessment", "activity", "progress", "social_capital"})
COUNTED = frozenset({"approved", "locked"})


@dataclass
class Fold:
    """One entry being folded, and the rounds whose counts it touches.

    ``moved`` are communities of which every round that still moves is touched.
    """

    session: Writing
    entry: Entry
    body: dict[str, Any]
    touched: set[tuple[int, int]] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)

    def touch(self, form: Form) -> None:
        """The form's own round; without one, the community's rounds that still move."""
        if form.round_id is not None:
            self.touched.add((form.community_id, form.round_id))
        else:
            self.moved.add(form.community_id)

    def count(self) -> None:
        """Count all that was touched, so far, anew."""
        self.session.flush()
        for community in self.moved:
            unlocked = cycle_records.unlocked(self.session, community)
            self.touched |= {(community, each.id) for each in unlocked}
        counts.recompute_many(self.session, sorted(self.touched))
        self.touched.clear()
        self.moved.clear()


def derive(session: Writing, entry: Entry) -> None:
    """Fold an entry and mark it derived.

    Raises
    ------
    Refusal
        The entry contradicts the registers: it belongs in quarantine.
    """
    derive_many(session, [entry])


def derive_many(session: Writing, entries: Sequence[Entry]) -> None:
    """Fold entries in their order, count once what they touched, and mark them derived.

    Raises
    ------
    Refusal
        One of them contradicts the registers; then none may be committed.
    """
    fold: Fold | None = None
    for entry in entries:
        session.hold(f"community {entry.community_id}")
        body = _body(session, entry)
        before = fold or Fold(session, entry, {})
        if body.get("verb") == "lock_round":
            before.count()  # a closed round keeps what was known when it closed
        fold = Fold(session, entry, body, before.touched, before.moved)
        HANDLERS[entry.kind](fold)
    if fold is not None:
        fold.count()
    for entry in entries:
        mark(session, entry, "derived")


def mark(
    session: Writing, entry: Entry, state: str, problems: Sequence[dict[str, Any]] = ()
) -> None:
    """Write down what became of an entry."""
    row = session.get(Derivation, entry.id)
    if row is None:
        row = Derivation(entry_id=entry.id)
        session.add(row)
    row.state, row.problems, row.at = state, list(problems), now()


def _body(session: Writing, entry: Entry) -> dict[str, Any]:
    payload = session.get(Payload, entry.id)
    if payload is None or payload.body is None:
        return {}
    return sealing.unseal(session, payload.body)


def form_of(session: Writing, uuid: UUID) -> Form | None:
    """The register row of a document."""
    return session.exec(select(Form).where(Form.uuid == uuid)).first()


def _known_form(fold: Fold) -> Form:
    form = form_of(fold.session, fold.entry.form_uuid)
    if form is None:
        raise Unknown("No existe la ficha {uuid}.", uuid=str(fold.entry.form_uuid))
    return form


def _submission(fold: Fold) -> None:
    entry, session = fold.entry, fold.session
    assert entry.community_id is not None
    assert entry.instrument is not None
    form = form_of(session, entry.form_uuid)
    if form is not None and form.state == "locked":
        raise Conflict(
            "La ronda de esta ficha ya está cerrada.",
            remedy="Pida a planificación que la reabra, con su razón.",
        )
    fresh = form is None
    if form is None:
        form = _new_form(fold)
    else:
        fold.touch(form)
        form.entry_id = entry.id
        form.version = entry.version or form.version
        form.revision += 1
        form.state, form.reason, form.decided_at, form.decided_by = "sent", "", None, None
        form.sent_at = entry.at
    session.flush()
    if fold.body:
        REGISTERS[entry.instrument](Filled(session, entry, form, fold.body, fresh))
    if entry.instrument in AT_ONCE:
        form.state = "approved"
    _rewrite_lines(fold, form)
    fold.touch(form)


def _rewrite_lines(fold: Fold, form: Form) -> None:
    """Household lines of a round, from its approved documents: the last approved wins."""
    if form.instrument != "household_monitoring":
        return
    session = fold.session
    session.flush()
    round_of = practices.of_round(session, form.community_id, form.round_id)
    written = delete(Answer).where(*round_of, col(Answer.form_id).is_not(None))
    session.connection().execute(written)
    approved = session.exec(
        select(Form)
        .where(
            Form.round_id == form.round_id,
            Form.instrument == form.instrument,
            col(Form.state).in_(COUNTED),
        )
        .order_by(col(Form.decided_at), col(Form.id))
    ).all()
    rows: dict[tuple[int, int, int], dict[str, Any]] = {}
    for each in approved:
        entry = session.get(Entry, each.entry_id)
        answers = _body(session, entry) if entry is not None else {}
        for row in household_answers(Filled(session, fold.entry, each, answers)):
            rows[row["family_id"], row["person"], row["practice_id"]] = row
    practices.put_answers(session, round_of, rows)


def _new_form(fold: Fold) -> Form:
    entry, session = fold.entry, fold.session
    form = Form(
        uuid=entry.form_uuid,
        instrument=entry.instrument or "",
        version=entry.version or "",
        community_id=entry.community_id or 0,
        cycle_id=_id_of(session, Cycle, entry.cycle_uuid),
        round_id=_id_of(session, Round, entry.round_uuid),
        family_uuid=entry.family_uuid,
        entry_id=entry.id,
        author_id=entry.author_id,
        state="approved" if entry.instrument in AT_ONCE else "sent",
        sent_at=entry.at,
    )
    session.add(form)
    return form


def _id_of(session: Writing, model: type[Cycle] | type[Round], uuid: UUID | None) -> int | None:
    if uuid is None:
        return None
    found = session.exec(select(model).where(col(model.uuid) == uuid)).first()
    if found is None:
        raise Unknown("No existe el ciclo o la ronda {uuid}.", uuid=str(uuid))
    return found.id


def _resolution(fold: Fold) -> None:
    form = _known_form(fold)
    verb = fold.body["verb"]
    if verb == "validate":
        return  # the facility's word stands in the intake; the document is not moved by it
    allowed, result = TRANSITIONS[verb]
    if form.state not in allowed:
        raise Conflict(
            "La ficha está en estado «{state}» y así no se puede hacer esto.",
            remedy="Vuelva a abrir la bandeja: alguien ya la resolvió.",
            state=form.state,
        )
    form.state = result
    form.reason = fold.body.get("reason", "")
    form.decided_at, form.decided_by = fold.entry.at, fold.entry.author_id
    form.revision += 1
    fold.session.flush()
    if form.instrument == "evaluation" and result == "approved":
        _close_cycle_if_agreed(fold, form)
    _rewrite_lines(fold, form)
    fold.touch(form)


def _close_cycle_if_agreed(fold: Fold, form: Form) -> None:
    entry = fold.session.get(Entry, form.entry_id)
    answers = _body(fold.session, entry) if entry is not None else {}
    if answers.get("close_cycle") == "yes":
        cycle_records.close_cycle(fold.session, form.cycle_id, date.fromisoformat(answers["date"]))


TRANSITIONS: dict[str, tuple[frozenset[str], str]] = {
    "approve": (frozenset({"sent"}), "approved"),
    "return": (frozenset({"sent", "approved"}), "returned"),
    "appeal": (frozenset({"returned"}), "sent"),
    "reopen": (frozenset({"locked", "approved", "withdrawn"}), "sent"),
}


def _withdrawal(fold: Fold) -> None:
    form = _known_form(fold)
    if form.state == "locked":
        raise Conflict("La ronda de esta ficha ya está cerrada.", remedy="Pida que la reabran.")
    fold.touch(form)
    Filled(fold.session, fold.entry, form, {}).clear()
    form.state, form.reason = "withdrawn", fold.body.get("reason", "")
    form.decided_at, form.decided_by = fold.entry.at, fold.entry.author_id
    form.revision += 1
    _rewrite_lines(fold, form)


def _cycle(fold: Fold) -> None:
    entry = fold.entry
    assert entry.community_id is not None
    verb = fold.body["verb"]
    if verb == "open_cycle":
        cycle_records.open_cycle(fold.session, entry.community_id, entry.form_uuid, fold.body)
    elif verb == "open_round":
        opened = cycle_records.open_round(
            fold.session, entry.community_id, entry.form_uuid, fold.body
        )
        fold.touched.add((entry.community_id, opened.id))
    else:
        locked = cycle_records.lock_round(fold.session, entry.form_uuid, entry.at)
        for form in fold.session.exec(select(Form).where(Form.round_id == locked.id)).all():
            if form.state == "approved":
                form.state = "locked"


def _merge(fold: Fold) -> None:
    body, session = fold.body, fold.session
    if body["what"] == "household":
        _merge_households(fold, UUID(body["from"]), UUID(body["into"]))
        return
    places.merge_communities(session, UUID(body["from"]), UUID(body["into"]), fold.entry.at.date())


def _merge_households(fold: Fold, gone: UUID, kept: UUID) -> None:
    session = fold.session
    both = select(Family).where(col(Family.uuid).in_([gone, kept]))
    rows = {family.uuid: family for family in session.exec(both).all()}
    if len(rows) != 2:
        raise Unknown("No existe uno de los dos hogares.")
    lost, into = rows[gone], rows[kept]
    if lost.community_id != into.community_id or lost.state == "merged":
        raise Conflict(
            "Los dos hogares deben ser de la misma comunidad y seguir activos.",
            remedy="Revise los códigos.",
        )
    for round_id in practices.move_answers(session, lost, into):
        fold.touched.add((into.community_id, round_id))
    lost.state, lost.merged_into_id = "merged", into.id


def _erasure(fold: Fold) -> None:
    session, uuid = fold.session, UUID(fold.body["family"])
    family = session.exec(select(Family).where(Family.uuid == uuid)).first()
    if family is None:
        # On a rebuild its sheets are gone already: only the tombstone is left to set.
        family = Family(uuid=uuid, community_id=fold.entry.community_id or 0, code="")
        session.add(family)
        session.flush()
    family.state, family.code, family.sector = "erased", f"borrado-{uuid.hex[-11:]}", ""
    family.consents = False
    for table in (Consent, SelfAssessment, Commitment):
        gone = delete(table).where(col(table.family_id) == family.id)
        session.connection().execute(gone)
    forgetting.forget(session, uuid, str(fold.body.get("reason", "")))
    touched = practices.leave_residuals(session, fold.entry.id, family, fold.body["counts"])
    fold.touched |= {(family.community_id, round_id) for round_id in touched}


def _batch(fold: Fold) -> None:
    # A batch is read from its own file by the import that published it.
    BATCHES[fold.body["kind"]](fold)


BATCHES: dict[str, Callable[[Fold], None]] = {
    "answers": replaying.answers,
    "answers_undo": replaying.answers_undo,
}


def _own_form(fold: Fold) -> None:
    own_forms.put_submission(fold.session, fold.entry, UUID(fold.body["form"]))


HANDLERS: dict[str, Callable[[Fold], None]] = {
    "submission": _submission,
    "correction": _submission,
    "resolution": _resolution,
    "withdrawal": _withdrawal,
    "cycle": _cycle,
    "merge": _merge,
    "erasure": _erasure,
    "batch": _batch,
    "own_form": _own_form,
}
