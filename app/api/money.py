"""Money on the wire: a decimal string of soles; inside it is integer céntimos."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

Soles = Annotated[
    str,
    StringConstraints(pattern=r"^\d{1,12}(\.\d{1,2})?$"),
    Field(description="Soles con dos decimales como máximo.", examples=["1234.50"]),
]


def soles(cents: int | None) -> str | None:
    """Céntimos as soles: ``123450`` is ``1234.50``."""
    return None if cents is None else f"{cents // 100}.{cents % 100:02d}"


def cents(text: str | None) -> int | None:
    """Soles as céntimos: ``1234.5`` is ``123450``. The text is checked already."""
    return None if text is None else int(Decimal(text) * 100)
