"""Most supported first, while the money lasts.

greedy
    down the points (with approvals, the votes); what does not fit is passed over.
greedy-stop
    the same, ending at the first that does not fit.

With utilities equal to cost this is the greedy rule of the literature, since points times
cost over cost are points (planning.md 4.2 of the design).
"""

from collections.abc import Sequence

from app.planning.allocation.elections import Election
from app.planning.allocation.limits import Doors, Limits, with_floors
from app.planning.allocation.outcomes import Outcome, Round, floors, verdicts
from app.planning.reasons import Reason


def greedy(
    election: Election, ties: Sequence[int], limits: Limits, *, stop: bool = False
) -> Outcome:
    """Fund by points; ``ties`` are positions, the first in ties first."""
    order = by_points(election, ties)
    doors = with_floors(election, limits, order)
    rounds = floors(election, doors)
    others: dict[int, Reason] = {}
    fill(election, doors, order, rounds, "rule", others if stop else None)
    name = "greedy-stop" if stop else "greedy"
    return Outcome(name, election.budget, tuple(rounds), verdicts(election, doors, others, rounds))


def by_points(election: Election, ties: Sequence[int]) -> list[int]:
    """Positions by points, equals as ``ties`` says."""
    return sorted(ties, key=lambda at: -election.scores[at])


def fill(
    election: Election,
    doors: Doors,
    order: Sequence[int],
    rounds: list[Round],
    step: str,
    stopping: dict[int, Reason] | None = None,
) -> None:
    """Fund down an order what fits; with ``stopping``, end at the first misfit and tell why."""
    ended = ""
    for at in order:
        if at in doors.funded or not doors.may(at):
            continue
        option = election.options[at]
        left = election.budget - doors.spent
        if ended and stopping is not None:
            stopping[at] = Reason(
                "after_the_stop",
                "No entra: la cuenta terminó en «{code}», la primera que no alcanzó.",
                {"code": ended},
            )
        elif option.cost <= left:
            doors.fund(at)
            rounds.append(Round(option.code, option.cost, left - option.cost, step))
        elif stopping is not None:
            ended = option.code
