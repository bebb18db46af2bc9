"""Raising everybody's share step by step, until the money runs out or everything fits.

Add1 runs Equal Shares with shares of ``1 + k * step`` for k = 0, 1, 2... and keeps the last
outcome before the first that costs more than there is. What an outcome costs may rise and
fall with k, so no level may be left out unseen; ``leap`` proves many levels alike at once.
An ordinance may also stop at the first outcome to which nothing more fits (``exhausted``):
that is another rule, with other outcomes (planning.md 4.2 of the design).

Numbers with a point walk the levels; where they doubt, exact ones take that step. The last
level and the first that costs too much are always run exactly, and if they do not say what
the walk said, the walk is done again in exact numbers from the start.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from app.planning.allocation.equal_shares import Table, Trace, leap, run
from app.planning.allocation.purses import Doubt


@dataclass(frozen=True, slots=True)
class Found:
    """The level that stands and what it chose, exact."""

    level: int
    trace: Trace


@dataclass(frozen=True)
class Ladder:
    """Levels of one election: ``step`` is what each adds, as a share of an equal part.

    ``most`` is the céntimos that may be spent on what is not funded before the rule begins.
    """

    table: Table
    step: Fraction
    most: int
    exhausted: bool = False

    def climb(self) -> Found:
        """The last level before the first overspend, or the first where nothing more fits."""
        quick = _Walk(self, exact=False)
        found = quick.walk()
        if self._holds(found, quick):
            return Found(found.level, self._exact(found.level))
        return _Walk(self, exact=True).walk()

    def _exact(self, level: int) -> Trace:
        return run(replace(self.table, exact=True), self.share(level))

    def _holds(self, found: Found, walk: "_Walk") -> bool:
        """Whether exact numbers say of the last level, and of the next, what the walk said."""
        here = self._exact(found.level)
        if here.order != found.trace.order:
            return False
        return self.ends(here) or self.cost(self._exact(found.level + 1)) > self.most

    def share(self, level: int) -> Fraction:
        """What a share is at a level, of an equal part."""
        return 1 + level * self.step

    def cost(self, trace: Trace) -> int:
        """Céntimos of what a run chose."""
        return sum(self.table.scene.supports[at].cost for at in trace.order)

    def ends(self, trace: Trace) -> bool:
        """Whether no higher level is looked at: everything is in, or nothing more fits."""
        doors = self.table.doors.copy()
        for at in trace.order:
            doors.fund(at)
        left = self.most - self.cost(trace)
        rest = [self.table.scene.supports[at].cost for at in doors.open]
        return not rest or (self.exhausted and min(rest) > left)


class _Walk:
    """The way up, in long strides where the outcome is proved the same."""

    def __init__(self, ladder: Ladder, *, exact: bool) -> None:
        self.ladder = ladder
        self.quick = None if exact else ladder.table
        self.sure = replace(ladder.table, exact=True)
        self.level = 0
        self.exact_at: tuple[int, Trace] | None = None

    def walk(self) -> Found:
        ladder = self.ladder
        trace, stride = self._full(0), 1
        while not ladder.ends(trace):
            leapt = self._leap(trace, stride) if stride > 1 else None
            if leapt is not None:
                self.level, trace, stride = self.level + stride, leapt, stride * 2
            elif stride > 1:
                stride //= 2
            else:
                above = self._full(self.level + 1)
                if ladder.cost(above) > ladder.most:
                    break
                stride = 2 if above.order == trace.order else 1
                self.level, trace = self.level + 1, above
        return Found(self.level, trace)

    def _full(self, level: int) -> Trace:
        return self._asked(lambda table: run(table, self.ladder.share(level)))

    def _leap(self, trace: Trace, stride: int) -> Trace | None:
        share = self.ladder.share(self.level + stride)
        if self.quick is not None:
            try:
                return leap(self.quick, share, trace)
            except Doubt:
                pass
        if self.exact_at is None or self.exact_at[0] != self.level:
            self.exact_at = (self.level, run(self.sure, self.ladder.share(self.level)))
        leapt = leap(self.sure, share, self.exact_at[1])
        if leapt is not None:
            self.exact_at = (self.level + stride, leapt)
        return leapt

    def _asked(self, question: Callable[[Table], Trace]) -> Trace:
        if self.quick is not None:
            try:
                return question(self.quick)
            except Doubt:
                pass
        return question(self.sure)
