"""One indicator sheet of a PDLC: its fields, its years, its link to the rounds."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, ReadDep, StoreDep
from app.operations import pdlc_edits, pdlc_links, pdlc_progress, pdlc_reading, standing
from app.operations.pdlc_edits import SheetEdit
from app.operations.pdlc_reading import Whole
from app.pages import pdlc_lines, shell, wording
from app.pages.language import N_, refused_in_words
from app.pages.pdlc import ONE, PlanDep, WriteDep, a_year, seen
from app.pages.pdlc_lines import SHEET_FIELDS, plan_href
from app.pages.pdlc_parts import a_key
from app.pages.priorities import chain
from app.pages.typed import whole
from app.store.sessions import Reading

router = APIRouter()
SHEET = ONE + "/fichas/{ficha}"
NEW = "nueva"


@router.get(SHEET)
def sheet(
    request: Request, uuid: UUID, ficha: str, passage: PlanDep, session: ReadDep
) -> HTMLResponse:
    """An indicator sheet, or in a draft an empty one (``nueva``) to fill."""
    return _sheet_page(request, passage, session, (uuid, ficha))


def _sheet_page(
    request: Request,
    passage: Passage,
    session: Reading,
    about: tuple[UUID, str],
    kept: tuple[dict[str, str], str, int] | None = None,
) -> HTMLResponse:
    """The page of a sheet; ``kept`` is what was typed, what was wrong with it, and the status."""
    words = wording.of_page(request, passage, session)
    where, public = passage.where, passage.view == "public"
    plan = pdlc_reading.find(session, where, about[0], public=public)
    found, day = pdlc_reading.whole(session, plan), wording.today()
    writer = passage.may("pdlc", "write")
    typed: dict[str, str] = dict.fromkeys(SHEET_FIELDS, "") | {"unit": "%", "of": ""}
    shown: dict[str, Any] | None = None
    rows: list[dict[str, Any]] = []
    if about[1] == NEW:
        if not writer or plan.state != "draft":
            raise Invalid("Las fichas nuevas se agregan en un borrador.")
        typed["of"] = str(request.query_params.get("de", ""))[:12]
    else:
        each = pdlc_reading.sheet_of(found, a_key(about[1]))
        line = pdlc_progress.board(session, where, day, found, public=public)[each.row.id]
        shown = pdlc_lines.indicator(words, where, plan, line)
        rows = pdlc_lines.years(words, line, day)
        typed = pdlc_lines.of_sheet(each) | {"of": each.of}
        typed |= {f"target {y}": f"{v:g}" for y, v in each.targets.items()}
    typed |= kept[0] if kept else {}
    return shell.page(
        request,
        passage,
        "plan/sheet.html",
        title=f"{shown['code']} {shown['name']}" if shown else words.say(N_("Ficha nueva")),
        over=f"{plan.title} · {plan.first_year}-{plan.last_year}",
        chain=() if public else chain(session, where, words, "objective"),
        status=kept[2] if kept else 200,
        problem=kept[1] if kept else "",
        plan=plan,
        one=plan_href(where, plan),
        key=about[1],
        shown=shown,
        rows=rows,
        typed=typed,
        years=range(plan.first_year, plan.last_year + 1),
        owners=_owners(found),
        known=[(c, f"{c} {words.need(c)}") for c in standing.indicators(session, where)],
        writer=writer and plan.state in ("draft", "in_force"),
        editable=writer and plan.state == "draft",
        this_year=day.year,
    )


def _owners(found: Whole) -> list[tuple[str, str]]:
    """What an indicator may be of: every objective, and every action below it."""
    told = []
    for each in found.objectives:
        told.append((each.row.code, each.row.statement))
        told += [(action.row.code, action.row.statement) for action in each.actions]
    return [(code, f"{code} {text}"[:90]) for code, text in told]


@router.post(SHEET)
def put_sheet(
    request: Request,
    uuid: UUID,
    ficha: str,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """An indicator sheet of a draft; what was typed stays on the page if it cannot be."""
    typed = {name: str(form.get(name, "")).strip() for name in (*SHEET_FIELDS, "of")}
    targets = {k: str(v).strip() for k, v in form.items() if k.startswith("target ")}
    try:
        words: dict[str, Any] = {name: typed[name] for name in SHEET_FIELDS}
        words["baseline"] = _number(typed["baseline"], "baseline")
        words["baseline_year"] = a_year(form, "baseline_year") if typed["baseline_year"] else None
        given = SheetEdit(
            words,
            {
                year: value
                for key, text in targets.items()
                if (year := whole(key[7:])) is not None
                and (value := _number(text, key)) is not None
            },
        )
        with store.writing() as session:
            about = (seen(uuid, form), None if ficha == NEW else a_key(ficha), typed["of"])
            pdlc_edits.put_sheet(session, passage.author, passage.where, about, given)
    except Refusal as refusal:
        lang = shell.language(request, passage.actor)
        told = refused_in_words(refusal, lang)
        with store.reading() as session:
            kept = ({**typed, **targets}, told, status_of(refusal))
            return _sheet_page(request, passage, session, (uuid, ficha), kept)
    to = f"{plan_href(passage.where)}/{uuid}"
    return shell.redirect(request, passage, to, N_("La ficha se guardó."))


@router.post(SHEET + "/indicador")
def link_indicator(
    request: Request, uuid: UUID, ficha: str, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Tie a sheet to an indicator of the catalogue."""
    to = f"{plan_href(passage.where)}/{uuid}/fichas/{ficha}"
    with store.writing() as session:
        about = (seen(uuid, form), a_key(ficha))
        code = str(form.get("indicator", ""))
        pdlc_links.link_indicator(session, passage.author, passage.where, about, code)
    return shell.redirect(request, passage, to, N_("El enlace de la ficha se guardó."))


@router.post(SHEET + "/valor")
def note_value(
    request: Request, uuid: UUID, ficha: str, passage: WriteDep, store: StoreDep, form: FormDep
) -> Response:
    """Note what an indicator without rounds reached in a year."""
    to = f"{plan_href(passage.where)}/{uuid}/fichas/{ficha}"
    value = _number(str(form.get("value", "")), "value")
    if value is None:
        raise Invalid("Falta el valor.", field="value")
    given = (a_year(form, "year"), value, str(form.get("source", "")))
    with store.writing() as session:
        about = (seen(uuid, form), a_key(ficha))
        pdlc_links.note_value(session, passage.author, passage.where, about, given)
    return shell.redirect(request, passage, to, N_("El valor quedó anotado."))


def _number(text: str, field: str) -> float | None:
    if not text.strip():
        return None
    bare = "".join(text.split()).removesuffix("%").replace(",", ".")
    whole, _, decimals = bare.removeprefix("-").partition(".")
    if not whole.isdecimal() or (decimals and not decimals.isdecimal()) or len(bare) > 15:
        raise Invalid(
            "«{typed}» no es un número.",
            remedy="Si no se sabe, deje la casilla vacía; si se sabe, escríbalo como 45 o 45.5.",
            field=field,
            typed=text[:20],
        )
    return float(bare)
