"""Frozen priorities, scenarios and published technical reviews over HTTP, on both stores."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.operations import (
    priority_versions,
    proposals,
    review_publishing,
    scenarios,
    technical_reviews,
)
from app.operations.priority_versions import Freeze
from app.operations.proposals import Given, Seen
from app.operations.technical_reviews import Judged
from app.operations.trail import SYSTEM, Author
from app.planning import versions
from app.planning.scenarios import Change
from app.records import places
from app.records.people import Account
from tests import world
from tests.api.planning_town import YEAR, PlanningTown, a_planning_town
from tests.worlds import Worlds

DAY = date(2027, 7, 15)
LIST = "/priority-versions"


@pytest.fixture
def town(worlds: Worlds, store_url: str, tmp_path: Path) -> Iterator[PlanningTown]:
    with a_planning_town(worlds, store_url, tmp_path) as found:
        yield found


def announced(town: PlanningTown, label: str = "Prioridades 2028") -> int:
    on = DAY + timedelta(days=10)
    with town.store.writing() as session:
        where = places.district(session, world.UBIGEO)
        return priority_versions.announce(session, SYSTEM, where, label, on, DAY).number


def frozen(town: PlanningTown) -> int:
    number = announced(town)
    given = Freeze("Acta 12", "", "")
    with town.store.writing() as session:
        where = places.district(session, world.UBIGEO)
        priority_versions.freeze(session, SYSTEM, where, number, given, DAY + timedelta(days=10))
        priority_versions.decide(
            session, SYSTEM, where, number, "P-F2", ("attend", "Se acordó en asamblea")
        )
    return number


def test_a_frozen_list_is_read_whole_by_the_town_hall(town: PlanningTown) -> None:
    number = frozen(town)

    (line,) = town.get(LIST)["items"]
    told = town.get(f"{LIST}/{number}", inputs=True)

    assert (line["number"], line["state"], line["acta"]) == (number, "frozen", "Acta 12")
    assert told["ranked"][0]["place"] == 1
    assert told["ranked"][0]["name"]
    assert told["ranked"][0]["n"] > 0
    assert [each["need"] for each in told["decisions"]] == ["P-F2"]
    assert versions.digest(versions.from_plain(told["inputs"])) == told["digest"]
    assert town.get(f"{LIST}/{number}")["inputs"] is None


def test_the_public_reads_frozen_lists_without_counts_and_no_announcement(
    town: PlanningTown,
) -> None:
    number = frozen(town)
    coming = announced(town, "Prioridades 2029")

    listed = town.get(LIST, "public")["items"]
    told = town.get(f"{LIST}/{number}", "public", inputs=True)
    hidden = town.ask("GET", f"{LIST}/{coming}", "public")

    assert [each["number"] for each in listed] == [number]
    assert len(town.get(LIST)["items"]) == 2
    assert (told["inputs"], told["pending"], told["reason"]) == (None, None, None)
    for need in told["ranked"]:
        assert need["score"] == round(need["score"])
        closed = ("x", "n", "gap", "people", "where", "missing", "segments")
        assert all(need[name] is None for name in closed)
    assert hidden.status_code == 404
    assert hidden.headers["content-type"].startswith("application/problem+json")


def test_versions_come_by_pages_and_a_stranger_is_not_found(town: PlanningTown) -> None:
    frozen(town)
    announced(town, "Prioridades 2029")

    first = town.get(LIST, limit=1)
    second = town.get(LIST, limit=1, cursor=first["next"])

    assert [first["items"][0]["number"], second["items"][0]["number"]] == [2, 1]
    assert second["next"] is None
    assert town.ask("GET", f"{LIST}/9").status_code == 404
    assert town.ask("GET", f"{LIST}/0").status_code == 422
    assert town.ask("GET", LIST, params={"cursor": "x"}).status_code == 400


def test_scenarios_are_for_those_who_weigh(town: PlanningTown) -> None:
    change = Change(targets={"P-F2": 0.8}, without_communities=frozenset({"C"}))
    with town.store.writing() as session:
        where = places.district(session, world.UBIGEO)
        scenarios.save(session, SYSTEM, where, "Sin C", change, DAY)

    (told,) = town.get("/priority-scenarios")["items"]

    assert told["name"] == "Sin C"
    assert told["change"]["targets"] == {"P-F2": 0.8}
    assert told["change"]["without_communities"] == ["C"]
    assert town.ask("GET", "/priority-scenarios", "public").status_code == 401
    assert town.ask("GET", "/priority-scenarios", "council").status_code == 403


def test_reviews_are_read_by_everybody_once_they_are_published(town: PlanningTown) -> None:
    asked = {"year": YEAR}
    with town.store.writing() as session:
        accounts = [Account(login=login, name=login) for login in ("uno", "dos")]
        session.add_all(accounts)
        session.flush()
        first, second = (Author(each.id) for each in accounts)
        where = places.district(session, world.UBIGEO)
        given = Given(YEAR, title="Agua segura", cost_cents=40_000_00, people=100)
        row = proposals.create(session, first, where, given, DAY)
        proposals.present(session, first, where, Seen(row.uuid, row.revision))
        judged = Judged({}, "feasible", "Tiene el terreno saneado.")
        technical_reviews.write(session, first, where, row, 0, judged)
        technical_reviews.sign(session, first, where, row, 1, DAY)
        technical_reviews.sign(session, second, where, row, 2, DAY)
    before = [town.get("/technical-reviews", role, **asked) for role in ("public", "planner")]
    with town.store.writing() as session:
        review_publishing.publish(session, first, places.district(session, world.UBIGEO), YEAR, DAY)

    after = [town.get("/technical-reviews", r, **asked) for r in ("public", "planner", "council")]

    assert before == [{"items": [], "next": None}] * 2
    assert after[0] == after[1] == after[2]
    (told,) = after[0]["items"]
    assert (told["title"], told["cost"], told["opinion"]) == (
        "Agua segura",
        "40000.00",
        "feasible",
    )
    assert told["points"] == sum(part["points"] for part in told["parts"])
    assert town.get("/technical-reviews", year=YEAR + 1)["items"] == []
    assert town.ask("GET", "/technical-reviews").status_code == 422
    assert town.ask("GET", "/technical-reviews", params={"year": 99999}).status_code == 422
