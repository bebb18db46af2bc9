"""The approved documents of communities, read for the indicators that registers feed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import col

from app.operations import request_counts
from app.operations.request_counts import COUNTED, Asked
from app.records import thresholds
from app.records.councils import Council, Post
from app.records.diagnoses import Diagnosis
from app.records.families import Commitment, Family, SelfAssessment
from app.records.intake import Form
from app.records.plans import Action, Outcome, Plan
from app.records.surveys import SurveyAnswer
from app.store.sessions import Reading, columns

HEALTHY = "FS-03"


@dataclass
class Papers:
    """The approved documents of one community, the newest first."""

    councils: list[Any] = field(default_factory=list)
    posts: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    diagnoses: list[Any] = field(default_factory=list)
    plans: list[Any] = field(default_factory=list)
    actions: dict[int, list[tuple[UUID, date | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    outcomes: dict[UUID, str] = field(default_factory=dict)
    assessed: list[Any] = field(default_factory=list)
    commitments: dict[int, list[tuple[date | None, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    families: int = 0
    surveys: dict[int, list[Mapping[str, str]]] = field(default_factory=lambda: defaultdict(list))
    asked: Asked = field(default_factory=Asked)
    thresholds: Sequence[tuple[date, float]] = ()


def read(session: Reading, communities: Sequence[int]) -> dict[int, Papers]:
    known: dict[int, Papers] = {community: Papers() for community in communities}
    _read_councils(session, communities, known)
    _read_plans(session, communities, known)
    _read_families(session, communities, known)
    _read_surveys(session, communities, known)
    limits = thresholds.of_communities(session, communities, HEALTHY)
    for community, asked in request_counts.read(session, communities).items():
        known[community].asked = asked
        known[community].thresholds = limits.get(community, ())
    wanted = _of(Diagnosis, communities, col(Diagnosis.assembled_on), Diagnosis.facts)
    for row in session.rows(wanted):
        known[row.community_id].diagnoses.append(row)
    return known


def _of(table: Any, communities: Sequence[int], day: Any, *more: Any) -> Any:
    """Rows of approved documents, the newest first."""
    return (
        columns(table.id, table.community_id, day.label("on"), *more)
        .join(Form, col(Form.id) == table.form_id)
        .where(table.community_id.in_(communities), _counted())
        .order_by(day.desc(), table.id.desc())
    )


def _counted() -> ColumnElement[bool]:
    return col(Form.state).in_(COUNTED)


def _read_councils(
    session: Reading, communities: Sequence[int], known: Mapping[int, Papers]
) -> None:
    owner: dict[int, int] = {}
    more = (Council.resolution, Council.mandate_from, Council.mandate_to)
    for row in session.rows(_of(Council, communities, col(Council.assembled_on), *more)):
        known[row.community_id].councils.append(row)
        owner[row.id] = row.community_id
    posts = columns(Post.council_id, Post.sex).where(col(Post.council_id).in_(list(owner)))
    for council_id, sex in session.rows(posts):
        known[owner[council_id]].posts[council_id].append(sex)


def _read_plans(session: Reading, communities: Sequence[int], known: Mapping[int, Papers]) -> None:
    for row in session.rows(_of(Plan, communities, col(Plan.assembled_on))):
        known[row.community_id].plans.append(row)
    actions = _of(Action, communities, col(Action.ends_on), Action.plan_id, Action.uuid)
    for row in session.rows(actions):
        known[row.community_id].actions[row.plan_id].append((row.uuid, row.on))
    outcomes = (
        columns(Outcome.community_id, Outcome.action_uuid, Outcome.result)
        .join(Form, col(Form.id) == Outcome.form_id)
        .where(
            col(Outcome.community_id).in_(communities),
            col(Outcome.action_uuid).is_not(None),
            _counted(),
        )
        .order_by(col(Outcome.form_id), col(Outcome.id))
    )
    for community_id, action, result in session.rows(outcomes):
        known[community_id].outcomes[action] = result


def _read_surveys(
    session: Reading, communities: Sequence[int], known: Mapping[int, Papers]
) -> None:
    wanted = (
        columns(SurveyAnswer.community_id, SurveyAnswer.round_id, SurveyAnswer.facts)
        .join(Form, col(Form.id) == SurveyAnswer.form_id)
        .where(col(SurveyAnswer.community_id).in_(communities), _counted())
    )
    for community_id, round_id, facts in session.rows(wanted):
        known[community_id].surveys[round_id].append(facts)


def _read_families(
    session: Reading, communities: Sequence[int], known: Mapping[int, Papers]
) -> None:
    here = col(Family.community_id).in_(communities)
    assessed = (
        columns(
            Family.community_id,
            SelfAssessment.family_id,
            SelfAssessment.form_id,
            col(SelfAssessment.on).label("on"),
            SelfAssessment.yes,
            SelfAssessment.on_the_way,
            SelfAssessment.no,
        )
        .join(Family, col(Family.id) == SelfAssessment.family_id)
        .join(Form, col(Form.id) == SelfAssessment.form_id)
        .where(here, _counted())
        .order_by(col(SelfAssessment.on).desc(), col(SelfAssessment.id).desc())
    )
    for row in session.rows(assessed):
        known[row.community_id].assessed.append(row)
    commitments = (
        columns(Family.community_id, Commitment.form_id, Commitment.due, Commitment.state)
        .join(Family, col(Family.id) == Commitment.family_id)
        .where(here)
    )
    for community_id, form_id, due, state in session.rows(commitments):
        known[community_id].commitments[form_id].append((due, state))
    active = columns(Family.community_id, func.count()).where(here, col(Family.state) == "active")
    for community_id, families in session.rows(active.group_by(col(Family.community_id))):
        known[community_id].families = families
