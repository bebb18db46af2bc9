"""The PDLC of a district: kept as a draft, put in force, set aside.

A plan in force is never overwritten: its words and targets change by an amendment with its
ordinance (``pdlc_amendments``), or another plan takes its place. What ties it to the
system (needs, proposals, lines of the POI, indicators of the catalogue) may always be
mended (``pdlc_edits``). Who changes a plan says which revision was seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import select

from app.errors import Conflict, Invalid, Stale, Unknown
from app.operations import districts, trail
from app.operations.pdlc_content import Content, SheetText
from app.operations.pdlc_reading import SHEET_WORDS, in_force
from app.operations.trail import Act, Author
from app.records.pdlc import (
    IndicatorSheet,
    InstitutionalLine,
    NeedAnswered,
    Objective,
    Pdlc,
    StrategicAction,
    YearTarget,
)
from app.records.places import Where
from app.store.sessions import Writing

REGISTER = "pdlc"


@dataclass(frozen=True, slots=True)
class Seen:
    """A plan, in the revision that the person saw."""

    uuid: UUID
    revision: int


def keep(
    session: Writing, author: Author, where: Where, content: Content, about: tuple[str, str]
) -> Pdlc:
    """A new draft that says this; ``about`` is where it comes from, and the file's digest."""
    session.hold(f"pdlc {where.code}")
    plan = content.plan
    made = Pdlc(
        place_id=districts.own(where),
        title=plan.title,
        first_year=plan.first_year,
        last_year=plan.last_year,
        vision=plan.vision,
        ordinance=plan.ordinance,
        approved_on=plan.approved_on,
        source=about[0][:300],
        digest=about[1],
        author_id=author.account_id,
    )
    session.add(made)
    session.flush()
    write(session, made, content)
    written(session, author, where, ("create", made.uuid))
    return made


def write(session: Writing, plan: Pdlc, content: Content) -> None:
    """The rows of objectives, actions and sheets under a plan."""
    objectives: dict[str, Objective] = {}
    for each in content.objectives:
        row = Objective(
            pdlc_id=plan.id, code=each.code, statement=each.statement, expected=each.expected
        )
        session.add(row)
        objectives[each.code] = row
    session.flush()
    for each in content.objectives:
        for need in each.needs:
            session.add(NeedAnswered(objective_id=objectives[each.code].id, need=need))
    actions: dict[str, StrategicAction] = {}
    for action in content.actions:
        kept = StrategicAction(
            objective_id=objectives[action.objective].id,
            code=action.code,
            statement=action.statement,
            responsible=action.responsible,
            route=action.route,
            priority=action.priority,
        )
        session.add(kept)
        actions[action.code] = kept
    session.flush()
    for action in content.actions:
        for line in action.lines:
            session.add(
                InstitutionalLine(
                    action_id=actions[action.code].id,
                    kind=line.kind,
                    code=line.code,
                    name=line.name,
                    year=line.year,
                )
            )
    for sheet in content.sheets:
        add_sheet(session, sheet, (objectives, actions))


def add_sheet(
    session: Writing,
    sheet: SheetText,
    known: tuple[dict[str, Objective], dict[str, StrategicAction]],
) -> IndicatorSheet:
    """One indicator sheet with its targets, under the objective or action that it names."""
    objectives, actions = known
    action = actions.get(sheet.of)
    row = IndicatorSheet(
        objective_id=action.objective_id if action else objectives[sheet.of].id,
        action_id=action.id if action else None,
        **{name: getattr(sheet, name) for name in SHEET_WORDS},
    )
    session.add(row)
    session.flush()
    for year, value in sheet.targets.items():
        session.add(YearTarget(sheet_id=row.id, year=year, value=value))
    session.flush()
    return row


def put_in_force(
    session: Writing, author: Author, where: Where, seen: Seen, given: tuple[str, date | None]
) -> Pdlc:
    """Make a draft the plan in force; the one before it is superseded.

    Raises
    ------
    Stale, Conflict
        Somebody changed it first; it is no draft.
    Invalid
        It has no objective, or the ordinance or its date lack.
    """
    session.hold(f"pdlc {where.code}")
    row = at_revision(session, where, seen, states=("draft",))
    ordinance, approved_on = given[0].strip()[:160] or row.ordinance, given[1] or row.approved_on
    if not ordinance or approved_on is None:
        raise Invalid(
            "Un plan rige por una ordenanza con su fecha, y falta una de las dos.",
            remedy="Escriba el número de la ordenanza y el día en que se aprobó.",
            field="ordinance",
        )
    if not session.exec(select(Objective.id).where(Objective.pdlc_id == row.id)).first():
        raise Invalid(
            "El plan no tiene ningún objetivo.",
            remedy="Agregue al menos uno antes de ponerlo en vigencia.",
        )
    before = in_force(session, where)
    if before is not None:
        before.state = "superseded"
        before.revision += 1
        session.flush()
    row.state, row.ordinance, row.approved_on = "in_force", ordinance, approved_on
    row.revision += 1
    written(session, author, where, ("put in force", row.uuid), ordinance)
    return row


def discard(session: Writing, author: Author, where: Where, seen: Seen, reason: str) -> None:
    """Set a draft aside, with the reason; it stays readable in the trail.

    Raises
    ------
    Stale, Conflict
        As in ``put_in_force``.
    Invalid
        No reason.
    """
    row = at_revision(session, where, seen, states=("draft",))
    if not reason.strip():
        raise Invalid("Falta decir por qué se descarta el borrador.", field="reason")
    row.state, row.note = "discarded", reason.strip()[:500]
    row.revision += 1
    written(session, author, where, ("discard", row.uuid), row.note)


def at_revision(
    session: Writing, where: Where, seen: Seen, states: tuple[str, ...] = ("draft", "in_force")
) -> Pdlc:
    """The plan as the person saw it, in one of these states.

    Raises
    ------
    Stale
        Somebody changed it first.
    Conflict
        It is in another state.
    """
    row = session.exec(
        select(Pdlc)
        .where(Pdlc.uuid == seen.uuid, Pdlc.place_id == where.place_id)
        .with_for_update()
    ).first()
    if row is None:
        raise Unknown("El distrito no tiene ese plan.", remedy="Vuelva a la página del plan.")
    if row.revision != seen.revision:
        raise Stale(
            "Otra persona cambió el plan mientras usted lo tenía abierto.",
            remedy="Vuelva a abrir la página: verá lo nuevo y podrá repetir su cambio.",
        )
    if row.state not in states:
        raise Conflict(
            "Ese cambio solo se hace en un borrador."
            if states == ("draft",)
            else "Ese plan ya no rige: no se cambia.",
            remedy="Lo que dice un plan vigente cambia con una enmienda y su ordenanza.",
        )
    return row


def written(
    session: Writing, author: Author, where: Where, act: tuple[str, UUID | str], reason: str = ""
) -> None:
    """Note a change in the trail, and let every reader of the district know."""
    trail.written(session, author, where, Act(act[0], REGISTER, act[1], where.place_id, reason))
    session.flush()


def done(session: Writing, author: Author, where: Where, plan: Pdlc, what: str) -> Pdlc:
    """One more revision of a plan, told in the trail."""
    plan.revision += 1
    session.add(plan)
    session.flush()
    written(session, author, where, (what[:40], plan.uuid))
    return plan


def delete_rows(session: Writing, tables: Sequence[Any], key: str, keys: Iterable[int]) -> None:
    """Delete the rows of tables whose key is one of these."""
    wanted = list(keys)
    for table in tables:
        # Row by row: the session keeps what it read, and a new row may get the old one's key.
        for row in session.exec(select(table).where(getattr(table, key).in_(wanted))).all():
            session.delete(row)
        session.flush()
