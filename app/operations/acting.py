"""Acts on a document: approve, return, reopen, withdraw; each an entry of the intake."""

from collections.abc import Mapping
from typing import Any

from app.errors import Conflict, Invalid
from app.operations import deriving, intake
from app.operations.intake import Message, Receipt
from app.operations.trail import Author
from app.records.intake import Form
from app.records.places import Where
from app.store.sessions import Store

WITHDRAWN_FROM = frozenset({"sent", "returned", "approved"})


def act_on(
    store: Store,
    author: Author,
    where: Where,
    form: Form,
    body: Mapping[str, Any],
    revision: int | None = None,
) -> Receipt:
    """Approve, return, reopen or withdraw a document, at the ``revision`` that was seen.

    Raises
    ------
    Stale
        It is at another revision by now.
    Invalid
        A return, a reopening or a withdrawal without its reason.
    Refusal
        The document's state does not allow it; nothing was kept.
    """
    verb = str(body["verb"])
    if verb != "approve" and not str(body.get("reason", "")).strip():
        raise Invalid(
            "Falta la razón.",
            remedy="Escriba por qué, con palabras que ayuden a quien llenó la ficha.",
            field="reason",
        )
    kind = "withdrawal" if verb == "withdraw" else "resolution"
    allowed = WITHDRAWN_FROM if verb == "withdraw" else deriving.TRANSITIONS[verb][0]
    if form.state not in allowed:
        raise Conflict(
            "La ficha está en estado «{state}» y así no se puede hacer esto.",
            remedy="Vuelva a abrir la bandeja: alguien ya la resolvió.",
            state=form.state,
        )
    message = Message(
        kind,
        form.uuid,
        body,
        form.community_id,
        place_id=where.place_id,
        instrument=form.instrument,
        family_uuid=None,
        revision=revision,
    )
    return intake.receive(store, author, message)
