"""Evidence as plain values, so that it can be kept, sent and read again exactly.

Every number is written as it is: a count keeps its four numbers, a goal its two posts. What
is read back equals what was written, and whoever reads may recompute with it.

Malformed
└── UnreadableEvidence    not what was written here
"""

from collections.abc import Mapping
from typing import Any

from app.errors import Invalid, Malformed
from app.planning.counts import Count
from app.planning.evidence import Community, Evidence, Indicator, Votes
from app.planning.gaps import Goal


class UnreadableEvidence(Malformed):
    """The values are not those of a district's evidence."""


def to_plain(evidence: Evidence) -> dict[str, Any]:
    """Lists and numbers alone, in one order."""
    return {
        "indicators": [
            [i.code, i.dimension, i.goal.target, i.goal.worst, i.goal.direction, i.unit, i.weight]
            for i in evidence.indicators
        ],
        "communities": [[c.code, c.people, c.homes, c.equity] for c in evidence.communities],
        "counts": [
            [*key, count.x, count.n, count.missing, count.population]
            for key, count in sorted(evidence.counts.items())
        ],
        "votes": [[*key, v.women, v.men] for key, v in sorted(evidence.votes.items())],
        "assemblies": sorted(evidence.assemblies),
        "reported": [[*key, people] for key, people in sorted(evidence.reported.items())],
        "people": evidence.people,
    }


def from_plain(plain: Mapping[str, Any]) -> Evidence:
    """The evidence that was written.

    Raises
    ------
    UnreadableEvidence
        Something is missing, or of another kind.
    """
    try:
        return _read(plain)
    except (KeyError, TypeError, ValueError, Invalid) as error:
        raise UnreadableEvidence(
            "El archivo no tiene los datos de un distrito como se exportan: {why}.",
            remedy="Descargue otra vez la versión completa y úsela sin cambiarla.",
            why=str(error),
        ) from error


def _read(plain: Mapping[str, Any]) -> Evidence:
    return Evidence(
        indicators=tuple(
            Indicator(code, dimension, Goal(target, worst, direction), unit, weight)
            for code, dimension, target, worst, direction, unit, weight in plain["indicators"]
        ),
        communities=tuple(Community(*each) for each in plain["communities"]),
        counts={(i, c): Count(x, n, m, N) for i, c, x, n, m, N in plain["counts"]},
        votes={(code, c): Votes(women, men) for code, c, women, men in plain["votes"]},
        assemblies=frozenset(plain["assemblies"]),
        reported={(code, c): people for code, c, people in plain["reported"]},
        people=plain["people"],
    )
