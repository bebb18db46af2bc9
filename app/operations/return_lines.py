"""What a return sheet tells a community: what it did itself, and who has each of its requests.

It is a paper of the town hall, so it is in Spanish whatever the reader's language. Every line
comes from the rows of the chain; nothing is typed for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col

from app.operations import petitions, plan_progress
from app.operations.chain import web
from app.operations.chain.nodes import Node, Web
from app.planning.chains import Ref
from app.records.intake import Form
from app.records.places import Where
from app.records.plans import Activity
from app.records.proposals import Agreement
from app.records.works import Milestone
from app.store.sessions import Reading, columns

QUARTER = timedelta(days=92)
TOWN = "la municipalidad"
NOBODY = "nadie todavía"
PROGRESS = {
    "": "todavía no se contó cómo va",
    "not_started": "todavía no empieza",
    "in_progress": "está en marcha",
    "stopped": "está detenido",
    "done": "está terminado",
    "dropped": "ya no se hará",
}
PETITIONS = {
    "draft": "la carta está por presentarse",
    "filed": "se presentó y falta la respuesta",
    "answered": "respondieron; sigue el trámite",
    "accepted": "lo aceptaron; falta cumplirlo",
    "refused": "lo rechazaron",
    "done": "se cumplió",
    "dropped": "se dejó",
}
AGREEMENTS = {
    "agreed": "está acordado y todavía no empieza",
    "procured": "está contratado",
    "works": "está en obra",
    "delivered": "figura como entregado",
    "stopped": "está parado",
    "dropped": "no se hará",
}
PROPOSALS = {
    "draft": "es un borrador que falta presentar",
    "presented": "está presentada y falta decidir",
    "withdrawn": "se retiró",
    "agreed": "fue acordada",
    "executed": "se ejecutó",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A request or an agreement: how it is called, who has it since when, and what comes next."""

    number: str
    title: str
    who: str
    what: str
    since: date | None
    next_on: date | None
    refs: tuple[Ref, ...]

    def kept(self) -> dict[str, Any]:
        """As a sheet keeps it."""
        return {
            "number": self.number,
            "title": self.title,
            "who": self.who,
            "what": self.what,
            "since": self.since.isoformat() if self.since else None,
            "next_on": self.next_on.isoformat() if self.next_on else None,
            "refs": [f"{kind}:{key}" for kind, key in self.refs],
        }


@dataclass(frozen=True, slots=True)
class Known:
    """What the sheets of a district are made from, read once for all of them."""

    web: Web
    due: Mapping[Ref, date]
    day: date


def known(session: Reading, where: Where, day: date) -> Known:
    """The chain of a district and the next dates in it."""
    plain = Where(where.place_id, where.code, where.name, where.kind, where.lineage)
    return Known(web.of_district(session, plain, day), _due(session, where), day)


def own(session: Reading, where: Where, known: Known) -> tuple[list[str], int]:
    """What the community does itself, what it began first; and how much of it it began."""
    community_id, day = where.community_id or 0, known.day
    mine = {
        node.key
        for node in known.web.nodes.values()
        if node.kind == "request"
        and node.state == "own"
        and where.community_code in node.communities
    }
    actions = [
        action
        for action in plan_progress.of_plan(session, community_id)
        if str(action.uuid) in mine and action.state != "dropped"
    ]
    begun = [_own(action) for action in actions if action.state in ("done", "in_progress")]
    rest = [_own(action) for action in actions if action.state not in ("done", "in_progress")]
    held, people = session.rows(
        columns(func.count(), func.sum(col(Activity.women) + col(Activity.men)))
        .join(Form, col(Form.id) == Activity.form_id)
        .where(
            col(Activity.community_id) == community_id,
            col(Activity.on) > day - QUARTER,
            col(Activity.on) <= day,
            col(Form.state).in_(("approved", "locked")),
        )
    )[0]
    if held:
        word = "actividad" if held == 1 else "actividades"
        begun.append(f"{held} {word} en los últimos tres meses, con {people or 0} asistencias")
    return [*begun, *rest], len(begun)


def _own(action: plan_progress.Standing) -> str:
    share = f" ({action.share} %)" if action.share and action.state != "done" else ""
    return f"{action.title}: {PROGRESS[action.state]}{share}"


def lines(where: Where, known: Known) -> list[Line]:
    """Every request that the community does not carry out alone, and every agreement for it."""
    found, due = known.web, known.due
    code = where.community_code or ""
    told = [
        _line(found, node, due)
        for node in found.nodes.values()
        if node.kind == "request" and code in node.communities and node.state != "own"
    ]
    said = {ref for line in told for ref in line.refs}
    others = [
        _line(found, node, due)
        for node in found.nodes.values()
        if node.kind == "agreement" and code in node.communities and node.ref not in said
    ]
    return [*told, *others]


def _line(found: Web, node: Node, due: Mapping[Ref, date]) -> Line:
    """A thing, told by the last link of its own way."""
    way = [node]
    while following := [
        found.nodes[ref]
        for ref in found.chain.later.get(way[-1].ref, ())
        if ref[0] in LAST and found.nodes[ref].state not in ("withdrawn", "dropped")
    ]:
        way.append(max(following, key=lambda each: (each.on_day or date.min, each.key)))
    last = way[-1]
    who, what = LAST[last.kind](last, way) if last.kind in LAST else _nobody(last, way)
    dated = [due[each.ref] for each in way if each.ref in due]
    return Line(
        node.number,
        node.title,
        who,
        what,
        last.on_day,
        dated[-1] if dated else None,
        tuple(each.ref for each in way),
    )


def _nobody(_: Node, __: list[Node]) -> tuple[str, str]:
    return NOBODY, "la municipalidad debe decir adónde va"


def _proposal(node: Node, __: list[Node]) -> tuple[str, str]:
    year, _, number = node.key.partition("-")
    return TOWN, f"es la propuesta {number} de {year}: {PROPOSALS.get(node.state, node.state)}"


def _petition(node: Node, __: list[Node]) -> tuple[str, str]:
    return node.who, f"gestión {node.number}: {PETITIONS.get(node.state, node.state)}"


def _result(node: Node, __: list[Node]) -> tuple[str, str]:
    year, _, number = node.key.partition("-")
    if node.state == "funded":
        return TOWN, f"la propuesta {number} de {year} entró; falta firmar el acuerdo"
    return TOWN, f"la propuesta {number} de {year} no alcanzó. {node.title}"


def _agreement(node: Node, way: list[Node]) -> tuple[str, str]:
    agreed = next(each for each in way if each.kind == "agreement")
    return TOWN, f"acuerdo {agreed.number}: {AGREEMENTS.get(node.state, node.state)}"


LAST: Mapping[str, Callable[[Node, list[Node]], tuple[str, str]]] = {
    "proposal": _proposal,
    "petition": _petition,
    "result": _result,
    "agreement": _agreement,
    "works": _agreement,
}


def _due(session: Reading, where: Where) -> dict[Ref, date]:
    """The next day of each gestión and agreement, where one was written."""
    found: dict[Ref, date] = {
        ("petition", f"{row.year}-{row.number}"): row.due_on
        for row in petitions.listed(session, where)
        if row.due_on is not None and row.state in ("filed", "answered")
    }
    return found | _milestones(session, where)


def _milestones(session: Reading, where: Where) -> dict[Ref, date]:
    rows = session.rows(
        columns(Agreement.fiscal_year, Agreement.number, func.min(col(Milestone.due_on)))
        .join(Milestone, col(Milestone.agreement_id) == Agreement.id)
        .where(
            col(Agreement.place_id) == where.place_id,
            col(Milestone.reached_on).is_(None),
            col(Milestone.due_on).is_not(None),
            col(Milestone.struck) == "",
        )
        .group_by(col(Agreement.fiscal_year), col(Agreement.number))
    )
    return {("agreement", f"{year}-{number}"): day for year, number, day in rows}
