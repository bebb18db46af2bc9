"""Write a batch of answers into the register, fold it again, and take it back.

The batch is one entry of the intake and one row of the trail; its answers carry the batch
and the row of the file. What they replace goes to the journal. A rebuild reads the kept
file again, and the file still says what it said; a household that was erased since is left
out, because its code is no longer known.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Table, delete, func
from sqlmodel import SQLModel, col, select

from app.errors import Conflict
from app.operations import counts, intake, sealing
from app.operations.import_states import Outdated
from app.operations.imports import journal, tree
from app.operations.imports.answer_lookups import AT_ONCE
from app.operations.imports.answers import Answers, Ints, packed
from app.operations.imports.asked import Checked
from app.records.cycles import Round
from app.records.families import Family
from app.records.imports import ImportBatch, ImportChange
from app.records.intake import Derivation, Entry, Payload
from app.records.territory import Belonging, Place
from app.store import bulk
from app.store.sessions import Reading, Writing, columns

ANSWERS: Table = SQLModel.metadata.tables["answer"]
KEY = ("department", "round_id", "family_id", "person", "practice_id")
KEPT = (*KEY, "age_months", "value", "verified", "form_id", "batch_id", "row")
Pairs = set[tuple[int, int]]
NOTHING = -1  # no column of an answer is ever negative
BLOCK = 2_000  # replaced answers in one row of the journal


def publish(session: Writing, batch: ImportBatch, checked: Checked) -> set[str]:
    """Write the answers and count their rounds anew.

    Raises
    ------
    Outdated
        A round was closed, or a family took its consent back, after the file was checked.
    """
    answers: Answers = checked.writes
    for community in sorted({community for community, _ in answers.pairs}):
        session.hold(f"community {community}")
    _refuse_what_changed(session, answers)
    note(session, batch, {"kind": "answers", "rows": len(answers)})
    apply(session, batch, answers)
    counts.recompute_many(session, answers.pairs)
    return tree.stamped(answers.districts)


def _refuse_what_changed(session: Writing, answers: Answers) -> None:
    communities = sorted({community for community, _ in answers.pairs})
    closed = list(_closed(session, sorted({round_id for _, round_id in answers.pairs})))
    unwilling: list[int] = []
    for part in _parts(communities):
        unwilling += session.exec(
            select(Family.id).where(
                col(Family.community_id).in_(part),
                (col(Family.consents).is_(False)) | (col(Family.state) != "active"),
            )
        ).all()
    if closed or np.isin(answers.family_id, unwilling).any():
        raise Outdated(
            "Mientras se revisaba el archivo se cerró una ronda o una familia retiró su "
            "consentimiento.",
            remedy="Vuelva a revisar el archivo y publíquelo otra vez.",
        )


def _closed(session: Reading, rounds: Sequence[int]) -> Iterable[int]:
    """Those of these rounds that are closed."""
    for part in _parts(rounds):
        yield from session.exec(
            select(Round.id).where(col(Round.id).in_(part), col(Round.locked_at).is_not(None))
        ).all()


def _parts(items: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


def note(session: Writing, batch: ImportBatch, body: Mapping[str, Any]) -> None:
    """Keep the batch, or its taking back, as one derived entry of the intake."""
    told = {**body, "batch": str(batch.uuid), "sha256": batch.sha256}
    salt = secrets.token_hex(16)
    entry = Entry(
        kind="batch",
        instrument="household_monitoring",
        form_uuid=batch.uuid,
        author_id=batch.author_id,
        way="import",
        salt=salt,
        digest=hashlib.sha256(salt.encode() + intake.canonical(told)).hexdigest(),
    )
    session.add(entry)
    session.flush()
    sealed = sealing.seal(session, dict(told), None, lambda _: None)
    session.add(Payload(entry_id=entry.id, body=sealed))
    session.add(Derivation(entry_id=entry.id, state="derived"))
    session.flush()


def apply(session: Writing, batch: ImportBatch, answers: Answers) -> None:
    """Put the answers in the register; what they replace goes to the journal."""
    if not len(answers):
        return
    _replace(session, batch, answers)
    same = np.full(len(answers), batch.id, dtype=np.int64)
    bulk.insert_numbers(
        session,
        ANSWERS,
        {
            "department": answers.department,
            "round_id": answers.round_id,
            "family_id": answers.family_id,
            "person": answers.person,
            "practice_id": answers.practice_id,
            "age_months": answers.age_months,
            "value": answers.value,
            "verified": answers.verified,
            "batch_id": same,
            "row": answers.row,
        },
    )


def _replace(session: Writing, batch: ImportBatch, answers: Answers) -> None:
    old = _standing(session, answers.department, answers.round_id)
    if not len(old):
        return
    mine = [getattr(answers, name) for name in KEY]
    theirs = [old[:, place] for place in range(len(KEY))]
    together = packed([np.concatenate(pair) for pair in zip(mine, theirs, strict=True)])
    gone = old[np.isin(together[len(answers) :], together[: len(answers)])]
    if not len(gone):
        return
    bulk.delete_keys(session, ANSWERS, {n: gone[:, place] for place, n in enumerate(KEY)})
    blocks = range(0, len(gone), BLOCK)
    bulk.insert(
        session,
        journal.CHANGES,
        ("batch_id", "table", "row_id", "before"),
        ((batch.id, ANSWERS.name, at, {"rows": gone[at : at + BLOCK].tolist()}) for at in blocks),
    )
    others = np.unique(gone[:, KEPT.index("batch_id")]).tolist()
    batch.report = {**batch.report, "replaced": {"rows": len(gone), "batches": others}}


def _standing(session: Reading, departments: Any, rounds: Any) -> Ints:
    """The answers of these rounds, one a row in the order of ``KEPT``; NULL is -1."""
    found: list[Any] = []
    within = np.unique(departments).tolist()
    named = [func.coalesce(ANSWERS.c[name], NOTHING) for name in KEPT]
    for part in _parts(np.unique(rounds).tolist()):
        found += session.rows(
            columns(*named).where(ANSWERS.c.department.in_(within), ANSWERS.c.round_id.in_(part))
        )
    flat = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=len(found) * len(KEPT))
    return flat.reshape(-1, len(KEPT))


def undo(session: Writing, batch: ImportBatch) -> set[str]:
    """Take the answers away, put back those that they replaced, and count anew.

    Raises
    ------
    Conflict
        A later import replaced some of them, or a round was closed.
    """
    pairs = pairs_of(session, batch)
    if any(True for _ in _closed(session, sorted({r for _, r in pairs}))):
        raise Conflict(
            "No se puede deshacer: una de sus rondas ya está cerrada.",
            remedy="Lo de una ronda cerrada ya no cambia.",
        )
    _refuse_replaced_since(session, batch)
    for community in sorted({community for community, _ in pairs}):
        session.hold(f"community {community}")
    note(session, batch, {"kind": "answers_undo"})
    take_back(session, batch, pairs)
    counts.recompute_many(session, pairs)
    return tree.stamped(batch.report.get("summary", {}).get("districts", ()))


def _refuse_replaced_since(session: Reading, batch: ImportBatch) -> None:
    later = session.exec(
        select(ImportBatch).where(
            ImportBatch.kind == "answers",
            ImportBatch.state == "published",
            col(ImportBatch.id) > batch.id,
        )
    ).all()
    for each in later:
        if batch.id in each.report.get("replaced", {}).get("batches", ()):
            raise Conflict(
                "No se puede deshacer: la importación posterior de {name} cambió sus respuestas.",
                remedy="Deshaga primero la posterior.",
                name=each.file_name,
            )


def take_back(session: Writing, batch: ImportBatch, pairs: Pairs) -> None:
    """The batch's answers go; those that they replaced come back, unless newer ones stand."""
    departments = {int(code[:2]) for code in _districts(batch)}
    for part in _parts(sorted({round_id for _, round_id in pairs})):
        session.connection().execute(
            delete(ANSWERS).where(
                ANSWERS.c.department.in_(departments),
                ANSWERS.c.round_id.in_(part),
                ANSWERS.c.batch_id == batch.id,
            )
        )
    befores = session.rows(
        columns(journal.CHANGES.c.before).where(journal.CHANGES.c.batch_id == batch.id)
    )
    if befores:
        _put_back(session, np.array([row for one in befores for row in one[0]["rows"]], np.int64))
    gone = delete(ImportChange).where(col(ImportChange.batch_id) == batch.id)
    session.connection().execute(gone)


def _put_back(session: Writing, rows: Ints) -> None:
    standing = _standing(session, rows[:, 0], rows[:, 1])
    together = packed(
        [np.concatenate([rows[:, place], standing[:, place]]) for place in range(len(KEY))]
    )
    back = rows[~np.isin(together[: len(rows)], together[len(rows) :])]
    values = {name: back[:, place] for place, name in enumerate(KEPT)}
    holed = {
        name: np.ma.array(array, mask=array == NOTHING)
        for name, array in values.items()
        if name not in KEY
    }
    bulk.insert_numbers(session, ANSWERS, {**values, **holed})


def _districts(batch: ImportBatch) -> list[str]:
    return [str(code) for code in batch.report.get("summary", {}).get("districts", ())]


def pairs_of(session: Reading, batch: ImportBatch) -> Pairs:
    """Every (community, round) that holds an answer of the batch, or held one before it."""
    pairs: Pairs = set()
    candidates = {
        round_id: community
        for community, round_id in session.rows(
            columns(Round.community_id, Round.id)
            .join(Belonging, col(Belonging.community_id) == Round.community_id)
            .join(Place, col(Place.id) == Belonging.place_id)
            .where(col(Place.code).in_(_districts(batch)))
        )
    }
    departments = {int(code[:2]) for code in _districts(batch)}
    for part in _parts(sorted(candidates)):
        held = session.rows(
            columns(ANSWERS.c.round_id)
            .where(
                ANSWERS.c.department.in_(departments),
                ANSWERS.c.round_id.in_(part),
                ANSWERS.c.batch_id == batch.id,
            )
            .distinct()
        )
        pairs |= {(candidates[row[0]], row[0]) for row in held}
    return pairs
