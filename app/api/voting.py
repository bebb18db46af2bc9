"""Votings for other systems: rules, state, result, comparison, and ballots as ``.pb``.

No count is given before the close; the operation itself refuses.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from app.api.money import soles
from app.api.voting_shapes import (
    AgreedOut,
    ChangeOut,
    ComparedOut,
    ComparisonOut,
    GainOut,
    OptionOut,
    ResultOut,
    RoundOut,
    RulesOut,
    UnservedOut,
    VerdictOut,
    VotingOut,
)
from app.errors import Unknown
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep
from app.operations import (
    agreed_lists,
    ballot_files,
    vote_counts,
    voting_rules,
    votings,
)
from app.records.proposals import Allocation
from app.records.voting import Voting
from app.store.sessions import Reading

router = APIRouter(tags=["voting"])
ReaderDep = Annotated[Passage, Depends(Permit("voting", "read"), scope="function")]
YearPath = Annotated[int, Path(ge=2000, le=2999, examples=[2028])]
BASE = "/districts/{ubigeo}/votings/{year}"


@router.get("/districts/{ubigeo}/voting-rules/{year}")
def read_rules(year: YearPath, passage: ReaderDep, session: ReadDep) -> RulesOut:
    """The rules of a year's voting, in the version in force."""
    return RulesOut.of(voting_rules.needed(session, passage.where, year))


@router.get(BASE)
def read_voting(year: YearPath, passage: ReaderDep, session: ReadDep) -> VotingOut:
    """Where the voting of a year stands."""
    row = votings.needed(session, passage.where, year)
    public = passage.view == "public"
    if public and row.state == "preparing":
        raise Unknown(
            "El año {year} no tiene ninguna votación.", remedy="Prepárela primero.", year=year
        )
    return VotingOut(
        uuid=row.uuid,
        fiscal_year=row.fiscal_year,
        state=row.state,
        mode=row.mode,
        budget=_soles(row.cents),
        rules_version=votings.rules_of(session, row).version,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        options=[_option(each) for each in row.options],
        sheets=None if public and row.state == "open" else _sheets(session, row),
    )


def _soles(cents: int) -> str:
    return soles(cents) or ""


def _sheets(session: Reading, row: Voting) -> dict[str, int]:
    found = votings.progress(session, row)
    return {name: getattr(found, name) for name in found.__slots__}


def _option(each: dict[str, Any]) -> OptionOut:
    return OptionOut(
        **{k: each[k] for k in ("code", "title", "people", "communities", "zone", "objective")},
        proposal=UUID(each["proposal"]) if each["proposal"] else None,
        cost=_soles(each["cost_cents"]),
    )


def _run(session: Reading, passage: Passage, year: int) -> tuple[Voting, Allocation]:
    row = votings.needed(session, passage.where, year)
    votings.check_counted(row)
    made = vote_counts.run_of(session, row)
    if made is None:
        raise Unknown(
            "El año {year} todavía no tiene resultado.",
            remedy="Vuelva cuando la votación haya cerrado.",
            year=year,
        )
    return row, made


@router.get(BASE + "/result", responses=responses(409))
def read_result(year: YearPath, passage: ReaderDep, session: ReadDep) -> ResultOut:
    """The official count, with a sentence for each proposal."""
    _, made = _run(session, passage, year)
    detail = made.detail or {}
    agreed = agreed_lists.newest(session, made)
    return ResultOut(
        uuid=made.uuid,
        fiscal_year=made.fiscal_year,
        rule=made.rule,
        rules_version=detail["rules"]["version"],
        budget=_soles(made.cents),
        left=_soles(detail["left_cents"]),
        level=detail["level"],
        seed=made.seed,
        digest=made.digest,
        at=made.at,
        funded=[each["code"] for each in detail["rounds"]],
        rounds=[_round(each) for each in detail["rounds"]],
        verdicts=[_verdict(each) for each in made.outcomes],
        agreed=AgreedOut(
            funded=agreed.funded,
            changes=[ChangeOut(**each) for each in agreed.changes],
            at=agreed.at,
        )
        if agreed
        else None,
    )


def _round(each: dict[str, Any]) -> RoundOut:
    return RoundOut(
        **{name: each[name] for name in ("code", "step", "payers", "effective_votes")},
        cost=_soles(each["cost_cents"]),
        left=_soles(each["left_cents"]),
        most=_soles(each["most_cents"]),
    )


def _verdict(each: dict[str, Any]) -> VerdictOut:
    same = ("code", "title", "funded", "votes", "support", "reason", "sentence", "even_with")
    return VerdictOut(**{name: each[name] for name in same}, cost=_soles(each["cost_cents"] or 0))


@router.get(BASE + "/comparison", responses=responses(409))
def compare_rules(year: YearPath, passage: ReaderDep, session: ReadDep) -> ComparisonOut:
    """What other rules would give with the same ballots."""
    _, made = _run(session, passage, year)
    compared = (made.detail or {})["compared"]
    return ComparisonOut(
        fiscal_year=year, rules=[_compared(each, at == 0) for at, each in enumerate(compared)]
    )


def _compared(each: dict[str, Any], official: bool) -> ComparedOut:
    same = ("rule", "funded", "served", "ballots", "communities", "without")
    return ComparedOut(
        **{name: each[name] for name in same},
        official=official,
        spent=_soles(each["spent_cents"]),
        left=_soles(each["left_cents"]),
        gains=[
            GainOut(
                community=code, amount=_soles(cents), per_person=soles(person), proposals=number
            )
            for code, (cents, person, number) in each["gains"].items()
        ],
        unserved=[
            UnservedOut(
                code=group["code"],
                ballots=group["ballots"],
                held=_soles(group["held_cents"]),
                got=_soles(group["got_cents"]),
                communities=group["communities"],
            )
            for group in each["unserved"]
        ],
    )


@router.get(
    BASE + "/ballots.pb",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {}}, "description": "Las cédulas en formato .pb"},
        **responses(409, 422),
    },
)
def export_ballots(year: YearPath, passage: ReaderDep, session: ReadDep) -> Response:
    """The ballots of a closed voting as ``.pb`` (https://pabulib.org/format)."""
    row = votings.needed(session, passage.where, year)
    text = ballot_files.write(session, passage.where, row, public=passage.view == "public")
    return Response(text, media_type="text/plain; charset=utf-8")
