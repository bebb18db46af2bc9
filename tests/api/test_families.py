"""Households written twice become one, a household is forgotten, communities join."""

from uuid import UUID

from sqlmodel import col, func, select

from app.operations import trail
from app.records.families import Family
from app.records.intake import Payload
from app.store.types import uuid7
from tests.api.house import COMMUNITY, FORMS, Api, fill_all, send
from tests.http.town import DISTRICT, HERE, THERE

FAMILIES = f"{COMMUNITY}/families"


def the_codes(api: Api) -> dict[str, str]:
    page = api.ask("council").get(FAMILIES).json()
    return {each["code"]: each["uuid"] for each in page["items"] if each["state"] == "active"}


def test_households_are_listed_by_code_to_those_who_see_them_whole(both_api: Api) -> None:
    for code in ("H-003", "H-001", "H-002"):
        send(both_api, "family", household=code)
    client = both_api.ask("council")

    first = client.get(f"{FAMILIES}?limit=2").json()
    rest = client.get(f"{FAMILIES}?limit=2&after={first['next']}").json()

    assert [each["code"] for each in first["items"]] == ["H-001", "H-002"]
    assert [each["code"] for each in rest["items"]] == ["H-003"]
    assert rest["next"] is None
    assert both_api.ask("facility").get(FAMILIES).status_code == 403
    assert both_api.ask("planner").get(FAMILIES).status_code == 403


def test_two_households_become_one(both_api: Api) -> None:
    for code in ("H-001", "H-002"):
        send(both_api, "family", household=code)
    codes = the_codes(both_api)
    body = {"gone": codes["H-002"], "into": codes["H-001"], "reason": "La misma casa."}

    answer = both_api.ask("council").post(f"{FAMILIES}/merge", json=body)

    again = both_api.ask("council").post(f"{FAMILIES}/merge", json=body)
    assert answer.status_code == 200, answer.text
    assert list(the_codes(both_api)) == ["H-001"]
    assert again.status_code == 404


def test_household_does_not_become_itself_nor_one_that_is_not_there(api: Api) -> None:
    send(api, "family")
    mine = the_codes(api)["H-001"]
    client = api.ask("council")

    same = client.post(f"{FAMILIES}/merge", json={"gone": mine, "into": mine, "reason": "x"})
    none = client.post(
        f"{FAMILIES}/merge", json={"gone": mine, "into": str(uuid7()), "reason": "x"}
    )

    assert (same.status_code, none.status_code) == (422, 404)


def test_erased_household_leaves_its_counts_and_a_chain_that_verifies(both_api: Api) -> None:
    fill_all(both_api)
    uuid = the_codes(both_api)["H-001"]

    answer = both_api.ask("dpo").post(
        f"{FAMILIES}/{uuid}/erasure", json={"reason": "La familia lo pidió."}
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["payloads"] == 2
    with both_api.store.writing() as session:
        assert session.exec(select(Family.state).where(Family.uuid == UUID(uuid))).one() == "erased"
        erased = select(func.count()).select_from(Payload).where(col(Payload.body).is_(None))
        assert session.exec(erased).one() == 2
        trail.seal(session)
        assert trail.broken_seals(session) == []


def test_only_the_data_protection_officer_erases(api: Api) -> None:
    send(api, "family")
    uuid = the_codes(api)["H-001"]

    for role in ("council", "planner", "admin", "facility", "public"):
        answer = api.ask(role).post(f"{FAMILIES}/{uuid}/erasure", json={"reason": "x"})
        assert answer.status_code in {401, 403}, role


def test_community_joins_another_with_its_families(both_api: Api) -> None:
    send(both_api, "family")

    answer = both_api.ask("planner").post(
        f"{COMMUNITY}/merge", json={"into": THERE, "reason": "Acordaron unirse."}
    )

    there = f"/api/v1/districts/{DISTRICT}/communities/{THERE}"
    assert answer.status_code == 200, answer.text
    assert both_api.ask("planner").get(f"{FORMS}/diagnosis").status_code == 404
    moved = both_api.ask("neighbour").get(f"{there}/families").json()["items"]
    assert [each["code"] for each in moved] == ["H-001"]


def test_community_does_not_join_itself(api: Api) -> None:
    answer = api.ask("planner").post(f"{COMMUNITY}/merge", json={"into": HERE, "reason": "x"})

    assert answer.status_code == 422
