"""Fill a published form as a client does: its own instance, one node for each answer."""

import copy
from collections.abc import Mapping
from typing import Any
from uuid import UUID
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

XF = "{http://www.w3.org/2002/xforms}"
TEMPLATE = "{http://openrosa.org/javarosa}template"


def filled(xform: bytes, answers: Mapping[str, Any], instance_id: UUID | str) -> bytes:
    """The document that a client would send; answers by question, rows as lists."""
    model = ElementTree.fromstring(xform).find(f".//{XF}model")
    assert model is not None
    instance = next(each for each in model.findall(f"{XF}instance") if len(each))
    root = copy.deepcopy(instance[0])
    used: set[str] = set()
    _fill(root, answers, used)
    assert set(answers) <= used, f"the form does not ask {set(answers) - used}"
    for node in root.iter():
        if _name(node) == "instanceID":
            node.text = f"uuid:{instance_id}" if isinstance(instance_id, UUID) else instance_id
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _name(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _fill(node: Element, answers: Mapping[str, Any], used: set[str]) -> None:
    for row in [child for child in node if TEMPLATE in child.attrib]:
        # Rows are made of the template; the form may have no other yet.
        del row.attrib[TEMPLATE]
        for other in [each for each in node.findall(row.tag) if each is not row]:
            node.remove(other)
    for child in list(node):
        name = _name(child)
        given = answers.get(name)
        if isinstance(given, list) and all(isinstance(row, Mapping) for row in given):
            used.add(name)
            place = list(node).index(child)
            node.remove(child)
            for index, row in enumerate(given):
                clone = copy.deepcopy(child)
                inner: set[str] = set()
                _fill(clone, row, inner)
                assert set(row) <= inner, f"{name} does not ask {set(row) - inner}"
                node.insert(place + index, clone)
        elif len(child):
            _fill(child, answers, used)
        elif name in answers:
            used.add(name)
            child.text = str(given)
    for child in list(node):
        # A repeat that nobody filled has no row.
        if len(child) and TEMPLATE not in child.attrib and _is_blank_repeat(node, child, answers):
            node.remove(child)


def _is_blank_repeat(node: Element, child: Element, answers: Mapping[str, Any]) -> bool:
    name = _name(child)
    return not name.startswith("s_") and name != "meta" and name not in answers
