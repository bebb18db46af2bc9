"""The rules of a voting as a form: what was typed stays where it cannot be."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, ReadDep, StoreDep
from app.operations import voting_rules
from app.operations.ordinances import Ordinance
from app.operations.voting_rules import Body
from app.pages import money, shell, voting_words, wording
from app.pages.language import N_, message_of, remedy_of
from app.pages.voting import BASE, ManageDep, Year, href, whole
from app.pages.wording import Words
from app.planning.allocation.comparing import SHOWN
from app.planning.allocation.names import RULES
from app.records.voting import VotingRules
from app.store.sessions import Reading

router = APIRouter()
LISTS = ("compare",)
TIES = (
    ("cost people lot", ("cost", "people", "lot")),
    ("people cost lot", ("people", "cost", "lot")),
    ("votes cost lot", ("votes", "cost", "lot")),
    ("lot", ("lot",)),
)
KINDS = (("zona", "zone"), ("objetivo", "objective"))


@router.get(BASE + "/reglas")
def show(request: Request, anio: Year, passage: ManageDep, session: ReadDep) -> HTMLResponse:
    """The rules in force, to be written or changed."""
    row = voting_rules.current(session, passage.where, anio)
    return _page(request, passage, session, anio, _typed(row), None)


@router.post(BASE + "/reglas")
def save(
    request: Request, anio: Year, passage: ManageDep, store: StoreDep, form: FormDep
) -> Response:
    """Write a version of the rules."""
    typed: dict[str, Any] = dict.fromkeys(_typed(None), "")
    typed |= {name: str(value) for name, value in form.multi_items()}
    typed |= {name: [str(v) for v in form.getlist(name)] for name in LISTS}
    try:
        ordinance = Ordinance(
            typed.get("ordinance", ""), _day(typed.get("on", "")), typed.get("article", "")
        )
        body = _body(typed)
        with store.writing() as session:
            voting_rules.save(
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
    said = N_("Las reglas están escritas y a la vista de todos.")
    return shell.redirect(request, passage, href(passage.where, anio), said)


def _page(
    request: Request,
    passage: Passage,
    session: Reading,
    year: int,
    typed: Mapping[str, Any],
    refusal: Refusal | None,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    lang = words.lang
    return shell.page(
        request,
        passage,
        "budget/voting_rules.html",
        title=words.say(N_("Reglas de la votación {year}"), year=year),
        status=status_of(refusal) if refusal else 200,
        base=href(passage.where, year),
        typed=typed,
        refusal=(message_of(refusal, lang), remedy_of(refusal, lang), refusal.field or "")
        if refusal
        else None,
        versions=voting_rules.listed(session, passage.where, year),
        frozen=voting_rules.frozen(session, passage.where, year),
        kinds=voting_words.choices(words, voting_words.KINDS),
        rules=[
            (code, words.say(voting_words.RULES[code]), words.say(voting_words.ABOUT[code]))
            for code in RULES
        ],
        utilities=voting_words.choices(words, voting_words.UTILITIES),
        ties=[(code, _chain(words, links)) for code, links in TIES],
    )


def _chain(words: Words, links: Iterable[str]) -> str:
    return ", ".join(words.say(voting_words.TIES[link]) for link in links)


def _typed(row: VotingRules | None) -> dict[str, Any]:
    body = voting_rules.body_of(row) if row else Body()
    step, _, below = body.step.partition("/")
    value = Decimal(step) / Decimal(below or 1)
    return {
        "ordinance": row.ordinance if row else "",
        "on": row.ordinance_on.isoformat() if row and row.ordinance_on else "",
        "article": row.article if row else "",
        "kind": body.kind,
        "least": str(body.least),
        "most": str(body.most),
        "total": str(body.total),
        "rule": body.rule,
        "utility": body.utility,
        "step": f"{(value if body.step_in_money else value * 100).normalize():f}",
        "step_in": "money" if body.step_in_money else "share",
        "exhausted": "1" if body.exhausted else "",
        "ties": " ".join(body.ties),
        "seed": body.seed,
        "least_votes": str(body.least_votes or ""),
        "incompatible": ", ".join("-".join(pair) for pair in body.incompatible),
        "caps": _lines(body.caps),
        "floors": _lines(body.floors),
        "endowments": "1" if body.endowments else "",
        "poverty_weight": body.poverty_weight,
        "plan_weights": body.plan_weights,
        "compare": list(body.compare or SHOWN),
        "unserved_in_acta": "1" if body.unserved_in_acta else "",
    }


def _lines(groups: Iterable[tuple[str, str, int]]) -> str:
    names = {code: name for name, code in KINDS}
    return "\n".join(f"{names[kind]} {name} = {cents // 100}" for kind, name, cents in groups)


def _body(typed: Mapping[str, Any]) -> Body:
    in_money = typed.get("step_in") == "money"
    step = _number(typed.get("step", "") or "1", "step")
    ties = dict(TIES).get(typed.get("ties", ""), TIES[0][1])
    return Body(
        kind=typed.get("kind", ""),
        least=whole(typed.get("least", ""), "least") or 0,
        most=whole(typed.get("most", ""), "most") or 0,
        total=whole(typed.get("total", ""), "total") or 0,
        rule=typed.get("rule", ""),
        utility=typed.get("utility", ""),
        # Kept as an exact fraction: 1 % is 1/100 and money goes by the céntimo.
        step=str(step * 100) if in_money else _fraction(step),
        step_in_money=in_money,
        exhausted=bool(typed.get("exhausted")),
        ties=ties,
        seed=typed.get("seed", "").strip()[:64],
        least_votes=whole(typed.get("least_votes", ""), "least_votes") or 0,
        incompatible=_pairs(typed.get("incompatible", "")),
        caps=_groups(typed.get("caps", ""), "caps"),
        floors=_groups(typed.get("floors", ""), "floors"),
        endowments=bool(typed.get("endowments")),
        poverty_weight=str(_number(typed.get("poverty_weight", "") or "0", "poverty_weight")),
        plan_weights=typed.get("plan_weights", "one"),
        compare=tuple(typed.get("compare", ())),
        unserved_in_acta=bool(typed.get("unserved_in_acta")),
    )


def _number(text: str, field: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", ".").strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > 10**9:
        raise Invalid(
            "«{typed}» no es un número.",
            remedy="Escríbalo con cifras, como 1 o 0.5.",
            field=field,
            typed=text[:20],
        )
    return found


def _fraction(percent: Decimal) -> str:
    above, below = (percent / 100).as_integer_ratio()
    return f"{above}/{below}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError:
        raise Invalid(
            "La fecha de la ordenanza no se entiende.",
            remedy="Escríbala como día, mes y año.",
            field="on",
        ) from None


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for pair in filter(None, (each.strip() for each in re.split(r"[,;\n]", text))):
        match = re.fullmatch(r"(\d+)\s*[-–y]\s*(\d+)", pair)
        if match is None:
            raise Invalid(
                "«{pair}» no es un par de propuestas.",
                remedy="Escriba los números con un guion, como 3-7, y una coma entre pares.",
                field="incompatible",
                pair=pair[:20],
            )
        found.append((str(int(match[1])), str(int(match[2]))))
    return tuple(found)


def _groups(text: str, field: str) -> tuple[tuple[str, str, int], ...]:
    found = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        match = re.fullmatch(r"(zona|objetivo)\s+(.+?)\s*=\s*(.+)", line, re.IGNORECASE)
        cents = money.cents(match[3], field) if match else None
        if match is None or cents is None:
            raise Invalid(
                "«{line}» no se entiende.",
                remedy="Escriba una por renglón, como «zona Alto Perú = 50000» o "
                "«objetivo OE1 = 80000».",
                field=field,
                line=line[:60],
            )
        found.append((dict(KINDS)[match[1].lower()], match[2][:80], cents))
    return tuple(found)
