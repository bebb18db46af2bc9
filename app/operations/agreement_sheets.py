"""Every row of the follow-up as a workbook, and the template by which earlier years come in."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.documents.tables import Column, Table
from app.operations import agreements
from app.operations.agreement_papers import STATES, Told, whom
from app.records.works import Finding

VERDICTS = {
    "conforming": "conforme",
    "observed": "con observaciones",
    "not_conforming": "no conforme",
}
EFFORTS = {
    "labour": "Faena",
    "cofinancing": "Cofinanciamiento",
    "materials": "Materiales",
    "maintenance": "Mantenimiento",
}
BODIES = {"oversight": "Comité de vigilancia", "community": "Comunidad"}


def sheets(found: Sequence[Told]) -> list[Table]:
    """Every row as a workbook: agreements, readings, milestones, findings, efforts."""
    return [_sheet(found), *(_of(found, name, make) for name, make in _SHEETS.items())]


def _sheet(found: Sequence[Told]) -> Table:
    columns = [
        *(Column("Código"), Column("Año", "year", 8), Column("Acuerdo", "text", 44)),
        *(Column("Comunidades", "text", 30), Column("CUI", width=10), Column("Fuente", "text", 20)),
        *(Column(name, "money") for name in ("Acordado", "PIM", "Certificado", "Devengado")),
        *(Column("Pagado", "money"), Column("Estado"), Column("Entregada", "day")),
        *(Column("Conforme", "day"), Column("Última noticia", "day")),
        *(Column("Mantenimiento", "text", 26), Column("Nota", "text", 40)),
    ]
    rows = []
    for told in found:
        row, money = told.row, told.news.money
        rows.append(
            (
                *(agreements.code_of(row), row.fiscal_year, row.title, whom(told.news)),
                *(row.cui, row.source, row.cents, money.pim, money.certified, money.accrued),
                *(money.paid, STATES.get(row.state, row.state), row.delivered_on),
                *(told.news.conforming_on, row.updated_on, row.upkeep_by, row.note),
            )
        )
    return Table("Acuerdos", columns, rows)


def _readings(told: Told) -> list[tuple[Any, ...]]:
    return [
        (line.on_day, line.pim_cents, line.certified_cents, line.accrued_cents, line.paid_cents)
        for line in told.news.lines
    ]


def _milestones(told: Told) -> list[tuple[Any, ...]]:
    return [(m.title, m.due_on, m.reached_on, m.struck) for m in told.news.milestones]


def _findings(told: Told) -> list[tuple[Any, ...]]:
    names = {each.id: each.name for each in told.news.places}
    return [
        (f.on_day, _body(f, names), VERDICTS.get(f.verdict, f.verdict), f.text)
        for f in told.news.findings
    ]


def _body(found: Finding, names: Mapping[int, str]) -> str:
    return names.get(found.community_id or 0, BODIES[found.body])


def _efforts(told: Told) -> list[tuple[Any, ...]]:
    return [
        (e.on_day, EFFORTS[e.kind], "ofrecido" if e.promised else "dado", e.people, e.days, e.cents)
        for e in told.news.efforts
        if not e.struck
    ]


_SHEETS: dict[str, tuple[Sequence[Column], Any]] = {
    "Lecturas": (
        (
            Column("Día", "day"),
            *(Column(n, "money") for n in ("PIM", "Certificado", "Devengado", "Pagado")),
        ),
        _readings,
    ),
    "Hitos": (
        (
            Column("Hito", "text", 40),
            Column("Hasta", "day"),
            Column("Alcanzado", "day"),
            Column("Tachado", "text", 24),
        ),
        _milestones,
    ),
    "Hallazgos": (
        (
            Column("Día", "day"),
            Column("Quién", "text", 26),
            Column("Palabra", "text", 18),
            Column("Qué se vio", "text", 60),
        ),
        _findings,
    ),
    "Aportes": (
        (
            Column("Día", "day"),
            Column("Aporte", "text", 18),
            Column("Ofrecido o dado"),
            Column("Personas", "number"),
            Column("Jornadas", "number"),
            Column("Valor", "money"),
        ),
        _efforts,
    ),
}


def _of(found: Sequence[Told], name: str, about: tuple[Sequence[Column], Any]) -> Table:
    columns, make = about
    rows = [(agreements.code_of(told.row), *line) for told in found for line in make(told)]
    return Table(name, [Column("Código", width=11), *columns], rows)


def template(
    indicators: Sequence[tuple[str, str]], communities: Sequence[tuple[str, str]]
) -> list[Table]:
    """An empty sheet with the headings that are understood, and the codes that may be used."""
    columns = [
        *(Column("Año", "year", 8), Column("Acuerdo", "text", 44)),
        *(Column("Comunidad", "text", 26), Column("CUI"), Column("Fuente", "text", 20)),
        *(Column(n, "money") for n in ("Acordado", "PIM", "Certificado", "Devengado", "Pagado")),
        *(Column("Estado", "text", 16), Column("Al día", "day"), Column("Entregada el", "day")),
        *(Column("Conforme el", "day"), Column("Indicador"), Column("Mantenimiento", "text", 26)),
        Column("Nota", "text", 40),
    ]
    notes = (
        "Una fila por acuerdo. Solo el año y el acuerdo son obligatorios.",
        "Varias comunidades en una celda: sepárelas con punto y coma.",
        f"Estado: {', '.join(STATES.values())}.",
        "Fechas como 31/12/2025. Montos en soles, sin fórmulas.",
    )
    return [
        Table("Acuerdos", columns, []),
        Table("Cómo se llena", [Column("Indicaciones", "text", 90)], [(note,) for note in notes]),
        Table("Comunidades", [Column("Código"), Column("Nombre", "text", 40)], list(communities)),
        Table("Indicadores", [Column("Código"), Column("Nombre", "text", 60)], list(indicators)),
    ]
