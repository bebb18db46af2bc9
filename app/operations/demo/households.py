"""The invented families: who lives in each home, and what it already does, round by round.

A practice of a home is met where the home's own draw, which never changes, lies under the
share that the village has reached; so improvement and setbacks are of the same homes, and
a child who grows up leaves one practice and enters another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from random import Random
from typing import Any

from app.operations.demo.almanac import Almanac
from app.operations.demo.script import Habit, Village, habits

PREGNANCY = 250  # days before a birth in which a council would know of it
NEAR_BIRTH = 84  # the last twelve weeks
AFTER_BIRTH = 42
WATER = frozenset({"P-F2", "P-B6", "P-F1"})
FLOODED = frozenset({*WATER, "P-F3", "P-F4"})
METHODS = ("signature",) * 6 + ("fingerprint",) * 3 + ("witness",)


@dataclass(frozen=True, slots=True)
class Home:
    """A family by its code; ``births`` are of children of the home, some still to come."""

    code: str
    sector: str
    method: str
    registered: date
    women: int
    men: int
    births: tuple[date, ...]
    lean: float
    seed: int

    @property
    def consents(self) -> bool:
        """Whether it agreed that lines about it are kept."""
        return self.method != "refused"


def homes(village: Village, almanac: Almanac) -> list[Home]:
    """The families of a village, by code."""
    random = Random(f"homes {village.code}")
    return [_home(village, almanac, random, number) for number in range(1, village.families + 1)]


def _home(village: Village, almanac: Almanac, random: Random, number: int) -> Home:
    refuses = random.random() < 0.035
    base = date(2026, 4, 6) if random.random() < 0.08 else date(2025, 10, 6)
    births: list[date] = []
    while random.random() < 0.52 and len(births) < 4:
        births.append(almanac.today + timedelta(days=180 - random.randrange(2100)))
    return Home(
        code=f"H-{number:03d}",
        sector=village.sectors[(number - 1) * len(village.sectors) // village.families],
        method="refused" if refuses else random.choice(METHODS),
        registered=almanac.day(base + timedelta(days=random.randrange(12))),
        women=random.choice((1, 1, 1, 2, 2, 3)),
        men=random.choice((0, 1, 1, 1, 2, 2)),
        births=tuple(sorted(births)),
        lean=random.gauss(0, 0.1),
        seed=random.randrange(2**32),
    )


def months(born: date, on: date) -> int:
    """Completed months of life."""
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def people(home: Home, on: date) -> list[dict[str, Any]]:
    """Children under six and women before or after a birth, numbered as the sheet asks."""
    found: list[dict[str, Any]] = []
    for nth, born in enumerate(home.births):
        days = (born - on).days
        if 0 < days <= PREGNANCY:
            found.append({"person_no": nth + 11, "person_kind": "pregnant", "_near": days})
        elif days <= 0 and months(born, on) < 72:
            found.append(
                {"person_no": nth + 1, "person_kind": "child", "birth_date": born.isoformat()}
            )
            if -days <= AFTER_BIRTH:
                found.append({"person_no": nth + 11, "person_kind": "postpartum"})
    return found


def share(village: Village, habit: Habit, number: int) -> float:
    """The share that a village has reached in a round (1 to 3), before each home's own lean."""
    base = habit.start + habit.by_zone[village.zone] + village.level
    reached = base + habit.change * village.momentum * (number - 1)
    if "flood" in village.stories and number == 3 and habit.code in FLOODED:
        reached -= 0.22  # the river rose in the second half of the year
    if "model" in village.stories and habit.code in WATER:
        reached += 0.09 * (number - 1)
    if "anomaly" in village.stories and habit.code == "P-F2" and number == 2:
        reached = 1.2  # everybody, at once, and no longer in the next round: somebody should look
    return reached


def seen(village: Village, home: Home, number: int, on: date) -> dict[str, Any]:
    """The persons and observations of a home in a round, as the sheet of lines has them."""
    persons = people(home, on)
    observations = [
        row for habit in habits() for row in _observed(village, home, habit, number, (on, persons))
    ]
    kept = [{k: v for k, v in each.items() if k != "_near"} for each in persons]
    return {**({"persons": kept} if kept else {}), "observations": observations}


def _observed(
    village: Village,
    home: Home,
    habit: Habit,
    number: int,
    who: tuple[date, list[dict[str, Any]]],
) -> Iterator[dict[str, Any]]:
    on, persons = who
    reached = share(village, habit, number) + home.lean
    if habit.ages is None and not habit.women:
        yield {"practice": habit.code, **_value(home, habit, 0, number, reached)}
        return
    for person in persons:
        if _fits(habit, person, on):
            no = person["person_no"]
            value = _value(home, habit, no, number, reached)
            yield {"practice": habit.code, "person": no, **value}


def _fits(habit: Habit, person: Mapping[str, Any], on: date) -> bool:
    if habit.ages is not None:
        if person["person_kind"] != "child":
            return False
        age = months(date.fromisoformat(person["birth_date"]), on)
        return habit.ages[0] <= age <= habit.ages[1]
    if habit.women == "near_birth":
        return bool(person["person_kind"] == "pregnant" and person["_near"] <= NEAR_BIRTH)
    return bool(person["person_kind"] == habit.women)


def chance(*of: object) -> float:
    """A number from 0 to 1 that belongs to something, for ever; quicker than a generator."""
    text = " ".join(map(str, of)).encode()
    return int.from_bytes(blake2b(text, digest_size=6).digest()) / 2**48


def _value(home: Home, habit: Habit, person: int, number: int, reached: float) -> dict[str, Any]:
    drawn = chance(home.seed, habit.code, person)
    asked = chance(home.seed, habit.code, person, number)
    if asked < 0.025:
        return {"value": "unknown"}
    known_by = habit.known_by if asked < 0.8 else "said"
    does = drawn < min(0.985, max(0.02, reached))
    return {"value": "meets" if does else "not_yet", "verified": known_by}


def counted(
    village: Village, families: list[Home], number: int, on: date
) -> dict[str, dict[str, int]]:
    """What a council that counts by hand would write down: totals by practice."""
    totals: dict[str, dict[str, int]] = {}
    for home in families:
        for row in seen(village, home, number, on)["observations"]:
            total = totals.setdefault(
                row["practice"],
                {"n": 0, "x": 0, "missing": 0, "observed": 0, "document": 0, "said": 0},
            )
            if row["value"] == "unknown":
                total["missing"] += 1
                continue
            total["n"] += 1
            total["x"] += row["value"] == "meets"
            total[row["verified"]] += 1
    return totals
