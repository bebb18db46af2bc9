"""The matrix of a year, as its ordinance words it, version by version.

It judges proposals, and beside the official list it ranks needs by the ordinance's own
points. It may change, each time as another version with its reason, until the reviews of its
year are published: nobody is judged by one matrix and told of another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlmodel import col, select

from app.errors import Conflict, Invalid
from app.operations import districts, ordinances, trail
from app.operations.ordinances import Ordinance
from app.operations.trail import Act, Author
from app.planning import alternatives, merits
from app.planning.merits import PLAIN, Criterion, Matrix, Step
from app.records.places import Where
from app.records.reviews import ReviewBatch, ReviewRules
from app.store.sessions import Reading, Writing


@dataclass(frozen=True, slots=True)
class Body:
    """What an ordinance says of criteria: those of proposals, and the points of needs."""

    criteria: Matrix = PLAIN
    needs: Mapping[str, int] = field(default_factory=lambda: dict(alternatives.MATRIX))


def listed(session: Reading, where: Where, year: int) -> Sequence[ReviewRules]:
    """Every version of a year, the newest first."""
    return session.exec(
        select(ReviewRules)
        .where(ReviewRules.place_id == where.place_id, ReviewRules.fiscal_year == year)
        .order_by(col(ReviewRules.version).desc())
    ).all()


def current(session: Reading, where: Where, year: int) -> ReviewRules | None:
    """The version in force; None until somebody wrote one."""
    return next(iter(listed(session, where, year)), None)


def newest(session: Reading, where: Where) -> ReviewRules | None:
    """The version in force of the newest year that has one."""
    return session.exec(
        select(ReviewRules)
        .where(ReviewRules.place_id == where.place_id)
        .order_by(col(ReviewRules.fiscal_year).desc(), col(ReviewRules.version).desc())
        .limit(1)
    ).first()


def matrix_of(session: Reading, where: Where, year: int) -> Matrix:
    """The criteria in force in a year; the plain ones until an ordinance gives its own."""
    row = current(session, where, year)
    return body_of(row).criteria if row else PLAIN


def body_of(row: ReviewRules) -> Body:
    """The matrix as kept."""
    criteria = tuple(
        Criterion(**{**each, "steps": tuple(Step(**step) for step in each["steps"])})
        for each in row.body["criteria"]
    )
    return Body(criteria, dict(row.body["needs"]))


def batches(session: Reading, where: Where, year: int) -> Sequence[ReviewBatch]:
    """What was published in a year, the newest first."""
    return session.exec(
        select(ReviewBatch)
        .where(ReviewBatch.place_id == where.place_id, ReviewBatch.fiscal_year == year)
        .order_by(col(ReviewBatch.id).desc())
    ).all()


def save(
    session: Writing,
    author: Author,
    where: Where,
    year: int,
    ordinance: Ordinance,
    body: Body,
    reason: str = "",
) -> ReviewRules:
    """Write a version of the matrix.

    Raises
    ------
    Invalid
        No ordinance, a matrix that cannot judge, a change without its reason.
    Conflict
        The reviews of the year are published.
    """
    session.hold(f"reviews {where.code} {year}")
    merits.check(body.criteria)
    _check_needs(body.needs)
    before = current(session, where, year)
    stands = ordinances.version(author, ordinance, reason, before.version if before else None)
    if batches(session, where, year):
        raise Conflict(
            "Las evaluaciones de {year} ya se publicaron con su matriz.",
            remedy="La matriz de un año publicado no cambia; escriba la del año siguiente.",
            year=year,
        )
    row = ReviewRules(
        place_id=districts.own(where),
        fiscal_year=year,
        body=_kept(body),
        **stands,
    )
    session.add(row)
    session.flush()
    act = Act("rules", "technical_review", row.uuid, where.place_id, reason)
    trail.written(session, author, where, act)
    return row


def _kept(body: Body) -> dict[str, Any]:
    return {"criteria": [asdict(each) for each in body.criteria], "needs": dict(body.needs)}


def _check_needs(points: Mapping[str, int]) -> None:
    whole = sum(points.values())
    if set(points) != set(alternatives.MATRIX) or min(points.values()) < 0 or whole != merits.WHOLE:
        raise Invalid(
            "Los puntos de las necesidades suman {whole} y deben sumar 100.",
            remedy="Reparta 100 puntos entre brecha, personas, equidad y asambleas.",
            field="needs",
            whole=whole,
        )
