"""From the answers of a document to its register rows: one function an instrument.

Each clears first what the same document gave before, so a correction leaves no trace in
the registers but its own rows. Row UUIDs come from the document's UUID and the row's own
``_id`` or place in it, so that a rebuild gives the same ones.
"""

from collections.abc import Callable

from app.operations.registers import diagnoses, monitoring, people, plans, surveys
from app.operations.registers.filled import Filled

REGISTERS: dict[str, Callable[[Filled], None]] = {
    "diagnosis": diagnoses.diagnosis,
    "plan": plans.plan,
    "monitoring": monitoring.monitoring,
    "household_monitoring": monitoring.households,
    "council": people.council,
    "family": people.family,
    "self_assessment": people.self_assessment,
    "activity": plans.activity,
    "progress": plans.progress,
    "social_capital": surveys.social_capital,
    "evaluation": plans.evaluation,
}
