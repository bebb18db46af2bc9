"""Whether a delivered document of somebody else's form holds its rules: required, constraint.

Only what is asked counts: a question whose own or whose group's condition fails is left out,
as in JavaRosa. What an engine may have left out of the document is put back blank first, so
that nobody gets round a rule by not sending its question.

A rule over today is tried on the day on which the form was filled, if the form noted one
(``start``, ``end`` or ``today``), else not at all: deliveries come late. An expression that
``app.capture.odk_functions`` does not know is left untried and told on publishing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ElementTree

from elementpath import ElementPathError, get_node_tree

from app.capture import xforms
from app.capture.form_model import Model, Path, Question, local, table
from app.capture.odk_functions import INSTANCE, OdkParser
from app.errors import RowError

MOST_NODES = 50_000
MOST_TOLD = 50
_LONGEST = 8_000
_CURRENT = re.compile(r"\bcurrent\(\s*\)")
_TODAY = re.compile(r"\b(?:today|now)\(")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHEN = ("end", "today", "start")
_TYPES = {
    "int": (re.compile(r"[+-]?\d{1,15}"), "Va un número entero."),
    "decimal": (re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d{1,3})?"), "Va un número."),
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}.*"), "Va una fecha."),
}
Files = Callable[[str], bytes | None]
"""Content of a file that stands beside the form, by name; None where there is none."""


@lru_cache(maxsize=4096)
def parsed(expression: str) -> Any:
    """An expression compiled; None where it uses what we do not know."""
    if len(expression) > _LONGEST:
        return None
    try:
        return OdkParser().parse(_CURRENT.sub("$current", expression))
    except (ElementPathError, RecursionError, ValueError):
        return None


def untried(model: Model) -> list[tuple[str, str]]:
    """The rules that the server cannot try: the question, the expression."""
    rules = [(q.path, e) for q in model.questions for e in (q.required, q.constraint)]
    rules += list(model.relevant.items())
    return [(path[-1], e) for path, e in rules if path and e and parsed(e) is None]


@dataclass
class _Trial:
    model: Model
    nodes: Any
    context: xforms.RuleContext
    day: date | None

    def holds(self, expression: str, element: Element) -> bool | None:
        """Whether it is true standing there; None where it cannot be tried."""
        token = parsed(expression)
        if token is None or (self.day is None and _TODAY.search(expression)):
            return None
        try:
            found = list(token.select(self.context.at(self.nodes[element])))
        except (ElementPathError, ArithmeticError, ValueError, TypeError, LookupError):
            return None
        nodes = bool(found) and hasattr(found[0], "compat_string_value")
        return xforms.boolean([f.compat_string_value if nodes else f for f in found], nodes)


def broken(model: Model, document: Element, files: Files = lambda _: None) -> list[RowError]:
    """What breaks a rule of the form, with the question as people read it; at most 50."""
    root = _whole(model.template, document)
    tree: Any = get_node_tree(ElementTree(root))
    day = _day(model, root)
    context = xforms.RuleContext(tree, day or date.today(), _lookups(model, files))
    trial = _Trial(model, tree.tree.elements, context, day)
    questions = {q.path: q for q in model.questions}
    found: list[RowError] = []
    for path, element, where in _walk(root, (), "", model.repeats):
        relevant = model.relevant.get(path, "")
        if relevant and trial.holds(relevant, element) is False:
            _silence(element)
            continue
        question = questions.get(path)
        if question is not None and element.get("out") is None and len(found) < MOST_TOLD:
            wrong = _wrong(trial, question, element)
            if wrong:
                found.append(RowError(None, where + question.name, wrong))
    return found


def _silence(element: Element) -> None:
    """Nobody was asked this: it has no answer, nor has what stands in it."""
    for each in element.iter():
        each.text = ""
        each.set("out", "1")


def _wrong(trial: _Trial, question: Question, element: Element) -> str:
    text = (element.text or "").strip()
    label = question.label or question.name
    if not text:
        lacking = question.required and trial.holds(question.required, element)
        return f"«{label}»: falta la respuesta, que es obligatoria." if lacking else ""
    shape = _TYPES.get(question.type)
    if shape and not shape[0].fullmatch(text):
        return f"«{label}»: {shape[1]}"
    chosen = text.split() if question.control == "select" else [text]
    if question.choices is not None and not question.choices.issuperset(chosen):
        return f"«{label}»: esa respuesta no está en la lista."
    if question.constraint and trial.holds(question.constraint, element) is False:
        return f"«{label}»: {question.message or 'la respuesta no cumple la regla de la pregunta.'}"
    return ""


def _whole(template: Element, document: Element) -> Element:
    """The document without namespaces, with every question of the form, blank where absent."""
    made = Element(local(template))
    made.text = (document.text or "").strip()
    there: dict[str, list[Element]] = {}
    for child in document:
        if local(child):
            there.setdefault(local(child), []).append(child)
    for wanted in template:
        name = local(wanted)
        if name in there:
            made.extend(_whole(wanted, each) for each in there[name])
        elif not len(wanted):
            made.append(Element(name))
        else:
            made.append(_blank(wanted))
    return made


def _blank(pattern: Element) -> Element:
    made = deepcopy(pattern)
    for each in made.iter():
        each.text = ""
        each.set("absent", "1")
    return made


def _walk(
    element: Element, above: Path, where: str, repeats: frozenset[Path]
) -> Iterator[tuple[Path, Element, str]]:
    count: dict[str, int] = {}
    for child in element:
        path = (*above, child.tag)
        inner = where
        if path in repeats:
            if child.get("absent"):
                continue  # a list without rows asks nothing
            count[child.tag] = count.get(child.tag, 0) + 1
            inner = f"{where}{child.tag}[{count[child.tag]}]."
        yield path, child, where if path not in repeats else inner
        if len(child) and child.get("out") is None:
            yield from _walk(child, path, inner, repeats)


def _day(model: Model, root: Element) -> date | None:
    """The day on which the form was filled, as it noted itself."""
    noted = {q.preload: q.path for q in model.questions if q.preload in _WHEN}
    for name in _WHEN:
        text = root.findtext("/".join(noted[name])) if name in noted else None
        if text and (found := _DAY.match(text)):
            try:
                return date.fromisoformat(found[0])
            except ValueError:
                continue
    return None


def _lookups(model: Model, files: Files) -> Mapping[str, Any]:
    found: dict[str, Element] = dict(model.instances)
    for name, file in model.outside.items():
        content = files(file)
        if content is not None and file.lower().endswith(".csv"):
            found[name] = table(content)
    return {INSTANCE + name: get_node_tree(_rooted(root)) for name, root in found.items()}


def _rooted(root: Element) -> Element:
    """``instance('x')/root/item`` asks for the root by name: it stands in an element."""
    holder = Element("instance")
    holder.append(root)
    return holder
