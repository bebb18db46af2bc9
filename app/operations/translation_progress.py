"""How far the languages of a district are, and which lines wait for whom."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.capture import packs as pack_lines
from app.capture.fields import Instrument
from app.capture.packs import TONGUES, Line
from app.operations import instruments
from app.records import translations
from app.records.places import Where
from app.records.translations import Translation
from app.store.sessions import Reading


@dataclass(frozen=True, slots=True)
class Share:
    """Of so many lines, how many are said at all and how many reach the forms."""

    lines: int
    given: int
    ready: int

    @property
    def waiting(self) -> int:
        """Lines for speakers to confirm."""
        return self.given - self.ready


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of a form and what is said for it in a language, None for nothing."""

    instrument: Instrument
    line: Line
    row: Translation | None

    @property
    def current(self) -> bool:
        """Whether what is said is of these very Spanish words."""
        return self.row is not None and self.row.says and self.row.source == self.line.source

    @property
    def ready(self) -> bool:
        """Whether it reaches the forms."""
        return self.current and self.row is not None and self.row.stands


def pairs(session: Reading, where: Where, tag: str, instrument: Instrument) -> list[Pair]:
    """Every line of a form beside what is said for it, in the order of the form."""
    rows = translations.of_places(session, [where.place_id or 0], instrument.code, tag)
    there = {row.path: row for row in rows}
    return [Pair(instrument, x, there.get(x.path)) for x in pack_lines.lines(instrument)]


def of_tongue(session: Reading, where: Where, tag: str) -> Iterator[tuple[Instrument, Share]]:
    """Each form, and how far it is in a language."""
    for instrument in instruments.every(session):
        yield instrument, _share(pairs(session, where, tag, instrument))


def _share(found: list[Pair]) -> Share:
    return Share(len(found), sum(p.current for p in found), sum(p.ready for p in found))


def of_district(session: Reading, where: Where) -> list[tuple[str, Share]]:
    """Each language that is offered, those with most lines first."""
    lines = {
        (instrument.code, line.path): line.source
        for instrument in instruments.every(session)
        for line in pack_lines.lines(instrument)
    }
    given, ready = Counter[str](), Counter[str]()
    for row in translations.of_places(session, [where.place_id or 0]):
        if row.says and lines.get((row.instrument, row.path)) == row.source:
            given[row.tag] += 1
            ready[row.tag] += row.stands
    ordered = sorted(TONGUES, key=lambda tag: -given[tag])
    return [(tag, Share(len(lines), given[tag], ready[tag])) for tag in ordered]


def waiting(
    session: Reading, where: Where, tag: str, account_id: int | None
) -> tuple[list[Pair], int]:
    """The lines that this person may confirm, and how many wait for others alone."""
    mine, others = [], 0
    for instrument in instruments.every(session):
        for pair in pairs(session, where, tag, instrument):
            if pair.row is None or not pair.current or pair.ready:
                continue
            if account_id in pair.row.makers or account_id in pair.row.reviewers:
                others += 1
            else:
                mine.append(pair)
    return mine, others
