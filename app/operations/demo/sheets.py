"""Filled sheets of the demonstration, in the one spelling in which answers are kept.

They are not read again when they are loaded; a test reads every kind of them by the rules
of its instrument and holds the outcome against what stands here.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from app.operations.demo import households, terrain
from app.operations.demo.almanac import Almanac
from app.operations.demo.households import Home
from app.operations.demo.script import Trouble, Village, words

Raw = dict[str, Any]
POSTS = ("president", "vice_president", "secretary", "treasurer", "health", "production", "member")


def council(village: Village, almanac: Almanac) -> Raw:
    """The acta that constituted the council, with its posts; women's share varies widely."""
    random = Random(f"council {village.code}")
    elected = almanac.day(date(2025, 3, 2) + timedelta(days=random.randrange(180)))
    ends = elected + timedelta(days=730)
    if "mandate_ends" in village.stories:
        ends = almanac.today + timedelta(days=50)
        elected = ends - timedelta(days=730)
    if "mandate_over" in village.stories:
        elected = almanac.day(date(2024, 5, 12) + timedelta(days=random.randrange(20)))
        ends = elected + timedelta(days=730)
    homes = village.families
    sheet: Raw = {
        "date": elected.isoformat(),
        "acta_kind": "election",
        "acta_number": f"Libro {random.randint(1, 4)}, folio {random.randint(3, 96)}",
        "attendees_women": max(4, round(homes * random.uniform(0.18, 0.42))),
        "attendees_men": max(4, round(homes * random.uniform(0.2, 0.45))),
        "election_date": elected.isoformat(),
        "mandate_from": (elected + timedelta(days=5)).isoformat(),
        "mandate_to": ends.isoformat(),
        "recognised": "yes",
        "posts": _posts(village, random),
        "vision": random.choice(words()["visions"]),
        "vision_date": (elected - timedelta(days=random.randrange(30, 300))).isoformat(),
    }
    if "no_resolution" in village.stories or random.random() < 0.12:
        return {**sheet, "recognised": "no"}
    sheet["resolution_number"] = f"RA {random.randint(11, 290):03d}-{elected.year}"
    sheet["resolution_date"] = (elected + timedelta(days=random.randrange(20, 70))).isoformat()
    return sheet


def _posts(village: Village, random: Random) -> list[Raw]:
    # From none to most: women's share of the board is one of the district's indicators.
    women = {0: 0, 1: 1, 2: 2, 3: 3, 4: 5}[village.number % 5]
    if "model" in village.stories:
        women = 4
    count = 5 if village.families < 45 else 7
    sexes = ["woman"] * min(women, count) + ["man"] * (count - min(women, count))
    random.shuffle(sexes)
    posts = []
    for post, sex in zip(POSTS, sexes, strict=False):
        if post == "member" and random.random() < 0.2:
            posts.append({"post": post})  # vacant
            continue
        posts.append({"post": post, "holder_name": _name(sex, random), "holder_sex": sex})
    return posts


def _name(sex: str, random: Random) -> str:
    first = random.choice(words()["first_names"][sex])
    one, other = random.sample(words()["surnames"], 2)
    return f"{first} {one} {other}"


def lines(village: Village, homes: Sequence[Home], number: int, held: date) -> Raw:
    """A round home by home: some absent, some that prefer not to."""
    rows = []
    reach = {1: 0.82, 2: 0.9, 3: 0.86}[number]
    for home in homes:
        if home.registered > held:
            continue
        met = households.chance(home.seed, "visit", number)
        row: Raw = {"household": home.code, "sector": home.sector}
        if not home.consents:
            rows.append({**row, "consent": "refused"})
        elif met > reach:
            rows.append({**row, "consent": "on_file", "visit": "absent"})
        else:
            visited = (held - timedelta(days=int(met * 9))).isoformat()
            row |= {"consent": "on_file", "visit": "interviewed", "visit_date": visited}
            rows.append(row | households.seen(village, home, number, held))
    return {"date": held.isoformat(), "households": rows}


def totals(village: Village, homes: Sequence[Home], number: int, held: date) -> Raw:
    """Typed totals: the community's own practices, and all of them where nobody wrote lines."""
    random = Random(f"totals {village.code} {number}")
    visited = [h for h in homes if h.consents and h.registered <= held]
    counted = households.counted(village, visited, number, held)
    if village.way == "both":
        # What the council believed before the lines were written: rounder, and higher.
        counted = {
            code: {**each, "x": min(each["n"], each["x"] + round(each["n"] * 0.24))}
            for code, each in counted.items()
            if code.startswith("P-F")
        }
    rows = [_total(code, each) for code, each in counted.items() if village.way != "lines"]
    for code, chance in (("P-K1", 0.8), ("P-K2", 0.5), ("P-K3", 0.55), ("P-K4", 0.2), ("P-K5", 0.3),
                         ("P-K6", 0.45)):  # fmt: skip
        lean = village.level + 0.08 * number * village.momentum
        rows.append(_own(code, random.random() < chance + lean))
    women = any(p.get("holder_sex") == "woman" for p in _posts(village, Random(0)))
    rows.append(_own("P-K7", women))
    small = sum(1 for h in visited for b in h.births if 0 <= households.months(b, held) < 60)
    ill = round(small * max(0.02, 0.24 - 0.04 * number * village.momentum - village.level / 4))
    return {
        "date": held.isoformat(),
        "homes_visited": len(visited),
        "practices": rows,
        "children_asked_diarrhoea": small,
        "children_with_diarrhoea": min(small, ill),
    }


def _total(code: str, counted: dict[str, int]) -> Raw:
    return {
        "practice": code,
        "n": counted["n"],
        "x": counted["x"],
        "missing": counted["missing"],
        "observed": counted["observed"],
        "documented": counted["document"],
        "said": counted["said"],
    }


def _own(code: str, does: bool) -> Raw:
    return {"practice": code, "n": 1, "x": int(does), "missing": 0, "documented": 1}


def plan(village: Village, named: Sequence[tuple[Trouble, UUID]], about: Raw, starts: date) -> Raw:
    """The communal plan: an action for each problem taken up, in order of importance."""
    random = Random(f"plan {village.code} {starts}")
    ends = starts.replace(year=starts.year + 1) - timedelta(days=1)
    women, men = about["attendees_women"], about["attendees_men"]
    actions = []
    for nth, (trouble, problem) in enumerate(named):
        begins = starts + timedelta(days=20 * nth)
        actions.append(
            _action(village, trouble, about, random)
            | {
                "problem": str(problem),
                "start": begins.isoformat(),
                "end": min(ends, begins + timedelta(days=random.randrange(90, 240))).isoformat(),
                "priority": nth + 1,
                "votes_women": round(women * random.uniform(0.6, 1)),
                "votes_men": round(men * random.uniform(0.6, 1)),
            }
        )
    return {
        "date": (starts - timedelta(days=16)).isoformat(),
        "attendees_women": women,
        "attendees_men": men,
        "vision": random.choice(words()["visions"]),
        "period_start": starts.isoformat(),
        "period_end": ends.isoformat(),
        "actions": actions,
        "agreement": "Se aprueba el plan y se publica en el local comunal",
    }


def _action(village: Village, trouble: Trouble, about: Raw, random: Random) -> Raw:
    families, people = about["families"], about["population"]
    reached = max(1, round(families * trouble.affects))
    cost = random.randrange(trouble.cost[0], trouble.cost[1] + 1, 50)
    row: Raw = {
        "action": trouble.action,
        "expected_result": trouble.expected,
        "kind": trouble.kind,
        "theme": trouble.theme,
        "responsible": random.choice(
            ("Junta vecinal", "Secretaría de salud", "Comité de agua", "Vaso de leche", "APAFA")
        ),
        "allies": ["facility", "municipality"] if trouble.raised else ["facility"],
        "families_benefited": reached,
        "people_benefited": round(people * trouble.affects),
        "labour_days": reached * random.choice((1, 2, 3)),
        "cost_soles": str(cost),
        "funders": ["community", "municipality"] if trouble.raised else ["community"],
        "raise_to_budget": "yes" if trouble.raised else "no",
    }
    for name, value in (("practice", trouble.practice), ("indicator", trouble.indicator)):
        if value:
            row[name] = value
    place = terrain.shape(trouble.shape, village.at, terrain.CENTRE, random)
    if place is not None:
        row["place"] = place
    return row


def evaluation(form: UUID, results: int, held: date, close: bool, random: Random) -> Raw:
    """The end of a cycle: what became of each action of its plan, and what comes next."""
    rows: list[Raw] = []
    for nth in range(results):
        outcome = random.choice(("achieved", "achieved", "partly", "not_achieved"))
        row: Raw = {"action": str(uuid5(form, f"action {nth}")), "outcome": outcome}
        if outcome != "achieved":
            row["why"] = random.choice(words()["setbacks"])
        rows.append(row)
    return {
        "date": held.isoformat(),
        "attendees_women": random.randint(14, 30),
        "attendees_men": random.randint(12, 28),
        "results": rows,
        "challenges": [
            {"challenge": each["text"], "theme": each["theme"]}
            for each in random.sample(words()["challenges"], 2)
        ],
        "lessons": "Lo que se acuerda entre mujeres y varones se cumple mejor",
        "close_cycle": "yes" if close else "no",
    }


def activity(village: Village, nth: int, held: date) -> Raw:
    """A session, campaign or work day, with who took part."""
    random = Random(f"activity {village.code} {nth}")
    told = words()["activities"][(village.number + nth) % len(words()["activities"])]
    homes = village.families
    return {
        "date": held.isoformat(),
        "kind": told["kind"],
        "theme": told["theme"],
        "activity": told["text"],
        "attendees_women": max(3, round(homes * random.uniform(0.15, 0.5))),
        "attendees_men": max(1, round(homes * random.uniform(0.08, 0.45))),
        "demonstration": told["hands_on"],
        "hours": str(random.choice((1, 2, 3, 4))),
        "place": terrain.point(village.at, random, 0.6),
    }
