"""Exports of many documents take no more memory than of few."""

import tracemalloc

from app.operations import export_files, seeding
from app.operations.form_exports import Asked
from app.records import places
from app.store.sessions import Store
from tests.bench import country, exporting
from tests.bench.country import Size

COUNT = 2_000
MOST_BYTES = 12_000_000  # two thousand documents at once would be twice as much


def test_two_thousand_documents_stream_to_csv_in_little_memory(sqlite_store: Store) -> None:
    seeding.seed(sqlite_store)
    country.settle(sqlite_store, Size(1, 4, 1, 1, 1))
    exporting.fill_documents(sqlite_store, COUNT)
    with sqlite_store.reading() as session:
        where = places.district(session, exporting.DISTRICT)
    asked = Asked("monitoring", where, ("planner",), "totals")
    few = export_files.take(sqlite_store, asked, "csv")
    next(few.parts)  # what is loaded once is no matter of how many
    few.parts.close()  # type: ignore[attr-defined]

    tracemalloc.start()
    lines = sum(part.count(b"\n") for part in export_files.take(sqlite_store, asked, "csv").parts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert lines == COUNT + 1
    assert peak < MOST_BYTES
