"""Shapes that several routes send and take: words, answers, pages, receipts, versions."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Header
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.errors import PreconditionNeeded, Stale
from app.operations.intake import Receipt

DEEPEST = 12
Item = TypeVar("Item")


def _writable(text: str) -> str:
    """Text that both stores and every screen can hold."""
    if any(ord(sign) < 32 and sign not in "\t\n\r" for sign in text):
        raise ValueError("tiene signos que no se pueden escribir")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("tiene signos a medias que no son texto") from None
    return text


def _document(value: Any, depth: int = 0) -> Any:
    """JSON that can be kept: text that can be written, finite numbers, not too deep."""
    if depth > DEEPEST:
        raise ValueError(f"tiene más de {DEEPEST} niveles")
    if isinstance(value, str):
        _writable(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("tiene un número que no es finito")
    elif isinstance(value, Mapping):
        for name, below in value.items():
            _writable(name)
            _document(below, depth + 1)
    elif isinstance(value, list):
        for below in value:
            _document(below, depth + 1)
    return value


def _sensible(day: date) -> date:
    if not 1900 <= day.year <= 2999:
        raise ValueError("debe estar entre 1900 y 2999")
    return day


Words = Annotated[str, AfterValidator(_writable), StringConstraints(max_length=500)]
Reason = Annotated[
    str,
    AfterValidator(_writable),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
]
Answers = Annotated[dict[str, Any], AfterValidator(_document)]
Day = Annotated[date, AfterValidator(_sensible)]
Limit = Annotated[int, Field(ge=1, le=200, description="Cuántos por página.")]
After = Annotated[
    UUID | None, Field(description="El valor `next` de la página anterior; nada para la primera.")
]
IfMatch = Annotated[
    str | None,
    Header(
        description="La versión que se vio: el `ETag` de la lectura.",
        max_length=80,
        openapi_examples={"version": {"value": '"3"'}},
    ),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        description="Una clave por envío: repetirlo con la misma devuelve el mismo recibo.",
        min_length=1,
        max_length=120,
        pattern=r"^[\x21-\x7e]+$",
        openapi_examples={"clave": {"value": "0192f7c4-envio-1"}},
    ),
]


class Shape(BaseModel):
    """What is sent to us: names that we do not know are refused, not dropped in silence."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel, Generic[Item]):
    """Some of a list, and where the rest begins."""

    items: list[Item]
    next: str | None = Field(None, description="Cursor de la página siguiente; nulo en la última.")


class ReceiptOut(BaseModel):
    """Proof that something was received; ``number`` is short enough to read aloud."""

    number: str = Field(examples=["7F3A91C2"])
    entry: UUID
    document: UUID
    received_at: datetime
    digest: str = Field(description="SHA-256 con sal de lo recibido.")
    state: str = Field(description="pending, derived o quarantined.", examples=["derived"])
    repeated: bool = Field(False, description="Ya se había recibido lo mismo.")
    problems: list[dict[str, Any]] = []

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptOut":
        """A receipt as machines read it."""
        return cls(
            number=receipt.number,
            entry=receipt.entry_uuid,
            document=receipt.form_uuid,
            received_at=receipt.at,
            digest=receipt.digest,
            state=receipt.state,
            repeated=receipt.repeated,
            problems=list(receipt.problems),
        )


REPEATED: dict[int | str, dict[str, Any]] = {
    200: {"model": ReceiptOut, "description": "Ya se había recibido; es el mismo recibo."}
}
"""What a route answers where the same came before."""


def etag(revision: int) -> str:
    """The version of a document as HTTP names it."""
    return f'"{revision}"'


def revision_of(if_match: str | None) -> int:
    """The version that a change says it saw.

    Raises
    ------
    PreconditionNeeded
        It says none, or any.
    Stale
        It says one that we never gave.
    """
    if if_match is None or if_match.strip() == "*":
        raise PreconditionNeeded(
            "Falta decir sobre qué versión se hace el cambio.",
            remedy="Lea primero el documento y envíe su ETag en If-Match.",
            field="If-Match",
        )
    found = re.fullmatch(r'"(\d{1,9})"', if_match.strip())
    if found is None:
        raise Stale(
            "Esa versión no es de este documento.",
            remedy="Léalo otra vez y envíe su ETag en If-Match.",
            field="If-Match",
        )
    return int(found[1])
