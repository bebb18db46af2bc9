"""Whether two rounds were asked the same question, by the versions of the forms behind them.

A version of a form never changes. One that asks something otherwise names it, so that figures
from before and after are shown beside each other and not compared (domain.md 5.2). What it does
not name it asks as the version before did.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple


class FormVersion(NamedTuple):
    """A form as it was asked: the code of its instrument, and the version from 1 on."""

    instrument: str
    version: int


Reworded = Mapping[FormVersion, frozenset[str]]
"""Codes of the practices and indicators that a version asks otherwise than the one before."""


def same_question(
    before: Collection[FormVersion],
    after: Collection[FormVersion],
    codes: Collection[str],
    reworded: Reworded,
) -> bool:
    """No version between the oldest and the newest of these asks one of ``codes`` otherwise.

    Two rounds of different instruments (household lines and a typed total) are judged each by
    its own versions. Rounds of which no form is known are not told apart.
    """
    asked: dict[str, list[int]] = defaultdict(list)
    for instrument, version in (*before, *after):
        asked[instrument].append(version)
    return not any(
        min(asked[each.instrument]) < each.version <= max(asked[each.instrument])
        and not changed.isdisjoint(codes)
        for each, changed in reworded.items()
        if each.instrument in asked
    )
