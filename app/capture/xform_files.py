"""An XLSForm turned into the XForm that clients download, by pyxform.

Whoever imports this module carries pyxform; the process that serves pages asks for it only
when a form has to be made.
"""

import hashlib
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from app.capture.fields import Instrument
from app.capture.packs import EMPTY, Pack
from app.capture.xlsforms import Workbook, form_id, form_version, workbook
from app.errors import Malformed


@dataclass(frozen=True, slots=True)
class XForm:
    """One version of a form as clients download it; ``files`` are CSV names without ending.

    ``media`` are the names of the sounds and pictures of its languages.
    """

    form: str
    version: str
    title: str
    xml: bytes
    files: tuple[str, ...]
    media: tuple[str, ...] = ()

    @property
    def md5(self) -> str:
        """How OpenRosa says that a form changed."""
        return hashlib.md5(self.xml, usedforsecurity=False).hexdigest()


def of_instrument(instrument: Instrument, pack: Pack = EMPTY) -> XForm:
    """The XForm of an instrument, narrowed by the caller to who fills it, in its languages.

    Raises
    ------
    Malformed
        The definition says something that XForms cannot.
    """
    book = workbook(instrument, pack)
    repeats = (field for field, _ in instrument.walk() if field.type == "repeat")
    optional = [field.code for field in repeats if not (field.required or field.minimum)]
    xml = _empty(converted(sheets(book)), optional)
    return XForm(
        form_id(instrument),
        form_version(instrument, pack),
        instrument.title.es,
        xml,
        tuple(sorted(book.files)),
        tuple(sorted(name for name in pack.files if name.encode() in xml)),
    )


def _empty(xform: bytes, repeats: Iterable[str]) -> bytes:
    """The XForm with no row yet in these repeats.

    pyxform begins every repeat with one row, which in Collect a person who has nothing to
    write there would have to remove; from its template alone Collect asks whether to add one.
    """
    head, instance, rest = xform.decode().partition("</instance>")
    for name in repeats:
        head = re.sub(rf"<{name}>.*?</{name}>", "", head, flags=re.DOTALL)
    return (head + instance + rest).encode()


def sheets(book: Workbook) -> dict[str, Any]:
    """The three sheets as pyxform reads them."""
    return {"survey": book.survey, "choices": book.choices, "settings": [book.settings]}


def converted(content: Mapping[str, Any]) -> bytes:
    """The XForm of three sheets.

    Raises
    ------
    Malformed
        In pyxform's own words, which name the row.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pyxform's advice to authors
            xform: str = convert(dict(content), pretty_print=False).xform
    except PyXFormError as wrong:
        raise Malformed("El formulario no se puede usar: {why}", why=str(wrong)) from wrong
    return xform.encode()
