"""One door to every rule: what an ordinance or a command chooses, and what comes out.

The digest is of everything that went in, ballots as blocs: the same inputs have the same
digest whatever their order, and the same digest gives the same outcome.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from app.errors import Invalid
from app.planning.allocation import orders
from app.planning.allocation.elections import Election
from app.planning.allocation.greedy import greedy
from app.planning.allocation.limits import Limits
from app.planning.allocation.names import RULES, UTILITIES, Utility
from app.planning.allocation.outcomes import Outcome
from app.planning.allocation.phragmen import phragmen
from app.planning.allocation.shares import Completion, Method, equal_shares
from app.planning.allocation.welfare import max_welfare

COMPLETIONS: Mapping[str, Completion] = {
    "mes": "",
    "mes-add1": "add1",
    "mes-add1u": "add1u",
    "mes-epsilon": "epsilon",
}


class InvalidRule(Invalid):
    """A rule, utility or step that nobody wrote."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A rule as the ordinance words it.

    ``utility`` None is cost where ballots are approvals and points where they give points.
    ``step`` in céntimos a ballot where ``step_in_money``, else a share of an equal part.
    ``ties`` and ``seed`` as in ``app.planning.allocation.orders``.
    """

    rule: str = "greedy"
    utility: Utility | None = None
    step: Fraction = Fraction(1, 100)
    step_in_money: bool = False
    exhausted: bool = False
    ties: tuple[str, ...] = orders.TOWN
    seed: str = ""
    limits: Limits = field(default_factory=Limits)

    def check(self) -> None:
        """Refuse what no rule can follow.

        Raises
        ------
        InvalidRule
            An unknown rule or utility, a step that is not above zero.
        """
        if self.rule not in RULES:
            raise InvalidRule(
                "«{rule}» no es una regla de asignación.",
                remedy="Elija una de: {rules}.",
                field="rule",
                rule=self.rule,
                rules=", ".join(RULES),
            )
        if self.utility is not None and self.utility not in UTILITIES:
            raise InvalidRule("«{utility}» no es una utilidad.", utility=self.utility)
        if self.step <= 0:
            raise InvalidRule("El paso con que suben las partes debe ser mayor que cero.")


def allocate(
    election: Election, wording: Wording, people: Mapping[str, int] | None = None
) -> Outcome:
    """Share the budget.

    Parameters
    ----------
    election
        Proposals, ballots and money.
    wording
        The rule with its limits and its order of ties.
    people
        Who benefits, by code; only for ties.

    Raises
    ------
    InvalidRule, InvalidLimits, InvalidOrder
        The wording cannot be followed.
    """
    wording.check()
    wording.limits.check(election)
    ties = orders.order(election, wording.ties, wording.seed, people)
    utility = utility_of(election, wording)
    if wording.rule.startswith("greedy"):
        return greedy(election, ties, wording.limits, stop=wording.rule == "greedy-stop")
    if wording.rule == "phragmen":
        return phragmen(election, ties, wording.limits)
    if wording.rule == "max-welfare":
        return max_welfare(election, ties, wording.limits, utility)
    method = Method(
        utility,
        COMPLETIONS[wording.rule],
        wording.step,
        wording.step_in_money,
        wording.exhausted,
    )
    return equal_shares(election, ties, wording.limits, method)


def utility_of(election: Election, wording: Wording) -> Utility:
    """The utility worded, or what the ballots themselves say."""
    if wording.utility is not None:
        return wording.utility
    return "cost" if election.scores == election.votes else "points"


def digest(election: Election, wording: Wording, people: Mapping[str, int] | None = None) -> str:
    """SHA-256 of everything that goes in, in one spelling."""
    codes = [option.code for option in election.options]
    limits = wording.limits
    given: dict[str, Any] = {
        "budget": election.budget,
        "options": sorted(
            [o.code, o.cost, o.zone, o.objective, o.withdrawn] for o in election.options
        ),
        "ballots": sorted(
            [sorted([codes[at], p] for at, p in b.points), b.community, b.count, str(b.money)]
            for b in election.blocs
        ),
        "rule": wording.rule,
        "utility": utility_of(election, wording),
        "step": [str(wording.step), wording.step_in_money, wording.exhausted],
        "ties": list(wording.ties),
        "seed": wording.seed,
        "people": sorted((people or {}).items()),
        "least": [limits.least_votes, limits.least_score],
        "incompatible": sorted(sorted(pair) for pair in limits.incompatible),
        "caps": sorted([*group, most] for group, most in limits.caps.items()),
        "floors": [[*group, least] for group, least in limits.floors.items()],
    }
    text = json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
