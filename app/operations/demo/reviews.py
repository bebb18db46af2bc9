"""Technical reviews of the demonstration: last year's published, next year's half signed."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlmodel import select

from app.capture import yaml_text
from app.operations import proposals, review_publishing, review_rules, technical_reviews
from app.operations.demo.almanac import Almanac, moment
from app.operations.demo.script import FOLDER
from app.operations.ordinances import Ordinance
from app.operations.review_rules import Body
from app.operations.technical_reviews import Judged
from app.operations.trail import Author
from app.planning.merits import Criterion, Matrix, Step
from app.records.places import Where
from app.records.proposals import Proposal
from app.records.reviews import TechnicalReview
from app.store.sessions import Writing


@cache
def told() -> Mapping[str, Any]:
    """What ``reviews.yaml`` says."""
    found: Mapping[str, Any] = yaml_text.read((FOLDER / "reviews.yaml").read_text(encoding="utf-8"))
    return found


def matrix() -> Matrix:
    """The criteria of the demonstration."""
    return tuple(
        Criterion(
            each["code"],
            each["name"],
            each["points"],
            each.get("measure"),
            tuple(_step(*step) for step in each.get("steps", ())),
        )
        for each in told()["criteria"]
    )


def _step(points: int, condition: str | float) -> Step:
    if isinstance(condition, str):
        return Step(points, condition)
    return Step(points, "", float(condition))


def past(
    session: Writing, where: Where, signers: tuple[Author, Author], held: date, almanac: Almanac
) -> None:
    """Every presented proposal of last workshop's year reviewed, signed and published before."""
    year = almanac.today.year
    _rules(session, where, signers[1], year, almanac)
    for row in proposals.listed(session, where, year, "presented"):
        _judge(session, where, signers[0], row, told()["past"][row.number])
        for who in signers:
            _sign(session, where, who, row, almanac)
    batch = review_publishing.publish(session, signers[1], where, year, almanac.today)
    batch.at = moment(held - timedelta(days=14))
    for review in session.exec(
        select(TechnicalReview).where(TechnicalReview.batch_id == batch.id)
    ).all():
        review.first_at = moment(held - timedelta(days=20))
        review.second_at = moment(held - timedelta(days=17))


def coming(
    session: Writing, where: Where, signers: tuple[Author, Author], year: int, almanac: Almanac
) -> None:
    """The matrix of the coming year, and one review that waits for its second signature."""
    _rules(session, where, signers[1], year, almanac)
    for row in proposals.listed(session, where, year, "presented")[:1]:
        _judge(session, where, signers[0], row, told()["next"])
        _sign(session, where, signers[0], row, almanac)


def _rules(session: Writing, where: Where, author: Author, year: int, almanac: Almanac) -> None:
    given = told()["ordinance"]
    day = almanac.day(date.fromisoformat(given["day"]))
    named = Ordinance(given["number"], day, given["article"])
    review_rules.save(session, author, where, year, named, Body(matrix(), told()["needs"]))


def _judge(
    session: Writing, where: Where, author: Author, row: Proposal, said: Mapping[str, Any]
) -> None:
    judged = [each.code for each in matrix() if each.measure is None]
    chosen = dict(zip(judged, said["chosen"], strict=True))
    opinion = Judged(chosen, said["opinion"], said.get("findings", ""))
    technical_reviews.write(session, author, where, row, 0, opinion)


def _sign(session: Writing, where: Where, who: Author, row: Proposal, almanac: Almanac) -> None:
    found = technical_reviews.line(session, where, row, almanac.today)
    seen = found.review.revision if found.review else 0
    technical_reviews.sign(session, who, where, row, seen, almanac.today)
