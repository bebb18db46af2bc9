"""What a document of somebody else's form says, kept whole, and as tables to read.

The answers keep the form's own groups: ``{"hogar": {"edad": "31"}, "hijos": [{...}]}``. A
repeat is always a list; what nobody answered is left out; a name that the form does not know
is kept as it came.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from app.capture.form_model import Model, Path, local

Answers = dict[str, Any]
SEPARATOR = "/"


def content(model: Model, root: Element) -> Answers:
    """The answers of a delivered document, all of them as text."""
    return _content(root, (), model.repeats)


def _content(element: Element, above: Path, repeats: frozenset[Path]) -> Answers:
    found: Answers = {}
    for child in element:
        name = local(child)
        if not name or (not above and name == "meta"):
            continue
        path = (*above, name)
        value: Any = _content(child, path, repeats) if len(child) else (child.text or "").strip()
        if path in repeats:
            value = value or {}
            found.setdefault(name, []).append(value)
        elif name in found:  # twice what the form knows once: neither is thrown away
            kept = found[name] if isinstance(found[name], list) else [found[name]]
            found[name] = [*kept, value]
        elif value not in ("", {}):
            found[name] = value
    return found


def community(root: Element) -> str:
    """Code of the community that the document names, wherever the form asks it."""
    named = (e for e in root.iter() if local(e) in ("sismuni_community", "comunidad_codigo"))
    return next(((e.text or "").strip() for e in named), "")


def uploads(model: Model, root: Element) -> set[str]:
    """Names of the photographs and files that the document mentions."""
    wanted = {q.name for q in model.questions if q.control == "upload"}
    return {(e.text or "").strip() for e in root.iter() if local(e) in wanted} - {""}


def columns(model: Model, repeat: Path = ()) -> list[Path]:
    """Paths of the questions that stand once in a document, or once in a row of a repeat.

    Sentences that nobody answers are left out.
    """
    return [q.path for q in model.questions if model.inside(q.path) == repeat and not q.note]


def heading(path: Path, repeat: Path = ()) -> str:
    """Name of a column: the question within its groups."""
    return SEPARATOR.join(path[len(repeat) :])


def rows(answers: Mapping[str, Any], repeat: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of a repeat, those in rows of another one after the other; all of it for ()."""
    if not repeat:
        yield answers
        return
    inner = answers.get(repeat[0])
    for each in inner if isinstance(inner, list) else [inner]:
        if isinstance(each, Mapping):
            yield from rows(each, repeat[1:])


def cell(answers: Mapping[str, Any], path: Path) -> str:
    """One answer; empty where there is none."""
    value: Any = answers
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, list | Mapping):
        return " ".join(map(str, value)) if isinstance(value, list) else ""
    return "" if value is None else str(value)
