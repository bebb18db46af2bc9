"""Other lists of needs beside the official one: scenarios with a name, Hanlon, the matrix.

None of them touches the official list; each is worked out from the same figures of the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import (
    districts,
    draws,
    gathering,
    needs,
    priority_versions,
    review_rules,
    trail,
)
from app.operations.remembered import remembered
from app.operations.trail import Act, Author
from app.planning import alternatives, versions
from app.planning.alternatives import Alternative, Rating
from app.planning.scenarios import Change, changed
from app.planning.versions import Difference, Inputs
from app.records.places import Where
from app.records.priority_versions import NeedRating, NeedsScenario
from app.store.sessions import Reading, Writing

MOST = 60  # scenarios that a district keeps


@dataclass(frozen=True, slots=True)
class Tried:
    """A list as it would be, and where it parts from the official one."""

    change: Change
    outcome: Mapping[str, Any]
    differences: tuple[Difference, ...]


def official(session: Reading, where: Where, day: date) -> Mapping[str, Any]:
    """The official list of a day in plain values."""

    def make() -> Mapping[str, Any]:
        return _outcome(priority_versions.inputs_of(session, where, day, "", needs.TOP))

    return remembered(session, where, ("official outcome", where.place_id, day), make)


def under(session: Reading, where: Where, day: date, change: Change) -> Tried:
    """The list of a day under a change.

    Raises
    ------
    InvalidScenario, InvalidGoal, InvalidPoints
        The change makes no sense here.
    """

    def make() -> Tried:
        inputs = priority_versions.inputs_of(session, where, day, "", needs.TOP)
        outcome = _outcome(changed(inputs, change))
        found = versions.differences(official(session, where, day), outcome)
        return Tried(change, outcome, found)

    return remembered(session, where, ("scenario", where.place_id, day, _key(change)), make)


def _outcome(inputs: Inputs) -> Mapping[str, Any]:
    """The list of these inputs over draws that are made once: weights alone cost no new ones."""
    return versions.outcome(inputs, draws.wait(inputs.evidence, inputs.seed))


def _key(change: Change) -> str:
    return repr(_plain(change))


def _plain(change: Change) -> dict[str, Any]:
    """A change as it is kept."""
    plain = asdict(change)
    for name in ("without_indicators", "without_communities"):
        plain[name] = sorted(plain[name])
    for name in ("points", "targets"):
        plain[name] = dict(sorted(plain[name].items()))
    return plain


def change_of(row: NeedsScenario) -> Change:
    """The change that a scenario keeps."""
    kept = row.change
    return Change(
        kept["points"],
        kept["targets"],
        kept["top"],
        frozenset(kept["without_indicators"]),
        frozenset(kept["without_communities"]),
    )


def saved(session: Reading, where: Where) -> Sequence[NeedsScenario]:
    """The scenarios of a district, the newest first."""
    return session.exec(
        select(NeedsScenario)
        .where(NeedsScenario.place_id == where.place_id, col(NeedsScenario.withdrawn).is_(False))
        .order_by(col(NeedsScenario.id).desc())
    ).all()


def save(
    session: Writing, author: Author, where: Where, name: str, change: Change, day: date
) -> NeedsScenario:
    """Keep a change under a name.

    Raises
    ------
    Invalid
        Without a name, or a change of nothing or that makes no sense here.
    Conflict
        Another one has that name, or too many are kept.
    """
    if not name or change.empty:
        raise Invalid(
            "Falta el nombre del escenario o lo que cambia.",
            remedy="Escriba un nombre y cambie algo.",
            field="name",
        )
    under(session, where, day, change)
    held = saved(session, where)
    if len(held) >= MOST or any(row.name == name for row in held):
        raise Conflict(
            "Ya hay un escenario con ese nombre, o demasiados guardados.",
            remedy="Elija otro nombre o retire uno que ya no haga falta.",
        )
    made = NeedsScenario(
        place_id=districts.own(where),
        name=name[:120],
        change=_plain(change),
        author_id=author.account_id,
    )
    session.add(made)
    session.flush()
    trail.written(
        session, author, where, Act("save scenario", "needs", made.uuid, where.place_id, name)
    )
    return made


def withdraw(session: Writing, author: Author, where: Where, uuid: UUID) -> None:
    """Take a scenario off the list; it stays in the trail.

    Raises
    ------
    Unknown
        The district has none with this key.
    """
    row = next((row for row in saved(session, where) if row.uuid == uuid), None)
    if row is None:
        raise Unknown("El distrito no tiene ese escenario.", remedy="Vuelva a la lista.")
    row.withdrawn = True
    act = Act("withdraw scenario", "needs", uuid, where.place_id, row.name)
    trail.written(session, author, where, act)


def ratings(session: Reading, where: Where) -> Sequence[NeedRating]:
    """What groups said of needs for Hanlon's method, the oldest first."""
    return session.exec(
        select(NeedRating)
        .where(NeedRating.place_id == where.place_id, col(NeedRating.withdrawn).is_(False))
        .order_by(col(NeedRating.id))
    ).all()


@dataclass(frozen=True, slots=True)
class Given:
    """What a group says of a need."""

    need: str
    given_by: str
    rating: Rating


def rate(session: Writing, author: Author, where: Where, given: Given, day: date) -> NeedRating:
    """Note what a group says of a need; an earlier rating of theirs steps back.

    Raises
    ------
    Invalid
        No group is named.
    Unknown
        The need has no goal in the district, so it is in no list.
    """
    need, given_by, rating = given.need, given.given_by, given.rating
    if not given_by:
        raise Invalid("Falta qué grupo califica.", remedy="Escríbalo.", field="given_by")
    if need not in gathering.goals(session, where, day):
        raise Unknown("Esa necesidad no está en la lista.", remedy="Elija una de la lista.")
    session.hold(f"ratings {where.code}")
    for row in ratings(session, where):
        if row.need == need and row.given_by == given_by:
            row.withdrawn = True
    made = NeedRating(
        place_id=districts.own(where),
        need=need,
        given_by=given_by[:120],
        gravity=rating.gravity,
        effect=rating.effect,
        noes=sorted(rating.noes),
        author_id=author.account_id,
    )
    session.add(made)
    session.flush()
    trail.written(session, author, where, Act("rate", "needs", made.uuid, where.place_id, given_by))
    return made


def hanlon(session: Reading, where: Where, day: date) -> Alternative:
    """The needs by Hanlon, each with the mean of what groups said; one group's no takes it out."""
    found = needs.of_district(session, where, day)
    given: dict[str, list[NeedRating]] = {}
    for row in ratings(session, where):
        given.setdefault(row.need, []).append(row)
    rated = {
        need: Rating(
            sum(row.gravity for row in rows) / len(rows),
            sum(row.effect for row in rows) / len(rows),
            frozenset(code for row in rows for code in row.noes),
        )
        for need, rows in given.items()
    }
    return alternatives.hanlon(found.listed, found.gathered.evidence, rated, found.seed)


def matrix(session: Reading, where: Where, day: date) -> Alternative:
    """The needs by the points of the newest ordinance, or by those of the example."""
    found = needs.of_district(session, where, day)
    row = review_rules.newest(session, where)
    points = review_rules.body_of(row).needs if row else alternatives.MATRIX
    return alternatives.matrix(found.listed, found.seed, points)
