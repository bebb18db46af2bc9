"""What people do with their own account: language, password, PIN, sessions, API tokens."""

import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from app.errors import Forbidden, Invalid, Unauthenticated, Unknown
from app.operations import access, trail
from app.operations.access import HASHER, Actor
from app.operations.trail import Act, Author
from app.records.people import Account, ApiToken, Login, OneTimeCode
from app.store.sessions import Reading, Store, Writing
from app.store.types import now

PASSWORD_LEAST = 8
PASSWORD_MOST = 200  # beyond it hashing would be work that a stranger gives us
PIN_DIGITS = 6
TOKEN_DAYS = 365
CODE_LETTERS = "".join(sorted(set(string.ascii_uppercase + string.digits) - set("ILO01U")))
CODE_LENGTH = 12  # of 30 letters: 58 bits


def speak(store: Store, actor: Actor, lang: str) -> None:
    """Remember the language of an account."""
    with store.writing() as session:
        session.get_one(Account, actor.account_id).language = lang


def sessions_of(session: Reading, actor: Actor, days: int) -> Sequence[Login]:
    """The open sessions of an account, last seen first."""
    return session.exec(
        select(Login)
        .where(
            Login.account_id == actor.account_id,
            col(Login.revoked_at).is_(None),
            col(Login.seen_at) > now() - timedelta(days=days),
        )
        .order_by(col(Login.seen_at).desc())
    ).all()


def tokens_of(session: Reading, actor: Actor) -> Sequence[ApiToken]:
    """The tokens of an account that are still good, newest first."""
    return session.exec(
        select(ApiToken)
        .where(
            ApiToken.account_id == actor.account_id,
            col(ApiToken.revoked_at).is_(None),
            (col(ApiToken.expires_at).is_(None)) | (col(ApiToken.expires_at) > now()),
        )
        .order_by(col(ApiToken.created_at).desc())
    ).all()


def close_session(store: Store, actor: Actor, login: UUID) -> None:
    """Close one of the actor's own sessions, on whatever device it is.

    Raises
    ------
    Unknown
        The account has no such session.
    """
    with store.writing() as session:
        row = session.exec(
            select(Login).where(Login.uuid == login, Login.account_id == actor.account_id)
        ).first()
        if row is None:
            raise Unknown("Esa sesión no existe o no es suya.", remedy="Vuelva a «Mi cuenta».")
        row.revoked_at = row.revoked_at or now()
        trail.record(session, Author(actor.account_id), Act("log_out", "own_account", row.uuid))


def change_password(store: Store, actor: Actor, current: str, new: str) -> None:
    """A new password for whoever knows the old one; every other session is closed.

    Raises
    ------
    Invalid
        The current password is another, or the new one is too short, too long or the login name.
    """
    with store.reading() as session:
        account = session.get_one(Account, actor.account_id)
    if not access.fits(account.password_hash, current):
        raise Invalid(
            "La contraseña actual no es esa.", remedy="Escríbala otra vez.", field="current"
        )
    with store.writing() as session:
        account = session.get_one(Account, actor.account_id)
        account.password_hash = password_hash(new, account.login)
        _out_elsewhere(session, account.id, actor.login_id)
        act = Act("change_password", "own_account", account.uuid)
        trail.record(session, Author(actor.account_id), act)


def change_pin(store: Store, actor: Actor, current: str, new: str) -> None:
    """A new PIN for whoever knows the old one; its date of renewal stays.

    Raises
    ------
    Invalid
        The current PIN is another, or the new one is not six digits or too easy to guess.
    """
    with store.reading() as session:
        account = session.get_one(Account, actor.account_id)
    if not access.fits(account.pin_hash, current):
        raise Invalid("El PIN actual no es ese.", remedy="Escríbalo otra vez.", field="pin")
    with store.writing() as session:
        account = session.get_one(Account, actor.account_id)
        account.pin_hash = pin_hash(new)
        _out_elsewhere(session, account.id, actor.login_id)
        act = Act("change_pin", "own_account", account.uuid)
        trail.record(session, Author(actor.account_id), act)


def make_token(store: Store, actor: Actor, label: str, days: int = TOKEN_DAYS) -> str:
    """A bearer token for the API, for 1 to 365 days; what is returned is kept nowhere.

    Raises
    ------
    Forbidden
        It is asked for with a token: a lost one must not beget others.
    Invalid
        It has no name, or its days are out of range.
    """
    if actor.token_id is not None:
        raise Forbidden(
            "Con una llave no se crea otra llave.", remedy="Entre con su usuario y contraseña."
        )
    label = label.strip()
    if not label or len(label) > 80:
        raise Invalid(
            "La llave necesita un nombre de hasta 80 letras.",
            remedy="Escriba para qué la usará, por ejemplo «Hoja de cálculo de planeamiento».",
            field="label",
        )
    if not 1 <= days <= TOKEN_DAYS:
        raise Invalid(
            "La llave puede valer de 1 a {most} días.",
            remedy="Escriba otro número de días.",
            field="days",
            most=TOKEN_DAYS,
        )
    token = f"sis_{secrets.token_urlsafe(32)}"
    with store.writing() as session:
        row = ApiToken(
            account_id=account_id(actor),
            token_hash=access.digest(token),
            label=label,
            expires_at=now() + timedelta(days=days),
        )
        session.add(row)
        act = Act("make_token", "own_account", row.uuid)
        trail.record(session, Author(actor.account_id), act)
    return token


def revoke_token(store: Store, actor: Actor, token: UUID) -> None:
    """Make one of the actor's own tokens worthless.

    Raises
    ------
    Unknown
        The account has no such token.
    """
    with store.writing() as session:
        row = session.exec(
            select(ApiToken).where(ApiToken.uuid == token, ApiToken.account_id == actor.account_id)
        ).first()
        if row is None:
            raise Unknown("Esa llave no existe o no es suya.", remedy="Vuelva a «Mi cuenta».")
        row.revoked_at = row.revoked_at or now()
        act = Act("revoke_token", "own_account", row.uuid)
        trail.record(session, Author(actor.account_id), act)


def code_is_for(session: Reading, code: str) -> Account:
    """The account that a printed code still opens.

    Raises
    ------
    Unauthenticated
        There is no such code, it was used, or its time is over.
    """
    return session.get_one(Account, _living_code(session, code, now()).account_id)


def redeem(store: Store, code: str, secret: str) -> Account:
    """Use a printed code: the secret becomes the password or, of a card account, the PIN.

    Every session and token of before is closed: who lost a secret may have lost it to somebody.

    Raises
    ------
    Unauthenticated
        There is no such code, it was used, its time is over, or the account has ended.
    Invalid
        The new password or PIN does not do.
    """
    with store.writing() as session:
        moment = now()
        row = _living_code(session, code, moment)
        account = session.get_one(Account, row.account_id)
        if enters_by_card(account):
            account.pin_hash = pin_hash(secret)
            account.pin_misses = 0
        else:
            account.password_hash = password_hash(secret, account.login)
        row.used_at = moment
        _out_elsewhere(session, account.id, None)
        session.execute(
            update(ApiToken)
            .where(col(ApiToken.account_id) == account.id, col(ApiToken.revoked_at).is_(None))
            .values(revoked_at=moment)
        )
        trail.record(session, Author(account.id), Act("redeem_code", "own_account", account.uuid))
    return account


def _living_code(session: Reading, code: str, moment: datetime) -> OneTimeCode:
    wanted = select(OneTimeCode).where(OneTimeCode.code_hash == access.digest(plain_code(code)))
    # Whoever uses it holds it, so that two at once do not both use it.
    wanted = wanted.with_for_update() if isinstance(session, Writing) else wanted
    row = session.exec(wanted).first()
    account = session.get(Account, row.account_id) if row else None
    living = row is not None and row.used_at is None and row.expires_at > moment
    if row is None or not living or account is None or not access.is_alive(account):
        raise Unauthenticated(
            "Ese código no existe, ya se usó o venció.",
            remedy="Revise las letras o pida otro en la ventanilla de la municipalidad.",
            field="code",
        )
    return row


def enters_by_card(account: Account) -> bool:
    """Whether a card and a PIN open this account, rather than a password."""
    return account.card_hash is not None


def account_id(actor: Actor) -> int:
    """The account of an actor that has one.

    Raises
    ------
    Unauthenticated
        Nobody is logged in.
    """
    if actor.account_id is None:
        raise Unauthenticated("Para esto hay que entrar con una cuenta.", remedy="Entre primero.")
    return actor.account_id


def a_code() -> str:
    """A new code as it is printed: three groups of four, no letter that looks like another."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def plain_code(code: str) -> str:
    """A code as it is compared, however it was typed."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def password_hash(password: str, login: str) -> str:
    """How a password is kept.

    Length is the only rule besides not being the login name (NIST SP 800-63B, 5.1.1.2).
    """
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise Invalid(
            "La contraseña debe tener de {least} a {most} letras o cifras.",
            remedy="Tres o cuatro palabras juntas son fáciles de recordar.",
            field="password",
            least=PASSWORD_LEAST,
            most=PASSWORD_MOST,
        )
    if password.casefold() == login.casefold() or len(set(password)) == 1:
        raise Invalid(
            "Esa contraseña se adivina de inmediato.",
            remedy="Use otra que no sea su usuario ni una sola letra repetida.",
            field="password",
        )
    return HASHER.hash(password)


def pin_hash(pin: str) -> str:
    """How a PIN is kept: six digits, neither all alike nor counting up or down."""
    if len(pin) != PIN_DIGITS or not pin.isascii() or not pin.isdecimal():
        raise Invalid(
            "El PIN son {digits} cifras.", remedy="Escriba solo cifras.", field="pin", digits=6
        )
    if is_easy(pin):
        raise Invalid(
            "Ese PIN se adivina de inmediato.",
            remedy="Evite cifras repetidas o seguidas, como 111111 o 123456.",
            field="pin",
        )
    return HASHER.hash(pin)


def is_easy(pin: str) -> bool:
    """Whether each digit follows the one before by the same step of -1, 0 or 1."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return len(steps) == 1 and steps <= {0, 1, 9}


def _out_elsewhere(session: Writing, account: int, kept_login: int | None) -> None:
    others = [col(Login.account_id) == account, col(Login.revoked_at).is_(None)]
    if kept_login is not None:
        others.append(col(Login.id) != kept_login)
    session.execute(update(Login).where(*others).values(revoked_at=now()))
