"""What a list of priorities will take of each community, shown to it before the freeze.

A card keeps the figures as they stood on the day of the announcement. What the community
answers stays beside them: the figures themselves change only through its forms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import standing, trail
from app.operations.figures import Standing
from app.operations.trail import Act, Author
from app.records.places import Where
from app.records.priority_versions import FigureCard, PriorityVersion
from app.store.sessions import Reading, Writing
from app.store.types import now


def make(session: Writing, where: Where, version: PriorityVersion, day: date) -> None:
    """A card for each community of a district, from its figures of a day."""
    found = standing.of_place(session, where, day)
    session.add_all(
        FigureCard(version_id=version.id, community_id=member.id, lines=_lines(found, member.code))
        for member in found.members
    )
    session.flush()


def _lines(found: Standing, community: str) -> list[dict[str, Any]]:
    """The figures of a community as its card shows them; sensitive ones stay at the facility."""
    return [
        {
            "indicator": code,
            "x": figure.count.x,
            "n": figure.count.n,
            "missing": figure.count.missing,
            "population": figure.count.population,
            "verified": figure.verified,
            "round": figure.label,
            "held_on": figure.held_on.isoformat(),
        }
        for code, by_community in found.figures.items()
        if (figure := by_community.get(community)) is not None
        and not found.indicators[code].sensitive
    ]


def cards(session: Reading, version: PriorityVersion) -> Sequence[FigureCard]:
    """The cards of a version, in the order in which communities were added."""
    return session.exec(
        select(FigureCard).where(FigureCard.version_id == version.id).order_by(col(FigureCard.id))
    ).all()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a community says of its card; who said it, as the paper names them."""

    agrees: bool
    note: str = ""
    answered_by: str = ""


def answer(
    session: Writing, author: Author, where: Where, version: PriorityVersion, given: Answer
) -> FigureCard:
    """Note what a community says of its card; a later answer takes the place of the earlier.

    Raises
    ------
    Unknown
        The community has no card in the version.
    Conflict
        It is frozen or cancelled.
    Invalid
        It differs without saying in what.
    """
    if version.state != "announced":
        raise Conflict(
            "Esa versión ya no recibe correcciones.", remedy="Vuelva a la lista de versiones."
        )
    card = session.exec(
        select(FigureCard).where(
            FigureCard.version_id == version.id, FigureCard.community_id == where.community_id
        )
    ).first()
    if card is None:
        raise Unknown("La comunidad no tiene ficha en esa versión.", remedy="Vuelva a la lista.")
    if not given.agrees and not given.note:
        raise Invalid(
            "Falta decir qué dato no es correcto.",
            remedy="Escriba qué dato cambia y por qué.",
            field="note",
        )
    card.answer = "agrees" if given.agrees else "differs"
    card.note, card.answered_by = given.note[:500], given.answered_by[:120]
    card.answered_at, card.author_id = now(), author.account_id
    act = Act("answer", "needs", card.uuid, where.place_id, card.note)
    trail.written(session, author, where, act)
    return card
