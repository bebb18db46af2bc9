"""Erase what nobody needs any longer: old drafts, used codes, closed sessions, old jobs.

The ages stand in the settings. What families said is erased by their own request or by
the privacy operations, never here.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_
from sqlmodel import col

from app.operations import trail
from app.operations.progress import Report
from app.records.intake import Draft
from app.records.jobs import OPEN, Job
from app.records.people import ApiToken, Login, OneTimeCode
from app.settings import Settings
from app.store.sessions import Store
from app.store.types import now


def erase_old(store: Store, settings: Settings) -> dict[str, int]:
    """Rows erased, by table."""
    moment = now()
    codes = moment - timedelta(days=settings.code_days)
    sessions = moment - timedelta(days=settings.session_days)
    rules: dict[str, tuple[type, Any]] = {
        "drafts": (
            Draft,
            col(Draft.saved_at) < moment - timedelta(days=settings.draft_days),
        ),
        "codes": (
            OneTimeCode,
            or_(col(OneTimeCode.used_at) < codes, col(OneTimeCode.expires_at) < codes),
        ),
        "sessions": (Login, or_(col(Login.revoked_at) < codes, col(Login.seen_at) < sessions)),
        "tokens": (
            ApiToken,
            or_(col(ApiToken.revoked_at) < codes, col(ApiToken.expires_at) < codes),
        ),
        "jobs": (
            Job,
            col(Job.state).not_in(OPEN)
            & (col(Job.created_at) < moment - timedelta(days=settings.job_days)),
        ),
    }
    erased = {}
    with store.writing() as session:
        for name, (table, is_old) in rules.items():
            erased[name] = session.connection().execute(delete(table).where(is_old)).rowcount
        if any(erased.values()):
            reason = ", ".join(f"{name}: {count}" for name, count in erased.items() if count)
            act = trail.Act("retention", "privacy", "retention", reason=reason)
            trail.record(session, trail.SYSTEM, act)
    return erased


def run(store: Store, _: Job, report: Report) -> dict[str, Any]:
    """The daily job."""
    erased = erase_old(store, report.settings)
    report(1, 1, f"Se borraron {sum(erased.values())} registros que ya no hacen falta.")
    return dict(erased)
