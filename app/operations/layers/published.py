"""Communities by an indicator as the public may know it: the publication table and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from app.capture.fields import Text
from app.gis.classes import fixed
from app.operations import standing
from app.operations.figures import Indicator
from app.operations.layers import choices, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.remembered import remembered
from app.planning.counts import Count
from app.records.aggregates import Publication
from app.records.territory import Community
from app.store.sessions import Reading, columns

_NO_PUBLIC = Text(
    "El distrito todavía no publicó cifras de sus comunidades.",
    "The district has not published figures of its communities yet.",
)
_NOTE = Text(
    "Solo cifras publicadas. Las de grupos pequeños no se publican.",
    "Published figures only. Those of small groups are not published.",
)
_KEPT = Text("no se publica: es un grupo pequeño", "not published: a small group")
_ONE = Text("Cifras publicadas de {n} comunidad.", "Published figures of {n} community.")
_MANY = Text("Cifras publicadas de {n} comunidades.", "Published figures of {n} communities.")


def value(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    code = choices.chosen(
        asked.indicator,
        choices.indicators(session, asked),
        choices.most_published(session, asked),
    )
    if code is None:
        return choices.nothing(asked, _NO_PUBLIC)
    key = ("layer published", asked.where.place_id, code, asked.round)
    rows = remembered(session, asked.where, key, lambda: _public_rows(session, asked, code))
    indicator = standing.indicators(session, asked.where)[code]
    values = {row.code: _public_value(row, indicator, asked.lang) for row in rows}
    known = [row for row in rows if row.n]
    up = indicator.direction == "up"
    # Their sum is told nowhere here: the district's own figure is published for itself.
    return Told(
        title=words.name(indicator, asked.lang),
        values=values,
        n=words.of_all(len(known), len(marks), asked.lang),
        sentence=words.some(_ONE, _MANY, len(known), asked.lang),
        unit="%",
        classes=fixed(choices.FIFTHS, unit="%", dark_low=up, wording=words.wording(asked.lang)),
        on=max((row.as_of for row in rows), default=None),
        note=_NOTE.of(asked.lang),
        chosen=code,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    state: str
    label: str
    as_of: date
    x: int | None
    n: int | None


def _public_rows(session: Reading, asked: Asked, code: str) -> list[_Row]:
    """Of each community the newest publication, of the round asked for where one is."""
    wanted = (
        columns(
            Community.code,
            Publication.state,
            Publication.round_label,
            Publication.as_of,
            Publication.x,
            Publication.n,
        )
        .join(Community, col(Community.id) == Publication.community_id)
        .where(
            col(Publication.place_id) == asked.where.place_id,
            col(Publication.indicator) == code,
            col(Publication.state).in_(choices.ON_MAP),
        )
        .order_by(col(Publication.as_of), col(Publication.id))
    )
    if asked.round:
        wanted = wanted.where(col(Publication.round_label) == asked.round)
    return list({row[0]: _Row(*row) for row in session.rows(wanted)}.values())


def _public_value(row: _Row, indicator: Indicator, lang: str) -> Value:
    lines = ((choices.ROUND.of(lang), row.label),)
    if row.x is None or not row.n or row.state == "suppressed":
        return Value(text=_KEPT.of(lang), lines=lines)
    count = Count(row.x, row.n)
    said = words.counted(count, indicator, lang)
    share = row.x / row.n
    return Value(round(share, 4), row.x, row.n, f"{said} ({words.share(share, lang)})", None, lines)
