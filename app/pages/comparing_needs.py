"""The official list beside what would be: a scenario, Hanlon, the matrix of a regulation."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import gathering, needs, scenarios, standing
from app.operations.scenarios import Given, Tried
from app.pages import shell, wording
from app.pages.language import N_, refused_in_words
from app.pages.need_lines import need_href, root
from app.pages.priorities import chain
from app.pages.wording import CRITERIA, Words
from app.planning import criteria
from app.planning.alternatives import PEARL, Alternative, Rating
from app.planning.scenarios import Change
from app.store.sessions import Reading

router = APIRouter()
BASE = "/d/{ubigeo}/prioridades/comparar"
SeeDep = Annotated[Passage, Depends(Permit("weights", "read"), scope="function")]
ManageDep = Annotated[Passage, Depends(Permit("needs", "manage"), scope="function")]
QUESTIONS = {
    "propriety": N_("¿Es asunto de la municipalidad?"),
    "economics": N_("¿Conviene económicamente?"),
    "acceptability": N_("¿La gente lo acepta?"),
    "resources": N_("¿Hay con qué?"),
    "legality": N_("¿La ley lo permite?"),
}
FIELDS = ("top", "indicator", "community", "aimed", "target")
Typed = Mapping[str, str]


@router.get(BASE)
def show(request: Request, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """The lists side by side; the scenario is that of the address."""
    return _page(request, passage, session, request.query_params, "", 200)


def _page(
    request: Request, passage: Passage, session: Reading, typed: Typed, problem: str, status: int
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    where, day = passage.where, wording.today()
    tried = None
    if not problem:
        try:
            change = _change(typed)
            tried = None if change.empty else scenarios.under(session, where, day, change)
        except Refusal as refusal:
            problem, status = _said(refusal, words.lang), status_of(refusal)
    return shell.page(
        request,
        passage,
        "needs/compare.html",
        status=status,
        title=N_("Qué pasaría si…"),
        sentence=words.say(
            N_("La lista oficial al lado de otras formas de ordenar. Ninguna la cambia.")
        ),
        chain=chain(session, where, words, ""),
        root=root(where),
        rows=_rows(session, passage, words, tried),
        tried=tried is not None,
        moved=len(tried.differences) if tried else 0,
        typed={name: typed.get(name, "") for name in (*criteria.CRITERIA, *FIELDS)},
        criteria=[(code, words.say(CRITERIA[code])) for code in criteria.CRITERIA],
        problem=problem,
        saved=[
            (row.name, row.uuid, _address(passage, row)) for row in scenarios.saved(session, where)
        ],
        indicators=[(c, words.need(c)) for c in sorted(gathering.goals(session, where, day))],
        communities=[(m.code, m.name) for m in standing.members(session, where, day)],
        questions=[(code, words.say(QUESTIONS[code])) for code in PEARL],
        rated=_rated(session, passage, words),
        may_manage=passage.may("needs", "manage"),
        top=needs.TOP,
    )


def _rows(
    session: Reading, passage: Passage, words: Words, tried: Tried | None
) -> list[dict[str, Any]]:
    """One row a need of the official list, with its place in each other list."""
    where, day = passage.where, wording.today()
    official = scenarios.official(session, where, day)["ranked"]
    other = {n["code"]: n for n in tried.outcome["ranked"]} if tried else {}
    hanlon = _placings(scenarios.hanlon(session, where, day))
    matrix = _placings(scenarios.matrix(session, where, day))
    codes = [*(n["code"] for n in official), *(c for c in other if c not in _codes(official))]
    places = {n["code"]: n for n in official}
    return [
        {
            "name": words.need(code),
            "href": need_href(where, code),
            "official": places[code]["place"] if code in places else None,
            "points": places[code]["score"] if code in places else None,
            "range": (places[code]["first"], places[code]["last"]) if code in places else None,
            "scenario": other[code]["place"] if code in other else None,
            "hanlon": hanlon.get(code),
            "matrix": matrix.get(code),
        }
        for code in codes
    ]


def _codes(ranked: list[dict[str, Any]]) -> set[str]:
    return {need["code"] for need in ranked}


def _placings(found: Alternative) -> dict[str, tuple[int, float]]:
    return {each.code: (each.place, each.points) for each in found.placings}


def _rated(session: Reading, passage: Passage, words: Words) -> list[str]:
    return [
        words.say(
            N_("{need}: gravedad {gravity}, eficacia {effect} ({given_by})"),
            need=words.need(row.need),
            gravity=f"{row.gravity:g}",
            effect=f"{row.effect:g}",
            given_by=row.given_by,
        )
        for row in scenarios.ratings(session, passage.where)
    ]


def _address(passage: Passage, row: Any) -> str:
    """The page with a saved scenario filled in."""
    change = scenarios.change_of(row)
    pairs = [(code, str(points)) for code, points in change.points.items()]
    pairs += [("top", str(change.top))] if change.top is not None else []
    pairs += [("indicator", code) for code in sorted(change.without_indicators)]
    pairs += [("community", code) for code in sorted(change.without_communities)]
    for code, share in change.targets.items():
        pairs += [("aimed", code), ("target", f"{100 * share:g}")]
    query = "&".join(f"{name}={value}" for name, value in pairs)
    return f"{root(passage.where)}/prioridades/comparar?{query}"


@router.post(BASE)
def save(request: Request, passage: ManageDep, store: StoreDep, form: FormDep) -> Response:
    """Keep the scenario under a name; what was typed stays if it cannot be."""
    typed = {name: str(value).strip() for name, value in form.items()}
    try:
        change = _change(typed)
        with store.writing() as session:
            row = scenarios.save(
                session,
                passage.author,
                passage.where,
                typed.get("name", "")[:120],
                change,
                wording.today(),
            )
            to = _address(passage, row)
    except Refusal as refusal:
        with store.reading() as reading:
            said = _said(refusal, shell.language(request, passage.actor))
            return _page(request, passage, reading, typed, said, status_of(refusal))
    return shell.redirect(
        request, passage, to, N_("Se guardó el escenario; la lista oficial sigue igual.")
    )


@router.post(BASE + "/{uuid}/retirar")
def withdraw(request: Request, uuid: UUID, passage: ManageDep, store: StoreDep) -> Response:
    """Take a scenario off the list."""
    with store.writing() as session:
        scenarios.withdraw(session, passage.author, passage.where, uuid)
    to = f"{root(passage.where)}/prioridades/comparar"
    return shell.redirect(request, passage, to, N_("Se retiró el escenario."))


@router.post(BASE + "/calificar")
def rate(request: Request, passage: ManageDep, store: StoreDep, form: FormDep) -> Response:
    """Note what a group says of a need for Hanlon's method."""
    noes = frozenset(code for code in PEARL if form.get(code) == "no")
    try:
        rating = Rating(_number(form, "gravity"), _number(form, "effect"), noes)
        given = Given(str(form.get("need", "")), str(form.get("given_by", "")).strip(), rating)
        with store.writing() as session:
            scenarios.rate(session, passage.author, passage.where, given, wording.today())
    except Refusal as refusal:
        with store.reading() as reading:
            said = _said(refusal, shell.language(request, passage.actor))
            return _page(request, passage, reading, {}, said, status_of(refusal))
    to = f"{root(passage.where)}/prioridades/comparar#hanlon"
    return shell.redirect(request, passage, to, N_("Se anotó la calificación de ese grupo."))


def _said(refusal: Refusal, lang: str) -> str:
    return refused_in_words(refusal, lang)


def _change(typed: Typed) -> Change:
    """The change that fields ask for; empty fields ask for nothing."""
    points = {c: typed.get(c, "") for c in criteria.CRITERIA if typed.get(c, "")}
    aimed, target = typed.get("aimed", ""), typed.get("target", "")
    return Change(
        {code: _whole(text, code) for code, text in points.items()},
        {aimed: _share(target)} if aimed and target else {},
        _whole(typed["top"], "top") if typed.get("top", "") else None,
        frozenset(filter(None, [typed.get("indicator", "")])),
        frozenset(filter(None, [typed.get("community", "")])),
    )


def _whole(text: str, name: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise Invalid(
            "«{text}» no es un número entero.", remedy="Escriba solo cifras.", field=name, text=text
        )
    return int(text)


def _share(text: str) -> float:
    plain = text.replace(",", ".").removesuffix("%").strip()
    try:
        share = float(plain) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise Invalid(
            "«{text}» no es un porcentaje.",
            remedy="Escriba un número entre 0 y 100.",
            field="target",
            text=text,
        )
    return share


def _number(form: Any, name: str) -> float:
    text = str(form.get(name, "")).strip().replace(",", ".")
    try:
        return float(text)
    except ValueError:
        raise Invalid(
            "«{text}» no es un número.", remedy="Escriba solo cifras.", field=name, text=text
        ) from None
