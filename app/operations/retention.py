"""Erase what nobody needs any longer: old drafts, used codes, closed sessions, old jobs.

Of participating agents only DNI and telephone go, once the year of their process is long over:
names and counts are what the district decided with. The ages stand in the settings. What
families said is erased by their own request or by the privacy operations, never here.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, update
from sqlmodel import col

from app.operations import access, trail
from app.operations.progress import Report
from app.records import stamps
from app.records.intake import Draft
from app.records.jobs import OPEN, Job
from app.records.people import ApiToken, Login, OneTimeCode
from app.records.process import Agent, Process
from app.records.territory import Place
from app.settings import Settings
from app.store.sessions import Store, Writing, columns
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
        erased["agents"] = _forget_agents(session, access.today(), settings.agent_days)
        if any(erased.values()):
            reason = ", ".join(f"{name}: {count}" for name, count in erased.items() if count)
            act = trail.Act("retention", "privacy", "retention", reason=reason)
            trail.record(session, trail.SYSTEM, act)
    return erased


def _forget_agents(session: Writing, today: date, days: int) -> int:
    """Blank DNI and telephone of agents, in whatever state, whose year ended so long ago."""
    held = or_(col(Agent.dni) != "", col(Agent.phone) != "")
    over = (
        columns(Process.id, Process.uuid, Place.id, Place.code, func.count())
        .join(Agent, col(Agent.process_id) == Process.id)
        .join(Place, col(Place.id) == Process.place_id)
        # A year ends with its last day: whatever day it was so long ago is of a later one.
        .where(held, col(Process.fiscal_year) < (today - timedelta(days=days)).year)
        .group_by(col(Process.id), col(Process.uuid), col(Place.id), col(Place.code))
        .order_by(col(Process.id))
    )
    forgotten = 0
    for process, uuid, place, code, count in session.rows(over):
        of = (col(Agent.process_id) == process, held)
        blank = {"dni": "", "phone": "", "revision": col(Agent.revision) + 1}
        session.connection().execute(update(Agent).where(*of).values(**blank))
        reason = f"DNI y teléfono de agentes: {count}"
        trail.record(session, trail.SYSTEM, trail.Act("retention", "agents", uuid, place, reason))
        stamps.bump(session, f"district:{code}")
        forgotten += count
    return forgotten


def run(store: Store, _: Job, report: Report) -> dict[str, Any]:
    """The daily job."""
    erased = erase_old(store, report.settings)
    agents = erased["agents"]
    report(
        1,
        1,
        f"Se borraron {sum(erased.values()) - agents} registros que ya no hacen falta "
        f"y el DNI y el teléfono de {agents} agentes.",
    )
    return dict(erased)
