"""Which place of the gazetteer a community is: offered by name and distance, then decided."""

import pytest
from shapely import Point
from sqlmodel import col, select

from app.errors import Conflict, Invalid, Unknown
from app.operations import place_matches
from app.operations.place_matches import Offered
from app.operations.trail import SYSTEM
from app.records import places, stamps
from app.records.base import folded
from app.records.place_matches import PlaceMatch
from app.records.places import Where
from app.records.territory import Settlement
from app.store.sessions import Reading, Store, Writing
from app.store.spatial import to_column
from tests import world
from tests.worlds import built_once

TWIN = f"{world.UBIGEO}0001"


def a_place(session: Writing, number: int, name: str, at: tuple[float, float]) -> None:
    """A populated place of the district."""
    session.add(
        Settlement(
            code=f"{world.UBIGEO}{number:04}",
            name=name,
            search=folded(name),
            district_code=world.UBIGEO,
            geom=to_column(Point(at)),
        )
    )


@built_once
def town(store: Store) -> Store:
    """Three communities: one on a place of its name, one elsewhere, one with INEI's own code."""
    with store.writing() as session:
        of = world.district(session)
        for code, name, at in (
            ("A", "Wakaybamba", (-76.5, -7.0)),
            ("B", "Nueva Esperanza", (-76.6, -7.1)),
            (f"{world.UBIGEO}0003", "Palca", (-76.4, -7.1)),
        ):
            world.community(session, of, code, at=at).name = name
        a_place(session, 1, "HUACAYBAMBA", (-76.501, -7.0))
        a_place(session, 2, "TINGO", (-76.9, -7.4))
        a_place(session, 3, "PALCA", (-76.4, -7.1))
        stamps.bump(session, f"district:{world.UBIGEO}")
    return store


def here(session: Reading) -> Where:
    return places.district(session, world.UBIGEO)


def seen(store: Store) -> dict[str, Offered]:
    """What is offered, by community."""
    with store.reading() as session:
        found = place_matches.of_district(session, here(session))
    return {each.community.code: each for each in found}


def test_the_likeliest_place_is_offered_and_nothing_is_joined_by_itself(town: Store) -> None:
    found = seen(town)

    (candidate,) = found["A"].candidates
    assert (candidate.place.code, candidate.word) == (TWIN, "sure")
    assert 100 < (candidate.distance_m or 0) < 120
    assert found["A"].match is None
    assert found["B"].candidates == ()
    own = found[f"{world.UBIGEO}0003"]
    assert (own.own, own.place and own.place.name, own.candidates) == (True, "PALCA", ())


def test_a_decision_holds_what_was_shown_and_can_be_taken_back(town: Store) -> None:
    with town.writing() as session:
        place_matches.accept(session, SYSTEM, here(session), {"A": TWIN, "B": ""})
    decided = seen(town)
    with town.writing() as session:
        with pytest.raises(Invalid):
            place_matches.undo(session, SYSTEM, here(session), "A", " ")
        place_matches.undo(session, SYSTEM, here(session), "A", "Es otro caserío")

    assert decided["A"].place == next(c for c in [seen(town)["A"].candidates[0].place])
    assert ((decided["A"].match and decided["A"].match.confidence) or 0) > 0.9
    assert (decided["B"].place, decided["B"].match is not None) == (None, True)
    assert seen(town)["A"].match is None
    with town.reading() as session:
        rows = session.exec(select(PlaceMatch).order_by(col(PlaceMatch.id))).all()
    assert [row.reason for row in rows] == ["Es otro caserío", ""]
    with town.writing() as session:  # and decided again
        place_matches.accept(session, SYSTEM, here(session), {"A": TWIN})


@pytest.mark.parametrize(
    ("picks", "refusal"),
    [
        ({}, Invalid),
        ({"A": TWIN, "B": TWIN}, Invalid),
        ({"Z": TWIN}, Unknown),
        ({"A": "1001010001"}, Unknown),
        ({"A": f"{world.UBIGEO}0003"}, Conflict),
        ({f"{world.UBIGEO}0003": TWIN}, Conflict),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_kept(
    town: Store, picks: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), town.writing() as session:
        place_matches.accept(session, SYSTEM, here(session), picks)

    assert not any(each.match for each in seen(town).values())


def test_a_community_is_decided_once(town: Store) -> None:
    with town.writing() as session:
        place_matches.accept(session, SYSTEM, here(session), {"A": TWIN})

    for picks in ({"A": TWIN}, {"B": TWIN}):
        with pytest.raises(Conflict), town.writing() as session:
            place_matches.accept(session, SYSTEM, here(session), picks)
