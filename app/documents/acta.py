"""An acta: facts, sections with sentences and tables, lines to sign; as PDF and as DOCX.

A line to sign bears the office, the name where it is known, and room for the DNI, which is
written by hand and by nobody else.

Both are made from the same plain values. The DOCX opens in LibreOffice and Word and may be
changed by hand before it is signed; the PDF is the same text, as it was.
"""

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from app.documents import typesetting

TEMPLATE = "acta.typ"
FONT = "Liberation Serif"
ROOM = 11  # millimetres of a row in which somebody signs
TOGETHER = 6  # lines to sign that stay on one page with what was said last
UNKNOWN, DNI = "Nombre:", "DNI:"
SHORT = 8  # rows of a last part that goes along with its signatures, as in the template


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of text; ``right`` are the columns of figures, ``widths`` in parts."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A section: sentences, then a table, then what stands under it."""

    title: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the office, and the name; where it is not known, room to write it."""

    office: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Acta:
    """The whole; ``facts`` are pairs, ``signatures`` who signs.

    ``roll`` is a list of people who sign beside their names, on pages of its own.
    """

    over: str
    title: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    signatures: tuple[Signer, ...]
    foot: str
    language: str = "es"
    roll: Part | None = None


def pdf(acta: Acta, made: datetime) -> bytes:
    """The acta as PDF."""
    return typesetting.pdf(TEMPLATE, asdict(acta), made)


def pictures(acta: Acta, ppi: float = 100) -> list[bytes]:
    """The same pages as PNG."""
    return typesetting.pictures(TEMPLATE, asdict(acta), ppi)


def as_docx(acta: Acta, made: datetime) -> bytes:
    """The acta as a document of a word processor."""
    book = docx.Document()
    _page(book, acta, made)
    over = book.add_paragraph(acta.over)
    over.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title = book.add_heading(acta.title, level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _facts(book, acta.facts)
    for part in acta.parts:
        before = len(book.element.body)
        _part(book, part)
        short = part.table is None or len(part.table.rows) <= SHORT
        if part is acta.parts[-1] and acta.signatures and short:
            _go_along(book, before)
    _signatures(book, acta.signatures)
    if acta.roll is not None:
        book.add_page_break()  # type: ignore[no-untyped-call]
        _part(book, acta.roll, Mm(ROOM))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _part(book: Document, part: Part, height: Length | None = None) -> None:
    """A section; ``height`` is the least of each row of its table, for hands."""
    book.add_heading(part.title, level=1)
    for sentence in part.sentences:
        book.add_paragraph(sentence)
    if part.table is not None:
        _table(book, part.table, height)
    for note in part.notes:
        _small(book, note)


def _page(book: Document, acta: Acta, made: datetime) -> None:
    section = book.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    style = book.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(11)
    style.paragraph_format.space_after = Pt(5)
    for level, size in ((0, 17), (1, 12.5)):
        heading = book.styles["Title" if level == 0 else f"Heading {level}"]
        heading.font.name, heading.font.size, heading.font.bold = FONT, Pt(size), True
        heading.font.color.rgb = None
        # Word's own theme would bring another letter and a blue.
        for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            heading.element.rPr.rFonts.attrib.pop(qn(f"w:{name}"), None)
    # Nobody signs a page that does not say of what: each page after the first bears the title.
    section.different_first_page_header_footer = True
    for place, said in (
        (section.header, acta.title),
        (section.footer, acta.foot),
        (section.first_page_footer, acta.foot),
    ):
        place.paragraphs[0].text = said
        place.paragraphs[0].runs[0].font.size = Pt(8)
    about = book.core_properties
    about.title, about.author, about.language = acta.title, acta.over, acta.language
    about.created = about.modified = made.replace(microsecond=0, tzinfo=None)


def _facts(book: Document, facts: Sequence[tuple[str, str]]) -> None:
    table = book.add_table(rows=0, cols=2)
    for name, value in facts:
        cells = table.add_row().cells
        _write(cells[0], name, bold=True)
        _write(cells[1], value)
    _widths(table, (50, 116))
    book.add_paragraph().paragraph_format.space_after = Pt(0)


def _table(book: Document, given: Table, height: Length | None = None) -> None:
    table = book.add_table(rows=1, cols=len(given.headings))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    whole = sum(given.widths)
    for at, heading in enumerate(given.headings):
        _write(table.rows[0].cells[at], heading, bold=True, right=at in given.right)
    _repeat(table.rows[0])
    for row in given.rows:
        line = table.add_row()
        if height is not None:
            line.height, line.height_rule = height, WD_ROW_HEIGHT_RULE.AT_LEAST
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # no row over two pages
        for at, value in enumerate(row):
            _write(line.cells[at], value, right=at in given.right)
    _widths(table, [166 * width / whole for width in given.widths])
    book.add_paragraph().paragraph_format.space_after = Pt(2)


def _widths(table: DocxTable, millimetres: Sequence[float]) -> None:
    """Widths in the columns and in their cells: Word reads these, LibreOffice those."""
    table.autofit = False
    for at, width in enumerate(millimetres):
        table.columns[at].width = Mm(width)
        for cell in table.columns[at].cells:
            cell.width = Mm(width)


def _repeat(row: object) -> None:
    """The headings stand again on each page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # type: ignore[attr-defined]


def _write(cell: _Cell, text: str, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(10)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _small(book: Document, text: str) -> None:
    run = book.add_paragraph().add_run(text)
    run.font.size = Pt(9)


def _go_along(book: Document, before: int) -> None:
    """Nobody signs a page that says nothing: what was written last stays with what follows."""
    # The last element of the body is the section's own mark, not a paragraph.
    for element in list(book.element.body)[before - 1 : -1]:
        for found in element.iter(qn("w:p")):
            Paragraph(found, book.element.body).paragraph_format.keep_with_next = True


def _signatures(book: Document, signers: Sequence[Signer]) -> None:
    table = book.add_table(rows=0, cols=2)
    for at in range(0, len(signers), 2):
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, signer in zip(row.cells, signers[at : at + 2], strict=False):
            cell.paragraphs[0].paragraph_format.space_before = Pt(34)
            _write(cell, "_" * 34)
            for text, bold in under(signer):
                _write_more(cell, text, bold=bold)
            if at + 2 < min(len(signers), TOGETHER):
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True


def under(signer: Signer) -> tuple[tuple[str, bool], ...]:
    """What stands under a line to sign, and whether it stands out."""
    name = (signer.name, True) if signer.name else (f"{UNKNOWN} {'_' * 26}", False)
    return (name, (signer.office, False), (f"{DNI} {'_' * 14}", False))


def _write_more(cell: _Cell, text: str, *, bold: bool = False) -> None:
    paragraph = cell.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(1)
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(9.5)
