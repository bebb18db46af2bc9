"""The cycle of a community, step by step: what is done, what is now, what comes next."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from app.operations import instruments, receipts
from app.records import cycles
from app.records.councils import Council, Post
from app.records.cycles import Cycle, Round
from app.records.families import Family
from app.records.intake import Form
from app.records.places import Where
from app.records.plans import Action, Activity
from app.records.proposals import Origin, Proposal
from app.records.territory import Community
from app.store.sessions import Reading, columns

GONE = ("withdrawn",)


@dataclass(frozen=True, slots=True)
class Request:
    """An action that the community raised to the budget, and what became of it."""

    title: str
    action_uuid: UUID
    cost_cents: int | None
    proposal_number: int | None
    proposal_title: str
    fiscal_year: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Journey:
    """Everything that the community's first page answers from."""

    community: Community
    cycle: Cycle | None
    rounds: tuple[Round, ...]
    council: Council | None
    posts: tuple[Post, ...]
    mandate_over: bool
    vision_old: bool
    families: int
    consenting: int
    activities: int
    requests: tuple[Request, ...]
    done: frozenset[str]  # instruments with a document of this cycle that stands
    waiting: int
    returned: int
    approved: int

    @property
    def phase(self) -> int:
        """1 organisation, 2 planning, 3 execution, 4 self-evaluation."""
        if self.cycle is None or "council" not in self.done:
            return 1
        if not {"diagnosis", "plan"} <= self.done or not self.rounds:
            return 2
        return 4 if self.cycle.ends_on <= instruments.today() else 3


def of(session: Reading, where: Where) -> Journey:
    """The journey of a community as it stands today."""
    assert where.community_id is not None
    community = session.get_one(Community, where.community_id)
    cycle = cycles.current_cycle(session, community.id)
    known = tuple(cycles.rounds(session, community.id))
    council = _council(session, community.id)
    posts = session.exec(
        select(Post).where(Post.council_id == (council.id if council else 0)).order_by(col(Post.id))
    ).all()
    states = _states(session, community.id)
    today = instruments.today()
    return Journey(
        community=community,
        cycle=cycle,
        rounds=tuple(r for r in known if cycle is not None and r.cycle_id == cycle.id),
        council=council,
        posts=tuple(posts),
        mandate_over=_over(council.mandate_to if council else None, today),
        vision_old=_old(council.vision_on if council else None, today),
        families=_families(session, community.id, None),
        consenting=_families(session, community.id, True),
        activities=_activities(session, community.id),
        requests=requests(session, community.id),
        done=_done(session, community.id, cycle),
        waiting=states.get("sent", 0),
        returned=states.get("returned", 0),
        approved=states.get("approved", 0) + states.get("locked", 0),
    )


def _over(until: date | None, today: date) -> bool:
    return until is not None and until < today


def _old(since: date | None, today: date) -> bool:
    # A vision is remade in assembly every three years.
    return since is not None and (today - since).days > 3 * 365


def _council(session: Reading, community_id: int) -> Council | None:
    return session.exec(
        select(Council)
        .join(Form, col(Form.id) == Council.form_id)
        .where(Council.community_id == community_id, col(Form.state).not_in(GONE))
        .order_by(col(Council.assembled_on).desc(), col(Council.id).desc())
        .limit(1)
    ).first()


def _states(session: Reading, community_id: int) -> dict[str, int]:
    rows = session.exec(
        select(Form.state, func.count())
        .where(Form.community_id == community_id)
        .group_by(Form.state)
    ).all()
    return dict(rows)


def _families(session: Reading, community_id: int, consents: bool | None) -> int:
    wanted = [col(Family.community_id) == community_id, col(Family.state) == "active"]
    if consents is not None:
        wanted.append(col(Family.consents).is_(consents))
    return session.exec(select(func.count()).select_from(Family).where(*wanted)).one()


def _activities(session: Reading, community_id: int) -> int:
    return session.exec(
        select(func.count()).select_from(Activity).where(Activity.community_id == community_id)
    ).one()


def _done(session: Reading, community_id: int, cycle: Cycle | None) -> frozenset[str]:
    if cycle is None:
        return frozenset()
    # Councils and families outlast a cycle; the other documents belong to one.
    rows = session.exec(
        select(Form.instrument)
        .where(
            Form.community_id == community_id,
            col(Form.state).in_(("sent", "approved", "locked")),
            (col(Form.cycle_id) == cycle.id) | col(Form.instrument).in_(("council", "family")),
        )
        .distinct()
    ).all()
    return frozenset(rows)


def requests(session: Reading, community_id: int) -> tuple[Request, ...]:
    """What the community asked of the budget, newest plan first, with its fate."""
    rows = session.rows(
        columns(
            Action.title,
            Action.uuid,
            Action.cost_cents,
            Proposal.number,
            Proposal.title.label("proposal"),  # type: ignore[attr-defined]
            Proposal.fiscal_year,
            Proposal.state,
        )
        .join(Form, col(Form.id) == Action.form_id)
        .join(Origin, col(Origin.action_uuid) == Action.uuid, isouter=True)
        .join(Proposal, col(Proposal.id) == Origin.proposal_id, isouter=True)
        .where(
            col(Action.community_id) == community_id,
            col(Action.to_budget).is_(True),
            col(Form.state).in_((*receipts.COUNTED, "sent")),
        )
        .order_by(col(Action.form_id).desc(), col(Action.position))
    )
    return tuple(Request(r[0], r[1], r[2], r[3], r[4] or "", r[5], r[6] or "") for r in rows)
