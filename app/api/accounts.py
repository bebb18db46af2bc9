"""Accounts of a place, and one's own: roles, mandates, what the counter hands out, tokens."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from app.api.shapes import After, Day, Limit, Page, Reason, Shape, Words
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, StoreDep
from app.operations import accounts, credentials, handover
from app.operations.accounts import NewAccount
from app.operations.credentials import Card, Code
from app.operations.seats import Seat
from app.records import seats
from app.records.people import Account
from app.records.seats import Seated, Wanted
from app.store.sessions import Reading

router = APIRouter(tags=["accounts"])
BASE = "/districts/{ubigeo}/accounts"
Reader = Annotated[Passage, Depends(Permit("accounts", "read"), scope="function")]
Manager = Annotated[Passage, Depends(Permit("accounts", "manage"), scope="function")]
Role = Literal[
    "council",
    "health_agent",
    "planner",
    "evaluator",
    "official",
    "councillor",
    "oversight",
    "clerk",
    "facility",
    "clas",
    "visitor",
    "dpo",
    "admin",
]
Key = Annotated[str, StringConstraints(max_length=20, pattern=r"^[0-9A-Za-z._-]*$")]
Name = Annotated[Words, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]


class SeatIn(Shape):
    """A role and where it is bound; with neither community nor facility, in the district."""

    role: Role = Field(examples=["council"])
    community: Key = ""
    facility: Key = Field(default="", description="Código RENIPRESS.")
    valid_from: Day | None = None
    valid_to: Day | None = None

    def seat(self, ubigeo: str) -> Seat:
        """As the house binds it."""
        place = "" if self.community or self.facility else ubigeo
        return Seat(self.role, place, self.community, self.facility, self.valid_from, self.valid_to)


class SeatOut(BaseModel):
    """A role of an account and where it holds."""

    uuid: UUID
    role: str
    ubigeo: str | None
    community: str | None
    facility: str | None
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def of(cls, seat: Seated) -> "SeatOut":
        """A role as machines read it."""
        return cls(
            uuid=seat.uuid,
            role=seat.role,
            ubigeo=seat.ubigeo,
            community=seat.community_code,
            facility=seat.facility,
            valid_from=seat.valid_from,
            valid_to=seat.valid_to,
        )


class AccountOut(BaseModel):
    """Who may enter, until when, and with what; never a secret."""

    uuid: UUID
    login: str = Field(examples=["junta.san.isidro"])
    name: str
    active: bool
    ends_on: date | None
    enters_with: Literal["card", "password", "nothing yet"]
    pin_until: date | None
    created_at: datetime
    roles: list[SeatOut]


class AccountIn(Shape):
    """A new account with its first role; what it enters with is asked for afterwards."""

    name: Name = Field(examples=["Secretaría de la JVC San Isidro"])
    login: Annotated[str, StringConstraints(max_length=60)] = ""
    language: Literal["es", "en"] = "es"
    ends_on: Day | None = None
    role: SeatIn


class MandateIn(Shape):
    """The last day on which the account may enter; null is open."""

    ends_on: Day | None


class ReasonIn(Shape):
    """Why; it stays in the trail."""

    reason: Reason


class SuccessorIn(Shape):
    """Who takes over a post."""

    name: Name
    ends_on: Day | None = None


class HandedOut(BaseModel):
    """What is handed to the person, told this once: a card with its PIN, a PIN, or a code."""

    account: UUID
    login: str
    card: str | None = Field(
        default=None, description="Va en /tarjeta/{card}; nulo si sigue la de antes."
    )
    pin: str | None = None
    pin_until: date | None = None
    code: str | None = Field(default=None, description="Se escribe en /codigo, una sola vez.")
    code_until: datetime | None = None

    @classmethod
    def of(cls, account: UUID, given: Card | Code) -> "HandedOut":
        """Either of them as machines read it."""
        if isinstance(given, Code):
            return cls(
                account=account, login=given.login, code=given.code, code_until=given.expires_at
            )
        return cls(
            account=account,
            login=given.login,
            card=given.token or None,
            pin=given.pin,
            pin_until=given.pin_until,
        )


@router.get(BASE, responses=responses(400, 401, 403, 404, 422, 429))
def list_accounts(
    *,
    passage: Reader,
    session: ReadDep,
    role: Role | None = None,
    state: Literal["active", "ended"] = "active",
    words: Annotated[Words, Query()] = "",
    after: After = None,
    limit: Limit = 50,
) -> Page[AccountOut]:
    """Accounts with a role in the district, in the order in which they were made."""
    start = accounts.theirs(session, passage.where, after).id if after else 0
    wanted = Wanted(words, role or "", state == "ended", start, limit)
    found = seats.accounts_in(session, passage.where, wanted)
    more = len(found) > limit
    found = found[:limit]
    return Page(items=_out(session, found), next=str(found[-1].uuid) if more else None)


@router.post(BASE, status_code=201, responses=responses(400, 401, 403, 404, 409, 422, 429))
def create_account(
    passage: Manager, store: StoreDep, body: AccountIn, response: Response
) -> AccountOut:
    """Make an account with its first role."""
    new = NewAccount(body.name, body.login, body.language, body.ends_on)
    seat = body.role.seat(passage.where.code)
    account = accounts.create(store, passage.author, passage.where, new, seat)
    response.headers["Location"] = f"/api/v1/districts/{passage.where.code}/accounts/{account.uuid}"
    with store.reading() as session:
        return _out(session, [session.get_one(Account, account.id)])[0]


@router.get(BASE + "/{account}", responses=responses(400, 401, 403, 404, 422, 429))
def read_account(passage: Reader, session: ReadDep, account: UUID) -> AccountOut:
    """One account."""
    return _out(session, [accounts.theirs(session, passage.where, account)])[0]


@router.post(
    BASE + "/{account}/roles",
    status_code=204,
    responses=responses(400, 401, 403, 404, 409, 422, 429),
)
def give_role(passage: Manager, store: StoreDep, account: UUID, body: SeatIn) -> None:
    """One more role."""
    seat = body.seat(passage.where.code)
    accounts.bind(store, passage.author, passage.where, account, seat)


@router.post(
    BASE + "/{account}/roles/{role}/end",
    status_code=204,
    responses=responses(400, 401, 403, 404, 409, 422, 429),
)
def end_role(passage: Manager, store: StoreDep, account: UUID, role: UUID, body: ReasonIn) -> None:
    """One role less, from the next request on."""
    with store.reading() as session:
        accounts.theirs(session, passage.where, account)
    accounts.unbind(store, passage.author, passage.where, role, body.reason)


@router.put(
    BASE + "/{account}/mandate",
    status_code=204,
    responses=responses(400, 401, 403, 404, 409, 422, 429),
)
def set_mandate(passage: Manager, store: StoreDep, account: UUID, body: MandateIn) -> None:
    """The day after which the account ends by itself."""
    accounts.set_mandate(store, passage.author, passage.where, account, body.ends_on)


@router.post(
    BASE + "/{account}/end",
    status_code=204,
    responses=responses(400, 401, 403, 404, 409, 422, 429),
)
def end_account(passage: Manager, store: StoreDep, account: UUID, body: ReasonIn) -> None:
    """Nobody enters with it any more; its sessions are closed at once."""
    accounts.end(store, passage.author, passage.where, account, body.reason)


@router.post(BASE + "/{account}/card", responses=responses(400, 401, 403, 404, 422, 429))
def make_card(passage: Manager, store: StoreDep, account: UUID, response: Response) -> HandedOut:
    """A new card with a new PIN; the card of before opens nothing any more."""
    given = credentials.new_card(store, passage.author, passage.where, account)
    return _once(response, HandedOut.of(account, given))


@router.post(BASE + "/{account}/pin", responses=responses(400, 401, 403, 404, 422, 429))
def renew_pin(passage: Manager, store: StoreDep, account: UUID, response: Response) -> HandedOut:
    """A new PIN for the same card."""
    given = credentials.renew_pin(store, passage.author, passage.where, account)
    return _once(response, HandedOut.of(account, given))


@router.post(BASE + "/{account}/code", responses=responses(400, 401, 403, 404, 422, 429))
def issue_code(passage: Manager, store: StoreDep, account: UUID, response: Response) -> HandedOut:
    """A code to choose a new password or PIN with."""
    given = credentials.issue_code(store, passage.author, passage.where, account)
    return _once(response, HandedOut.of(account, given))


@router.post(BASE + "/{account}/hand-over", responses=responses(400, 401, 403, 404, 409, 422, 429))
def hand_over(
    passage: Manager, store: StoreDep, account: UUID, body: SuccessorIn, response: Response
) -> HandedOut:
    """End this account and make the successor's with the same roles and drafts."""
    done = handover.hand_over(
        store, passage.author, passage.where, account, (body.name, body.ends_on)
    )
    given: Card | Code | None = done.card
    if given is None:
        given = credentials.issue_code(store, passage.author, passage.where, done.account.uuid)
    return _once(response, HandedOut.of(done.account.uuid, given))


def _once(response: Response, handed: HandedOut) -> HandedOut:
    response.headers["Cache-Control"] = "no-store"
    return handed


def _out(session: Reading, rows: list[Account]) -> list[AccountOut]:
    bound: dict[int, list[SeatOut]] = {row.id: [] for row in rows}
    for seat in seats.of_accounts(session, bound):
        bound[seat.account_id].append(SeatOut.of(seat))
    return [
        AccountOut(
            uuid=row.uuid,
            login=row.login,
            name=row.name,
            active=row.active,
            ends_on=row.ends_on,
            enters_with="card"
            if row.card_hash
            else "password"
            if row.password_hash
            else "nothing yet",
            pin_until=row.pin_until,
            created_at=row.created_at,
            roles=bound[row.id],
        )
        for row in rows
    ]
