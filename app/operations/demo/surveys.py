"""Monthly progress and the survey of adults, as the demonstration tells them."""

from datetime import date
from random import Random
from typing import Any
from uuid import UUID, uuid5

from app.operations.demo.script import Village, words

Raw = dict[str, Any]
DONE = ("Se juntaron los materiales", "Se avanzó en faena", "Se coordinó con la municipalidad")


def progress(plan: UUID, actions: int, month: int, day: date) -> Raw:
    """How far each action of a plan had come in a month; some are stopped, some end."""
    rows: list[Raw] = []
    for nth in range(actions):
        random = Random(f"{plan} {nth}")
        pace = random.randrange(8, 26)
        share = min(100, pace * month)
        row: Raw = {"action": str(uuid5(plan, f"action {nth}")), "state": "in_progress"}
        if share == 100:
            row |= {"state": "done", "share": 100}
        elif pace < 11:
            row |= {"state": "stopped", "obstacle": random.choice(words()["setbacks"])}
        else:
            row |= {"share": share, "done": DONE[(nth + month) % len(DONE)]}
        rows.append(row)
    return {"date": day.isoformat(), "told": rows}


def social_capital(village: Village, number: int, nth: int, day: date) -> Raw:
    """One adult drawn by lot; every second is a woman."""
    random = Random(f"survey {village.code} {number} {nth}")
    leaning = 0.42 + 0.12 * (number - 1)

    def told(more: float = 0.0) -> str:
        return "yes" if random.random() < leaning + more else random.choice(("no", "no", "unknown"))

    return {
        "consent": "given",
        "date": day.isoformat(),
        "drawn": "drawn" if random.random() < 0.85 else "replacement",
        "sex": "woman" if nth % 2 else "man",
        "adult_age": random.choice(("y18_29", "y30_59", "y30_59", "y60_up")),
        "trust": told(),
        "harmony": told(0.1),
        "belonging": told(0.2),
        "advantage": told(-0.2),
        "efficacy_together": random.choice(("likely", "likely", "maybe", "unlikely")),
        "joined_others": told(),
        "told_authority": told(-0.1),
    }
