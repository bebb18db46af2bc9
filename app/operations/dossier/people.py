"""The annexes of the process: legal base, agents, teams, calendar and workshops.

No DNI stands in any of them: who enters the agents in the ministry's application reads it in the
register. Names are of those who represent an organisation or hold a seat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.documents.acta import Part
from app.documents.tables import Column
from app.documents.tables import Table as Sheet
from app.operations import (
    agent_lists,
    process_steps,
    processes,
    signing,
    team_seats,
    trainings,
    votings,
    workshops,
)
from app.operations.dossier.annex import Annex, Maker, Missing, day, part, short
from app.planning.process import Real, Span
from app.records.process import AgentList, Process, TeamSeat
from app.store.sessions import Reading

LAWS = (
    ("Ley 28056", "Ley marco del presupuesto participativo, cambiada por la Ley 29298"),
    ("DS 142-2009-EF", "Reglamento de la Ley 28056, cambiado por el DS 131-2010-EF"),
    ("DS 097-2009-EF", "Alcance, cobertura y montos, cambiado por el DS 132-2010-EF"),
    ("Instructivo 001-2010-EF/76.01", "Instructivo para el presupuesto participativo"),
    ("Ley 27972", "Ley orgánica de municipalidades"),
)
BODIES = {
    "technical_team": (
        *("equipo-tecnico", "Equipo técnico"),
        "los integrantes del equipo técnico",
    ),
    "oversight": (
        *("comite-de-vigilancia", "Comité de vigilancia"),
        "los integrantes del comité de vigilancia",
    ),
}
SEX = {"F": "mujer", "M": "hombre"}


def legal(session: Reading, maker: Maker, process: Process | None) -> Annex:
    """The laws, and the ordinance with each of its versions."""
    slug, title = "base-legal", "Base legal y ordenanza"
    rows = [(number, name) for number, name in LAWS]
    laws = replace(
        part("Normas nacionales", (("Norma", "Qué es"), rows, (2, 5))),
        notes=("La lista es la que citan las ordenanzas de 2026; confírmela antes de firmar.",),
    )
    if process is None:
        paper = maker.paper(title, (), (laws,))
        return Annex(
            slug, title, paper, (), (Missing("la ordenanza del proceso", maker.page("proceso")),)
        )
    versions = processes.versions(session, process)
    told = [
        (
            str(row.version),
            ", ".join(filter(None, (row.ordinance, row.article and f"artículo {row.article}"))),
            short(row.ordinance_on),
            row.reason or "primera versión",
        )
        for row in versions
    ]
    heads = ("Versión", "Ordenanza", "Fecha", "Por qué")
    ordinance = part("Ordenanza del proceso", (heads, told, (2, 6, 3, 6)))
    newest = versions[0]
    facts = [("Ordenanza en vigor", newest.ordinance), ("Del", day(newest.ordinance_on))]
    return Annex(slug, title, maker.paper(title, facts, (laws, ordinance)))


def agents(session: Reading, maker: Maker, process: Process | None) -> Annex:
    """The list of agents as it was published: the final one, else the preliminary one."""
    slug, title = "agentes", "Agentes participantes"
    found = agent_lists.newest(session, process) if process else None
    page = maker.page("agentes")
    if process is None or found is None:
        return Annex(slug, title, missing=(Missing("publicar la lista de agentes", page),))
    kinds = {code: text.es for code, text in process_steps.agent_kinds().items()}
    final = found.kind == "final"
    rows = [_agent(line, kinds) for line in found.body]
    women = sum(line["sex"] == "F" for line in found.body)
    objections = agent_lists.objections(session, process)
    against = [
        (
            str(o.number),
            o.text,
            "por decidir" if o.upheld is None else "procede" if o.upheld else "no procede",
            o.answer,
        )
        for o in objections
    ]
    heads = ("N.º", "Organización", "Clase", "Representa", "Comunidad", "Voz y voto")
    paper = maker.paper(
        title,
        (
            ("Lista", "definitiva" if final else "preliminar"),
            ("Publicada", day(found.on_day)),
            ("Agentes", str(len(rows))),
            ("Mujeres", f"{women} de {len(rows)}"),
        ),
        (
            part("Lista de agentes", (heads, rows, (2, 8, 6, 7, 5, 4)), right=(0,)),
            part(
                "Impugnaciones",
                (("N.º", "Qué dice", "Decisión", "Respuesta"), against, (1, 6, 3, 6)),
                () if against else ("No hubo impugnaciones.",),
            ),
        ),
        foot=f"Huella de la lista (SHA-256): {found.digest}",
    )
    missing = () if final else (Missing("publicar la lista definitiva", page),)
    return Annex(slug, title, paper, (_agents_sheet(found, kinds),), missing)


def _agent(line: Mapping[str, Any], kinds: Mapping[str, str]) -> tuple[str, ...]:
    return (
        str(line["number"]),
        line["organisation"] + (" (de mujeres)" if line["womens"] else ""),
        kinds.get(line["kind"], line["kind"]),
        line["name"],
        line["community_name"] or "todo el distrito",
        "voz" if line["voice_only"] else "voz y voto",
    )


def _agents_sheet(found: AgentList, kinds: Mapping[str, str]) -> Sheet:
    return Sheet(
        "Agentes",
        (
            Column("N.º", "number", 6),
            Column("Organización", width=34),
            Column("Clase", width=26),
            Column("De mujeres"),
            Column("Representante", width=28),
            Column("Sexo"),
            Column("Comunidad", width=22),
            Column("Voz y voto"),
        ),
        [
            (
                line["number"],
                line["organisation"],
                kinds.get(line["kind"], line["kind"]),
                "sí" if line["womens"] else "no",
                line["name"],
                SEX.get(line["sex"], ""),
                line["community_name"],
                "voz" if line["voice_only"] else "voz y voto",
            )
            for line in found.body
        ],
        ("El DNI de cada agente se lee en el registro de agentes, no aquí.",),
    )


def team(session: Reading, maker: Maker, process: Process | None, body: str) -> Annex:
    """Who has a seat, and since when; who left, until when."""
    slug, title, members = BODIES[body]
    seats = [s for s in team_seats.listed(session, process) if s.body == body] if process else []
    if not seats:
        return Annex(slug, title, missing=(Missing(members, maker.page("equipos")),))
    living = [seat for seat in seats if seat.until is None]
    heads = ("Nombre", "Institución u organización", "Cargo", "Desde")
    left = [(s.name, s.institution, short(s.until), s.reason) for s in seats if s.until]
    paper = maker.paper(
        title,
        (("Integrantes", str(len(living))), ("Mujeres", _women(living))),
        (
            part(
                "Integrantes",
                (
                    heads,
                    [(s.name, s.institution, s.post, short(s.since)) for s in living],
                    (6,) * 4,
                ),
            ),
            part(
                "Quienes dejaron el cargo",
                (("Nombre", "Institución", "Hasta", "Razón"), left, (6, 6, 3, 6)),
            )
            if left
            else None,
        ),
        signing.members(living, body),
    )
    return Annex(slug, title, paper)


def _women(seats: Sequence[TeamSeat]) -> str:
    return f"{sum(seat.sex == 'F' for seat in seats)} de {len(seats)}"


def calendar(session: Reading, maker: Maker, process: Process | None) -> Annex:
    """The calendar as planned and as it was, the trainings, and the workshop."""
    slug, title = "cronograma-y-talleres", "Cronograma y talleres"
    if process is None:
        return Annex(
            slug, title, missing=(Missing("el cronograma del proceso", maker.page("proceso")),)
        )
    phases = process_steps.phases()
    standings = processes.standings(session, process, maker.day)
    parts: list[Part | None] = [
        part(
            name.es,
            (
                ("Paso", "Días previstos", "Lo que pasó"),
                [
                    (s.kind.name, _span(s.planned), _real(s.real))
                    for s in standings
                    if s.kind.phase == code
                ],
                (6, 5, 5),
            ),
        )
        for code, name in phases.items()
    ]
    held = trainings.listed(session, process)
    rows = [(short(t.row.held_on), t.row.title, t.row.venue, str(len(t.present))) for t in held]
    heads = ("Día", "Tema", "Lugar", "Asistieron")
    parts.append(
        part(
            "Capacitaciones",
            (heads, rows, (3, 8, 6, 3)),
            () if rows else ("Ninguna anotada.",),
            (3,),
        )
    )
    missing = [] if rows else [Missing("las capacitaciones", maker.page("agentes"))]
    voting = votings.current(session, maker.where, maker.year)
    workshop = workshops.told(session, voting) if voting else None
    if workshop is None:
        missing.append(Missing("fecha y lugar del taller de priorización", maker.page("acta")))
    else:
        present = workshop.body["present"]
        parts.append(
            Part(
                "Taller de priorización",
                (
                    f"{day(workshop.held_on)[0].upper()}{day(workshop.held_on)[1:]},"
                    f" {workshop.venue}."
                    + (f" Agentes presentes: {present}." if present is not None else ""),
                ),
            )
        )
    return Annex(slug, title, maker.paper(title, (), parts), (), tuple(missing))


def _span(span: Span | None) -> str:
    if span is None:
        return "por definir"
    return (
        short(span.first)
        if span.first == span.last
        else f"{short(span.first)} a {short(span.last)}"
    )


def _real(real: Real) -> str:
    if real.opened is None and real.closed is None:
        return "no se anotó"
    opened = f"abrió el {short(real.opened)}" if real.opened else ""
    closed = f"cerró el {short(real.closed)}" if real.closed else ""
    return "; ".join(filter(None, (opened, closed)))
