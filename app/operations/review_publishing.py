"""Technical reviews published together, and what the public reads of them."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from app.errors import Conflict, Invalid, RowError
from app.operations import districts, proposal_sheets, proposals, technical_reviews, trail
from app.operations.technical_reviews import Line
from app.operations.trail import Act, Author
from app.records.aggregates import PublicText
from app.records.places import Where
from app.records.reviews import ReviewBatch, TechnicalReview
from app.store.sessions import Reading, Writing


def publish(
    session: Writing, author: Author, where: Where, year: int, day: date, reason: str = ""
) -> ReviewBatch:
    """Let everybody read all reviews at once.

    Raises
    ------
    Conflict
        Nothing is signed by two.
    Invalid
        Some are not ready and no reason says why the others do not wait.
    """
    session.hold(f"reviews {where.code} {year}")
    lines = technical_reviews.board(session, where, year, day)
    ready = [each for each in lines if each.ready]
    if not ready:
        raise Conflict(
            "No hay evaluaciones con dos firmas para publicar.",
            remedy="Firme primero las evaluaciones; la segunda firma es de otra persona.",
        )
    waiting = [each for each in lines if not each.ready and not _out(each)]
    if waiting and not reason.strip():
        raise Invalid(
            "{count} propuestas no tienen su evaluación lista.",
            remedy="Espérelas, o escriba por qué se publica sin ellas.",
            field="reason",
            rows=[
                RowError(each.sheet.proposal.number, "review", "Falta evaluar o firmar.",
                         each.sheet.proposal.title)
                for each in waiting
            ],
            count=len(waiting),
        )  # fmt: skip
    batch = ReviewBatch(
        place_id=districts.own(where),
        fiscal_year=year,
        digest=_digest(ready),
        missing=[
            {"number": each.sheet.proposal.number, "title": each.sheet.proposal.title}
            for each in waiting
        ],
        reason=reason.strip()[:500] if waiting else "",
        author_id=author.account_id,
        count=len(ready),
    )
    session.add(batch)
    session.flush()
    for each in ready:
        _put_out(session, each, batch)
    session.flush()
    session.add(PublicText(place_id=batch.place_id, kind="technical_review",
                           body=public_body(session, where, year, day)))  # fmt: skip
    act = Act("publish", "technical_review", batch.uuid, where.place_id, digest=batch.digest)
    trail.written(session, author, where, act)
    return batch


def _out(found: Line) -> bool:
    return found.review is not None and found.review.state == "published"


def _put_out(session: Writing, found: Line, batch: ReviewBatch) -> None:
    row = found.review
    if row is None:  # a ready line has one
        return
    for before in session.exec(
        select(TechnicalReview).where(
            TechnicalReview.proposal_id == row.proposal_id, TechnicalReview.state == "published"
        )
    ).all():
        before.state = "replaced"
    row.parts = [
        {
            "criterion": part.criterion,
            "name": part.name,
            "points": part.points,
            "most": part.most,
            **part.reason.kept,
        }
        for part in found.merit.parts
    ]
    row.state, row.batch_id = "published", batch.id
    row.revision += 1


def _digest(ready: Sequence[Line]) -> str:
    said = [
        [
            each.sheet.proposal.number,
            each.sheet.proposal.revision,
            each.review.opinion if each.review else "",
            each.review.findings if each.review else "",
            each.merit.score,
            dict(sorted(each.review.chosen.items())) if each.review else {},
        ]
        for each in ready
    ]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def told_of(session: Reading, where: Where, year: int) -> list[dict[str, Any]]:
    """The reviews of a year as they were published; empty before."""
    rows = session.exec(
        select(PublicText)
        .where(PublicText.place_id == where.place_id, PublicText.kind == "technical_review")
        .order_by(col(PublicText.id).desc())
    ).all()
    return next((row.body["reviews"] for row in rows if row.body["fiscal_year"] == year), [])


def public_body(session: Reading, where: Where, year: int, day: date) -> dict[str, Any]:
    """What anybody may read of the published reviews of a year; no name of a person."""
    rows = proposals.listed(session, where, year)
    sheets = proposal_sheets.sheets(session, where, day, rows)
    return {
        "fiscal_year": year,
        "reviews": [
            {
                "number": sheet.proposal.number,
                "title": sheet.proposal.title,
                "cost_cents": sheet.proposal.cost_cents,
                "opinion": sheet.review.opinion,
                "findings": sheet.review.findings,
                "points": sum(part["points"] for part in sheet.review.parts),
                "parts": sheet.review.parts,
            }
            for sheet in sheets
            if sheet.review is not None
        ],
    }
