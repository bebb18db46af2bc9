"""My own account: who I am here, where I am logged in, my keys for programs."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StringConstraints

from app.api.accounts import SeatOut
from app.api.shapes import Shape, Words
from app.http.errors import responses
from app.http.gate import Passage, Permit, ReadDep, SettingsDep, StoreDep
from app.operations import own_account
from app.records import seats
from app.records.people import Account

router = APIRouter(tags=["own account"])
Mine = Annotated[Passage, Depends(Permit("own_account", "read"), scope="function")]
Changing = Annotated[Passage, Depends(Permit("own_account", "write"), scope="function")]


class MeOut(BaseModel):
    """Who asks, and what that person is here."""

    uuid: UUID
    login: str
    name: str
    language: str
    ends_on: date | None
    roles: list[SeatOut]


class SessionOut(BaseModel):
    """An open session on some device."""

    uuid: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    current: bool


class TokenIn(Shape):
    """What a key is for, and for how many days."""

    label: Annotated[Words, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    days: int = Field(90, ge=1, le=own_account.TOKEN_DAYS)


class TokenOut(BaseModel):
    """A key that still opens something."""

    uuid: UUID
    label: str
    created_at: datetime
    expires_at: datetime | None


class NewTokenOut(BaseModel):
    """A key, told this once: it goes into ``Authorization: Bearer``."""

    token: str


@router.get("/me", responses=responses(400, 401, 403, 422, 429))
def read_me(passage: Mine, session: ReadDep) -> MeOut:
    """The account that asks, with its roles."""
    account_id = own_account.account_id(passage.actor)
    account = session.get_one(Account, account_id)
    return MeOut(
        uuid=account.uuid,
        login=account.login,
        name=account.name,
        language=account.language,
        ends_on=account.ends_on,
        roles=[SeatOut.of(seat) for seat in seats.of_accounts(session, [account_id])],
    )


@router.get("/me/sessions", responses=responses(400, 401, 403, 422, 429))
def list_sessions(passage: Mine, session: ReadDep, settings: SettingsDep) -> list[SessionOut]:
    """Where this account is logged in, last seen first."""
    return [
        SessionOut(
            uuid=row.uuid,
            device=row.device,
            created_at=row.created_at,
            seen_at=row.seen_at,
            current=row.id == passage.actor.login_id,
        )
        for row in own_account.sessions_of(session, passage.actor, settings.session_days)
    ]


@router.delete(
    "/me/sessions/{login}", status_code=204, responses=responses(400, 401, 403, 404, 422, 429)
)
def close_session(passage: Changing, store: StoreDep, login: UUID) -> None:
    """Out on that device, at once."""
    own_account.close_session(store, passage.actor, login)


@router.get("/me/tokens", responses=responses(400, 401, 403, 422, 429))
def list_tokens(passage: Mine, session: ReadDep) -> list[TokenOut]:
    """The keys of this account that still open something, newest first."""
    return [
        TokenOut(
            uuid=row.uuid, label=row.label, created_at=row.created_at, expires_at=row.expires_at
        )
        for row in own_account.tokens_of(session, passage.actor)
    ]


@router.post("/me/tokens", status_code=201, responses=responses(400, 401, 403, 422, 429))
def make_token(
    passage: Changing, store: StoreDep, body: TokenIn, response: Response
) -> NewTokenOut:
    """A new key."""
    response.headers["Cache-Control"] = "no-store"
    return NewTokenOut(token=own_account.make_token(store, passage.actor, body.label, body.days))


@router.delete(
    "/me/tokens/{token}", status_code=204, responses=responses(400, 401, 403, 404, 422, 429)
)
def revoke_token(passage: Changing, store: StoreDep, token: UUID) -> None:
    """That key opens nothing any more."""
    own_account.revoke_token(store, passage.actor, token)
