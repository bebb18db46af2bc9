"""An annex: a paper, its sheets, and what lacks where somebody did not write it yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.documents.acta import Acta, Part, Signer, Table
from app.documents.tables import Table as Sheet
from app.operations.acta_words import MONTHS
from app.records.places import Where


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that lacks, and the page of the district where it is entered."""

    what: str
    page: str


@dataclass(frozen=True, slots=True)
class Annex:
    """One annex. ``paper`` None has no data at all; ``sheets`` go beside it as a workbook."""

    slug: str
    title: str
    paper: Acta | None = None
    sheets: tuple[Sheet, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Maker:
    """Where and for which year papers are made, and what names the budget on all of them."""

    where: Where
    year: int
    day: date

    def page(self, name: str = "") -> str:
        """A page of the year's budget."""
        return f"/d/{self.where.code}/presupuesto/{self.year}" + (f"/{name}" if name else "")

    def paper(
        self,
        title: str,
        facts: Sequence[tuple[str, str]],
        parts: Sequence[Part | None],
        signatures: Sequence[Signer] = (),
        foot: str = "",
    ) -> Acta:
        """A paper of the dossier."""
        return Acta(
            over=f"Municipalidad Distrital de {self.where.name}",
            title=title,
            facts=tuple(facts),
            parts=tuple(part for part in parts if part is not None),
            signatures=tuple(signatures),
            foot=foot or f"Expediente del presupuesto participativo {self.year}",
        )


def day(when: date | None) -> str:
    """A day as a paper says it."""
    if when is None:
        return "no se anotó"
    return f"{when.day} de {MONTHS[when.month - 1]} de {when.year}"


def short(when: date | None) -> str:
    """A day in a column."""
    return f"{when:%d/%m/%Y}" if when is not None else ""


def part(
    title: str,
    table: tuple[Sequence[str], Sequence[Sequence[str]], Sequence[int]],
    sentences: Sequence[str] = (),
    right: Sequence[int] = (),
) -> Part:
    """A section with a table of headings, rows and widths; without rows it has none."""
    heads, rows, widths = table
    made = Table(tuple(heads), tuple(map(tuple, rows)), tuple(widths), tuple(right))
    return Part(title, tuple(sentences), made if rows else None)
