"""Counting the votes of a closed voting: the official run, and the same ballots otherwise.

Everything here asks first whether the voting is closed (``votings.check_counted``): this is
the only door to what the ballots say together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sqlmodel import col, select

from app.errors import Conflict
from app.operations import allocations, districts, needs, outcomes, voting_rules, votings
from app.operations.ballots import as_marks
from app.operations.trail import Author
from app.operations.voting_rules import Body
from app.planning import ballots as reading
from app.planning.allocation import comparing, rules
from app.planning.allocation.comparing import Case, Compared
from app.planning.allocation.elections import Ballot, Election, Option
from app.planning.allocation.endowments import Dweller, purses
from app.planning.allocation.outcomes import Outcome
from app.planning.ties import lot
from app.records.places import Where
from app.records.proposals import Allocation, Proposal
from app.records.voting import BallotSheet, Voting, VotingRules
from app.store.sessions import Reading, Writing, columns
from app.store.types import now


def accepted(session: Reading, voting: Voting) -> Sequence[BallotSheet]:
    """The ballots that count, once the voting is closed.

    Raises
    ------
    Conflict
        It is not.
    """
    votings.check_counted(voting)
    return session.exec(
        select(BallotSheet)
        .where(BallotSheet.voting_id == voting.id, BallotSheet.state == "accepted")
        .order_by(col(BallotSheet.number))
    ).all()


def case_of(session: Reading, where: Where, voting: Voting, seed: str = "") -> Case:
    """The election of a closed voting, in its district.

    Raises
    ------
    Conflict
        The voting is not closed.
    InvalidEndowments
        Communities whose part cannot be reckoned.
    """
    body = voting_rules.body_of(votings.rules_of(session, voting))
    ballots = _ballots(accepted(session, voting), voting, body)
    parts: Mapping[str, Fraction] = {}
    if body.endowments:
        dwellers = [
            Dweller(each["code"], each["people"], each["poverty"]) for each in voting.communities
        ]
        weight = Fraction(body.poverty_weight)
        parts = purses(voting.cents, dwellers, weight, {each.community for each in ballots})
    options = _options(session, voting)
    seed = seed or f"{where.code}-{voting.fiscal_year}"
    return Case(
        Election(options, ballots, voting.cents, parts),
        body.wording(seed),
        {each["code"]: each["people"] or 0 for each in voting.options},
        {each["code"]: tuple(each["communities"]) for each in voting.options},
        {each["code"]: each["people"] for each in voting.communities},
    )


def _options(session: Reading, voting: Voting) -> tuple[Option, ...]:
    """The ballot; what was withdrawn since stays on it and is not funded."""
    keys = session.rows(
        columns(Proposal.uuid).where(
            col(Proposal.place_id) == voting.place_id,
            col(Proposal.fiscal_year) == voting.fiscal_year,
            col(Proposal.state) == "withdrawn",
        )
    )
    gone = {str(row[0]) for row in keys}
    return tuple(
        Option(
            each["code"],
            each["cost_cents"],
            each["zone"],
            each["objective"],
            each["proposal"] in gone,
        )
        for each in voting.options
    )


def _ballots(sheets: Sequence[BallotSheet], voting: Voting, body: Body) -> tuple[Ballot, ...]:
    if voting.mode == "totals":
        return tuple(
            Ballot({code: 1}, sheet.community, number)
            for sheet in sheets
            for code, number in as_marks(sheet.marks)
        )
    return tuple(
        Ballot(
            dict(as_marks(sheet.marks))
            if voting.mode == "merit"
            else reading.points(as_marks(sheet.marks), body.ballot),
            sheet.community,
            sheet.weight,
        )
        for sheet in sheets
    )


def wanted_rules(voting: Voting, body: Body) -> tuple[str, ...]:
    """The rules to compare; of totals only those that go down the votes."""
    if voting.mode in ("totals", "merit"):
        return comparing.BY_TOTALS
    return body.compare


def run_of(session: Reading, voting: Voting) -> Allocation | None:
    """The official run of a voting; None until it is made."""
    return session.exec(select(Allocation).where(Allocation.voting_id == voting.id)).first()


def allocate(
    session: Writing, author: Author, where: Where, voting: Voting, seed: str = ""
) -> Allocation:
    """Make the official run of a closed voting, once, and let the public read it.

    ``seed`` is what was drawn in public for the lot, where the ordinance names none.

    Raises
    ------
    Conflict
        The voting is not closed, or its run is made already.
    """
    session.hold(f"voting {where.code} {voting.fiscal_year}")
    votings.check_counted(voting)
    if run_of(session, voting) is not None:
        raise Conflict(
            "El resultado de esta votación ya está hecho y no se cambia.",
            remedy="Si las autoridades deciden otra cosa, escríbalo con su razón al lado.",
        )
    kept = votings.rules_of(session, voting)
    body = voting_rules.body_of(kept)
    # The day in the seed is that of the close: who counts later counts the same.
    day = (voting.closed_at or now()).date()
    case = case_of(session, where, voting, seed.strip() or needs.seed_of(where, day))
    compared = comparing.compare(case, wanted_rules(voting, body))
    own = compared[0].outcome
    made = Allocation(
        place_id=districts.own(where),
        fiscal_year=voting.fiscal_year,
        rule=own.rule,
        cents=voting.cents,
        seed=case.wording.seed,
        digest=rules.digest(case.election, case.wording, case.people),
        outcomes=outcomes.told(
            case.election,
            case.wording,
            own,
            {o["code"]: _asked(o) for o in voting.options},
            case.people,
        ),
        author_id=author.account_id,
        voting_id=voting.id,
        detail=_detail(session, voting, kept, case, compared),
    )
    allocations.keep(session, author, where, made)
    allocations.publish(session, author, where, made.uuid)
    voting.state = "allocated"
    session.flush()
    return made


def _detail(
    session: Reading,
    voting: Voting,
    kept: VotingRules,
    case: Case,
    compared: Sequence[Compared],
) -> dict[str, Any]:
    """What is kept beside the list: the rules as worded, the rounds, the other rules."""
    body, own = voting_rules.body_of(kept), compared[0].outcome
    return {
        "rules": {
            "version": kept.version,
            "ordinance": kept.ordinance,
            "ordinance_on": kept.ordinance_on.isoformat() if kept.ordinance_on else None,
            "article": kept.article,
            **asdict(body),
        },
        "utility": rules.utility_of(case.election, case.wording),
        "mode": voting.mode,
        "left_cents": own.left,
        "level": own.level,
        "rounds": _rounds(own),
        "lots": _lots(case),
        "purses": {code: str(money) for code, money in sorted(case.election.purses.items())},
        "sheets": asdict(votings.progress(session, voting)),
        "compared": [as_json(each) for each in compared],
    }


def _asked(option: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "proposal": option["proposal"],
        "title": option["title"],
        "kind": option["kind"],
        "cost_cents": option["cost_cents"],
        "people": option["people"],
        "communities": option["community_names"],
        "need": option["need"],
        "need_name": option["need_name"],
        "score": None,
        "parts": [],
    }


def _rounds(outcome: Outcome) -> list[dict[str, Any]]:
    """The rounds as they are printed: effective votes with a point, money in céntimos."""
    return [
        {
            "code": each.code,
            "cost_cents": each.cost,
            "left_cents": each.left,
            "step": each.step,
            "payers": each.payers,
            "most_cents": round(each.most),
            "effective_votes": round(float(each.effective_votes), 2),
            "paid": {name: round(money) for name, money in each.paid.items()},
        }
        for each in outcome.rounds
    ]


def _lots(case: Case) -> list[dict[str, Any]]:
    """Each place where the lot decided between equals, with what anybody can draw again."""
    listed = outcomes.placed(case.election, case.wording, case.people)
    found: list[dict[str, Any]] = []
    for before, entry in pairwise(listed):
        if entry.decided_by == "lot":
            codes = [before.item.code, entry.item.code]
            if found and found[-1]["codes"][-1] == codes[0]:
                found[-1]["codes"].append(codes[1])
            else:
                found.append({"codes": codes})
    for each in found:
        each["drawn"] = {code: lot(case.wording.seed, code) for code in each["codes"]}
    return found


def as_json(each: Compared) -> dict[str, Any]:
    """One rule of a comparison as it is kept."""
    return {
        "rule": each.rule,
        "funded": list(each.outcome.funded),
        "spent_cents": each.outcome.spent,
        "left_cents": each.outcome.left,
        "level": each.outcome.level,
        "served": each.served,
        "ballots": each.ballots,
        "gini": round(each.gini, 4),
        "communities": each.communities,
        "without": list(each.without),
        "gains": {
            code: [gain.cents, gain.per_person, gain.proposals] for code, gain in each.gains.items()
        },
        "unserved": [
            {
                "code": group.code,
                "ballots": group.ballots,
                "held_cents": int(group.held),
                "got_cents": group.got,
                "communities": list(group.communities),
            }
            for group in each.unserved
        ],
    }
