"""Technical reviews: the team's queue, one sheet a proposal, and what everybody reads."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import norms, review_publishing, review_rules, technical_reviews
from app.operations.technical_reviews import Judged, Line
from app.pages import budget_lines, gate_lines, petition_lines, public_reviews, shell, wording
from app.pages.budget import BASE as YEAR
from app.pages.budget import Year
from app.pages.budget_lines import proposal_href, year_href
from app.pages.language import N_, message_of, remedy_of
from app.pages.need_lines import root
from app.pages.proposal_sheets import Number, numbered
from app.pages.review_lines import OPINIONS, STATES, href
from app.pages.typed import whole
from app.pages.wording import Words
from app.planning.gate import verdict
from app.planning.merits import Criterion, Merit
from app.records.places import Where
from app.records.reviews import TechnicalReview
from app.store.sessions import Reading

router = APIRouter()
BASE = YEAR + "/evaluacion"
ONE = BASE + "/{numero}"
SeeDep = Annotated[Passage, Depends(Permit("technical_review", "read"), scope="function")]
WriteDep = Annotated[Passage, Depends(Permit("technical_review", "write"), scope="function")]
PublishDep = Annotated[Passage, Depends(Permit("technical_review", "approve"), scope="function")]
ManageDep = Annotated[Passage, Depends(Permit("technical_review", "manage"), scope="function")]


@router.get(BASE)
def show(request: Request, anio: Year, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """The queue of the team; for everybody else, what was published."""
    return _list(request, passage, session, anio, None)


def _list(
    request: Request, passage: Passage, session: Reading, year: int, refusal: Refusal | None
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    where, day = passage.where, wording.today()
    inside = wording.view(passage, "technical_review") != "public"
    batches = review_rules.batches(session, where, year)
    told = review_publishing.told_of(session, where, year)
    found = technical_reviews.board(session, where, year, day) if inside else []
    rows = [each for each in found if each.review is None or each.review.state != "published"]
    return shell.page(
        request,
        passage,
        "budget/reviews.html",
        status=status_of(refusal) if refusal else 200,
        title=words.say(N_("Evaluación técnica {year}"), year=year),
        root=root(where),
        base=href(where, year),
        year_href=year_href(where, year),
        year=year,
        rules=review_rules.current(session, where, year),
        criteria=_criteria(words, review_rules.matrix_of(session, where, year)),
        inside=inside,
        rows=[_row(words, where, each) for each in rows],
        ready=sum(1 for each in rows if each.ready),
        batches=[
            {"at": each.at, "count": each.count, "digest": each.digest, "missing": each.missing,
             "reason": each.reason}
            for each in batches
        ],
        told=[public_reviews.told(words, where, year, each) for each in told],
        may_publish=passage.may("technical_review", "approve"),
        may_manage=passage.may("technical_review", "manage"),
        refusal=_said(refusal, words) if refusal else None,
    )  # fmt: skip


def _said(refusal: Refusal, words: Words) -> tuple[str, str, str, list[str]]:
    return (
        message_of(refusal, words.lang),
        remedy_of(refusal, words.lang),
        refusal.field or "",
        [f"{row.row}. {row.value}" for row in refusal.rows],
    )


def _criteria(words: Words, matrix: Sequence[Criterion]) -> list[dict[str, Any]]:
    return [
        {"name": budget_lines.criterion(words, each.code, each.name), "points": each.points}
        for each in matrix
    ]


def _row(words: Words, where: Where, found: Line) -> dict[str, Any]:
    proposal, review = found.sheet.proposal, found.review
    state = STATES[review.state if review else ""]
    opinion = OPINIONS.get(review.opinion) if review else None
    return {
        "number": proposal.number,
        "title": proposal.title,
        "href": f"{href(where, proposal.fiscal_year)}/{proposal.number}",
        "cost_cents": proposal.cost_cents,
        "score": found.merit.score,
        "open": len(found.merit.open),
        "opinion": (words.say(opinion[0]), opinion[1]) if opinion else None,
        "state": (words.say(state[0]), state[1]),
        "stale": found.stale,
    }


# Before the route of one, whose number would match any word.
@router.post(BASE + "/publicar")
def publish(
    request: Request, anio: Year, passage: PublishDep, store: StoreDep, form: FormDep
) -> Response:
    """Let everybody read all of them at once."""
    reason = str(form.get("reason", ""))
    try:
        with store.writing() as session:
            review_publishing.publish(
                session, passage.author, passage.where, anio, wording.today(), reason
            )
    except Refusal as refusal:
        with store.reading() as session:
            return _list(request, passage, session, anio, refusal)
    said = N_("Las evaluaciones se publicaron juntas: ya las lee todo el distrito.")
    return shell.redirect(request, passage, href(passage.where, anio), said)


@router.get(ONE)
def one(
    request: Request, anio: Year, numero: Number, passage: SeeDep, session: ReadDep
) -> HTMLResponse:
    """The review of one proposal: to be written by the team, to be read by everybody."""
    if wording.view(passage, "technical_review") == "public":
        return public_reviews.one(request, passage, session, anio, numero)
    return _one(request, passage, session, (anio, numero), {}, None)


def _one(
    request: Request,
    passage: Passage,
    session: Reading,
    which: tuple[int, int],
    typed: dict[str, str],
    refusal: Refusal | None,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    where, day = passage.where, wording.today()
    row = numbered(session, where, *which)
    found = technical_reviews.line(session, where, row, day)
    living, merit = found.review, found.merit
    matrix = review_rules.matrix_of(session, where, row.fiscal_year)
    gate = verdict(gate_lines.answers(row, found.sheet.people_share), norms.coverage(session, day))
    return shell.page(
        request,
        passage,
        "budget/review.html",
        status=status_of(refusal) if refusal else 200,
        title=row.title,
        over=words.say(
            N_("Evaluación técnica de la propuesta {number} del {year}"),
            number=row.number,
            year=row.fiscal_year,
        ),
        root=root(where),
        base=f"{href(where, row.fiscal_year)}/{row.number}",
        back=href(where, row.fiscal_year),
        proposal_href=proposal_href(where, row),
        row=row,
        score=merit.score,
        parts=_parts(words, matrix, merit, typed, living),
        review=_review(session, words, living) if living else None,
        stale=found.stale,
        gate=petition_lines.told(words, gate) if row.gate else None,
        opinions=[(code, words.say(name)) for code, (name, _) in OPINIONS.items()],
        typed={
            "opinion": typed.get("opinion", living.opinion if living else ""),
            "findings": typed.get("findings", living.findings if living else ""),
            "reason": typed.get("reason", ""),
        },
        seen=living.revision if living else 0,
        may_write=passage.may("technical_review", "write") and row.state == "presented",
        mine=living is not None and living.first_id == passage.author.account_id,
        refusal=_said(refusal, words) if refusal else None,
    )


def _parts(
    words: Words,
    matrix: Sequence[Criterion],
    merit: Merit,
    typed: dict[str, str],
    review: TechnicalReview | None,
) -> list[dict[str, Any]]:
    chosen = review.chosen if review else {}
    given = {part.criterion: part for part in merit.parts}
    return [
        {
            "code": each.code,
            "name": budget_lines.criterion(words, each.code, each.name),
            "most": each.points,
            "judged": each.measure is None,
            "steps": [(str(at), step.label, step.points) for at, step in enumerate(each.steps)],
            "chosen": typed.get(f"c-{each.code}", str(chosen.get(each.code, ""))),
            "points": given[each.code].points,
            "sentence": words.reason(given[each.code].reason),
        }
        for each in matrix
        if each.code in given
    ]


def _review(session: Reading, words: Words, row: TechnicalReview) -> dict[str, Any]:
    state, opinion = STATES[row.state], OPINIONS.get(row.opinion)
    return {
        "state": (words.say(state[0]), state[1]),
        "code": row.state,
        "opinion": (words.say(opinion[0]), opinion[1]) if opinion else None,
        "findings": row.findings,
        "reason": row.reason,
        "signed": technical_reviews.signers(session, row),
    }


@router.post(ONE)
def write(
    request: Request, anio: Year, numero: Number, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Keep what the team says; what was typed stays on the page if it cannot be."""
    typed = {name: str(value).strip() for name, value in form.items()}
    try:
        judged = Judged(
            {
                name.removeprefix("c-"): step
                for name, value in typed.items()
                if name.startswith("c-") and (step := whole(value)) is not None
            },
            typed.get("opinion", ""),
            typed.get("findings", ""),
        )
        with store.writing() as session:
            row = numbered(session, passage.where, anio, numero)
            technical_reviews.write(
                session,
                passage.author,
                passage.where,
                row,
                _seen(typed),
                judged,
                typed.get("reason", ""),
            )
    except Refusal as refusal:
        with store.reading() as session:
            return _one(request, passage, session, (anio, numero), typed, refusal)
    to = f"{href(passage.where, anio)}/{numero}"
    return shell.redirect(request, passage, to, N_("La evaluación está guardada, sin firmas."))


@router.post(ONE + "/firmar")
def sign(
    request: Request, anio: Year, numero: Number, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Put one's name under it."""
    try:
        with store.writing() as session:
            row = numbered(session, passage.where, anio, numero)
            seen = _seen({"seen": str(form.get("seen", ""))})
            signed = technical_reviews.sign(
                session, passage.author, passage.where, row, seen, wording.today()
            )
            second = signed.second_id is not None
    except Refusal as refusal:
        with store.reading() as session:
            return _one(request, passage, session, (anio, numero), {}, refusal)
    said = (
        N_("Firmó usted. La evaluación tiene sus dos firmas y espera publicarse con las demás.")
        if second
        else N_("Firmó usted. Falta la firma de otra persona del equipo técnico.")
    )
    return shell.redirect(request, passage, f"{href(passage.where, anio)}/{numero}", said)


def _seen(typed: dict[str, str]) -> int:
    seen = whole(typed.get("seen"))
    if seen is None:
        raise Invalid(
            "La página no dice qué versión de la evaluación vio.",
            remedy="Vuelva a abrirla y repita el cambio.",
            field="seen",
        )
    return seen
