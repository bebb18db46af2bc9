"""A hundred thousand approved documents go out as CSV: how much memory that takes, how long.

The documents are put straight into the tables, as the intake would have left them.
"""

import http.client
import json
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel, col

from app.operations import instruments
from app.records.cycles import Round
from app.records.intake import Derivation, Entry, Form, Payload
from app.records.places import EVERYWHERE
from app.store import bulk
from app.store.sessions import Store, Writing, columns
from app.store.types import uuid7
from tests.bench import country, stores
from tests.bench.country import Size
from tests.bench.serving import Server, serving
from tests.bench.table import Goal, Row

COMMUNITIES, PRACTICES, PART = 40, 5, 5_000
DISTRICT = country.district(1)
PATH = f"/api/v1/districts/{DISTRICT}/sheets/monitoring/export?format=csv"
MOST_MB = 300
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def rows(full: bool) -> Iterator[Row]:
    """Peak memory of the serving process, and how many documents a second leave it."""
    count = 100_000 if full else 2_000
    size = Size(1, COMMUNITIES, 1, 1, 1)
    for kind in stores.kinds():

        def fill(store: Store) -> None:
            country.settle(store, size)
            fill_documents(store, count)

        made_by = (Path(__file__), Path(country.__file__))
        bed = stores.kept(kind, f"export_{count}_{size}", made_by, fill)
        with stores.copy_of(bed, "export") as copy, serving(copy.url) as server:
            documents = _streamed(server, PATH)
            practices = _streamed(server, f"{PATH}&table=practices")
            peak = _peak_mb(server)
        if documents[0] != count or practices[0] != count * PRACTICES:
            raise AssertionError(f"{documents[0]} documents and {practices[0]} rows of {count}")
        name = f"export of {count:,} documents to CSV, {kind}"
        yield Row(f"{name}: documents", "documents/s", [count / documents[1]])
        yield Row(f"{name}: their rows", "rows/s", [practices[0] / practices[1]])
        if peak is not None:
            yield Row(f"{name}: peak memory", "MB", [peak], (), Goal("<", MOST_MB))


def fill_documents(store: Store, count: int) -> None:
    """So many approved monitoring documents of the communities that are there."""
    with store.writing() as session:
        codes = [code for code, _ in instruments.choices(session, EVERYWHERE, "practices")]
        version = str(instruments.current(session, "monitoring").version)
        rounds = session.rows(
            columns(Round.id, Round.community_id, Round.cycle_id).order_by(col(Round.id))
        )
        for start in range(0, count, PART):
            numbers = range(start, min(start + PART, count))
            _write(session, numbers, [tuple(row) for row in rounds], (codes, version))


def _write(
    session: Writing,
    numbers: range,
    rounds: list[tuple[int, ...]],
    about: tuple[list[str], str],
) -> None:
    codes, version = about
    uuids = [uuid7() for _ in numbers]
    where = [rounds[number % len(rounds)] for number in numbers]
    at = [_BEGIN + timedelta(seconds=number) for number in numbers]
    entries = bulk.new_ids(session, _table(Entry), len(numbers))
    _insert(
        session,
        Entry,
        ("id", "uuid", "kind", "instrument", "version", "form_uuid", "community_id", "way",
         "device", "salt", "digest", "at"),
        [
            (entry, uuid7(), "submission", "monitoring", version, uuid, place[1], "seed", "",
             secrets.token_hex(16), secrets.token_hex(32), when)
            for entry, uuid, place, when in zip(entries, uuids, where, at, strict=True)
        ],
    )  # fmt: skip
    bodies = [(e, _body(codes, n)) for e, n in zip(entries, numbers, strict=True)]
    _insert(session, Payload, ("entry_id", "body", "erased_reason"), [(*b, "") for b in bodies])
    derived = [(entry, "derived", [], when) for entry, when in zip(entries, at, strict=True)]
    _insert(session, Derivation, ("entry_id", "state", "problems", "at"), derived)
    forms = bulk.new_ids(session, _table(Form), len(numbers))
    _insert(
        session,
        Form,
        ("id", "uuid", "instrument", "version", "community_id", "cycle_id", "round_id",
         "entry_id", "state", "revision", "sent_at", "reason"),
        [
            (form, uuid, "monitoring", version, place[1], place[2], place[0], entry, "approved",
             2, when, "")
            for form, uuid, place, entry, when in zip(
                forms, uuids, where, entries, at, strict=True
            )
        ],
    )  # fmt: skip


def _table(model: type[SQLModel]) -> Any:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _insert(
    session: Writing, model: type[SQLModel], names: tuple[str, ...], values: list[Any]
) -> None:
    bulk.insert(session, _table(model), names, values)


def _body(codes: list[str], number: int) -> bytes:
    practices = [
        {"practice": codes[(number + each) % len(codes)], "n": 31, "x": number % 31, "missing": 1}
        for each in range(PRACTICES)
    ]
    answers = {
        "date": "2026-03-10",
        "homes_visited": 31,
        "practices": practices,
        "remarks": f"Lo que se conversó en la asamblea número {number}",
    }
    return json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _streamed(server: Server, path: str) -> tuple[int, float]:
    """Lines under the heading that a person gets, and the seconds until the last."""
    began = time.perf_counter()
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=900)
    link.request("GET", path, headers={"Authorization": f"Bearer {country.TOKEN}"})
    answer = link.getresponse()
    if answer.status != 200:
        raise AssertionError(f"{path} answered {answer.status}: {answer.read(400)!r}")
    lines = 0
    while part := answer.read(1 << 16):
        lines += part.count(b"\n")  # a part may end between the two signs of a line
    link.close()
    return lines - 1, time.perf_counter() - began


def _peak_mb(server: Server) -> float | None:
    """The most memory that the process ever held, in millions of bytes, where it is told."""
    status = Path(f"/proc/{server.pid}/status")
    if not status.exists():
        return None
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) * 1024 / 1e6
