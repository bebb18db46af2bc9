"""Layers as tables: each choice by itself, to each reader no more than the screens show."""

from datetime import date

import pytest

from app.errors import Unauthenticated, Unknown
from app.operations.access import PUBLIC, Actor, Bond
from app.operations.layers import offered, registry
from app.operations.layers.declared import Asked
from app.operations.layers.offered import COLUMNS, Reader
from app.records import places
from app.store.sessions import Reading
from tests import world
from tests.http.town import Town
from tests.maps.district import KEPT, NAMED, NAMES, SAID
from tests.operations import chain_world


def reader(session: Reading, who: str) -> tuple[Reader, Asked]:
    """Somebody at the district, and what is asked for."""
    where = places.district(session, world.UBIGEO)
    actor = PUBLIC if who == "public" else Actor(1, bonds=(Bond(who, where.place_id, None, None),))
    return Reader(chain_world.policy(), actor, where), Asked(where, True, date.today())


def test_each_choice_of_a_layer_stands_by_itself(mapped: Town) -> None:
    with mapped.store.reading() as session:
        found = offered.offers(session, *reader(session, "official"))

    codes = [each.code for each in found]
    assert {code.split(".")[0] for code in codes} == {layer.code for layer in registry.LAYERS}
    assert {"gap.P-F1", "need.P-F1", "indicator.P-F1"} <= set(codes)
    assert not [code for code in codes if KEPT in code or ":" in code]
    assert len(codes) == len(set(codes))


def test_a_sheet_has_the_row_and_the_shape_of_each_community(mapped: Town) -> None:
    with mapped.store.reading() as session:
        who, asked = reader(session, "official")
        found = offered.sheet(session, offered.offer(session, who, asked, "indicator.P-F1"))

    rows = [dict(zip([name for name, _ in COLUMNS], row, strict=True)) for row in found.rows]
    (first,) = [row for row in rows if row["code"] == "A"]
    assert (first["name"], first["x"], first["n"]) == (NAMES["A"], 12, 31)
    assert first["href"] == f"/d/{world.UBIGEO}/comunidades/A"
    assert len(found.shapes) == len(rows) == len(NAMES)
    for row in found.rows:
        assert all(
            value is None or isinstance(value, kind)
            for value, (_, kind) in zip(row, COLUMNS, strict=True)
        )


def test_nothing_unpublished_is_offered_to_the_public(mapped: Town) -> None:
    with mapped.store.reading() as session:
        who, asked = reader(session, "public")
        found = [offered.sheet(session, each) for each in offered.offers(session, who, asked)]

    text = str([(each.rows, each.told) for each in found])
    assert {each.offer.layer.code for each in found} == {
        *("indicator", "proposals", "works", "own_lines", "facilities"),
    }
    assert all(word not in text for word in (SAID, NAMED, KEPT))


def test_what_is_closed_or_not_there_is_refused(mapped: Town) -> None:
    with mapped.store.reading() as session:
        with pytest.raises(Unauthenticated):
            offered.offer(session, *reader(session, "public"), "support")
        for code in ("mentira", "gap.mentira", f"indicator.{KEPT}", "support.P-F1", "gap"):
            with pytest.raises(Unknown):
                offered.offer(session, *reader(session, "official"), code)
