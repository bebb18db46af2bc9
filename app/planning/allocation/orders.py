"""Who goes first among proposals with equal claims: the chain of an ordinance.

support
    the more points on the ballots; with approvals, votes.
votes
    the more ballots that mark it.
cost
    the cheaper.
people
    the more who benefit.
id
    the lower code, as text. Fair to nobody: only for files whose town did so.
lot
    the public lot of ``app.planning.ties``.

A chain that ends in neither id nor lot is closed by the lot.
"""

from collections.abc import Mapping, Sequence

from app.errors import Invalid
from app.planning.allocation.elections import Election
from app.planning.ties import lot

LINKS = ("support", "votes", "cost", "people", "id", "lot")
TOWN = ("cost", "people", "lot")
FILE = ("support", "cost", "id")


class InvalidOrder(Invalid):
    """A link that no chain of ties has."""


def order(
    election: Election,
    chain: Sequence[str],
    seed: str = "",
    people: Mapping[str, int] | None = None,
) -> tuple[int, ...]:
    """Positions of the options, the first in ties first.

    Raises
    ------
    InvalidOrder
        A link that is not in ``LINKS``.
    """
    for link in chain:
        if link not in LINKS:
            raise InvalidOrder("«{link}» no es un criterio de desempate.", link=link)
    reach = people or {}

    def key(at: int) -> tuple[int | str, ...]:
        option = election.options[at]
        values: dict[str, int | str] = {
            "support": -election.scores[at],
            "votes": -election.votes[at],
            "cost": option.cost,
            "people": -reach.get(option.code, 0),
            "id": option.code,
            "lot": lot(seed, option.code),
        }
        return tuple(values[link] for link in (*chain, "lot"))

    return tuple(sorted(range(len(election.options)), key=key))
