"""Thresholds that a district sets: data with its day, source, reason and author.

A threshold holds from its day until the next one begins; none is rewritten, so a round keeps
the one under which it was held. Without one the indicator has no figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from app.errors import Conflict, Invalid, Unknown
from app.operations import counts, districts, trail
from app.operations.register_papers import HEALTHY
from app.operations.trail import Act, Author
from app.planning.households import check_threshold
from app.records import thresholds
from app.records.cycles import Round
from app.records.places import Where
from app.records.territory import Belonging
from app.records.thresholds import Threshold
from app.store.sessions import Reading, Writing, columns

SETTABLE = (HEALTHY,)


@dataclass(frozen=True, slots=True)
class Given:
    """A threshold as somebody sets it; ``share`` from 0 to 1."""

    indicator: str
    share: float
    source: str
    valid_from: date
    reason: str = ""


def listed(session: Reading, where: Where, indicator: str) -> list[Threshold]:
    """Every threshold of a district, the oldest first; none above a district."""
    if where.kind != "district" or where.place_id is None:
        return []
    return thresholds.listed(session, where.place_id, indicator)


def in_force(session: Reading, where: Where, indicator: str, day: date) -> Threshold | None:
    """The threshold of a district on a day."""
    known = [row for row in listed(session, where, indicator) if row.valid_from <= day]
    return known[-1] if known else None


def set_one(session: Writing, author: Author, where: Where, given: Given, today: date) -> Threshold:
    """Set a threshold from a day on, and count anew the rounds held since.

    Raises
    ------
    Unknown
        The indicator takes none.
    Invalid
        A share that divides nobody, no source, no reason for another one, or a day to come.
    Conflict
        One holds from that day or from a later one.
    """
    if given.indicator not in SETTABLE:
        raise Unknown("Ese indicador no lleva umbral.", remedy="Vuelva a la lista de metas.")
    share = check_threshold(given.share)
    session.hold(f"thresholds {where.code}")
    before = listed(session, where, given.indicator)
    _check(given, before, today)
    made = Threshold(
        place_id=districts.own(where),
        indicator=given.indicator,
        share=share,
        source=given.source.strip()[:200],
        reason=given.reason.strip()[:500],
        valid_from=given.valid_from,
        author_id=author.account_id,
    )
    session.add(made)
    session.flush()
    act = Act("set", "goals", made.uuid, where.place_id, given.reason.strip(), "threshold")
    trail.written(session, author, where, act)
    counts.recompute_many(session, _since(session, where, given.valid_from))
    return made


def _check(given: Given, before: Sequence[Threshold], today: date) -> None:
    if not given.source.strip():
        raise Invalid(
            "Falta decir de dónde sale el umbral.",
            remedy="Escriba el acuerdo, plan o norma, con su fecha.",
            field="source",
        )
    if given.valid_from > today:
        raise Invalid(
            "Ese día todavía no llega.", remedy="Ponga el día desde el que vale.", field="since"
        )
    if not before:
        return
    if before[-1].valid_from >= given.valid_from:
        raise Conflict(
            "Ya hay un umbral desde ese día o desde uno posterior.",
            remedy="Lo contado no se reescribe: elija un día posterior.",
            field="since",
        )
    if not given.reason.strip():
        raise Invalid(
            "Falta la razón del cambio.",
            remedy="Escriba por qué cambia: quedará a la vista.",
            field="reason",
        )


def _since(session: Reading, where: Where, day: date) -> list[tuple[int, int]]:
    """The rounds that still move and were held from a day on, by community."""
    rows = session.rows(
        columns(Round.community_id, Round.id)
        .join(Belonging, col(Belonging.community_id) == Round.community_id)
        .where(
            col(Belonging.place_id) == where.place_id,
            col(Belonging.valid_to).is_(None),
            col(Round.held_on) >= day,
            col(Round.locked_at).is_(None),
        )
    )
    return [(community, found) for community, found in rows]
