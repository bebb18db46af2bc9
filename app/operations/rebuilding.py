"""Throw the registers away and fold every entry again: they must come out the same."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import delete
from sqlmodel import col, select

from app.errors import Refusal
from app.operations import deriving
from app.operations.imports import replaying
from app.records.aggregates import Aggregate
from app.records.councils import Council, Post
from app.records.cycles import Cycle, Round
from app.records.diagnoses import Asset, Diagnosis, Hazard, Problem
from app.records.families import Commitment, Consent, Family, SelfAssessment
from app.records.intake import Entry, Form
from app.records.own_forms import OwnSubmission
from app.records.plans import Action, Activity, Challenge, Outcome, Plan, Progress
from app.records.practices import Answer, PracticeTotal, Residual
from app.records.surveys import SurveyAnswer
from app.records.tables import METADATA
from app.records.territory import Belonging, Community, Outline
from app.store import spatial
from app.store.sessions import Store, Writing

# Children first, as the foreign keys ask.
FOLDED = (
    OwnSubmission,
    Aggregate,
    Residual,
    Answer,
    PracticeTotal,
    Post,
    Council,
    Consent,
    SelfAssessment,
    Commitment,
    Problem,
    Asset,
    Hazard,
    Diagnosis,
    Action,
    Plan,
    Activity,
    Progress,
    SurveyAnswer,
    Outcome,
    Challenge,
    Outline,
    Form,
    Family,
    Round,
    Cycle,
)


def rebuild(
    store: Store,
    report: Callable[[int, int], None] | None = None,
    files: Path | None = None,
) -> int:
    """Fold all entries anew, in one transaction; returns how many were folded.

    Entries that were in quarantine are tried again and stay there if they still fail.
    ``report`` hears how many of how many are done. ``files`` is where kept files stand;
    without it a batch of imported answers cannot be read again and goes to quarantine.
    """
    with store.writing() as session:
        session.info[replaying.FILES] = files
        session.hold("rebuild")
        _undo_merges(session)
        for table in FOLDED:
            session.connection().execute(delete(table))
        spatial.rebuild_index(session.connection(), METADATA)
        ids = session.exec(select(Entry.id).order_by(col(Entry.id))).all()
        for done, entry_id in enumerate(ids, 1):
            _fold(session, entry_id)
            if done % 200 == 0:
                session.expunge_all()
                if report is not None:
                    report(done, len(ids))
    return len(ids)


def _fold(session: Writing, entry_id: int) -> None:
    nested = session.begin_nested()
    try:
        deriving.derive(session, session.get_one(Entry, entry_id))
        nested.commit()
    except Refusal as refusal:
        nested.rollback()
        problem = {"message": str(refusal), "field": refusal.field, "remedy": refusal.remedy}
        entry = session.get_one(Entry, entry_id)
        deriving.mark(session, entry, "quarantined", [problem])


def _undo_merges(session: Writing) -> None:
    # Communities are no register, so what merge entries did to them is taken back first.
    merged = session.exec(select(Community).where(col(Community.merged_into_id).is_not(None))).all()
    for community in merged:
        community.merged_into_id = None
        last = session.exec(
            select(Belonging)
            .where(Belonging.community_id == community.id)
            .order_by(col(Belonging.valid_to).desc())
            .limit(1)
        ).first()
        if last is not None:
            last.valid_to = None
    session.flush()
