"""What the counter hands out: a card, a PIN, a code to choose a new secret. Each is told once.

Nothing of it can be read again: the store keeps digests, the trail only that it happened.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.operations import access, accounts, own_account, trail
from app.operations.trail import Act, Author
from app.records.people import Account, OneTimeCode
from app.records.places import Where
from app.store.sessions import Store, Writing
from app.store.types import now

PIN_DAYS = 180
CODE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Card:
    """A new card: its secret stands in the address that its QR opens."""

    login: str
    name: str
    token: str
    pin: str
    pin_until: date


@dataclass(frozen=True, slots=True)
class Code:
    """A printed code, good once and until a moment."""

    login: str
    name: str
    code: str
    expires_at: datetime
    by_card: bool


def new_card(store: Store, author: Author, within: Where, account: UUID) -> Card:
    """A new card with a new PIN; the card of before opens nothing any more.

    Raises
    ------
    Unknown, Forbidden
        As ``accounts.theirs``.
    """
    with store.writing() as session:
        row = accounts.theirs(session, within, account)
        return card_of(session, author, row, within)


def card_of(session: Writing, author: Author, row: Account, within: Where) -> Card:
    """As ``new_card``, inside a larger change."""
    token = secrets.token_urlsafe(24)
    row.card_hash = access.digest(token)
    pin = _renewed(row)
    trail.record(session, author, Act("new_card", "accounts", row.uuid, within.place_id))
    return Card(row.login, row.name, token, pin, row.pin_until or access.today())


def renew_pin(store: Store, author: Author, within: Where, account: UUID) -> Card:
    """A new PIN for the card that the person brings; the card itself is not told again.

    Raises
    ------
    Unknown, Forbidden
        As ``accounts.theirs``.
    """
    with store.writing() as session:
        row = accounts.theirs(session, within, account)
        pin = _renewed(row)
        trail.record(session, author, Act("renew_pin", "accounts", row.uuid, within.place_id))
    return Card(row.login, row.name, "", pin, row.pin_until or access.today())


def issue_code(store: Store, author: Author, within: Where, account: UUID) -> Code:
    """A code to print; whoever shows it chooses a new password, or PIN where there is a card.

    Raises
    ------
    Unknown, Forbidden
        As ``accounts.theirs``.
    """
    code = own_account.a_code()
    with store.writing() as session:
        row = accounts.theirs(session, within, account)
        expires_at = now() + timedelta(days=CODE_DAYS)
        session.add(
            OneTimeCode(
                account_id=row.id,
                code_hash=access.digest(own_account.plain_code(code)),
                issued_by=author.account_id,
                expires_at=expires_at,
            )
        )
        trail.record(session, author, Act("issue_code", "accounts", row.uuid, within.place_id))
    return Code(row.login, row.name, code, expires_at, own_account.enters_by_card(row))


def _renewed(row: Account) -> str:
    pin = "000000"
    while own_account.is_easy(pin):
        pin = f"{secrets.randbelow(10**own_account.PIN_DIGITS):06d}"
    row.pin_hash = own_account.pin_hash(pin)
    row.pin_misses = 0
    row.pin_until = access.today() + timedelta(days=PIN_DAYS)
    return pin
