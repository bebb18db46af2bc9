"""The annexes of the money: projects, acta, earlier agreements, the tables of the ministry."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlmodel import col, select

from app.documents.acta import Part
from app.documents.tables import Column
from app.documents.tables import Table as Sheet
from app.errors import Conflict
from app.operations import (
    actas,
    agreed_lists,
    agreement_papers,
    agreement_sheets,
    allocations,
    ceilings,
    pdlc_reading,
    petitions,
    proposals,
    team_seats,
    vote_counts,
    votings,
)
from app.operations.dossier.annex import Annex, Maker, Missing, part
from app.planning.reasons import soles
from app.records.pdlc import Objective, ProposalServing
from app.records.process import Process
from app.records.proposals import Agreement, Allocation, Proposal
from app.store.sessions import Reading

KINDS = {"project": "proyecto de inversión", "ioarr": "IOARR", "activity": "actividad"}


def run_of(session: Reading, maker: Maker) -> Allocation | None:
    """The newest published run of the year, else the newest."""
    runs = allocations.listed(session, maker.where, maker.year)
    return next((run for run in runs if run.published), runs[0] if runs else None)


def _funded(session: Reading, run: Allocation) -> set[str]:
    """The codes that go in: those agreed by people where they wrote a list, else those counted."""
    beside = agreed_lists.newest(session, run)
    if beside is not None:
        return set(beside.funded)
    return {line["code"] for line in run.outcomes if line["funded"]}


def projects(session: Reading, maker: Maker) -> Annex:
    """The prioritised projects that the money reaches, and those that stay out, each with why."""
    slug, title = "proyectos-priorizados", "Proyectos priorizados"
    run = run_of(session, maker)
    if run is None:
        return Annex(
            slug,
            title,
            missing=(Missing("la votación o la asignación del año", maker.page("votacion")),),
        )
    inside = _funded(session, run)
    rows = [
        (
            line["code"],
            line["title"],
            ", ".join(line["communities"]),
            soles(line["cost_cents"]) if line["cost_cents"] is not None else "por saber",
            line["sentence"],
        )
        for line in run.outcomes
    ]
    heads = ("N.º", "Proyecto", "Comunidades", "Costo", "Por qué")
    spent = sum(o["cost_cents"] or 0 for o in run.outcomes if o["code"] in inside)
    chosen = [row for row in rows if row[0] in inside]
    rest = [row for row in rows if row[0] not in inside]
    paper = maker.paper(
        title,
        (
            ("Presupuesto por repartir", soles(run.cents)),
            ("Entran", f"{len(chosen)} de {len(rows)} por {soles(spent)}"),
            ("Quedan", soles(run.cents - spent)),
        ),
        (
            part("Entran", (heads, chosen, (3, 8, 6, 4, 8)), right=(3,)),
            part("No entran", (heads, rest, (3, 8, 6, 4, 8)), right=(3,)) if rest else None,
        ),
        foot=f"Huella de los datos y las reglas (SHA-256): {run.digest}",
    )
    missing = () if run.published else (Missing("publicar el resultado", maker.page()),)
    return Annex(slug, title, paper, (_projects_sheet(session, maker, run, inside),), missing)


def _projects_sheet(session: Reading, maker: Maker, run: Allocation, inside: set[str]) -> Sheet:
    objectives = _objectives(session, maker)
    agreed = _agreed(session, maker)
    known = {str(row.uuid): row for row in proposals.listed(session, maker.where, maker.year)}
    return Sheet(
        "Proyectos",
        (
            Column("N.º", width=7),
            Column("Entra", width=8),
            Column("Proyecto", width=36),
            Column("Clase", width=23),
            Column("Problema o necesidad", width=25),
            Column("Objetivo del PDLC", width=13),
            Column("Comunidades", width=26),
            Column("Beneficiarios", "number", 15),
            Column("Monto (S/)", "money", 15),
            Column("Apoyo", "number", 9),
            Column("CUI", width=11),
            Column("Fuente", width=20),
        ),
        [
            _project(line, inside, known.get(line["proposal"] or ""), objectives, agreed)
            for line in run.outcomes
        ],
        ("El CUI y la fuente vienen del acuerdo, en el seguimiento.",),
    )


def _project(
    line: Mapping[str, Any],
    inside: set[str],
    row: Proposal | None,
    objectives: Mapping[int, list[str]],
    agreed: Mapping[int, Agreement],
) -> tuple[Any, ...]:
    agreement = agreed.get(row.id) if row else None
    return (
        line["code"],
        "sí" if line["code"] in inside else "no",
        line["title"],
        KINDS.get(str(line.get("kind") or (row.kind if row else "")), ""),
        str(line.get("need_name") or ""),
        ", ".join(objectives.get(row.id, [])) if row else "",
        ", ".join(line["communities"]),
        line["people"],
        line["cost_cents"],
        line["support"],
        agreement.cui if agreement else "",
        agreement.source if agreement else "",
    )


def _objectives(session: Reading, maker: Maker) -> dict[int, list[str]]:
    """The codes of the objectives in force that each proposal serves."""
    plan = pdlc_reading.in_force(session, maker.where)
    if plan is None:
        return {}
    found: dict[int, list[str]] = {}
    for key, code in session.exec(
        select(ProposalServing.proposal_id, Objective.code)
        .join(Objective, col(Objective.id) == ProposalServing.objective_id)
        .where(Objective.pdlc_id == plan.id)
        .order_by(col(Objective.code))
    ).all():
        found.setdefault(key, []).append(code)
    return found


def _agreed(session: Reading, maker: Maker) -> dict[int, Agreement]:
    rows = session.exec(
        select(Agreement).where(
            Agreement.place_id == maker.where.place_id, Agreement.fiscal_year == maker.year
        )
    ).all()
    return {row.proposal_id: row for row in rows if row.proposal_id is not None}


def acta(session: Reading, maker: Maker) -> Annex:
    """The acta of agreements and commitments, as the workshop's rows give it."""
    slug, title = "acta", "Acta de acuerdos y compromisos"
    voting = votings.current(session, maker.where, maker.year)
    if voting is None:
        return Annex(slug, title, missing=(Missing("la votación del año", maker.page("votacion")),))
    try:
        return Annex(slug, title, actas.of_voting(session, maker.where, voting))
    except Conflict:
        what = "los datos del taller" if vote_counts.run_of(session, voting) else "contar los votos"
        return Annex(slug, title, missing=(Missing(what, maker.page("acta")),))


def earlier(session: Reading, maker: Maker) -> Annex:
    """The state of the agreements of earlier years."""
    slug, title = "acuerdos-de-anos-anteriores", "Estado de los acuerdos de años anteriores"
    found = [
        told
        for told in agreement_papers.gathered(session, maker.where, maker.day)
        if told.row.fiscal_year < maker.year
    ]
    if not found:
        page = f"/d/{maker.where.code}/seguimiento/importar"
        return Annex(slug, title, missing=(Missing("los acuerdos de años anteriores", page),))
    paper = agreement_papers.accountability(session, maker.where, found, maker.day)
    return Annex(slug, title, paper, tuple(agreement_sheets.sheets(found)))


def ministry(session: Reading, maker: Maker, process: Process | None, of: Sequence[Annex]) -> Annex:
    """The tables that the ministry's application asks for, from the same rows."""
    slug, title = "tabla-mef", "Tablas para el aplicativo del MEF"
    ceiling = ceilings.of_year(session, maker.where, maker.year)
    plan = pdlc_reading.in_force(session, maker.where)
    objectives = (
        session.exec(
            select(Objective).where(Objective.pdlc_id == plan.id).order_by(col(Objective.code))
        ).all()
        if plan
        else []
    )
    missing = []
    if ceiling is None:
        missing.append(Missing("el techo del presupuesto participativo", maker.page()))
    if plan is None:
        missing.append(Missing("el PDLC en vigor", f"/d/{maker.where.code}/plan"))
    text = [Column("Dato", width=34), Column("Valor", width=60)]
    head = Sheet(
        "Proceso",
        text,
        [
            ("Distrito", maker.where.name),
            ("UBIGEO", maker.where.code),
            ("Año fiscal", maker.year),
            ("Monto del PP (S/)", Decimal(ceiling.cents) / 100 if ceiling else None),
            ("De dónde sale el monto", ceiling.source if ceiling else ""),
            ("PDLC", f"{plan.title} ({plan.first_year}-{plan.last_year})" if plan else ""),
            ("Visión del PDLC", plan.vision if plan else ""),
        ],
    )
    columns = (Column("Código"), Column("Objetivo estratégico", width=80))
    goals = Sheet("Objetivos PDLC", columns, [(row.code, row.statement) for row in objectives])
    commitments = _commitments(session, maker)
    carried = [
        sheet
        for annex in of
        if annex.slug in ("agentes", "proyectos-priorizados")
        for sheet in annex.sheets
    ]
    sheets = (head, *carried, _seats(session, process), goals, commitments)
    table = part(
        "Qué lleva",
        (("Hoja", "Filas"), [(sheet.name, str(len(sheet.rows))) for sheet in sheets], (6, 2)),
        ("El libro XLSX de este anexo lleva lo que el aplicativo pide, hoja por hoja.",),
        (1,),
    )
    return Annex(slug, title, maker.paper(title, (), (table,)), sheets, tuple(missing))


def _seats(session: Reading, process: Process | None) -> Sheet:
    rows = team_seats.listed(session, process) if process else []
    names = {
        "authority": "autoridad",
        "technical_team": "equipo técnico",
        "oversight": "comité de vigilancia",
        "ccl": "CCL",
    }
    columns = (
        Column("Órgano", width=22),
        Column("Nombre", width=28),
        Column("Institución", width=30),
        Column("Cargo", width=22),
        Column("Desde", "day"),
    )
    return Sheet(
        "Equipos",
        columns,
        [
            (names.get(s.body, s.body), s.name, s.institution, s.post, s.since)
            for s in rows
            if s.until is None
        ],
    )


def _commitments(session: Reading, maker: Maker) -> Sheet:
    """What others were asked for, and what they answered."""
    columns = (
        Column("Número"),
        Column("Qué", width=44),
        Column("Ante quién", width=30),
        Column("Expediente"),
        Column("Presentada", "day"),
        Column("Respuesta", width=44),
    )
    rows = [
        (petitions.code_of(row), row.title, row.addressee, row.filing, row.filed_on, row.reply)
        for row in petitions.listed(session, maker.where)
        if row.state != "dropped"
    ]
    return Sheet("Compromisos de otros", columns, rows)


def note(annexes: Sequence[Annex]) -> Part:
    """What lacks in all annexes, and where it is entered."""
    rows = [
        (f"{at:02}", annex.title, each.what, each.page)
        for at, annex in enumerate(annexes, 1)
        for each in annex.missing
    ]
    heads = ("N.º", "Anexo", "Qué falta", "Dónde se escribe")
    if not rows:
        return Part("Qué falta", ("No falta nada de lo que el sistema sabe.",))
    return part("Qué falta", (heads, rows, (1, 5, 6, 7)))
