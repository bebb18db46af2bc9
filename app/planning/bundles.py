"""Equal requests of several communities, told together: a suggestion, never a merge.

Two requests are equal if they ask for the same kind of action for the same need. A bundle
is a new thing that points at its requests; they stay as they were, readable and apart. A
request that names no need is never bundled: nothing says what it is equal to. People of a
community who ask twice count once (its largest request).

The share of the district's population is shown beside the 5 % that DS 097-2009-EF is said
to ask of district projects. That rule is not verified: it advises ("por verificar") and
refuses nothing.

Bundles come with more people first, then by need and kind; that order decides nothing.

Source: domain.md 4.3 and planning.md sections 1 and 2 (no. 10) of the design; decision 10.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.errors import Invalid
from app.planning.reasons import Reason

COVERAGE_RULE = 0.05
"""Share of the district's people; to be verified."""


class InvalidRequest(Invalid):
    """A negative number, or the same request twice."""


@dataclass(frozen=True, slots=True)
class Request:
    """An action of a communal plan that was raised to the budget.

    ``need`` is the code of an indicator or problem, ``kind`` of the action; ``people`` and
    ``cost_centimos`` are None where nobody knows them.
    """

    code: str
    community: str
    need: str | None
    kind: str
    people: int | None = None
    votes: int = 0
    cost_centimos: int | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Requests that could be one proposal, or one request that stands alone.

    ``people`` is a least number where ``people_unknown`` communities did not say;
    ``cost_centimos`` likewise, of the requests with a cost.
    """

    need: str | None
    kind: str
    requests: tuple[Request, ...]
    communities: tuple[str, ...]
    people: int
    people_unknown: int
    votes: int
    cost_centimos: int
    cost_unknown: int
    people_share: float | None
    reason: Reason

    @property
    def size(self) -> Reason:
        """Who asks and whom it reaches, without what a norm would say of it."""
        if self.people_share is None:
            return self.reason
        return Reason(
            "share_told",
            "Comunidades que lo piden: {communities}; personas: al menos {people}, {people_share} "
            "del distrito.",
            self.reason.numbers,
        )

    @property
    def whole_cost_centimos(self) -> int | None:
        """The cost of all; None where one of them has none yet."""
        return None if self.cost_unknown else self.cost_centimos


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Every request, in exactly one place: bundled with its equals, or alone."""

    bundles: tuple[Bundle, ...]
    alone: tuple[Bundle, ...]


def suggestions(requests: Iterable[Request], district_people: int | None) -> Suggestions:
    """Bundles of two communities or more, and the requests left alone.

    Parameters
    ----------
    requests
        With codes of their own, in any order.
    district_people
        Population of the district; None or 0 leaves the share unknown.

    Raises
    ------
    InvalidRequest
        A code twice; negative people, votes or cost.
    """
    groups: dict[tuple[str, str], list[Request]] = {}
    loose: list[list[Request]] = []
    for request in _checked(requests):
        if request.need is None:
            loose.append([request])
        else:
            groups.setdefault((request.need, request.kind), []).append(request)
    bundled: list[list[Request]] = []
    for group in groups.values():
        if len({request.community for request in group}) > 1:
            bundled.append(group)
        else:
            loose.extend([request] for request in group)
    return Suggestions(
        _in_order(_bundle(group, district_people) for group in bundled),
        _in_order(_bundle(group, district_people) for group in loose),
    )


def _checked(requests: Iterable[Request]) -> list[Request]:
    by_code: dict[str, Request] = {}
    for request in requests:
        if request.code in by_code:
            raise InvalidRequest("El pedido «{code}» aparece dos veces.", code=request.code)
        by_code[request.code] = request
        for name, amount in (
            ("people", request.people),
            ("votes", request.votes),
            ("cost_centimos", request.cost_centimos),
        ):
            if amount is not None and amount < 0:
                raise InvalidRequest(
                    "El pedido «{code}» tiene un número negativo.",
                    remedy="Escriba 0 o un número mayor.",
                    field=name,
                    code=request.code,
                )
    return [by_code[code] for code in sorted(by_code)]


def _in_order(bundles: Iterable[Bundle]) -> tuple[Bundle, ...]:
    return tuple(
        sorted(bundles, key=lambda b: (-b.people, b.need or "", b.kind, b.requests[0].code))
    )


def _bundle(group: list[Request], district_people: int | None) -> Bundle:
    largest: dict[str, int | None] = {}
    for request in group:
        known = [p for p in (largest.get(request.community), request.people) if p is not None]
        largest[request.community] = max(known) if known else None
    people = sum(size for size in largest.values() if size is not None)
    costs = [r.cost_centimos for r in group if r.cost_centimos is not None]
    share = min(1.0, people / district_people) if district_people else None
    return Bundle(
        need=group[0].need,
        kind=group[0].kind,
        requests=tuple(group),
        communities=tuple(sorted(largest)),
        people=people,
        people_unknown=sum(1 for size in largest.values() if size is None),
        votes=sum(request.votes for request in group),
        cost_centimos=sum(costs),
        cost_unknown=len(group) - len(costs),
        people_share=share,
        reason=_reason(len(largest), people, share),
    )


def _reason(communities: int, people: int, share: float | None) -> Reason:
    numbers = {"communities": communities, "people": people, "rule_share": COVERAGE_RULE}
    if share is None:
        return Reason(
            "share_unknown",
            "Comunidades que lo piden: {communities}; personas: al menos {people}, no se sabe qué "
            "parte del distrito.",
            numbers,
        )
    if share >= COVERAGE_RULE:
        return Reason(
            "share_over",
            "Comunidades que lo piden: {communities}; personas: al menos {people}, {people_share} "
            "del distrito, no menos del {rule_share} de referencia (por verificar).",
            numbers | {"people_share": share},
        )
    return Reason(
        "share_under",
        "Comunidades que lo piden: {communities}; personas: al menos {people}, {people_share} "
        "del distrito, bajo el {rule_share} de referencia (por verificar).",
        numbers | {"people_share": share},
    )
