"""Runs of the money down the ranking of proposals, kept as they were and reproducible.

A run keeps its rule, its seed, a digest of all that went in, and a sentence for each
proposal. It is never changed: another run is another row. It is help for a decision; who
decides otherwise writes that beside it. Publishing makes it the public's to read.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Unknown
from app.operations import ceilings, districts, needs, proposal_sheets, proposals, trail
from app.operations.proposal_sheets import Sheet
from app.operations.trail import Act, Author
from app.planning import budgets, merits
from app.planning.budgets import Outcome
from app.records import stamps
from app.records.aggregates import PublicText
from app.records.places import Where
from app.records.proposals import Allocation, Proposal
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
    """Share the ceiling of a year among the proposals presented, down their ranking.

    Raises
    ------
    Conflict
        No ceiling, or nothing presented.
    """
    session.hold(f"proposals {where.code}")
    ceiling = ceilings.of_year(session, where, year)
    if ceiling is None:
        raise Conflict(
            "El año {year} todavía no tiene techo.",
            remedy="Fije primero cuánto dinero hay para repartir.",
            year=year,
        )
    taking = [p for p in proposals.listed(session, where, year) if p.state in TAKING_PART]
    if not any(p.state == "presented" for p in taking):
        raise Conflict(
            "No hay ninguna propuesta presentada para {year}.",
            remedy="Presente las propuestas que deben entrar.",
            year=year,
        )
    sheets = proposal_sheets.sheets(session, where, day, taking)
    seed = seed or needs.seed_of(where, day)
    result = budgets.allocation(map(_asking, sheets), ceiling.cents, seed)
    by_code = {code_of(sheet.proposal): sheet for sheet in sheets}
    made = Allocation(
        place_id=districts.own(where),
        fiscal_year=year,
        rule=result.rule,
        cents=ceiling.cents,
        seed=seed,
        digest=_digest(sheets, ceiling.cents, seed),
        outcomes=[_told(each, by_code[each.proposal.code]) for each in result.outcomes],
        author_id=author.account_id,
    )
    session.add(made)
    session.flush()
    act = Act("run", "allocation", made.uuid, where.place_id, digest=made.digest)
    trail.record(session, author, act)
    stamps.bump(session, f"district:{where.code}")
    return made


def code_of(proposal: Proposal) -> str:
    """How a proposal is called aloud, and in its lot: 2028-003."""
    return f"{proposal.fiscal_year}-{proposal.number:03}"


def _asking(sheet: Sheet) -> budgets.Proposal:
    return budgets.Proposal(
        code_of(sheet.proposal),
        sheet.merit.score,
        sheet.proposal.cost_cents,
        sheet.proposal.people or 0,
        sheet.proposal.state == "withdrawn",
    )


def _told(outcome: Outcome, sheet: Sheet) -> dict[str, Any]:
    """What is kept of one proposal: enough to tell it again when everything has changed."""
    proposal = sheet.proposal
    return {
        "proposal": str(proposal.uuid),
        "code": outcome.proposal.code,
        "title": proposal.title,
        "kind": proposal.kind,
        "place": outcome.place,
        "funded": outcome.funded,
        "cost_cents": proposal.cost_cents,
        "left_cents": outcome.left_centimos,
        "people": proposal.people,
        "communities": sorted({request.community_name for request in sheet.requests}),
        "need": proposal.need,
        "need_name": sheet.need_name,
        "score": sheet.merit.score,
        "parts": [
            {"criterion": p.criterion, "points": p.points, "sentence": p.reason.sentence}
            for p in sheet.merit.parts
        ],
        "reason": outcome.reason.code,
        "sentence": outcome.reason.sentence,
        "even_with": list(outcome.even_with),
        "decided_by": outcome.decided_by,
    }


def _digest(sheets: Sequence[Sheet], cents: int, seed: str) -> str:
    """SHA-256 of the canonical JSON of all that the run was made from."""
    given = {
        "rule": budgets.RULE,
        "points": dict(merits.POINTS),
        "ceiling": cents,
        "seed": seed,
        "proposals": [
            {
                "code": code_of(sheet.proposal),
                "state": sheet.proposal.state,
                "score": sheet.merit.score,
                "cost": sheet.proposal.cost_cents,
                "people": sheet.proposal.people,
            }
            for sheet in sheets
        ],
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
    session.flush()
    trail.record(session, author, Act("publish", "allocation", uuid, where.place_id))
    stamps.bump(session, f"district:{where.code}")
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
