"""The dossier as one archive: an index, and each annex as PDF, DOCX and XLSX.

The same rows on the same day give the same bytes: papers bear the moment of their newest row,
and no file of the archive the hour at which it was made.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlmodel import col, select

from app.documents import acta as papers
from app.documents import tables
from app.documents.acta import Acta
from app.operations import processes, signing, votings
from app.operations.dossier import money, people
from app.operations.dossier.annex import Annex, Maker, part
from app.records.places import Where
from app.records.process import Process
from app.records.proposals import Allocation
from app.store.sessions import Reading

EPOCH = (1980, 1, 1, 0, 0, 0)


def annexes(session: Reading, where: Where, year: int, day: date) -> tuple[Annex, ...]:
    """Every annex of a year, in the order in which the ministry's instructions name them."""
    maker = Maker(where, year, day)
    process = processes.of_year(session, where, year)
    before = (
        people.legal(session, maker, process),
        people.agents(session, maker, process),
        people.team(session, maker, process, "technical_team"),
        people.calendar(session, maker, process),
        money.projects(session, maker),
        money.acta(session, maker),
        people.team(session, maker, process, "oversight"),
        money.earlier(session, maker),
    )
    return (*before, money.ministry(session, maker, process, before))


def index(session: Reading, where: Where, year: int, day: date, found: Sequence[Annex]) -> Acta:
    """The first page: what the dossier holds, and what lacks."""
    seats = signing.seats_on(session, where, day)
    signers = [signing.official(seats, each) for each in (signing.MAYOR, signing.PLANNING)]
    rows = [
        (f"{at:02}", annex.title, ", ".join(files(at, annex)) or "sin datos todavía")
        for at, annex in enumerate(found, 1)
    ]
    whole = sum(annex.paper is not None and not annex.missing for annex in found)
    maker = Maker(where, year, day)
    return maker.paper(
        f"Expediente del presupuesto participativo {year}",
        (("Distrito", f"{where.name} ({where.code})"), ("Completos", f"{whole} de {len(found)}")),
        (part("Anexos", (("N.º", "Anexo", "Archivos"), rows, (1, 6, 9))), money.note(found)),
        signers,
    )


def files(at: int, annex: Annex) -> list[str]:
    """The names of the files of an annex."""
    stem = f"{at:02}-{annex.slug}"
    kinds = [*(("pdf", "docx") if annex.paper else ()), *(("xlsx",) if annex.sheets else ())]
    return [f"{stem}.{kind}" for kind in kinds]


def archive(session: Reading, where: Where, year: int, day: date) -> bytes:
    """The whole dossier as a ZIP."""
    found = annexes(session, where, year, day)
    made = moment(session, where, year)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        first = index(session, where, year, day, found)
        _put(book, "00-indice.pdf", papers.pdf(first, made))
        _put(book, "00-indice.docx", steady(papers.as_docx(first, made)))
        for at, annex in enumerate(found, 1):
            stem = f"{at:02}-{annex.slug}"
            if annex.paper is not None:
                _put(book, f"{stem}.pdf", papers.pdf(annex.paper, made))
                _put(book, f"{stem}.docx", steady(papers.as_docx(annex.paper, made)))
            if annex.sheets:
                _put(book, f"{stem}.xlsx", tables.as_xlsx(annex.sheets))
    return out.getvalue()


def moment(session: Reading, where: Where, year: int) -> datetime:
    """When the newest of the rows that make the year was written."""
    process: Process | None = processes.of_year(session, where, year)
    voting = votings.current(session, where, year)
    run = session.exec(
        select(Allocation.at)
        .where(Allocation.place_id == where.place_id, Allocation.fiscal_year == year)
        .order_by(col(Allocation.id).desc())
    ).first()
    told = [
        *([processes.in_force(session, process).at] if process else []),
        *([voting.closed_at] if voting and voting.closed_at else []),
        *([run] if run else []),
    ]
    return max(told, default=datetime(year, 1, 1, tzinfo=UTC))


def steady(package: bytes) -> bytes:
    """A DOCX without the hour at which its parts were packed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        for name in given.namelist():
            _put(book, name, given.read(name))
    return out.getvalue()


def _put(book: zipfile.ZipFile, name: str, body: bytes) -> None:
    told = zipfile.ZipInfo(name, EPOCH)
    told.compress_type = zipfile.ZIP_DEFLATED
    told.external_attr = 0o644 << 16
    book.writestr(told, body)
