"""The technical review of a year's proposals: judged, signed by two, published together.

Nobody outside the team learns of one opinion before all are out: an early "not feasible"
would end a proposal that the others have still to defend. A review speaks of the revision of
the proposal that was read; a proposal that changed since must be read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Stale
from app.operations import proposal_sheets, proposals, review_rules, trail
from app.operations.proposal_sheets import Sheet
from app.operations.trail import Act, Author
from app.planning import merits
from app.planning.merits import Matrix, Merit
from app.records.people import Account
from app.records.places import Where
from app.records.proposals import Proposal
from app.records.reviews import OPINIONS, TechnicalReview
from app.store.sessions import Reading, Writing
from app.store.types import now

LIVING = ("draft", "signed", "complete", "published")


@dataclass(frozen=True, slots=True)
class Judged:
    """What the team says: the step of each judged criterion, its opinion and what it found."""

    chosen: Mapping[str, int]
    opinion: str
    findings: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal before the team: its sheet, the review that lives, and its merit by it."""

    sheet: Sheet
    review: TechnicalReview | None
    merit: Merit

    @property
    def stale(self) -> bool:
        """The proposal changed after the team read it."""
        read = self.review
        return read is not None and read.proposal_revision != self.sheet.proposal.revision

    @property
    def ready(self) -> bool:
        """Signed by two, on the proposal as it stands."""
        return self.review is not None and self.review.state == "complete" and not self.stale


def board(session: Reading, where: Where, year: int, day: date) -> list[Line]:
    """The presented proposals of a year, each with what the team says so far."""
    rows = proposals.listed(session, where, year, "presented")
    matrix = review_rules.matrix_of(session, where, year)
    living = _living(session, [row.id for row in rows])
    return [
        _line(sheet, living.get(sheet.proposal.id), matrix)
        for sheet in proposal_sheets.sheets(session, where, day, rows)
    ]


def line(session: Reading, where: Where, proposal: Proposal, day: date) -> Line:
    """One proposal with what the team says so far."""
    matrix = review_rules.matrix_of(session, where, proposal.fiscal_year)
    living = _living(session, [proposal.id])
    sheet = proposal_sheets.sheet(session, where, day, proposal)
    return _line(sheet, living.get(proposal.id), matrix)


def _line(sheet: Sheet, review: TechnicalReview | None, matrix: Matrix) -> Line:
    chosen = review.chosen if review else {}
    return Line(sheet, review, merits.merit(sheet.facts, matrix, chosen))


def _living(session: Reading, keys: Sequence[int]) -> dict[int, TechnicalReview]:
    """The newest review of each that was not replaced: one that is open stands before one
    that is published.
    """
    rows = session.exec(
        select(TechnicalReview)
        .where(col(TechnicalReview.proposal_id).in_(keys), col(TechnicalReview.state).in_(LIVING))
        .order_by(col(TechnicalReview.id))
    ).all()
    return {row.proposal_id: row for row in rows}


def write(
    session: Writing,
    author: Author,
    where: Where,
    proposal: Proposal,
    seen: int,
    judged: Judged,
    reason: str = "",
) -> TechnicalReview:
    """Keep what the team says of a proposal; signatures under another text fall.

    ``seen`` is the revision of the review that was on the screen, 0 where there was none.

    Raises
    ------
    Stale
        Somebody wrote first.
    Invalid
        A step or an opinion that does not exist, an adverse opinion without what was found,
        or one after publication without its reason.
    Conflict
        The proposal is not presented.
    """
    session.hold(f"reviews {where.code} {proposal.fiscal_year}")
    if proposal.state != "presented":
        raise Conflict(
            "Solo se evalúan propuestas presentadas.", remedy="Preséntela primero desde su hoja."
        )
    row = _living(session, [proposal.id]).get(proposal.id)
    _same(row, seen)
    rules = review_rules.current(session, where, proposal.fiscal_year)
    matrix = review_rules.matrix_of(session, where, proposal.fiscal_year)
    _check(judged, matrix)
    if row is None or row.state == "published":
        if row is not None and not reason.strip():
            raise Invalid(
                "Esta evaluación ya se publicó: falta la razón para volver a evaluar.",
                remedy="Escriba qué cambió; quedará a la vista.",
                field="reason",
            )
        row = TechnicalReview(
            proposal_id=proposal.id,
            proposal_revision=proposal.revision,
            revision=0,
            reason=reason.strip()[:500],
        )
        session.add(row)
    row.rules_id = rules.id if rules else None
    row.proposal_revision = proposal.revision
    row.chosen = dict(judged.chosen)
    row.opinion, row.findings = judged.opinion, judged.findings.strip()[:2000]
    row.state, row.author_id, row.at = "draft", author.account_id, now()
    row.first_id = row.first_at = row.second_id = row.second_at = None
    row.revision += 1
    trail.written(
        session, author, where, Act("judge", "technical_review", row.uuid, where.place_id)
    )
    return row


def _same(row: TechnicalReview | None, seen: int) -> None:
    if (row.revision if row else 0) != seen:
        raise Stale(
            "Otra persona escribió en esta evaluación antes que usted.",
            remedy="Vuelva a abrirla, mire lo que dice y repita su cambio.",
        )


def _check(judged: Judged, matrix: Matrix) -> None:
    open_ = {each.code: len(each.steps) for each in matrix if each.measure is None}
    if any(not 0 <= at < open_.get(code, 0) for code, at in judged.chosen.items()):
        raise Invalid(
            "La página nombra un tramo que la matriz no tiene.",
            remedy="Vuelva a abrir la evaluación: quizá la matriz cambió.",
            field="criteria",
        )
    if judged.opinion and judged.opinion not in OPINIONS:
        raise Invalid("Elija la opinión de la lista.", field="opinion")
    if judged.opinion not in ("", "feasible") and not judged.findings.strip():
        raise Invalid(
            "Falta decir qué se halló.",
            remedy="Quien la pidió tiene que poder entender por qué.",
            field="findings",
        )


def sign(
    session: Writing, author: Author, where: Where, proposal: Proposal, seen: int, day: date
) -> TechnicalReview:
    """Put one's name under a review: the first, or the second of another person.

    Raises
    ------
    Stale
        The review or its proposal changed after it was read.
    Conflict
        Nothing to sign, a criterion or the opinion is open, or the same person twice.
    """
    session.hold(f"reviews {where.code} {proposal.fiscal_year}")
    found = line(session, where, proposal, day)
    row = found.review
    _same(row, seen)
    if row is None or row.state not in ("draft", "signed"):
        raise Conflict("No hay nada por firmar aquí.", remedy="Vuelva a la lista.")
    if found.stale:
        raise Stale(
            "La propuesta cambió después de evaluarla.",
            remedy="Léala otra vez y guarde de nuevo la evaluación antes de firmar.",
        )
    if found.merit.open or not row.opinion:
        raise Conflict(
            "Todavía falta calificar algo: no se puede firmar.",
            remedy="Complete los criterios y la opinión, y guarde.",
        )
    if author.account_id is None or author.account_id == row.first_id:
        raise Conflict(
            "Usted ya firmó esta evaluación: la segunda firma es de otra persona.",
            remedy="Pida a otro miembro del equipo técnico que la lea y firme.",
        )
    if row.first_id is None:
        row.first_id, row.first_at, row.state = author.account_id, now(), "signed"
    else:
        row.second_id, row.second_at, row.state = author.account_id, now(), "complete"
    row.revision += 1
    trail.written(session, author, where, Act("sign", "technical_review", row.uuid, where.place_id))
    return row


def signers(session: Reading, row: TechnicalReview) -> list[tuple[str, datetime | None]]:
    """Who signed it and when, the first first."""
    signed = [(row.first_id, row.first_at), (row.second_id, row.second_at)]
    keys = [key for key, _ in signed if key is not None]
    names = dict(
        session.exec(select(Account.id, Account.name).where(col(Account.id).in_(keys))).all()
    )
    return [(names.get(key, ""), when) for key, when in signed if key is not None]
