"""An XForm as a model: its questions with their rules, its repeats, the lists beside it.

Of any XForm that pyxform writes, whoever made its XLSForm. Paths are those of the instance
without its root: ``("hogar", "edad")``.

References
----------
ODK XForms specification: "Bindings", "Secondary instances", "Body".
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from defusedxml.ElementTree import fromstring

XF = "{http://www.w3.org/2002/xforms}"
HTML = "{http://www.w3.org/1999/xhtml}"
JR = "{http://openrosa.org/javarosa}"
_ITEXT = re.compile(r"jr:itext\('([^']+)'\)")
_ITEXT_REF = re.compile(r"jr:itext\((\w+)\)")
_OUTSIDE = re.compile(r"jr://(?:file-csv|file|instance)/(.+)")
_ANSWERED = ("input", "select", "select1", "upload", "range", "rank", "trigger", "secret")
_MOST_ROWS = 200_000
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One node that may hold an answer; expressions are as the form writes them.

    ``choices`` are the codes of a list that stands whole in the form, None where it depends
    on something. ``control`` is the element of the body, empty for what nobody
    is asked; a ``note`` is a sentence that nobody answers.
    """

    path: Path
    type: str
    label: str
    control: str
    required: str
    constraint: str
    message: str
    choices: frozenset[str] | None
    preload: str
    note: bool
    options: Mapping[str, str] = field(default_factory=dict)
    """What each code of its list says, whatever the list depends on; empty for no list here."""

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]


@dataclass(frozen=True)
class Model:
    """What a form asks; ``relevant`` holds groups and questions, by path."""

    form: str
    version: str
    title: str
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    relevant: Mapping[Path, str]
    repeats: frozenset[Path]
    labels: Mapping[Path, str]
    instances: Mapping[str, Element]
    outside: Mapping[str, str]
    """Name of an instance and the file beside the form that fills it."""
    template: Element

    def inside(self, path: Path) -> Path:
        """The innermost repeat that holds a path; empty for none."""
        found = (path[:n] for n in range(len(path), 0, -1) if path[:n] in self.repeats)
        return next(found, ())


def read(xform: bytes) -> Model:
    """Read an XForm that pyxform made."""
    root = fromstring(xform, forbid_dtd=True)
    model = next(root.iter(XF + "model"))
    instances = model.findall(XF + "instance")
    first = next(each for each in instances if len(each))[0]
    words = _Words(model)
    binds = {_path(b.get("nodeset", "")): b for b in model.findall(XF + "bind")}
    controls = dict(_controls(root, words))
    repeats = frozenset(_path(each.get("nodeset", "")) for each in root.iter(XF + "repeat"))
    lists = {each.get("id", ""): _plain(each[0]) for each in instances[1:] if len(each)}
    template = _plain(first, once=True)
    return Model(
        form=first.get("id", ""),
        version=first.get("version", ""),
        title=(root.findtext(f"{HTML}head/{HTML}title") or "").strip(),
        languages=words.languages,
        questions=tuple(_questions(template, binds, controls, lists, words)),
        relevant={p: b.get("relevant", "") for p, b in binds.items() if b.get("relevant")},
        repeats=repeats,
        labels={path: label for path, (_, label, _) in controls.items()},
        instances=lists,
        outside=dict(_outside(instances[1:])),
        template=template,
    )


def table(content: bytes) -> Element:
    """The rows of a CSV file beside a form, as the instance that it fills."""
    text = content.decode("utf-8-sig", "replace")
    root = Element("root")
    for number, row in enumerate(csv.DictReader(io.StringIO(text, newline=""))):
        if number >= _MOST_ROWS:
            break
        item = SubElement(root, "item")
        for name, value in row.items():
            if isinstance(name, str) and name.strip():
                SubElement(item, name.strip()).text = value if isinstance(value, str) else ""
    return root


def local(element: Element) -> str:
    """Name of an element without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _plain(element: Element, *, once: bool = False) -> Element:
    """The same tree without namespaces; ``once`` keeps one of each name, as a pattern needs."""
    made = Element(local(element))
    made.text = (element.text or "").strip()
    seen: set[str] = set()
    for child in element:
        if not local(child) or (once and local(child) in seen):
            continue
        seen.add(local(child))
        made.append(_plain(child, once=once))
    return made


def _path(nodeset: str) -> Path:
    return tuple(nodeset.strip().strip("/").split("/")[1:])


class _Words:
    """Texts of the form's default language, by their key."""

    def __init__(self, model: Element) -> None:
        found = list(model.iter(XF + "translation"))
        chosen = next((t for t in found if t.get("default")), found[0] if found else None)
        self.languages = tuple(t.get("lang", "") for t in found if t.get("lang") != "default")
        self.texts: dict[str, str] = {}
        for text in () if chosen is None else chosen.iter(XF + "text"):
            plain = (v for v in text.findall(XF + "value") if v.get("form") is None)
            value = next(plain, None)
            self.texts[text.get("id", "")] = "" if value is None else _said(value)

    def of(self, element: Element | None) -> str:
        """What a label says."""
        if element is None:
            return ""
        return self.resolved(element.get("ref", "")) if element.get("ref") else _said(element)

    def resolved(self, text: str) -> str:
        """A text, or what its key stands for."""
        found = _ITEXT.fullmatch(text.strip())
        return self.texts.get(found[1], "") if found else text.strip()


def _said(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _controls(root: Element, words: _Words) -> Iterator[tuple[Path, tuple[str, str, Element]]]:
    for each in root.iter():
        name = local(each)
        reference = each.get("ref") or each.get("nodeset") or ""
        if reference.startswith("/") and name in (*_ANSWERED, "group", "repeat"):
            yield _path(reference), (name, words.of(each.find(XF + "label")), each)


def _questions(
    template: Element,
    binds: Mapping[Path, Element],
    controls: Mapping[Path, tuple[str, str, Element]],
    lists: Mapping[str, Element],
    words: _Words,
) -> Iterator[Question]:
    for path in _leaves(template, ()):
        bind = binds.get(path)
        if bind is None or path[0] == "meta":
            continue
        control, label, element = controls.get(path, ("", "", None))
        preload = bind.get(JR + "preloadParams") or bind.get(JR + "preload") or ""
        yield Question(
            path=path,
            type=bind.get("type", "string").rpartition(":")[2],
            label=label,
            control=control,
            required=bind.get("required", ""),
            constraint=bind.get("constraint", ""),
            message=words.resolved(bind.get(JR + "constraintMsg", "")),
            choices=_codes(element, lists),
            preload=preload,
            note=bind.get("readonly") == "true()" and not bind.get("calculate"),
            options=_options(element, lists, words),
        )


def _leaves(element: Element, above: Path) -> Iterator[Path]:
    for child in element:
        here = (*above, local(child))
        if len(child):
            yield from _leaves(child, here)
        else:
            yield here


def _codes(control: Element | None, lists: Mapping[str, Element]) -> frozenset[str] | None:
    if control is None or local(control) not in ("select", "select1"):
        return None
    if (itemset := control.find(XF + "itemset")) is not None:
        found = re.fullmatch(r"instance\('([^']+)'\)/root/item", itemset.get("nodeset", ""))
        rows = lists.get(found[1]) if found else None
        value = itemset.find(XF + "value")
        if rows is None or value is None:
            return None
        name = value.get("ref", "")
        return frozenset((item.findtext(name) or "").strip() for item in rows)
    values = (item.find(XF + "value") for item in control.findall(XF + "item"))
    return frozenset((v.text or "").strip() for v in values if v is not None) or None


def _options(
    control: Element | None, lists: Mapping[str, Element], words: _Words
) -> dict[str, str]:
    if control is None or local(control) not in ("select", "select1"):
        return {}
    itemset = control.find(XF + "itemset")
    if itemset is None:
        items = [
            (i.findtext(XF + "value"), i.find(XF + "label")) for i in control.iter(XF + "item")
        ]
        return {(code or "").strip(): words.of(label) for code, label in items}
    found = re.match(r"instance\('([^']+)'\)/root/item", itemset.get("nodeset", ""))
    value, label = itemset.find(XF + "value"), itemset.find(XF + "label")
    if found is None or found[1] not in lists or value is None or label is None:
        return {}
    key, said = value.get("ref", ""), label.get("ref", "")
    keyed = _ITEXT_REF.fullmatch(said)
    return {
        (row.findtext(key) or "").strip(): words.texts.get(row.findtext(keyed[1]) or "", "")
        if keyed
        else (row.findtext(said) or "").strip()
        for row in lists[found[1]]
    }


def _outside(instances: list[Element]) -> Iterator[tuple[str, str]]:
    for each in instances:
        found = _OUTSIDE.fullmatch(each.get("src", ""))
        if found:
            yield each.get("id", ""), found[1]
