"""The steps of a community's cycle: begin it, begin a round, close a round.

Each is an entry of the intake like any other; what would not hold is refused before it
is kept, since a step is no answer of an assembly that must not be lost.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from app.errors import Conflict, Invalid
from app.operations import intake
from app.operations.intake import Message, Receipt
from app.operations.trail import Author
from app.records import cycles
from app.records.places import Where
from app.store.sessions import Store

LONGEST = timedelta(days=3 * 366)  # a cycle lasts one to three years
LABEL = 20


def open_cycle(
    store: Store, author: Author, where: Where, uuid: UUID, dates: Mapping[str, str]
) -> Receipt:
    """Begin a cycle of a community: ``starts_on`` and ``ends_on``, ISO dates.

    Raises
    ------
    Invalid
        A date is missing, or the cycle would end before it begins or last over three years.
    Conflict
        The one before is still open.
    """
    starts, ends = (_day(dates, name) for name in ("starts_on", "ends_on"))
    if not starts < ends <= starts + LONGEST:
        raise Invalid(
            "El ciclo debe terminar después de empezar y durar tres años como máximo.",
            remedy="Corrija las fechas.",
            field="ends_on",
        )
    with store.reading() as session:
        if not intake.is_known(session, uuid):
            cycles.may_open_cycle(session, _community(where))
    body = {"verb": "open_cycle", "starts_on": str(starts), "ends_on": str(ends)}
    return _receive(store, author, where, uuid, body)


def open_round(
    store: Store, author: Author, where: Where, uuid: UUID, about: Mapping[str, str]
) -> Receipt:
    """Begin a round: ``label``, alike in all communities of the district, and ``held_on``.

    Raises
    ------
    Invalid
        The date is missing, or the label is empty or over 20 letters.
    Conflict
        There is no open cycle, or the community already has a round of that label.
    """
    held = _day(about, "held_on")
    label = " ".join(str(about.get("label", "")).split())
    if not 0 < len(label) <= LABEL:
        raise Invalid(
            "Falta el período de la ronda, o es muy largo.",
            remedy="Escriba el año y el semestre, como 2026-I.",
            field="label",
        )
    with store.reading() as session:
        if not intake.is_known(session, uuid):
            cycles.may_open_round(session, _community(where), label)
    body = {"verb": "open_round", "label": label, "held_on": str(held)}
    return _receive(store, author, where, uuid, body)


def lock_round(store: Store, author: Author, where: Where, uuid: UUID) -> Receipt:
    """Close a round: what was approved in it moves no more.

    Raises
    ------
    Unknown
        There is no such round.
    Conflict
        It is closed already.
    """
    with store.reading() as session:
        cycles.may_lock_round(session, uuid)
    return _receive(store, author, where, uuid, {"verb": "lock_round"})


def _community(where: Where) -> int:
    if where.community_id is None:
        raise Invalid("El ciclo es de una comunidad.", remedy="Elija la comunidad.")
    return where.community_id


def _day(given: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(str(given.get(name, "")).strip())
    except ValueError:
        raise Invalid(
            "Falta una fecha o no es una fecha.",
            remedy="Escríbala como año-mes-día, por ejemplo 2026-11-21.",
            field=name,
        ) from None


def _receive(
    store: Store, author: Author, where: Where, uuid: UUID, body: Mapping[str, str]
) -> Receipt:
    message = Message("cycle", uuid, body, where.community_id, place_id=where.place_id)
    receipt = intake.receive(store, author, message)
    if receipt.state == "quarantined":  # somebody else took the same step at the same time
        raise Conflict(str(receipt.problems[0]["message"]), remedy=receipt.problems[0]["remedy"])
    return receipt
