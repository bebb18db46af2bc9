"""Catalogues: the norms by date, with who verified them, and indicators and practices to read."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import norms, standing
from app.operations.norms import Given
from app.pages import look, shell, wording
from app.pages.language import N_, message_of, remedy_of
from app.pages.wording import Words
from app.planning.norms import Kind
from app.records import catalogues
from app.store.sessions import Reading

router = APIRouter()
ADDRESS = "/administracion/catalogos"
SeeDep = Annotated[Passage, Depends(Permit("catalogues", "read"), scope="function")]
ManageDep = Annotated[Passage, Depends(Permit("catalogues", "manage"), scope="function")]
NAMES = {
    "water.chlorine_floor": N_("Cloro residual mínimo en el agua"),
    "budget.coverage": N_("Parte de la población que debe alcanzar un proyecto distrital"),
    "growth.visits": N_("Controles CRED que tocan en cada edad"),
    "anaemia.cutoffs": N_("Hemoglobina bajo la cual hay anemia, a nivel del mar"),
    "anaemia.altitude": N_("Ajuste de la hemoglobina por altitud"),
    "vaccines.doses": N_("Dosis que tocan hasta cada edad"),
}


@router.get("/d/{ubigeo}" + ADDRESS)
@router.get(ADDRESS)
def show(request: Request, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """Every norm by kind, and the indicators that lean on it."""
    return _page(request, passage, session, {}, None)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    typed: dict[str, str],
    refusal: Refusal | None,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    rows = norms.listed(session)
    day = wording.today()
    known = standing.indicators(session, passage.where)
    return shell.page(
        request,
        passage,
        "people/catalogues.html",
        status=status_of(refusal) if refusal else 200,
        title=N_("Catálogos y normas"),
        sentence=words.say(
            N_("Cada norma vale desde su día. La que nadie verificó aconseja y nunca rechaza.")
        ),
        base=ADDRESS,
        kinds=[_kind(words, kind, rows, day) for kind in norms.kinds().values()],
        choices=[(code, words.say(NAMES[code])) for code in norms.kinds()],
        indicators=[
            {
                "code": each.code,
                "name": words.need(each.code),
                **dict(zip(("numerator", "denominator"), words.counted_of(each), strict=True)),
                "direction": words.say(N_("más es mejor"))
                if each.direction == "up"
                else words.say(N_("menos es mejor")),
                "theme": words.theme(each.dimension),
            }
            for each in known.values()
        ],
        typed=typed,
        refusal=(message_of(refusal, words.lang), remedy_of(refusal, words.lang))
        if refusal
        else None,
        may_manage=passage.may("catalogues", "manage"),
        today=day.isoformat(),
    )


def _kind(words: Words, kind: Kind, rows: Any, day: date) -> dict[str, Any]:
    return {
        "code": kind.code,
        "name": words.say(NAMES[kind.code]),
        "unit": kind.unit,
        "columns": kind.columns,
        "indicators": [words.need(code) for code in kind.indicators],
        "rows": [_row(words, row, day) for row in rows if row.code == kind.code],
    }


def _row(words: Words, row: catalogues.Norm, day: date) -> dict[str, Any]:
    found = norms.plain(row)
    annulled = row.valid_to is not None and row.valid_to == row.valid_from
    now = not annulled and (row.valid_from or date.min) <= day < (row.valid_to or date.max)
    return {
        "uuid": row.uuid,
        "source": row.source,
        "since": row.valid_from,
        "until": row.valid_to,
        "annulled": annulled,
        "now": now,
        "lines": [[look.num(number, words.lang, 2) for number in line] for line in found.lines],
        "verified": (found.verified_by, found.verified_on) if found.is_verified else None,
    }


@router.post(ADDRESS)
def load(request: Request, passage: ManageDep, store: StoreDep, form: FormDep) -> Response:
    """Write a norm down; what was typed stays if it cannot be read."""
    typed = {name: str(value) for name, value in form.items()}
    try:
        begins = _day(typed.get("valid_from", ""), "valid_from")
        if begins is None:
            raise Invalid("Falta desde qué día vale.", field="valid_from")
        given = Given(
            typed.get("code", ""),
            typed.get("lines", ""),
            typed.get("source", ""),
            begins,
            _day(typed.get("valid_to", ""), "valid_to"),
        )
        with store.writing() as session:
            norms.load(session, passage.author, given)
    except Refusal as refusal:
        with store.reading() as session:
            return _page(request, passage, session, typed, refusal)
    said = N_("La norma está cargada, por verificar.")
    return shell.redirect(request, passage, ADDRESS, said)


@router.post(ADDRESS + "/{uuid}/verificar")
def verify(
    request: Request, uuid: UUID, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Sign for its numbers."""
    with store.writing() as session:
        norms.verify(session, passage.author, uuid, str(form.get("by", "")), wording.today())
    return shell.redirect(request, passage, ADDRESS, N_("La norma está verificada."))


@router.post(ADDRESS + "/{uuid}/anular")
def annul(
    request: Request, uuid: UUID, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Take one that was mistyped out of force."""
    with store.writing() as session:
        norms.annul(session, passage.author, uuid, str(form.get("reason", "")))
    return shell.redirect(request, passage, ADDRESS, N_("La norma ya no vale; sigue a la vista."))


def _day(typed: str, field: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Invalid(
            "«{typed}» no es una fecha.",
            remedy="Elíjala del calendario.",
            field=field,
            typed=typed[:20],
        ) from None
