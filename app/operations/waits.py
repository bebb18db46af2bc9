"""How long a document has waited for a decision, counted alike for councils and reviewers."""

from datetime import datetime

from app.store.types import now

LATE_DAYS = 15  # after which a document counts as not reviewed, and its council is told


def days(state: str, sent_at: datetime, decided_at: datetime | None = None) -> int:
    """Whole days since it was sent, or put back on the table; 0 where nobody has to decide."""
    if state != "sent":
        return 0
    return (now() - max(sent_at, decided_at or sent_at)).days
