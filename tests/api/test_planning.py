"""Indicators, needs, visits, proposals, money and publication over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.planning_town import YEAR, PlanningTown, a_planning_town
from tests.worlds import Worlds


@pytest.fixture
def town(worlds: Worlds, store_url: str, tmp_path: Path) -> Iterator[PlanningTown]:
    """Three communities of a district, once on each store."""
    with a_planning_town(worlds, store_url, tmp_path) as found:
        yield found


def items(answer: Any) -> dict[str, Any]:
    """A list by its first name."""
    key = next(iter(answer["items"][0]))
    return {each[key]: each for each in answer["items"]}


def test_a_planner_reads_the_figures_of_the_district(town: PlanningTown) -> None:
    figures = items(town.get("/indicators"))

    assert figures["P-F2"]["count"]["x"] == 16
    assert figures["P-F2"]["with_data"] == 3
    assert figures["P-F2"]["state"] == "counted"
    assert 0 < figures["P-F2"]["count"]["low"] < 16 / 60 < figures["P-F2"]["count"]["high"] < 1


def test_pages_follow_each_other_without_a_gap(town: PlanningTown) -> None:
    whole = [each["indicator"] for each in town.get("/indicators")["items"]]
    read: list[str] = []
    cursor = ""
    while True:
        page = town.get("/indicators", limit=4, cursor=cursor)
        read += [each["indicator"] for each in page["items"]]
        cursor = page["next"]
        if not cursor:
            break

    assert read == whole


@pytest.mark.parametrize("cursor", ["x", "WyJub3doZXJlIl0", "e30", "WzFd"])
def test_a_cursor_of_another_list_is_refused(town: PlanningTown, cursor: str) -> None:
    answer = town.ask("GET", "/indicators", params={"cursor": cursor})

    assert answer.status_code == 400
    assert answer.json()["field"] == "cursor"


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_has_between_one_and_a_thousand(town: PlanningTown, limit: int) -> None:
    assert town.ask("GET", "/indicators", params={"limit": limit}).status_code == 422


def test_figures_by_community_say_which_round_gave_them(town: PlanningTown) -> None:
    found = items(town.get("/indicators/P-F2/communities"))

    assert found["A"]["count"]["x"] == 2
    assert found["A"]["round"] == "2027-I"
    assert town.get("/indicators/P-F2/rounds")["items"][0]["communities"] == 3


def test_sensitive_figures_by_community_are_not_for_the_planner(town: PlanningTown) -> None:
    assert items(town.get("/indicators"))["P-G7"]["count"]["x"] == 16
    assert town.get("/indicators/P-G7/communities")["items"] == []


def test_a_council_reads_its_own_card_and_no_other(town: PlanningTown) -> None:
    own = town.get("/communities/A/indicators", "council")
    other = town.ask("GET", "/communities/B/indicators", "council")

    assert items(own)["P-F2"]["figure"]["count"]["x"] == 2
    shown = other.json()["items"] if other.status_code == 200 else []
    assert all(each["figure"]["state"] != "counted" for each in shown)


def test_the_public_reads_nothing_before_a_round_is_published(town: PlanningTown) -> None:
    assert town.get("/indicators", "public")["items"] == []
    assert town.get("/indicators/P-F2/communities", "public")["items"] == []
    assert town.get("/communities/A/indicators", "public")["items"] == []
    assert town.get("/needs", "public")["ranked"] == []
    assert town.get("/proposals", "public")["items"] == []
    assert town.get("/allocations", "public")["items"] == []


def test_the_public_reads_what_was_published_and_already_suppressed(town: PlanningTown) -> None:
    done = town.send("POST", "/publication/rounds", {"round": "2027-I"})
    again = town.send("POST", "/publication/rounds", {"round": "2027-I"})

    assert (done.status_code, again.status_code) == (201, 409)
    figures = items(town.get("/indicators", "public"))
    assert (figures["P-F2"]["state"], figures["P-F2"]["count"]["x"]) == ("published", 16)
    by_community = items(town.get("/indicators/P-B6/communities", "public"))
    assert by_community["A"]["count"] is None
    rows = town.get("/publication/figures", "public", indicator="P-B6", state="suppressed")
    assert all(row["count"] is None for row in rows["items"])
    assert town.get("/publication/figures", "public", to="2027-01-01")["items"] == []


def test_needs_come_with_reasons_that_add_up(town: PlanningTown) -> None:
    need = town.get("/needs")["ranked"][0]

    assert need["code"] == "P-F2"
    assert sum(s["points"] for s in need["segments"]) == pytest.approx(need["score"])
    assert [c["community"] for c in need["communities"]] == ["A", "B", "C"]
    assert need["first"] <= need["place"] <= need["last"]
    assert need["range"]["sentence"].startswith("Está")


def test_published_needs_hold_no_counts(town: PlanningTown) -> None:
    assert town.send("POST", "/publication/needs", None).status_code == 201

    need = town.get("/needs", "public")["ranked"][0]
    assert need["code"] == "P-F2"
    assert need["communities"] == []
    assert need["segments"] == []


def test_goals_and_weights_are_written_by_the_planner_alone(town: PlanningTown) -> None:
    goal = {"target": 0.5, "worst": 0.0, "source": "PDLC"}
    points = {"gap": 40, "people": 30, "equity": 20, "assembly": 10}
    weights = {"given_by": "CCL", "points": points}

    assert town.send("PUT", "/goals/P-F2", goal).json()["own"] is True
    made = town.send("POST", "/weights", weights)
    assert made.status_code == 201
    assert town.send("PUT", "/goals/P-F2", goal, role="official").status_code == 403
    assert town.get("/needs")["points"] == points
    uuid = made.json()["uuid"]
    out = town.send("POST", f"/weights/{uuid}/withdrawal", {"reason": "Error"})
    assert out.status_code == 204
    assert town.get("/weights")["items"] == []


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        ("/goals/P-F2", "PUT", {"target": 0.1, "worst": 0.9}),
        ("/goals/P-F2", "PUT", {"target": 2, "worst": 0.9}),
        ("/weights", "POST", {"given_by": "CCL", "points": {"gap": 90}}),
        ("/weights", "POST", {"given_by": "CCL", "points": {"moon": 100}}),
        (f"/ceilings/{YEAR}", "PUT", {"amount": "12.345"}),
        (f"/ceilings/{YEAR}", "PUT", {"amount": "-1"}),
        ("/proposals", "POST", {"fiscal_year": YEAR}),
        ("/proposals", "POST", {"fiscal_year": YEAR, "titulo": "Agua"}),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(
    town: PlanningTown, path: str, method: str, body: Any
) -> None:
    answer = town.send(method, path, body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_visits_are_planned_and_closed(town: PlanningTown) -> None:
    asked = {"community": "B", "reason": "Pidieron ayuda"}
    made = town.send("POST", "/visit-tasks", asked).json()
    closed = town.send("POST", f"/visit-tasks/{made[0]['uuid']}/closing", {"state": "done"})

    assert [each["community"] for each in made] == ["B"]
    assert closed.status_code == 204
    assert town.get("/visit-tasks", state="open")["items"] == []
    assert [each["community"] for each in town.get("/visits")["items"]] == ["A", "B", "C"]


def a_proposal(town: PlanningTown) -> Any:
    """Both requests as one proposal."""
    suggested = town.get("/requests/suggestions")["items"][0]
    assert (suggested["communities"], suggested["cost"]) == (["A", "B"], "100000.00")
    body = {"fiscal_year": YEAR, "requests": suggested["requests"], "title": "Agua para dos"}
    return town.send("POST", "/proposals", body)


def test_requests_are_bundled_into_a_proposal(town: PlanningTown) -> None:
    made = a_proposal(town)

    body = made.json()
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert (body["code"], body["cost"], body["people"]) == ("2028-001", "100000.00", 80)
    assert body["women"] is True
    assert sum(part["points"] for part in body["parts"]) == pytest.approx(body["score"])
    assert all(request["taken"] for request in town.get("/requests")["items"])
    assert town.get("/requests/suggestions")["items"] == []


def test_a_change_must_say_which_version_it_saw(town: PlanningTown) -> None:
    path = f"/proposals/{a_proposal(town).json()['uuid']}"

    assert town.send("PATCH", path, {"title": "Otro"}).status_code == 428
    changed = town.send("PATCH", path, {"title": "Otro", "cost": "99.9"}, '"1"')
    assert (changed.status_code, changed.json()["cost"]) == (200, "99.90")
    assert town.send("PATCH", path, {"title": "Viejo"}, '"1"').status_code == 412
    assert town.ask("GET", path).headers["etag"] == '"2"'


def test_money_goes_down_the_ranking_and_is_published(town: PlanningTown) -> None:
    uuid = a_proposal(town).json()["uuid"]
    assert town.send("POST", f"/proposals/{uuid}/presentation", None, '"1"').status_code == 200
    ceiling = {"amount": "150000.50", "source": "Acuerdo 12"}
    assert town.send("PUT", f"/ceilings/{YEAR}", ceiling).json()["amount"] == "150000.50"
    made = town.send("POST", "/allocations", {"fiscal_year": YEAR})

    assert made.status_code == 201
    run = made.json()
    assert (run["spent"], run["outcomes"][0]["left"]) == ("100000.00", "50000.50")
    assert run["outcomes"][0]["sentence"].startswith("Entra: cuesta S/")
    assert town.ask("GET", f"/allocations/{run['uuid']}", "public").status_code == 404
    assert town.send("POST", f"/allocations/{run['uuid']}/publication", None).status_code == 200
    seen = town.get(f"/allocations/{run['uuid']}", "public")
    assert seen["outcomes"] == run["outcomes"]
    assert town.get("/proposals", "public")["items"][0]["code"] == "2028-001"


def test_a_ceiling_that_stands_is_changed_by_whoever_saw_it(town: PlanningTown) -> None:
    path = f"/ceilings/{YEAR}"
    town.send("PUT", path, {"amount": "10"})

    assert town.send("PUT", path, {"amount": "20"}).status_code == 428
    assert town.send("PUT", path, {"amount": "20"}, '"7"').status_code == 412
    changed = town.send("PUT", path, {"amount": "20"}, '"1"')
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')


def test_nothing_is_shared_without_a_ceiling(town: PlanningTown) -> None:
    answer = town.send("POST", "/allocations", {"fiscal_year": YEAR})

    assert answer.status_code == 409
    assert "techo" in answer.json()["detail"]


def test_a_withdrawn_proposal_frees_its_requests(town: PlanningTown) -> None:
    uuid = a_proposal(town).json()["uuid"]
    reason = {"reason": "La atiende la red"}
    done = town.send("POST", f"/proposals/{uuid}/withdrawal", reason, '"1"')

    assert done.json()["state"] == "withdrawn"
    assert len(town.get("/requests/suggestions")["items"]) == 1
    assert town.send("PATCH", f"/proposals/{uuid}", {"title": "x"}, '"2"').status_code == 409


def test_a_bundle_is_made_anew(town: PlanningTown) -> None:
    made = a_proposal(town).json()
    one = [made["requests"][0]["uuid"]]
    changed = town.send("PUT", f"/proposals/{made['uuid']}/requests", {"requests": one}, '"1"')

    assert (changed.json()["people"], changed.json()["cost"]) == (40, "50000.00")


def test_agreements_are_read_with_their_money(town: PlanningTown) -> None:
    found = town.get("/agreements", state="works")["items"]

    assert [(each["title"], each["amount"]) for each in found] == [("Puente", "1.00")]
    assert town.get("/agreements", year=2020)["items"] == []


def test_a_councillor_reads_the_budget_and_changes_nothing(town: PlanningTown) -> None:
    town.send("PUT", f"/ceilings/{YEAR}", {"amount": "10"})

    assert town.get("/ceilings", "councillor")["items"][0]["fiscal_year"] == YEAR
    refused = town.send("PUT", f"/ceilings/{YEAR}", {"amount": "9"}, '"1"', role="councillor")
    assert refused.status_code == 403
    assert town.ask("GET", "/ceilings", "public").status_code == 401
