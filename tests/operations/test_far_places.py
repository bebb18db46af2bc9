"""Places outside their district are told with their distance, and nothing is refused."""

from copy import deepcopy
from typing import Any

import shapely
from sqlmodel import select

from app.operations import far_places, instruments
from app.operations.far_places import Far
from app.records.boundaries import Boundary
from app.records.territory import Place
from app.store.spatial import to_column
from tests.town import Town, a_diagnosis


def found(town: Town, *points: tuple[float, float]) -> list[Far]:
    """What is told of a diagnosis whose problems lie at these longitudes and latitudes."""
    raw: Any = deepcopy(a_diagnosis())
    problem = raw["problems"][0]
    places = [{"type": "Point", "coordinates": list(at)} for at in points]
    raw["problems"] = [{**problem, "place": place} for place in places]
    with town.store.reading() as session:
        instrument = instruments.current(session, "diagnosis")
        return far_places.of_document(session, town.where, instrument, raw)


def with_limits(town: Town) -> None:
    """A district of one degree."""
    with town.store.writing() as session:
        place = session.exec(select(Place).where(Place.code == town.where.code)).one()
        square = shapely.multipolygons([shapely.box(-76, -10, -75, -9)])
        session.add(Boundary(place_id=place.id, geom=to_column(square)))


def test_only_what_lies_well_outside_is_told(town: Town) -> None:
    with_limits(town)

    told = found(town, (-75.5, -9.5), (-74.99, -9.5), (-74.9, -9.5), (75.5, 9.5))

    assert [far.row for far in told] == [3, 4]
    assert round(told[0].km) == 11
    assert told[1].km > 10_000


def test_where_no_limits_are_loaded_nothing_is_told(town: Town) -> None:
    assert found(town, (75.5, 9.5)) == []
