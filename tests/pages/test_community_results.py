"""What the rounds of a community say: against what each figure is told, and each sheet once."""

from datetime import timedelta

import pytest

from app.pages import results
from app.planning.changes import change
from app.planning.counts import Count
from app.records import places
from app.records.territory import Community
from app.store.types import now
from tests import world
from tests.http.town import Town
from tests.pages.district_town import AT, CODE
from tests.pages.test_district_pages import said


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (95, "Desde la ronda anterior: mejora"),
        (5, "Desde la ronda anterior: retrocede"),
        (51, "Desde la ronda anterior: no se distingue un cambio"),
        (0, ""),
    ],
)
def test_a_verdict_names_what_it_compares_with(after: int, told: str) -> None:
    moved = change(Count(50, 100), Count(after, 100 if after else 0), "up")

    assert results.VERDICTS[moved.verdict] == told


@pytest.mark.parametrize(
    ("days", "told"), [(3, "1 en revisión"), (30, "1 en revisión, con demora: 1")]
)
def test_a_sheet_that_waits_is_told_once(district: Town, days: int, told: str) -> None:
    with district.store.writing() as session:
        at = places.community(session, places.district(session, CODE), "C1")
        here = session.get(Community, at.community_id)
        assert here is not None
        sent = world.form(session, "diagnosis", here, state="sent")
        sent.sent_at = now() - timedelta(days=days)

    page = said(district.client("council").get(f"{AT}/comunidades/C1"))

    head = page.partition("fichas recibidas")[2].partition("aprobadas")[0]
    assert told in head
    assert "sin revisar" not in head
