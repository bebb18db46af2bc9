"""Filled sheets of an instrument: each document of the file goes the way of any other.

A document is judged by the same reading as one that was typed on the page, with the roles
that its sender has in its community. What is taken or left out by itself is a document, or
one home where the lines are homes. A template says its own key, so that the same line of the
same template is the same document however often it comes; other files are known by what
their lines say. Nothing that a cell holds is kept in the report but where nobody is meant.
"""

from collections.abc import Mapping, Sequence

from app.capture.spread_cells import ZERO
from app.capture.spread_rows import (
    Fault,
    grouped,
)
from app.errors import Invalid, RowError
from app.gis.notices import Notice
from app.operations.imports import form_files
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.operations.imports.form_judging import Judge, Judged
from app.operations.imports.form_places import Places
from app.records import stamps
from app.store.sessions import Reading


class SheetFound(Found):
    """As ``Found``; what is refused are documents or homes, and lines that are nobody's."""

    def __init__(self) -> None:
        super().__init__()
        self.units = 0
        self.told: list[Notice] = []

    @property
    def count(self) -> int:
        """Documents or homes that cannot be taken, and lines of none."""
        return self.units

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was mended or looked doubtful."""
        return tuple(self.told)


def check(session: Reading, asked: Asked, say: Say) -> Checked:
    """Read the file and judge each document."""
    places = Places(session, asked)
    say(0, 3, "Leyendo la hoja de cálculo")
    file = form_files.read(
        asked.upload(), asked.limits, places.layout, _chosen(asked), places.community
    )
    _refuse_other(places, file.about)
    groups, orphans = grouped(places.layout, file.lines)
    found = SheetFound()
    judge = Judge(session, asked, places, file)
    judged = []
    for number, group in enumerate(groups):
        judged.append(judge.group(group))
        if number % 20 == 0:
            say(number, len(groups), f"Revisando {len(groups)} fichas")
    _gather(found, places, file, [*orphans, *judge.nobodys(groups)], judged)
    ready = [each.ready for each in judged if each.ready is not None]
    counts = {state: sum(r.state == state for r in ready) for state in ("new", "changed", "same")}
    nobodys = {fault.line for fault in (*orphans, *judge.nobodys(groups))}
    rows = sum(each.units for each in judged) + len(nobodys)
    summary = {"sheets": file.sheets, "documents": len(ready), "homes": bool(places.layout.homes)}
    basis = stamps.version(session, "territory")
    return Checked(rows, found, counts, ready, summary, basis)


def _chosen(asked: Asked) -> dict[str, dict[str, str]]:
    """Columns that the person named: code by letter, by sheet."""
    given = asked.options.get("mapping") or {}
    found: dict[str, dict[str, str]] = {}
    for name, code in given.items() if isinstance(given, Mapping) else ():
        title, _, place = str(name).rpartition("|")
        found.setdefault(title, {})[place] = str(code)
    return found


def _refuse_other(places: Places, about: Mapping[str, str]) -> None:
    """Refuse the template of another instrument, or of another community."""
    other = about.get("ficha", places.instrument.code)
    if other != places.instrument.code:
        raise Invalid(
            "Es la plantilla de otra ficha («{other}»), y aquí va «{title}».",
            remedy="Súbala en la página de su ficha.",
            other=other[:40],
            title=places.instrument.title.es,
        )
    community = about.get("comunidad", "")
    if community and places.community and community != places.community:
        raise Invalid(
            "Es la plantilla de otra comunidad ({other}).",
            remedy="Súbala en la página de esa comunidad.",
            other=community[:20],
        )


def _gather(
    found: SheetFound,
    places: Places,
    file: form_files.Read,
    orphans: Sequence[Fault],
    judged: Sequence[Judged],
) -> None:
    lines = {fault.line for fault in orphans}
    found.units = sum(each.bad for each in judged) + len(lines)
    for fault in [*orphans, *(fault for each in judged for fault in each.faults)]:
        found.refuse_row(_row(places, fault))
    found.told = list(file.notices)
    remarks: dict[tuple[str, str], list[int]] = {}
    for (tab, _), mended in file.zeros.items():
        remarks.setdefault((ZERO, tab), []).extend(line.row for line in mended)
    for each in judged:
        for remark, there in each.remarks.items():
            for line in there:
                remarks.setdefault((remark, line.tab), []).append(line.row)
    for (remark, tab), rows in remarks.items():
        shown = ", ".join(map(str, sorted(set(rows))[:10]))
        more = len(set(rows)) - 10
        told = f"{shown} y {more} más" if more > 0 else shown
        found.told.append(Notice(remark, {"tab": tab, "rows": told}, row=min(rows)))


def _row(places: Places, fault: Fault) -> RowError:
    """An error as it is kept: with its cell, and with what the cell says only where it is open."""
    line, code = fault.line, fault.code
    column = places.columns.get(code)
    where = line.tab
    if code in line.letters:
        title = column.title.es if column is not None else code
        where = f"{line.tab}, celda {line.letters[code]}{line.row} «{title[:60]}»"
    closed = column is not None and column.field is not None
    closed = closed and column.field.sensitivity != "none"  # type: ignore[union-attr]
    value = "" if closed else fault.value[:80]
    return RowError(line.row, where, fault.message, value, fault.remedy)
