"""Goals: the target and the agreed worst value of each indicator, and where they come from."""

from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import gathering, needs, standing, thresholds
from app.operations.figures import Indicator
from app.operations.needs import GoalGiven
from app.pages import look, shell, wording
from app.pages.language import N_, refused_in_words
from app.pages.need_lines import need_href, root
from app.pages.wording import Words
from app.records import catalogues
from app.records.places import Where
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/metas"
GoalsDep = Annotated[Passage, Depends(Permit("goals", "read"), scope="function")]
SetDep = Annotated[Passage, Depends(Permit("goals", "write"), scope="function")]
FIELDS = ("target", "worst", "source", "incentive")
LIMIT_FIELDS = ("share", "limit_source", "since", "reason")


@router.get(BASE)
def show(request: Request, passage: GoalsDep, session: ReadDep) -> HTMLResponse:
    """Every indicator with its goal."""
    return _page(request, passage, session, {}, {}, 200)


@router.post(BASE + "/{indicator}")
def fix(
    request: Request,
    indicator: str,
    passage: SetDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Fix the goal of an indicator from today on; what was typed stays if it cannot be."""
    typed = {name: str(form.get(name, "")).strip() for name in FIELDS}
    try:
        given = GoalGiven(
            indicator,
            _share(typed["target"]),
            _share(typed["worst"]),
            _source(typed["source"]),
            typed["incentive"][:120],
        )
        with store.writing() as session:
            needs.set_goal(session, passage.author, passage.where, given, wording.today())
    except Refusal as refusal:
        with store.reading() as session:
            lang = shell.language(request, passage.actor)
            said = refused_in_words(refusal, lang)
            return _page(request, passage, session, {indicator: said}, typed, status_of(refusal))
    to = f"{root(passage.where)}/metas#{indicator}"
    return shell.redirect(request, passage, to, N_("La nueva meta vale desde hoy."))


@router.post(BASE + "/{indicator}/umbral")
def limit(
    request: Request, indicator: str, passage: SetDep, store: StoreDep, form: FormDep
) -> Response:
    """Set from which share of "sí" on a family counts as healthy, from a day on."""
    typed = {name: str(form.get(name, "")).strip() for name in LIMIT_FIELDS}
    try:
        given = thresholds.Given(
            indicator,
            _share(typed["share"]),
            typed["limit_source"],
            _day(typed["since"]),
            typed["reason"],
        )
        with store.writing() as session:
            thresholds.set_one(session, passage.author, passage.where, given, wording.today())
    except Refusal as refusal:
        with store.reading() as session:
            lang = shell.language(request, passage.actor)
            said = refused_in_words(refusal, lang)
            return _page(request, passage, session, {indicator: said}, typed, status_of(refusal))
    to = f"{root(passage.where)}/metas#{indicator}"
    return shell.redirect(request, passage, to, N_("El umbral vale desde ese día."))


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid(
            "No se entiende desde qué día vale.", remedy="Escriba día, mes y año.", field="since"
        ) from None


def _limit(
    words: Words, session: Reading, where: Where, code: str, typed: dict[str, str]
) -> dict[str, Any] | None:
    """The thresholds of an indicator that takes one, the newest first, and what was typed."""
    if code not in thresholds.SETTABLE:
        return None
    rows = thresholds.listed(session, where, code)
    return {
        "rows": [
            {
                "share": look.tight_share(row.share, words.lang),
                "since": row.valid_from,
                "source": row.source,
                "reason": row.reason,
            }
            for row in reversed(rows)
        ],
        "typed": {name: typed.get(name, "") for name in LIMIT_FIELDS},
    }


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    errors: dict[str, str],
    typed: dict[str, str],
    status: int,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    day = wording.today()
    fixed = gathering.goals(session, passage.where, day)
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for code, known in standing.indicators(session, passage.where).items():
        again = typed if code in errors else {}
        groups[known.dimension].append(
            _goal(words, passage, known, fixed.get(code))
            | _typed(fixed.get(code), again)
            | {"limit": _limit(words, session, passage.where, code, again)}
        )
    with_goal = sum(1 for goals in groups.values() for g in goals if g["target"] is not None)
    return shell.page(
        request,
        passage,
        "needs/goals.html",
        title=N_("Metas: hasta dónde se quiere llegar"),
        sentence=words.counted(
            N_("{n} indicador tiene meta. Sin meta no hay brecha: no entra en la lista."),
            N_("{n} indicadores tienen meta. Sin meta no hay brecha: no entran en la lista."),
            with_goal,
        ),
        root=root(passage.where),
        groups=[
            {
                "code": code,
                "name": words.theme(code),
                "fixed": [each for each in goals if each["target"] is not None],
                "open": [each for each in goals if each["target"] is None],
                "opened": any(each["code"] in errors for each in goals),
            }
            for code, goals in groups.items()
        ],
        errors=errors,
        opened=set(errors),
        may_write=passage.may("goals", "write"),
        status=status,
    )


def _goal(
    words: Words, passage: Passage, known: Indicator, goal: catalogues.Goal | None
) -> dict[str, Any]:
    return {
        "code": known.code,
        "name": words.need(known.code),
        "denominator": words.counted_of(known)[1],
        "href": need_href(passage.where, known.code),
        "target": goal.target if goal else None,
        "worst": goal.worst if goal else None,
        "source": goal.source if goal else "",
        "incentive": goal.incentive if goal else "",
        "national": goal is not None and goal.place_id != passage.where.place_id,
    }


def _typed(goal: catalogues.Goal | None, again: dict[str, str]) -> dict[str, str]:
    """What stands in the boxes: what was typed and refused, else the goal in force."""
    return {
        "target_typed": again.get("target", _percent(goal.target if goal else None)),
        "worst_typed": again.get("worst", _percent(goal.worst if goal else None)),
        "source_typed": again.get("source", goal.source if goal else ""),
        "incentive_typed": again.get("incentive", goal.incentive if goal else ""),
    }


def _percent(share: float | None) -> str:
    return "" if share is None else look.num(100 * share, digits=1).removesuffix(",0")


def _share(typed: str) -> float:
    try:
        return float(Decimal(typed.rstrip("% ").replace(",", ".")) / 100)
    except InvalidOperation:
        raise Invalid(
            "«{typed}» no es un porcentaje.",
            remedy="Escriba un número de 0 a 100, como 80 o 72,5.",
            typed=typed,
        ) from None


def _source(typed: str) -> str:
    if not typed:
        raise Invalid(
            "Falta decir de dónde sale la meta.",
            remedy="Escriba el acuerdo, plan o norma, con su fecha.",
        )
    return typed[:200]
