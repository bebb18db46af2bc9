"""What families say of themselves: their consent, and how they see their own home."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from app.operations.demo import households
from app.operations.demo.households import Home
from app.operations.demo.script import Village, words

Raw = dict[str, Any]


def family(home: Home) -> Raw:
    """A family's sheet with its consent, or its refusal and nothing more."""
    start = {"date": home.registered.isoformat(), "household": home.code, "sector": home.sector}
    if not home.consents:
        return {**start, "consent_method": "refused"}
    sheet: Raw = {
        **start,
        "consent_method": home.method,
        "consent_form": "yes",
        "consent_aggregate": "yes",
        "consent_map": "yes" if home.seed % 5 else "no",
        "members_women": home.women,
        "members_men": home.men,
    }
    if home.method != "signature":
        sheet["witness_post"] = "Secretaría de salud de la junta"
    ages = [households.months(b, home.registered) for b in home.births if b <= home.registered]
    girls = home.seed % 2
    sheet["members_women"] += sum(1 for a in ages if (a + girls) % 2)
    sheet["members_men"] += sum(1 for a in ages if not (a + girls) % 2)
    sheet["children_under_5"] = sum(1 for a in ages if a < 60)
    sheet["children_under_2"] = sum(1 for a in ages if a < 24)
    return sheet


ITEMS = (
    "water", "latrine", "kitchen", "yard", "animals", "bedrooms", "handwashing", "feeding",
    "checkups", "illness", "play", "garden", "rules", "respect", "participation",
)  # fmt: skip


def self_assessment(village: Village, home: Home, days: Sequence[date]) -> Raw:
    """A family looks at itself on the last of these days, and at what it set out to do before."""
    random = Random(f"{home.seed} assessment")
    look = {item: random.random() + home.lean for item in ITEMS}
    reached = 0.38 + 0.14 * (len(days) - 1) * village.momentum + village.level
    sheet: Raw = {"date": days[-1].isoformat(), "household": home.code, "consent": "on_file"}
    for item, drawn in look.items():
        sheet[f"item_{item}"] = (
            "yes" if drawn < reached else "on_the_way" if drawn < reached + 0.3 else "no"
        )
    sheet["commitments"] = _commitments(random, days[0], again=len(days) > 1)
    return sheet


def _commitments(random: Random, agreed: date, *, again: bool) -> list[Raw]:
    rows = []
    for item in random.sample(sorted(words()["commitments"]), random.randint(1, 3)):
        due = agreed + timedelta(days=random.choice((150, 180, 220)))
        state = random.choice(("met", "met", "met", "in_progress", "changed", "not_possible"))
        row: Raw = {
            "commitment_item": item,
            "commitment": words()["commitments"][item],
            "commitment_who": random.choice(("mamá", "papá", "todos")),
            "agreed_on": agreed.isoformat(),
            "due_date": due.isoformat(),
            "state": state if again else "in_progress",
        }
        if row["state"] in ("changed", "not_possible"):
            row["state_reason"] = "Elegimos algo que sí podíamos hacer ahora"
        rows.append(row)
    return rows
