"""Every document goes in, is read, corrected and decided by JSON, by those who may."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import func, select

from app.records.intake import Entry, Form
from app.records.trail import AccessEntry
from app.store.types import uuid7
from tests.api.house import COMMUNITY, FORMS, Api, document, fill_all, send
from tests.http.town import DISTRICT, THERE


def test_document_of_each_instrument_goes_in_and_reads_back(both_api: Api) -> None:
    sent = fill_all(both_api)

    for code, uuid in sent.items():
        answer = both_api.ask("council").get(f"{FORMS}/{code}/{uuid}")
        assert answer.status_code == 200, (code, answer.text)
        assert answer.json()["instrument"] == code
        assert answer.json()["answers"]["date"], code
        assert answer.headers["etag"] == f'"{answer.json()["revision"]}"'


def test_geometry_comes_back_as_it_was_sent(api: Api) -> None:
    uuid = send(api, "diagnosis")["document"]

    answers = api.ask("planner").get(f"{FORMS}/diagnosis/{uuid}").json()["answers"]

    assert answers["problems"][0]["place"] == {"type": "Point", "coordinates": [-76.24, -9.93]}


def test_receipt_says_where_a_document_counts_once_approved(both_api: Api) -> None:
    uuid = send(both_api, "monitoring")["document"]
    address = f"{FORMS}/monitoring/{uuid}"
    before = both_api.ask("council").get(f"{address}/receipt").json()

    decided = both_api.ask("planner").post(
        f"{address}/decision", json={"verb": "approve"}, headers={"If-Match": '"1"'}
    )

    after = both_api.ask("council").get(f"{address}/receipt").json()
    assert decided.status_code == 200, decided.text
    assert decided.headers["etag"] == '"2"'
    assert (before["state"], before["counts_in"]) == ("sent", [])
    assert after["state"] == "approved"
    assert {"indicator": "P-F1", "x": 12, "n": 29}.items() <= {
        k: v for each in after["counts_in"] if each["indicator"] == "P-F1" for k, v in each.items()
    }.items()


def test_wrong_document_says_each_thing_to_mend_and_keeps_nothing(api: Api) -> None:
    answers = document("diagnosis")
    answers["answers"]["problems"][0]["votes_women"] = -1
    answers["answers"]["attendees_women"] = "muchas"

    answer = api.ask("council").post(f"{FORMS}/diagnosis", json=answers)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    fields = {row["field"] for row in answer.json()["rows"]}
    assert {"problems[0].votes_women", "attendees_women"} <= fields
    with api.store.reading() as session:
        assert session.exec(select(func.count()).select_from(Form)).one() == 0


@pytest.mark.parametrize(
    ("if_match", "status"),
    [(None, 428), ("*", 428), ('"7"', 412), ('W/"1"', 412), ("1", 412), ('"1"', 200)],
)
def test_correction_says_which_version_it_saw(api: Api, if_match: str | None, status: int) -> None:
    uuid = send(api, "diagnosis")["document"]
    headers = {} if if_match is None else {"If-Match": if_match}

    answer = api.ask("council").put(
        f"{FORMS}/diagnosis/{uuid}", json=document("diagnosis", families=32), headers=headers
    )

    assert answer.status_code == status, answer.text


def test_of_two_who_correct_the_same_version_one_hears_that_it_changed(both_api: Api) -> None:
    uuid = send(both_api, "diagnosis")["document"]
    address = f"{FORMS}/diagnosis/{uuid}"
    seen = both_api.ask("council").get(address).headers["etag"]

    def correct(families: int) -> int:
        client = both_api.ask("council" if families % 2 else "planner")
        body = document("diagnosis", families=families)
        return client.put(address, json=body, headers={"If-Match": seen}).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(correct, (32, 33)))

    assert statuses == [200, 412]
    assert both_api.ask("council").get(address).json()["revision"] == 2


def test_of_two_who_decide_at_once_one_hears_that_it_changed(both_api: Api) -> None:
    uuid = send(both_api, "diagnosis")["document"]
    address = f"{FORMS}/diagnosis/{uuid}"

    def decide(verb: str) -> int:
        body = {"verb": verb, "reason": "Falta el acta firmada."}
        headers = {"If-Match": '"1"'}
        client = both_api.ask("planner")
        return client.post(f"{address}/decision", json=body, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(decide, ("approve", "return", "approve", "return")))

    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 412}
    with both_api.store.reading() as session:
        acts = session.exec(select(Entry).where(Entry.kind == "resolution")).all()
    assert len(acts) == 1


@pytest.mark.parametrize("with_uuid", [True, False])
def test_twenty_equal_posts_at_once_are_one_document(both_api: Api, with_uuid: bool) -> None:
    body = document("activity") | ({"uuid": str(uuid7())} if with_uuid else {})

    def post(_: int) -> tuple[int, str]:
        answer = both_api.ask("council").post(
            f"{FORMS}/activity", json=body, headers={"Idempotency-Key": "una-vez"}
        )
        return answer.status_code, answer.json().get("number", answer.text)

    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(post, range(20)))

    assert sorted(status for status, _ in told) == [200] * 19 + [201]
    assert len({number for _, number in told}) == 1
    with both_api.store.reading() as session:
        sent = select(func.count()).select_from(Entry).where(Entry.kind == "submission")
        assert session.exec(sent).one() == 1
        assert session.exec(select(func.count()).select_from(Form)).one() == 1


def test_key_used_for_something_else_is_a_conflict(both_api: Api) -> None:
    headers = {"Idempotency-Key": "una-vez"}
    client = both_api.ask("council")
    client.post(f"{FORMS}/activity", json=document("activity"), headers=headers)

    def other(women: int) -> int:
        body = document("activity", attendees_women=women) | {"uuid": str(uuid7())}
        return (
            both_api.ask("council")
            .post(f"{FORMS}/activity", json=body, headers=headers)
            .status_code
        )

    with ThreadPoolExecutor(4) as pool:
        statuses = set(pool.map(other, range(4)))

    assert statuses == {409}


def test_list_is_read_page_by_page_without_repeats(both_api: Api) -> None:
    sent = [send(both_api, "activity", attendees_women=n)["document"] for n in range(1, 6)]
    client = both_api.ask("planner")

    first = client.get(f"{FORMS}/activity?limit=2").json()
    send(both_api, "activity", attendees_women=9)
    second = client.get(f"{FORMS}/activity?limit=2&after={first['next']}").json()
    third = client.get(f"{FORMS}/activity?limit=2&after={second['next']}").json()

    found = [each["uuid"] for page in (first, second, third) for each in page["items"]]
    assert found == sent[::-1]
    assert third["next"] is None


def test_list_is_narrowed_by_state_round_and_day(both_api: Api) -> None:
    send(both_api, "monitoring")
    client = both_api.ask("planner")

    def count(**query: Any) -> int:
        answer = client.get(f"{FORMS}/monitoring", params=query)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    assert count(state="sent") == 1
    assert count(state=["approved", "locked"]) == 0
    assert count(round=str(both_api.round_uuid)) == 1
    assert count(round=str(uuid7())) == 0
    assert count(sent_from="2020-01-01", sent_to="2999-12-31") == 1
    assert count(sent_to="2020-01-01") == 0


def test_permit_for_one_instrument_opens_no_document_of_another(api: Api) -> None:
    uuid = send(api, "family")["document"]

    answer = api.ask("planner").get(f"{FORMS}/diagnosis/{uuid}")

    assert answer.status_code == 404


def test_council_of_the_next_community_sees_nothing(api: Api) -> None:
    uuid = send(api, "diagnosis")["document"]
    elsewhere = f"/api/v1/districts/{DISTRICT}/communities/{THERE}/forms/diagnosis/{uuid}"

    assert api.ask("neighbour").get(f"{FORMS}/diagnosis/{uuid}").status_code == 403
    assert api.ask("neighbour").get(elsewhere).status_code == 404


def test_planner_sees_household_lines_without_persons(api: Api) -> None:
    uuid = fill_all(api)["household_monitoring"]

    whole = api.ask("council").get(f"{FORMS}/household_monitoring/{uuid}").json()["answers"]
    stripped = api.ask("planner").get(f"{FORMS}/household_monitoring/{uuid}").json()["answers"]

    assert whole["households"][0]["household"] == "H-001"
    for home in stripped["households"]:
        assert not {"household", "persons", "_id"} & set(home)
        assert not any("person" in each for each in home.get("observations", []))
    assert stripped["households"][0]["observations"][0]["practice"] == "P-F1"


def test_whoever_sees_totals_sees_no_family_sheet(api: Api) -> None:
    uuid = send(api, "family")["document"]

    answer = api.ask("facility").get(f"{FORMS}/family/{uuid}")

    assert answer.status_code == 200
    assert answer.json()["answers"] is None


def test_looking_at_a_family_sheet_is_written_down(api: Api) -> None:
    uuid = send(api, "family")["document"]

    api.ask("council").get(f"{FORMS}/family/{uuid}")

    with api.store.reading() as session:
        assert session.exec(select(func.count()).select_from(AccessEntry)).one() == 1


def test_author_withdraws_with_a_reason_and_only_once(api: Api) -> None:
    uuid = send(api, "diagnosis")["document"]
    address = f"{FORMS}/diagnosis/{uuid}/withdrawal"
    client = api.ask("council")

    bare = client.post(address, json={"reason": " "}, headers={"If-Match": '"1"'})
    done = client.post(address, json={"reason": "Era de prueba."}, headers={"If-Match": '"1"'})
    again = client.post(address, json={"reason": "Otra vez."}, headers={"If-Match": '"2"'})

    assert (bare.status_code, done.status_code, again.status_code) == (422, 200, 409)
    state = client.get(f"{FORMS}/diagnosis/{uuid}").json()["state"]
    assert state == "withdrawn"


def test_nobody_approves_what_they_may_not_read(api: Api) -> None:
    uuid = send(api, "family")["document"]

    answer = api.ask("planner").post(
        f"{FORMS}/family/{uuid}/decision",
        json={"verb": "return", "reason": "No."},
        headers={"If-Match": '"1"'},
    )

    assert answer.status_code == 403


def test_closed_round_takes_no_document(both_api: Api) -> None:
    client = both_api.ask("council")
    rounds = client.get(f"{COMMUNITY}/cycles").json()["rounds"]
    locked = client.post(f"{COMMUNITY}/rounds/{rounds[0]['uuid']}/lock")

    answer = client.post(
        f"{FORMS}/monitoring", json=document("monitoring") | {"round": rounds[0]["uuid"]}
    )

    assert locked.status_code == 200, locked.text
    assert answer.status_code == 409
    assert "ya está cerrada" in answer.json()["detail"]
