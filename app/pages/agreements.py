"""The follow-up board and one agreement on it; opening agreements from a result or by hand."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, ReadDep, StoreDep
from app.operations import (
    access,
    agreement_news,
    agreement_starts,
    agreements,
    allocations,
    expectations,
    petitions,
    standing,
)
from app.operations.agreements import Given
from app.pages import (
    agreement_lines,
    chain_lines,
    money,
    petition_lines,
    return_pages,
    shell,
    wording,
)
from app.pages.budget_lines import AGREED
from app.pages.language import N_, refused_in_words
from app.pages.need_lines import root
from app.pages.typed import whole
from app.pages.wording import Words
from app.planning import works as rules
from app.records import places
from app.records.petitions import Petition
from app.records.places import Where
from app.records.proposals import Agreement
from app.records.works import VERDICTS
from app.store.sessions import Reading, Writing

router = APIRouter()
BASE = "/d/{ubigeo}/seguimiento"
ONE = BASE + "/{anio}/{numero}"
Year = Annotated[int, Path(ge=2000, le=2100)]
Number = Annotated[int, Path(ge=1, le=100_000)]
SeeDep = Annotated[Passage, Depends(Permit("agreements", "read"), scope="function")]
WriteDep = Annotated[Passage, Depends(Permit("agreements", "write"), scope="function")]
ORDER = ("attention", "open", "over")


@router.get(BASE)
def board(request: Request, passage: SeeDep, session: ReadDep) -> HTMLResponse:
    """Every agreement by what needs attention, and the gestiones beside."""
    return _board(request, passage, session, {}, "", 200)


def _board(
    request: Request,
    passage: Passage,
    session: Reading,
    typed: dict[str, str],
    problem: str,
    status: int,
) -> HTMLResponse:
    words = wording.of_page(request, passage, session)
    day = wording.today()
    asked = {name: request.query_params.get(name, "") for name in ("estado", "anio", "comunidad")}
    rows = agreements.listed(session, passage.where)
    told = agreement_news.of_all(session, rows)
    cards = [agreement_lines.card(words, passage.where, row, told[row.id], day) for row in rows]
    shown = [each for each in cards if _fits(each, asked)]
    groups = {
        "attention": [e for e in shown if e["attention"]],
        "open": [e for e in shown if not e["attention"] and e["state_code"] in rules.OPEN],
        "over": [e for e in shown if not e["attention"] and e["state_code"] not in rules.OPEN],
    }
    groups["attention"].sort(key=lambda e: (not e["pressing"], -len(e["attention"])))
    named = {each["code"]: each["name"] for e in cards for each in e["communities"]}
    return shell.page(
        request,
        passage,
        "agreements/board.html",
        status=status,
        title=N_("Seguimiento de acuerdos y gestiones"),
        sentence=_sentence(words, cards),
        root=root(passage.where),
        groups=groups,
        total=len(cards),
        asked=asked,
        states=[(code, words.say(word)) for code, (word, _) in AGREED.items()],
        years=sorted({each["year"] for each in cards}, reverse=True),
        communities=sorted(named.items(), key=lambda pair: pair[1]),
        petitions=_petitions(session, passage, words, day, asked),
        sums=_sums(shown),
        may_write=passage.may("agreements", "write"),
        may_import=passage.may("imports", "write"),
        inside=passage.view != "public",
        members=[(m.code, m.name) for m in standing.members(session, passage.where, day)],
        typed={"title": "", "year": str(day.year), "amount": "", "cui": ""} | typed,
        problem=problem,
    )


def _fits(card: dict[str, Any], asked: dict[str, str]) -> bool:
    return (
        asked["estado"] in ("", card["state_code"])
        and asked["anio"] in ("", str(card["year"]))
        and (
            asked["comunidad"] == ""
            or any(each["code"] == asked["comunidad"] for each in card["communities"])
        )
    )


def _sentence(words: Words, cards: list[dict[str, Any]]) -> str:
    if not cards:
        return words.say(N_("Aquí se sigue cada acuerdo, del acta a la obra y a su mantenimiento."))
    waiting = sum(1 for each in cards if each["attention"])
    done = sum(1 for each in cards if each["state_code"] == "delivered")
    return words.counted(
        N_("{n} acuerdo: {done} con la obra entregada y {waiting} por atender."),
        N_("{n} acuerdos: {done} con la obra entregada y {waiting} por atender."),
        len(cards),
        done=done,
        waiting=waiting,
    )


def _sums(cards: list[dict[str, Any]]) -> dict[str, int]:
    known = [each for each in cards if each["cents"] is not None]
    return {
        "agreed": sum(each["cents"] for each in known),
        "accrued": sum(each["accrued"] or 0 for each in cards),
        "unknown": sum(1 for each in cards if each["accrued"] is None),
    }


def _petitions(
    session: Reading, passage: Passage, words: Words, day: date, asked: dict[str, str]
) -> list[dict[str, Any]]:
    """The gestiones of the board; a filter on the state of works leaves them out."""
    if not passage.may("petitions", "read") or asked["estado"]:
        return []
    rows = petitions.listed(session, passage.where)
    here = [row for row in rows if asked["anio"] in ("", str(row.year))]
    if asked["comunidad"]:
        here = [row for row in here if _asks(session, passage.where, row, asked["comunidad"], day)]
    return [petition_lines.row(session, passage.where, words, row, day) for row in here]


def _asks(session: Reading, where: Where, row: Petition, code: str, day: date) -> bool:
    return any(each.community == code for each in petitions.asked(session, where, day, row))


@router.post(BASE)
def enter(request: Request, passage: WriteDep, store: StoreDep, form: FormDep) -> Response:
    """Put down by hand an agreement that no result of this system holds."""
    typed = {name: str(value).strip() for name, value in form.items()}
    chosen = [str(each) for each in form.getlist("community")]
    try:
        with store.writing() as session:
            made = _entered(session, passage, typed, chosen)
            to = agreement_lines.href(passage.where, made)
    except Refusal as refusal:
        with store.reading() as reading:
            said = refused_in_words(refusal, shell.language(request, passage.actor))
            return _board(request, passage, reading, typed, said, status_of(refusal))
    return shell.redirect(request, passage, to, N_("Se anotó el acuerdo; ya tiene su número."))


def _entered(
    session: Writing, passage: Passage, typed: dict[str, str], chosen: Sequence[str]
) -> Agreement:
    day, where = wording.today(), passage.where
    year, title = typed.get("year", ""), typed.get("title", "")
    if not 2000 <= (whole(year) or 0) <= day.year + 2:
        raise Invalid("Falta el año del acuerdo.", remedy="Son cuatro cifras.", field="year")
    if not title:
        raise Invalid("Falta decir qué se acordó.", field="title")
    agreements.hold(session, where)
    members = {m.code: m.id for m in standing.members(session, where, day)}
    given = Given(
        int(year),
        title[:200],
        money.cents(typed.get("amount", ""), "amount"),
        served=tuple(members[code] for code in chosen if code in members),
        cui=agreements.cui_of(typed.get("cui", "")),
    )
    return agreements.open_one(session, passage.author, where, given, day)


@router.post(BASE + "/desde/{uuid}")
def follow_up(request: Request, uuid: UUID, passage: WriteDep, store: StoreDep) -> Response:
    """Open an agreement for each funded proposal of a result."""
    with store.writing() as session:
        made = allocations.find(session, passage.where, uuid)
        opened = agreement_starts.follow_up(
            session, passage.author, passage.where, made, wording.today()
        )
        year, number = made.fiscal_year, len(opened)
    to = f"{root(passage.where)}/seguimiento?anio={year}"
    said = N_("Se abrieron {n} acuerdos con su cambio esperado.")
    if not number:
        said = N_("Todo lo que entró ya estaba en el seguimiento.")
    return shell.redirect(request, passage, to, said, n=number)


@router.get(ONE)
def show(
    request: Request, anio: Year, numero: Number, passage: SeeDep, session: ReadDep
) -> HTMLResponse:
    """One agreement: money, milestones, both dates, findings, efforts, before and after."""
    row = agreements.find(session, passage.where, anio, numero)
    return page(request, passage, session, row)


def page(
    request: Request,
    passage: Passage,
    session: Reading,
    row: Agreement,
    typed: dict[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    """An agreement; with what was typed and what is wrong with it, where it could not be taken."""
    words = wording.of_page(request, passage, session)
    day, where = wording.today(), passage.where
    told = agreement_news.of_all(session, [row])[row.id]
    inside = passage.view != "public"
    may_write = passage.may("agreements", "write")
    card = expectations.measured(session, where, (row, told), day, health=passage.health)
    says = agreement_lines.conformity(words, where, row, told)
    for each in says:
        each["may"] = bool(each["code"]) and _may_say(session, passage, each["code"])
    name = f"{row.fiscal_year}-{row.number}"
    return shell.page(
        request,
        passage,
        "agreements/one.html",
        status=status,
        title=row.title,
        chain=chain_lines.strip(session, passage, words, ("agreement", name)),
        returned=return_pages.said(session, passage, words, ("agreement", name)),
        root=root(where),
        base=agreement_lines.href(where, row),
        agreement=agreement_lines.card(words, where, row, told, day),
        terms={name: getattr(row, name) for name in ("cui", "upkeep_by", "upkeep_cents")},
        money=agreement_lines.money(words, row, told),
        milestones=agreement_lines.milestones(where, row, told, day, inside=inside),
        says=says,
        findings=[
            agreement_lines.verdict(words, f)
            for f in reversed(told.findings)
            if f.body == "oversight"
        ],
        efforts=agreement_lines.efforts(words, told, inside=inside),
        steps=[
            {"on": step.on_day, "state": words.say(AGREED[step.state][0]), "note": step.note}
            for step in reversed(told.steps)
        ],
        change=agreement_lines.before_after(words, card, inside=inside),
        beside=[(each.name, each.code) for each in told.places if not each.served],
        back=agreement_lines.links(session, words, where, row) if inside else [],
        inside=inside,
        may_write=may_write,
        may_find=passage.may("findings", "write"),
        moves=[(code, words.say(AGREED[code][0])) for code in rules.moves(row.state)],
        verdicts=[(code, words.say(agreement_lines.VERDICTS[code][0])) for code in VERDICTS],
        kinds=[(code, words.say(word)) for code, word in agreement_lines.EFFORTS.items()],
        indicators=agreement_lines.indicators(session, where, words) if may_write else [],
        today=day.isoformat(),
        typed=typed or {},
        problem=problem,
    )


def _may_say(session: Reading, passage: Passage, code: str) -> bool:
    """Whether this person may write the word of a community."""
    here = places.community(session, passage.where, code)
    found = access.grant(passage.policy, passage.actor, here, "conformity", "write")
    return found is not None
