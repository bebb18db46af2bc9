"""Votings as machines read them: rules, options, rounds, verdicts, comparison; money in soles."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from app.api.money import soles
from app.operations import voting_rules
from app.records.voting import VotingRules


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
