"""Accounts of a place: who may enter, with which roles, and what the counter hands out."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from app.documents import qr
from app.errors import Invalid, Refusal
from app.http.errors import status_of
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import accounts, credentials, handover
from app.operations.accounts import NewAccount
from app.operations.credentials import Card, Code
from app.operations.seats import Seat
from app.pages import shell, twice
from app.pages.language import N_, message_of, remedy_of
from app.records import seats
from app.records.people import ROLES
from app.records.seats import Wanted

router = APIRouter()
both = twice.under(router, twice.INSTALLATION, twice.DISTRICT)
Seeing = Annotated[Passage, Depends(Permit("accounts", "read"), scope="function")]
Managing = Annotated[Passage, Depends(Permit("accounts", "manage"), scope="function")]
LIST = "/administracion/cuentas"
ONE = LIST + "/{account}"


def seat_form(
    role: Annotated[str, Form()] = "",
    place: Annotated[str, Form()] = "",
    community: Annotated[str, Form()] = "",
    facility: Annotated[str, Form()] = "",
) -> Seat:
    """Role and place as a form posts them."""
    return Seat(role, place.strip(), community.strip(), facility.strip())


SeatForm = Annotated[Seat, Depends(seat_form)]


@both(LIST, "GET")
def index(
    request: Request,
    *,
    passage: Seeing,
    session: ReadDep,
    buscar: str = "",
    rol: str = "",
    estado: str = "",
    desde: int = 0,
) -> HTMLResponse:
    """All accounts with a role here."""
    wanted = Wanted(buscar[:60], rol if rol in ROLES else "", estado == "terminadas", max(0, desde))
    return _list(request, passage, session, wanted)


@both(LIST, "POST")
def create(
    request: Request,
    *,
    passage: Managing,
    store: StoreDep,
    seat: SeatForm,
    name: Annotated[str, Form()] = "",
    login: Annotated[str, Form()] = "",
    ends_on: Annotated[str, Form()] = "",
    way: Annotated[str, Form()] = "card",
) -> Response:
    """A new account, and what to hand to its person."""
    try:
        new = NewAccount(name, login, ends_on=_day(ends_on))
        account = accounts.create(store, passage.author, passage.where, new, _placed(passage, seat))
        given: Card | Code
        if way == "card":
            given = credentials.new_card(store, passage.author, passage.where, account.uuid)
        else:
            given = credentials.issue_code(store, passage.author, passage.where, account.uuid)
    except Refusal as refusal:
        kept = {"name": name, "login": login, "ends_on": ends_on, "way": way, "seat": seat}
        with store.reading() as session:
            return _list(request, passage, session, Wanted(), refusal, kept)
    return _handout(request, passage, account.uuid, given)


@both(ONE, "GET")
def show(request: Request, passage: Seeing, session: ReadDep, account: UUID) -> HTMLResponse:
    """One account: roles, mandate, what is open, what may be done."""
    row = accounts.theirs(session, passage.where, account)
    return shell.page(
        request,
        passage,
        "people/account.html",
        title=row.name,
        account=row,
        base=_base(passage),
        seats=seats.of_accounts(session, [row.id]),
        work=handover.open_work(session, row.id),
        can_manage=passage.may("accounts", "manage"),
        **_choices(session, passage),
    )


@both(ONE + "/roles", "POST")
def bind(
    request: Request, passage: Managing, store: StoreDep, account: UUID, seat: SeatForm
) -> Response:
    """One more role."""
    accounts.bind(store, passage.author, passage.where, account, _placed(passage, seat))
    return _back(request, passage, account, N_("El rol está dado."))


@both(ONE + "/roles/{binding}/quitar", "POST")
def unbind(
    request: Request,
    *,
    passage: Managing,
    store: StoreDep,
    account: UUID,
    binding: UUID,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """One role less, from the next request on."""
    accounts.unbind(store, passage.author, passage.where, binding, reason)
    return _back(request, passage, account, N_("Ese rol terminó."))


@both(ONE + "/mandato", "POST")
def set_mandate(
    request: Request,
    passage: Managing,
    store: StoreDep,
    account: UUID,
    ends_on: Annotated[str, Form()] = "",
) -> Response:
    """The last day of the mandate ends the account by itself."""
    accounts.set_mandate(store, passage.author, passage.where, account, _day(ends_on))
    return _back(request, passage, account, N_("La fecha de fin está guardada."))


@both(ONE + "/terminar", "POST")
def end(
    request: Request,
    passage: Managing,
    store: StoreDep,
    account: UUID,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Nobody enters with this account any more."""
    accounts.end(store, passage.author, passage.where, account, reason)
    return _back(request, passage, account, N_("La cuenta terminó y sus sesiones se cerraron."))


@both(ONE + "/tarjeta", "POST")
def new_card(request: Request, passage: Managing, store: StoreDep, account: UUID) -> Response:
    """A new card with its PIN, to print now."""
    card = credentials.new_card(store, passage.author, passage.where, account)
    return _handout(request, passage, account, card)


@both(ONE + "/pin", "POST")
def renew_pin(request: Request, passage: Managing, store: StoreDep, account: UUID) -> Response:
    """A new PIN for the same card, to print now."""
    card = credentials.renew_pin(store, passage.author, passage.where, account)
    return _handout(request, passage, account, card)


@both(ONE + "/codigo", "POST")
def issue_code(request: Request, passage: Managing, store: StoreDep, account: UUID) -> Response:
    """A code to choose a new password or PIN, to print now."""
    code = credentials.issue_code(store, passage.author, passage.where, account)
    return _handout(request, passage, account, code)


@both(ONE + "/entregar", "POST")
def hand_over(
    request: Request,
    *,
    passage: Managing,
    store: StoreDep,
    account: UUID,
    name: Annotated[str, Form()] = "",
    ends_on: Annotated[str, Form()] = "",
) -> Response:
    """The post changes hands; one page to print says what is open and how to enter."""
    done = handover.hand_over(store, passage.author, passage.where, account, (name, _day(ends_on)))
    given: Card | Code | None = done.card
    if given is None:
        given = credentials.issue_code(store, passage.author, passage.where, done.account.uuid)
    return _handout(request, passage, done.account.uuid, given, done)


def _list(
    request: Request,
    passage: Passage,
    session: ReadDep,
    wanted: Wanted,
    refusal: Refusal | None = None,
    kept: dict[str, Any] | None = None,
) -> HTMLResponse:
    lang = shell.language(request, passage.actor)
    found = seats.accounts_in(session, passage.where, wanted)
    more = len(found) > wanted.limit
    found = found[: wanted.limit]
    bound: dict[int, list[seats.Seated]] = {}
    for seat in seats.of_accounts(session, [row.id for row in found]):
        bound.setdefault(seat.account_id, []).append(seat)
    empty = {"name": "", "login": "", "ends_on": "", "way": "card", "seat": Seat("")}
    return shell.page(
        request,
        passage,
        "people/accounts.html",
        title=N_("Cuentas y roles"),
        status=status_of(refusal) if refusal else 200,
        base=_base(passage),
        wanted=wanted,
        accounts=found,
        bound=bound,
        after=found[-1].id if more else 0,
        kept=kept or empty,
        trouble_said=(message_of(refusal, lang), remedy_of(refusal, lang)) if refusal else None,
        wrong_field=refusal.field if refusal else None,
        can_manage=passage.may("accounts", "manage"),
        **_choices(session, passage),
    )


def _choices(session: ReadDep, passage: Passage) -> dict[str, Any]:
    """Communities and facilities to bind to; of the whole installation they would be too many."""
    if passage.where.place_id is None:
        return {"communities": (), "facilities": (), "roles": ROLES}
    return {
        "communities": seats.communities_in(session, passage.where),
        "facilities": seats.facilities_in(session, passage.where),
        "roles": ROLES,
    }


def _handout(
    request: Request,
    passage: Passage,
    account: UUID,
    given: Card | Code,
    done: handover.HandOver | None = None,
) -> HTMLResponse:
    site = str(request.base_url).rstrip("/")
    address, drawn = f"{site}/codigo", ""
    if isinstance(given, Card):
        address = f"{site}/tarjeta/{given.token}" if given.token else ""
        drawn = qr.svg(address) if address else ""
    return shell.page(
        request,
        passage,
        "people/handout.html",
        title=N_("Entregue esto en mano"),
        base=_base(passage),
        account_uuid=account,
        card=given if isinstance(given, Card) else None,
        code=given if isinstance(given, Code) else None,
        address=address,
        site=site,
        # Ours, drawn from an address that we made.
        drawn=Markup(drawn),
        done=done,
    )


def _placed(passage: Passage, seat: Seat) -> Seat:
    """A role for this place itself where no community or facility was chosen."""
    if seat.community or seat.facility or seat.ubigeo:
        return seat
    return Seat(seat.role, passage.where.code)


def _base(passage: Passage) -> str:
    return f"/d/{passage.where.code}{LIST}" if passage.where.place_id is not None else LIST


def _back(request: Request, passage: Passage, account: UUID, said: str) -> Response:
    return shell.redirect(request, passage, f"{_base(passage)}/{account}", said)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(
            "«{text}» no es una fecha.",
            remedy="Escriba año-mes-día, como 2027-12-31.",
            field="ends_on",
            text=text[:20],
        ) from None
