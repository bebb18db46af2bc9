"""A proposal as it is shown: its requests, whom it reaches, its need and its merit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from app.operations import needs, pdlc_reading, requests, review_rules
from app.operations.requests import Request
from app.planning import merits
from app.planning.merits import Facts, Merit
from app.records import reviews
from app.records.pdlc import Objective, ProposalServing
from app.records.places import Where
from app.records.proposals import Origin, Proposal
from app.records.reviews import TechnicalReview
from app.store.sessions import Reading, columns


@dataclass(frozen=True, slots=True)
class Sheet:
    """A proposal with its requests, whom it reaches, and its merit.

    ``need_name`` is how its need is called; ``with_evidence`` is whether that need has a
    place in the list of the district ("sin evidencia vinculada" otherwise). The merit is by
    the matrix of the proposal's year and what was published of its technical ``review``.
    """

    proposal: Proposal
    requests: tuple[Request, ...]
    people_share: float | None
    women: bool
    need_name: str
    with_evidence: bool
    merit: Merit
    facts: Facts
    review: TechnicalReview | None = None

    @property
    def unfeasible(self) -> bool:
        """The published review found that it cannot be done: it takes part no more."""
        return self.review is not None and self.review.opinion == "unfeasible"


def sheets(session: Reading, where: Where, day: date, proposals: Sequence[Proposal]) -> list[Sheet]:
    """Proposals with all that is shown of them, in the order given."""
    known = needs.of_district(session, where, day)
    asked = requests.of_district(session, where, day)
    by_uuid = {request.uuid: request for request in asked}
    origins: dict[int, list[Request]] = {}
    rows = session.exec(
        select(Origin).where(col(Origin.proposal_id).in_([p.id for p in proposals]))
    ).all()
    for origin in rows:
        if origin.action_uuid in by_uuid:
            origins.setdefault(origin.proposal_id, []).append(by_uuid[origin.action_uuid])
    matrices = {
        year: review_rules.matrix_of(session, where, year)
        for year in {each.fiscal_year for each in proposals}
    }
    judged = reviews.published(session, [p.id for p in proposals])
    served = _served(session, where, proposals)
    found = []
    for each in proposals:
        review = judged.get(each.id)
        facts = _facts(known, each, origins.get(each.id, []), objective=each.id in served)
        merit = merits.merit(facts, matrices[each.fiscal_year], review.chosen if review else {})
        asking = tuple(sorted(origins.get(each.id, []), key=lambda r: (r.community, r.title)))
        found.append(
            Sheet(
                each,
                asking,
                facts.people,
                facts.women,
                known.name(each.need),
                facts.need is not None,
                merit,
                facts,
                review,
            )
        )
    return found


def sheet(session: Reading, where: Where, day: date, proposal: Proposal) -> Sheet:
    """One proposal with all that is shown of it."""
    return sheets(session, where, day, [proposal])[0]


def _facts(
    known: needs.DistrictNeeds, proposal: Proposal, asked: Sequence[Request], *, objective: bool
) -> Facts:
    evidence = known.gathered.evidence
    people = evidence.goalpost
    asking = {request.community for request in asked}
    weighed = [
        (each.equity, max(each.people or 0, 1))
        for each in evidence.communities
        if each.code in asking and each.equity is not None
    ]
    whole = sum(weight for _, weight in weighed)
    return Facts(
        need_score(known, proposal.need),
        min(1.0, proposal.people / people) if proposal.people and people else None,
        women=any(request.women for request in asked),
        equity=sum(value * weight for value, weight in weighed) / whole if whole else None,
        objective=objective,
        communities=len(asking),
    )


def _served(session: Reading, where: Where, proposals: Sequence[Proposal]) -> set[int]:
    """The proposals that an objective of the PDLC in force takes up."""
    plan = pdlc_reading.in_force(session, where)
    if plan is None:
        return set()
    rows = session.rows(
        columns(ProposalServing.proposal_id)
        .join(Objective, col(Objective.id) == ProposalServing.objective_id)
        .where(
            col(Objective.pdlc_id) == plan.id,
            col(ProposalServing.proposal_id).in_([p.id for p in proposals]),
        )
    )
    return {row[0] for row in rows}


def need_score(known: needs.DistrictNeeds, need: str) -> float | None:
    """The score of a need; of a theme that of its most pressing need; None where unranked."""
    need = known.gathered.told.get(need, need)
    theme = need.removeprefix("theme:") if need.startswith("theme:") else None
    scores = [
        ranked.score
        for ranked in known.listed.ranked
        if need and (ranked.code == need or ranked.dimension == theme)
    ]
    return max(scores, default=None)
