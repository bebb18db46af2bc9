"""Count what was approved: the aggregates of a community's round, always the same way.

Everything of a (community, round) is counted anew, from approved or locked forms alone,
so counting after each change gives what counting it all at the end would give. The round
is locked before its answers are read; two writers of one round wait for each other, and
the second sees what the first left.

Household lines outrank a typed total and are never added to it; the total that stood
beside them is kept to show the difference. Of several typed totals the last approved
counts. An indicator whose age band is not that of its practices is counted from lines of
known age alone; without them it has no row ("no se sabe"). Source: decisions 7 to 9 of
the design.

Set-based: a handful of statements for any number of rounds. Call it once in a transaction,
with all the rounds it touched, since rounds are locked in their order and stamps last.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from threading import Event
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import col, select

from app.operations import practice_counts, register_counts
from app.operations.practice_counts import Feed
from app.operations.register_counts import Held, Ruled
from app.records import stamps
from app.records.aggregates import Aggregate
from app.records.cycles import Cycle, Round
from app.records.territory import Belonging, Place
from app.store.sessions import Reading, Store, Writing, columns

AT_ONCE = 200  # rounds a statement: what they answered still sorts within a processor's cache

Pair = tuple[int, int]


def recompute(session: Writing, community_id: int, round_id: int | None = None) -> None:
    """Count one round of a community anew; without a round, all its rounds that still move.

    A form that belongs to no round (a council, a diagnosis, a family's consent) may change
    each of them.
    """
    wanted = select(Round.id).where(Round.community_id == community_id)
    if round_id is None:
        wanted = wanted.where(col(Round.locked_at).is_(None))
    else:
        wanted = wanted.where(Round.id == round_id)
    recompute_many(session, [(community_id, found) for found in session.exec(wanted).all()])


def recompute_many(session: Writing, pairs: Iterable[Pair]) -> None:
    """Count many (community, round) anew, and say that their districts changed."""
    pairs = sorted(set(pairs))
    if not pairs:
        return
    session.flush()
    for part in _parts(sorted(round_id for _, round_id in pairs)):
        _lock(session, part)
    feeds, ruled = practice_counts.feeds(session), register_counts.ruled(session)
    for part in _parts([round_id for _, round_id in pairs]):
        _count(session, part, feeds, ruled)
    changed(session, sorted({community for community, _ in pairs}))


def changed(session: Writing, communities: Sequence[int]) -> None:
    """Say that the districts of these communities changed: every cache looks again.

    For a change that touches no round, as a diagnosis before the first one.
    """
    stamps.bump(session, *_districts(session, communities))


def recompute_all(store: Store, report: Callable[[int, int], None], *, locked: bool = False) -> int:
    """Count every round anew, so many at a time; returns how many.

    A locked round moves no more, so it is left as it was locked unless asked for. Parts are
    counted side by side where the store gains from that: they share no round, and the stamps
    that they share are taken last and in one order. What fails leaves the parts that are done.
    """
    with store.reading() as session:
        wanted = columns(Round.community_id, Round.id).order_by(
            col(Round.community_id), col(Round.id)
        )
        if not locked:
            wanted = wanted.where(col(Round.locked_at).is_(None))
        pairs: list[Pair] = [(row[0], row[1]) for row in session.rows(wanted)]

    failed = Event()

    def counted(part: list[Pair]) -> int:
        if failed.is_set():  # the parts stand in line already
            return 0
        try:
            with store.writing() as session:
                recompute_many(session, part)
        except BaseException:
            failed.set()
            raise
        return len(part)

    done = 0
    with ThreadPoolExecutor(store.writers) as hands:
        for count in hands.map(counted, _parts(pairs)):
            done += count
            report(done, len(pairs))
    return done


def _parts(items: Sequence[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def _lock(session: Writing, rounds: Sequence[int]) -> None:
    # Not the stronger lock: it would wait for whoever only refers to the round.
    session.rows(
        columns(Round.id)
        .where(col(Round.id).in_(rounds))
        .order_by(col(Round.id))
        .with_for_update(key_share=True)
    )


def _count(session: Writing, rounds: Sequence[int], feeds: Sequence[Feed], ruled: Ruled) -> None:
    held = [
        Held(row.id, row.community_id, row.held_on, row.locked_at, row.starts_on)
        for row in session.rows(
            columns(Round.id, Round.community_id, Round.held_on, Round.locked_at, Cycle.starts_on)
            .join(Cycle, col(Cycle.id) == Round.cycle_id)
            .where(col(Round.id).in_(rounds))
        )
    ]
    communities = sorted({each.community_id for each in held})
    connection = session.connection()
    connection.execute(
        delete(Aggregate).where(
            col(Aggregate.community_id).in_(communities), col(Aggregate.round_id).in_(rounds)
        )
    )
    if feeds:
        tables = practice_counts.Tables(session, rounds, communities, feeds)
        for found in (tables.lines(), tables.totals()):
            connection.execute(insert(Aggregate).from_select(practice_counts.NAMES, found))
    rows = register_counts.rows(session, held, ruled)
    if rows:
        connection.execute(insert(Aggregate), rows)


def _districts(session: Reading, communities: Sequence[int]) -> list[str]:
    names: set[str] = set()
    for part in _parts(communities):
        rows = session.rows(
            columns(col(Place.code))
            .join(Belonging, col(Belonging.place_id) == Place.id)
            .where(col(Belonging.community_id).in_(part), col(Belonging.valid_to).is_(None))
            .distinct()
        )
        names |= {f"district:{row[0]}" for row in rows}
    return sorted(names)
