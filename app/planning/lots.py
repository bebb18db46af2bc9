"""A draw that anybody can repeat: who is looked at or asked again, one in ten.

Each name is given the SHA-256 of the seed and itself; the lowest are drawn. So the draw needs
no generator of numbers, comes out alike on every machine and in every version, and changes
little when a name joins. Whoever chooses the names must not know the seed beforehand: it comes
from salted digests that the server makes when a document arrives.
"""

import hashlib
from collections.abc import Collection, Iterable
from math import ceil

ONE_IN = 10


def seed_of(parts: Iterable[str]) -> str:
    """One seed of many digests, 16 hexadecimal digits, whatever their order."""
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]


def drawn(names: Collection[str], seed: str, one_in: int = ONE_IN) -> tuple[str, ...]:
    """One name in so many, rounded up, by lot; in the order of the names.

    None of none, at least one of some.
    """
    known = sorted(set(names))
    by_lot = sorted(known, key=lambda name: (_rank(seed, name), name))
    return tuple(sorted(by_lot[: ceil(len(known) / one_in)]))


def _rank(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}\n{name}".encode()).hexdigest()
