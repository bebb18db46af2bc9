"""A summary on one page of A4: facts, sentences, small tables and a QR to the page it sums up."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.documents import qr, typesetting
from app.documents.acta import Part

TEMPLATE = "summary.typ"


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole; ``address`` is drawn as a QR, ``signatures`` are lines to sign, if any."""

    over: str
    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    foot: str
    address: str
    signatures: tuple[str, ...] = ()


def pdf(summary: Summary, made: datetime) -> bytes:
    """The summary as PDF."""
    return typesetting.pdf(TEMPLATE, _values(summary), made)


def pictures(summary: Summary, ppi: float = 100) -> list[bytes]:
    """The same as PNG."""
    return typesetting.pictures(TEMPLATE, _values(summary), ppi)


def _values(summary: Summary) -> dict[str, Any]:
    return asdict(summary) | {"qr": qr.svg(summary.address)}
