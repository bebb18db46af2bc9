"""What the demonstration is written from: the files of ``seeds/demo``, read and typed."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from app.capture import yaml_text
from app.settings import ROOT

FOLDER = ROOT / "seeds" / "demo"
SPACE = UUID("5d3a1c9e-4b1f-5e7a-9c55-990101990101")  # every key of the demonstration comes from it


@dataclass(frozen=True, slots=True)
class Village:
    """One invented community, and what is to be told of it.

    ``level`` and ``momentum`` move its shares up or down and say how fast they grow; ``way``
    is how its practices were counted (lines, totals, both or none); ``missing`` are the
    rounds of which nothing came; ``stories`` are named in ``README.md`` of the folder.
    """

    number: int
    name: str
    kind: str
    language: str
    families: int
    altitude_m: int
    zone: str
    facility: int
    lon: float
    lat: float
    sectors: tuple[str, ...]
    way: str
    missing: frozenset[int]
    level: float
    momentum: float
    stories: frozenset[str]

    @property
    def code(self) -> str:
        """Its code: the district's and its own number."""
        return f"990101{self.number:04d}"

    @property
    def at(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.lon, self.lat

    def key(self, *parts: object) -> UUID:
        """The key of something of this community: the same each time it is loaded."""
        return uuid5(SPACE, " ".join(map(str, (self.code, *parts))))


@dataclass(frozen=True, slots=True)
class Habit:
    """A healthy practice as the demonstration plays it.

    ``ages`` are months, or None for the whole home; ``women`` is pregnant, near_birth or
    postpartum; ``start`` and ``change`` are shares, the second by half-year.
    """

    code: str
    ages: tuple[int, int] | None
    women: str
    start: float
    change: float
    by_zone: Mapping[str, float]
    known_by: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem that assemblies name, and what their plans do about it."""

    key: str
    theme: str
    zones: frozenset[str]
    women: int
    men: int
    affects: float
    shape: str
    description: str
    cause: str
    action: str
    kind: str
    practice: str
    indicator: str
    cost: tuple[int, int]
    raised: bool
    expected: str


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def villages() -> tuple[Village, ...]:
    """Every community, by number."""
    return tuple(_village(row) for row in _lines("communities.csv"))


def _village(row: Mapping[str, str]) -> Village:
    return Village(
        number=int(row["number"]),
        name=row["name"],
        kind=row["kind"],
        language=row["language"],
        families=int(row["families"]),
        altitude_m=int(row["altitude_m"]),
        zone=row["zone"],
        facility=int(row["facility"]),
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        sectors=tuple(row["sectors"].split("|")),
        way=row["way"],
        missing=frozenset(map(int, row["missing"].split())),
        level=float(row["level"]),
        momentum=float(row["momentum"]),
        stories=frozenset(row["stories"].split()),
    )


@cache
def habits() -> tuple[Habit, ...]:
    """Every practice that is asked."""
    return tuple(_habit(row) for row in _lines("practices.csv"))


def _habit(row: Mapping[str, str]) -> Habit:
    first = row["from"]
    ages = (int(first), int(row["to"])) if first.isdigit() else None
    return Habit(
        code=row["code"],
        ages=ages,
        women="" if first.isdigit() else first,
        start=float(row["start"]),
        change=float(row["change"]),
        by_zone={zone: float(row[zone]) for zone in ("town", "river", "valley", "hill")},
        known_by=row["known_by"],
    )


@cache
def troubles() -> Mapping[str, Trouble]:
    """Every problem, by its key."""
    return {row["key"]: _trouble(row) for row in _lines("problems.csv")}


def _trouble(row: Mapping[str, str]) -> Trouble:
    return Trouble(
        key=row["key"],
        theme=row["theme"],
        zones=frozenset(row["zones"].split()),
        women=int(row["women"]),
        men=int(row["men"]),
        affects=float(row["affects"]),
        shape=row["shape"],
        description=row["description"],
        cause=row["cause"],
        action=row["action"],
        kind=row["kind"],
        practice=row["practice"],
        indicator=row["indicator"],
        cost=(int(row["cost_from"]), int(row["cost_to"])),
        raised=row["raised"] == "yes",
        expected=row["expected"],
    )


@cache
def words(folder: Path = FOLDER) -> Mapping[str, Any]:
    """Names, texts and figures of ``district.yaml``."""
    found: Mapping[str, Any] = yaml_text.read(
        (folder / "district.yaml").read_text(encoding="utf-8")
    )
    return found
