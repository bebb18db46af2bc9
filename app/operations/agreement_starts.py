"""From a result to agreements: one for each proposal that it funds, with what it should change.

The list that the workshop agreed stands before the run; a run alone must be published first.
It may be asked for again: what is followed already stays as it is, and what came by a sheet
under the same year and title is tied to its proposal instead of opened twice.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict
from app.operations import agreed_lists, agreements, expectations, requests, trail
from app.operations.agreements import Given
from app.operations.requests import Request
from app.operations.trail import Act, Author
from app.records.base import folded
from app.records.places import Where
from app.records.proposals import Agreement, Allocation, Origin, Proposal
from app.store.sessions import Reading, Writing, columns


def funded(session: Reading, made: Allocation) -> list[Mapping[str, Any]]:
    """The lines of a result that are funded, as people agreed or else as it was published.

    Raises
    ------
    Conflict
        Nobody agreed and nothing was published.
    """
    agreed = agreed_lists.newest(session, made)
    if agreed is None and not made.published:
        raise Conflict(
            "El resultado todavía no es de todos.",
            remedy="Escriba la lista que acordó el taller, o publique el resultado.",
        )
    codes = set(agreed.funded) if agreed else {o["code"] for o in made.outcomes if o["funded"]}
    return [line for line in made.outcomes if line["code"] in codes]


def waiting(session: Reading, made: Allocation) -> int:
    """How many funded lines of a result are not followed yet; 0 before it is everybody's."""
    try:
        lines = funded(session, made)
    except Conflict:
        return 0
    known = _known(session, made)
    return sum(1 for line in lines if _key(line) not in known)


def follow_up(
    session: Writing, author: Author, where: Where, made: Allocation, day: date
) -> list[Agreement]:
    """Open an agreement for each funded proposal that has none; those opened now.

    Raises
    ------
    Conflict
        As in ``funded``.
    """
    agreements.hold(session, where)
    session.hold(f"proposals {where.code}")
    lines, known = funded(session, made), _known(session, made)
    every = requests.of_district(session, where, day, every=True)
    opened = []
    for line in lines:
        if _key(line) in known:
            continue
        proposal = _proposal(session, where, line)
        if _tied(session, author, where, (made, line, proposal), day):
            continue
        given = _given(session, where, (made, line, proposal), every, day)
        opened.append(agreements.open_one(session, author, where, given, day))
        if proposal is not None:
            proposal.state = "agreed"
            proposal.revision += 1
    if opened:
        act = Act("follow_up", "agreements", made.uuid, where.place_id, digest=str(len(opened)))
        trail.written(session, author, where, act)
    return opened


def _tied(
    session: Writing,
    author: Author,
    where: Where,
    about: tuple[Allocation, Mapping[str, Any], Proposal | None],
    day: date,
) -> bool:
    """Tie a line to the agreement of its year and title that came by a sheet or by hand."""
    made, line, proposal = about
    title = folded(line["title"][:200])
    found = [
        row
        for row in agreements.listed(session, where, made.fiscal_year)
        if row.proposal_id is None and row.allocation_id is None and folded(row.title) == title
    ]
    if not found:
        return False
    row = found[0]
    row.origin = "merit" if made.voting_id is None else "voting"
    row.allocation_id, row.proposal_id = made.id, proposal.id if proposal else None
    row.need = row.need or str(line["need"] or "")[:60]
    if proposal is not None:
        proposal.state = "executed" if row.state == "delivered" else "agreed"
        proposal.revision += 1
    session.flush()
    agreements.recount(session, row)
    act = Act("tie", "agreements", row.uuid)
    agreements.touched(session, author, where, row, act, row.updated_on or day)
    return True


def _key(line: Mapping[str, Any]) -> str:
    """A proposal is known by its key; what only a file named, by its title."""
    return str(line["proposal"] or f"title {line['title'][:200]}")


def _known(session: Reading, made: Allocation) -> set[str]:
    """What of a result is followed already, and proposals followed from an earlier run."""
    mine = session.rows(columns(Agreement.title).where(col(Agreement.allocation_id) == made.id))
    keys = session.rows(
        columns(Proposal.uuid)
        .join(Agreement, col(Agreement.proposal_id) == Proposal.id)
        .where(col(Proposal.place_id) == made.place_id)
    )
    return {str(row[0]) for row in keys} | {f"title {row[0]}" for row in mine}


def _proposal(session: Writing, where: Where, line: Mapping[str, Any]) -> Proposal | None:
    if not line["proposal"]:
        return None
    return session.exec(
        select(Proposal)
        .where(Proposal.uuid == UUID(line["proposal"]), Proposal.place_id == where.place_id)
        .with_for_update()
    ).first()


def _given(
    session: Reading,
    where: Where,
    about: tuple[Allocation, Mapping[str, Any], Proposal | None],
    every: Sequence[Request],
    day: date,
) -> Given:
    made, line, proposal = about
    served: list[int] = []
    actions: set[UUID] = set()
    if proposal is not None:
        rows = session.rows(
            columns(Origin.community_id, Origin.action_uuid).where(
                col(Origin.proposal_id) == proposal.id
            )
        )
        served = sorted({row[0] for row in rows})
        actions = {row[1] for row in rows}
    need = str(line["need"] or "")
    unserved = {r.community_id for r in every if need and r.need == need} - set(served)
    expectation = expectations.stated(session, where, day, need, served)
    if expectation is not None:
        hoped = [r.expected for r in every if r.uuid in actions and r.expected]
        expectation["words"] = list(dict.fromkeys(hoped))[:10]
    return Given(
        made.fiscal_year,
        line["title"][:200],
        line["cost_cents"],
        "merit" if made.voting_id is None else "voting",
        need=need[:60],
        proposal_id=proposal.id if proposal else None,
        allocation_id=made.id,
        served=tuple(served),
        unserved=tuple(sorted(unserved)),
        expectation=expectation,
    )
