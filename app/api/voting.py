"""Votings for other systems: rules, state, result, comparison, and ballots as ``.pb``.

No count is given before the close; the operation itself refuses.
"""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field

from app.api.money import soles
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
from app.records.voting import Voting, VotingRules
from app.store.sessions import Reading

router = APIRouter(tags=["voting"])
ReaderDep = Annotated[Passage, Depends(Permit("voting", "read"), scope="function")]
YearPath = Annotated[int, Path(ge=2000, le=2999, examples=[2028])]
BASE = "/districts/{ubigeo}/votings/{year}"


class LimitOut(BaseModel):
    """A cap or floor: zone or objective, its name, soles."""

    kind: str = Field(examples=["zone"])
    name: str
    amount: str = Field(description="Soles.", examples=["50000.00"])


class RulesOut(BaseModel):
    """The rules of a year, as an ordinance words them."""

    version: int
    ordinance: str
    ordinance_on: date | None
    article: str
    reason: str
    at: datetime
    kind: str = Field(examples=["approval"])
    least: int
    most: int
    total: int
    rule: str = Field(examples=["mes-add1"])
    utility: str
    step: str = Field(description="Fracción exacta.", examples=["1/100"])
    step_in_money: bool
    exhausted: bool
    ties: list[str]
    seed: str
    least_votes: int
    incompatible: list[list[str]]
    caps: list[LimitOut]
    floors: list[LimitOut]
    endowments: bool
    poverty_weight: str
    plan_weights: str
    compare: list[str]
    unserved_in_acta: bool

    @classmethod
    def of(cls, row: VotingRules) -> "RulesOut":
        """Rules as machines read them."""
        body = voting_rules.body_of(row)
        plain = {
            name: getattr(body, name)
            for name in cls.model_fields
            if hasattr(body, name) and name not in ("caps", "floors", "incompatible")
        }
        return cls(
            **plain,
            caps=_limits(body.caps),
            floors=_limits(body.floors),
            incompatible=[list(pair) for pair in body.incompatible],
            version=row.version,
            ordinance=row.ordinance,
            ordinance_on=row.ordinance_on,
            article=row.article,
            reason=row.reason,
            at=row.at,
        )


def _limits(lines: tuple[tuple[str, str, int], ...]) -> list[LimitOut]:
    return [LimitOut(kind=kind, name=name, amount=soles(c) or "") for kind, name, c in lines]


class OptionOut(BaseModel):
    """A proposal as it stood when it went on the ballot."""

    code: str
    proposal: UUID | None
    title: str
    cost: str = Field(description="Soles.", examples=["40000.00"])
    people: int | None
    communities: list[str]
    zone: str
    objective: str


class VotingOut(BaseModel):
    """Where a voting stands; how many sheets are where, never what they say."""

    uuid: UUID
    fiscal_year: int
    state: str = Field(examples=["open"])
    mode: str = Field(examples=["paper"])
    budget: str = Field(description="Soles.", examples=["850000.00"])
    rules_version: int
    opened_at: datetime | None
    closed_at: datetime | None
    options: list[OptionOut]
    sheets: dict[str, int] | None = Field(description="Nulo para el público hasta el cierre.")


class RoundOut(BaseModel):
    """What one round funded."""

    code: str
    cost: str
    left: str
    step: str
    payers: int
    most: str = Field(description="Lo que puso la cédula que más puso, en soles.")
    effective_votes: float


class VerdictOut(BaseModel):
    """What a proposal is told."""

    code: str
    title: str
    funded: bool
    cost: str
    votes: int
    support: int
    reason: str
    sentence: str
    even_with: list[str]


class ChangeOut(BaseModel):
    """A proposal on which people decided otherwise, and why."""

    code: str
    funded: bool
    reason: str


class AgreedOut(BaseModel):
    """The list that people agreed beside the count."""

    funded: list[str]
    changes: list[ChangeOut]
    at: datetime


class ResultOut(BaseModel):
    """The official count of a voting; it is never changed."""

    uuid: UUID
    fiscal_year: int
    rule: str
    rules_version: int
    budget: str
    left: str
    level: int
    seed: str
    digest: str
    at: datetime
    funded: list[str]
    rounds: list[RoundOut]
    verdicts: list[VerdictOut]
    agreed: AgreedOut | None


class GainOut(BaseModel):
    """What a community gets by a rule."""

    community: str
    amount: str
    per_person: str | None
    proposals: int


class UnservedOut(BaseModel):
    """A group that could pay a proposal and saw no more than ``got`` funded."""

    code: str
    ballots: int
    held: str
    got: str
    communities: list[str]


class ComparedOut(BaseModel):
    """The same ballots by one rule."""

    rule: str
    official: bool
    funded: list[str]
    spent: str
    left: str
    served: int
    ballots: int
    communities: int
    without: list[str]
    gains: list[GainOut]
    unserved: list[UnservedOut]


class ComparisonOut(BaseModel):
    """The same ballots by several rules; the official one first."""

    fiscal_year: int
    rules: list[ComparedOut]


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
