"""What is worded by an ordinance and kept version by version: its number, day and article.

Rules of a voting, criteria of a review, the calendar of a process: a change of any of them is
another version, with the reason why.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.errors import Invalid
from app.operations.trail import Author


@dataclass(frozen=True, slots=True)
class Ordinance:
    """Where something stands: number, date and article of the ordinance."""

    number: str
    on: date | None = None
    article: str = ""


def version(
    author: Author,
    ordinance: Ordinance,
    reason: str,
    before: int | None,
    *,
    acta: bool = False,
) -> dict[str, Any]:
    """The columns that every version has; ``before`` is the number of the last, None of none.

    ``acta`` where an acta will do as well as an ordinance.

    Raises
    ------
    Invalid
        No ordinance, or a change without its reason.
    """
    if not ordinance.number.strip() and acta:
        raise Invalid(
            "Falta la ordenanza o el acta que lo acordó.",
            remedy="Escriba cuál es, como «Ordenanza 012-2027-MD» o «Acta de la mesa de salud, "
            "12 de mayo».",
            field="ordinance",
        )
    if not ordinance.number.strip():
        raise Invalid(
            "Falta la ordenanza que lo dice.",
            remedy="Escriba su número, como «Ordenanza 012-2027-MD».",
            field="ordinance",
        )
    if before is not None and not reason.strip():
        raise Invalid(
            "Falta la razón del cambio.",
            remedy="Escriba por qué cambia; quedará a la vista.",
            field="reason",
        )
    return {
        "version": (before or 0) + 1,
        "ordinance": ordinance.number.strip()[:80],
        "ordinance_on": ordinance.on,
        "article": ordinance.article.strip()[:40],
        "reason": reason.strip()[:500],
        "author_id": author.account_id,
    }
