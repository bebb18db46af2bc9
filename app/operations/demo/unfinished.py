"""What is never finished: a draft, and a sheet that contradicts the registers."""

import json
from datetime import date
from typing import Any

from app.operations.demo import assemblies, households
from app.operations.demo.almanac import Almanac
from app.operations.demo.script import Village
from app.operations.demo.story import ROUNDS, Telling
from app.operations.intake import Message


def draft(village: Village, almanac: Almanac) -> dict[str, Any]:
    """The half-filled diagnosis that waits on the council's page."""
    whole = assemblies.diagnosis(
        village, households.homes(village, almanac), almanac.day(date(2026, 11, 12)), 1
    )
    kept = ("date", "attendees_women", "attendees_men", "families", "dwellings", "population")
    part = {name: whole[name] for name in kept} | {"problems": whole["problems"][:1]}
    found: dict[str, Any] = json.loads(json.dumps(part))
    return found


def broken(telling: Telling) -> Message:
    """A sheet of lines about a home that nobody registered: it goes to quarantine."""
    number, _, base = ROUNDS[2]
    held = telling.held(number, base)
    row = {
        "household": "H-999",
        "consent": "on_file",
        "visit": "interviewed",
        "observations": [{"practice": "P-F1", "value": "meets", "verified": "observed"}],
    }
    return telling.message(
        "household_monitoring",
        telling.village.key("lines", "broken"),
        {"date": held.isoformat(), "households": [row]},
        cycle_uuid=telling.cycle_of(number),
        round_uuid=telling.village.key("round", number),
    )
