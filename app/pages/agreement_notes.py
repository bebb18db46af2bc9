"""What people note of an agreement: state, money, milestones, findings, efforts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import FormDep, Passage, Permit, StoreDep
from app.operations import agreements, expectations, works
from app.operations.agreements import Seen, Step, Terms
from app.operations.expectations import Statement
from app.operations.works import Help, Mark, Name, Said
from app.pages import agreement_lines, money, shell, wording
from app.pages.agreements import ONE, Number, WriteDep, Year, page
from app.pages.language import N_, refused_in_words
from app.pages.typed import whole
from app.records.places import Where
from app.store.sessions import Store, Writing

router = APIRouter()
FindDep = Annotated[Passage, Depends(Permit("findings", "write"), scope="function")]
SayDep = Annotated[Passage, Depends(Permit("conformity", "write"), scope="function")]
SAY = "/d/{ubigeo}/comunidades/{codigo}/seguimiento/{anio}/{numero}/conformidad"
Typed = Mapping[str, str]
Change = Callable[[Writing, Seen, Typed], object]


def noted(
    request: Request,
    passage: Passage,
    store: Store,
    about: tuple[int, int, Typed],
    change: Change,
    anchor: str,
) -> Response:
    """Do a change and come back to the agreement; what was typed stays if it cannot be."""
    year, number, typed = about
    seen = whole(typed.get("seen"))
    district = _district(passage.where)
    try:
        with store.writing() as session:
            revision = -1 if seen is None else seen
            change(session, Seen(year, number, revision), typed)
            row = agreements.find(session, district, year, number)
            to = f"{agreement_lines.href(district, row)}#{anchor}"
    except Refusal as refusal:
        with store.reading() as reading:
            row = agreements.find(reading, district, year, number)
            said = refused_in_words(refusal, shell.language(request, passage.actor))
            here = passage
            if passage.where.community_id is not None:
                here = passage.at(district, "agreements", "read")
            kept = {**typed, "_form": anchor}
            return page(request, here, reading, row, kept, said, status_of(refusal))
    return shell.redirect(request, passage, to, N_("Se anotó en el acuerdo."))


def _district(where: Where) -> Where:
    return replace(
        where, community_id=None, community_code=None, community_name=None, facility_id=None
    )


def _day(typed: Typed, name: str) -> date | None:
    text = typed.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "«{text}» no es una fecha.", remedy="Elija el día otra vez.", text=text[:20]
        ) from None


def _on(typed: Typed) -> date:
    return _day(typed, "on_day") or wording.today()


def _whole(typed: Typed, name: str) -> int | None:
    text = typed.get(name, "").replace(" ", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 8):
        raise Invalid(
            "«{text}» no es un número entero.",
            remedy="Escriba solo cifras.",
            field=name,
            text=text[:20],
        )
    return int(text)


def typed_in(form: FormDep) -> dict[str, str]:
    """What was typed, without files."""
    return {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}


@router.post(ONE + "/estado")
def advance(
    request: Request,
    anio: Year,
    numero: Number,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Write down that it took another state."""

    def change(session: Writing, seen: Seen, typed: Typed) -> None:
        step = Step(typed.get("state", ""), _on(typed), typed.get("note", ""))
        agreements.advance(session, passage.author, passage.where, seen, step, wording.today())

    return noted(request, passage, store, (anio, numero, typed_in(form)), change, "estado")


@router.post(ONE + "/dinero")
def read_money(
    request: Request,
    anio: Year,
    numero: Number,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Note what the budget line says."""

    def change(session: Writing, seen: Seen, typed: Typed) -> None:
        given = works.Money(
            _on(typed),
            money.cents(typed.get("pim", ""), "pim"),
            money.cents(typed.get("certified", ""), "certified"),
            money.cents(typed.get("accrued", ""), "accrued"),
            money.cents(typed.get("paid", ""), "paid"),
            source=typed.get("source", ""),
            note=typed.get("note", ""),
        )
        works.read_money(session, passage.author, passage.where, seen, given, wording.today())

    return noted(request, passage, store, (anio, numero, typed_in(form)), change, "dinero")


@router.post(ONE + "/datos")
def settle(
    request: Request,
    anio: Year,
    numero: Number,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Say whose duty the care is, what it costs a year, and the CUI."""

    def change(session: Writing, seen: Seen, typed: Typed) -> None:
        terms = Terms(
            typed.get("cui"),
            None,
            typed.get("upkeep_by"),
            money.cents(typed.get("upkeep", ""), "upkeep"),
        )
        agreements.settle(session, passage.author, passage.where, seen, terms, wording.today())

    return noted(request, passage, store, (anio, numero, typed_in(form)), change, "cuidado")


@router.post(ONE + "/esperado")
def expect(
    request: Request,
    anio: Year,
    numero: Number,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """State the change that is expected, before the hand-over."""

    def change(session: Writing, seen: Seen, typed: Typed) -> None:
        percent = _whole(typed, "to")
        if percent is None:
            raise Invalid("Falta el porcentaje al que se espera llegar.", field="to")
        said = Statement(typed.get("indicator", ""), percent / 100, typed.get("reason", ""))
        expectations.state(session, passage.author, passage.where, seen, said, wording.today())

    return noted(request, passage, store, (anio, numero, typed_in(form)), change, "cambio")


@router.post(ONE + "/hitos")
def set_milestone(
    request: Request,
    anio: Year,
    numero: Number,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Put a milestone on its way."""

    def change(session: Writing, seen: Seen, typed: Typed) -> None:
        mark = Mark(
            typed.get("title", ""),
            _day(typed, "due_on"),
            _day(typed, "reached_on"),
            typed.get("note", ""),
        )
        works.set_milestone(session, passage.author, passage.where, seen, mark, wording.today())

    return noted(request, passage, store, (anio, numero, typed_in(form)), change, "hitos")


@router.post(ONE + "/hitos/{uuid}/alcanzado")
def reach(
    request: Request,
    anio: Year,
    numero: Number,
    uuid: UUID,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Say on which day a milestone was reached."""

    def change(session: Writing, seen: Seen, typed: Typed) -> None:
        name = Name(seen.year, seen.number)
        done = (uuid, _on(typed))
        works.reach(session, passage.author, passage.where, name, done, wording.today())

    return noted(request, passage, store, (anio, numero, typed_in(form)), change, "hitos")


@router.post(ONE + "/aportes")
def add_effort(
    request: Request,
    anio: Year,
    numero: Number,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Put what somebody promised or gave into the ledger."""

    def change(session: Writing, seen: Seen, typed: Typed) -> None:
        help_ = Help(
            typed.get("kind", ""),
            typed.get("who", ""),
            _on(typed),
            typed.get("promised", "") == "yes",
            _whole(typed, "people"),
            _whole(typed, "days"),
            money.cents(typed.get("value", ""), "value"),
            typed.get("note", ""),
        )
        works.add_effort(session, passage.author, passage.where, seen, help_, wording.today())

    return noted(request, passage, store, (anio, numero, typed_in(form)), change, "aportes")


@router.post(ONE + "/tachar/{uuid}")
def strike(
    request: Request,
    anio: Year,
    numero: Number,
    uuid: UUID,
    passage: WriteDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Strike out a milestone or an effort, with its reason."""

    def change(session: Writing, seen: Seen, typed: Typed) -> None:
        name, line = Name(seen.year, seen.number), (uuid, typed.get("reason", ""))
        works.strike(session, passage.author, passage.where, name, line)

    anchor = "aportes" if form.get("of") == "effort" else "hitos"
    return noted(request, passage, store, (anio, numero, typed_in(form)), change, anchor)


@router.post(ONE + "/hallazgo")
def find(
    request: Request,
    anio: Year,
    numero: Number,
    passage: FindDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Write down what the oversight committee found."""
    return _said(request, passage, store, (anio, numero, typed_in(form)), "comite")


@router.post(SAY)
def say(
    request: Request,
    anio: Year,
    numero: Number,
    passage: SayDep,
    store: StoreDep,
    form: FormDep,
) -> Response:
    """Write down what a community served says of the work."""
    return _said(request, passage, store, (anio, numero, typed_in(form)), "fechas")


def _said(
    request: Request,
    passage: Passage,
    store: Store,
    about: tuple[int, int, Typed],
    anchor: str,
) -> Response:
    def change(session: Writing, seen: Seen, typed: Typed) -> None:
        said = Said(typed.get("verdict", ""), _on(typed), typed.get("text", ""))
        name = Name(seen.year, seen.number)
        works.find(session, passage.author, passage.where, name, said, wording.today())

    return noted(request, passage, store, about, change, anchor)
