"""Bulk writing gives on both stores what row by row would give."""

from datetime import date

import numpy as np
import shapely
from sqlalchemy import text
from sqlmodel import SQLModel, select

from app.records.imports import ImportBatch
from app.records.practices import Answer
from app.records.territory import Belonging, Community, Place
from app.store import bulk, spatial
from app.store.functions import ewkb
from app.store.sessions import Store
from app.store.types import now, uuid7
from tests import world

ANSWERS = SQLModel.metadata.tables["answer"]
COMMUNITIES = SQLModel.metadata.tables["community"]
BELONGINGS = SQLModel.metadata.tables["belonging"]
NAMES = ("id", "uuid", "code", "kind", "name", "search", "sort_key", "language", "population")
KEY = ("department", "round_id", "family_id", "person", "practice_id")


def answers(count: int) -> dict[str, np.ndarray]:
    """So many answers of one round, every third without an age."""
    numbers = np.arange(count, dtype=np.int64)
    return {
        "department": np.full(count, 10),
        "round_id": np.full(count, 3_000_000_000),
        "family_id": numbers + 1,
        "person": np.zeros(count, dtype=np.int64),
        "practice_id": numbers % 7,
        "age_months": np.ma.array(numbers % 60, mask=numbers % 3 == 0),
        "value": numbers % 4,
        "verified": numbers % 2,
        "batch_id": np.full(count, 5),
        "row": numbers + 2,
    }


def test_numbers_come_back_as_they_went_in(store: Store) -> None:
    given = answers(1000)

    with store.writing() as session:
        bulk.insert_numbers(session, ANSWERS, given)

    with store.reading() as session:
        rows = session.exec(select(Answer).order_by(Answer.family_id)).all()  # type: ignore[arg-type]
    assert len(rows) == 1000
    assert [row.age_months for row in rows[:4]] == [None, 1, 2, None]
    assert all(row.round_id == 3_000_000_000 and row.form_id is None for row in rows)
    assert [row.value for row in rows] == given["value"].tolist()


def test_rows_are_deleted_by_their_whole_key(store: Store) -> None:
    given = answers(10)
    with store.writing() as session:
        bulk.insert_numbers(session, ANSWERS, given)

    with store.writing() as session:
        gone = {name: given[name][:4] for name in KEY}
        bulk.delete_keys(session, ANSWERS, {**gone, "practice_id": gone["practice_id"] + 1})
        bulk.delete_keys(session, ANSWERS, gone)

    with store.reading() as session:
        left = session.rows(text("SELECT family_id FROM answer ORDER BY family_id"))
    assert [row[0] for row in left] == [5, 6, 7, 8, 9, 10]


def test_rows_with_shapes_are_inserted_found_by_their_box_and_moved(store: Store) -> None:
    with store.writing() as session:
        ids = bulk.new_ids(session, COMMUNITIES, 2)
        points = [shapely.Point(-76.5, -9.5), None]
        rows = [
            (i, uuid7(), f"C{n}", "anexo", f"Ñ{n}", "x", "x", "es", None, ewkb(p) if p else None)
            for n, (i, p) in enumerate(zip(ids, points, strict=True))
        ]
        bulk.insert(session, COMMUNITIES, (*NAMES, "geom"), rows)
        spatial.index_rows(session.connection(), "community", ids, points)
        bulk.update(session, COMMUNITIES, ("name", "population"), [(ids[1], "Otra", 12)])

    with store.reading() as session:
        near = spatial.in_box(session, Community, (-77, -10, -76, -9))
        found = session.exec(select(Community).where(near)).all()
        other = session.get_one(Community, ids[1])
    assert [(row.code, row.name) for row in found] == [("C0", "Ñ0")]
    assert spatial.from_column(found[0].geom) == points[0]
    assert (other.name, other.population, other.geom) == ("Otra", 12, None)


def test_dates_and_json_are_written_as_their_columns_keep_them(store: Store) -> None:
    batches = SQLModel.metadata.tables["import_batch"]
    with store.writing() as session:
        place = world.district(session)
        community = world.community(session, place, "C1", at=None)
        batch_id = bulk.new_ids(session, batches, 1)[0]
        bulk.insert(
            session,
            batches,
            ("id", "uuid", "kind", "file_name", "sha256", "state", "at", "rows", "options",
             "report"),
            [(batch_id, uuid7(), "places", "a", "b", "previewed", now(), 0, {"é": [1]}, {})],
        )  # fmt: skip
        belonging_id = bulk.new_ids(session, BELONGINGS, 1)[0]
        bulk.insert(
            session,
            BELONGINGS,
            ("id", "uuid", "community_id", "place_id", "valid_from"),
            [(belonging_id, uuid7(), community.id, place.id, date(2020, 1, 2))],
        )

    with store.reading() as session:
        assert session.get_one(Belonging, belonging_id).valid_from == date(2020, 1, 2)
        assert session.get_one(ImportBatch, batch_id).options == {"é": [1]}


def test_new_keys_are_nobodys(store: Store) -> None:
    with store.writing() as session:
        place = world.district(session)
        ids = bulk.new_ids(session, SQLModel.metadata.tables["place"], 3)

    with store.reading() as session:
        taken = {row[0] for row in session.rows(select(Place.id))}
    assert place.id in taken
    assert not taken & set(ids)
    assert len(set(ids)) == 3


def test_nothing_is_written_where_there_is_nothing(store: Store) -> None:
    with store.writing() as session:
        bulk.insert_numbers(session, ANSWERS, answers(0))
        bulk.delete_keys(session, ANSWERS, {name: answers(0)[name] for name in KEY})
        bulk.update(session, COMMUNITIES, ("name",), [])

        assert bulk.new_ids(session, COMMUNITIES, 0) == []
