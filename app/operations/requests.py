"""What communities ask of the participatory budget, as their approved plans say.

A request is an action that an assembly raised, of the newest approved plan of its
community. It stays as it was written, whatever proposal takes it up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import true
from sqlmodel import col

from app.operations import needs, standing
from app.planning import bundles
from app.planning.bundles import Suggestions
from app.records.diagnoses import Diagnosis, Problem
from app.records.intake import Form
from app.records.petitions import Petition, PetitionOrigin
from app.records.places import Where
from app.records.plans import Action, Plan
from app.records.proposals import Origin, Proposal
from app.store.sessions import Reading, columns
from app.store.spatial import from_column

COUNTED = ("approved", "locked")
WOMENS_FIRST = 3


@dataclass(frozen=True, slots=True)
class Request:
    """One raised action; ``women`` tells whether it answers one of their first three problems.

    ``need`` is an indicator's code, or ``theme:...`` where the plan names none; ``taken`` is
    the key of the living proposal that takes it up, ``petition`` how the living gestión is
    called that carries it elsewhere.
    """

    uuid: UUID
    community_id: int
    community: str
    community_name: str
    title: str
    kind: str
    need: str | None
    expected: str
    people: int | None
    votes: int | None
    cost_cents: int | None
    women: bool
    taken: int | None
    shape: BaseGeometry | None
    petition: str = ""

    @property
    def free(self) -> bool:
        """Nothing takes it up yet."""
        return self.taken is None and not self.petition


def of_district(
    session: Reading, where: Where, day: date, *, every: bool = False
) -> Sequence[Request]:
    """The requests of the living communities of a district, by community and position.

    ``every`` takes what plans do not raise to the budget too: it may go to somebody else.
    """
    people = standing.members(session, where, day)
    rows = _actions(session, [row.id for row in people], every=every)
    return _requests(session, rows, {row.id: row for row in people})


def named(
    session: Reading, where: Where, day: date, uuids: Iterable[UUID], *, every: bool = False
) -> list[Request]:
    """The requests with these keys, in the order given; those that do not exist are left out."""
    found = of_district(session, where, day, every=every)
    known = {request.uuid: request for request in found}
    return [known[uuid] for uuid in uuids if uuid in known]


def suggestions(session: Reading, where: Where, day: date) -> Suggestions:
    """Requests that nobody took up yet: those that ask for the same together, and the rest."""
    free = [r for r in of_district(session, where, day) if r.free]
    return bundles.suggestions(
        map(as_planned, free), needs.evidence_of(session, where, day).evidence.goalpost
    )


def as_planned(request: Request) -> bundles.Request:
    """A request as the pure rules see it."""
    return bundles.Request(
        str(request.uuid),
        request.community,
        request.need,
        request.kind,
        request.people,
        request.votes or 0,
        request.cost_cents,
    )


def _actions(session: Reading, communities: Sequence[int], *, every: bool) -> Sequence[Any]:
    newest: dict[int, int] = {}
    for plan_id, community_id in session.rows(
        columns(Plan.id, Plan.community_id)
        .join(Form, col(Form.id) == Plan.form_id)
        .where(col(Plan.community_id).in_(communities), col(Form.state).in_(COUNTED))
        .order_by(col(Plan.assembled_on), col(Plan.id))
    ):
        newest[community_id] = plan_id
    return session.rows(
        columns(
            Action.uuid,
            Action.community_id,
            Action.title,
            Action.kind,
            Action.theme,
            Action.problem,
            Action.indicator,
            Action.expected,
            Action.people,
            Action.votes,
            Action.cost_cents,
            col(Action.geom),
        )
        .where(
            col(Action.plan_id).in_(list(newest.values())),
            true() if every else col(Action.to_budget).is_(True),
        )
        .order_by(col(Action.community_id), col(Action.position))
    )


def _requests(session: Reading, rows: Sequence[Any], members: Mapping[int, Any]) -> list[Request]:
    taken = _taken(session, [row.uuid for row in rows])
    carried = _carried(session, [row.uuid for row in rows])
    first = _womens_first(session, sorted({row.community_id for row in rows}))
    order = {community: place for place, community in enumerate(members)}
    return [
        Request(
            row.uuid,
            row.community_id,
            members[row.community_id].code,
            members[row.community_id].name,
            row.title,
            row.kind,
            row.indicator or (f"theme:{row.theme}" if row.theme else None),
            row.expected,
            row.people,
            row.votes,
            row.cost_cents,
            _is_womens(row, first.get(row.community_id, ())),
            taken.get(row.uuid),
            from_column(row.geom),
            carried.get(row.uuid, ""),
        )
        for row in sorted(rows, key=lambda row: order[row.community_id])
    ]


def _taken(session: Reading, uuids: Sequence[UUID]) -> dict[UUID, int]:
    rows = session.rows(
        columns(Origin.action_uuid, Origin.proposal_id)
        .join(Proposal, col(Proposal.id) == Origin.proposal_id)
        .where(col(Origin.action_uuid).in_(uuids), col(Proposal.state) != "withdrawn")
    )
    return {row.action_uuid: row.proposal_id for row in rows}


def _carried(session: Reading, uuids: Sequence[UUID]) -> dict[UUID, str]:
    rows = session.rows(
        columns(PetitionOrigin.action_uuid, Petition.year, Petition.number)
        .join(Petition, col(Petition.id) == PetitionOrigin.petition_id)
        .where(col(PetitionOrigin.action_uuid).in_(uuids), col(Petition.state) != "dropped")
    )
    return {uuid: petition_code(year, number) for uuid, year, number in rows}


def petition_code(year: int, number: int) -> str:
    """How a gestión is called aloud and on paper: G-2027-004."""
    return f"G-{year}-{number:03}"


def _womens_first(session: Reading, communities: Sequence[int]) -> dict[int, list[Any]]:
    """The problems that women put first in the newest approved diagnosis of each community."""
    newest: dict[int, int] = {}
    for form_id, community_id in session.rows(
        columns(Diagnosis.form_id, Diagnosis.community_id)
        .join(Form, col(Form.id) == Diagnosis.form_id)
        .where(col(Diagnosis.community_id).in_(communities), col(Form.state).in_(COUNTED))
        .order_by(col(Diagnosis.assembled_on), col(Diagnosis.id))
    ):
        newest[community_id] = form_id
    found: dict[int, list[Any]] = {}
    for row in session.rows(
        columns(
            Problem.community_id,
            Problem.uuid,
            Problem.description,
            Problem.theme,
            Problem.indicator,
        ).where(
            col(Problem.form_id).in_(list(newest.values())),
            col(Problem.rank_women) <= WOMENS_FIRST,
            col(Problem.votes_women) > 0,
        )
    ):
        found.setdefault(row.community_id, []).append(row)
    return found


def _is_womens(action: Any, first: Iterable[Any]) -> bool:
    """The action names the problem or, where it names none, is about the same theme."""
    return any(
        action.problem in (str(problem.uuid), problem.description)
        if action.problem
        else bool(action.theme) and action.theme == problem.theme
        for problem in first
    )
