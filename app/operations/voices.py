"""Whose voice put what first: the assembly's first three problems beside the women's own."""

from dataclasses import dataclass

from sqlmodel import col, select

from app.records.diagnoses import Problem
from app.records.intake import Form
from app.records.plans import Plan
from app.store.sessions import Reading

FIRST = 3


@dataclass(frozen=True, slots=True)
class Voiced:
    """A problem with its votes, in one of the two orders."""

    rank: int
    description: str
    women: int
    men: int


@dataclass(frozen=True, slots=True)
class Voices:
    """The first three by all votes and by women's; equal votes share a rank."""

    everyone: tuple[Voiced, ...]
    women: tuple[Voiced, ...]


def of_diagnosis(session: Reading, form: Form) -> Voices | None:
    """Both orders of a diagnosis; None for any other document."""
    if form.instrument != "diagnosis":
        return None
    rows = session.exec(
        select(Problem).where(Problem.form_id == form.id).order_by(col(Problem.position))
    ).all()
    every = sorted(rows, key=lambda p: (p.rank or 0, p.position))
    women = sorted(rows, key=lambda p: (p.rank_women or 0, p.position))
    return Voices(
        tuple(_voiced(p, p.rank) for p in every if (p.rank or 0) <= FIRST),
        tuple(_voiced(p, p.rank_women) for p in women if (p.rank_women or 0) <= FIRST),
    )


def _voiced(problem: Problem, rank: int | None) -> Voiced:
    return Voiced(rank or 0, problem.description, problem.votes_women or 0, problem.votes_men or 0)


def women_left_out(session: Reading, form: Form) -> bool:
    """Whether a plan takes up none of the women's first three problems."""
    if form.instrument != "plan":
        return False
    plan = session.exec(select(Plan).where(Plan.form_id == form.id)).first()
    return plan is not None and plan.takes_up_women is False
