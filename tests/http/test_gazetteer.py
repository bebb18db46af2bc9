"""Finding a place however it is spelt, and deciding which one a community is."""

import pytest
from fastapi.testclient import TestClient
from shapely import Point
from sqlmodel import select

from app.operations import place_search
from app.operations.seats import Seat
from app.records import stamps
from app.records.base import folded, sort_key
from app.records.territory import Community, Settlement
from app.store.spatial import to_column
from tests.http.town import DISTRICT, HERE, OTHER_DISTRICT, Town, an_account

MATCH = f"/d/{DISTRICT}/administracion/centros-poblados"


@pytest.fixture
def named(town: Town) -> Town:
    """A gazetteer with homonyms in two districts and a name in two spellings."""
    with town.store.writing() as session:
        for number, (district, name) in enumerate(
            [(DISTRICT, "Huacaybamba"), (DISTRICT, "San Juan"), (OTHER_DISTRICT, "San Juan")], 1
        ):
            session.add(
                Settlement(
                    code=f"{district}{number:04}",
                    name=name,
                    search=folded(name),
                    district_code=district,
                    geom=to_column(Point(-76.5, -7.0)),
                )
            )
        here = session.exec(select(Community).where(Community.code == HERE)).one()
        here.name, here.search, here.sort_key = "Wakaybamba", "wakaybamba", sort_key("Wakaybamba")
        here.geom = to_column(Point(-76.501, -7.0))
        stamps.bump(session, "territory", f"district:{DISTRICT}")
    return town


def test_a_place_is_found_however_it_is_spelt(named: Town) -> None:
    with named.store.reading() as session:
        found = place_search.search(session, "WÁKAYBAMBA")

    assert [(hit.kind, hit.name, hit.alike) for hit in found] == [
        ("community", "Wakaybamba", False),
        ("settlement", "Huacaybamba", True),
    ]


def test_homonyms_are_told_apart_by_what_they_lie_in(named: Town) -> None:
    page = named.client().get("/lugares?q=san juan").text
    with named.store.reading() as session:
        found = place_search.search(session, "san juan")

    assert len(found) == 2
    assert len({hit.within for hit in found}) == 2
    for hit in found:
        assert hit.code in page
        assert ", ".join(hit.within) in page


def test_a_code_finds_its_place_and_what_begins_with_it(named: Town) -> None:
    with named.store.reading() as session:
        found = place_search.search(session, DISTRICT)
        kinds = {hit.kind for hit in found}

        assert found[0].code == DISTRICT
        assert {"district", "settlement"} <= kinds
        assert place_search.search(session, "x") == []
        assert place_search.search(session, "%_") == []
        assert place_search.search(session, "zzzzqqq") == []


def test_the_planner_decides_and_undoes(named: Town) -> None:
    an_account(named.store, "planificadora", Seat("planner", ubigeo=DISTRICT))
    client = named.client("planificadora")
    client.headers["X-CSRF-Token"] = named.csrf("planificadora")

    before = client.get(MATCH).text
    client.post(f"{MATCH}/seguras")
    after = client.get(MATCH).text
    empty = client.post(MATCH, data={})
    without = client.post(f"{MATCH}/{HERE}/deshacer", data={"reason": ""})
    client.post(f"{MATCH}/{HERE}/deshacer", data={"reason": "Es otro"})

    assert "Aceptar las seguras" in before
    assert f"{DISTRICT}0001" in after
    assert "Aceptar las seguras" not in after
    assert empty.status_code == 422
    assert "No eligió ninguna comunidad." in empty.text
    assert without.status_code == 422
    assert "Aceptar las seguras" in client.get(MATCH).text


def test_only_who_writes_communities_decides(named: Town) -> None:
    assert named.client().get(MATCH).status_code == 303
    an_account(named.store, "oficial", Seat("official", ubigeo=DISTRICT))
    assert named.client("oficial").get(MATCH).status_code == 403


def test_a_search_never_breaks(named: Town) -> None:
    client: TestClient = named.client()
    for text in ("", "a", "%", "'", "<script>", "9" * 80, "ñ" * 80, "((("):
        answer = client.get("/lugares", params={"q": text})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
