"""A first allocation: down the ranking, funding what fits under the ceiling.

The rule is *pass over*: a proposal that no longer fits is passed over and the next one is
tried, to the end of the list. (To stop at the first that does not fit is another rule, not
this one; ordinances must say which.) Money is integer céntimos: nothing is rounded.

Ties of score: the cheaper first, then more people, then the public lot (planning.md 4.2).
A proposal without a known cost stands behind those of its score that have one. What was
withdrawn, or has no cost yet, or costs zero, is never funded, whatever is left.

This is help for a decision, not the decision: the human one and its reason are stored
beside it (domain.md 5.1 no. 7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from app.errors import Invalid
from app.planning.reasons import Reason
from app.planning.ties import Criterion, placed

RULE = "pass_over"


class InvalidBudget(Invalid):
    """A negative or repeated number where money is shared."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What asks for money; more score goes first."""

    code: str
    score: float
    cost_centimos: int | None
    people: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to a proposal, and why.

    ``left_centimos`` is what remains after it; ``reason.code`` is one of funded,
    does_not_fit, withdrawn, cost_unknown, cost_zero.
    """

    place: int
    proposal: Proposal
    funded: bool
    left_centimos: int
    reason: Reason
    even_with: tuple[str, ...]
    decided_by: str


@dataclass(frozen=True, slots=True)
class Allocation:
    """Outcomes in the order of the ranking, and the money they add up to."""

    rule: str
    ceiling_centimos: int
    spent_centimos: int
    outcomes: tuple[Outcome, ...]

    @property
    def left_centimos(self) -> int:
        """What nobody was given."""
        return self.ceiling_centimos - self.spent_centimos

    @property
    def funded(self) -> tuple[str, ...]:
        """Codes of what is funded, in order."""
        return tuple(o.proposal.code for o in self.outcomes if o.funded)


def allocation(proposals: Iterable[Proposal], ceiling_centimos: int, seed: str) -> Allocation:
    """Money down the ranking.

    Parameters
    ----------
    proposals
        With codes of their own, in any order.
    ceiling_centimos
        What may be spent; 0 funds nothing.
    seed
        Of the public lot.

    Raises
    ------
    InvalidBudget
        A negative ceiling, cost or number of people; a score that is no number; a code
        twice.
    """
    checked = _checked(proposals, ceiling_centimos)
    chain = (
        Criterion[Proposal]("score", lambda p: p.score),
        Criterion[Proposal]("cost", _cost, more_first=False),
        Criterion[Proposal]("people", lambda p: p.people),
    )
    left = ceiling_centimos
    outcomes: list[Outcome] = []
    for entry in placed(checked, chain, seed, lambda p: p.code):
        reason = _verdict(entry.item, left)
        funded = reason.code == "funded"
        if funded:
            left -= entry.item.cost_centimos or 0
        outcomes.append(
            Outcome(
                entry.place, entry.item, funded, left, reason, entry.even_with, entry.decided_by
            )
        )
    return Allocation(RULE, ceiling_centimos, ceiling_centimos - left, tuple(outcomes))


def _cost(proposal: Proposal) -> float:
    return inf if proposal.cost_centimos is None else proposal.cost_centimos


def _verdict(proposal: Proposal, left: int) -> Reason:
    cost = proposal.cost_centimos
    if proposal.withdrawn:
        return Reason("withdrawn", "No entra: fue retirada por quienes la pidieron.")
    if cost is None:
        return Reason("cost_unknown", "No entra todavía: falta saber cuánto cuesta.")
    if cost == 0:
        return Reason("cost_zero", "No entra: cuesta cero, así que no necesita presupuesto.")
    if cost > left:
        return Reason(
            "does_not_fit",
            "No alcanza: cuesta {cost_centimos} y quedan {left_centimos}.",
            {"cost_centimos": cost, "left_centimos": left},
        )
    return Reason(
        "funded",
        "Entra: cuesta {cost_centimos} y después quedan {left_centimos}.",
        {"cost_centimos": cost, "left_centimos": left - cost},
    )


def _checked(proposals: Iterable[Proposal], ceiling_centimos: int) -> list[Proposal]:
    if ceiling_centimos < 0:
        raise InvalidBudget(
            "El techo del presupuesto no puede ser negativo.",
            remedy="Escriba cuánto dinero hay para repartir.",
            field="ceiling_centimos",
        )
    by_code: dict[str, Proposal] = {}
    for proposal in proposals:
        if proposal.code in by_code:
            raise InvalidBudget("La propuesta «{code}» aparece dos veces.", code=proposal.code)
        by_code[proposal.code] = proposal
        if (proposal.cost_centimos or 0) < 0 or proposal.people < 0:
            raise InvalidBudget(
                "La propuesta «{code}» tiene un costo o un número de personas negativo.",
                field="cost_centimos",
                code=proposal.code,
            )
        if not -inf < proposal.score < inf:
            raise InvalidBudget(
                "La propuesta «{code}» no tiene puntaje.", field="score", code=proposal.code
            )
    return list(by_code.values())
