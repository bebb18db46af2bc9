"""One day for all: that of Lima."""

from datetime import UTC, date, datetime

import pytest

from app.operations import access, instruments
from app.pages import wording
from app.store import types


@pytest.mark.parametrize(
    ("hour", "day"), [(4, date(2026, 12, 31)), (5, date(2027, 1, 1)), (23, date(2027, 1, 1))]
)
def test_a_day_ends_at_midnight_in_lima_on_pages_in_the_api_and_for_mandates(
    monkeypatch: pytest.MonkeyPatch, hour: int, day: date
) -> None:
    monkeypatch.setattr(types, "now", lambda: datetime(2027, 1, 1, hour, 59, tzinfo=UTC))

    assert {access.today(), instruments.today(), wording.today()} == {day}
