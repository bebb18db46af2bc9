"""Login names: short, typed on any keyboard, nobody else's."""

import re

from sqlmodel import col, select

from app.errors import Conflict, Invalid
from app.records.base import folded
from app.records.people import Account
from app.store.sessions import Reading

LOGIN = re.compile(r"[a-z0-9ñ][a-z0-9ñ._-]{2,59}")


def free(session: Reading, name: str) -> str:
    """A login name made from a person's or a post's, counting up until nobody has it."""
    login = re.sub(r"[^a-z0-9ñ]+", ".", folded(name)).strip(".")[:40]
    login = login if LOGIN.fullmatch(login) else f"cuenta.{login}".strip(".")
    taken = _taken(session, login)
    names = (login if n == 1 else f"{login}.{n}" for n in range(1, len(taken) + 2))
    return next(each for each in names if each not in taken)


def new(session: Reading, wanted: str) -> str:
    """A login name as it was wanted.

    Raises
    ------
    Invalid
        It has letters that not every keyboard has, or too few or too many.
    Conflict
        Somebody has it.
    """
    login = wanted.strip().casefold()
    if not LOGIN.fullmatch(login):
        raise Invalid(
            "El usuario «{login}» no sirve.",
            remedy="Use de 3 a 60 letras sin tildes, cifras, puntos o guiones.",
            field="login",
            login=wanted,
        )
    if login in _taken(session, login):
        raise Conflict(
            "El usuario «{login}» ya es de otra cuenta.",
            remedy="Elija otro.",
            field="login",
            login=login,
        )
    return login


def _taken(session: Reading, login: str) -> set[str]:
    alike = select(Account.login).where(col(Account.login).startswith(login, autoescape=True))
    return set(session.exec(alike).all())
