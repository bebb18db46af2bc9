"""XPath as XForms means it: XPath 1.0 with ODK's functions, on elementpath's grammar.

elementpath compares and adds as XPath 2.0 does, where a blank answer is an error; in
XForms a blank is not a number, and a rule over it is false. The operators and functions
that differ are therefore registered anew, on this parser only: its parent's are shared
by every other user of the library.

The functions are in ``app.capture.xforms``, which completes the parser.

Dates stand in the instance as ISO text. Where a number is asked for, a date is its days
since 1970-01-01, as in JavaRosa, so ``${end} >= ${start}`` and ``today() - 30`` work.

References
----------
XForms 1.0, section 7; ODK XForms specification, "XPath functions" (names and arguments).
"""

import math
import re
from collections.abc import Callable
from copy import copy
from datetime import date
from typing import Any

from elementpath import XPathContext
from elementpath.xpath1 import XPath1Parser
from elementpath.xpath_nodes import ElementNode
from elementpath.xpath_tokens import AsteriskToken

EPOCH = date(1970, 1, 1).toordinal()
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Lookups = Any
"""``{table: {key: {column: text}}}``, what ``pulldata`` reads."""


class RuleContext(XPathContext):
    """Where an expression is tried: the instance, the answer itself, today, the lookups."""

    def __init__(self, root: ElementNode, today: date, lookups: Lookups) -> None:
        super().__init__(root)
        self.today = today
        self.lookups = lookups

    def at(self, node: ElementNode) -> "RuleContext":
        """Give the same context, standing on the answer ``node``."""
        there: RuleContext = copy(self)
        there.item = node
        there.variables = {"current": node}
        return there


class XFormsParser(XPath1Parser):
    """The expressions of XLSForms; see the module."""


def string(value: Any) -> str:
    """Text of an atomic value as XForms prints it: whole numbers without a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and (math.isnan(value) or math.isinf(value)):
        return "NaN"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def number(value: Any) -> float:
    """Number of an atomic value; NaN where there is none, days since 1970 for a date."""
    if not isinstance(value, str):
        return float(value)
    if _DATE.fullmatch(value):
        try:
            return float(date.fromisoformat(value).toordinal() - EPOCH)
        except ValueError:
            return math.nan
    try:
        return (
            float(value) if value.strip().lower() not in ("inf", "-inf", "infinity") else math.nan
        )
    except ValueError:
        return math.nan


def boolean(values: list[Any], nodes: bool) -> bool:
    """Truth of what a token gave: any node, a non-empty text, a number that is not 0."""
    if nodes:
        return True
    if not values:
        return False
    first = values[0]
    return bool(first) and not (isinstance(first, float) and math.isnan(first))


def items(token: Any, context: Any) -> tuple[list[Any], bool]:
    """Give the atomic values of an operand, and whether they come from nodes."""
    found = list(token.select(copy(context)))
    nodes = bool(found) and isinstance(found[0], ElementNode)
    return [i.compat_string_value if isinstance(i, ElementNode) else i for i in found], nodes


def truth(token: Any, context: Any) -> bool:
    """Truth of an operand."""
    return boolean(*items(token, context))


def first(token: Any, context: Any) -> Any:
    """First atomic value of an operand; empty text where there is none."""
    values, _ = items(token, context)
    return values[0] if values else ""


def number_of(token: Any, context: Any) -> float:
    """Number of an operand's first value."""
    return number(first(token, context))


def string_of(token: Any, context: Any) -> str:
    """Text of an operand's first value."""
    return string(first(token, context))


def here(context: Any) -> RuleContext:
    """Give the context with what it knows of today and the lookups."""
    assert isinstance(context, RuleContext)
    return context


# Operators. A symbol is dropped and registered again, so that the parent keeps its own.
def _operator(symbol: str, power: int, evaluate: Callable[[Any, Any], Any]) -> None:
    XFormsParser.unregister(symbol)
    token = XFormsParser.infix(symbol, bp=power)
    token.evaluate = evaluate  # type: ignore[assignment, method-assign]


def _compared(test: Callable[[Any, Any], bool], numeric: bool) -> Callable[[Any, Any], bool]:
    def evaluate(self: Any, context: Any = None) -> bool:
        if context is None:
            raise self.missing_context()
        (left, left_nodes), (right, right_nodes) = (
            items(self[0], context),
            items(self[1], context),
        )
        if any(isinstance(v, bool) for v in (*left[:1], *right[:1])):
            return test(boolean(left, left_nodes), boolean(right, right_nodes))
        numbers = numeric or any(not isinstance(v, str) for v in (*left[:1], *right[:1]))
        cast: Callable[[Any], Any] = number if numbers else string
        return any(test(cast(a), cast(b)) for a in left for b in right)

    return evaluate


def _arithmetic(work: Callable[[float, float], float]) -> Callable[[Any, Any], float]:
    def evaluate(self: Any, context: Any = None) -> float:
        if context is None:
            raise self.missing_context()
        return work(number_of(self[0], context), number_of(self[1], context))

    return evaluate


def _divided(a: float, b: float) -> float:
    return a / b if b else math.nan


def _modulo(a: float, b: float) -> float:
    return math.fmod(a, b) if b and not math.isinf(a) else math.nan


def _either(self: Any, context: Any = None) -> bool:
    if context is None:
        raise self.missing_context()
    return truth(self[0], context) or truth(self[1], context)


def _both(self: Any, context: Any = None) -> bool:
    if context is None:
        raise self.missing_context()
    return truth(self[0], context) and truth(self[1], context)


def _signed(sign: float, work: Callable[[float, float], float]) -> Callable[[Any, Any], float]:
    both = _arithmetic(work)

    def evaluate(self: Any, context: Any = None) -> float:
        if context is None:
            raise self.missing_context()
        return sign * number_of(self[0], context) if len(self) == 1 else both(self, context)

    return evaluate


def _leading_sign(self: Any) -> Any:
    self[:] = (self.parser.expression(rbp=70),)
    return self


class Times(AsteriskToken):
    """The star: a product between two operands, any name elsewhere."""

    def evaluate(self, context: Any = None) -> Any:
        """Multiply as the other operators do."""
        if not self:
            return super().evaluate(context)
        return _arithmetic(lambda a, b: a * b)(self, context)


XFormsParser.symbol_table["*"] = Times
_operator("or", 20, _either)
_operator("and", 25, _both)
_operator("=", 30, _compared(lambda a, b: a == b, False))
_operator("!=", 30, _compared(lambda a, b: a != b, False))
_operator("<", 30, _compared(lambda a, b: a < b, True))
_operator("<=", 30, _compared(lambda a, b: a <= b, True))
_operator(">", 30, _compared(lambda a, b: a > b, True))
_operator(">=", 30, _compared(lambda a, b: a >= b, True))
_operator("+", 40, _signed(1, lambda a, b: a + b))
_operator("-", 40, _signed(-1, lambda a, b: a - b))
_operator("div", 45, _arithmetic(_divided))
_operator("mod", 45, _arithmetic(_modulo))
for _symbol in ("+", "-"):
    XFormsParser.symbol_table[_symbol].nud = _leading_sign
