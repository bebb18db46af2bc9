"""The chain from the form to the result, counted for a district: what each link holds."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col

from app.operations.gathering import COUNTED
from app.operations.remembered import remembered
from app.records.intake import Form
from app.records.pdlc import NeedAnswered, Objective, Pdlc
from app.records.places import Where
from app.records.proposals import Agreement, Proposal
from app.records.territory import Belonging
from app.store.sessions import Reading, columns


@dataclass(frozen=True, slots=True)
class Links:
    """How many approved forms, proposals that stand, agreements, and objectives of its PDLC.

    ``objectives`` are those of the plan in force; ``linked`` of them say which priority they
    answer.
    """

    forms: int
    proposals: int
    agreements: int
    objectives: int
    linked: int


def of_district(session: Reading, where: Where) -> Links:
    """The counts of a district."""
    return remembered(session, where, ("links", where.place_id), lambda: _count(session, where))


def _count(session: Reading, where: Where) -> Links:
    here = columns(col(Belonging.community_id)).where(
        col(Belonging.place_id) == where.place_id, col(Belonging.valid_to).is_(None)
    )
    forms = columns(func.count()).where(
        col(Form.community_id).in_(here), col(Form.state).in_(COUNTED)
    )
    proposals = columns(func.count()).where(
        col(Proposal.place_id) == where.place_id, col(Proposal.state) != "withdrawn"
    )
    agreements = columns(func.count()).where(col(Agreement.place_id) == where.place_id)
    objectives = (
        columns(
            func.count(col(Objective.id).distinct()),
            func.count(col(NeedAnswered.objective_id).distinct()),
        )
        .select_from(Pdlc)
        .join(Objective, col(Objective.pdlc_id) == Pdlc.id)
        .join(NeedAnswered, col(NeedAnswered.objective_id) == Objective.id, isouter=True)
        .where(col(Pdlc.place_id) == where.place_id, col(Pdlc.state) == "in_force")
    )
    counted = [session.rows(each)[0][0] for each in (forms, proposals, agreements)]
    return Links(*counted, *session.rows(objectives)[0])
