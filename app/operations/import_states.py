"""What may be done with a batch in its state, and in which words it is refused."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.errors import Conflict, Invalid
from app.records.imports import FORMS, KINDS, ImportBatch

LOCAL = frozenset(
    {"communities", "answers", "indicators", "agreements", "overlays", "backgrounds"}
)  # a district may import these itself
OPTIONS = frozenset(
    (
        *("columns", "level", "layer", "epsg", "vintage", "source", "rename", "fictitious"),
        *("period", "indicators", "units", "zero_is_missing", "valid_from", "skip_errors"),
        *("mapping", "round", "draws"),
    )
)
# Of the options, what the house itself put there: it stays whatever a person chooses.
SETTLED = frozenset({"health", "instrument", "community"})


class Wish(Protocol):
    """What somebody asks to import; see ``importing.Wish``."""

    @property
    def kind(self) -> str: ...
    @property
    def options(self) -> Mapping[str, Any]: ...
    @property
    def place(self) -> tuple[str, int] | None: ...
    @property
    def sheet_of(self) -> tuple[str, str | None] | None: ...


class Outdated(Conflict):
    """What the file was checked against changed before it could be written: check again."""


UNDOER = "undoer"
"""The name in ``session.info`` under which an undo says who does it."""
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


def refuse_wish(wish: Wish) -> None:
    """Refuse what no kind of import knows, and what is not for a district alone."""
    if wish.kind not in KINDS and (wish.kind != FORMS or wish.sheet_of is None):
        raise Invalid(
            "No hay una importación de la clase «{kind}».",
            remedy="Use una de estas: {kinds}.",
            field="kind",
            kind=wish.kind[:40],
            kinds=", ".join(KINDS),
        )
    strange = sorted(set(map(str, wish.options)) - OPTIONS)
    if strange:
        raise Invalid(
            "No se conoce la opción «{option}».",
            remedy="Use una de estas: {options}.",
            field="options",
            option=strange[0][:40],
            options=", ".join(sorted(OPTIONS)),
        )
    if wish.place is not None and wish.kind not in LOCAL | {FORMS}:
        raise Invalid(
            "Esto se importa para toda la instalación y no para un solo distrito.",
            remedy="Pídalo a quien administra la instalación.",
            field="kind",
        )
