"""Household answers by the file, held against a bare load of the same file.

Ours: ``importing.preview`` and ``importing.publish``, as ``sismuni import answers FILE``
calls them: received, checked, shown, checked again, written with its trail, its intake entry
and the aggregates of every round, committed. Bare: the same file into a table of the same
shape by the fastest path of the store, and nothing else.
"""

import csv
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url
from sqlmodel import func, select

from app.operations import importing, trail
from app.operations.importing import Wish
from app.records.aggregates import Aggregate
from app.records.practices import NO, UNKNOWN, YES, Answer
from app.settings import Settings
from app.store.sessions import Store
from tests.bench import country, small_writer, stores
from tests.bench.country import Size
from tests.bench.stores import FOLDER, SQLITE, Bed
from tests.bench.table import Goal, Row

HEAD = ("comunidad", "ronda", "hogar", "persona", "practica", "valor", "verificado", "edad_meses")
# What an answer is keyed by, as the file names it; the department is in the community's code.
KEY = ("comunidad", "ronda", "hogar", "persona", "practica")
TEXTS = {"comunidad", "ronda", "hogar", "practica"}


def rows(full: bool) -> Iterator[Row]:
    """Speed, longest wait of another writer, and bytes an answer, on each store."""
    size = Size(5, 40, 200, 1, 25) if full else Size(2, 5, 40, 1, 25)
    for kind in stores.kinds():
        made_by = (Path(country.__file__),)
        bed = stores.kept(kind, f"empty_{size}", made_by, lambda store: country.settle(store, size))
        file = _file(bed, size)
        ours, bare, per_answer = [], [], []
        for _ in range(3):
            bare.append(size.answers / _bare(bed, file))
            took, grew = _ours(bed, file, size)
            ours.append(size.answers / took)
            per_answer.append(grew / size.answers)
        goal = Goal(">=", 0.5, of_ratio=True)
        yield Row(f"answers import, {size.answers:,} rows, {kind}", "rows/s", ours, bare, goal)
        yield Row(f"bytes an answer, all that the import left, {kind}", "bytes", per_answer)
        waited = [_waiting(bed, file) * 100_000 / size.answers]
        name = f"longest wait of a writer, a 100,000 rows imported, {kind}"
        yield Row(name, "s", waited, (), Goal("<=", 2))


def _file(bed: Bed, size: Size) -> Path:
    """A file of answers, home by home, as a form's export has them."""
    path = FOLDER / f"answers_{size}.csv"
    store = Store(bed.url)
    with store.reading() as session:
        asked = country.practices(session, size.practices)
    store.close()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for code, home in _homes(size):
            writer.writerows(_answers(code, home, asked))
    return path


def _homes(size: Size) -> Iterator[tuple[str, int]]:
    for district in range(1, size.districts + 1):
        for community in range(1, size.communities + 1):
            for home in range(1, size.families + 1):
                yield country.community(country.district(district), community), home


def _answers(code: str, home: int, asked: list[tuple[int, str, str]]) -> Iterator[tuple[Any, ...]]:
    for place, (_, practice, unit) in enumerate(asked):
        personal = unit != "home"
        drawn = (home * 31 + place * 17 + int(code)) % 100
        value = UNKNOWN if drawn < 4 else YES if drawn < 60 else NO
        age = (home * 7 + place) % 60 if personal else ""
        yield (
            *(code, country.label(1), country.family(home), int(personal), practice),
            *(value, drawn % 3, age),
        )


def _bare(bed: Bed, file: Path) -> float:
    """Seconds from the file to committed, of a program that does nothing else."""
    with stores.copy_of(bed, "bare") as copy:
        load = _bare_sqlite if copy.kind == SQLITE else _bare_postgresql
        with load(copy, file) as go:
            began = time.perf_counter()
            go()
            return time.perf_counter() - began


def _table(ending: str) -> str:
    columns = ", ".join(f"{name} {'text' if name in TEXTS else 'smallint'}" for name in HEAD)
    return f"CREATE TABLE bare ({columns}, PRIMARY KEY ({', '.join(KEY)})) {ending}"


@contextmanager
def _bare_sqlite(copy: Bed, file: Path) -> Iterator[Callable[[], None]]:
    """One ``executemany`` in one transaction, as durable as ours."""
    connection = sqlite3.connect(copy.path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(_table("WITHOUT ROWID"))

    def go() -> None:
        connection.execute("BEGIN IMMEDIATE")
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.reader(lines)
            next(reader)
            marks = ", ".join("?" * len(HEAD))
            connection.executemany(f"INSERT INTO bare VALUES ({marks})", reader)
        connection.execute("COMMIT")

    try:
        yield go
    finally:
        connection.close()


@contextmanager
def _bare_postgresql(copy: Bed, file: Path) -> Iterator[Callable[[], None]]:
    """One COPY in one transaction."""
    with psycopg.connect(_plain(copy)) as connection:
        connection.execute(_table(""))
        connection.commit()

        def go() -> None:
            copying = "COPY bare FROM STDIN (FORMAT csv, HEADER)"
            with (
                connection.cursor() as cursor,
                file.open("rb") as lines,
                cursor.copy(copying) as sink,
            ):
                while block := lines.read(1_000_000):
                    sink.write(block)
            connection.commit()

        yield go


def _plain(bed: Bed) -> str:
    url = make_url(bed.url).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def _ours(bed: Bed, file: Path, size: Size) -> tuple[float, int]:
    """Seconds from the file to committed with aggregates; bytes by which the store grew."""
    with stores.copy_of(bed, "ours") as copy:
        began = time.perf_counter()
        _import(copy, file)
        took = time.perf_counter() - began
        _refuse_half(copy, size)
        return took, copy.size() - bed.size()


def _import(copy: Bed, file: Path) -> None:
    settings = Settings(home=FOLDER / "home", database_url=copy.url)
    store = Store(copy.url, 2)
    try:
        with file.open("rb") as stream:
            wish = Wish("answers", file.name)
            batch = importing.preview(store, settings, trail.SYSTEM, wish, stream)
        importing.publish(store, settings, trail.SYSTEM, batch.uuid)
    finally:
        store.close()


def _refuse_half(copy: Bed, size: Size) -> None:
    """A fast import of less than the file is no import."""
    store = Store(copy.url)
    with store.reading() as session:
        answers = session.exec(select(func.count()).select_from(Answer)).one()
        known = session.exec(select(func.sum(Aggregate.n + Aggregate.missing))).one()
    if store.is_sqlite:
        stores.settle(store)
    store.close()
    if answers != size.answers or not known:
        raise AssertionError(f"{answers} answers and {known} counted, of {size.answers}")


def _waiting(bed: Bed, file: Path) -> float:
    """The longest that another process waited to commit one small write during an import."""
    with stores.copy_of(bed, "waiting") as copy, small_writer.writing(copy.url) as waits:
        _import(copy, file)
    return max(waits)
