"""What the public may know: figures already suppressed, and texts written for it.

Nothing else is public. Figures are written when a round is published, over all rounds
published before, since what is told of one round may give away another
(``app.planning.suppression``). What stands stays: a figure cannot be called back. Sensitive
indicators are published for the district alone.

The needs are published as a text without counts: a count over the last round of each
community, less the published one of a round, would tell of a few homes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import delete
from sqlmodel import col, select

from app.errors import Conflict
from app.operations import districts, needs, standing, trail
from app.operations.figures import Indicator
from app.operations.trail import Act, Author
from app.planning import suppression
from app.planning.counts import Count, Unit
from app.planning.needs import Need
from app.planning.reasons import Reason
from app.planning.suppression import Public, Status
from app.records.aggregates import Aggregate, Publication, PublicText
from app.records.cycles import Round
from app.records.places import Where
from app.store.sessions import Reading, Writing, columns
from app.store.types import today

UNITS: Mapping[str, Unit] = {"person": "person", "home": "home", "community": "community"}
COARSE = 10  # people of a public text are told in tens

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Published:
    """How many figures of a round the public reads, and how many are kept back."""

    label: str
    published: int
    pooled: int
    suppressed: int


def labels(session: Reading, where: Where) -> list[str]:
    """The rounds of a district that may be published, the oldest first."""
    held = _held(session, where, date.max)
    return list(dict.fromkeys(row.label for row in sorted(held, key=lambda row: row.held_on)))


def publish_round(
    session: Writing, author: Author, where: Where, label: str, day: date
) -> Published:
    """Write what the public may know of a round, communities and district.

    Raises
    ------
    Conflict
        The round is public already, or nothing of it is counted.
    """
    session.hold(f"publication {where.code}")
    before = _before(session, where)
    public_labels = {name for cells in before.values() for _, name in cells}
    if label in public_labels:
        raise Conflict(
            "La ronda {label} ya está publicada.",
            remedy="Lo publicado no se cambia; publique la ronda siguiente.",
            label=label,
        )
    tables, as_of = _tables(session, where, {*public_labels, label}, day)
    if label not in as_of:
        raise Conflict(
            "La ronda {label} no tiene nada aprobado que publicar.",
            remedy="Apruebe primero las fichas de esa ronda.",
            label=label,
        )
    known = standing.indicators(session, where)
    written = _write(session, where, (tables, before, as_of), known)
    act = Act("publish round", "publication", label, where.place_id)
    trail.written(session, author, where, act)
    states = [public.status for (_, name), public in written if name == label]
    return Published(
        label, states.count("published"), states.count("pooled"), states.count("suppressed")
    )


def figures(
    session: Reading,
    where: Where,
    *,
    label: str | None = None,
    indicator: str | None = None,
) -> Sequence[Publication]:
    """The public figures of a district and its communities, or of one community."""
    wanted = select(Publication).where(Publication.place_id == where.place_id)
    if where.community_id is not None:
        wanted = wanted.where(Publication.community_id == where.community_id)
    if label is not None:
        wanted = wanted.where(Publication.round_label == label)
    if indicator is not None:
        wanted = wanted.where(Publication.indicator == indicator)
    return session.exec(wanted.order_by(col(Publication.id))).all()


def codes(session: Reading, where: Where) -> dict[int, str]:
    """Codes of the communities of a district by key."""
    return {row.id: row.code for row in standing.members(session, where, date.max)}


def publish_needs(session: Writing, author: Author, where: Where, day: date) -> PublicText:
    """Publish the needs list of a day, in words and whole percentages."""
    found = needs.of_district(session, where, day)
    simulated = needs.ranges_of(session, where, day, patient=True)
    listed = []
    for need in found.listed.ranked:
        placed = None if simulated is None else simulated.standings[need.code]
        told = _told(need, found.name(need.code))
        if placed is not None:
            told |= {"first": placed.first, "last": placed.last, "tier": placed.tier}
        listed.append(told)
    text = PublicText(
        place_id=districts.own(where),
        kind="needs",
        body={
            "day": day.isoformat(),
            "seed": found.seed,
            "points": found.weighting.mean,
            "needs": listed,
            "without_data": [found.name(each.code) for each in found.listed.without_data],
        },
    )
    session.add(text)
    trail.written(
        session, author, where, Act("publish needs", "publication", text.uuid, where.place_id)
    )
    return text


def texts(session: Reading, where: Where, kind: str | None = None) -> Sequence[PublicText]:
    """The public texts of a district, the newest first."""
    wanted = select(PublicText).where(PublicText.place_id == where.place_id)
    if kind is not None:
        wanted = wanted.where(PublicText.kind == kind)
    return session.exec(wanted.order_by(col(PublicText.id).desc())).all()


def _told(need: Need, name: str) -> dict[str, Any]:
    """A need without any count of people or homes that could be subtracted from another."""
    return {
        "place": need.place,
        "code": need.code,
        "name": name,
        "score": round(need.score),
        "gap_percent": round(100 * need.gap),
        "people_at_least": int(need.people // COARSE * COARSE),
        "communities_short": len(need.where),
        "communities_with_data": need.observed,
        "communities_missing": len(need.missing),
        "assemblies": need.assemblies,
        "named_by": need.named,
        "named_by_women": need.named_by_women,
    }


def _held(session: Reading, where: Where, day: date) -> Sequence[Any]:
    members = [row.id for row in standing.members(session, where, day)]
    return session.rows(
        columns(Round.id, Round.community_id, Round.label, Round.held_on).where(
            col(Round.community_id).in_(members)
        )
    )


Tables = dict[str, dict[Cell, Count]]


def _tables(
    session: Reading, where: Where, wanted: Iterable[str], day: date
) -> tuple[Tables, dict[str, date]]:
    """Counts by indicator, community and round, and the last date of each round."""
    wanted = set(wanted)
    members = {row.id: row.code for row in standing.members(session, where, day)}
    held = {row.id: row for row in _held(session, where, day) if row.label in wanted}
    codes = {i.id: i.code for i in standing.indicators(session, where).values()}
    tables: Tables = defaultdict(dict)
    as_of: dict[str, date] = {}
    for row in session.rows(
        columns(
            Aggregate.community_id,
            Aggregate.round_id,
            Aggregate.indicator_id,
            Aggregate.x,
            Aggregate.n,
            Aggregate.missing,
        ).where(
            col(Aggregate.community_id).in_(list(members)), col(Aggregate.round_id).in_(list(held))
        )
    ):
        found = held[row.round_id]
        cell = (members[row.community_id], found.label)
        tables[codes[row.indicator_id]][cell] = Count(row.x, row.n, row.missing)
        as_of[found.label] = max(as_of.get(found.label, found.held_on), found.held_on)
    return tables, as_of


def _before(session: Reading, where: Where) -> dict[str, dict[Cell, Public]]:
    """What is public already, as the pure rule takes it."""
    members = {row.id: row.code for row in standing.members(session, where, date.max)}
    before: dict[str, dict[Cell, Public]] = defaultdict(dict)
    for row in figures(session, where):
        place = where.code if row.community_id is None else members.get(row.community_id)
        if place is None:
            continue
        count = None if row.x is None or row.n is None else Count(row.x, row.n)
        public = Public(cast(Status, row.state), count, tuple(row.rounds), Reason(row.reason, ""))
        before[row.indicator][place, row.round_label] = public
    return before


def _write(
    session: Writing,
    where: Where,
    given: tuple[Tables, dict[str, dict[Cell, Public]], dict[str, date]],
    known: Mapping[str, Indicator],
) -> list[tuple[Cell, Public]]:
    tables, before, as_of = given
    members = {row.code: row.id for row in standing.members(session, where, date.max)}
    parents = dict.fromkeys(members, where.code)
    written: list[tuple[Cell, Public]] = []
    for code, table in sorted(tables.items()):
        unit = UNITS.get(known[code].unit, "person")
        told = suppression.publication(table, unit, parents, before.get(code))
        if known[code].sensitive:
            told = {cell: public for cell, public in told.items() if cell[0] == where.code}
        fresh = {c: p for c, p in told.items() if before.get(code, {}).get(c) != p}
        _forget(session, where, code, (before.get(code, {}).keys() & fresh, members))
        session.add_all(
            _row(where, code, cell, public, (members.get(cell[0]), as_of.get(cell[1])))
            for cell, public in fresh.items()
        )
        written += told.items()
    session.flush()
    return written


def _forget(
    session: Writing, where: Where, code: str, told: tuple[Iterable[Cell], Mapping[str, int]]
) -> None:
    """Take away what was kept back before and may now be told in a pool."""
    cells, members = told
    for place, label in cells:
        community_id = members.get(place)
        here = (
            col(Publication.community_id).is_(None)
            if community_id is None
            else col(Publication.community_id) == community_id
        )
        session.connection().execute(
            delete(Publication).where(
                col(Publication.place_id) == where.place_id,
                here,
                col(Publication.indicator) == code,
                col(Publication.round_label) == label,
            )
        )


def _row(
    where: Where, code: str, cell: Cell, public: Public, known: tuple[int | None, date | None]
) -> Publication:
    community_id, as_of = known
    return Publication(
        place_id=districts.own(where),
        community_id=community_id,
        indicator=code,
        round_label=cell[1],
        as_of=as_of or today(),
        state=public.status,
        rounds=list(public.rounds),
        x=public.count.x if public.count else None,
        n=public.count.n if public.count else None,
        reason=public.reason.code,
    )
