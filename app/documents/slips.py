"""Slips to cut out: for each community what became of its sheets, one under the other on A4."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.documents import typesetting

TEMPLATE = "slips.typ"


@dataclass(frozen=True, slots=True)
class Line:
    """One sheet: what it is, its number, its state in words, and what else is to be known."""

    title: str
    number: str
    day: str
    state: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """What one community takes home; ``summary`` says how many of each."""

    community: str
    place: str
    summary: str
    lines: tuple[Line, ...]
    foot: str


def pdf(slips: Sequence[Slip], title: str, made: datetime) -> bytes:
    """All slips as one PDF with lines to cut along."""
    return typesetting.pdf(TEMPLATE, _values(slips, title), made)


def pictures(slips: Sequence[Slip], title: str, ppi: float = 100) -> list[bytes]:
    """The same pages as PNG."""
    return typesetting.pictures(TEMPLATE, _values(slips, title), ppi)


def _values(slips: Sequence[Slip], title: str) -> dict[str, Any]:
    return {"title": title, "slips": [asdict(slip) for slip in slips]}
