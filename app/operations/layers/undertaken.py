"""What is planned and asked for: the actions of the communal plans, and the proposals."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlmodel import col

from app.capture.fields import Text
from app.operations.layers import assembled, choices, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.layers.ground import page
from app.operations.remembered import remembered
from app.records.plans import Action, Plan
from app.records.proposals import Origin, Proposal
from app.records.territory import Community
from app.store.sessions import Reading, columns
from app.store.spatial import from_column

OPEN = ("presented", "agreed", "executed")
STATES = {
    "draft": Text("borrador", "draft"),
    "presented": Text("presentada", "presented"),
    "agreed": Text("acordada", "agreed"),
    "executed": Text("ejecutada", "executed"),
}
_NUMBERED = Text("Propuesta n.º {number} de {year}", "Proposal no. {number} of {year}")
_COMMUNITY = Text("Comunidad", "Community")
_COMMUNITIES = Text("Comunidades", "Communities")
_KIND = Text("Tipo", "Kind")
_THEME = Text("Tema", "Theme")
_COST = Text("Costo", "Cost")
_PEOPLE = Text("Personas", "People")
_STATE = Text("Estado", "State")
_VOTES = Text("Votos", "Votes")
_TO_BUDGET = Text("Elevada al presupuesto", "Raised to the budget")
_YES, _NO = Text("sí", "yes"), Text("no", "no")
_UNPLACED_ONE = Text(
    "{n} sin lugar en el mapa: está en la tabla.", "{n} has no place: see the table."
)
_UNPLACED_MANY = Text(
    "{n} sin lugar en el mapa: están en la tabla.", "{n} have no place: see the table."
)
_ACTIONS_ONE = Text("{n} acción en los planes comunales.", "{n} action in the communal plans.")
_ACTIONS_MANY = Text("{n} acciones en los planes comunales.", "{n} actions in the communal plans.")
_PROPOSALS_ONE = Text("{n} propuesta.", "{n} proposal.")
_PROPOSALS_MANY = Text("{n} propuestas.", "{n} proposals.")
_PLACED = Text(
    "Una propuesta sin lugar propio se dibuja en las comunidades que la pidieron.",
    "A proposal without a place of its own is drawn at the communities that asked for it.",
)


def actions(session: Reading, asked: Asked) -> Sequence[Mark]:
    """The actions of each community's newest approved plan."""
    key = ("layer actions", asked.where.place_id, asked.day, asked.lang)
    return remembered(session, asked.where, key, lambda: _actions(session, asked))


def _actions(session: Reading, asked: Asked) -> tuple[Mark, ...]:
    plans = {row.community_id: row for row in _plans(session, asked)}
    by_plan = {row.plan_id: row for row in plans.values()}
    kinds = choices.labels(session, "plan", "kind")
    themes = choices.themes(session)
    rows = session.rows(
        columns(Action).where(col(Action.plan_id).in_(list(by_plan))).order_by(col(Action.id))
    )
    return tuple(
        Mark(
            str(row.uuid),
            row.title,
            from_column(row.geom),
            page(asked.where.code, by_plan[row.plan_id].code),
            _action(row, by_plan[row.plan_id].name, kinds, themes, asked.lang),
        )
        for row in rows
    )


def _plans(session: Reading, asked: Asked) -> Sequence[Any]:
    wanted = (Plan.community_id, Community.code, Community.name)
    return assembled.of(session, asked, Plan, col(Plan.id).label("plan_id"), *wanted)


def _action(
    row: Any, community: str, kinds: Mapping[str, Text], themes: Mapping[str, Text], lang: str
) -> Value:
    # Who is responsible is often a person's name: it stays in the plan.
    lines = [(_COMMUNITY.of(lang), community)]
    for label, known, code in ((_KIND, kinds, row.kind), (_THEME, themes, row.theme)):
        if code:
            lines.append((label.of(lang), known[code].of(lang) if code in known else code))
    if row.cost_cents is not None:
        lines.append((_COST.of(lang), words.soles(row.cost_cents, lang)))
    if row.people is not None:
        lines.append((_PEOPLE.of(lang), words.num(row.people, lang)))
    if row.votes is not None:
        lines.append((_VOTES.of(lang), words.num(row.votes, lang)))
    lines.append((_TO_BUDGET.of(lang), (_YES if row.to_budget else _NO).of(lang)))
    return Value(people=row.people, lines=tuple(lines))


def tell_actions(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """How many, and how many have no place."""
    return _told(marks, asked, (_ACTIONS_ONE, _ACTIONS_MANY), "")


def proposals(session: Reading, asked: Asked) -> Sequence[Mark]:
    """Proposals that stand; the public sees those presented, by number, state and cost.

    Titles are written by people, so they are no part of what a map publishes.
    """
    key = ("layer proposals", asked.where.place_id, asked.public, asked.lang)
    return remembered(session, asked.where, key, lambda: _proposals(session, asked))


def _proposals(session: Reading, asked: Asked) -> tuple[Mark, ...]:
    rows = session.rows(
        columns(Proposal)
        .where(
            col(Proposal.place_id) == asked.where.place_id,
            col(Proposal.state).in_(OPEN if asked.public else ("draft", *OPEN)),
        )
        .order_by(col(Proposal.fiscal_year), col(Proposal.number))
    )
    askers = _askers(session, [row.id for row in rows])
    return tuple(_proposal(row, askers.get(row.id, []), asked) for row in rows)


def _askers(session: Reading, ids: list[int]) -> Mapping[int, list[tuple[str, Any]]]:
    """The communities behind each proposal: name and point."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for proposal, name, geom in session.rows(
        columns(Origin.proposal_id, Community.name, Community.geom)
        .join(Community, col(Community.id) == Origin.community_id)
        .where(col(Origin.proposal_id).in_(ids))
        .order_by(col(Community.sort_key))
    ):
        found[proposal][name] = from_column(geom)
    return {proposal: list(names.items()) for proposal, names in found.items()}


def _proposal(row: Any, askers: list[tuple[str, Any]], asked: Asked) -> Mark:
    lang = asked.lang
    number = words.say(_NUMBERED, lang, number=row.number, year=row.fiscal_year)
    lines = [(_STATE.of(lang), STATES[row.state].of(lang))]
    if row.cost_cents is not None:
        lines.append((_COST.of(lang), words.soles(row.cost_cents, lang)))
    if row.people is not None:
        lines.append((_PEOPLE.of(lang), words.num(row.people, lang)))
    if askers:
        names = words.listing([name for name, _ in askers], lang)
        lines.append((_COMMUNITIES.of(lang), names))
    href = f"/d/{asked.where.code}/presupuesto/{row.fiscal_year}/propuestas/{row.number}"
    return Mark(
        str(row.uuid),
        number if asked.public else f"{number}: {row.title}",
        from_column(row.geom) or _at([point for _, point in askers]),
        href,
        Value(people=row.people, lines=tuple(lines)),
    )


def _at(points: list[BaseGeometry | None]) -> BaseGeometry | None:
    known = [point for point in points if point is not None]
    return shapely.union_all(known) if known else None


def tell_proposals(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """How many, and where those without a place are drawn."""
    return _told(marks, asked, (_PROPOSALS_ONE, _PROPOSALS_MANY), _PLACED.of(asked.lang))


def _told(marks: Sequence[Mark], asked: Asked, said: tuple[Text, Text], note: str) -> Told:
    lang = asked.lang
    unplaced = sum(1 for mark in marks if mark.shape is None)
    if unplaced:
        note = f"{note} {words.some(_UNPLACED_ONE, _UNPLACED_MANY, unplaced, lang)}".strip()
    return Told(
        title="",
        values={},
        n=words.num(len(marks), lang),
        sentence=words.some(*said, len(marks), lang),
        on=asked.day if marks else None,
        note=note,
    )
