"""What a voting is opened with: proposals, communities, and the votes that plans hold already."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from app.errors import Conflict, RowError
from app.operations import allocations, paper, proposal_sheets, proposals, requests
from app.operations import needs as needs_
from app.operations.voting_rules import Body
from app.planning.ballots import BallotRules
from app.records import reviews
from app.records.places import Where
from app.records.plans import Action
from app.records.proposals import Origin, Proposal
from app.records.voting import BallotSheet, Voting
from app.store.sessions import Reading, Writing, columns
from app.store.types import uuid7

TITLE = 60  # what a ballot has room for


def on_the_ballot(session: Reading, where: Where, year: int, day: date) -> list[dict[str, Any]]:
    """The presented proposals that no published review found unfeasible, as they stand today.

    Raises
    ------
    Conflict
        There is none, or one has no cost.
    """
    rows = proposals.listed(session, where, year, "presented")
    if not rows:
        raise Conflict(
            "No hay ninguna propuesta presentada para {year}.",
            remedy="Presente las propuestas que deben ir a la cédula.",
            year=year,
        )
    if unknown := [row for row in rows if not row.cost_cents]:
        raise Conflict(
            "{count} propuestas no dicen cuánto cuestan.",
            remedy="Escriba su costo, o retírelas con su razón.",
            rows=[RowError(row.number, "cost", "Falta el costo.", row.title) for row in unknown],
            count=len(unknown),
        )
    sheets = proposal_sheets.sheets(session, where, day, rows)
    able = [_option(sheet) for sheet in sheets if not sheet.unfeasible]
    if not able:
        raise Conflict(
            "La evaluación técnica no halló viable ninguna propuesta de {year}.",
            remedy="Presente otras propuestas, o vuelva a evaluar las que cambiaron.",
            year=year,
        )
    return able


def unreviewed(session: Reading, where: Where, year: int) -> list[Proposal]:
    """The presented proposals of which no technical review was published: said, never refused.

    A year may have no technical team, and an ordinance may put the review elsewhere; but whoever
    opens a voting should know what nobody judged.
    """
    rows = proposals.listed(session, where, year, "presented")
    judged = reviews.published(session, [row.id for row in rows])
    return [row for row in rows if row.id not in judged]


def ungated(session: Reading, where: Where, year: int) -> list[Proposal]:
    """The presented proposals whose gate was not answered: said, never refused."""
    return [
        row for row in proposals.listed(session, where, year, "presented") if proposals.ungated(row)
    ]


def by_number(session: Reading, where: Where, year: int, day: date) -> dict[str, dict[str, Any]]:
    """Every proposal of a year as it would stand on a ballot, by its number."""
    rows = proposals.listed(session, where, year)
    sheets = proposal_sheets.sheets(session, where, day, rows) if rows else []
    return {str(sheet.proposal.number): _option(sheet) for sheet in sheets}


def _option(sheet: proposal_sheets.Sheet) -> dict[str, Any]:
    row = sheet.proposal
    served = {request.community: request.community_name for request in sheet.requests}
    only = next(iter(served)) if len(served) == 1 else ""
    return {
        "code": str(row.number),
        "proposal": str(row.uuid),
        "title": row.title,
        "kind": row.kind,
        "cost_cents": row.cost_cents or 0,
        "people": row.people,
        "communities": sorted(served),
        "community_names": [served[code] for code in sorted(served)],
        "need": row.need,
        "need_name": sheet.need_name,
        "zone": served.get(only, ""),
        "objective": "",
    }


def communities(
    session: Reading, where: Where, day: date, entitled: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Who lives where, with the poverty that is known, and the people entitled to vote."""
    known = needs_.evidence_of(session, where, day)
    names = {member.code: member.name for member in known.standing.members}
    return [
        {
            "code": each.code,
            "name": names.get(each.code, each.code),
            "people": each.people,
            "poverty": each.equity,
            "entitled": entitled.get(each.code),
        }
        for each in known.evidence.communities
    ]


def read_votes(session: Writing, where: Where, voting: Voting, body: Body) -> None:
    """Make the ballots of communal plans, or the one of the merits, as the rules say.

    Raises
    ------
    Conflict
        None of them says anything of a proposal of the ballot.
    """
    if voting.mode == "plans":
        found = _of_plans(session, where, voting, body)
    else:
        found = _of_merits(session, where, voting)
    if not any(marks for _, marks, _ in found):
        raise Conflict(
            "Ningún plan ni evaluación ordena las propuestas de la cédula.",
            remedy="Use cédulas, o enlace las propuestas con los pedidos de los planes.",
        )
    for number, (community, marks, weight) in enumerate(found, 1):
        key = uuid7()
        session.add(
            BallotSheet(
                uuid=key,
                voting_id=voting.id,
                number=number,
                code=paper.code_of(key),
                community=community,
                state="accepted",
                marks=marks,
                weight=weight,
            )
        )
    session.flush()


Found = list[tuple[str, list[Any], int]]


def _of_plans(session: Reading, where: Where, voting: Voting, body: Body) -> Found:
    """A ballot of each community: its plan's raised actions, in their order."""
    taken = _proposals_of_actions(session, voting)
    asked = requests.of_district(session, where, voting.created_at.date())
    order = _positions(session, [request.uuid for request in asked])
    by_community: dict[str, list[str]] = {}
    for request in sorted(asked, key=lambda r: (r.community, order.get(r.uuid, 0))):
        listed = by_community.setdefault(request.community, [])
        code = taken.get(request.uuid)
        if code is not None and code not in listed:
            listed.append(code)
    people = {each["code"]: each["people"] for each in voting.communities}
    return [
        (
            community,
            _as_marks(listed, body.ballot),
            max(1, people.get(community) or 1) if body.plan_weights == "people" else 1,
        )
        for community, listed in sorted(by_community.items())
        if listed
    ]


def _as_marks(listed: Sequence[str], ballot: BallotRules) -> list[Any]:
    kept = listed[: ballot.most]
    if ballot.kind == "order":
        return [[code, 1] for code in kept]
    # Points are shared by place: the first of three gets 3 of 6 parts; what does not divide
    # goes to those in front.
    parts = [len(kept) - at for at in range(len(kept))]
    whole = sum(parts)
    shared = [ballot.total * part // whole for part in parts]
    for at in range(ballot.total - sum(shared)):
        shared[at % len(shared)] += 1
    return [[code, points] for code, points in zip(kept, shared, strict=True) if points]


def _proposals_of_actions(session: Reading, voting: Voting) -> dict[Any, str]:
    codes = {each["proposal"]: each["code"] for each in voting.options}
    rows = session.rows(
        columns(Origin.action_uuid, Proposal.uuid)
        .join(Proposal, col(Proposal.id) == Origin.proposal_id)
        .where(
            col(Proposal.place_id) == voting.place_id,
            col(Proposal.fiscal_year) == voting.fiscal_year,
        )
    )
    return {row[0]: codes[str(row[1])] for row in rows if str(row[1]) in codes}


def _positions(session: Reading, uuids: Sequence[Any]) -> dict[Any, int]:
    found = session.exec(
        select(Action.uuid, Action.position).where(col(Action.uuid).in_(uuids))
    ).all()
    return {row[0]: row[1] for row in found}


def _of_merits(session: Reading, where: Where, voting: Voting) -> Found:
    """One ballot, whose points are the whole points of each proposal's evaluation."""
    day = voting.created_at.date()
    listed = {str(row.uuid): row for row in proposals.listed(session, where, voting.fiscal_year)}
    rows = [listed[each["proposal"]] for each in voting.options if each["proposal"] in listed]
    sheets = proposal_sheets.sheets(session, where, day, rows)
    marks = [
        [str(sheet.proposal.number), points]
        for sheet in sheets
        if (points := allocations.merit_points(sheet))
    ]
    return [("", marks, 1)]
