"""The days of the demonstration: written for a base year, moved by whole years.

The demonstration must look alive whenever it is loaded, and be the same every time. So its
last day is the 15th of November that came last before the day of loading: what is loaded
changes once a year, and nothing in it lies ahead of the real clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

BASE = date(2026, 11, 15)
LIMA = timedelta(hours=5)  # behind UTC, all the year


@dataclass(frozen=True, slots=True)
class Almanac:
    """How many years later than the base year the demonstration plays."""

    years: int = 0

    def day(self, base: date) -> date:
        """A day of the base year, on the demonstration's own calendar."""
        return base.replace(year=base.year + self.years)

    @property
    def today(self) -> date:
        """The last day of the demonstration."""
        return self.day(BASE)

    def label(self, base: str) -> str:
        """A round's label, such as 2026-II."""
        year, _, half = base.partition("-")
        return f"{int(year) + self.years}-{half}"


def almanac(on: date) -> Almanac:
    """The calendar for loading on a day."""
    return Almanac(on.year - BASE.year - ((on.month, on.day) < (BASE.month, BASE.day)))


def moment(day: date, minutes: int = 0) -> datetime:
    """Eight in the morning in Lima of that day, and so many minutes."""
    return datetime.combine(day, time(8), UTC) + LIMA + timedelta(minutes=minutes)
