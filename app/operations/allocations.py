"""Runs of a rule over the proposals of a year, kept as they were and reproducible.

A run keeps its rule, its seed, a digest of all that went in, and a sentence for each
proposal. It is never changed: another run is another row. It is help for a decision; who
decides otherwise writes that beside it. Publishing makes it the public's to read.

Here is the run without a voting, by the points of the evaluation; that of a voting is in
``app.operations.vote_counts``.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Unknown
from app.operations import (
    ceilings,
    districts,
    needs,
    outcomes,
    proposal_sheets,
    proposals,
    trail,
)
from app.operations.proposal_sheets import Sheet
from app.operations.trail import Act, Author
from app.planning.allocation import rules
from app.planning.allocation.elections import Ballot, Election, Option
from app.planning.allocation.rules import Wording
from app.records.aggregates import PublicText
from app.records.places import Where
from app.records.proposals import Allocation, Proposal
from app.records.voting import Voting
from app.store.sessions import Reading, Writing

TAKING_PART = ("presented", "withdrawn")


def listed(session: Reading, where: Where, year: int | None = None) -> Sequence[Allocation]:
    """The runs of a district, the newest first."""
    wanted = select(Allocation).where(Allocation.place_id == where.place_id)
    if year is not None:
        wanted = wanted.where(Allocation.fiscal_year == year)
    return session.exec(wanted.order_by(col(Allocation.id).desc())).all()


def find(session: Reading, where: Where, uuid: UUID) -> Allocation:
    """The run with this key.

    Raises
    ------
    Unknown
        The district has none.
    """
    row = session.exec(
        select(Allocation).where(Allocation.uuid == uuid, Allocation.place_id == where.place_id)
    ).first()
    if row is None:
        raise Unknown("El distrito no tiene esa asignación.", remedy="Vuelva a la lista.")
    return row


def run(
    session: Writing, author: Author, where: Where, year: int, day: date, *, seed: str = ""
) -> Allocation:
    """Share the ceiling of a year down the ranking of its evaluation.

    The evaluation is one ballot whose points are the whole points of each proposal's merit,
    and the rule is to go down the points and pass over what does not fit.

    Raises
    ------
    Conflict
        No ceiling, nothing presented, or a voting of that year decides.
    """
    session.hold(f"proposals {where.code}")
    ceiling = ceilings.of_year(session, where, year)
    if ceiling is None:
        raise Conflict(
            "El año {year} todavía no tiene techo.",
            remedy="Fije primero cuánto dinero hay para repartir.",
            year=year,
        )
    _check_no_voting(session, where, year)
    taking = [p for p in proposals.listed(session, where, year) if p.state in TAKING_PART]
    if not any(p.state == "presented" for p in taking):
        raise Conflict(
            "No hay ninguna propuesta presentada para {year}.",
            remedy="Presente las propuestas que deben entrar.",
            year=year,
        )
    sheets = proposal_sheets.sheets(session, where, day, taking)
    wording = Wording(seed=seed or needs.seed_of(where, day))
    barred = {code_of(sheet.proposal) for sheet in sheets if sheet.unfeasible}
    costed = [
        sheet for sheet in sheets if sheet.proposal.cost_cents is not None and not sheet.unfeasible
    ]
    election = _by_merit(costed, ceiling.cents)
    people = {code_of(sheet.proposal): sheet.proposal.people or 0 for sheet in sheets}
    outcome = rules.allocate(election, wording, people)
    asked = {code_of(sheet.proposal): _asked(sheet) for sheet in sheets}
    made = Allocation(
        place_id=districts.own(where),
        fiscal_year=year,
        rule=outcome.rule,
        cents=ceiling.cents,
        seed=wording.seed,
        digest=_digest(rules.digest(election, wording, people), sheets),
        outcomes=outcomes.told(election, wording, outcome, asked, people, barred),
        author_id=author.account_id,
    )
    return keep(session, author, where, made)


def keep(session: Writing, author: Author, where: Where, made: Allocation) -> Allocation:
    """Write a run down, once and for all."""
    session.add(made)
    session.flush()
    act = Act("run", "allocation", made.uuid, where.place_id, digest=made.digest)
    trail.written(session, author, where, act)
    return made


def _check_no_voting(session: Reading, where: Where, year: int) -> None:
    living = select(Voting.id).where(
        Voting.place_id == where.place_id, Voting.fiscal_year == year, Voting.state != "annulled"
    )
    if session.exec(living).first() is not None:
        raise Conflict(
            "La asignación de {year} sale de su votación.",
            remedy="Cierre la votación y asigne desde ella.",
            year=year,
        )


def code_of(proposal: Proposal) -> str:
    """How a proposal is called aloud, and in its lot: 2028-003."""
    return f"{proposal.fiscal_year}-{proposal.number:03}"


def merit_points(sheet: Sheet) -> int:
    """The merit of a proposal in whole points; halves go up."""
    return int(sheet.merit.score + 0.5)


def _by_merit(sheets: Sequence[Sheet], cents: int) -> Election:
    options = tuple(
        Option(
            code_of(sheet.proposal),
            sheet.proposal.cost_cents or 0,
            withdrawn=sheet.proposal.state == "withdrawn",
        )
        for sheet in sheets
    )
    given = {code_of(sheet.proposal): merit_points(sheet) for sheet in sheets}
    ballot = Ballot({code: points for code, points in given.items() if points})
    return Election(options, (ballot,), cents)


def _asked(sheet: Sheet) -> dict[str, Any]:
    """What is kept of a proposal: enough to tell it again when everything has changed."""
    proposal = sheet.proposal
    return {
        "proposal": str(proposal.uuid),
        "title": proposal.title,
        "kind": proposal.kind,
        "cost_cents": proposal.cost_cents,
        "people": proposal.people,
        "communities": sorted({request.community_name for request in sheet.requests}),
        "need": proposal.need,
        "need_name": sheet.need_name,
        "score": sheet.merit.score,
        "parts": [
            {
                "criterion": p.criterion,
                "name": p.name,
                "points": p.points,
                **p.reason.kept,
            }
            for p in sheet.merit.parts
        ],
    }


def _digest(election: str, sheets: Sequence[Sheet]) -> str:
    """SHA-256 of what the election was made from, and of the merits behind its points."""
    given = {
        "election": election,
        "points": {part.criterion: part.most for s in sheets for part in s.merit.parts},
        "merits": sorted((code_of(s.proposal), s.merit.score) for s in sheets),
    }
    text = json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def publish(session: Writing, author: Author, where: Where, uuid: UUID) -> Allocation:
    """Make a run the public's to read, in the place of an earlier one of its year.

    Raises
    ------
    Conflict
        It is public already.
    """
    session.hold(f"proposals {where.code}")
    row = find(session, where, uuid)
    if row.published:
        raise Conflict("Esa asignación ya está publicada.", remedy="Vuelva a la lista.")
    for other in listed(session, where, row.fiscal_year):
        other.published = False
    row.published = True
    session.add(PublicText(place_id=row.place_id, kind="allocation", body=public_body(row)))
    trail.written(session, author, where, Act("publish", "allocation", uuid, where.place_id))
    return row


def public_body(row: Allocation) -> dict[str, Any]:
    """A run as the public reads it; proposals are public facts, and no count of people is small
    enough to tell of a home, since they are benefits as planned.
    """
    return {
        "allocation": str(row.uuid),
        "fiscal_year": row.fiscal_year,
        "rule": row.rule,
        "cents": row.cents,
        "spent_cents": sum(o["cost_cents"] or 0 for o in row.outcomes if o["funded"]),
        "seed": row.seed,
        "digest": row.digest,
        "outcomes": row.outcomes,
    }
