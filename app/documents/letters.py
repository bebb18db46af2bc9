"""Text documents (DOCX) that a town hall signs: headings, tables, page numbers, a running head.

Values are plain; what a person wrote stays text. The same values give the same bytes but for
the time in the container. Reading gives back the tables, cell by cell, and nothing that could
run. Measures in millimetres; A4.
"""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from app.errors import Malformed, TooLarge

INK, SOFT, FILL = RGBColor(0x24, 0x20, 0x1C), RGBColor(0x6A, 0x63, 0x59), "EFE9DD"
MARGIN, WIDTH = 22, 166  # of the page, and what is left between the margins
MOST_UNPACKED = 60_000_000
MOST_TABLES = 2_000
_MADE = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)


class Letter:
    """A document that grows from top to bottom; ``head`` stands over each page."""

    def __init__(self, title: str, head: str, foot: str = "Página {page} de {pages}") -> None:
        self._doc: Doc = Document()
        properties = self._doc.core_properties
        properties.title, properties.author, properties.comments = title, head, ""
        properties.language = "es-PE"
        properties.created = properties.modified = _MADE
        self._styles()
        section = self._doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(MARGIN)
        section.top_margin, section.bottom_margin = Mm(26), Mm(22)
        top = section.header.paragraphs[0]
        _run(top, head, 9, SOFT)
        _rule(top)
        bottom = section.footer.paragraphs[0]
        bottom.alignment = WD_ALIGN_PARAGRAPH.CENTER
        before, rest = foot.split("{page}")
        between, after = rest.split("{pages}")
        for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
            _run(bottom, text, 9, SOFT)
            if field:
                _field(bottom, field)

    def _styles(self) -> None:
        styles = self._doc.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = "Calibri", Pt(10.5)
        normal.paragraph_format.space_after = Pt(5)
        for level, size in ((1, 15), (2, 12.5), (3, 11)):
            style = styles[f"Heading {level}"]
            style.font.name, style.font.size, style.font.bold = "Calibri", Pt(size), True
            style.font.color.rgb = INK
            fonts = style.element.rPr.rFonts
            for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{kind}"), None)
            style.paragraph_format.space_before = Pt(14 if level == 1 else 10)
            style.paragraph_format.space_after = Pt(4)
            style.paragraph_format.keep_with_next = True

    def title(self, over: str, text: str, under: Sequence[str] = ()) -> None:
        """The name of the document in the middle of the page, with lines over and under it."""
        for said, size, colour, bold in (
            (over, 11, SOFT, False),
            (text, 20, INK, True),
            *((line, 11, SOFT, False) for line in under),
        ):
            paragraph = self._doc.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(paragraph, said, size, colour, bold=bold)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading, kept with what follows."""
        self._doc.add_heading(text, level)

    def text(self, text: str, *, soft: bool = False, together: bool = False) -> None:
        """A paragraph."""
        paragraph = self._doc.add_paragraph()
        paragraph.paragraph_format.keep_with_next = together
        _run(paragraph, text, 9.5 if soft else None, SOFT if soft else INK)

    def table(
        self, heads: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]
    ) -> None:
        """A table whose first row is repeated on each page; widths in parts of the page."""
        table = self._grid(len(heads), widths)
        for cell, text in zip(table.rows[0].cells, heads, strict=True):
            _put(cell, text, bold=True, fill=True)
        _repeat(table.rows[0]._tr)
        for row in rows:
            line = _row(table)
            _whole(line._tr)
            for cell, text in zip(line.cells, row, strict=True):
                _put(cell, text)
        self._fit(table, widths)
        self._doc.add_paragraph().paragraph_format.space_after = Pt(2)

    def pairs(self, pairs: Sequence[tuple[str, str]], widths: Sequence[int] = (32, 68)) -> None:
        """A table of two columns: what it is, and what it says."""
        table = self._grid(2, widths)
        for at, (name, said) in enumerate(pairs):
            row = table.rows[0] if at == 0 else _row(table)
            _whole(row._tr)
            _put(row.cells[0], name, bold=True, fill=True, close=at < len(pairs) - 1)
            _put(row.cells[1], said)
        self._fit(table, widths)
        self._doc.add_paragraph().paragraph_format.space_after = Pt(2)

    def signatures(self, names: Sequence[str]) -> None:
        """Room to sign, two beside each other."""
        table = self._doc.add_table(rows=0, cols=2)
        for at in range(0, len(names), 2):
            row = _row(table)
            _whole(row._tr)
            for cell, name in zip(row.cells, (*names[at : at + 2], "")[:2], strict=True):
                paragraph = cell.paragraphs[0]
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                paragraph.paragraph_format.space_before = Pt(48)
                if name:
                    _run(paragraph, f"______________________________\n{name}", 9.5, INK)

    def page(self) -> None:
        """What follows begins on a new page."""
        self._doc.add_page_break()  # type: ignore[no-untyped-call]

    def bytes(self) -> bytes:
        """The file."""
        out = BytesIO()
        self._doc.save(out)
        return out.getvalue()

    def _grid(self, columns: int, widths: Sequence[int]) -> Table:
        table: Table = self._doc.add_table(rows=1, cols=columns)
        table.style = "Table Grid"
        _soften(table)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        return table

    def _fit(self, table: Table, widths: Sequence[int]) -> None:
        whole = sum(widths)
        for column, part in zip(table.columns, widths, strict=True):
            column.width = Mm(WIDTH * part / whole)
        for row in table.rows:
            for cell, part in zip(row.cells, widths, strict=True):
                cell.width = Mm(WIDTH * part / whole)


def tables(path: Path, name: str) -> list[list[list[str]]]:
    """Every table of a document as rows of cells; a merged cell is told once for each place.

    Raises
    ------
    Malformed
        It is no DOCX, or it is damaged.
    TooLarge
        It unpacks to more than a plan can be.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise TooLarge(
                    "El documento {name} es demasiado grande al abrirse.",
                    remedy="Quite las imágenes o pase las tablas a la plantilla.",
                    name=name,
                )
        with path.open("rb") as file:
            found = Document(file).tables
        return [
            [[cell.text.strip() for cell in row.cells] for row in table.rows]
            for table in found[:MOST_TABLES]
        ]
    # What python-docx and lxml let out of a file that is cut, forged or half written.
    except (
        *(zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, IndexError),
        *(AttributeError, SyntaxError, EOFError, NotImplementedError),
    ) as error:
        raise Malformed(
            "El documento {name} está dañado o no es un .docx común.",
            remedy="Ábralo, guárdelo otra vez como .docx y súbalo.",
            name=name,
        ) from error


def _run(
    paragraph: Paragraph, text: str, size: float | None, colour: RGBColor, *, bold: bool = False
) -> None:
    run = paragraph.add_run(text)
    run.font.color.rgb = colour
    run.bold = bold
    if size:
        run.font.size = Pt(size)


def _put(
    cell: _Cell, text: str, *, bold: bool = False, fill: bool = False, close: bool = False
) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.keep_with_next = close
    _run(paragraph, text, 9, INK, bold=bold)
    if fill:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", FILL)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _soften(table: Table) -> None:
    """Thin warm lines in the place of black ones."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "B3ADA1")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _row(table: Table) -> Any:
    # Its author gave this method no types.
    return table.add_row()  # type: ignore[no-untyped-call]


def _mark(row: Any, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))


def _repeat(row: Any) -> None:
    _mark(row, "w:tblHeader")


def _whole(row: Any) -> None:
    """A row is not cut at the end of a page."""
    _mark(row, "w:cantSplit")


def _field(paragraph: Paragraph, instruction: str) -> None:
    """A number that the word processor fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    look, size = OxmlElement("w:rPr"), OxmlElement("w:sz")
    size.set(qn("w:val"), "18")
    look.append(size)
    text.text = "1"
    run.append(look)
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _rule(paragraph: Paragraph) -> None:
    """A thin line under a paragraph."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "3"), ("color", "B3ADA1")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)
