"""What the one-page summaries say of a community, a need and a proposal, in Spanish."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.documents.acta import Part, Table
from app.documents.summary import Summary
from app.http.gate import Passage
from app.operations import instruments, journey, needs, proposal_sheets, return_lines, standing
from app.operations.needs import DistrictNeeds
from app.pages import (
    budget_lines,
    chain_lines,
    chain_words,
    frozen_lines,
    look,
    need_lines,
    results,
    wording,
)
from app.pages.wording import Words
from app.planning.chains import Ref
from app.planning.evidence import Cell
from app.planning.reasons import soles
from app.records.places import Where
from app.records.priority_versions import PriorityVersion
from app.records.proposals import Proposal
from app.store.sessions import Reading

MOST_ROWS = 10
MOST_SENTENCES = 6


def over(where: Where) -> str:
    """The line over a summary."""
    return f"Municipalidad Distrital de {where.name}"


def foot(day: date) -> str:
    """The line under a summary."""
    return (
        f"Hecho con los datos del {look.long_day(day, 'es')}. Los casos de familias no se publican."
    )


def community(session: Reading, passage: Passage, day: date, site: str) -> Summary:
    """A community: its facts, what its homes said, its requests and who has them."""
    where = passage.where
    made = journey.of(session, where)
    row = made.community
    card = standing.community_card(session, where, instruments.today(), health=passage.health)
    found = results.of_card(card, "es")
    known = return_lines.known(session, where, day)
    own, _ = return_lines.own(session, where, known)
    lines = return_lines.lines(where, known)
    facts = (
        ("Código", row.code),
        ("Población", _number(row.population)),
        ("Viviendas", _number(row.households)),
        ("Altitud", f"{row.altitude_m} m" if row.altitude_m is not None else "no se sabe"),
        ("Última ronda", made.rounds[-1].label if made.rounds else "ninguna"),
        ("Ciclo", _cycle(made)),
    )
    return Summary(
        over=over(where),
        title=row.name,
        lead="Resumen de la comunidad",
        facts=facts,
        parts=tuple(
            part
            for part in (
                _practices(results.most_lacking(found, MOST_ROWS)),
                _list("Lo que hace la propia comunidad", own),
                _requests(lines),
            )
            if part is not None
        ),
        foot=foot(day),
        address=f"{site}/comunidades/{row.code}",
    )


def _number(n: int | None) -> str:
    return "no se sabe" if n is None else look.num(n, "es")


def _cycle(made: journey.Journey) -> str:
    if made.cycle is None:
        return "sin ciclo abierto"
    return f"{made.cycle.starts_on.year} a {made.cycle.ends_on.year}"


def _practices(found: Sequence[results.Result]) -> Part:
    if not found:
        return Part("Lo que dijeron los hogares", ("Todavía no hay una ronda aprobada.",))
    rows = tuple(
        (
            each.name,
            f"{each.x} de {each.n}",
            look.share(each.value, "es") if each.value is not None else "",
            f"{look.share(each.low, 'es')} a {look.share(each.high, 'es')}"
            if each.low is not None and each.high is not None
            else "",
            each.round_label,
        )
        for each in found
    )
    heads = ("Lo que menos hogares siguen todavía", "Cuenta", "Parte", "Puede estar entre", "Ronda")
    return Part("Lo que dijeron los hogares", (), Table(heads, rows, (14, 4, 3, 6, 3), (1, 2)))


def _list(title: str, sentences: Sequence[str]) -> Part | None:
    if not sentences:
        return None
    rest = len(sentences) - MOST_SENTENCES
    notes = (f"Y {rest} más en su página.",) if rest > 0 else ()
    return Part(title, tuple(f"• {each}" for each in sentences[:MOST_SENTENCES]), notes=notes)


def _requests(lines: Sequence[return_lines.Line]) -> Part:
    if not lines:
        return Part("Pedidos y acuerdos", ("No hay pedidos pendientes ni acuerdos.",))
    rows = tuple(
        (
            each.number,
            each.title,
            f"{each.who[:1].upper()}{each.who[1:]}: {each.what}",
            look.day(each.since, "es") if each.since else "",
        )
        for each in lines[:MOST_ROWS]
    )
    rest = len(lines) - MOST_ROWS
    heads = ("Número", "Pedido", "Quién lo tiene y cómo va", "Desde")
    notes = (f"Y {rest} más en su página.",) if rest > 0 else ()
    return Part("Pedidos y acuerdos", (), Table(heads, rows, (5, 9, 12, 4)), notes)


def need(session: Reading, passage: Passage, words: Words, code: str, site: str) -> Summary:
    """A need: its place and why, where it is widest, what answers it."""
    where, day = passage.where, wording.today()
    found = needs.of_district(session, where, day)
    drawn = needs.ranges_of(session, where, day)
    lines = need_lines.lines(words, where, found, found.listed, drawn)
    mine = next((each for each in lines if each.code == code), None)
    state = found.gathered.standing
    rolled = state.rolled(code).count if code in words.indicators else None
    goal = next((i.goal for i in found.gathered.evidence.indicators if i.code == code), None)
    ranked = next((each for each in found.listed.ranked if each.code == code), None)
    facts = [
        ("En el distrito", words.basis(code, rolled) if rolled else "sin indicador"),
        ("Meta", look.share(goal.target, "es") if goal else "sin meta"),
        ("Puesto", f"{mine.place} de {len(lines)}" if mine else "fuera de la lista"),
        ("Rango", mine.places or "en cálculo" if mine else "no tiene"),
    ]
    return Summary(
        over=over(where),
        title=words.need(code),
        lead="Resumen de la necesidad",
        facts=tuple(facts),
        parts=tuple(
            part
            for part in (
                Part(
                    "Por qué está en este lugar",
                    tuple(
                        f"{why.name}, {look.num(why.points, 'es', 1)} puntos: {why.sentence}"
                        for why in mine.reasons
                    ),
                )
                if mine
                else None,
                _where(found, found.where(ranked, health=passage.health) if ranked else ()),
                _became(session, passage, words, ("need", code), ("indicator", code)),
            )
            if part is not None
        ),
        foot=foot(found.day),
        address=f"{site}/prioridades/{code}",
    )


def _where(found: DistrictNeeds, cells: Sequence[Cell]) -> Part | None:
    if not cells:
        return None
    names = {member.code: member.name for member in found.gathered.standing.members}
    rows = tuple(
        (
            names.get(c.community, c.community),
            f"{c.count.x} de {c.count.n}",
            look.share(c.gap, "es"),
        )
        for c in cells[:MOST_ROWS]
    )
    rest = len(cells) - MOST_ROWS
    notes: tuple[str, ...] = (
        "Brecha: 0 % es haber llegado a la meta; 100 %, el peor valor acordado o más lejos.",
    )
    if rest > 0:
        notes += (f"Y {rest} comunidades más en su página.",)
    heads = ("Comunidades con la brecha más ancha", "Cuenta", "Brecha")
    return Part("Dónde", (), Table(heads, rows, (12, 5, 4), (1, 2)), notes)


def _became(session: Reading, passage: Passage, words: Words, *refs: Ref) -> Part | None:
    """What the chain says after a thing, the first of these that is in it, and what lacks."""
    walked = chain_lines.walked(session, passage, *refs)
    if walked is None:
        return None
    kinds = ("objective", "proposal", "petition", "agreement", "works")
    rows = tuple(
        (
            words.say(chain_words.STAGES[node.kind][0]),
            node.number or chain_words.short(words, node),
            node.title,
        )
        for node in walked.after
        if node.kind in kinds
    )
    lacking = tuple(
        words.reason(each.reason)
        for each in (*walked.missing_before, *walked.missing_after)
        if walked.node in each.of
    )
    if not rows and not lacking:
        return None
    heads = ("Eslabón", "Número", "Qué es")
    table = Table(heads, rows[:MOST_ROWS], (4, 4, 12)) if rows else None
    return Part("La cadena: qué lo atiende", (), table, lacking)


def proposal(session: Reading, passage: Passage, words: Words, row: Proposal, site: str) -> Summary:
    """A proposal: what, where, how much, on what evidence, and what became of it."""
    where, day = passage.where, wording.today()
    sheet = proposal_sheets.sheet(session, where, day, row)
    known = needs.of_district(session, where, day)
    cost = "por saber" if row.cost_cents is None else soles(row.cost_cents)
    facts = (
        ("Costo", cost),
        ("Personas", _number(row.people)),
        (
            "Parte del distrito",
            look.share(sheet.people_share, "es") if sheet.people_share else "no se sabe",
        ),
        ("Necesidad", words.need(row.need) if row.need else "sin evidencia vinculada"),
    )
    asked = tuple((r.community_name, r.title, _number(r.people)) for r in sheet.requests)
    heads = ("Comunidad", "Pedido de su plan", "Personas")
    return Summary(
        over=over(where),
        title=row.title,
        lead=f"Propuesta {row.number} del presupuesto participativo {row.fiscal_year}",
        facts=facts,
        parts=tuple(
            part
            for part in (
                Part("Qué se pide", (row.description,)) if row.description else None,
                Part(
                    "Quiénes lo piden",
                    () if asked else ("Ningún pedido de un plan comunal está detrás.",),
                    Table(heads, asked[:MOST_ROWS], (6, 12, 3), (2,)) if asked else None,
                ),
                _evidence(words, known, row.need),
                Part(
                    "Puntaje",
                    tuple(
                        f"{budget_lines.criterion(words, part.criterion, part.name)}, "
                        f"{look.num(part.points, 'es', 1)} de "
                        f"{part.most} puntos: {words.reason(part.reason)}"
                        for part in sheet.merit.parts
                    ),
                ),
                _became(session, passage, words, proposal_ref(row)),
            )
            if part is not None
        ),
        foot=foot(day),
        address=f"{site}/presupuesto/{row.fiscal_year}/propuestas/{row.number}",
    )


def proposal_ref(row: Proposal) -> tuple[str, str]:
    """How the chain calls a proposal."""
    return "proposal", f"{row.fiscal_year}-{row.number}"


def _evidence(words: Words, known: DistrictNeeds, code: str) -> Part | None:
    if code not in words.indicators:
        return None
    rolled = known.gathered.standing.rolled(code)
    goal = next((i.goal for i in known.gathered.evidence.indicators if i.code == code), None)
    told = f"{words.need(code)}: {words.basis(code, rolled.count)} en el distrito"
    return Part(
        "Evidencia",
        (f"{told}; la meta es {look.share(goal.target, 'es')}." if goal else f"{told}.",),
    )


def card(
    session: Reading, passage: Passage, words: Words, version: PriorityVersion, site: str
) -> Summary:
    """The card of figures that a version will take of a community, to answer on paper."""
    told: dict[str, Any] = frozen_lines.card(session, passage, words, version)
    rows = tuple(
        (line["name"], line["basis"], str(line["missing"]), str(line["verified"]), line["round"])
        for line in told["lines"]
    )
    heads = ("Indicador", "Dato", "No se sabe", "Verificado", "Ronda")
    where = passage.where
    answer = "Conforme ☐     No conforme ☐     Qué dato no es correcto y cuál es el bueno:"
    return Summary(
        over=over(where),
        title=f"Ficha de datos de {where.community_name}",
        lead=f"{version.label}. {frozen_lines.sentence(words, version)}",
        facts=(),
        parts=(
            Part(
                "Lo que se tomará de la comunidad",
                () if rows else ("No hay datos aprobados de esta comunidad.",),
                Table(heads, rows, (14, 6, 3, 3, 3), (1, 2, 3)) if rows else None,
            ),
            Part("Respuesta de la comunidad", (answer, "_" * 84, "_" * 84)),
        ),
        foot=f"{over(where)}. Ficha de la versión {version.number}.",
        address=f"{site}/comunidades/{where.community_code}/prioridades/{version.number}",
        signatures=("Cargo y firma por la junta", "Fecha"),
    )
