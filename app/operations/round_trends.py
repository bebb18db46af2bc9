"""Every round of every community of a place at once: what a figure was the round before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlmodel import col

from app.operations import form_versions
from app.operations.figures import THRESHOLD, Point, Standing
from app.operations.register_papers import HEALTHY
from app.planning.counts import Count
from app.planning.questions import FormVersion
from app.records import thresholds
from app.records.aggregates import Aggregate
from app.records.cycles import Round
from app.store.sessions import Reading, columns

Trends = Mapping[str, Mapping[str, Sequence[Point]]]
"""By community and indicator, the rounds with a figure, the oldest first."""


def by_community(session: Reading, standing: Standing) -> Trends:
    """The rounds of each community that a standing tells of."""
    codes = {member.id: member.code for member in standing.members}
    names = {indicator.id: indicator.code for indicator in standing.indicators.values()}
    found: dict[str, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    rows = session.rows(
        columns(
            col(Aggregate.community_id),
            col(Aggregate.indicator_id),
            col(Round.label),
            col(Round.held_on),
            col(Aggregate.x),
            col(Aggregate.n),
            col(Aggregate.missing),
            col(Aggregate.population),
            col(Aggregate.source),
            col(Round.id),
        )
        .join(
            Round,
            (col(Round.id) == Aggregate.round_id)
            & (col(Round.community_id) == Aggregate.community_id),
        )
        .where(col(Aggregate.community_id).in_(list(codes)))
        .order_by(col(Round.held_on), col(Round.number))
    )
    versions = form_versions.of_rounds(session, col(Round.community_id).in_(list(codes)))
    limits = thresholds.of_communities(session, list(codes), HEALTHY)
    for community, indicator, label, held_on, *count, source, held in rows:
        forms = versions.get(held, {}).get(source, ())
        if names[indicator] == HEALTHY:
            nth = sum(day <= held_on for day, _ in limits.get(community, ()))
            forms = (FormVersion(THRESHOLD, nth),)
        point = Point(label, held_on, Count(*count), 1, forms)
        found[codes[community]][names[indicator]].append(point)
    return found
