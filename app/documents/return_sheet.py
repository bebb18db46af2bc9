"""Return sheets on A4: one page a community, with the slip to cut off and bring back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.documents import qr, typesetting

TEMPLATE = "return_sheet.typ"


@dataclass(frozen=True, slots=True)
class Row:
    """A request or agreement: number, what, who has it, since when, what comes next."""

    number: str
    title: str
    who: str
    what: str
    since: str
    next: str


@dataclass(frozen=True, slots=True)
class Page:
    """One community's sheet; ``address`` is that of its page, drawn as a QR."""

    over: str
    community: str
    number: str
    about: str
    day: str
    own: tuple[str, ...]
    rows: tuple[Row, ...]
    back: str  # when the next sheet comes
    address: str
    digest: str


def pdf(pages: Sequence[Page], title: str, made: datetime) -> bytes:
    """All sheets as one PDF, each on its own paper."""
    return typesetting.pdf(TEMPLATE, _values(pages, title), made)


def pictures(pages: Sequence[Page], title: str, ppi: float = 100) -> list[bytes]:
    """The same pages as PNG."""
    return typesetting.pictures(TEMPLATE, _values(pages, title), ppi)


def _values(pages: Sequence[Page], title: str) -> dict[str, Any]:
    return {"title": title, "pages": [asdict(p) | {"qr": qr.svg(p.address)} for p in pages]}
