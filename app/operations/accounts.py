"""Accounts and their roles at places: made, bound, ended; never beyond the maker's own reach.

``within`` is the place whose administrator acts, as the gate found it. An account of
which a single role stands outside that place is not theirs to touch: otherwise a
district's administrator could take over the country's by renewing its password.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, update
from sqlmodel import col, select

from app.errors import Conflict, Forbidden, Invalid, Unknown
from app.operations import access, login_names, own_account, seats, trail
from app.operations.seats import Seat
from app.operations.trail import SYSTEM, Act, Author
from app.records.people import Account, Binding, Login
from app.records.places import Where
from app.store.sessions import Reading, Store, Writing
from app.store.types import now

DEMO_PASSWORD = "comunidad-sana"  # shown on the log-in page: it guards invented people alone
DEMO_BUTTONS = ("junta", "planificadora", "autoridad")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Who is to enter; the login name is made from the name where it is empty."""

    name: str
    login: str = ""
    language: str = "es"
    ends_on: date | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented person who may enter without a password; ``button`` for the first three."""

    id: int
    login: str
    name: str
    button: bool


def demo_people(session: Reading) -> list[DemoPerson]:
    """The invented people of a demonstration, those of the buttons first."""
    found = session.exec(
        select(Account)
        .where(col(Account.demo).is_(True), col(Account.active).is_(True))
        .order_by(col(Account.id))
    ).all()
    people = [DemoPerson(a.id, a.login, a.name, a.login in DEMO_BUTTONS) for a in found]
    return sorted(people, key=lambda p: (not p.button, p.button and DEMO_BUTTONS.index(p.login)))


def create(store: Store, author: Author, within: Where, new: NewAccount, seat: Seat) -> Account:
    """A new account with its first role; how it enters is given afterwards.

    Raises
    ------
    Invalid
        Name, login name, role or place does not do.
    Conflict
        Somebody has that login name.
    Forbidden
        The role is outside the reach of whoever makes it.
    """
    name = new.name.strip()
    if not 2 <= len(name) <= 120:
        raise Invalid(
            "Falta el nombre de la persona o del cargo.",
            remedy="Escriba de 2 a 120 letras, por ejemplo «Secretaría de la JVC San Isidro».",
            field="name",
        )
    with store.writing() as session:
        account = Account(
            login=login_names.new(session, new.login)
            if new.login.strip()
            else login_names.free(session, name),
            name=name,
            language="en" if new.language == "en" else "es",
            ends_on=new.ends_on,
            demo=new.demo,
        )
        session.add(account)
        session.flush()
        act = Act("create", "accounts", account.uuid, within.place_id)
        trail.record(session, author, act)
        seats.bind(session, author, within, account, seat)
    return account


def bind(store: Store, author: Author, within: Where, account: UUID, seat: Seat) -> None:
    """One more role for an account.

    Raises
    ------
    Unknown, Forbidden, Invalid, Conflict
        As for ``create``; Conflict when it has that role there already.
    """
    with store.writing() as session:
        seats.bind(session, author, within, theirs(session, within, account), seat)


def unbind(store: Store, author: Author, within: Where, binding: UUID, reason: str) -> None:
    """End a role today; the account stays.

    Raises
    ------
    Conflict
        Nobody would be left to administer the installation.
    """
    reason = a_reason(reason)
    with store.writing() as session:
        session.hold("accounts")
        row = session.exec(select(Binding).where(Binding.uuid == binding)).first()
        if row is None:
            raise Unknown("Ese rol ya no existe.", remedy="Vuelva a abrir la cuenta.")
        account = theirs(session, within, session.get_one(Account, row.account_id).uuid)
        session.delete(row)
        session.flush()
        keep_an_administrator(session)
        act = Act("unbind", "accounts", account.uuid, row.place_id, f"{row.role}: {reason}")
        trail.record(session, author, act)


def end(store: Store, author: Author, within: Where, account: UUID, reason: str) -> None:
    """Close an account and every session of it, at once.

    Raises
    ------
    Conflict
        Nobody would be left to administer the installation.
    """
    reason = a_reason(reason)
    with store.writing() as session:
        session.hold("accounts")
        row = theirs(session, within, account)
        close(session, row)
        session.flush()
        keep_an_administrator(session)
        trail.record(session, author, Act("end", "accounts", row.uuid, within.place_id, reason))


def close(session: Writing, account: Account) -> None:
    """No more entering with it, from the next request on."""
    account.active = False
    account.ends_on = min(account.ends_on or access.today(), access.today())
    account.card_hash = None
    session.execute(
        update(Login)
        .where(col(Login.account_id) == account.id, col(Login.revoked_at).is_(None))
        .values(revoked_at=now())
    )


def set_mandate(
    store: Store, author: Author, within: Where, account: UUID, ends_on: date | None
) -> None:
    """The last day on which an account may enter; None is open.

    Raises
    ------
    Conflict
        After that day nobody would be left to administer the installation.
    """
    with store.writing() as session:
        session.hold("accounts")
        row = theirs(session, within, account)
        row.ends_on = ends_on
        session.flush()
        keep_an_administrator(session)
        said = ends_on.isoformat() if ends_on else "sin fecha"
        act = Act("set_mandate", "accounts", row.uuid, within.place_id, said)
        trail.record(session, author, act)


def first_admin(store: Store, login: str, name: str, password: str) -> Account:
    """The first administrator of a new installation, from its shell.

    Raises
    ------
    Conflict
        There is one already, demonstration aside.
    Invalid
        Login name or password does not do.
    """
    with store.writing() as session:
        session.hold("accounts")
        if [a for a in _administrators(session) if not a.demo]:
            raise Conflict(
                "Esta instalación ya tiene quien la administra.",
                remedy="Entre con esa cuenta, o dele otra contraseña desde la consola.",
            )
        account = Account(login=login_names.new(session, login), name=name.strip() or login)
        account.password_hash = own_account.password_hash(password, account.login)
        session.add(account)
        session.flush()
        session.add(Binding(account_id=account.id, role="admin"))
        trail.record(session, SYSTEM, Act("first_admin", "accounts", account.uuid))
    return account


def reset_from_shell(store: Store, login: str, password: str) -> None:
    """A new password from the shell, for the administrator whom nobody else can help.

    Raises
    ------
    Unknown
        No account has that login name.
    Invalid
        The password does not do.
    """
    with store.writing() as session:
        account = session.exec(
            select(Account).where(Account.login == login.strip().casefold())
        ).first()
        if account is None:
            raise Unknown(
                "No hay ninguna cuenta «{login}».", remedy="Revise el usuario.", login=login
            )
        account.password_hash = own_account.password_hash(password, account.login)
        account.active, account.ends_on = True, None
        trail.record(session, SYSTEM, Act("reset_password", "accounts", account.uuid))


def theirs(session: Reading, within: Where, account: UUID) -> Account:
    """An account that an administrator of this place may touch.

    Raises
    ------
    Unknown
        There is none.
    Forbidden
        A role of it stands outside the place.
    """
    row = session.exec(select(Account).where(Account.uuid == account)).first()
    if row is None:
        raise Unknown("No existe esa cuenta.", remedy="Búsquela en la lista de cuentas.")
    bound = session.exec(select(Binding).where(Binding.account_id == row.id)).all()
    if within.place_id is not None and not (
        bound and all(seats.inside(session, within, each.place_id) for each in bound)
    ):
        raise Forbidden(
            "Esa cuenta tiene roles fuera de {place}.",
            remedy="Pida el cambio a quien administra toda la instalación.",
            place=within.name,
        )
    return row


def keep_an_administrator(session: Reading) -> None:
    """Refuse a change after which nobody could administer the installation for good.

    Raises
    ------
    Conflict
        No active account without an end date is administrator of the whole installation.
    """
    if not [a for a in _administrators(session) if a.ends_on is None]:
        raise Conflict(
            "Sería la última cuenta que administra toda la instalación, y nadie podría entrar "
            "a corregirlo.",
            remedy="Dé antes ese rol, sin fecha de fin, a otra cuenta.",
        )


def a_reason(reason: str) -> str:
    """A reason as the trail keeps it.

    Raises
    ------
    Invalid
        It is empty.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid(
            "Falta la razón.", remedy="Escriba por qué; queda en la auditoría.", field="reason"
        )
    return reason


def _administrators(session: Reading) -> list[Account]:
    rows = session.exec(
        select(Account)
        .join(Binding, col(Binding.account_id) == Account.id)
        .where(
            Binding.role == "admin",
            col(Binding.place_id).is_(None),
            col(Binding.community_id).is_(None),
            col(Binding.facility_id).is_(None),
            or_(col(Binding.valid_from).is_(None), col(Binding.valid_from) <= access.today()),
            col(Binding.valid_to).is_(None),
        )
    ).all()
    return [account for account in rows if access.is_alive(account)]
