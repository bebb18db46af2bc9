"""Commands for whoever administers the installation, from its own machine."""

import argparse
import getpass
import sys

from app.cli.entry import DONE
from app.cli.keeping import the_store
from app.cli.speaking import say
from app.errors import Invalid
from app.operations import accounts
from app.settings import Settings
from app.store.sessions import Store


def create(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni admin create``."""
    with the_store(settings) as store:
        ask_for_first(store, asked.login, asked.name, from_stdin=asked.password_stdin)
    return DONE


def ask_for_first(
    store: Store, login: str | None = None, name: str | None = None, *, from_stdin: bool = False
) -> None:
    """Ask in the console for the first administrator, and make the account."""
    login = login or _ask("Usuario de quien administra: ")
    name = name or _ask("Nombre: ")
    account = accounts.first_admin(store, login, name, _password(from_stdin=from_stdin))
    say(f"Cuenta «{account.login}» creada. Ya puede entrar con ella.")


def reset(asked: argparse.Namespace, settings: Settings) -> int:
    """``sismuni admin reset``."""
    with the_store(settings) as store:
        accounts.reset_from_shell(store, asked.login, _password(from_stdin=asked.password_stdin))
    say(f"La cuenta «{asked.login}» tiene otra contraseña.")
    return DONE


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise Invalid(
            "Falta un dato y no hay consola en que preguntarlo.",
            remedy="Indique --login, --name y --password-stdin.",
        )
    return input(question).strip()


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Invalid(
            "Falta la contraseña y no hay consola en que preguntarla.",
            remedy="Envíela por la entrada con --password-stdin.",
        )
    first = getpass.getpass("Contraseña: ")
    if getpass.getpass("Otra vez: ") != first:
        raise Invalid("Las dos contraseñas no son iguales.", remedy="Repita la orden.")
    return first
