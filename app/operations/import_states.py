"""What may be done with a batch in its state, and in which words it is refused."""

from app.errors import Conflict, Invalid
from app.records.imports import ImportBatch


class Outdated(Conflict):
    """What the file was checked against changed before it could be written: check again."""


STATE_WORDS = {
    "received": "por revisar",
    "previewed": "revisada",
    "failed": "sin poder leerse",
    "published": "publicada",
    "undone": "deshecha",
}


def refuse_unpublishable(batch: ImportBatch) -> None:
    """Refuse a batch that was published, undone, or could not be read."""
    if batch.state not in ("received", "previewed"):
        raise Conflict(
            "Esta importación está {state}: no se puede publicar.",
            remedy="Vuelva a abrirla; si hace falta, suba el archivo otra vez.",
            state=STATE_WORDS[batch.state],
        )


def refuse_not_published(batch: ImportBatch) -> None:
    """Refuse a batch of which nothing was published."""
    if batch.state != "published":
        raise Conflict(
            "Esta importación está {state}: no hay nada que deshacer.",
            remedy="Vuelva a abrirla.",
            state=STATE_WORDS[batch.state],
        )


def refuse_without_reason(reason: str) -> None:
    """Refuse an undo that does not say why."""
    if not reason.strip():
        raise Invalid(
            "Falta la razón.", remedy="Escriba por qué se deshace la importación.", field="reason"
        )
