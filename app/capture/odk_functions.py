"""The other functions of ODK's forms, for rules that we did not write.

On a parser of their own: our definitions keep to the functions of ``app.capture.xforms``,
which three engines are held to agree on. A function that is not here leaves its rule untried.

References
----------
ODK XForms specification, "XPath functions".
"""

import math
from copy import copy
from datetime import date, timedelta
from functools import partial
from typing import Any

from elementpath.xpath_nodes import ElementNode

from app.capture.xforms import XFormsParser, define
from app.capture.xpath import EPOCH, here, items, number, number_of, string, string_of, truth

__all__ = ["INSTANCE", "OdkParser"]

INSTANCE = "instance "
"""Before the name of an instance among the lookups, which hold the root of each."""


class OdkParser(XFormsParser):
    """XPath of any form that ODK's clients fill."""


_function = partial(define, OdkParser)


def _substr(args: list[Any], context: Any) -> str:
    text = string_of(args[0], context)
    begin = _whole(number_of(args[1], context))
    end = _whole(number_of(args[2], context)) if len(args) > 2 else None
    return text[begin:end]


def _whole(value: float) -> int:
    return 0 if math.isnan(value) or math.isinf(value) else int(value)


def _instance(args: list[Any], context: Any) -> list[Any]:
    root = here(context).lookups.get(INSTANCE + string_of(args[0], context))
    return [] if root is None else [root]


def _pulled(args: list[Any], context: Any) -> str:
    name, column, key, wanted = (string_of(arg, context) for arg in args)
    holder = here(context).lookups.get(INSTANCE + name)
    for row in (row for root in holder or () for row in root):
        if isinstance(row, ElementNode) and _cell(row, key) == wanted:
            return _cell(row, column)
    return ""


def _cell(row: ElementNode, name: str) -> str:
    found = (c for c in row if isinstance(c, ElementNode) and c.name == name)
    return next((str(c.compat_string_value) for c in found), "")


def _position(args: list[Any], context: Any) -> float:
    if not args:
        return float(context.position)
    nodes = [node for node in args[0].select(copy(context)) if isinstance(node, ElementNode)]
    if not nodes or nodes[0].parent is None:
        return math.nan
    rows = [c for c in nodes[0].parent if isinstance(c, ElementNode) and c.name == nodes[0].name]
    return float(next((at for at, row in enumerate(rows, 1) if row is nodes[0]), math.nan))


def _indexed(args: list[Any], context: Any) -> str:
    """Of several rows the answer in the one with this number; nested ones as they are given."""
    values, _ = items(args[0], context)
    at = _whole(number_of(args[2], context))
    return string(values[at - 1]) if len(args) == 3 and 0 < at <= len(values) else ""


def _joined(args: list[Any], context: Any) -> str:
    values = (string(v) for arg in args[1:] for v in items(arg, context)[0])
    return string_of(args[0], context).join(values)


def _checklist(args: list[Any], context: Any) -> bool:
    low, high = (_whole(number_of(arg, context)) for arg in args[:2])
    yes = sum(truth(arg, context) for arg in args[2:])
    return (low < 0 or yes >= low) and (high < 0 or yes <= high)


def _said_yes(args: list[Any], context: Any) -> bool:
    return string_of(args[0], context).strip().lower() in ("true", "1")


def _formatted(args: list[Any], context: Any) -> str:
    days = number(string_of(args[0], context)[:10])
    if math.isnan(days):
        return ""
    day = date.fromordinal(EPOCH) + timedelta(days=int(days))
    wanted = string_of(args[1], context)
    for sign, text in (
        *(("%Y", f"{day.year:04d}"), ("%y", f"{day.year % 100:02d}"), ("%m", f"{day.month:02d}")),
        *(("%n", str(day.month)), ("%d", f"{day.day:02d}"), ("%e", str(day.day))),
    ):
        wanted = wanted.replace(sign, text)
    return wanted


def _power(args: list[Any], context: Any) -> float:
    try:
        return float(number_of(args[0], context) ** number_of(args[1], context))
    except (OverflowError, ZeroDivisionError, TypeError):
        return math.nan


_function("substr", (2, 3), _substr)
_function("ends-with", 2, lambda a, c: string_of(a[0], c).endswith(string_of(a[1], c)))
_function("instance", 1, _instance)
_function("pulldata", 4, _pulled)
_function("position", (0, 1), _position)
_function("indexed-repeat", (3, None), _indexed)
_function("join", (1, None), _joined)
_function("checklist", (2, None), _checklist)
_function("boolean-from-string", 1, _said_yes)
_function("format-date", 2, _formatted)
_function("pow", 2, _power)
_function("once", 1, lambda a, c: string_of(a[0], c))
_function("now", 0, lambda a, c: here(c).today.isoformat())

OdkParser.build()
