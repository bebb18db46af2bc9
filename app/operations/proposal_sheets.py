"""A proposal as it is shown: its requests, whom it reaches, its need and its merit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from app.operations import needs, requests
from app.operations.requests import Request
from app.planning import merits
from app.planning.merits import Merit
from app.records.places import Where
from app.records.proposals import Origin, Proposal
from app.store.sessions import Reading


@dataclass(frozen=True, slots=True)
class Sheet:
    """A proposal with its requests, whom it reaches, and its merit.

    ``need_name`` is how its need is called; ``with_evidence`` is whether that need has a
    place in the list of the district ("sin evidencia vinculada" otherwise).
    """

    proposal: Proposal
    requests: tuple[Request, ...]
    people_share: float | None
    women: bool
    need_name: str
    with_evidence: bool
    merit: Merit


def sheets(session: Reading, where: Where, day: date, proposals: Sequence[Proposal]) -> list[Sheet]:
    """Proposals with all that is shown of them, in the order given."""
    known = needs.of_district(session, where, day)
    asked = requests.of_district(session, where, day)
    people = known.gathered.evidence.goalpost
    by_uuid = {request.uuid: request for request in asked}
    origins: dict[int, list[Request]] = {}
    rows = session.exec(
        select(Origin).where(col(Origin.proposal_id).in_([p.id for p in proposals]))
    ).all()
    for origin in rows:
        if origin.action_uuid in by_uuid:
            origins.setdefault(origin.proposal_id, []).append(by_uuid[origin.action_uuid])
    return [_sheet(known, each, origins.get(each.id, []), people) for each in proposals]


def sheet(session: Reading, where: Where, day: date, proposal: Proposal) -> Sheet:
    """One proposal with all that is shown of it."""
    return sheets(session, where, day, [proposal])[0]


def _sheet(
    known: needs.DistrictNeeds, proposal: Proposal, asked: list[Request], people: int
) -> Sheet:
    share = min(1.0, proposal.people / people) if proposal.people and people else None
    women = any(request.women for request in asked)
    score = need_score(known, proposal.need)
    return Sheet(
        proposal,
        tuple(sorted(asked, key=lambda r: (r.community, r.title))),
        share,
        women,
        known.name(proposal.need),
        score is not None,
        merits.merit(score, share, women),
    )


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
