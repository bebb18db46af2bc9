"""Which features a filter of CQL2 selects, where they are at hand as rows and shapes."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.gis.cql2 import (
    GEOMETRY,
    Always,
    Among,
    Both,
    Compared,
    Filter,
    Like,
    Meets,
    Missing,
    Not,
    small,
)

_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
Row = Mapping[str, Any]
Judge = Callable[[Row, BaseGeometry | None], bool | None]


def selected(
    wanted: Filter, rows: Sequence[Row], shapes: Sequence[BaseGeometry | None]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which features a filter selects: those of which it is true."""
    judge = _judge(wanted)
    found = [judge(row, shape) is True for row, shape in zip(rows, shapes, strict=True)]
    return np.array(found, dtype=bool)


def _judge(wanted: Filter) -> Judge:
    match wanted:
        case Always(value):
            return lambda _row, _shape: value
        case Both(parts, every):
            return _judge_both([_judge(each) for each in parts], every)
        case Not(part):
            return _judge_not(_judge(part))
        case Missing(name):
            of_shape = name == GEOMETRY
            return lambda row, shape: (shape if of_shape else row.get(name)) is None
        case Meets(shape):
            shapely.prepare(shape)
            return lambda _row, own: None if own is None else bool(shapely.intersects(shape, own))
    return _judge_value(wanted)


def _judge_both(parts: list[Judge], every: bool) -> Judge:
    # Three values: one False settles an AND and one True an OR, whatever is not known.
    def judge(row: Row, shape: BaseGeometry | None) -> bool | None:
        unknown_ = False
        for part in parts:
            found = part(row, shape)
            if found is (not every):
                return found
            unknown_ = unknown_ or found is None
        return None if unknown_ else every

    return judge


def _judge_not(part: Judge) -> Judge:
    def judge(row: Row, shape: BaseGeometry | None) -> bool | None:
        found = part(row, shape)
        return None if found is None else not found

    return judge


def _judge_value(wanted: Compared | Among | Like) -> Judge:
    test: Callable[[Any], bool]
    match wanted:
        case Compared(name, sign, value, _):
            compare = _SIGNS[sign]
            test = lambda own: compare(own, value)  # noqa: E731
        case Among(name, values, _):
            test = lambda own: own in values  # noqa: E731
        case Like(name, pattern, _):
            test = _like(pattern)

    def judge(row: Row, _shape: BaseGeometry | None) -> bool | None:
        own = row.get(name)
        if own is None:
            return None
        return test(small(own) if wanted.folded else own)

    return judge


def _like(pattern: str) -> Callable[[str], bool]:
    """Whether a text is of a pattern: piece after piece, each at its first place.

    One regular expression with many ``.*`` would try every way to share the text among them.
    """
    pieces: list[list[str | None]] = [[]]
    for sign, plain in signs_of(pattern):
        if plain or sign == "_":
            pieces[-1].append(sign if plain else None)
        else:
            pieces.append([])
    built = ["".join("." if each is None else re.escape(each) for each in one) for one in pieces]
    if len(built) == 1:
        only = re.compile(built[0], re.DOTALL)
        return lambda own: only.fullmatch(own) is not None
    first, *middle, last = (re.compile(each, re.DOTALL) for each in built)
    tail = len(pieces[-1])

    def test(own: str) -> bool:
        begun = first.match(own)
        at = begun.end() if begun else None
        for piece in middle:
            found = piece.search(own, at) if at is not None else None
            at = found.end() if found else None
        return at is not None and len(own) - tail >= at and bool(last.match(own, len(own) - tail))

    return test


def signs_of(pattern: str) -> Iterator[tuple[str, bool]]:
    """The signs of a pattern of LIKE, each with whether it stands for itself."""
    escaped = False
    for sign in pattern:
        if not escaped and sign == "\\":
            escaped = True
        else:
            yield sign, escaped or sign not in "%_"
            escaped = False
