"""The functions that XForms and ODK add to XPath 1.0, for the parser of ``app.capture.xpath``.

Importing this module completes the parser: expressions take it from here.

References
----------
ODK XForms specification, "XPath functions": names, arguments, what a blank gives.
"""

import math
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from app.capture.xpath import (
    EPOCH,
    Lookups,
    RuleContext,
    XFormsParser,
    boolean,
    first,
    here,
    items,
    number,
    number_of,
    string,
    string_of,
    truth,
)

__all__ = ["Lookups", "RuleContext", "XFormsParser", "boolean", "define", "number", "string"]


# Functions, one a row: name, arguments, what it gives. ``args`` are unevaluated tokens.
def define(
    parser: Any,
    name: str,
    nargs: int | tuple[int, int | None],
    work: Callable[[list[Any], Any], Any],
) -> None:
    """Teach a parser a function, in the place of the one that it may have of that name."""

    def evaluate(self: Any, context: Any = None) -> Any:
        if context is None:
            raise self.missing_context()
        return work(list(self), context)

    def select(self: Any, context: Any = None) -> Iterator[Any]:
        given = evaluate(self, context)
        yield from given if isinstance(given, list) else (given,)

    if name in parser.symbol_table:
        parser.unregister(name)
    token = parser.function(name, nargs=nargs)
    token.evaluate = evaluate
    token.select = select


_function = partial(define, XFormsParser)


def _if(args: list[Any], context: Any) -> Any:
    return first(args[1] if truth(args[0], context) else args[2], context)


def _all_numbers(args: list[Any], context: Any) -> list[float]:
    return [number(v) for arg in args for v in items(arg, context)[0]]


def _rounded(args: list[Any], context: Any) -> float:
    value = number_of(args[0], context)
    places = int(number_of(args[1], context)) if len(args) > 1 else 0
    if math.isnan(value) or math.isinf(value):
        return value
    unit = Decimal(1).scaleb(-places)
    return float(Decimal(repr(value)).quantize(unit, rounding=ROUND_HALF_UP))


def _substring(args: list[Any], context: Any) -> str:
    text, start = string_of(args[0], context), number_of(args[1], context)
    length = number_of(args[2], context) if len(args) > 2 else math.inf
    return "".join(c for at, c in enumerate(text, 1) if start <= at < start + length)


def _day(args: list[Any], context: Any) -> str:
    """Give a date as ISO text, from a date or from days since 1970."""
    value = first(args[0], context)
    days = number(value)
    if math.isnan(days):
        return ""
    return date.fromordinal(int(days) + EPOCH).isoformat()


def _pulled(args: list[Any], context: Any) -> str:
    table, column, _, key = (string_of(arg, context) for arg in args)
    rows = here(context).lookups.get(table, {})
    return string(rows.get(key, {}).get(column, ""))


def _integer(args: list[Any], context: Any) -> float:
    value = number_of(args[0], context)
    return value if math.isnan(value) else float(math.trunc(value))


def _selected(args: list[Any], context: Any) -> bool:
    return string_of(args[1], context) in string_of(args[0], context).split()


def _coalesced(args: list[Any], context: Any) -> Any:
    given = first(args[0], context)
    return given if string(given) else first(args[1], context)


def _chosen_at(args: list[Any], context: Any) -> str:
    chosen, at = string_of(args[0], context).split(), number_of(args[1], context)
    return chosen[int(at)] if 0 <= at < len(chosen) else ""


def _matches(args: list[Any], context: Any) -> bool:
    return re.search(string_of(args[1], context), string_of(args[0], context)) is not None


def _extreme(pick: Callable[[list[float]], float]) -> Callable[[list[Any], Any], float]:
    def work(args: list[Any], context: Any) -> float:
        numbers = [n for n in _all_numbers(args, context) if not math.isnan(n)]
        return pick(numbers) if numbers else math.nan

    return work


_function("if", 3, _if)
_function("coalesce", 2, _coalesced)
_function("true", 0, lambda a, c: True)
_function("false", 0, lambda a, c: False)
_function("not", 1, lambda a, c: not truth(a[0], c))
_function("boolean", 1, lambda a, c: truth(a[0], c))
_function("number", 1, lambda a, c: number_of(a[0], c))
_function("string", 1, lambda a, c: string_of(a[0], c))
_function("int", 1, _integer)
_function("round", (1, 2), _rounded)
_function("sum", 1, lambda a, c: float(sum(_all_numbers(a, c))))
_function("min", (1, None), _extreme(min))
_function("max", (1, None), _extreme(max))
_function("count", 1, lambda a, c: float(len(items(a[0], c)[0])))
_function("count-non-empty", 1, lambda a, c: float(sum(1 for v in items(a[0], c)[0] if v)))
_function("selected", 2, _selected)
_function("selected-at", 2, _chosen_at)
_function("count-selected", 1, lambda a, c: float(len(string_of(a[0], c).split())))
_function("concat", (1, None), lambda a, c: "".join(string_of(arg, c) for arg in a))
_function("substring", (2, 3), _substring)
_function("string-length", 1, lambda a, c: float(len(string_of(a[0], c))))
_function("contains", 2, lambda a, c: string_of(a[1], c) in string_of(a[0], c))
_function("starts-with", 2, lambda a, c: string_of(a[0], c).startswith(string_of(a[1], c)))
_function("regex", 2, _matches)
_function("today", 0, lambda a, c: here(c).today.isoformat())
_function("date", 1, _day)
_function("decimal-date-time", 1, lambda a, c: number_of(a[0], c))
_function("pulldata", 4, _pulled)

XFormsParser.build()
