"""Acts on a document: approve, return, reopen, withdraw; each an entry of the intake."""

from collections.abc import Mapping
from typing import Any

from app.errors import Conflict, Invalid
from app.operations import decisions, deriving, intake
from app.operations.intake import Message, Receipt
from app.operations.trail import Author
from app.records.intake import Form
from app.records.places import Where
from app.store.sessions import Store

WITHDRAWN_FROM = frozenset({"sent", "returned", "approved"})
VALIDATED_IN = frozenset({"sent", "approved", "locked"})
SPEECHLESS = frozenset({"approve", "validate"})  # every other act says why


def act_on(
    store: Store,
    author: Author,
    where: Where,
    form: Form,
    body: Mapping[str, Any],
    revision: int | None = None,
) -> Receipt:
    """Act on a document at the ``revision`` that was seen.

    ``body`` is the ``verb`` (approve, return, appeal, reopen, withdraw or validate) and its
    ``reason``.

    Raises
    ------
    Stale
        It is at another revision by now.
    Invalid
        A return, a reopening or a withdrawal without its reason.
    Refusal
        The document's state does not allow it, or not to this person; nothing was kept.
    """
    with store.reading() as session:
        decisions.refuse_unfair(session, author, where, form, str(body["verb"]))
    return intake.receive(store, author, message_of(where, form, body, revision))


def message_of(
    where: Where, form: Form, body: Mapping[str, Any], revision: int | None = None
) -> Message:
    """What goes to the intake of an act; refused as ``act_on`` does."""
    verb = str(body["verb"])
    if verb not in SPEECHLESS and not str(body.get("reason", "")).strip():
        raise Invalid(
            "Falta la razón.",
            remedy="Escriba por qué, con palabras que ayuden a quien llenó la ficha.",
            field="reason",
        )
    kind = "withdrawal" if verb == "withdraw" else "resolution"
    if form.state not in _allowed(verb):
        raise Conflict(
            "La ficha está en estado «{state}» y así no se puede hacer esto.",
            remedy="Vuelva a abrir la bandeja: alguien ya la resolvió.",
            state=form.state,
        )
    return Message(
        kind,
        form.uuid,
        body,
        form.community_id,
        place_id=where.place_id,
        instrument=form.instrument,
        family_uuid=None,
        revision=revision,
    )


def _allowed(verb: str) -> frozenset[str]:
    if verb == "withdraw":
        return WITHDRAWN_FROM
    return VALIDATED_IN if verb == "validate" else deriving.TRANSITIONS[verb][0]
