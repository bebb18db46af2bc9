"""Changes that the system proposes to a PDLC, for the CCL to concert and an ordinance to approve.

Four occasions: a priority of the first places that no objective answers; an objective
without indicator; a target that is met already; one out of reach at the present pace. Each
is proposed once, with its reason and with the priority that asks for it. Approval, with its
ordinance and day, writes the change into the plan; until then the plan stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import needs, pdlc, pdlc_drafting, pdlc_reading
from app.operations.needs import TOP, DistrictNeeds
from app.operations.pdlc import Seen
from app.operations.pdlc_content import ObjectiveText, SheetText
from app.operations.pdlc_progress import Line
from app.operations.pdlc_reading import ObjectiveRead, Whole
from app.operations.trail import Author
from app.planning import alignment, pathways
from app.planning.alignment import Priority
from app.planning.reasons import tenths
from app.records.pdlc import AMENDMENT_STATES, Amendment, NeedAnswered, Objective, Pdlc, YearTarget
from app.records.places import Where
from app.store.sessions import Reading, Writing

NEXT = {"proposed": ("concerted", "rejected"), "concerted": ("approved", "rejected")}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change that the plan seems to need; ``change`` is what approval would write."""

    key: str
    what: str
    why: str
    need: str = ""
    change: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the CCL or the council said of an amendment, and when."""

    state: str
    on: date | None = None
    ordinance: str = ""
    note: str = ""


def priorities(found: DistrictNeeds) -> list[Priority]:
    """The ranked needs as the checks of alignment see them."""
    return [
        Priority(
            need.code,
            found.name(need.code),
            need.place,
            f"theme:{found.gathered.indicators[need.code].dimension}",
        )
        for need in found.listed.ranked
    ]


def seen_by_checks(found: Whole) -> list[alignment.ObjectiveSeen]:
    """A plan as the checks of alignment see it; a linked indicator's need counts as answered."""
    return [
        alignment.ObjectiveSeen(
            each.row.code,
            (*each.needs, *(s.row.indicator for s in each.sheets if s.row.indicator)),
            tuple(
                alignment.IndicatorSeen(
                    s.row.code,
                    s.row.baseline is not None and s.row.baseline_year is not None,
                    bool(s.targets),
                )
                for s in each.sheets
            ),
            tuple(
                alignment.ActionSeen(a.row.code, bool(a.row.responsible), len(a.lines))
                for a in each.actions
            ),
        )
        for each in found.objectives
    ]


def suggestions(
    session: Reading, where: Where, day: date, found: Whole, lines: Mapping[int, Line]
) -> list[Suggestion]:
    """What the plan seems to need and nobody proposed yet."""
    known = {row.key for row in listed(session, found.plan)}
    told = needs.of_district(session, where, day)
    made = _for_priorities(found, told)
    made += [_without_indicator(each) for each in found.objectives if not each.sheets]
    for sheet in found.sheets:
        each = _for_target(found.plan, lines[sheet.row.id], day)
        if each is not None:
            made.append(each)
    return [each for each in made if each.key not in known]


def _for_priorities(found: Whole, told: DistrictNeeds) -> list[Suggestion]:
    lacking = alignment.unanswered(seen_by_checks(found), priorities(told))
    period = (found.plan.first_year, found.plan.last_year)
    made = []
    for each in lacking:
        if each.place > TOP:
            break
        need = each.code
        sheet = pdlc_drafting.sheet_for(told, need, "", period, "")
        end = sheet.targets.get(period[1])
        way = (
            f"de {sheet.baseline:g} % ({sheet.baseline_year}) a {end:g} % en {period[1]}"
            if sheet.baseline is not None and end is not None
            else f"a {end:g} % en {period[1]}"
            if end is not None
            else "con metas por fijar"
        )
        statement = f"Mejorar «{each.name}» en las comunidades del distrito"
        change = {"objective": statement, "need": need, "sheet": _packed(sheet)}
        what = f"Nuevo objetivo: {statement}; indicador {need}, {way}."
        why = (
            f"Es la prioridad {each.place} del distrito y ningún objetivo del plan la atiende. "
            "La línea base es el valor de hoy; la meta, la que el distrito acordó."
        )
        made.append(Suggestion(f"need {need}", what[:600], why, need, change))
    return made


def _without_indicator(each: ObjectiveRead) -> Suggestion:
    code = each.row.code
    what = f"Agregar un indicador al objetivo {code}: {each.row.statement}"
    why = f"El objetivo {code} no tiene indicador: nadie podrá decir si avanzó."
    need = next(iter(each.needs), "")
    return Suggestion(f"indicator {code}", what[:600], why, need)


def _for_target(plan: Pdlc, line: Line, day: date) -> Suggestion | None:
    """Met before the last year: ask for more; out of reach: say so while there is time."""
    last, actual, sheet = line.sheet.way.last, line.actual, line.sheet.row
    if last is None or actual is None or line.progress.verdict not in ("met", "out_of_reach"):
        return None
    year, goal = last
    # The target of the same value is another occasion only if the target itself was changed.
    key = f"{line.progress.verdict} {sheet.uuid} {year} {goal:g}"
    now = f"{tenths(actual.reached.value)} {sheet.unit}"
    if line.progress.verdict == "met":
        if day.year >= year:
            return None
        what = f"Fijar una meta más exigente al indicador {sheet.code}, {sheet.name}, en {year}."
        why = f"La meta de {year} ({goal:g}) ya se cumplió: el valor actual es {now}."
        return Suggestion(key, what[:600], why, sheet.indicator)
    if year > plan.last_year or actual.on is None:
        return None
    what = f"Revisar la meta o la estrategia del indicador {sheet.code}, {sheet.name}."
    why = (
        f"Al paso que va no llega a {goal:g} en {year}: el valor actual es {now}. El CCL decide "
        "si refuerza las acciones o cambia la meta."
    )
    return Suggestion(key, what[:600], why, sheet.indicator)


def _packed(sheet: SheetText) -> dict[str, Any]:
    words = {name: getattr(sheet, name) for name in pdlc_reading.SHEET_WORDS}
    return {**words, "targets": {str(year): value for year, value in sheet.targets.items()}}


def listed(session: Reading, plan: Pdlc) -> list[Amendment]:
    """The amendments of a plan, in the order of their numbers."""
    wanted = select(Amendment).where(Amendment.pdlc_id == plan.id)
    return list(session.exec(wanted.order_by(col(Amendment.number))).all())


def propose(
    session: Writing, author: Author, where: Where, seen: Seen, given: Suggestion
) -> Amendment:
    """Put a change before the CCL.

    Raises
    ------
    Stale, Conflict
        As in ``pdlc.at_revision``; or it was proposed already.
    Invalid
        It does not say what changes, or why.
    """
    plan = pdlc.at_revision(session, where, seen, ("in_force",))
    if not given.what.strip() or not given.why.strip():
        raise Invalid("Una enmienda dice qué cambia y por qué.", field="what")
    rows = listed(session, plan)
    if given.key and any(row.key == given.key for row in rows):
        raise Conflict("Esa enmienda ya está propuesta.", remedy="Véala en la lista.")
    made = Amendment(
        pdlc_id=plan.id,
        number=max((row.number for row in rows), default=0) + 1,
        key=given.key[:120],
        what=given.what.strip()[:600],
        why=given.why.strip()[:1000],
        need=given.need[:60],
        change=dict(given.change),
        author_id=author.account_id,
    )
    session.add(made)
    pdlc.done(session, author, where, plan, f"propose amendment {made.number}")
    return made


def decide(
    session: Writing, author: Author, where: Where, about: tuple[Seen, UUID], said: Decision
) -> Amendment:
    """Note what became of an amendment; approval writes its change into the plan.

    Raises
    ------
    Unknown
        The plan has no such amendment.
    Conflict
        It cannot go from its state to that one.
    Invalid
        Approval without ordinance and day, or rejection without a reason.
    """
    plan = pdlc.at_revision(session, where, about[0], ("in_force",))
    row = session.exec(
        select(Amendment).where(Amendment.uuid == about[1], Amendment.pdlc_id == plan.id)
    ).first()
    if row is None:
        raise Unknown("El plan no tiene esa enmienda.", remedy="Vuelva a la página del plan.")
    if said.state not in AMENDMENT_STATES or said.state not in NEXT.get(row.state, ()):
        raise Conflict(
            "La enmienda no puede pasar a ese estado.",
            remedy="Primero se concerta en el CCL, luego se aprueba por ordenanza o se rechaza.",
        )
    if said.on is None:
        raise Invalid("Falta el día de la decisión.", field="on")
    if said.state == "approved" and not said.ordinance.strip():
        raise Invalid("Falta la ordenanza que aprueba la enmienda.", field="ordinance")
    if said.state == "rejected" and not said.note.strip():
        raise Invalid("Falta decir por qué se rechaza.", field="note")
    row.state, row.decided_on = said.state, said.on
    row.ordinance, row.note = said.ordinance.strip()[:160], said.note.strip()[:500]
    if said.state == "approved" and row.change:
        _apply(session, plan, row.change)
    session.add(row)
    pdlc.done(session, author, where, plan, f"{said.state} amendment {row.number}")
    return row


def _apply(session: Writing, plan: Pdlc, change: Mapping[str, Any]) -> None:
    """Write what an approved amendment changes: an objective with its indicator sheet."""
    found = pdlc_reading.whole(session, plan)
    taken = [int(each.row.code[3:5]) for each in found.objectives]
    code = f"OE.{max(taken, default=0) + 1:02d}"
    text = ObjectiveText(code, change["objective"], needs=(change["need"],))
    objective = Objective(pdlc_id=plan.id, code=text.code, statement=text.statement[:500])
    session.add(objective)
    session.flush()
    session.add(NeedAnswered(objective_id=objective.id, need=change["need"]))
    told = dict(change["sheet"])
    targets = {int(year): float(value) for year, value in told.pop("targets").items()}
    direction = told["direction"]
    way = pathways.Pathway(direction, told["baseline_year"], told["baseline"], targets)
    if pathways.faults(way, (plan.first_year, plan.last_year), told["unit"]):
        raise Conflict("La ficha de la enmienda ya no cuadra con el periodo del plan.")
    told["code"] = f"IND.{code[3:]}.01"
    sheet = pdlc.add_sheet(session, SheetText(**told, of=code, targets={}), ({code: objective}, {}))
    for year, value in targets.items():
        session.add(YearTarget(sheet_id=sheet.id, year=year, value=value))
    session.flush()
