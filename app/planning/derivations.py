"""What anybody can reckon from sums that are public, about cells that are not.

Each hidden cell lies in at most two published sums: one along its row (its place pooled
over rounds) and one along its column (what is left of a total when the public parts are
taken away). Draw every sum as a point, every hidden cell as a line between its two sums,
and let one more point, *outside*, stand for "no sum". Then

- a cell can be reckoned exactly if, and only if, its line is a bridge (no other way round
  leads from one end to the other);
- for each part of the drawing that touches *outside* on one side only, the sum of those
  lines can be reckoned: the part's rows less its columns, or the reverse.

References
----------
Gusfield 1988, A graph theoretic approach to statistical data security.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

Point = Hashable
Cell = tuple[str, str]
"""Place and round."""
OUTSIDE: Point = ("outside",)


@dataclass(frozen=True, slots=True)
class Line:
    """A hidden cell between its sums; None where it lies in no such sum."""

    cell: Cell
    row: Point | None
    column: Point | None

    @property
    def ends(self) -> tuple[Point, Point]:
        """Its two points, never alike unless both are outside."""
        row = OUTSIDE if self.row is None else ("row", self.row)
        column = OUTSIDE if self.column is None else ("column", self.column)
        return row, column


def exposed(lines: Iterable[Line]) -> set[Cell]:
    """Cells whose exact value follows from the public sums."""
    drawn = [line for line in lines if line.ends != (OUTSIDE, OUTSIDE)]
    near = _near(drawn)
    crossing: dict[Point, int] = dict.fromkeys(near, 0)
    parent: dict[Point, int] = {}
    order: list[Point] = []
    for start in near:
        if start in parent:
            continue
        parent[start] = -1
        queue = [start]
        for point in queue:
            order.append(point)
            for index, other in near[point]:
                if other not in parent:
                    parent[other] = index
                    queue.append(other)
    # One bit a line outside the tree: a subtree that no bit leaves hangs by a bridge.
    tree = set(parent.values())
    for index, line in enumerate(drawn):
        if index not in tree:
            for end in line.ends:
                crossing[end] ^= 1 << index
    bridges: set[Cell] = set()
    for point in reversed(order):
        index = parent[point]
        if index < 0:
            continue
        if not crossing[point]:
            bridges.add(drawn[index].cell)
        row, column = drawn[index].ends
        crossing[column if point == row else row] ^= crossing[point]
    return bridges


def sums(lines: Iterable[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Sums of cells that follow from the rest, each with all the lines of its part.

    A part without a line outside gives no sum of its own, nor does one that touches
    outside both by rows and by columns (there only a difference follows).
    """
    found = []
    for part in parts(lines):
        by_row = [line for line in part if line.column is None]
        by_column = [line for line in part if line.row is None]
        if bool(by_row) != bool(by_column):
            found.append((by_row or by_column, part))
    return found


def parts(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines that hang together by their sums, outside not counted as a tie."""
    leader: dict[Point, Point] = {}

    def find(point: Point) -> Point:
        while leader.setdefault(point, point) != point:
            leader[point] = leader[leader[point]]
            point = leader[point]
        return point

    drawn = [line for line in lines if line.ends != (OUTSIDE, OUTSIDE)]
    for line in drawn:
        row, column = line.ends
        if OUTSIDE not in (row, column):
            leader[find(row)] = find(column)
    grouped: dict[Point, list[Line]] = {}
    for line in drawn:
        inner = line.ends[1] if line.row is None else line.ends[0]
        grouped.setdefault(find(inner), []).append(line)
    return list(grouped.values())


def _near(lines: Sequence[Line]) -> dict[Point, list[tuple[int, Point]]]:
    near: dict[Point, list[tuple[int, Point]]] = {}
    for index, line in enumerate(lines):
        row, column = line.ends
        near.setdefault(row, []).append((index, column))
        near.setdefault(column, []).append((index, row))
    return near
