"""The later half of the chain: what was decided of each proposal, agreed, built, measured again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import col, select

from app.operations import agreed_lists, agreements, allocations
from app.operations.chain.nodes import Node, Weaving
from app.planning.chains import Ref
from app.planning.reasons import again
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.cycles import Round
from app.records.places import Where
from app.records.proposals import Agreement, Proposal
from app.records.territory import Community
from app.records.works import AgreementCommunity, BudgetLine
from app.store.sessions import Reading, columns
from app.store.types import today

Taken = Mapping[int, tuple[Proposal, frozenset[str]]]
NeedOf = Callable[[str], tuple[Ref, ...]]
HALF_YEAR = timedelta(days=183)
BUILT = ("procured", "works", "delivered", "stopped")


def weave(session: Reading, where: Where, made: Weaving, taken: Taken, need: NeedOf) -> None:
    """Weave the later half in, behind the proposals taken."""
    decided = _results(session, where, made, taken)
    rows = session.exec(
        select(Agreement).where(Agreement.place_id == where.place_id).order_by(col(Agreement.id))
    ).all()
    served = _served(session, rows)
    moved = _with_money(session, rows)
    for row in rows:
        key = f"{row.fiscal_year}-{row.number}"
        communities = frozenset(code for _, code in served[row.id])
        before = _origin(row, taken, decided, need)
        made.add(
            Node(
                *("agreement", key, agreements.code_of(row), row.title, row.state),
                on_day=row.updated_on or row.created_at.date(),
                communities=communities,
            ),
            before,
        )
        if row.state in BUILT or row.id in moved:
            day = row.delivered_on or moved.get(row.id) or row.updated_on
            node = Node(
                *("works", key, row.cui, row.title, row.state),
                on_day=day,
                communities=communities,
            )
            made.add(node, [("agreement", key)])
            again = _again(session, row, _need_of(row, taken), [i for i, _ in served[row.id]])
            if again is not None:
                label, held_on, indicator = again
                node = Node(
                    *("again", key, label, indicator),
                    on_day=held_on,
                    communities=communities,
                )
                made.add(node, [("works", key)])


def _results(session: Reading, where: Where, made: Weaving, taken: Taken) -> dict[int, Ref]:
    """What the newest run of each year says of each proposal, or what people decided beside it.

    A proposal that a published run names is the public's to read.
    """
    by_uuid = {str(row.uuid): key for key, (row, _) in taken.items()}
    found: dict[int, Ref] = {}
    for run in allocations.listed(session, where):
        beside = agreed_lists.newest(session, run)
        for line in run.outcomes:
            key = by_uuid.get(line["proposal"] or "")
            if key is None:
                continue
            row, communities = taken[key]
            ref = ("proposal", f"{row.fiscal_year}-{row.number}")
            if run.published:
                made.nodes[ref] = replace(made.nodes[ref], public=True)
            if key in found:
                continue
            funded = line["code"] in beside.funded if beside else line["funded"]
            node = Node(
                *("result", ref[1], "", line["sentence"], "funded" if funded else "unfunded"),
                on_day=run.at.date(),
                who="merit" if run.voting_id is None else "voting",
                communities=communities,
                public=run.published,
                reason=again(line["reason"], line),
            )
            made.add(node, [ref])
            found[key] = node.ref
    return found


def _origin(row: Agreement, taken: Taken, decided: Mapping[int, Ref], need: NeedOf) -> list[Ref]:
    if row.proposal_id is None or row.proposal_id not in taken:
        return list(need(row.need))
    proposal, _ = taken[row.proposal_id]
    return [decided.get(row.proposal_id, ("proposal", f"{proposal.fiscal_year}-{proposal.number}"))]


def _need_of(row: Agreement, taken: Taken) -> str:
    found = taken.get(row.proposal_id) if row.proposal_id is not None else None
    return row.need or (found[0].need if found else "")


def _served(session: Reading, rows: Iterable[Agreement]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    wanted = (
        columns(AgreementCommunity.agreement_id, Community.id, Community.code)
        .join(Community, col(Community.id) == AgreementCommunity.community_id)
        .where(
            col(AgreementCommunity.agreement_id).in_([row.id for row in rows]),
            col(AgreementCommunity.served).is_(True),
        )
        .order_by(col(Community.code))
    )
    for agreement_id, community_id, code in session.rows(wanted):
        found[agreement_id].append((community_id, code))
    return found


def _with_money(session: Reading, rows: Iterable[Agreement]) -> dict[int, date]:
    """The newest day on which each agreement's budget line was read."""
    wanted = (
        columns(BudgetLine.agreement_id, BudgetLine.on_day)
        .where(col(BudgetLine.agreement_id).in_([row.id for row in rows]))
        .order_by(col(BudgetLine.on_day))
    )
    return {row.agreement_id: row.on_day for row in session.rows(wanted)}


def _again(
    session: Reading, row: Agreement, need: str, communities: list[int]
) -> tuple[str, date, str] | None:
    """The first counted round of whom it serves, six months after the hand-over or later."""
    if row.delivered_on is None or not need:
        return None
    found = session.rows(
        columns(Round.label, Round.held_on)
        .join(
            Aggregate,
            (col(Aggregate.round_id) == Round.id)
            & (col(Aggregate.community_id) == Round.community_id),
        )
        .join(IndicatorRow, col(IndicatorRow.id) == Aggregate.indicator_id)
        .where(
            col(Round.community_id).in_(communities),
            col(IndicatorRow.code) == need,
            col(Round.held_on) >= row.delivered_on + HALF_YEAR,
            col(Round.held_on) <= today(),
        )
        .order_by(col(Round.held_on), col(Round.id))
        .limit(1)
    )
    return (found[0][0], found[0][1], need) if found else None
