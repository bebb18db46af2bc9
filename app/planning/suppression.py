"""What the public may know of counts: small ones are kept back, and cannot be reckoned.

First rule (decision 13): a count of persons needs n >= 10 with x >= 3 and n - x >= 3, a
count of homes n >= 5; counts of communities are facts of organisation and always public.

Over the tree: a total is the sum of its places, so what is kept back below a published
total is again a number, total less published places. It must cover two places or more and
pass the first rule itself; else the smallest published place is kept back too (fewest
totals lost first, then smallest n, then code), and where none is left, the total.

Over rounds: what is kept back in two rounds or more is pooled, one count for those rounds
together, if that passes the first rule. Pools never share a round with each other nor with
a published figure of their place, so their difference to anything published is nothing
new; a pool that, together with the totals, would expose a cell is not published
(``app.planning.derivations``), the smallest first.

Rounds already published stay as they were: figures cannot be called back. Why a cell is
kept back, small or to protect another, is not told either, since that too would tell.

Assured: no cell kept back follows from any sums and differences of what is published, and
no total less its places, pool or sum of pools against totals stands for too few. Not
assured: what a neighbour of a small community knows anyway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.errors import Invalid
from app.planning.counts import Count, Unit, total
from app.planning.derivations import Cell, Line, exposed, parts, sums
from app.planning.reasons import Reason

Status = Literal["published", "pooled", "suppressed", "empty"]


class InvalidTree(Invalid):
    """Places that are their own ancestors, or totals given beside their parts."""


@dataclass(frozen=True, slots=True)
class Public:
    """What the public sees of a place in a round; ``rounds`` are those of the pool."""

    status: Status
    count: Count | None
    rounds: tuple[str, ...]
    reason: Reason


def may_publish(count: Count, unit: Unit) -> bool:
    """The first rule, for one count by itself."""
    if unit == "community":
        return True
    if unit == "home":
        return count.n >= 5
    return count.n >= 10 and count.x >= 3 and count.n - count.x >= 3


def publication(
    table: Mapping[Cell, Count],
    unit: Unit,
    parents: Mapping[str, str],
    before: Mapping[Cell, Public] | None = None,
) -> dict[Cell, Public]:
    """What may be published of one indicator, places and their totals.

    Parameters
    ----------
    table
        Counts of the lowest places by round; rounds sort as text.
    unit
        What the indicator counts.
    parents
        The place above each place; one without is a root.
    before
        What is public already; its rounds are closed. A place that comes late to a closed
        round is published by itself if it may be, and enters no total.

    Raises
    ------
    InvalidTree
        A total given in the table, or a circle among the places.
    """
    tree = Tree(parents)
    _refuse_totals(table, tree)
    result = dict(before or {})
    lines: list[Line] = []
    for name in sorted({round_ for _, round_ in table}):
        counts = {place: table[place, r] for place, r in sorted(table) if r == name}
        known = {place for place, r in before or {} if r == name}
        late = counts.keys() - known if known else set()
        alone = {place: counts[place] for place in sorted(late)}
        figures = _first(alone, unit) if known else covered(counts, unit, tree)
        result |= {(place, name): _public(figure) for place, figure in figures.items()}
        kept = {place for place, r in result if r == name and _kept(result[place, r])}
        for place in sorted(kept & counts.keys()):
            total_above = None if place in late else tree.above(place, kept)
            column = None if total_above is None else (total_above, name)
            lines.append(Line((place, name), None, column))
    return result | pools(table, unit, lines, result)


class Tree:
    """Places and what lies below them."""

    def __init__(self, parents: Mapping[str, str]) -> None:
        self.parents = dict(parents)
        self.children: dict[str, list[str]] = {}
        for place, parent in sorted(parents.items()):
            self.children.setdefault(parent, []).append(place)
        for place in parents:
            self.ancestors(place)

    def ancestors(self, place: str) -> list[str]:
        """From the place above to the root."""
        line: list[str] = []
        while place in self.parents:
            place = self.parents[place]
            if place in line:
                raise InvalidTree("«{place}» está dentro de sí mismo.", place=place)
            line.append(place)
        return line

    def above(self, place: str, kept: set[str]) -> str | None:
        """The nearest total that is public."""
        return next((a for a in self.ancestors(place) if a not in kept), None)


def covered(counts: Mapping[str, Count], unit: Unit, tree: Tree) -> dict[str, Count | None]:
    """One round: lowest places and totals; None where kept back."""
    below: dict[str, list[Count]] = {}
    for place, count in counts.items():
        for ancestor in tree.ancestors(place):
            below.setdefault(ancestor, []).append(count)
    figures = _first(counts, unit)
    figures |= {place: total(parts_) for place, parts_ in below.items()}
    for place in sorted(below, key=lambda p: (-len(tree.ancestors(p)), p)):
        while figures[place] is not None:
            rest = [counts[leaf] for leaf in _open(place, figures, tree)]
            if not rest or (len(rest) > 1 and may_publish(total(rest), unit)):
                break
            for other in _cheapest(place, figures, counts, tree) or [place]:
                figures[other] = None
    return figures


def pools(
    table: Mapping[Cell, Count], unit: Unit, lines: list[Line], public: Mapping[Cell, Public]
) -> dict[Cell, Public]:
    """Cells kept back that may be shown together over rounds; those pooled already stay."""
    standing = {key: (key[0], p.rounds) for key, p in public.items() if p.status == "pooled"}
    free: dict[str, list[str]] = {}
    for place, name in sorted(line.cell for line in lines if line.cell not in standing):
        free.setdefault(place, []).append(name)
    made = {
        place: rounds
        for place, rounds in free.items()
        if len(rounds) > 1 and may_publish(total(table[place, r] for r in rounds), unit)
    }
    while made:
        rows = standing | {(p, r): (p, tuple(rounds)) for p, rounds in made.items() for r in rounds}
        drawn = [Line(line.cell, rows.get(line.cell), line.column) for line in lines]
        unsafe = _unsafe(drawn, table, unit) & made.keys()
        if not unsafe:
            break
        del made[min(unsafe, key=lambda p: (total(table[p, r] for r in made[p]).n, p))]
    return {
        (place, r): _pooled(total(table[place, other] for other in rounds), tuple(rounds))
        for place, rounds in made.items()
        for r in rounds
    }


def _unsafe(lines: list[Line], table: Mapping[Cell, Count], unit: Unit) -> set[str]:
    """Places with lines in a part of the drawing that tells too much."""
    told = exposed(lines)
    small = {
        line.cell
        for ends, _ in sums(lines)
        for line in ends
        if not may_publish(total(table[end.cell] for end in ends), unit)
    }
    return {
        line.cell[0]
        for part in parts(lines)
        if any(line.cell in told or line.cell in small for line in part)
        for line in part
    }


def _open(place: str, figures: Mapping[str, Count | None], tree: Tree) -> list[str]:
    """Lowest places kept back whose nearest public total is this one."""
    found: list[str] = []
    waiting = list(tree.children.get(place, ()))
    for child in waiting:
        if child in figures and figures[child] is None:
            inner = tree.children.get(child)
            if inner is None:
                found.append(child)
            else:
                waiting.extend(inner)
    return found


def _cheapest(
    place: str, figures: Mapping[str, Count | None], counts: Mapping[str, Count], tree: Tree
) -> list[str]:
    """What else to keep back below a total: fewest totals, then smallest n, then code."""
    options: list[tuple[int, int, str, list[str]]] = []
    waiting: list[tuple[str, list[str]]] = [(c, []) for c in tree.children.get(place, ())]
    for child, path in waiting:
        if child not in figures:
            continue
        figure = figures[child]
        inner = tree.children.get(child)
        if inner is None:
            if figure is not None and figure.n:
                options.append((len(path), figure.n, child, [*path, child]))
            continue
        through = path if figure is None else [*path, child]
        if figure is not None and (rest := _open(child, figures, tree)):
            options.append((len(through), total(counts[r] for r in rest).n, child, through))
        waiting.extend((c, through) for c in inner)
    return min(options)[3] if options else []


def _first(counts: Mapping[str, Count], unit: Unit) -> dict[str, Count | None]:
    """Each by itself; where nobody answered there is nothing to keep back."""
    return {
        place: count if not count.n or may_publish(count, unit) else None
        for place, count in counts.items()
    }


def _kept(public: Public) -> bool:
    return public.status in ("suppressed", "pooled")


def _public(figure: Count | None) -> Public:
    if figure is None:
        return Public("suppressed", None, (), _RESERVED)
    if not figure.n:
        return Public("empty", figure, (), Reason("empty", "No se sabe: nadie respondió."))
    text = "Cifra publicada: {x} de {n}."
    return Public(
        "published", figure, (), Reason("published", text, {"x": figure.x, "n": figure.n})
    )


def _pooled(count: Count, rounds: tuple[str, ...]) -> Public:
    text = "Se muestran juntas {rounds} rondas, porque cada una tiene pocas respuestas: {x} de {n}."
    numbers = {"rounds": len(rounds), "x": count.x, "n": count.n}
    return Public("pooled", count, rounds, Reason("pooled", text, numbers))


_RESERVED = Reason(
    "reserved", "Se reserva: son pocas respuestas, o permitiría deducir las de otra comunidad."
)


def _refuse_totals(table: Mapping[Cell, Count], tree: Tree) -> None:
    for place, _ in sorted(table):
        if place in tree.children:
            raise InvalidTree("«{place}» es un total: se calcula, no se entrega.", place=place)
