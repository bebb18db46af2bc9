"""What ties a PDLC to the rest: needs, proposals, lines of the POI, the catalogue, noted values.

It may be mended in a draft and in the plan in force alike, since it is no word of the plan.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import pdlc, pdlc_reading, standing
from app.operations.pdlc import Seen
from app.operations.pdlc_content import LineText
from app.operations.pdlc_reading import ObjectiveRead
from app.operations.trail import Author
from app.planning.pathways import PERCENT
from app.records.pdlc import (
    LINE_KINDS,
    IndicatorSheet,
    InstitutionalLine,
    NeedAnswered,
    Pdlc,
    ProposalServing,
    TypedValue,
)
from app.records.places import Where
from app.records.proposals import Proposal
from app.store.sessions import Writing


def link_needs(
    session: Writing, author: Author, where: Where, about: tuple[Seen, str], needs: Iterable[str]
) -> Pdlc:
    """Say which priorities an objective answers, in the place of those before."""
    plan, objective = _linked(session, where, about)
    pdlc.delete_rows(session, (NeedAnswered,), "objective_id", [objective.row.id])
    for need in sorted(set(needs)):
        session.add(NeedAnswered(objective_id=objective.row.id, need=need[:60]))
    return pdlc.done(session, author, where, plan, f"link needs {about[1]}")


def link_proposals(
    session: Writing, author: Author, where: Where, about: tuple[Seen, str], uuids: Iterable[UUID]
) -> Pdlc:
    """Say which proposals serve an objective, in the place of those before.

    Raises
    ------
    Unknown
        A proposal that the district does not have.
    """
    plan, objective = _linked(session, where, about)
    wanted = set(uuids)
    rows = session.exec(
        select(Proposal).where(col(Proposal.uuid).in_(wanted), Proposal.place_id == where.place_id)
    ).all()
    if len(rows) != len(wanted):
        raise Unknown("El distrito no tiene una de esas propuestas.", field="proposals")
    pdlc.delete_rows(session, (ProposalServing,), "objective_id", [objective.row.id])
    for row in rows:
        session.add(ProposalServing(objective_id=objective.row.id, proposal_id=row.id))
    return pdlc.done(session, author, where, plan, f"link proposals {about[1]}")


def put_lines(
    session: Writing,
    author: Author,
    where: Where,
    about: tuple[Seen, str],
    lines: Iterable[LineText],
) -> Pdlc:
    """Say which lines of the PEI or POI carry an action out, in the place of those before."""
    seen, code = about
    plan = pdlc.at_revision(session, where, seen)
    found = pdlc_reading.whole(session, plan)
    action = next((a for o in found.objectives for a in o.actions if a.row.code == code), None)
    if action is None:
        raise Unknown("El plan no tiene la acción {code}.", code=code)
    pdlc.delete_rows(session, (InstitutionalLine,), "action_id", [action.row.id])
    for line in lines:
        if line.kind not in LINE_KINDS or not line.code.strip():
            raise Invalid("Una línea tiene tipo (PEI, POI o proyecto) y código.", field="lines")
        session.add(
            InstitutionalLine(
                action_id=action.row.id,
                kind=line.kind,
                code=line.code.strip()[:40],
                name=line.name.strip()[:300],
                year=line.year,
            )
        )
    return pdlc.done(session, author, where, plan, f"put lines {code}")


def link_indicator(
    session: Writing, author: Author, where: Where, about: tuple[Seen, UUID], indicator: str
) -> Pdlc:
    """Tie a sheet to an indicator of the catalogue, so that rounds fill it; empty unties it."""
    plan = pdlc.at_revision(session, where, about[0])
    row = pdlc_reading.sheet_of(pdlc_reading.whole(session, plan), about[1]).row
    row.indicator = indicator.strip()
    if row.indicator:
        refuse_link(session, where, row)
    session.add(row)
    return pdlc.done(session, author, where, plan, f"link indicator {row.code}")


def note_value(
    session: Writing,
    author: Author,
    where: Where,
    about: tuple[Seen, UUID],
    given: tuple[int, float, str],
) -> Pdlc:
    """Note what an indicator that no round measures reached in a year, and who says so."""
    plan = pdlc.at_revision(session, where, about[0])
    row = pdlc_reading.sheet_of(pdlc_reading.whole(session, plan), about[1]).row
    year, value, source = given
    if row.indicator:
        raise Conflict(
            "El valor de este indicador viene de las rondas.",
            remedy="Apruebe la ronda que falta, o quite el enlace de la ficha.",
        )
    if row.unit == PERCENT and not 0 <= value <= 100:
        raise Invalid("Un porcentaje va de 0 a 100.", field="value")
    if not source.strip():
        raise Invalid("Falta decir de dónde sale el valor.", field="source")
    kept = session.get(TypedValue, (row.id, year)) or TypedValue(
        sheet_id=row.id, year=year, value=0
    )
    kept.value, kept.source, kept.author_id = value, source.strip()[:300], author.account_id
    session.add(kept)
    return pdlc.done(session, author, where, plan, f"note value {row.code} {year}")


def refuse_link(session: Writing, where: Where, row: IndicatorSheet) -> None:
    """Refuse a link to the catalogue that would compare what cannot be compared."""
    known = standing.indicators(session, where).get(row.indicator)
    if known is None:
        raise Unknown("No existe el indicador {code}.", field="indicator", code=row.indicator)
    if row.unit != PERCENT or known.direction != row.direction:
        raise Invalid(
            "El indicador {code} de SISMUNI es un porcentaje y va en un solo sentido; la ficha "
            "dice otra unidad u otro sentido.",
            remedy="Corrija la unidad y el sentido, o deje la ficha sin enlazar.",
            field="indicator",
            code=row.indicator,
        )


def _linked(session: Writing, where: Where, about: tuple[Seen, str]) -> tuple[Pdlc, ObjectiveRead]:
    plan = pdlc.at_revision(session, where, about[0])
    return plan, pdlc_reading.objective_of_code(pdlc_reading.whole(session, plan), about[1])
