"""The versions of the forms behind each round's figures, and what they ask otherwise."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import ColumnElement
from sqlmodel import col

from app.operations import instruments
from app.planning.questions import FormVersion, Reworded
from app.records.cycles import Round
from app.records.intake import Form
from app.store.sessions import Reading, columns

COUNTED = ("approved", "locked")
FEEDING = {"lines": "household_monitoring", "totals": "monitoring"}
"""The instrument behind a figure, by what gave it; what registers give has its documents in the
chain and no form of its own in the round.
"""

Versions = Mapping[int, Mapping[str, tuple[FormVersion, ...]]]
"""By round and by what gave a figure (lines, totals), the versions of its approved forms."""


def of_rounds(session: Reading, *which: ColumnElement[bool]) -> Versions:
    """The versions behind the figures of the rounds of ``which``."""
    sources = {instrument: source for source, instrument in FEEDING.items()}
    rows = session.rows(
        columns(Form.round_id, Form.instrument, Form.version)
        .join(Round, col(Round.id) == Form.round_id)
        .where(
            *which,
            col(Form.instrument).in_(sources),
            col(Form.state).in_(COUNTED),
        )
        .distinct()
    )
    found: dict[int, dict[str, list[FormVersion]]] = defaultdict(lambda: defaultdict(list))
    for round_id, instrument, version in rows:
        found[round_id][sources[instrument]].append(FormVersion(instrument, int(version)))
    return {
        round_id: {source: tuple(sorted(each)) for source, each in by_source.items()}
        for round_id, by_source in found.items()
    }


def reworded(session: Reading) -> Reworded:
    """What each published version asks otherwise than the one before it."""
    return {
        FormVersion(each.code, each.version): each.changes
        for each in instruments.versions(session)
        if each.changes
    }
