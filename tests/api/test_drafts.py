"""Drafts belong to one person, are judged by nobody, and are not lost to a second window."""

from sqlmodel import func, select

from app.records.intake import Draft
from app.store.types import uuid7
from tests.api.house import COMMUNITY, FORMS, Api, document

DRAFTS = f"{COMMUNITY}/drafts"


def test_half_filled_sheet_is_kept_and_read_back(both_api: Api) -> None:
    address = f"{DRAFTS}/diagnosis/{uuid7()}"
    client = both_api.ask("council")

    saved = client.put(address, json={"answers": {"families": 31, "problems": []}})

    read = client.get(address)
    assert saved.status_code == 200, saved.text
    assert read.json()["answers"] == {"families": 31, "problems": []}
    assert read.headers["etag"] == saved.headers["etag"] == '"1"'
    assert [each["uuid"] for each in client.get(f"{DRAFTS}/diagnosis").json()] == [
        read.json()["uuid"]
    ]


def test_second_window_hears_that_the_draft_moved_on(api: Api) -> None:
    address = f"{DRAFTS}/diagnosis/{uuid7()}"
    client = api.ask("council")
    client.put(address, json={"answers": {"families": 31}})
    client.put(address, json={"answers": {"families": 32}}, headers={"If-Match": '"1"'})

    late = client.put(address, json={"answers": {"families": 33}}, headers={"If-Match": '"1"'})

    assert late.status_code == 412
    assert client.get(address).json()["answers"] == {"families": 32}


def test_nobody_reads_the_draft_of_another(api: Api) -> None:
    address = f"{DRAFTS}/diagnosis/{uuid7()}"
    api.ask("council").put(address, json={"answers": {"families": 31}})

    assert api.ask("planner").get(address).status_code == 404
    assert api.ask("planner").delete(address).status_code == 404


def test_draft_of_one_instrument_is_not_that_of_another(api: Api) -> None:
    uuid = uuid7()
    client = api.ask("council")
    client.put(f"{DRAFTS}/diagnosis/{uuid}", json={"answers": {}})

    assert client.get(f"{DRAFTS}/plan/{uuid}").status_code == 404
    assert client.put(f"{DRAFTS}/plan/{uuid}", json={"answers": {}}).status_code == 409


def test_sent_sheet_leaves_no_draft_behind(api: Api) -> None:
    uuid = str(uuid7())
    client = api.ask("council")
    client.put(f"{DRAFTS}/activity/{uuid}", json={"answers": {"kind": "faena"}})

    client.post(f"{FORMS}/activity", json=document("activity") | {"uuid": uuid})

    with api.store.reading() as session:
        assert session.exec(select(func.count()).select_from(Draft)).one() == 0


def test_what_no_store_can_hold_is_refused_with_its_place(both_api: Api) -> None:
    address = f"{DRAFTS}/diagnosis/{uuid7()}"
    client = both_api.ask("council")
    headers = {"Content-Type": "application/json"}

    for body in (
        '{"answers": {"water": "a\\u0000b"}}',
        '{"answers": {"water": "\\ud800"}}',
        '{"answers": {"x": NaN}}',
        '{"answers": {"x": 1e999}}',
        '{"answers": {"x": ' + "[" * 40 + "]" * 40 + "}}",
    ):
        answer = client.put(address, content=body, headers=headers)
        assert answer.status_code == 422, (body, answer.text)
        assert answer.json()["rows"][0]["field"] == "answers"
