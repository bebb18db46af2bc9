"""What would be first if: other weights, other targets, one place or question left out.

A change is applied to the inputs of the official list and gives inputs of its own; the
official list is never touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.errors import Invalid
from app.planning.evidence import Evidence
from app.planning.gaps import Goal
from app.planning.versions import Inputs
from app.planning.weights import Ballot


class InvalidScenario(Invalid):
    """It changes what is not there."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is other than in the official list; empty leaves it as it is.

    ``points`` replace all vectors by one; ``targets`` are shares 0 to 1 by indicator; ``top``
    is how many can be attended; the rest names what is left out.
    """

    points: Mapping[str, int] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)
    top: int | None = None
    without_indicators: frozenset[str] = frozenset()
    without_communities: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """It changes nothing."""
        return self == Change()


def changed(inputs: Inputs, change: Change) -> Inputs:
    """The inputs as they would be.

    Raises
    ------
    InvalidScenario
        It names an indicator or community that is not there, or leaves nothing.
    InvalidGoal, InvalidPoints
        A target on the wrong side of the worst value; points that are not 100.
    """
    evidence = _less(_aimed(inputs.evidence, change.targets), change)
    ballots = (Ballot("", change.points),) if change.points else inputs.ballots
    top = inputs.top if change.top is None else change.top
    if top < 1:
        raise InvalidScenario(
            "Debe poder atenderse al menos una necesidad.", remedy="Escriba 1 o más.", field="top"
        )
    result = replace(inputs, evidence=evidence, ballots=ballots, top=top)
    _ = result.weighting
    return result


def _aimed(evidence: Evidence, targets: Mapping[str, float]) -> Evidence:
    _refuse_unknown(set(targets), {i.code for i in evidence.indicators})
    aimed = (
        replace(i, goal=Goal(targets[i.code], i.goal.worst, i.goal.direction))
        if i.code in targets
        else i
        for i in evidence.indicators
    )
    return replace(evidence, indicators=tuple(aimed))


def _less(evidence: Evidence, change: Change) -> Evidence:
    """The evidence without some indicators and communities, their votes gone with them."""
    _refuse_unknown(set(change.without_indicators), {i.code for i in evidence.indicators})
    _refuse_unknown(set(change.without_communities), {c.code for c in evidence.communities})
    gone, away = change.without_indicators, change.without_communities
    if not gone and not away:
        return evidence
    indicators = tuple(i for i in evidence.indicators if i.code not in gone)
    communities = tuple(c for c in evidence.communities if c.code not in away)
    if not indicators or not communities:
        raise InvalidScenario(
            "No queda nada que ordenar.", remedy="Deje al menos un indicador y una comunidad."
        )
    people = evidence.people
    if people is not None:
        people -= sum(c.people for c in evidence.communities if c.code in away)
    return Evidence(
        indicators,
        communities,
        {k: v for k, v in evidence.counts.items() if k[0] not in gone and k[1] not in away},
        {k: v for k, v in evidence.votes.items() if k[0] not in gone and k[1] not in away},
        evidence.assemblies - away,
        {k: v for k, v in evidence.reported.items() if k[1] not in away},
        people,
    )


def _refuse_unknown(named: set[str], known: set[str]) -> None:
    if unknown := sorted(named - known):
        raise InvalidScenario(
            "«{code}» no está en la lista oficial.",
            remedy="Elija entre los que se muestran.",
            code=unknown[0],
        )
