"""The two stores keep the same promises."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import shapely
from sqlalchemy import DateTime, inspect
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from app.records.tables import METADATA
from app.records.territory import Boundary, Community, Place
from app.records.trail import AuditEntry
from app.store import migrations, spatial
from app.store.sessions import Store
from app.store.types import Instant, uuid7


def a_place(code: str = "100101") -> Place:
    return Place(kind="district", code=code, name="Uno", search="uno", sort_key="uno")


def a_community(code: str, lon: float = -74.0, lat: float = -9.0) -> Community:
    return Community(
        code=code,
        name=code,
        search=code,
        sort_key=code,
        geom=spatial.to_column(shapely.Point(lon, lat)),
    )


def test_reading_session_cannot_write(store: Store) -> None:
    with store.reading() as session, pytest.raises(DBAPIError, match=r"read.?only"):
        session.add(a_place())
        session.flush()


def test_nothing_is_kept_of_a_block_that_fails(store: Store) -> None:
    with pytest.raises(KeyError), store.writing() as session:
        session.add(a_place())
        session.flush()
        raise KeyError

    with store.reading() as session:
        assert session.exec(select(Place)).all() == []


def test_instant_comes_back_aware_and_in_utc(store: Store) -> None:
    lima = datetime(2026, 11, 21, 20, 30, tzinfo=timezone(timedelta(hours=-5)))
    with store.writing() as session:
        session.add(AuditEntry(at=lima, action="x", register_code="x", subject="x"))

    with store.reading() as session:
        found = session.exec(select(AuditEntry)).one().at

    assert found == lima
    assert found.tzinfo is UTC


def test_naive_datetime_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="time zone"), store.writing() as session:
        session.add(AuditEntry(at=datetime(2026, 1, 1), action="x", register_code="x", subject="x"))
        session.flush()


def test_no_column_is_a_bare_datetime() -> None:
    bare = [
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, DateTime) and not isinstance(column.type, Instant)
    ]

    assert bare == []


def test_box_finds_what_the_index_holds_after_change_and_removal(store: Store) -> None:
    with store.writing() as session:
        near, far, gone = a_community("a"), a_community("b", -70), a_community("c")
        session.add_all([near, far, gone])
    with store.writing() as session:
        moved = session.exec(select(Community).where(Community.code == "b")).one()
        moved.geom = spatial.to_column(shapely.Point(-74.01, -9.01))
        session.delete(session.exec(select(Community).where(Community.code == "c")).one())

    with store.reading() as session:
        box = spatial.in_box(session, Community, (-74.1, -9.1, -73.9, -8.9))
        found = session.exec(select(Community.code).where(box).order_by(Community.code)).all()

    assert list(found) == ["a", "b"]


def test_area_and_distance_are_metres_on_both_stores(store: Store) -> None:
    square = shapely.MultiPolygon([shapely.box(-74, -9, -73.99, -8.99)])
    with store.writing() as session:
        place = a_place()
        session.add(place)
        session.flush()
        session.add(Boundary(place_id=place.id, geom=spatial.to_column(square)))
        session.add_all([a_community("a", -74, -9), a_community("b", -74, -9.01)])

    one = select(Community.geom).where(Community.code == "a").scalar_subquery()
    other = select(Community.geom).where(Community.code == "b").scalar_subquery()
    with store.reading() as session:
        area = session.exec(select(spatial.area_m2(Boundary.geom))).one()
        distance = session.exec(select(spatial.distance_m(one, other))).one()

    # Reference: geodesic computations on the WGS84 ellipsoid.
    assert area == pytest.approx(1_216_450, rel=1e-3)
    assert distance == pytest.approx(1_106.01, rel=1e-4)


def test_migrations_go_up_down_and_up_again_with_data(store_url: str) -> None:
    store = Store(store_url)
    with store.writing() as session:
        session.add(a_place())
    store.close()

    migrations.downgrade(store_url, "base")
    migrations.upgrade(store_url, METADATA)

    assert migrations.revision(store_url) == migrations.head()


def test_models_and_schema_do_not_drift(store: Store) -> None:
    found = {
        table: {column["name"] for column in inspect(store.read_engine).get_columns(table)}
        for table in METADATA.tables
    }

    assert found == {t.name: {c.name for c in t.columns} for t in METADATA.sorted_tables}


def test_uuid7_sorts_by_time_and_says_its_version() -> None:
    first, second = uuid7(), uuid7()

    assert first.version == second.version == 7
    assert first.int >> 80 <= second.int >> 80
    assert abs((first.int >> 80) / 1000 - datetime.now(UTC).timestamp()) < 5


def test_dates_stay_dates(store: Store) -> None:
    with store.writing() as session:
        place = a_place()
        place.valid_from = date(2007, 1, 1)
        session.add(place)

    with store.reading() as session:
        assert session.exec(select(Place.valid_from)).one() == date(2007, 1, 1)
