"""The matrix of criteria as a form: a block a criterion, a line a step."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, ReadDep, StoreDep
from app.operations import review_rules
from app.operations.ordinances import Ordinance
from app.operations.review_rules import Body
from app.pages import shell, wording
from app.pages.budget import Year
from app.pages.language import N_, message_of, remedy_of
from app.pages.review_lines import href
from app.pages.technical_reviews import BASE, ManageDep
from app.pages.wording import Words
from app.planning import alternatives
from app.planning.merits import MEASURES, MOST, Criterion, Step
from app.records.reviews import ReviewRules
from app.store.sessions import Reading

router = APIRouter()
MEASURED = {
    "need": N_("puntaje de la necesidad que atiende"),
    "people": N_("parte del distrito a la que beneficia"),
    "women": N_("atiende a los primeros problemas de las mujeres"),
    "equity": N_("equidad de las comunidades que la piden"),
    "objective": N_("sirve a un objetivo del PDLC"),
    "communities": N_("cuántas comunidades la piden"),
}
NEEDS = {
    "gap": N_("Brecha"),
    "people": N_("Personas"),
    "equity": N_("Equidad"),
    "assembly": N_("Asambleas"),
}
SPARE = 2  # empty blocks under those that are written
LINE = re.compile(r"^\s*(\d{1,3})\s*=\s*(.+?)\s*$")
FROM = re.compile(r"^desde\s+(\d+(?:[.,]\d+)?)\s*(%?)$", re.IGNORECASE)


@router.get(BASE + "/criterios")
def show(request: Request, anio: Year, passage: ManageDep, session: ReadDep) -> HTMLResponse:
    """The matrix in force, to be written or changed."""
    return _page(request, passage, session, anio, _typed(session, passage, anio), None)


@router.post(BASE + "/criterios")
def save(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Write a version of the matrix; what was typed stays if it cannot judge."""
    typed = {name: str(value).strip() for name, value in form.items()}
    try:
        ordinance = Ordinance(
            typed.get("ordinance", ""), _day(typed.get("on", "")), typed.get("article", "")
        )
        body = Body(_criteria(typed), _needs(typed))
        with store.writing() as session:
            review_rules.save(
                session,
                passage.author,
                passage.where,
                anio,
                ordinance,
                body,
                typed.get("reason", ""),
            )
    except Refusal as refusal:
        with store.reading() as session:
            return _page(request, passage, session, anio, typed, refusal)
    said = N_("La matriz está escrita; las propuestas ya se ven con sus puntos.")
    return shell.redirect(request, passage, href(passage.where, anio), said)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    year: int,
    typed: Mapping[str, str],
    refusal: Refusal | None,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    lang = words.lang
    return shell.page(
        request,
        passage,
        "budget/review_matrix.html",
        title=words.say(N_("Criterios de evaluación {year}"), year=year),
        status=status_of(refusal) if refusal else 200,
        base=href(passage.where, year),
        typed=typed,
        blocks=_blocks(typed),
        refusal=(message_of(refusal, lang), remedy_of(refusal, lang), refusal.field or "")
        if refusal
        else None,
        measures=[("", words.say(N_("lo califica el equipo técnico")))]
        + [(code, words.say(MEASURED[code])) for code in MEASURES],
        needs=[(code, words.say(name)) for code, name in NEEDS.items()],
        versions=_versions(review_rules.listed(session, passage.where, year), words),
        frozen=bool(review_rules.batches(session, passage.where, year)),
    )


def _versions(rows: Sequence[ReviewRules], words: Words) -> list[dict[str, Any]]:
    return [
        {"version": row.version, "ordinance": row.ordinance, "at": row.at, "reason": row.reason}
        for row in rows
    ]


def _blocks(typed: Mapping[str, str]) -> list[int]:
    """The numbers of the blocks: those that hold something, and some empty ones."""
    used = [n for n in range(MOST) if typed.get(f"name_{n}") or typed.get(f"points_{n}")]
    last = max(used, default=-1) + 1
    return list(range(min(MOST, last + SPARE)))


def _typed(session: Reading, passage: Passage, year: int) -> dict[str, str]:
    row = review_rules.current(session, passage.where, year)
    body = review_rules.body_of(row) if row else Body()
    typed = {
        "ordinance": row.ordinance if row else "",
        "on": row.ordinance_on.isoformat() if row and row.ordinance_on else "",
        "article": row.article if row else "",
        "reason": "",
    }
    for at, criterion in enumerate(body.criteria):
        typed[f"name_{at}"] = criterion.name
        typed[f"points_{at}"] = str(criterion.points)
        typed[f"measure_{at}"] = criterion.measure or ""
        typed[f"steps_{at}"] = "\n".join(_line(step, criterion) for step in criterion.steps)
    return typed | {f"need_{code}": str(points) for code, points in body.needs.items()}


def _line(step: Step, criterion: Criterion) -> str:
    if step.least is None:
        return f"{step.points} = {step.label}"
    if criterion.measure == "communities":
        return f"{step.points} = desde {step.least:g}"
    return f"{step.points} = desde {100 * step.least:g} %"


def _criteria(typed: Mapping[str, str]) -> tuple[Criterion, ...]:
    """The criteria as typed; an empty block is none.

    Codes follow the order, so that a criterion that keeps its place keeps what was judged.
    """
    return tuple(
        Criterion(
            f"c{at + 1}" if typed.get(f"measure_{at}", "") == "" else typed[f"measure_{at}"],
            typed.get(f"name_{at}", "")[:80],
            _points(typed.get(f"points_{at}", "")),
            _measure(typed.get(f"measure_{at}", "")),
            _steps(typed.get(f"steps_{at}", ""), typed.get(f"measure_{at}", "")),
        )
        for at in range(MOST)
        if typed.get(f"name_{at}") or typed.get(f"points_{at}")
    )


def _measure(code: str) -> Any:
    if code and code not in MEASURES:
        raise Invalid("Elija de la lista cómo se mide el criterio.", field="criteria")
    return code or None


def _points(text: str) -> int:
    if not text.isdecimal() or len(text) > 3:
        raise Invalid(
            "«{typed}» no son puntos.",
            remedy="Escriba un número entero, como 20.",
            field="criteria",
            typed=text[:20],
        )
    return int(text)


def _steps(text: str, measure: str) -> tuple[Step, ...]:
    return tuple(_step(line, measure) for line in text.splitlines() if line.strip())


def _step(line: str, measure: str) -> Step:
    found = LINE.match(line)
    if found is None:
        raise Invalid(
            "No se entiende el tramo «{line}».",
            remedy="Escriba los puntos, un igual y la condición: 10 = tiene expediente técnico.",
            field="criteria",
            line=line.strip()[:60],
        )
    points, condition = int(found[1]), found[2]
    if not measure:
        return Step(points, condition[:120])
    value = FROM.match(condition)
    if value is None:
        raise Invalid(
            "No se entiende desde cuánto vale el tramo «{line}».",
            remedy="Escriba, por ejemplo: 20 = desde 10 %",
            field="criteria",
            line=line.strip()[:60],
        )
    number = float(value[1].replace(",", "."))
    return Step(points, "", number if measure == "communities" else number / 100)


def _needs(typed: Mapping[str, str]) -> dict[str, int]:
    return {code: _points(typed.get(f"need_{code}", "") or "0") for code in alternatives.MATRIX}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(
            "«{typed}» no es una fecha.", remedy="Elíjala del calendario.", field="on", typed=text
        ) from None
