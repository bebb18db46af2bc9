"""What the store selects is what the filter means, on each store, page after page."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, box

from app.errors import Unknown
from app.gis import cql2, cql2_judge, feature_requests
from app.gis.feature_requests import CRS84, Wanted
from app.records import open_tables
from app.records.base import folded, sort_key
from app.records.imports import ImportBatch
from app.records.open_tables import TABLES, Table
from app.records.territory import Boundary, ExternalValue, Place, Settlement
from app.store.sessions import Reading, Store, Writing
from app.store.spatial import to_column
from tests.worlds import built_once

NAMES = ("San Juan", "Ñahuín", "it's 100%", "a_b", "a*b", "[x]", "SAN JUAN", "Zúñiga\\")
KINDS = {"code": "string", "name": "string", "district_code": "string", "urban": "boolean"}


@built_once
def places(store: Store) -> Store:
    """Settlements in a grid, some without a place; one region with two districts."""
    rng = np.random.default_rng(7)
    with store.writing() as session:
        for at in range(160):
            name = NAMES[at % len(NAMES)]
            spot = Point(*np.round(rng.uniform((-78, -13), (-75, -10)), 4)) if at % 20 else None
            session.add(
                Settlement(
                    code=f"{at * 7:010d}",
                    name=name,
                    search=folded(name),
                    district_code=f"10010{at % 3}",
                    urban=(None, True, False)[at % 3],
                    geom=to_column(spot) if spot else None,
                )
            )
        batch = ImportBatch(kind="indicators", file_name="x", sha256="0" * 64, state="published")
        session.add(batch)
        session.flush()
        _tree(session, batch.id)
    return store


def _tree(session: Writing, batch: int) -> None:
    above: Place | None = None
    for code, kind in (
        ("10", "region"),
        ("1001", "province"),
        ("100101", "district"),
        ("100102", "district"),
    ):
        place = Place(
            kind=kind,
            code=code,
            name=f"Lugar {code}",
            search=code,
            sort_key=sort_key(code),
            parent_id=above.id if above else None,
            valid_from=date(2015, 6, 1) if code == "100102" else None,
        )
        session.add(place)
        session.flush()
        if kind != "district":
            above = place
    for withdrawn, west in ((False, -78.0), (False, -77.0), (True, -70.0)):
        triangle = shapely.Polygon([(west, -12), (west + 1, -12), (west, -11)])
        session.add(
            Boundary(
                place_id=place.id,
                vintage=2019,
                withdrawn=withdrawn,
                geom=to_column(MultiPolygon([triangle])),
            )
        )
    for period, value in (("2023", 1.0), ("2025", 2.5)):
        session.add(
            ExternalValue(
                place_code="100102", indicator="anemia", period=period, import_id=batch, value=value
            )
        )
    session.add(
        ExternalValue(place_code="10", indicator="anemia", period="2026", import_id=batch, value=9)
    )


def selected(session: Reading, table: Table, wanted: Wanted) -> list[str]:
    """The codes of all pages, and that they are counted right."""
    found: list[str] = []
    while True:
        page = open_tables.page(
            session, table, replace(wanted, limit=37, after=found[-1] if found else "")
        )
        found += [row[0] for row in page.rows]
        if len(page.rows) < 37:
            break
    assert open_tables.count(session, table, wanted) == len(found)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "name = 'San Juan'",
        "name LIKE 'San%'",
        "name LIKE 's%'",
        "name LIKE '%_\\_b' OR name LIKE 'a*b'",
        "name LIKE '[x]'",
        "name LIKE '%100\\%'",
        "name LIKE '%\\\\'",
        "name LIKE 'a'",
        "name NOT LIKE '%a%'",
        "name IN ('Ñahuín', 'SAN JUAN')",
        "CASEI(name) LIKE CASEI('SAN%')",
        "CASEI(name) = CASEI('ñahuín')",
        "CASEI(name) IN (CASEI('ÑAHUÍN'), CASEI('San Juan'))",
        "CASEI(name) <> 'san juan'",
        "name = CASEI('San Juan')",
        "name > 'T'",
        "name <= 'San Juan'",
        "name BETWEEN 'S' AND 'T'",
        "urban = TRUE",
        "urban <> TRUE",
        "NOT urban = TRUE",
        "urban IS NULL",
        "urban IS NOT NULL AND district_code = '100101'",
        "district_code = '100100' OR NOT (code < '0000000700')",
        "geometry IS NULL",
        "geometry IS NOT NULL AND "
        "S_INTERSECTS(geometry, POLYGON((-78 -13, -75 -13, -76 -10, -78 -13)))",
        "NOT S_INTERSECTS(geometry, BBOX(-77, -12, -76, -11))",
        "S_INTERSECTS(geometry, BBOX(-77, -12, -76, -11)) OR urban = TRUE",
        "S_INTERSECTS(geometry, BBOX(-77, -12, -76, -11))",
        "TRUE",
        "FALSE",
        "NOT FALSE",
    ],
)
def test_store_selects_what_the_filter_says(places: Store, text: str) -> None:
    wanted = cql2.of_text(text, KINDS)
    with places.reading() as session:
        whole = open_tables.page(session, TABLES["settlements"], Wanted(limit=1_000))
        rows = [dict(zip(KINDS, row, strict=True)) for row in whole.rows]
        expected = cql2_judge.selected(wanted, rows, whole.shapes.tolist())
        found = selected(session, TABLES["settlements"], Wanted(filter=wanted))

    assert found == [row["code"] for row, is_in in zip(rows, expected, strict=True) if is_in]


@pytest.mark.parametrize(
    ("bbox", "crs"),
    [
        ("-77,-12,-76,-11", CRS84),
        ("-12,-77,-11,-76", "http://www.opengis.net/def/crs/EPSG/0/4326"),
        ("200000,8650000,300000,8750000", "http://www.opengis.net/def/crs/EPSG/0/32718"),
        ("-180,-90,180,90", CRS84),
        ("0,0,1,1", CRS84),
    ],
)
def test_box_selects_the_points_in_it(places: Store, bbox: str, crs: str) -> None:
    wanted = feature_requests.wanted([("bbox", bbox), ("bbox-crs", crs)], KINDS)
    with places.reading() as session:
        whole = open_tables.page(session, TABLES["settlements"], Wanted(limit=1_000))
        found = selected(session, TABLES["settlements"], wanted)

    inside = shapely.intersects(wanted.area, whole.shapes)
    assert found == [row[0] for row, is_in in zip(whole.rows, inside, strict=True) if is_in]


def test_limits_are_met_by_their_shape_and_not_by_their_box(places: Store) -> None:
    inside, corner = box(-76.9, -11.9, -76.8, -11.8), box(-76.2, -11.2, -76.1, -11.1)
    with places.reading() as session:
        assert selected(session, TABLES["districts"], Wanted(area=inside)) == ["100102"]
        assert selected(session, TABLES["districts"], Wanted(area=corner)) == []


def test_newest_limits_that_stand_are_served_and_places_without_any_too(places: Store) -> None:
    with places.reading() as session:
        found = open_tables.page(session, TABLES["districts"], Wanted())

    names = list(TABLES["districts"].columns)
    rows = [dict(zip(names, row, strict=True)) for row in found.rows]
    assert [row["code"] for row in rows] == ["100101", "100102"]
    assert (rows[1]["province"], rows[1]["region"]) == ("Lugar 1001", "Lugar 10")
    assert found.shapes[0] is None
    assert found.shapes[1].bounds == (-77, -12, -76, -11)


@pytest.mark.parametrize(
    ("datetime", "codes"),
    [
        ("2014-01-01", ["100101"]),
        ("2016-01-01", ["100101", "100102"]),
        ("../2015-06-01", ["100101", "100102"]),
        ("2015-06-02/..", ["100101", "100102"]),
    ],
)
def test_places_hold_from_their_day_on(places: Store, datetime: str, codes: list[str]) -> None:
    wanted = feature_requests.wanted([("datetime", datetime)], {})
    with places.reading() as session:
        assert selected(session, TABLES["districts"], wanted) == codes


def test_figures_are_those_of_the_newest_period_of_districts(places: Store) -> None:
    with places.reading() as session:
        periods = open_tables.newest_periods(session)
        year = (date(2025, 1, 1), date(2025, 12, 31))
        table = open_tables.figures("anemia", periods["anemia"], year)
        found = open_tables.page(session, table, Wanted())
        late = feature_requests.wanted([("datetime", "2026-01-01/..")], {})

        assert periods == {"anemia": "2025"}
        assert [(row[0], row[4]) for row in found.rows] == [("100102", 2.5)]
        assert selected(session, table, late) == []


def test_pages_by_offset_are_those_behind_a_code(places: Store) -> None:
    with places.reading() as session:
        first = open_tables.page(session, TABLES["settlements"], Wanted(limit=50))
        behind = Wanted(limit=50, offset=50, after=first.rows[-1][0])
        one = open_tables.page(session, TABLES["settlements"], behind)
        other = open_tables.page(session, TABLES["settlements"], Wanted(limit=50, offset=50))

    assert one.rows == other.rows


def test_one_is_found_by_its_code_or_refused(places: Store) -> None:
    with places.reading() as session:
        found = open_tables.one(session, TABLES["settlements"], "0000000007")
        with pytest.raises(Unknown):
            open_tables.one(session, TABLES["settlements"], "nada")

    assert found.rows[0][1] == "Ñahuín"
