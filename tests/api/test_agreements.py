"""Agreements for other systems: read with their money, written at the version that was seen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.operations import agreements
from app.records import places
from app.records.works import AgreementCommunity
from tests import world
from tests.api.planning_town import YEAR, PlanningTown, a_planning_town
from tests.worlds import Worlds

ONE = "/agreements/2026/1"


@pytest.fixture
def town(worlds: Worlds, store_url: str, tmp_path: Path) -> Iterator[PlanningTown]:
    """The district of the planning tests, on each store."""
    with a_planning_town(worlds, store_url, tmp_path / "home") as made:
        with made.store.writing() as session:
            where = places.district(session, world.UBIGEO)
            row = agreements.find(session, where, 2026, 1)
            at = places.community(session, where, "A")
            session.add(AgreementCommunity(agreement_id=row.id, community_id=at.community_id))
        yield made


def etag(town: PlanningTown) -> str:
    tag: str = town.ask("GET", ONE).headers["ETag"]
    return tag


def post(town: PlanningTown, path: str, body: dict[str, Any], **more: Any) -> Any:
    return town.send("POST", f"{ONE}{path}", body, etag(town), **more)


def test_an_agreement_is_read_whole_and_the_public_learns_no_names(town: PlanningTown) -> None:
    effort = {"kind": "labour", "who": "Comunidad A", "on_day": "2027-01-10", "days": 12}
    assert post(town, "/efforts", effort).status_code == 201

    inside, outside = town.get(ONE), town.get(ONE, "public")

    assert (inside["code"], inside["communities"]) == ("A-2026-01", ["A"])
    assert inside["before_after"]["reason"]["code"] == "no_indicator"
    assert (inside["efforts"][0]["who"], outside["efforts"][0]["who"]) == ("Comunidad A", None)


def test_readings_steps_and_milestones_need_the_version_that_was_seen(town: PlanningTown) -> None:
    reading = {"on_day": "2027-02-01", "pim": "100.00", "accrued": "30.50"}
    bare = town.send("POST", f"{ONE}/readings", reading)
    stale = town.send("POST", f"{ONE}/readings", reading, '"9"')

    made = post(town, "/readings", reading)
    post(town, "/milestones", {"title": "Techo", "due_on": "2027-03-01"})
    moved = post(town, "/steps", {"state": "delivered", "on_day": "2027-04-01"})

    assert (bare.status_code, stale.status_code, made.status_code) == (428, 412, 201)
    assert made.json()["money"]["accrued"] == "30.50"
    assert made.headers["ETag"] == '"2"'
    assert (moved.json()["state"], moved.json()["delivered_on"]) == ("delivered", "2027-04-01")
    assert [each["code"] for each in moved.json()["attention"]] == [
        "no_word",
        "over_agreed",
        "no_upkeep",
    ]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/steps", {"state": "agreed", "on_day": "2027-01-01"}, 409),
        ("/steps", {"state": "built", "on_day": "2027-01-01"}, 422),
        ("/readings", {"on_day": "2027-01-01"}, 422),
        ("/readings", {"on_day": "2999-01-01", "pim": "1"}, 422),
        ("/readings", {"on_day": "2027-01-01", "pim": "1,5"}, 422),
        ("/milestones", {"title": ""}, 422),
        ("/efforts", {"kind": "gold", "who": "A", "on_day": "2027-01-01"}, 422),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    town: PlanningTown, path: str, body: dict[str, Any], status: int
) -> None:
    answer = post(town, path, body)

    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]
    assert etag(town) == '"1"'


def test_a_community_says_its_word_and_a_planner_cannot_say_it(town: PlanningTown) -> None:
    path = "/communities/A/agreements/2026/1/findings"
    said = {"verdict": "conforming", "on_day": "2027-05-01"}

    own = town.send("POST", path, said, role="council")
    planner = town.send("POST", path, said)
    committee = town.send("POST", f"{ONE}/findings", said, role="council")

    assert own.status_code == 201, own.text
    assert own.json()["conforming_on"] == "2027-05-01"
    assert (planner.status_code, committee.status_code) == (403, 403)


def test_a_published_result_opens_agreements_once(town: PlanningTown) -> None:
    asked = [each["uuid"] for each in town.get("/requests")["items"]][:1]
    body = {"fiscal_year": YEAR, "requests": asked}
    proposal = town.send("POST", "/proposals", body)
    town.send(
        "POST", f"/proposals/{proposal.json()['uuid']}/presentation", {}, proposal.headers["ETag"]
    )
    town.send("PUT", f"/ceilings/{YEAR}", {"amount": "900000.00"})
    run = town.send("POST", "/allocations", {"fiscal_year": YEAR}).json()["uuid"]
    early = town.send("POST", f"/allocations/{run}/agreements", None)
    town.send("POST", f"/allocations/{run}/publication", None)

    made = town.send("POST", f"/allocations/{run}/agreements", None)
    again = town.send("POST", f"/allocations/{run}/agreements", None)

    assert early.status_code == 409
    assert [each["code"] for each in made.json()] == [f"A-{YEAR}-01"]
    assert again.json() == []
