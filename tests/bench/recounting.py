"""Counting ten million answers anew, beside the store's own bare grouping of them.

The bare statement sums what an aggregate keeps (yes, known, missing, verified) by round and
practice into a table, in the same file and the same run. Counting anew does what the house
asks as well: approved forms alone, ages, homes, typed totals, registers, and the stamps of
every district. DuckDB, made for such sums, groups a copy of its own, for the sake of knowing.
"""

import time
from collections.abc import Iterator

import duckdb
import pandas
from sqlalchemy import text

from app.operations import counts
from app.store.sessions import Reading, Store
from tests.bench import nation, stores
from tests.bench.table import Goal, Row

TURNS = 3
NAMES = ["round_id", "practice_id", "value", "verified"]
MOST = 1.5
SUMS = (
    "SELECT round_id, practice_id,"
    " SUM(CASE WHEN value = 1 THEN 1 ELSE 0 END) AS x,"
    " SUM(CASE WHEN value IN (0, 1) THEN 1 ELSE 0 END) AS n,"
    " SUM(CASE WHEN value = 3 THEN 1 ELSE 0 END) AS missing,"
    " SUM(CASE WHEN value IN (0, 1) AND verified <> 0 THEN 1 ELSE 0 END) AS verified"
    " FROM answer GROUP BY round_id, practice_id"
)


def rows(full: bool) -> Iterator[Row]:
    """How long each takes, on each store, and that both counted the same."""
    for kind in stores.kinds():
        bed = nation.made(kind, full)
        with stores.copy_of(bed, "recounting") as copy:
            store = Store(copy.url)
            ours, bare = [], []
            for _ in range(TURNS):
                ours.append(_ours(store))
                bare.append(_bare(store))
            _compare(store)
            ducks = _duck(store)
            store.close()
        name = f"counting all answers anew, {kind}"
        yield Row(name, "s", ours, bare, Goal("<=", MOST, of_ratio=True))
        yield Row(f"{name}: DuckDB groups a copy", "s", [ducks])


def _ours(store: Store) -> float:
    began = time.perf_counter()
    counts.recompute_all(store, lambda _done, _of: None, locked=True)
    return time.perf_counter() - began


def _bare(store: Store) -> float:
    with store.writing() as session:
        connection = session.connection()
        connection.execute(text("DROP TABLE IF EXISTS bare_sum"))
        connection.execute(
            text(
                "CREATE TABLE bare_sum (round_id BIGINT, practice_id INTEGER, x INTEGER,"
                " n INTEGER, missing INTEGER, verified INTEGER,"
                " PRIMARY KEY (round_id, practice_id))"
            )
        )
    began = time.perf_counter()
    with store.writing() as session:
        session.connection().execute(text(f"INSERT INTO bare_sum {SUMS}"))
    return time.perf_counter() - began


def _compare(store: Store) -> None:
    """Both say the same of practices that are an indicator each, whatever the age.

    Raises
    ------
    AssertionError
        They do not.
    """
    with store.reading() as session:
        strange = _number(
            session,
            "SELECT COUNT(*) FROM aggregate a"
            " JOIN indicator i ON i.id = a.indicator_id AND i.computed_by = 'practices'"
            " JOIN practice p ON p.code = i.code"
            " JOIN bare_sum b ON b.round_id = a.round_id AND b.practice_id = p.id"
            " WHERE a.source = 'lines' AND (a.x <> b.x OR a.n <> b.n"
            " OR a.missing <> b.missing OR a.verified <> b.verified)",
        )
        compared = _number(
            session,
            "SELECT COUNT(*) FROM aggregate a JOIN indicator i ON i.id = a.indicator_id"
            " AND i.computed_by = 'practices' JOIN practice p ON p.code = i.code"
            " JOIN bare_sum b ON b.round_id = a.round_id AND b.practice_id = p.id",
        )
    if strange or not compared:
        raise AssertionError(f"{strange} of {compared} sums differ")


def _number(session: Reading, sql: str) -> int:
    return int(session.connection().execute(text(sql)).scalar_one())


def _duck(store: Store) -> float:
    """Seconds of DuckDB for the same sums of the same answers, once it holds them."""
    wanted = text("SELECT round_id, practice_id, value, verified FROM answer")
    with store.reading() as session, duckdb.connect() as duck:
        duck.execute(
            "CREATE TABLE answer (round_id BIGINT, practice_id INTEGER,"
            " value TINYINT, verified TINYINT)"
        )
        found = session.connection().execution_options(stream_results=True).execute(wanted)
        for part in found.partitions(1_000_000):
            held = pandas.DataFrame(part, columns=NAMES)
            duck.execute("INSERT INTO answer SELECT * FROM held")
            del held
        began = time.perf_counter()
        duck.execute(f"CREATE TABLE bare_sum AS {SUMS}")
        return time.perf_counter() - began
