"""A PDLC as a paper that a town hall signs: DOCX that can be imported again, and PDF.

Papers of the municipality are in Spanish, whatever the language of the screen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any

from app.documents import typesetting
from app.documents.letters import Letter
from app.documents.sheet_books import BookColumn, Leaf
from app.operations import pdlc_files, pdlc_reading
from app.operations.pdlc_layout import (
    ACTIONS,
    COLUMNS,
    KINDS,
    LINES,
    OBJECTIVES,
    PLAN_FIELDS,
    SHEET_COLUMNS,
    TARGET,
)
from app.operations.pdlc_progress import Line
from app.operations.pdlc_reading import Sheet, Whole
from app.planning.reasons import APART, grouped, tenths
from app.records.pdlc import Amendment

MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"),
    *("setiembre", "octubre", "noviembre", "diciembre"),
)
VERDICTS = {
    "unknown": "no se sabe",
    "no_target": "sin metas",
    "met": "llegó a la meta",
    "near": "puede haber llegado",
    "on_way": "en camino",
    "out_of_reach": "no llega al paso que va",
}
AMENDED = {
    "proposed": "propuesta",
    "concerted": "concertada en el CCL",
    "approved": "aprobada",
    "rejected": "rechazada",
}
SIGNERS = (
    "Alcaldesa o alcalde",
    "Secretaría general",
    "Por el Consejo de Coordinación Local",
    "Oficina de Planeamiento y Presupuesto",
)
WIDTHS = {
    OBJECTIVES: (17, 46, 40, 30),
    ACTIONS: (21, 17, 42, 32, 28, 20),
    LINES: (21, 22, 26, 60, 14),
}
PROGRESS_HEADS = (
    *("Indicador", "Línea base", "Valor actual", "De dónde sale", "Meta del año", "Meta final"),
    "Avance",
)


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that the papers say: the plan, its board on a day, its amendments.

    ``names`` of needs by code are for the PDF, which is signed; the others are read in again
    and keep the codes.
    """

    place: str
    found: Whole
    lines: Mapping[int, Line]
    amendments: Sequence[Amendment]
    day: date
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def period(self) -> str:
        """``2023-2030``."""
        return f"{self.found.plan.first_year}-{self.found.plan.last_year}"

    @property
    def standing(self) -> str:
        """Under which ordinance it rules, or that it does not."""
        plan = self.found.plan
        if plan.state == "draft":
            return "BORRADOR de trabajo: no rige mientras no lo apruebe una ordenanza"
        on = f" del {long_day(plan.approved_on)}" if plan.approved_on else ""
        said = f"Aprobado por {plan.ordinance}{on}"
        return said if plan.state == "in_force" else f"{said}. Ya no rige"


def long_day(day: date) -> str:
    """``22 de noviembre de 2026``."""
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def figure(value: float | None, unit: str) -> str:
    """A value with its unit, one decimal at most: ``45,5 %``."""
    if value is None:
        return "no se sabe"
    return tenths(value).removesuffix(",0") + f"{APART}{unit}"


def way(line: Line) -> str:
    """How much of the way is made, between what the data allow."""
    told = line.progress
    if told.share is None or told.low is None or told.high is None:
        return VERDICTS[told.verdict]
    low, high = round(100 * told.low), round(100 * told.high)
    span = f"{low}{APART}%" if low == high else f"entre {low} y {high}{APART}%"
    return f"{span} del camino; {VERDICTS[told.verdict]}"


def basis(line: Line) -> str:
    """What stands behind the actual value: ``61 de 158, 12 de 31 comunidades, 15 jun 2027``."""
    actual = line.actual
    if actual is None:
        return ""
    parts = (
        [f"{grouped(actual.count.x)} de {grouped(actual.count.n)}"]
        if actual.count
        else [actual.source]
    )
    if actual.communities is not None and line.of_all is not None:
        parts.append(f"{actual.communities} de {line.of_all} comunidades")
    parts.append(f"{actual.on:%d/%m/%Y}" if actual.on else actual.label)
    return "; ".join(filter(None, parts))


def progress_rows(paper: Paper) -> list[list[str]]:
    """The board as a table, in the order of the objectives."""
    rows = []
    for sheet in paper.found.sheets:
        line, unit = paper.lines[sheet.row.id], sheet.row.unit
        base = figure(sheet.row.baseline, unit)
        if sheet.row.baseline_year and sheet.row.baseline is not None:
            base = f"{base} ({sheet.row.baseline_year})"
        last = sheet.way.last
        rows.append(
            [
                f"{sheet.row.code} {sheet.row.name}",
                base,
                figure(line.actual.reached.value if line.actual else None, unit),
                basis(line),
                figure(line.due, unit) if line.due is not None else "sin meta",
                f"{figure(last[1], unit)} ({last[0]})" if last else "sin meta",
                way(line),
            ]
        )
    return rows


def workbook(paper: Paper) -> bytes:
    """The plan in the layout of the template, with the board as one sheet more."""
    columns = [BookColumn(title, 40 if at == 0 else 22) for at, title in enumerate(PROGRESS_HEADS)]
    board = Leaf("Avance", columns, progress_rows(paper))
    return pdlc_files.workbook(pdlc_reading.content_of(paper.found), paper.day, [board])


def document(paper: Paper) -> bytes:
    """The plan as DOCX, its tables in the layout of the template."""
    plan = paper.found.plan
    content = pdlc_reading.content_of(paper.found)
    head = f"Municipalidad Distrital de {paper.place} · PDLC {paper.period}"
    letter = Letter(f"PDLC {paper.period} de {paper.place}", head)
    letter.title(
        f"Municipalidad Distrital de {paper.place}",
        plan.title,
        (f"Periodo {paper.period}", paper.standing),
    )
    letter.heading("Datos del plan")
    told = (plan.title, plan.first_year, plan.last_year, plan.vision, plan.ordinance)
    day = f"{plan.approved_on:%d/%m/%Y}" if plan.approved_on else ""
    names = [field.title for field in PLAN_FIELDS]
    letter.pairs(list(zip(names, map(_plain, (*told, day)), strict=True)))
    rows = pdlc_files.rows_of(content, [])
    for sheet, title in (
        (OBJECTIVES, "Objetivos estratégicos"),
        (ACTIONS, "Acciones estratégicas"),
        (LINES, "Por dónde se ejecutan: PEI, POI y proyectos"),
    ):
        if not rows[sheet]:
            continue
        letter.heading(title)
        columns = COLUMNS[sheet]
        letter.table(
            [column.title for column in columns],
            WIDTHS[sheet],
            [list(map(_plain, row)) for row in rows[sheet]],
        )
    letter.heading(f"Avance al {long_day(paper.day)}")
    letter.text(
        "El valor actual sale de las rondas aprobadas donde el indicador está enlazado. El avance "
        "se dice entre lo que los datos permiten: donde no hay ronda, no se sabe.",
        soft=True,
    )
    letter.table(PROGRESS_HEADS, (32, 16, 15, 26, 14, 16, 24), progress_rows(paper))
    letter.page()
    letter.heading("Fichas de indicadores")
    for sheet_read in paper.found.sheets:
        letter.heading(f"{sheet_read.row.code} {sheet_read.row.name}", 2)
        letter.pairs(_card(sheet_read, paper.lines[sheet_read.row.id]))
    if paper.amendments:
        letter.heading("Enmiendas")
        letter.table(("N.º", "Qué cambia", "Por qué", "Estado"), (10, 45, 52, 30), _amended(paper))
    letter.heading("Firmas")
    letter.signatures(SIGNERS)
    return letter.bytes()


def _card(sheet: Sheet, line: Line) -> list[tuple[str, str]]:
    targets = sorted(sheet.targets.items())
    row = pdlc_files.sheet_values(pdlc_reading.sheet_text(sheet))
    pairs = [(h.title, _plain(cell)) for h, cell in zip(SHEET_COLUMNS, row, strict=True)]
    pairs += [(f"{TARGET} {year}", _plain(value)) for year, value in targets]
    if line.actual is not None:
        said = f"{figure(line.actual.reached.value, sheet.row.unit)} ({basis(line)})"
        pairs.append(("Valor actual", said))
    return pairs


def _amended(paper: Paper) -> list[list[str]]:
    return [
        [
            str(row.number),
            row.what,
            row.why,
            ", ".join(
                filter(
                    None,
                    (
                        AMENDED[row.state],
                        row.ordinance,
                        f"{row.decided_on:%d/%m/%Y}" if row.decided_on else "",
                    ),
                )
            ),
        ]
        for row in paper.amendments
    ]


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def pdf(paper: Paper, made: datetime) -> bytes:
    """The plan as PDF."""
    return typesetting.pdf("pdlc.typ", values(paper), made)


def values(paper: Paper) -> dict[str, Any]:
    """What the template of the PDF prints."""
    plan = paper.found.plan
    years = sorted(set(chain.from_iterable(s.targets for s in paper.found.sheets)))
    return {
        "place": paper.place,
        "title": plan.title,
        "period": paper.period,
        "standing": paper.standing,
        "draft": plan.state == "draft",
        "vision": plan.vision,
        "day": long_day(paper.day),
        "years": [str(year) for year in years],
        "objectives": [
            {
                "code": each.row.code,
                "statement": each.row.statement,
                "expected": each.row.expected,
                "needs": ", ".join(paper.names.get(need, need) for need in each.needs),
                "actions": [
                    {
                        "code": a.row.code,
                        "statement": a.row.statement,
                        "responsible": a.row.responsible or "falta el responsable",
                        "route": a.row.route,
                        "lines": "; ".join(
                            " ".join(filter(None, (KINDS[n.kind], n.code, n.name))) for n in a.lines
                        ),
                    }
                    for a in each.actions
                ],
                "sheets": [_printed(sheet, paper.lines[sheet.row.id]) for sheet in each.sheets],
            }
            for each in paper.found.objectives
        ],
        "amendments": _amended(paper),
        "signers": list(SIGNERS),
    }


def _printed(sheet: Sheet, line: Line) -> dict[str, Any]:
    skip = {"code", "name", "of", "baseline", "baseline_year", "direction"}
    row = pdlc_files.sheet_values(pdlc_reading.sheet_text(sheet))
    fields = [
        (h.title, _plain(cell))
        for h, cell in zip(SHEET_COLUMNS, row, strict=True)
        if h.key not in skip and _plain(cell)
    ]
    told = line.progress
    base = figure(sheet.row.baseline, sheet.row.unit)
    return {
        "code": sheet.row.code,
        "name": sheet.row.name,
        "of": sheet.of,
        "direction": "más es mejor" if sheet.row.direction == "up" else "menos es mejor",
        "fields": fields,
        "base": f"{base} ({sheet.row.baseline_year})" if sheet.row.baseline_year else base,
        "targets": {str(year): _plain(float(value)) for year, value in sheet.targets.items()},
        "actual": figure(line.actual.reached.value if line.actual else None, sheet.row.unit),
        "basis": basis(line),
        "way": way(line),
        "low": told.low,
        "high": told.high,
    }
