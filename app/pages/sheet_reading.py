"""A document read back: its state, its receipt, and the answers that the reader may see."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fastapi import Request, Response

from app.capture.fields import Instrument
from app.http.gate import Passage
from app.operations import (
    access,
    comments,
    decisions,
    far_places,
    form_scores,
    instruments,
    narrowing,
    paper,
    receipts,
    voices,
    waits,
)
from app.pages import chain_lines, sheet_parts, shell, wording
from app.pages.language import N_, say
from app.planning.quality_score import Score
from app.records.intake import Form
from app.store.sessions import Reading

PRACTICES = ("monitoring", "household_monitoring")


def home(passage: Passage) -> str:
    """The address of the community of a request."""
    return f"/d/{passage.where.code}/comunidades/{passage.where.community_code}"


def lists(session: Reading, passage: Passage, instrument: Instrument) -> dict[str, Any]:
    """What registers and catalogues offer to the questions of an instrument."""
    known = {
        field.code: instruments.choices(session, passage.where, field.source)
        for field, _ in instrument.walk()
        if field.source
    }
    return {code: choices for code, choices in known.items() if choices}


def page(
    request: Request, passage: Passage, session: Reading, document: Form, slug: str
) -> Response:
    """The page of one document."""
    instrument = instruments.of_version(session, document.instrument, document.version)
    roles = access.roles_at(passage.actor, passage.where)
    answers = narrowing.answers(session, document, roles, passage.view)
    stripped = passage.view == "stripped"
    seen = instrument if stripped else instrument.seen_by(roles)
    arrival = receipts.of_form(session, document)
    return shell.page(
        request,
        passage,
        "sheets/read.html",
        title=instrument.title.of(shell.language(request, passage.actor)),
        chain=_chain(request, session, passage, document),
        instrument=seen,
        document=document,
        answers=answers,
        held=sheet_parts.held(seen, answers or {}),
        stripped=stripped,
        voices=voices.of_diagnosis(session, document),
        women_left_out=voices.women_left_out(session, document),
        lists=lists(session, passage, seen),
        receipt=arrival,
        wrong=[{**p, "field": ""} for p in arrival.problems],
        arrival_sentences=sentences(arrival, shell.language(request, passage.actor)),
        home=home(passage),
        where=passage.where,
        slug=slug,
        may_review=passage.may("review", "approve"),
        may_write=passage.may(document.instrument, "write"),
        waited=waits.days(document.state, document.sent_at, document.decided_at),
        late_days=waits.LATE_DAYS,
        appeal=decisions.appeal_of(session, document),
        validated=decisions.validation_of(session, document),
        may_validate=document.instrument in PRACTICES
        and "facility" in roles
        and passage.may("review", "approve"),
        far=far_places.of_document(session, passage.where, seen, answers or {}),
        **_said(session, request, document, (instrument, roles, passage.view), answers),
        **_score(session, request, passage, document, roles),
        twin=paper.twin(session, document, passage.author),
    )


def _chain(
    request: Request, session: Reading, passage: Passage, document: Form
) -> list[tuple[str, str | None]]:
    """From the document on; from the community's sheet where the document itself is closed."""
    words = wording.of_page(request, passage, session)
    sheet = ("sheet", passage.where.community_code or "")
    return chain_lines.strip(session, passage, words, ("form", str(document.uuid)), sheet)


def _said(
    session: Reading,
    request: Request,
    document: Form,
    eyes: tuple[Instrument, Collection[str], str],
    answers: dict[str, Any] | None,
) -> dict[str, Any]:
    seen = narrowing.seen(*eyes)
    if seen is None:
        return {"threads": {}, "said_count": 0, "commenting": False, "spot": None}
    stripped = eyes[2] == "stripped"
    threads = comments.of_document(session, document, seen, answers, stripped=stripped)
    wanted = request.query_params.get("comentar", "")
    choosing = wanted == "1"
    return {
        "threads": threads,
        "said_count": sum(map(len, threads.values())),
        "commenting": choosing,
        "spot": comments.spot(seen, answers, wanted) if wanted and not choosing else None,
    }


def _score(
    session: Reading,
    request: Request,
    passage: Passage,
    document: Form,
    roles: Collection[str],
) -> dict[str, Any]:
    if not form_scores.may_see(document, passage.author, roles):
        return {"score": None, "score_reasons": ()}
    found = form_scores.of_document(session, document)
    return {"score": found, "score_reasons": reasons_said(request, passage, found)}


def reasons_said(request: Request, passage: Passage, score: Score) -> list[tuple[str, object]]:
    """Why a score is not whole, in words, with the points that each reason takes."""
    lang = shell.language(request, passage.actor)
    return [(say(lang, r.text, **r.shown), r.numbers["points"]) for r in score.reasons]


def more_wrong(problems: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is wrong beside the first: the heading tells one alone, and each names its question."""
    rest = problems[1:9] if len(problems) > 2 else []
    return [
        {"row": p.get("row"), "field": "", "message": p["message"], "value": "", "remedy": ""}
        for p in rest
    ]


def sentences(arrival: receipts.Arrival, language: str) -> list[str]:
    """What the secretary may tell the assembly of this sheet."""
    told = []
    if arrival.state == "sent" and arrival.derived == "derived":
        told.append(say(language, N_("En revisión: todavía no cuenta.")))
    for _, es, en, x, n in arrival.counts_in[:12]:
        name = en if language == "en" else es
        told.append(say(language, N_("Cuenta en «{name}»: {x} de {n}."), name=name, x=x, n=n))
    return told
