"""How each action of a community's plan stands, by what was told of it month by month."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from app.records import plans
from app.records.intake import Form
from app.records.plans import Action, Plan
from app.store.sessions import Reading


@dataclass(frozen=True, slots=True)
class Standing:
    """One action; ``state`` is empty and ``month`` None while nobody told of it."""

    uuid: UUID
    title: str
    ends_on: date | None
    state: str
    share: int | None
    ready: int | None
    total: int | None
    month: date | None
    obstacle: str


def of_plan(session: Reading, community_id: int) -> tuple[Standing, ...]:
    """The actions of the newest approved plan, in its order; none without such a plan."""
    newest = (
        select(Plan.id)
        .join(Form, col(Form.id) == Plan.form_id)
        .where(Plan.community_id == community_id, col(Form.state).in_(("approved", "locked")))
        .order_by(col(Plan.assembled_on).desc(), col(Plan.id).desc())
        .limit(1)
    )
    plan_id = session.exec(newest).first()
    actions = session.exec(
        select(Action).where(Action.plan_id == plan_id).order_by(col(Action.position))
    ).all()
    told = plans.how_actions_stand(session, community_id)
    return tuple(_standing(action, told.get(action.uuid)) for action in actions)


def _standing(action: Action, told: plans.Progress | None) -> Standing:
    return Standing(
        uuid=action.uuid,
        title=action.title,
        ends_on=action.ends_on,
        state=told.state if told else "",
        share=told.share if told else None,
        ready=told.ready if told else None,
        total=told.total if told else None,
        month=told.month if told else None,
        obstacle=told.obstacle if told else "",
    )
