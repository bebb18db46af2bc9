"""What a document shows of how it was filled: for whoever reviews it, and for its score."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col

from app.capture.fields import Field, Instrument
from app.capture.values import blank
from app.operations import instruments, intake
from app.planning.counts import Count
from app.planning.quality_score import Signs, is_leap
from app.records import cycles
from app.records.aggregates import Aggregate
from app.records.catalogues import IndicatorRow
from app.records.intake import Form
from app.store.sessions import Reading, columns

COUNTED = ("monitoring", "household_monitoring")
KNOWN = ("meets", "not_yet")


@dataclass(frozen=True, slots=True)
class Leap:
    """A practice that moved far since the round before."""

    practice: str
    before: Count
    after: Count


@dataclass(frozen=True, slots=True)
class Differing:
    """A typed total beside the household lines of the same round."""

    practice: str
    typed: Count
    lines: Count


def interviewed(body: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    """The homes of a document that answered, with their row from 0."""
    homes = enumerate(body.get("households") or ())
    return [(index, home) for index, home in homes if home.get("visit") == "interviewed"]


def counts_of(body: Mapping[str, Any]) -> dict[str, Count]:
    """What a monitoring document says by practice, from its totals or from its lines."""
    if "households" not in body:
        rows = body.get("practices") or ()
        return {r["practice"]: Count(r["x"], r["n"], r.get("missing") or 0) for r in rows}
    said = Counter(
        (seen["practice"], seen["value"])
        for _, home in interviewed(body)
        for seen in home.get("observations") or ()
    )
    codes = sorted({code for code, _ in said})
    return {
        code: Count(said[code, "meets"], sum(said[code, v] for v in KNOWN), said[code, "unknown"])
        for code in codes
    }


def added(many: Iterable[Mapping[str, Count]]) -> dict[str, Count]:
    """The counts of several documents of one kind together."""
    found: dict[str, Count] = {}
    for counts in many:
        for code, c in counts.items():
            known = found.get(code, Count(0, 0))
            found[code] = Count(known.x + c.x, known.n + c.n, known.missing + c.missing)
    return found


def before(session: Reading, community_id: int, round_id: int | None) -> dict[str, Count]:
    """What the community's round before this one counted, by practice."""
    known = list(cycles.rounds(session, community_id))
    place = next((at for at, each in enumerate(known) if each.id == round_id), 0)
    if place == 0:
        return {}
    rows = session.rows(
        columns(IndicatorRow.code, Aggregate.x, Aggregate.n, Aggregate.missing)
        .join(Aggregate, col(Aggregate.indicator_id) == IndicatorRow.id)
        .where(
            col(Aggregate.community_id) == community_id,
            col(Aggregate.round_id) == known[place - 1].id,
        )
    )
    return {r[0]: Count(r[1], r[2], r[3]) for r in rows if r[2]}


def leaps(past: Mapping[str, Count], told: Mapping[str, Count]) -> list[Leap]:
    """The practices that moved far, by code."""
    return [
        Leap(code, past[code], told[code])
        for code in sorted(past.keys() & told.keys())
        if is_leap(past[code], told[code])
    ]


def differing(typed: Mapping[str, Count], lines: Mapping[str, Count]) -> list[Differing]:
    """The practices of which totals and lines do not say the same, by code."""
    return [
        Differing(code, typed[code], lines[code])
        for code in sorted(typed.keys() & lines.keys())
        if (typed[code].x, typed[code].n) != (lines[code].x, lines[code].n)
    ]


def core(instrument: Instrument, body: Mapping[str, Any]) -> tuple[int, int]:
    """Core questions that everybody is asked, and how many of them have an answer.

    A question of a list counts once, answered where any of its rows answers it.
    """
    asked = [
        answered
        for section in instrument.sections
        if section.core and not section.relevant
        for answered in _answered(section.fields, [body])
    ]
    return len(asked), sum(asked)


def _answered(fields: tuple[Field, ...], rows: Sequence[Mapping[str, Any]]) -> Iterator[bool]:
    for field in fields:
        if field.relevant or not field.answered:
            continue
        if field.type == "repeat":
            inner = [r for row in rows for r in row.get(field.code) or ()]
            if inner:
                yield from _answered(field.fields, inner)
        else:
            yield any(not blank(row.get(field.code)) for row in rows)


def of_document(session: Reading, document: Form) -> Signs:
    """The signs of one document as it stands."""
    instrument = instruments.of_version(session, document.instrument, document.version)
    body = intake.answers_of(session, document)
    asked, answered = core(instrument, body)
    homes = interviewed(body)
    told = counts_of(body) if document.instrument in COUNTED else {}
    past = before(session, document.community_id, document.round_id) if told else {}
    days = Counter(str(home["visit_date"]) for _, home in homes if home.get("visit_date"))
    return Signs(
        asked,
        answered,
        len(body.get("_reasons") or {}),
        [_said(home) for _, home in homes],
        sorted(days.values()),
        len(past.keys() & told.keys()),
        len(leaps(past, told)),
    )


def _said(home: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    seen = home.get("observations") or ()
    return tuple(sorted((each["practice"], each["value"]) for each in seen))
