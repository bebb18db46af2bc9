"""A list of priorities frozen with all that it was made from, so that anybody can redo it.

The inputs are the evidence, every vector of weights, the seed and the few numbers of the
method. Their digest names the version; ``outcome`` is a function of them alone. Who is
entitled to the inputs gets the same list to the last place. Who may know only what is
published recomputes from that, and ``differences`` says where the two lists part.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.planning import evidence_text, needs, ranges, weights
from app.planning.criteria import CRITERIA
from app.planning.evidence import MIN_COVERAGE, Evidence
from app.planning.evidence_text import UnreadableEvidence
from app.planning.needs import Need
from app.planning.ranges import Drawn
from app.planning.smaa import DRAWS, Simulation, Standing
from app.planning.weights import Ballot, Weighting

METHOD = 1  # raised when the same inputs would give another list
TOLD = 6  # decimals of what is told: machines agree on these


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a list of priorities is made from; ``top`` is how many can be attended."""

    evidence: Evidence
    ballots: tuple[Ballot, ...]
    seed: str
    top: int
    draws: int = DRAWS
    min_coverage: float = MIN_COVERAGE

    @property
    def weighting(self) -> Weighting:
        """Every vector over the criteria of needs."""
        return weights.weighting(CRITERIA, self.ballots)


def to_plain(inputs: Inputs) -> dict[str, Any]:
    """The inputs as values to keep and to send."""
    return {
        "method": METHOD,
        "evidence": evidence_text.to_plain(inputs.evidence),
        "weights": [
            [ballot.participant, dict(sorted(ballot.points.items()))]
            for ballot in sorted(inputs.ballots, key=lambda b: b.participant)
        ],
        "seed": inputs.seed,
        "top": inputs.top,
        "draws": inputs.draws,
        "min_coverage": inputs.min_coverage,
    }


def from_plain(plain: Mapping[str, Any]) -> Inputs:
    """The inputs that were kept.

    Raises
    ------
    UnreadableEvidence
        Something is missing, of another kind, or of another method.
    """
    if plain.get("method") != METHOD:
        raise UnreadableEvidence(
            "La versión se hizo con otro método de cálculo ({method}).",
            remedy="Use el programa de la fecha de esa versión.",
            method=plain.get("method"),
        )
    try:
        ballots = tuple(Ballot(name, dict(points)) for name, points in plain["weights"])
        inputs = Inputs(
            evidence_text.from_plain(plain["evidence"]),
            ballots,
            str(plain["seed"]),
            int(plain["top"]),
            int(plain["draws"]),
            float(plain["min_coverage"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableEvidence(
            "A la versión le falta algo o está cambiada: {why}.",
            remedy="Descárguela otra vez y úsela sin cambiarla.",
            why=str(error),
        ) from error
    _ = inputs.weighting  # refuses vectors that are not 100 points
    return inputs


def digest(inputs: Inputs) -> str:
    """SHA-256 of the inputs in one spelling: 64 hexadecimal digits."""
    text = json.dumps(to_plain(inputs), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def outcome(inputs: Inputs, drawn: Drawn | None = None) -> dict[str, Any]:
    """The list with its ranges: the same values from the same inputs, on any machine.

    ``drawn`` are the draws of these very inputs, where somebody made them before.
    """
    found = needs.rank(inputs.evidence, inputs.weighting.mean, inputs.seed, inputs.min_coverage)
    placed = _placed(inputs, drawn) if found.ranked else None
    return {
        "ranked": [
            _need(need, placed.standings[need.code] if placed else None) for need in found.ranked
        ],
        "without_data": [[u.code, round(u.coverage, TOLD)] for u in found.without_data],
        "without_indicator": [[p.code, p.named, p.votes.all] for p in found.without_indicator],
        "met": list(found.met),
        "not_applicable": list(found.not_applicable),
    }


def _placed(inputs: Inputs, drawn: Drawn | None) -> Simulation:
    if drawn is None:
        drawn = ranges.draw_needs(
            inputs.evidence, inputs.seed, draws=inputs.draws, min_coverage=inputs.min_coverage
        )
    return ranges.weigh_needs(drawn, inputs.weighting, inputs.seed, inputs.top)


def _need(need: Need, standing: Standing | None) -> dict[str, Any]:
    return {
        "place": need.place,
        "code": need.code,
        "score": round(need.score, TOLD),
        "segments": {s.criterion: round(s.points, TOLD) for s in need.segments},
        "people": round(need.people, TOLD),
        "gap": round(need.gap, TOLD),
        "x": need.count.x,
        "n": need.count.n,
        "where": [cell.community for cell in need.where],
        "missing": list(need.missing),
        "even_with": list(need.even_with),
        "decided_by": need.decided_by,
        "first": standing.first if standing else need.place,
        "last": standing.last if standing else need.place,
        "in_top": round(standing.in_top, TOLD) if standing else 1.0,
        "tier": standing.tier if standing else "",
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """A need whose place is not the same in two lists; None where a list does not rank it."""

    code: str
    here: int | None
    there: int | None


def differences(here: Mapping[str, Any], there: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Where two lists part, in the order of the first, then of the second."""
    mine, other = _places(here["ranked"]), _places(there["ranked"])
    codes = [*mine, *(code for code in other if code not in mine)]
    return tuple(
        Difference(code, mine.get(code), other.get(code))
        for code in codes
        if mine.get(code) != other.get(code)
    )


def _places(ranked: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {need["code"]: need["place"] for need in ranked}
