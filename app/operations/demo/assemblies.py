"""Diagnoses of the demonstration: who lives there, what there is, and what weighs most.

Each person votes once; women and men are drawn apart, by what each of them feels most.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any
from uuid import UUID, uuid5

from app.operations.demo import households, terrain
from app.operations.demo.households import Home
from app.operations.demo.script import Trouble, Village, troubles, words

Raw = dict[str, Any]
WATER = {"town": "network", "river": "river", "valley": "standpipe", "hill": "spring"}
BUNDLE = "chlorine"  # what five communities ask for alike
FOR_MEN = ("road", "fields", "power")  # what a plan that left the women out took up
FOR_WOMEN = ("chlorine", "anaemia", "farpost")
LEFT_OUT = ((0, 9), (6, 0), (4, 1), (2, 0), (0, 6), (0, 4))  # women's and men's votes, in order


def named(village: Village, nth: int = 0) -> list[Trouble]:
    """The problems that the assembly names, in the order in which they are told."""
    if "women_left_out" in village.stories:
        return [troubles()[key] for key in (FOR_MEN[0], *FOR_WOMEN, *FOR_MEN[1:])]
    random = Random(f"problems {village.code} {nth}")
    pool = [t for t in troubles().values() if village.zone in t.zones and t.key != BUNDLE]
    first = [troubles()[BUNDLE]] if "bundle" in village.stories else []
    if "flood" in village.stories:
        first = [troubles()["flood"]]
    weighed = sorted(pool, key=lambda t: -((t.women + t.men) ** 0.6) * random.random())
    return list(dict.fromkeys(first + weighed))[: random.randint(3, 6)]


def taken_up(village: Village, diagnosis: UUID, nth: int = 0) -> list[tuple[Trouble, UUID]]:
    """The problems that the plan serves, each with the key of its row in the diagnosis."""
    told = [
        (trouble, uuid5(diagnosis, f"problem {row}"))
        for row, trouble in enumerate(named(village, nth))
    ]
    if "women_left_out" in village.stories:
        return [(trouble, key) for trouble, key in told if trouble.key in FOR_MEN]
    return told[: max(2, len(told) - 1)]


def diagnosis(village: Village, homes: Sequence[Home], held: date, nth: int = 0) -> Raw:
    """The communal diagnosis: its core, and as many of its other sections as time allowed."""
    random = Random(f"diagnosis {village.code} {nth}")
    sheet = _people(homes, held) | _travel(village) | _water(village, random, nth)
    women = max(5, round(village.families * random.uniform(0.2, 0.45)))
    men = max(5, round(village.families * random.uniform(0.18, 0.42)))
    if "women_left_out" in village.stories:
        women, men = 12, 22
    sheet |= {
        "date": held.isoformat(),
        "attendees_women": women,
        "attendees_men": men,
        "dwellings": sheet["families"] - sheet["families"] // 30,
    }
    dwellings = sheet["dwellings"]
    for name, reach in (("dwellings_with_water", 0.55), ("dwellings_with_toilet", 0.6)):
        lean = {"town": 0.28, "river": -0.22, "valley": 0.06, "hill": -0.1}[village.zone]
        part = min(0.98, max(0.06, reach + lean + village.level + random.uniform(-0.12, 0.12)))
        sheet[name] = round(dwellings * part)
    sheet["problems"] = _problems(village, sheet, (women, men), random, nth)
    return sheet | _surroundings(village, sheet, random) | _more(village, sheet, random)


def _people(homes: Sequence[Home], held: date) -> Raw:
    ages = [households.months(b, held) for h in homes for b in h.births if b <= held]
    coming = sum(1 for h in homes for b in h.births if 0 < (b - held).days <= households.PREGNANCY)
    adults = sum(h.women + h.men for h in homes)
    return {
        "families": len(homes),
        "population": adults + len(ages) + len(homes),  # and the older children
        "children_under_5": sum(1 for a in ages if a < 60),
        "children_under_2": sum(1 for a in ages if a < 24),
        "pregnant_women": coming,
    }


def _travel(village: Village) -> Raw:
    post = words()["facilities"][village.facility - 1]
    far = terrain.distance_km(village.at, (post["lon"], post["lat"]))
    pace = {"town": 4, "river": 5, "valley": 7, "hill": 13}[village.zone]
    dry = 5 * round((8 + far * pace) / 5)
    return {"minutes_dry": dry, "minutes_rain": 5 * round(dry * (1.2 if far < 2 else 1.6) / 5)}


def _water(village: Village, random: Random, nth: int) -> Raw:
    found: Raw = {"water_source": WATER[village.zone]}
    if village.zone == "river" and village.number % 3:
        found["water_source"] = "well"
    if random.random() < 0.72:
        sampled = random.randint(5, 12)
        clean = {"town": 0.5, "river": 0.04, "valley": 0.2, "hill": 0.08}[village.zone]
        found |= {
            "water_chlorinated": "yes" if clean > 0.15 else "no",
            "chlorine_mg_l": f"0.{random.randint(1, 6)}" if clean > 0.15 else "0",
            "chlorine_homes_sampled": sampled,
            "chlorine_homes_enough": min(sampled, round(sampled * (clean + nth * 0.2))),
            "water_hours_day": str(random.choice((2, 4, 6, 12, 24))),
        }
    if found["water_source"] in ("network", "standpipe", "spring"):
        found["water_manager"] = random.choice(("jass", "jass", "municipality", "nobody"))
        found["water_board_active"] = random.choice(("yes", "no", "no", "unknown"))
    return found


def _problems(
    village: Village, about: Raw, present: tuple[int, int], random: Random, nth: int
) -> list[Raw]:
    told = named(village, nth)
    women = _votes([t.women for t in told], present[0], random)
    men = _votes([t.men for t in told], present[1], random)
    if "women_left_out" in village.stories:
        women, men = ([pair[side] for pair in LEFT_OUT] for side in (0, 1))
    rows = []
    for row, trouble in enumerate(told):
        problem: Raw = {
            "description": trouble.description,
            "theme": trouble.theme,
            "cause": trouble.cause,
            "people_affected": max(1, round(about["population"] * trouble.affects)),
            "since_year": int(about["date"][:4]) - random.randint(1, 14),
            "votes_women": women[row],
            "votes_men": men[row],
        }
        place = terrain.shape(trouble.shape or "point", village.at, terrain.CENTRE, random)
        if place is not None and random.random() < 0.9:
            problem["place"] = place
        rows.append(problem)
    return rows


def _votes(weights: Sequence[int], people: int, random: Random) -> list[int]:
    cast = Counter(random.choices(range(len(weights)), weights, k=people - people // 12))
    return [cast[row] for row in range(len(weights))]


def _surroundings(village: Village, about: Raw, random: Random) -> Raw:
    found: Raw = {}
    if random.random() < 0.85:  # else nobody asked: that is not "none"
        found["assets_gate"] = "some"
        found["assets"] = _assets(village, random)
    gate = random.random()
    if "flood" in village.stories or gate < 0.6:
        found["hazards_gate"] = "some"
        found["hazards"] = _hazards(village, about, random)
    elif gate < 0.8:
        found["hazards_gate"] = "none"
    return found


def _assets(village: Village, random: Random) -> list[Raw]:
    near = village.at
    rows: list[Raw] = [
        {
            "asset_kind": "meeting",
            "asset_name": "Local comunal",
            "asset_state": random.choice(("good", "fair")),
            "asset_place": terrain.point(near, random, 0.2),
        },
        {
            "asset_kind": "school",
            "asset_name": f"Escuela de {village.name}",
            "asset_state": random.choice(("good", "fair", "bad")),
            "asset_place": terrain.point(near, random, 0.3),
        },
        {
            "asset_kind": "road",
            "asset_name": "Camino a la capital",
            "asset_state": random.choice(("fair", "bad")),
            "asset_place": terrain.way(near, terrain.CENTRE, random, 0.5),
        },
    ]
    if village.zone in ("hill", "valley"):
        rows.append(
            {
                "asset_kind": "intake",
                "asset_name": "Captación",
                "asset_state": random.choice(("fair", "bad")),
                "asset_place": terrain.point(near, random, 1.5),
            }
        )
    if village.zone == "river":
        river = {"asset_kind": "river", "asset_name": "Río Killa"}
        rows.append({**river, "asset_place": terrain.river(near)})
    if village.kind in ("nativa", "campesina"):
        border = terrain.patch(near, random, 2.2)
        rows.append({"asset_kind": "boundary", "asset_name": village.name, "asset_place": border})
    return rows


def _hazards(village: Village, about: Raw, random: Random) -> list[Raw]:
    kinds = {"town": ["flood"], "river": ["flood", "erosion"], "valley": ["debris_flow"],
             "hill": ["landslide", "frost"]}[village.zone]  # fmt: skip
    rows = []
    for kind in kinds:
        row: Raw = {
            "hazard_kind": kind,
            "hazard_last_year": int(about["date"][:4]) - random.randint(0, 4),
            "hazard_families": max(1, round(about["families"] * random.uniform(0.05, 0.35))),
        }
        if kind != "frost":
            row["hazard_place"] = terrain.patch(village.at, random, 0.7)
        rows.append(row)
    return rows


def _more(village: Village, about: Raw, random: Random) -> Raw:
    """The optional sections, of which each assembly fills some."""
    found: Raw = {"agreement": "Se aprueba el diagnóstico y se convoca para hacer el plan"}
    if random.random() < 0.8:
        found |= {
            "founded_year": 1938 + (village.number * 7) % 70,
            "assembly_language": ["es"] if village.language == "es" else ["es", village.language],
            "strengths": random.choice(words()["strengths"]),
        }
    if random.random() < 0.7:
        far = terrain.distance_km(village.at, terrain.CENTRE)
        dry = 5 * round((6 + far * 7) / 5)
        modes = {"town": "motorcycle", "river": "boat", "valley": "car", "hill": "walk"}
        found |= {
            "facility_mode": modes[village.zone],
            "capital_minutes_dry": dry,
            "capital_minutes_rain": 5 * round(dry * 1.5 / 5),
            "capital_mode": modes[village.zone],
        }
    if random.random() < 0.6:
        pupils = round(about["population"] * 0.16)
        found["schools"] = [
            {"school_level": "primary", "pupils": pupils, "teachers": max(1, pupils // 18)}
        ]
        found["health_agents"] = random.randint(0, 3)
        found["energy_sources"] = (
            ["grid"]
            if village.zone == "town"
            else random.choice((["solar"], ["generator"], ["none"]))
        )
    if random.random() < 0.6:
        found["earth_floor"] = round(about["dwellings"] * random.uniform(0.3, 0.9))
        found["activities"] = ["crops", "fishing"] if village.zone == "river" else ["crops"]
        found["organisations_active"] = ["council", "glass_of_milk", "parents"]
    return found
