"""Ballots on paper: two A5 sheets on an A4, or an A4 each where the list is long.

Each has a code of its own, in letters and as a QR; nothing on it is tied to a person.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.documents import qr, typesetting

TEMPLATE = "ballot.typ"
HALF = 16  # proposals that an A5 sheet has room for


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal: number, name of 60 characters at most, community, cost."""

    number: str
    name: str
    community: str
    cost: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A sheet: its code as it is spoken, and the community where it is handed out."""

    code: str
    community: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What all sheets say; ``box`` is empty for marks, or what is written in it.

    ``rows`` is a heading for the box of a count sheet, whose rows take totals.
    """

    title: str
    over: str
    how: str
    how_more: str
    lines: tuple[Line, ...]
    example: str
    box: str
    foot: str
    words: tuple[str, str, str]
    community_box: str = ""


def pdf(paper: Paper, copies: Sequence[Copy], made: datetime) -> bytes:
    """All sheets as one PDF."""
    return typesetting.pdf(TEMPLATE, _values(paper, copies), made)


def pictures(paper: Paper, copies: Sequence[Copy], ppi: float = 100) -> list[bytes]:
    """The same pages as PNG."""
    return typesetting.pictures(TEMPLATE, _values(paper, copies), ppi)


def _values(paper: Paper, copies: Sequence[Copy]) -> dict[str, Any]:
    sheets = [{**asdict(copy), "qr": qr.svg(copy.code.replace("-", ""))} for copy in copies]
    return {"paper": asdict(paper), "half": len(paper.lines) <= HALF, "copies": sheets}
