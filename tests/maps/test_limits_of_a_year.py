"""A figure of a year is shown on the limits of that year."""

import gzip
import json
from datetime import date

import pytest
from shapely import MultiPolygon, box
from sqlmodel import select

from app.gis import topojson_files
from app.gis.feature_requests import Wanted
from app.operations.layers import national
from app.operations.open_layers import country
from app.records import boundaries, open_tables, stamps
from app.records.imports import ImportBatch
from app.records.territory import Boundary, ExternalValue, Place
from app.store.sessions import Store
from app.store.spatial import to_column
from tests import world
from tests.http.town import Town
from tests.worlds import built_once

OTHER = "220199"
PAGE = Wanted()


def limits(width: float) -> MultiPolygon:
    return MultiPolygon([box(-76.5, -7.5, -76.5 + width, -7)])


@built_once
def ages(store: Store) -> Store:
    """A district whose limits changed twice, one that ended in 2018 and one born in 2021."""
    with store.writing() as session:
        place = world.district(session)
        for vintage, width, withdrawn in (
            (2021, 0.3, False),
            (2007, 0.1, False),
            (2017, 0.2, False),
            (2025, 0.9, True),
            (None, 0.8, False),
        ):
            session.add(
                Boundary(
                    place_id=place.id,
                    vintage=vintage,
                    withdrawn=withdrawn,
                    geom=to_column(limits(width)),
                )
            )
        gone = world.place(session, "district", OTHER, "Que fue")
        gone.valid_to = date(2018, 5, 1)
        born = world.place(session, "district", "220198", "Que nació")
        born.valid_from = date(2021, 3, 1)
        for each in (gone, born):
            session.add(Boundary(place_id=each.id, vintage=2017, geom=to_column(limits(1))))
    return store


@pytest.mark.parametrize(
    ("year", "width"),
    [(None, 0.3), (2030, 0.3), (2021, 0.3), (2020, 0.2), (2010, 0.1), (2007, 0.1), (1993, 0.8)],
)
def test_the_latest_that_are_not_newer_hold(ages: Store, year: int | None, width: float) -> None:
    with ages.reading() as session:
        (found,) = boundaries.in_force(session, code=world.UBIGEO, year=year)

    assert found.shape.bounds[2] == pytest.approx(-76.5 + width)


@pytest.mark.parametrize(
    ("period", "widths"),
    [("2018", {world.UBIGEO: 0.2}), ("2017-06", {world.UBIGEO: 0.2, OTHER: 1})],
)
def test_an_open_collection_has_the_limits_of_the_year_of_its_figures(
    ages: Store, period: str, widths: dict[str, float]
) -> None:
    with ages.writing() as session:
        batch = ImportBatch(kind="indicators", file_name="x", sha256="0" * 64, state="published")
        session.add(batch)
        session.flush()
        for code in (world.UBIGEO, OTHER, "220198"):
            told = {"place_code": code, "indicator": "anemia", "period": period}
            session.add(ExternalValue(**told, import_id=batch.id, value=1))

    with ages.reading() as session:
        days = country.days_of(period)
        found = open_tables.page(session, open_tables.figures("anemia", period, days), PAGE)
        today = open_tables.page(session, open_tables.TABLES["districts"], PAGE)

    assert wide(found) == pytest.approx(widths)
    assert wide(today) == pytest.approx({world.UBIGEO: 0.3, "220198": 1})


def wide(found: open_tables.Found) -> dict[str, float]:
    """How wide each district of a page is, in degrees."""
    shapes = zip(found.rows, found.shapes, strict=True)
    return {row[0]: shape.bounds[2] - shape.bounds[0] for row, shape in shapes}


def test_a_place_is_drawn_in_the_years_in_which_it_was(ages: Store) -> None:
    with ages.reading() as session:
        found = {
            year: {each.code for each in boundaries.in_force(session, year=year)}
            for year in (None, 2017, 2019, 2022)
        }

    assert found[None] == {world.UBIGEO, "220198"}
    assert found[2017] == {world.UBIGEO, OTHER}
    assert found[2019] == {world.UBIGEO}
    assert found[2022] == {world.UBIGEO, "220198"}


def test_the_national_map_draws_the_limits_of_the_figures(mapped: Town) -> None:
    with mapped.store.writing() as session:
        place = session.exec(select(Place).where(Place.code == world.UBIGEO)).one()
        place.fictitious = False
        for old in session.exec(select(Boundary)).all():
            old.vintage = 2021
        session.add(Boundary(place_id=place.id, vintage=2007, geom=to_column(limits(0.1))))
        batch = session.exec(select(ImportBatch)).first()
        assert batch is not None
        session.add(
            ExternalValue(
                **{"place_code": world.UBIGEO, "indicator": "pobreza", "period": "2006-2009"},
                import_id=batch.id,
                value=40.0,
                unit="%",
            )
        )
        stamps.bump(session, "territory")
    client = mapped.client()

    old = client.get("/mapa?indicador=pobreza").text
    now = client.get("/mapa").text
    with mapped.store.reading() as session:
        assert national.build(session, mapped.settings.home).year is None
    led = client.get("/api/v1/layers/districts?year=2009", follow_redirects=True)

    assert "Límites de 2007." in old
    assert "Límites de 2007." not in now
    (found,) = topojson_files.features(json.loads(led.content), "a", None)
    ring = found["geometry"]["coordinates"][0]
    assert max(x for x, _ in ring) == pytest.approx(-76.4, abs=1e-3)
    kept = list((mapped.settings.home / "cache").glob("districts-*.topojson.gz"))
    assert len(kept) == 2
    assert all(json.loads(gzip.decompress(path.read_bytes()))["arcs"] for path in kept)
