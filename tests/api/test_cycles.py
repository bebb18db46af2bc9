"""Cycles and rounds are begun and closed by JSON, each once."""

import pytest

from app.store.types import uuid7
from tests.api.house import COMMUNITY, Api
from tests.http.town import DISTRICT, THERE

ELSEWHERE = f"/api/v1/districts/{DISTRICT}/communities/{THERE}"
CYCLE = {"starts_on": "2026-01-01", "ends_on": "2028-12-31"}
ROUND = {"label": "2026-II", "held_on": "2026-08-01"}


def test_community_begins_its_cycle_and_its_first_round(both_api: Api) -> None:
    client = both_api.ask("neighbour")

    cycle = client.post(f"{ELSEWHERE}/cycles", json=CYCLE)
    opened = client.post(f"{ELSEWHERE}/rounds", json=ROUND)

    standing = client.get(f"{ELSEWHERE}/cycles").json()
    assert (cycle.status_code, opened.status_code) == (201, 201), opened.text
    assert standing["cycle"]["ends_on"] == "2028-12-31"
    assert [each["label"] for each in standing["rounds"]] == ["2026-II"]


def test_same_round_sent_twice_is_one(both_api: Api) -> None:
    body = ROUND | {"uuid": str(uuid7())}
    client = both_api.ask("council")

    first = client.post(f"{COMMUNITY}/rounds", json=body)
    second = client.post(f"{COMMUNITY}/rounds", json=body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["number"] == second.json()["number"]


def test_second_cycle_waits_for_the_first_to_close(api: Api) -> None:
    answer = api.ask("council").post(f"{COMMUNITY}/cycles", json=CYCLE)

    assert answer.status_code == 409
    assert "ciclo abierto" in answer.json()["detail"]


def test_round_of_another_community_is_not_closed_from_here(api: Api) -> None:
    answer = api.ask("neighbour").post(f"{ELSEWHERE}/rounds/{api.round_uuid}/lock")

    assert answer.status_code == 404
    rounds = api.ask("council").get(f"{COMMUNITY}/cycles").json()["rounds"]
    assert rounds[0]["locked_at"] is None


@pytest.mark.parametrize(
    "dates",
    [
        {"starts_on": "2028-01-01", "ends_on": "2026-01-01"},
        {"starts_on": "2026-01-01", "ends_on": "2032-01-01"},
        {"starts_on": "0001-01-01", "ends_on": "0002-01-01"},
        {"starts_on": "ayer", "ends_on": "2026-01-01"},
        {"starts_on": "2026-01-01"},
        {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "until": "x"},
    ],
)
def test_cycle_of_wrong_dates_is_refused(api: Api, dates: dict[str, str]) -> None:
    answer = api.ask("neighbour").post(f"{ELSEWHERE}/cycles", json=dates)

    assert answer.status_code == 422
    assert answer.json()["rows"]
