"""The rules of a year's voting, as its ordinance words them, version by version.

They may change, each time as another version with its reason, until the first ballot is in:
who voted under one rule is not counted under another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, cast

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import ceilings, districts, ordinances, trail
from app.operations.ordinances import Ordinance
from app.operations.trail import Act, Author
from app.planning.allocation import comparing, orders
from app.planning.allocation.elections import Election, Option
from app.planning.allocation.limits import Group, Kind, Limits
from app.planning.allocation.names import RULES, Utility
from app.planning.allocation.rules import Wording
from app.planning.ballots import BallotRules
from app.records.places import Where
from app.records.voting import BallotSheet, BallotTyping, Voting, VotingRules
from app.store.sessions import Reading, Writing

UNKNOWN_BUDGET = 10**15
PLAN_WEIGHTS = ("one", "people")
MOST_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class Body:
    """What an ordinance says of the ballot and of the count.

    ``step`` and ``poverty_weight`` are exact numbers as text (``1/100``); ``caps`` and
    ``floors`` are (zone or objective, name, céntimos); ``incompatible`` pairs of numbers;
    ``plan_weights`` is how much the ballot of a community's plan counts: one, or its people.
    """

    kind: str = "approval"
    least: int = 2
    most: int = 5
    total: int = 10
    rule: str = "greedy"
    utility: str = ""
    step: str = "1/100"
    step_in_money: bool = False
    exhausted: bool = False
    ties: tuple[str, ...] = orders.TOWN
    seed: str = ""
    least_votes: int = 0
    incompatible: tuple[tuple[str, str], ...] = ()
    caps: tuple[tuple[str, str, int], ...] = ()
    floors: tuple[tuple[str, str, int], ...] = ()
    endowments: bool = False
    poverty_weight: str = "0"
    plan_weights: str = "one"
    compare: tuple[str, ...] = comparing.SHOWN
    unserved_in_acta: bool = False

    @property
    def ballot(self) -> BallotRules:
        """What a ballot asks for."""
        return BallotRules(cast(Any, self.kind), self.least, self.most, self.total)

    @property
    def limits(self) -> Limits:
        """What it forbids and asks for."""
        return Limits(
            least_votes=self.least_votes,
            incompatible=self.incompatible,
            caps={_group(kind, name): cents for kind, name, cents in self.caps},
            floors={_group(kind, name): cents for kind, name, cents in self.floors},
        )

    def wording(self, seed: str) -> Wording:
        """The rule with its limits; ``seed`` where the ordinance itself names none."""
        return Wording(
            self.rule,
            cast(Utility, self.utility) or None,
            _exact(self.step, "step"),
            self.step_in_money,
            self.exhausted,
            self.ties,
            self.seed or seed,
            self.limits,
        )


def _group(kind: str, name: str) -> Group:
    return cast(Kind, kind), name


def _exact(text: str, field: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise Invalid(
            "«{typed}» no es un número.",
            remedy="Escríbalo con cifras, como 1 o 0.5.",
            field=field,
            typed=text[:20],
        ) from error


def body_of(row: VotingRules) -> Body:
    """The rules as kept."""
    return read(row.body)


def read(kept: Mapping[str, Any]) -> Body:
    """Rules from JSON."""
    tuples = {
        name: tuple(tuple(each) for each in kept.get(name, ()))
        for name in ("incompatible", "caps", "floors")
    }
    lists = {name: tuple(kept[name]) for name in ("ties", "compare") if name in kept}
    return Body(**{**kept, **tuples, **lists})


def listed(session: Reading, where: Where, year: int) -> Sequence[VotingRules]:
    """Every version of a year, the newest first."""
    return session.exec(
        select(VotingRules)
        .where(VotingRules.place_id == where.place_id, VotingRules.fiscal_year == year)
        .order_by(col(VotingRules.version).desc())
    ).all()


def current(session: Reading, where: Where, year: int) -> VotingRules | None:
    """The version in force; None until somebody wrote one."""
    return next(iter(listed(session, where, year)), None)


def needed(session: Reading, where: Where, year: int) -> VotingRules:
    """The version in force.

    Raises
    ------
    Unknown
        Nobody wrote one.
    """
    row = current(session, where, year)
    if row is None:
        raise Unknown(
            "El año {year} todavía no tiene reglas de votación.",
            remedy="Escriba primero las reglas que dice la ordenanza.",
            year=year,
        )
    return row


def save(
    session: Writing,
    author: Author,
    where: Where,
    year: int,
    ordinance: Ordinance,
    body: Body,
    reason: str = "",
) -> VotingRules:
    """Write the rules of a year, or another version of them.

    Raises
    ------
    Invalid
        No ordinance, rules that contradict, or a change without its reason.
    Conflict
        A ballot is in already.
    """
    session.hold(f"voting {where.code} {year}")
    before = current(session, where, year)
    stands = ordinances.version(author, ordinance, reason, before.version if before else None)
    ceiling = ceilings.of_year(session, where, year)
    check(body, ceiling.cents if ceiling else None)
    found = living(session, where, year)
    if found is not None:
        _check_unused(session, found)
    row = VotingRules(
        place_id=districts.own(where),
        fiscal_year=year,
        body=asdict(body),
        **stands,
    )
    session.add(row)
    session.flush()
    if found is not None:
        found.rules_id = row.id
    act = Act("write rules", "voting", row.uuid, where.place_id, reason, f"{year} v{row.version}")
    trail.written(session, author, where, act)
    return row


def check(body: Body, cents: int | None) -> None:
    """Refuse rules that nobody can follow; ``cents`` is the budget where it is known.

    Raises
    ------
    Invalid
        A ballot, rule, tie or limit that contradicts.
    """
    body.ballot.check()
    body.wording("").check()
    weight = _exact(body.poverty_weight, "poverty_weight")
    if not 0 <= weight <= MOST_WEIGHT:
        raise Invalid(
            "El peso de la pobreza va de 0 a {most}.", field="poverty_weight", most=MOST_WEIGHT
        )
    if body.plan_weights not in PLAN_WEIGHTS:
        raise Invalid("No se entiende cuánto vale cada plan comunal.", field="plan_weights")
    for rule in body.compare:
        if rule not in RULES:
            raise Invalid("«{rule}» no es una regla de asignación.", field="compare", rule=rule)
    limits = body.limits
    codes = {code for pair in limits.incompatible for code in pair}
    groups = {*limits.caps, *limits.floors}
    # An election of just what the limits name: contradictions show without any proposal.
    options = [Option(code, 0) for code in sorted(codes)]
    options += [
        Option(f"{kind} {name}", 0, **{kind: name})  # type: ignore[arg-type]
        for kind, name in sorted(groups)
    ]
    election = Election(tuple(options), (), UNKNOWN_BUDGET if cents is None else cents)
    limits.check(election)
    orders.order(election, body.ties)


def living(session: Reading, where: Where, year: int) -> Voting | None:
    """The voting of a year that nobody annulled."""
    return session.exec(
        select(Voting)
        .where(
            Voting.place_id == where.place_id,
            Voting.fiscal_year == year,
            Voting.state != "annulled",
        )
        .order_by(col(Voting.id).desc())
    ).first()


def frozen(session: Reading, where: Where, year: int) -> bool:
    """Whether a ballot is in, so that the rules do not change any more."""
    found = living(session, where, year)
    return found is not None and _used(session, found)


def _check_unused(session: Reading, voting: Voting) -> None:
    if _used(session, voting):
        raise Conflict(
            "Ya hay una cédula: las reglas no cambian después del primer voto.",
            remedy="Si hay que cambiarlas, anule la votación con su razón y abra otra.",
        )


def _used(session: Reading, voting: Voting) -> bool:
    typed = session.exec(
        select(BallotTyping.id)
        .join(BallotSheet, col(BallotSheet.id) == BallotTyping.sheet_id)
        .where(BallotSheet.voting_id == voting.id)
    ).first()
    settled = session.exec(
        select(BallotSheet.id).where(
            BallotSheet.voting_id == voting.id, col(BallotSheet.state) != "printed"
        )
    ).first()
    return typed is not None or settled is not None or voting.state in ("closed", "allocated")
