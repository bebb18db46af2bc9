"""Rules and calculations of an instrument, compiled once and tried on what was answered.

``${code}`` is looked up from where the expression stands: a field of the same row is
that row's, a field of an outer row is the row's that holds it, and a field inside a
repeat seen from outside is all of its rows. On a repeat, and on a section, an
expression stands on what holds it. ``current()`` is the answer under trial.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from elementpath import ElementPathError, get_node_tree

from app.capture import xforms
from app.capture.fields import Field, Instrument, Rule
from app.capture.values import as_xml

_REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}")
_CURRENT = re.compile(r"\bcurrent\(\s*\)")
_LONGEST = 4_000

Chain = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """The expressions of one field or section, ready to be tried; None where it has none."""

    relevant: Any
    calculate: Any
    rules: tuple[tuple[Rule, Any], ...]


@lru_cache(maxsize=4096)
def parsed(xpath: str) -> Any:
    """Compile an XPath expression, ``${}`` already resolved.

    Raises
    ------
    ElementPathError
        It is not an expression, or it calls a function that does not exist.
    """
    return xforms.XFormsParser().parse(_CURRENT.sub("$current", xpath))


def resolved(expression: str, chain: Chain, on_holder: bool, where: Mapping[str, Chain]) -> str:
    """Write ``${code}`` as the path from a field in ``chain`` (or from its holder) to it.

    Raises
    ------
    KeyError
        There is no field of that code.
    """

    def path(match: re.Match[str]) -> str:
        target = where[match[1]]
        shared = 0
        while shared < min(len(chain), len(target)) and chain[shared] == target[shared]:
            shared += 1
        up = len(chain) - shared + (0 if on_holder else 1)
        return "../" * up + "/".join((*target[shared:], match[1]))

    return _REFERENCE.sub(path, expression)


class Compiled:
    """Every expression of one version of an instrument, by field; sections as ``/code``."""

    def __init__(self, instrument: Instrument) -> None:
        self.chains = {field.code: chain for field, chain in instrument.walk()}
        self.tried: dict[str, Tried] = {
            field.code: self._tried(field, chain) for field, chain in instrument.walk()
        }
        for section in instrument.sections:
            relevant = self._token(section.relevant, (), True)
            self.tried["/" + section.code] = Tried(relevant, None, ())

    def shown_at(self, field: Field) -> str:
        """Name the question of the same row that a person mends when a rule of ``field`` fails.

        Itself, but for a worked-out value, which stands on no page: then the last question
        that it was worked out from, or the repeat that holds that question.
        """
        used: list[str] = _REFERENCE.findall(field.calculate)
        if not used:
            return field.code
        here = len(self.chains[field.code])
        return (*self.chains[used[-1]], used[-1])[here]

    def _tried(self, field: Field, chain: Chain) -> Tried:
        holder = field.type == "repeat"
        rules = tuple((r, self._token(r.constraint, chain, holder)) for r in field.rules)
        return Tried(
            self._token(field.relevant, chain, holder),
            self._token(field.calculate, chain, holder),
            rules,
        )

    def _token(self, expression: str, chain: Chain, holder: bool) -> Any:
        if not expression:
            return None
        return parsed(resolved(expression, chain, holder, self.chains))


_compiled: dict[str, Compiled] = {}


def compiled(instrument: Instrument) -> Compiled:
    """Give the expressions of an instrument, kept by its digest for the life of the process."""
    found = _compiled.get(instrument.digest)
    if found is None:
        found = Compiled(instrument)
        if instrument.digest:
            _compiled[instrument.digest] = found
    return found


class Instance:
    """The answers as the XML document that XForms would hold, for expressions to walk."""

    def __init__(
        self,
        instrument: Instrument,
        values: Mapping[str, Any],
        today: date,
        lookups: xforms.Lookups,
    ) -> None:
        root = ET.Element("data")
        self.elements: dict[str, ET.Element] = {"": root}
        self._fill(root, tuple(instrument.fields()), values, "")
        tree: Any = get_node_tree(root)
        self._nodes: Any = tree.tree.elements
        self._context = xforms.RuleContext(tree, today, lookups)

    def _fill(
        self, parent: ET.Element, fields: tuple[Field, ...], values: Mapping[str, Any], path: str
    ) -> None:
        for field in fields:
            if field.type == "repeat":
                for index, row in enumerate(values.get(field.code) or ()):
                    at = f"{path}{field.code}[{index}]"
                    holder = self.elements[at] = ET.SubElement(parent, field.code)
                    self._fill(holder, field.fields, row, at + ".")
            elif field.type != "note":
                element = self.elements[path + field.code] = ET.SubElement(parent, field.code)
                element.text = as_xml(values.get(field.code))

    def write(self, path: str, text: str) -> None:
        """Replace the text of one answer; what is tried afterwards sees it."""
        self.elements[path].text = text

    def text(self, path: str) -> str:
        """Text of one answer, empty where there is none."""
        return self.elements[path].text or ""

    def holds(self, token: Any, path: str) -> bool:
        """Whether a compiled expression is true, standing on the answer of that path."""
        values, nodes = self._tried(token, path)
        return xforms.boolean(values, nodes)

    def gives(self, token: Any, path: str) -> str:
        """Text of a compiled expression there; empty where it is not a number."""
        values, _ = self._tried(token, path)
        text = xforms.string(values[0]) if values else ""
        return "" if text == "NaN" else text

    def _tried(self, token: Any, path: str) -> tuple[list[Any], bool]:
        context = self._context.at(self._nodes[self.elements[path]])
        found = list(token.select(context))
        nodes = bool(found) and hasattr(found[0], "compat_string_value")
        return [f.compat_string_value if nodes else f for f in found], nodes


def problems_of(instrument: Instrument) -> list[tuple[str, str]]:
    """What is wrong with the expressions and keys of a definition: (where, what)."""
    fields = list(instrument.walk())
    chains = {field.code: chain for field, chain in fields}
    order = {field.code: at for at, (field, _) in enumerate(fields)}
    found: list[tuple[str, str]] = []
    for section in instrument.sections:
        _check(section.relevant, (section.code, (), True), chains, found.append)
    for field, chain in fields:
        here = (field.code, chain, field.type == "repeat")
        for expression in (field.relevant, field.calculate):
            _check(expression, here, chains, found.append)
            for name in _REFERENCE.findall(expression):
                if order.get(name, -1) > order[field.code]:
                    found.append((field.code, f"${{{name}}} viene después: no se sabe todavía"))
        for rule in field.rules:
            if not rule.constraint:
                found.append((field.code, "una regla sin constraint"))
            _check(rule.constraint, here, chains, found.append)
        if not set(field.key) <= {inner.code for inner in field.fields}:
            found.append((field.code, "key nombra campos que no están en la fila"))
    return found


def _check(
    expression: str,
    here: tuple[str, Chain, bool],
    chains: Mapping[str, Chain],
    tell: Callable[[tuple[str, str]], None],
) -> None:
    code, chain, holder = here
    if not expression:
        return
    if len(expression) > _LONGEST:
        tell((code, f"expresión de más de {_LONGEST} caracteres"))
        return
    try:
        parsed(resolved(expression, chain, holder, chains))
    except KeyError as unknown:
        tell((code, f"no hay ningún campo {unknown.args[0]}"))
    except (ElementPathError, RecursionError) as wrong:
        tell((code, f"expresión no válida: {wrong}"))
