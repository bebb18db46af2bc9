"""What became of what a community asked of the budget, as of any day.

A request is raised on the day of the first assembly whose approved plan asks it of the budget.
It is prioritised from the day of the result that funded a proposal which takes it up, once that
is an agreement; of an agreement without a result, from the day on which it was opened. It is
executed while, on that day, its agreement stands as handed over. Each is dated by itself, so a
round's figure does not move by what happens later (indicators GO-04 and GO-04b).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from uuid import UUID

from sqlmodel import col

from app.records.intake import Form
from app.records.plans import Action, Plan
from app.records.proposals import Agreement, Allocation, Origin
from app.records.works import AgreementStep
from app.store.sessions import Reading, columns

COUNTED = ("approved", "locked")
HERE = timezone(timedelta(hours=-5))  # Peru, all year round


@dataclass(slots=True)
class Fate:
    """An agreement that takes up a request: since when, and its states in their order."""

    since: date
    steps: list[tuple[date, str]] = field(default_factory=list)

    def executed(self, day: date) -> bool:
        """It stands as handed over on a day."""
        states = [state for on_day, state in self.steps if on_day <= day]
        return bool(states) and states[-1] == "delivered"


@dataclass(slots=True)
class Asked:
    """The requests of one community by their action, since when, and what took them up."""

    raised: dict[UUID, date] = field(default_factory=dict)
    fates: dict[UUID, list[Fate]] = field(default_factory=lambda: defaultdict(list))

    def by(self, day: date) -> list[UUID]:
        """What was raised up to a day."""
        return [action for action, since in self.raised.items() if since <= day]

    def prioritised(self, day: date) -> int:
        """How many of those had been prioritised by that day."""
        return sum(any(f.since <= day for f in self.fates.get(a, ())) for a in self.by(day))

    def executed(self, day: date) -> int:
        """How many of those stood as handed over on that day."""
        return sum(
            any(f.since <= day and f.executed(day) for f in self.fates.get(a, ()))
            for a in self.by(day)
        )


def read(session: Reading, communities: Sequence[int]) -> Mapping[int, Asked]:
    """The requests of these communities and what became of them."""
    found: dict[int, Asked] = {community: Asked() for community in communities}
    rows = session.rows(
        columns(Action.community_id, Action.uuid, Plan.assembled_on)
        .join(Plan, col(Plan.id) == Action.plan_id)
        .join(Form, col(Form.id) == Plan.form_id)
        .where(
            col(Action.community_id).in_(communities),
            col(Action.to_budget).is_(True),
            col(Form.state).in_(COUNTED),
        )
    )
    for community, action, on in rows:
        known = found[community].raised
        known[action] = min(on, known.get(action, on))
    fates = _fates(session, communities)
    links = columns(Origin.community_id, Origin.action_uuid, Origin.proposal_id).where(
        col(Origin.community_id).in_(communities)
    )
    for community, action, proposal in session.rows(links):
        if proposal in fates:
            found[community].fates[action] += fates[proposal]
    return found


def _fates(session: Reading, communities: Sequence[int]) -> dict[int, list[Fate]]:
    """The agreements behind the proposals of these communities, by proposal."""
    theirs = columns(col(Origin.proposal_id)).where(col(Origin.community_id).in_(communities))
    rows = session.rows(
        columns(Agreement.id, Agreement.proposal_id, Agreement.created_at, Allocation.at)
        .join(Allocation, col(Allocation.id) == Agreement.allocation_id, isouter=True)
        .where(col(Agreement.proposal_id).in_(theirs))
    )
    known = {row[0]: row for row in rows}
    steps = _steps(session, known)
    found: dict[int, list[Fate]] = defaultdict(list)
    for key, proposal, created, counted in known.values():
        opened = steps[key][0][0] if steps[key] else created.astimezone(HERE).date()
        since = counted.astimezone(HERE).date() if counted is not None else opened
        found[proposal].append(Fate(since, steps[key]))
    return found


def _steps(session: Reading, agreements: Iterable[int]) -> dict[int, list[tuple[date, str]]]:
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    rows = session.rows(
        columns(AgreementStep.agreement_id, AgreementStep.on_day, AgreementStep.state)
        .where(col(AgreementStep.agreement_id).in_(list(agreements)))
        .order_by(col(AgreementStep.on_day), col(AgreementStep.id))
    )
    for agreement, on_day, state in rows:
        found[agreement].append((on_day, state))
    return found
