"""The one policy table: role, register, verb, and how much is shown.

A role holds where its binding stands, and below; a row that reaches ``around`` holds also
in the places that contain the binding. The public is a role that is bound everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session, select

from app.records.people import PolicyRow

VIEWS = ("public", "stripped", "totals", "whole")  # from the least to the most
REGISTERS = (
    "home",  # the public front page, languages, log-in
    "territory",  # places, boundaries, facilities, communities' public facts
    "communities",  # the page of a community
    "council",
    "family",
    "consent",
    "self_assessment",
    "activity",
    "progress",
    "social_capital",
    "evaluation",
    "diagnosis",
    "monitoring",
    "household_monitoring",
    "plan",
    "cycles",
    "review",  # the tray: approve, return, resolve
    "indicators",
    "needs",
    "visits",
    "weights",
    "goals",
    "proposals",
    "technical_review",  # the matrix of the year, and what the technical team says by it
    "ceiling",
    "allocation",
    "process",  # the year's calendar, steps, published lists of agents, teams
    "agents",  # who takes part: enrolment, objections, trainings; the DNI to the view "whole"
    "voting",  # rules, ballots, typing, result and comparison of the votings
    "agreements",
    "findings",  # what the oversight committee says of a work
    "conformity",  # what a community served says of it
    "petitions",  # requests that go to somebody else than the budget
    "returns",  # return sheets of each community and what their slips brought back
    "pdlc",  # Plan de Desarrollo Local Concertado: objectives, indicators, amendments
    "maps",
    "publication",
    "imports",
    "jobs",
    "accounts",
    "own_forms",  # forms that a municipality made for itself, and their answers
    "translations",  # the forms in the languages of the district
    "devices",  # telephones that deliver by themselves
    "policy",
    "catalogues",
    "audit",
    "privacy",
    "operation",  # backups, health details, metrics
    "own_account",
)
VERBS = ("read", "write", "approve", "manage")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role gets: a view, and whether sensitive health questions are open to it."""

    view: str
    health: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The table as read once; compare its stamp to know whether it still holds."""

    grants: Mapping[tuple[str, str, str], tuple[Grant, bool]]

    def grant(
        self, here: Iterable[str], around: Iterable[str], register: str, verb: str
    ) -> Grant | None:
        """The widest grant of the roles that hold here or around here, or None."""
        found = [
            row[0]
            for roles, is_here in ((here, True), (around, False))
            for role in roles
            if (row := self.grants.get((role, register, verb))) is not None and (is_here or row[1])
        ]
        if not found:
            return None
        widest = max(found, key=lambda g: VIEWS.index(g.view))
        return Grant(widest.view, any(g.health for g in found))


def read(session: Session) -> Policy:
    """The policy table as it stands."""
    return Policy(
        {
            (r.role, r.register_code, r.verb): (Grant(r.view, r.health), r.reach == "around")
            for r in session.exec(select(PolicyRow)).all()
        }
    )
