"""How far two people who asked the same homes were told the same.

The share of equal answers says it plainly; kappa takes out what would agree by chance, and is
given from ten answers on: under that it swings with each of them.

References
----------
Cohen 1960, A coefficient of agreement for nominal scales.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 10


@dataclass(frozen=True, slots=True)
class Agreement:
    """So many equal answers of so many; kappa -1 to 1, None where it tells nothing."""

    equal: int
    n: int
    kappa: float | None

    @property
    def share(self) -> float | None:
        """Equal of n, 0 to 1; None of none."""
        return self.equal / self.n if self.n else None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Of first and second answers to the same questions.

    Kappa is None under ten pairs, and where both said one and the same thing throughout:
    then there is nothing that chance could not explain.
    """
    n, equal = len(pairs), sum(first == second for first, second in pairs)
    if n < FEWEST:
        return Agreement(equal, n, None)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[value] * second[value] for value in first) / (n * n)
    if chance >= 1.0:
        return Agreement(equal, n, None)
    return Agreement(equal, n, (equal / n - chance) / (1 - chance))
