"""The PDLC through the API: drafted, edited with the version that was seen, read by everybody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.operations import pdlc, seeding
from app.operations.pdlc import Seen
from app.operations.trail import SYSTEM
from app.records import places
from tests import world
from tests.api.planning_town import PlanningTown, a_planning_town
from tests.operations.pdlc_world import CONTENT
from tests.worlds import Worlds

PERIOD = {"title": "PDLC 2028-2032", "first_year": 2028, "last_year": 2032}


@pytest.fixture
def town(worlds: Worlds, store_url: str, tmp_path: Path) -> Iterator[PlanningTown]:
    with a_planning_town(worlds, store_url, tmp_path) as found:
        seeding.seed(found.store)
        yield found


def drafted(town: PlanningTown) -> tuple[dict[str, Any], str]:
    answer = town.send("POST", "/pdlc", PERIOD)
    assert answer.status_code == 201, answer.text
    return answer.json(), answer.headers["ETag"]


def test_a_draft_comes_from_the_priorities(town: PlanningTown) -> None:
    made, _ = drafted(town)

    assert made["state"] == "draft"
    sheets = [s for o in made["objectives"] for s in o["indicators"]]
    water = next(s for s in sheets if s["indicator"] == "P-F2")
    assert water["targets"][-1] == {"year": 2032, "value": 90.0}
    assert water["actual"]["count"]["n"] == 60


def test_a_change_says_which_version_it_saw(town: PlanningTown) -> None:
    made, tag = drafted(town)
    path = f"/pdlc/{made['uuid']}/objectives/OE.01"

    unsaid = town.send("PATCH", path, {"statement": "Agua segura"})
    good = town.send("PATCH", path, {"statement": "Agua segura"}, tag)
    late = town.send("PATCH", path, {"statement": "Otra"}, tag)

    assert [a.status_code for a in (unsaid, good, late)] == [428, 200, 412]
    assert good.json()["objectives"][0]["statement"] == "Agua segura"


def test_a_target_on_the_wrong_side_is_refused_and_nothing_changes(town: PlanningTown) -> None:
    made, tag = drafted(town)
    sheet = made["objectives"][0]["indicators"][0]
    path = f"/pdlc/{made['uuid']}/indicators/{sheet['uuid']}"

    wrong = town.send("PATCH", path, {"targets": [{"year": 2030, "value": 1}]}, tag)
    good = town.send("PATCH", path, {"responsible": "Gerencia"}, tag)

    assert wrong.status_code == 422
    assert wrong.json()["field"] == "target 2030"
    told = good.json()["objectives"][0]["indicators"][0]
    assert (told["responsible"], told["targets"]) == ("Gerencia", sheet["targets"])


def test_the_public_reads_the_plan_in_force_alone(town: PlanningTown) -> None:
    made, _ = drafted(town)
    hidden = town.ask("GET", "/pdlc", "public", params={"plan": made["uuid"]})
    none = town.ask("GET", "/pdlc", "public")
    with town.store.writing() as session:
        where = places.district(session, world.UBIGEO)
        row = pdlc.keep(session, SYSTEM, where, CONTENT, ("", ""))
        pdlc.put_in_force(session, SYSTEM, where, Seen(row.uuid, 1), ("", None))

    told = town.get("/pdlc", "public")

    assert (hidden.status_code, none.status_code) == (404, 404)
    assert told["state"] == "in_force"
    assert told["objectives"][0]["indicators"][0]["actual"] is None  # nothing is published
    assert town.get("/pdlc", "official")["objectives"][0]["indicators"][0]["actual"] is not None
