"""Take one household out of a document that waits as XML.

A document of one household goes whole; of a sheet of many only its rows go.
"""

from xml.etree.ElementTree import Element, tostring

from app.capture.delivered import parse

HOUSEHOLD = "household"


def without(content: bytes, household: str) -> tuple[bytes | None, bool]:
    """The document without a household, None where nothing else was in it; and whether it was."""
    root = parse(content).root
    if household in _named(root):
        return None, True
    rows = [(parent, row) for parent in root.iter() for row in parent if household in _named(row)]
    for parent, row in rows:
        parent.remove(row)
    return tostring(root, encoding="utf-8", xml_declaration=True), bool(rows)


def _named(row: Element) -> set[str]:
    """The households that a row names itself, on whichever page of the form."""
    found = set()
    for child in row:
        name = str(child.tag).rpartition("}")[2]
        if name == HOUSEHOLD:
            found.add((child.text or "").strip())
        elif name.startswith("s_"):
            found |= _named(child)
    return found
