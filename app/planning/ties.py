"""Who goes first among equals: a chain of criteria, at last a lot drawn in public.

Source: planning.md 4.2 of the design; the lot replaces any alphabetical end, which would
favour the same communities every year. The lot is the order of SHA-256 of the seed
followed at once by the code (UTF-8), lowest first. The seed is said aloud in the assembly
(a number from a lottery, the date and a word) and written in the acta. Anybody can draw
it again::

    printf '%s' 'SEEDcode' | sha256sum

Numbers are compared after rounding to 9 decimals, so that no tie is broken by the last
bit of an addition.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar

DECIMALS = 9
LOT = "lot"

T = TypeVar("T")


# No slots on the two generic ones: in Python 3.11 a frozen generic with slots cannot be
# called as Criterion[T](...).
@dataclass(frozen=True)
class Criterion(Generic[T]):
    """One link of the chain: what is compared, and whether more goes first."""

    code: str
    value: Callable[[T], float]
    more_first: bool = True

    def key(self, item: T) -> float:
        """Lower goes first; rounded, so that equals are equal."""
        value = round(self.value(item), DECIMALS)
        return -value if self.more_first else value


@dataclass(frozen=True)
class Placed(Generic[T]):
    """An item in its place.

    ``decided_by`` names the criterion that puts it behind the item just above, ``lot`` at
    last, empty for the first; ``even_with`` are the codes with the same first criterion.
    """

    place: int
    item: T
    decided_by: str
    even_with: tuple[str, ...]


def lot(seed: str, code: str) -> str:
    """What is compared when the lot decides: 64 hexadecimal digits, lowest first."""
    return sha256((seed + code).encode()).hexdigest()


def number(seed: str) -> int:
    """The same seed as a whole number, for simulations of the same run."""
    return int(sha256(seed.encode()).hexdigest()[:16], 16)


def placed(
    items: Iterable[T], criteria: Sequence[Criterion[T]], seed: str, code: Callable[[T], str]
) -> tuple[Placed[T], ...]:
    """Items in order, the same on every run and whatever the order of arrival.

    Parameters
    ----------
    items
        Each with a code of its own.
    criteria
        The chain, the strongest first; at least one.
    seed
        Of the public lot, as recorded.
    code
        How to read the code of an item.
    """
    keyed = sorted(
        (([link.key(item) for link in criteria], lot(seed, code(item)), item) for item in items),
        key=lambda entry: entry[:2],
    )
    even: dict[float, list[str]] = {}
    for keys, _, item in keyed:
        even.setdefault(keys[0], []).append(code(item))
    result: list[Placed[T]] = []
    above: list[float] | None = None
    for place, (keys, _, item) in enumerate(keyed, start=1):
        others = tuple(other for other in even[keys[0]] if other != code(item))
        result.append(Placed(place, item, _decided_by(criteria, above, keys), others))
        above = keys
    return tuple(result)


def _decided_by(
    criteria: Sequence[Criterion[T]], above: list[float] | None, keys: list[float]
) -> str:
    if above is None:
        return ""
    pairs = zip(criteria, above, keys, strict=True)
    return next((link.code for link, mine, other in pairs if mine != other), LOT)
