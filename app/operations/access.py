"""Who is there, and what may they do here: log-in, sessions, tokens, cards, the gate's rule."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, Select, bindparam, func, or_, update
from sqlmodel import col, select

from app.errors import Forbidden, Unauthenticated
from app.operations import trail
from app.records.people import Account, ApiToken, Binding, Login
from app.records.places import Where
from app.records.policy import Grant, Policy
from app.store import types
from app.store.sessions import Reading, Store, Writing, columns
from app.store.types import now

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's second profile
PIN_MISSES = 10  # in a row; a card may have come into other hands
SEEN_EVERY = timedelta(minutes=5)
# Compared when there is no such account, so that both answers take the same time.
NOBODY_HASH = HASHER.hash("nobody")


@dataclass(frozen=True, slots=True)
class Bond:
    """A role, and where it is bound."""

    role: str
    place_id: int | None
    community_id: int | None
    facility_id: int | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever makes a request; without an account it is the public."""

    account_id: int | None = None
    name: str = ""
    language: str = "es"
    bonds: tuple[Bond, ...] = ()
    csrf: str = ""
    login_id: int | None = None
    token_id: int | None = None
    demo: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """Role names, once each."""
        return tuple(dict.fromkeys(bond.role for bond in self.bonds))


PUBLIC = Actor()
# One's own account stands at no place: a council's secretary has it as much as the country's.
PLACELESS = frozenset({"own_account"})


def grant(policy: Policy, actor: Actor, where: Where, register: str, verb: str) -> Grant | None:
    """What the policy gives an actor at a place, or None."""
    if register in PLACELESS:
        return policy.grant(("public", *actor.roles), (), register, verb)
    here, around = ["public"], []
    for bond in actor.bonds:
        if _holds(bond, where):
            here.append(bond.role)
        else:
            around.append(bond.role)
    return policy.grant(here, around if _contains_bonds(actor, where) else (), register, verb)


def roles_at(actor: Actor, where: Where) -> tuple[str, ...]:
    """The roles that an actor has at a place, once each; those bound elsewhere do not count."""
    return tuple(dict.fromkeys(bond.role for bond in actor.bonds if _holds(bond, where)))


def _holds(bond: Bond, where: Where) -> bool:
    if bond.community_id is not None:
        return bond.community_id == where.community_id
    if bond.facility_id is not None:
        return bond.facility_id == where.facility_id
    # A binding without any place is the whole installation.
    return bond.place_id is None or bond.place_id in where.lineage


def _contains_bonds(actor: Actor, where: Where) -> bool:
    # Only the district itself, not another community of it, is around a community's council.
    return where.community_id is None and any(
        bond.place_id == where.place_id or bond.place_id is None for bond in actor.bonds
    )


def require(policy: Policy, actor: Actor, where: Where, register: str, verb: str) -> Grant:
    """As ``grant``, refusing where there is none.

    Raises
    ------
    Unauthenticated
        Nobody is logged in: perhaps a log-in would do.
    Forbidden
        This person has no such right here.
    """
    found = grant(policy, actor, where, register, verb)
    if found is not None:
        return found
    if actor.account_id is None:
        raise Unauthenticated(
            "Para ver esto hay que entrar con una cuenta.",
            remedy="Entre con su usuario y contraseña, o con su tarjeta y PIN.",
        )
    raise Forbidden(
        "Su cuenta no tiene permiso para esto en este lugar.",
        remedy="Si lo necesita, pida a quien administra las cuentas que le dé el rol.",
    )


def digest(secret: str) -> str:
    """How session tokens, API tokens, cards and one-time codes are kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def log_in(store: Store, login: str, password: str, device: str) -> str:
    """Open a session with a login name and password; returns its token.

    Raises
    ------
    Unauthenticated
        They do not fit, or the account has ended. It does not say which.
    """
    account = proved(store, login, password)
    if account is None:
        raise Unauthenticated(
            "El usuario o la contraseña no coinciden, o la cuenta terminó.",
            remedy="Revise las mayúsculas. Si olvidó su contraseña, pida un código en ventanilla.",
        )
    return open_session(store, account.id, device)


def proved(store: Store, login: str, password: str) -> Account | None:
    """The living account of a login name and a password; as slow where there is none."""
    with store.reading() as session:
        account = session.exec(
            select(Account).where(Account.login == login.strip().casefold())
        ).first()
    same = fits(account.password_hash if account else None, password)
    return account if account is not None and same and is_alive(account) else None


def enter_by_card(store: Store, card: str, pin: str, device: str) -> str:
    """Open a session with a printed card and its PIN; returns its token.

    Raises
    ------
    Unauthenticated
        They do not fit, the PIN has to be renewed, or the mandate ended.
    """
    with store.reading() as session:
        account = session.exec(select(Account).where(Account.card_hash == digest(card))).first()
    same = fits(account.pin_hash if account else None, pin)
    spent = account is not None and account.pin_misses >= PIN_MISSES
    if account is not None and not same:
        _miss(store, account.id)
    if account is None or not same or spent or not is_alive(account):
        raise Unauthenticated(
            "La tarjeta o el PIN no coinciden, el PIN se anuló por muchos intentos, o el cargo "
            "terminó.",
            remedy="Pida en la ventanilla de la municipalidad un PIN nuevo.",
        )
    if account.pin_until is not None and account.pin_until < today():
        raise Unauthenticated(
            "Su PIN venció el {day}.",
            remedy="Renuévelo en la ventanilla de la municipalidad con su tarjeta.",
            day=account.pin_until.isoformat(),
        )
    if account.pin_misses:
        with store.writing() as session:
            session.get_one(Account, account.id).pin_misses = 0
    return open_session(store, account.id, device)


def _miss(store: Store, account_id: int) -> None:
    with store.writing() as session:
        session.execute(
            update(Account)
            .where(col(Account.id) == account_id)
            .values(pin_misses=col(Account.pin_misses) + 1)
        )


def open_session(store: Store, account_id: int, device: str) -> str:
    """A new session of an account; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    with store.writing() as session:
        row = Login(
            account_id=account_id,
            token_hash=digest(token),
            csrf=secrets.token_urlsafe(24),
            device=device[:200],
        )
        session.add(row)
        act = trail.Act("log_in", "own_account", row.uuid)
        trail.record(session, trail.Author(account_id), act)
    return token


def fits(kept: str | None, given: str) -> bool:
    """Whether a secret is the one that was kept; as slow when there is none to compare."""
    try:
        return HASHER.verify(kept or NOBODY_HASH, given) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_alive(account: Account) -> bool:
    """Whether an account may enter today."""
    return account.active and (account.ends_on is None or account.ends_on >= today())


def by_session(session: Reading, token: str, days: int) -> tuple[Actor, bool] | None:
    """The actor of a session token, and whether its last sight should be written down."""
    moment = now()
    asked = {"hash": digest(token), "since": moment - timedelta(days=days), "today": today()}
    rows = session.rows(_sessions(), asked)
    if not rows:
        return None
    login_id, csrf, seen_at = rows[0][:3]
    actor = _actor([row[3:] for row in rows], csrf=csrf, login_id=login_id)
    return actor, moment - seen_at > SEEN_EVERY


def by_token(session: Reading, token: str) -> Actor | None:
    """The actor of a bearer token, or None."""
    asked = {"hash": digest(token), "moment": now(), "today": today()}
    rows = session.rows(_tokens(), asked)
    return _actor([row[1:] for row in rows], token_id=rows[0][0]) if rows else None


def actor_of(session: Reading, account_id: int) -> Actor | None:
    """The actor that an account is today; None when it has ended."""
    rows = session.rows(_accounts(), {"account": account_id, "today": today()})
    return _actor(list(rows)) if rows else None


# The statements are made once: every request asks one of them.
@cache
def _sessions() -> Select[Any]:
    return (
        columns(Login.id, Login.csrf, Login.seen_at, *_account_columns())
        .join(Account, col(Account.id) == Login.account_id)
        .join(Binding, _binding_holds(), isouter=True)
        .where(
            col(Login.token_hash) == bindparam("hash"),
            col(Login.revoked_at).is_(None),
            col(Login.seen_at) > bindparam("since"),
            *_account_holds(),
        )
    )


@cache
def _tokens() -> Select[Any]:
    return (
        columns(ApiToken.id, *_account_columns())
        .join(Account, col(Account.id) == ApiToken.account_id)
        .join(Binding, _binding_holds(), isouter=True)
        .where(
            col(ApiToken.token_hash) == bindparam("hash"),
            col(ApiToken.revoked_at).is_(None),
            or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > bindparam("moment")),
            *_account_holds(),
        )
    )


@cache
def _accounts() -> Select[Any]:
    return (
        columns(*_account_columns())
        .select_from(Account)
        .join(Binding, _binding_holds(), isouter=True)
        .where(col(Account.id) == bindparam("account"), *_account_holds())
    )


def _account_columns() -> tuple[Any, ...]:
    return (
        Account.id,
        Account.name,
        Account.language,
        Account.demo,
        Binding.role,
        Binding.place_id,
        Binding.community_id,
        Binding.facility_id,
    )


def _account_holds() -> tuple[Any, ...]:
    return (
        col(Account.active).is_(True),
        or_(col(Account.ends_on).is_(None), col(Account.ends_on) >= bindparam("today")),
    )


def _binding_holds() -> ColumnElement[bool]:
    return (
        (col(Binding.account_id) == Account.id)
        & or_(col(Binding.valid_from).is_(None), col(Binding.valid_from) <= bindparam("today"))
        & or_(col(Binding.valid_to).is_(None), col(Binding.valid_to) >= bindparam("today"))
    )


def today() -> date:
    """The day on which mandates are compared."""
    return types.today()


def _actor(
    rows: list[tuple[Any, ...]],
    csrf: str = "",
    login_id: int | None = None,
    token_id: int | None = None,
) -> Actor:
    account_id, name, language, demo = rows[0][:4]
    bonds = tuple(Bond(*row[4:]) for row in rows if row[4] is not None)
    return Actor(account_id, name, language, bonds, csrf, login_id, token_id, demo)


def touch(session: Writing, login_id: int) -> None:
    """Write down that a session was seen."""
    row = session.get(Login, login_id)
    if row is not None:
        row.seen_at = now()


def log_out(store: Store, actor: Actor, login_id: int) -> None:
    """Close one of the actor's own sessions."""
    with store.writing() as session:
        row = session.get(Login, login_id)
        if row is not None and row.account_id == actor.account_id:
            row.revoked_at = now()
            act = trail.Act("log_out", "own_account", row.uuid)
            trail.record(session, trail.Author(actor.account_id), act)


def any_account(session: Reading) -> bool:
    """Whether somebody can enter at all."""
    return bool(session.exec(select(func.count()).select_from(Account)).one())


def any_demo(session: Reading) -> bool:
    """Whether invented people may enter, so that every page says so."""
    return (
        session.exec(select(Account.id).where(col(Account.demo).is_(True)).limit(1)).first()
        is not None
    )
