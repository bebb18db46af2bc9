"""A document as an OpenRosa client delivers it: XML, read without trusting it.

``parse`` says which form it fills and under which name; ``answers`` gives what
``app.capture.answers.read`` takes, with the reasons of soft rules where they belong.

References
----------
OpenRosa 1.0, "Metadata schema" and "Form submission API"; ODK XForms specification,
"Data types" for how places are written.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from app.capture.fields import Field, Instrument
from app.capture.xlsforms import COMMUNITY
from app.errors import Malformed

SPACE = UUID("5b3e7d0c-6c5f-5f0e-9a55-7d1a3c1b8e21")
"""Of documents whose instance ID is no UUID."""
MOST_BYTES = 10_000_000
MOST_NODES = 200_000
NAME_LENGTH = 120
_SECTION = "s_"
# JavaRosa writes decimals as Java does: from ten million on as 1.25E7.
_POWER = re.compile(r"-?\d{1,20}(\.\d{1,20})?E-?\d{1,2}")
_SHAPES = {"point": "Point", "line": "LineString", "polygon": "Polygon"}


@dataclass(frozen=True)
class Document:
    """What a device handed over, and what it says of itself; blank where it does not say."""

    form: str
    version: str
    instance_id: str
    deprecated_id: str
    root: Element

    @property
    def uuid(self) -> UUID:
        """The document's key in the house, the same however often it comes."""
        return uuid_of(self.instance_id)

    @property
    def community(self) -> str:
        """Code of the community that the document names."""
        return _text(_first(self.root, COMMUNITY))


@dataclass(frozen=True, slots=True)
class Heading:
    """What a document says of itself, without its answers."""

    form: str
    version: str
    instance_id: str
    deprecated_id: str
    community: str


def heading(content: bytes) -> Heading:
    """As ``parse``, for whoever looks at no answer: the tree of them is gone at once."""
    read = parse(content)
    return Heading(read.form, read.version, read.instance_id, read.deprecated_id, read.community)


def uuid_of(instance_id: str) -> UUID:
    """The key of the document with this instance ID."""
    try:
        return UUID(instance_id.removeprefix("uuid:"))
    except ValueError:
        return uuid5(SPACE, instance_id)


def parse(content: bytes) -> Document:
    """Read a delivered document as far as its own name.

    Raises
    ------
    Malformed
        It is not XML of a form, or it tries what XML may try against its reader.
    """
    try:
        root = _root(content)
    except (ParseError, ValueError, LookupError) as broken:
        raise Malformed(
            "Lo recibido no es una ficha: no se entiende su XML.",
            remedy="Vuelva a enviarla desde el celular; si se repite, avise a la municipalidad.",
        ) from broken
    if sum(1 for _ in root.iter()) > MOST_NODES:
        raise Malformed("La ficha tiene demasiadas respuestas.", remedy="Divídala en dos.")
    form = root.get("id") or _local(root)
    meta = _first(root, "meta")
    instance, deprecated = (_text(_first(meta, name)) for name in ("instanceID", "deprecatedID"))
    if not 0 < len(form) <= 80 or max(len(instance), len(deprecated)) > NAME_LENGTH:
        raise Malformed("La ficha no dice qué formulario es.", remedy="Descárguelo otra vez.")
    return Document(form, (root.get("version") or "")[:40], instance, deprecated, root)


class _Declared(TreeBuilder):
    """Builds no document that declares anything: entities and outer files begin there."""

    def doctype(self, *_: object) -> None:
        """Told of any document type declaration, before what it declares."""
        raise ValueError("a form declares no document type")


def _root(content: bytes) -> Element:
    # The parser of the library itself, three times as fast as the one of defusedxml, which is
    # written in Python; without a declaration there is nothing left of what that one forbids.
    parser = XMLParser(target=_Declared())
    parser.feed(content)
    return parser.close()


def answers(instrument: Instrument, document: Document, files: Mapping[str, str]) -> dict[str, Any]:
    """The answers of a document; ``files`` are the SHA-256 of its files by name.

    What the form shows and the definition does not know is left out: sentences, the kind of
    a place, worked-out values.
    """
    reasons: dict[str, str] = {}
    found = _row(tuple(instrument.fields()), document.root, files, "", reasons)
    return {**found, "_reasons": reasons} if reasons else found


def file_names(instrument: Instrument, document: Document) -> set[str]:
    """Names of the files that the answers mention."""
    asked = {f.code for f, _ in instrument.walk() if f.type in ("photo", "file")}
    return {_text(e) for e in document.root.iter() if _local(e) in asked and _text(e)}


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _first(element: Element | None, name: str) -> Element | None:
    children = () if element is None else element
    return next((child for child in children if _local(child) == name), None)


def _children(element: Element) -> Iterator[Element]:
    """What stands in a row, whatever page of the form it stands on."""
    for child in element:
        if _local(child).startswith(_SECTION):
            yield from _children(child)
        else:
            yield child


def _row(
    fields: tuple[Field, ...],
    element: Element,
    files: Mapping[str, str],
    path: str,
    reasons: dict[str, str],
) -> dict[str, Any]:
    there: dict[str, list[Element]] = {}
    for child in _children(element):
        there.setdefault(_local(child), []).append(child)
    row: dict[str, Any] = {}
    for field in fields:
        here = path + field.code
        reason = _text(next(iter(there.get(f"why_{field.code}", ())), None))
        if reason:
            reasons[here] = reason
        if field.type == "repeat":
            rows = [
                _row(field.fields, each, files, f"{here}[{index}].", reasons)
                for index, each in enumerate(there.get(field.code, ()))
            ]
            if rows:
                row[field.code] = rows
        elif field.answered and (value := _value(field, there, files)) not in ("", None, []):
            row[field.code] = value
    return row


def _value(field: Field, there: Mapping[str, list[Element]], files: Mapping[str, str]) -> Any:
    if field.type == "geometry":
        return _place(field, there)
    text = _text(next(iter(there.get(field.code, ())), None))
    if field.type == "select_many":
        return text.split()
    if field.type in ("photo", "file"):
        return files.get(text, "")
    if field.type == "date":
        return text[:10]  # some clients write the moment
    if field.type == "decimal" and _POWER.fullmatch(text):
        return format(Decimal(text), "f")
    return text


def _place(field: Field, there: Mapping[str, list[Element]]) -> dict[str, Any] | str | None:
    for kind in field.kinds:
        name = field.code if len(field.kinds) == 1 else f"{field.code}_{kind}"
        text = _text(next(iter(there.get(name, ())), None))
        if text:
            return _geometry(kind, text)
    return None


def _geometry(kind: str, text: str) -> dict[str, Any] | str:
    """GeoJSON of what XForms writes as ``lat lon height accuracy; ...``; else as it came."""
    try:
        numbers = [[float(part) for part in point.split()] for point in _points(text)]
        at = [[point[1], point[0]] for point in numbers]
    except (ValueError, IndexError):
        return text  # whoever reads the answer says that it is no place
    if kind == "point":
        return {"type": _SHAPES[kind], "coordinates": at[0]}
    return {"type": _SHAPES[kind], "coordinates": at if kind == "line" else [at]}


def _points(text: str) -> Iterator[str]:
    return (point for point in text.split(";") if point.strip())
