"""What a run keeps of each proposal: its place, its sentence, and who it is even with."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.planning import ties
from app.planning.allocation.elections import Election
from app.planning.allocation.outcomes import Outcome
from app.planning.allocation.rules import Wording
from app.planning.merits import UNFEASIBLE, UNKNOWN_COST
from app.planning.reasons import Reason
from app.planning.ties import Criterion


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposal by its support; ``cost`` counts only where the chain of ties asks."""

    code: str
    support: int
    votes: int
    cost: int
    people: int


def told(
    election: Election,
    wording: Wording,
    outcome: Outcome,
    asked: Mapping[str, Mapping[str, Any]],
    people: Mapping[str, int],
    unfeasible: Collection[str] = (),
) -> list[dict[str, Any]]:
    """A line of each proposal by support: what ``asked`` says of it and what became of it.

    Those that are unfeasible, or whose cost nobody knows, are not in the election and stand
    at the end.
    """
    verdicts = {each.code: each for each in outcome.verdicts}
    left = _left(outcome)
    lines: list[dict[str, Any]] = []
    for entry in placed(election, wording, people):
        code, verdict = entry.item.code, verdicts[entry.item.code]
        lines.append(
            {
                **asked[code],
                "code": code,
                "place": entry.place,
                "funded": verdict.funded,
                "left_cents": left.get(code, outcome.left),
                "votes": entry.item.votes,
                "support": entry.item.support,
                "reason": verdict.reason.code,
                **verdict.reason.kept,
                "even_with": list(entry.even_with),
                "decided_by": entry.decided_by,
            }
        )
    apart = sorted(code for code in asked if code not in verdicts)
    return lines + [
        {**asked[code], "code": code, "place": len(lines) + at, "left_cents": outcome.left}
        | _apart(UNFEASIBLE if code in unfeasible else UNKNOWN_COST)
        for at, code in enumerate(apart, 1)
    ]


def _apart(why: Reason) -> dict[str, Any]:
    return {
        "funded": False,
        "votes": 0,
        "support": 0,
        "reason": why.code,
        **why.kept,
        "even_with": [],
        "decided_by": "",
    }


def _left(outcome: Outcome) -> dict[str, int]:
    return {each.code: each.left for each in outcome.rounds}


def placed(
    election: Election, wording: Wording, people: Mapping[str, int]
) -> tuple[ties.Placed[Standing], ...]:
    """The proposals by support, equals by the chain of ties of the ordinance."""
    links: dict[str, Criterion[Standing]] = {
        "support": Criterion("score", lambda s: s.support),
        "votes": Criterion("votes", lambda s: s.votes),
        "cost": Criterion("cost", lambda s: s.cost, more_first=False),
        "people": Criterion("people", lambda s: s.people),
    }
    items = [
        Standing(
            option.code,
            election.scores[at],
            election.votes[at],
            option.cost,
            people.get(option.code, 0),
        )
        for at, option in enumerate(election.options)
    ]
    chain = [links["support"]]
    ranks = {item.code: rank for rank, item in enumerate(sorted(items, key=lambda s: s.code))}
    for link in wording.ties:
        if link == "id":
            chain.append(Criterion("id", lambda s: ranks[s.code], more_first=False))
        elif link in links and link != "support":
            chain.append(links[link])
        elif link == "lot":
            break
    return ties.placed(items, chain, wording.seed, lambda s: s.code)
