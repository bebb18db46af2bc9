"""Passwords shown at every request by a program, instead of once at the door."""

from sqlmodel import col

from app.operations import trail
from app.records.people import Account
from app.store.sessions import Reading, Store, columns


def tried(login: str) -> str:
    """The name under which tries of a login name are counted."""
    return f"login {login.strip().casefold()[:60]}"


def has_password(session: Reading, account_id: int, kept: str) -> bool:
    """Whether the password of an account is still the one of this hash."""
    asked = columns(Account.password_hash).where(col(Account.id) == account_id)
    return [kept] == [row[0] for row in session.rows(asked)]


def note_entry(store: Store, account: Account, way: str) -> None:
    """Write down that somebody came in without opening a session."""
    with store.writing() as session:
        act = trail.Act("log_in", "own_account", account.uuid, reason=way)
        trail.record(session, trail.Author(account.id), act)
