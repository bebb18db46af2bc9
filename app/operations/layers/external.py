"""Figures by district: what other bodies publish, and what the districts published of theirs.

All of it is public already. A level of risk in words keeps its order; words that have none
are not drawn.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import col

from app.capture.fields import Text
from app.errors import Unknown
from app.gis.classes import COOL, WARM, Classes, Method, fixed, of_values
from app.operations import standing
from app.operations.layers import choices, words
from app.operations.layers.declared import Told, Value
from app.operations.remembered import remembered
from app.records.aggregates import Publication
from app.records.places import EVERYWHERE
from app.records.territory import ExternalValue, Place
from app.store.sessions import Reading, columns

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
LEVELS = {
    "muy bajo": (1, Text("muy bajo", "very low")),
    "bajo": (2, Text("bajo", "low")),
    "medio": (3, Text("medio", "medium")),
    "alto": (4, Text("alto", "high")),
    "muy alto": (5, Text("muy alto", "very high")),
}
_NOT_APPLICABLE = "no aplica"
_DISTRICT = Text("{n} distrito", "{n} district")
_DISTRICTS = Text("{n} distritos", "{n} districts")
_SENTENCE = Text("{title}: hay dato de {known}.", "{title}: there are data of {known}.")
_NOTHING = Text(
    "Todavía no se importó ningún indicador por distrito.",
    "No indicator by district has been imported yet.",
)
_PUBLISHED = Text("Cifras publicadas por cada distrito", "Figures published by each district")
UNSAID = Text("fuente no indicada", "source not told")


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator by district that can be drawn; ``ours`` where districts published it."""

    code: str
    name: str
    ours: bool


@dataclass(frozen=True, slots=True)
class National:
    """What is told of the districts, with its source and its period in words."""

    told: Told
    source: str
    period: str = ""

    @property
    def year(self) -> int | None:
        """The year of the figures, the last of a span; None where nothing says it."""
        years = _YEAR.findall(self.period)
        return max(map(int, years), default=None)


def series(session: Reading, lang: str) -> list[Series]:
    """What may be chosen: what most districts have first, then ours, then by name."""
    found = remembered(session, EVERYWHERE, ("series", lang), lambda: _series(session, lang))
    return list(found)


def _series(session: Reading, lang: str) -> list[Series]:
    known = standing.indicators(session, EVERYWHERE)
    ours = session.rows(
        columns(Publication.indicator, func.count(func.distinct(col(Publication.place_id))))
        .where(
            col(Publication.community_id).is_(None),
            col(Publication.state).in_(choices.ON_MAP[:2]),
        )
        .group_by(Publication.indicator)
    )
    listed = [(n, Series(c, words.name(known[c], lang), True)) for c, n in ours if c in known]
    external = session.rows(
        columns(ExternalValue.indicator, func.count(func.distinct(col(ExternalValue.place_code))))
        .where(func.length(col(ExternalValue.place_code)) == 6)
        .group_by(ExternalValue.indicator)
    )
    listed += [(n, Series(c, c.replace("_", " ").capitalize(), False)) for c, n in external]
    widest = max((n for n, _ in listed), default=0)

    def order(pair: tuple[int, Series]) -> tuple[bool, bool, str, str]:
        n, each = pair
        # A map of the country opens with what nearly all of it has, not with one district.
        return (2 * n < widest, not each.ours, each.name.casefold(), each.code)

    return [each for _, each in sorted(listed, key=order)]


def of_districts(session: Reading, code: str, lang: str) -> National:
    """The values of one indicator by UBIGEO; without a code, of the first there is.

    Raises
    ------
    Unknown
        There is no such indicator by district.
    """
    offered = {each.code: each for each in series(session, lang)}
    if not code and not offered:
        return National(Told("", {}, "", _NOTHING.of(lang)), "")
    if code and code not in offered:
        raise Unknown(
            "No hay ningún indicador «{code}» por distrito.",
            remedy="Elija uno de la lista.",
            field="indicator",
            code=code[:60],
        )
    chosen = offered[code] if code else next(iter(offered.values()))
    key = ("districts by", chosen.code, lang)
    make = _ours if chosen.ours else _theirs
    return remembered(session, EVERYWHERE, key, lambda: make(session, chosen, lang))


def _ours(session: Reading, chosen: Series, lang: str) -> National:
    indicator = standing.indicators(session, EVERYWHERE)[chosen.code]
    rows = session.rows(
        columns(Place.code, Publication.x, Publication.n, Publication.as_of)
        .join(Place, col(Place.id) == Publication.place_id)
        .where(
            col(Publication.indicator) == chosen.code,
            col(Publication.community_id).is_(None),
            col(Publication.state).in_(choices.ON_MAP[:2]),
        )
        .order_by(col(Publication.as_of), col(Publication.id))
    )
    values = {
        row.code: Value(round(row.x / row.n, 4), row.x, row.n)
        for row in rows
        if row.n and row.x is not None
    }
    up = indicator.direction == "up"
    classes = fixed(choices.FIFTHS, unit="%", dark_low=up, wording=words.wording(lang))
    newest = max((row.as_of for row in rows), default=None)
    return National(_told(chosen, values, "%", classes, (lang, newest)), _PUBLISHED.of(lang))


def _theirs(session: Reading, chosen: Series, lang: str) -> National:
    rows = session.rows(
        columns(
            ExternalValue.place_code,
            ExternalValue.value,
            ExternalValue.text,
            ExternalValue.unit,
            ExternalValue.source,
            ExternalValue.period,
        )
        .where(
            col(ExternalValue.indicator) == chosen.code,
            func.length(col(ExternalValue.place_code)) == 6,
        )
        .order_by(col(ExternalValue.period), col(ExternalValue.place_code))
    )
    period = rows[-1].period if rows else ""
    rows = [row for row in rows if row.period == period]
    unit = next((row.unit for row in rows if row.unit), "")
    source = next((row.source for row in rows if row.source), UNSAID.of(lang))
    if any(row.value is not None for row in rows):
        shares = unit == "%"
        values = {
            row.place_code: Value(round(row.value / 100, 6) if shares else row.value)
            for row in rows
            if row.value is not None
        }
        classes = of_values(
            (value.value for value in values.values()),
            Method.QUANTILES,
            unit=unit,
            ramp=COOL,
            wording=words.wording(lang),
        )
    else:
        values, classes = _levels(rows, lang), _level_classes(lang)
    return National(_told(chosen, values, unit, classes, (lang, None)), source, _dated(period))


def _dated(period: str) -> str:
    """The period as a legend tells it; nothing where the table had none."""
    return period if any(sign.isdigit() for sign in period) else ""


def _levels(rows: Sequence[Any], lang: str) -> dict[str, Value]:
    found = {}
    for row in rows:
        word = (row.text or "").casefold()
        if word in LEVELS:
            level, text = LEVELS[word]
            found[row.place_code] = Value(float(level), text=text.of(lang))
        elif word == _NOT_APPLICABLE:
            found[row.place_code] = Value(text=Text("no aplica", "does not apply").of(lang))
    return found


def _level_classes(lang: str) -> Classes:
    edges = tuple(level + 0.5 for level in range(len(LEVELS) + 1))
    return Classes(edges, WARM, tuple(text.of(lang) for _, text in LEVELS.values()))


def _told(
    chosen: Series,
    values: dict[str, Value],
    unit: str,
    classes: Classes | None,
    said: tuple[str, date | None],
) -> Told:
    lang, on = said
    count = sum(1 for value in values.values() if value.value is not None)
    known = words.some(_DISTRICT, _DISTRICTS, count, lang)
    return Told(
        title=chosen.name,
        values=values,
        n=known,
        sentence=words.say(_SENTENCE, lang, title=chosen.name, known=known),
        unit=unit,
        classes=classes,
        on=on,
        chosen=chosen.code,
    )
