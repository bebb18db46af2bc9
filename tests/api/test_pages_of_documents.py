"""A page opens a document under its own instrument's permit alone."""

import pytest

from tests.api.house import COMMUNITY, Api, fill_all

PAGES = COMMUNITY.removeprefix("/api/v1").replace("/districts/", "/d/")
PAGES = PAGES.replace("/communities/", "/comunidades/")


@pytest.mark.parametrize("role", ["council", "planner", "facility"])
def test_document_does_not_open_under_the_address_of_another_instrument(
    api: Api, role: str
) -> None:
    sent = fill_all(api)
    person = api.ask(role)

    own = person.get(f"{PAGES}/plan/{sent['plan']}")
    other = person.get(f"{PAGES}/plan/{sent['household_monitoring']}")

    assert own.status_code == 200
    assert other.status_code == 404
