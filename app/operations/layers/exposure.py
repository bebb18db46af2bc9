"""Hazards pointed out, by community: what the assembly said, and who is exposed at least.

Beside it stand the levels that other bodies publish of the whole district, in their own words.
None of this is an official risk assessment (EVAR), and the legend says so.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col

from app.capture.fields import Text
from app.operations import risk_bands
from app.operations.layers import banded, choices, external, spoken, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.layers.reported import EVAR
from app.operations.layers.spoken import FRESH, Assembly
from app.operations.remembered import remembered
from app.operations.risk_bands import InForce
from app.planning import hazards
from app.planning.hazards import Exposure, Pointed
from app.records.diagnoses import Hazard
from app.records.territory import ExternalValue
from app.store.sessions import Reading, columns

CODE = "hazard_exposure"
FIRST = 5

# What the names of imported columns speak of; vulnerability is no hazard and is left out.
_OF_DISTRICT = (
    ("inundaci", Text("inundación", "flood")),
    ("mov_masa", Text("deslizamientos y huaicos", "landslides and debris flows")),
    ("deslizamiento", Text("deslizamientos y huaicos", "landslides and debris flows")),
    ("huaico", Text("deslizamientos y huaicos", "landslides and debris flows")),
    ("sequia", Text("sequía", "drought")),
    ("deficit_lluvia", Text("falta de lluvias", "lack of rain")),
    ("sismo", Text("sismo", "earthquake")),
    ("tsunami", Text("tsunami", "tsunami")),
    ("incendio", Text("incendio forestal", "wildfire")),
    ("helada", Text("helada", "frost")),
    ("friaje", Text("friaje", "cold wave")),
)
_TITLE = Text("Peligros señalados por comunidad", "Hazards pointed out, by community")
_SAID = Text("{word}: al menos {n} de {all} expuestas", "{word}: at least {n} of {all} exposed")
_SOME = Text("al menos {n} familias expuestas", "at least {n} families exposed")
_NONE = Text("la asamblea dijo que no hay peligros", "the assembly said that there are none")
_UNCOUNTED = Text(
    "hay peligro, y nadie contó las familias", "there is a hazard; nobody counted the families"
)
_NOT_ASKED = Text("no se preguntó", "nobody asked")
_NO_ASSEMBLY = Text("no hubo asamblea", "no assembly was held")
_FAMILIES = Text("{n} familias", "{n} families")
_LAST = Text("última vez {year}", "last time {year}")
_NOT_COUNTED = Text("sin contar", "not counted")
_CHILDREN = Text("Menores de 5 años y gestantes", "Children under 5 and pregnant women")
_PEOPLE = Text("Personas que viven ahí", "People who live there")
_DISTRICT = Text("En todo el distrito, según {source}", "In the whole district, by {source}")
_ASSEMBLY = Text("Asamblea del", "Assembly of")
_SENTENCE = Text(
    "Más familias expuestas en {names}. Lo más señalado: {kinds}.",
    "Most families exposed in {names}. Pointed out most: {kinds}.",
)
_NAMED = Text("Lo más señalado: {kinds}.", "Pointed out most: {kinds}.")
_NOBODY = Text(
    "Ninguna asamblea señaló peligros todavía.", "No assembly has pointed out hazards yet."
)
_SILENT_ONE = Text("En {n} comunidad no se preguntó.", "In {n} community nobody asked.")
_SILENT_MANY = Text("En {n} comunidades no se preguntó.", "In {n} communities nobody asked.")
_NOTE = Text(
    "El color dice qué parte de las familias está expuesta al menos; los peligros no se suman. "
    "El borde cortado: no se preguntó o nadie contó.",
    "The colour says what part of the families is exposed at least; hazards are not added. "
    "Broken edge: nobody asked or counted.",
)


@dataclass(frozen=True, slots=True)
class Level:
    """What another body publishes of the whole district: the hazard, its level, and who says."""

    hazard: Text
    level: int
    source: str


def tell(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """The communities by the part of their families that is exposed at least."""
    lang = asked.lang
    held = spoken.newest(session, asked)
    exposed = _exposures(session, asked, held)
    band = risk_bands.in_force(session, asked.where, CODE)
    kinds = choices.labels(session, "diagnosis", "hazard_kind")
    levels = levels_of(session, asked)
    known = [code for code, each in exposed.items() if each.share is not None]
    most = sorted((c for c in known if exposed[c].families), key=lambda c: _order(exposed[c], c))
    ranks = {code: str(place) for place, code in enumerate(most[:FIRST], 1)}
    about = _About(held, exposed, band, kinds, levels, ranks)
    values = {mark.code: _value(about, mark.code, asked) for mark in marks}
    silent = sum(1 for mark in marks if not (m := held.get(mark.code)) or not m.hazards_asked)
    notes = [_NOTE.of(lang), banded.told(band, lang)]
    notes += [banded.FAINT.of(lang)] if any(v.old for v in values.values()) else []
    notes += [f"{label}: {said}." for label, said in _district(levels, lang)]
    return Told(
        title=_TITLE.of(lang),
        values=values,
        n=words.of_all(len(known), len(marks), lang),
        sentence=f"{EVAR.of(lang)} {_sentence(about, marks, (most, silent), lang)}",
        unit="%",
        classes=banded.classes(band, lang, "%"),
        on=max((each.on for each in held.values()), default=None),
        note=" ".join(notes),
        first=tuple(ranks),
    )


@dataclass(frozen=True, slots=True)
class _About:
    held: Mapping[str, Assembly]
    exposed: Mapping[str, Exposure]
    band: InForce
    kinds: Mapping[str, Text]
    levels: Sequence[Level]
    ranks: Mapping[str, str]

    def kind(self, code: str, lang: str) -> str:
        return self.kinds[code].of(lang) if code in self.kinds else code


def _order(exposure: Exposure, code: str) -> tuple[float, int, str]:
    return -(exposure.share or 0.0), -(exposure.families or 0), code


def _exposures(
    session: Reading, asked: Asked, held: Mapping[str, Assembly]
) -> Mapping[str, Exposure]:
    key = ("layer exposures", asked.where.place_id, asked.day)
    return remembered(session, asked.where, key, lambda: _read(session, held))


def _read(session: Reading, held: Mapping[str, Assembly]) -> dict[str, Exposure]:
    pointed: dict[int, list[Pointed]] = defaultdict(list)
    forms = [each.form_id for each in held.values()]
    for form_id, kind, families, year in session.rows(
        columns(Hazard.form_id, Hazard.kind, Hazard.families, Hazard.year)
        .where(col(Hazard.form_id).in_(forms))
        .order_by(col(Hazard.id))
    ):
        pointed[form_id].append(Pointed(kind, families, year))
    return {
        code: hazards.exposure(pointed[each.form_id], each.families, asked=each.hazards_asked)
        for code, each in held.items()
    }


def levels_of(session: Reading, asked: Asked) -> Sequence[Level]:
    """The newest level of each hazard that somebody imported for the district, highest first."""
    key = ("layer levels", asked.where.place_id)
    return remembered(session, asked.where, key, lambda: _levels(session, asked))


def _levels(session: Reading, asked: Asked) -> tuple[Level, ...]:
    rows = session.rows(
        columns(
            ExternalValue.indicator, ExternalValue.text, ExternalValue.source, ExternalValue.period
        )
        .where(col(ExternalValue.place_code) == asked.where.code, col(ExternalValue.text) != "")
        .order_by(col(ExternalValue.indicator), col(ExternalValue.period))
    )
    newest = {row.indicator: row for row in rows}
    worst: dict[str, Level] = {}
    for code, row in newest.items():
        hazard = next((text for part, text in _OF_DISTRICT if part in code), None)
        level, _ = external.LEVELS.get((row.text or "").casefold(), (0, None))
        if hazard is None or not level or code.startswith("vulnerab"):
            continue
        before = worst.get(hazard.es)
        if before is None or before.level < level:
            worst[hazard.es] = Level(hazard, level, row.source)
    return tuple(sorted(worst.values(), key=lambda each: (-each.level, each.hazard.es)))


def _district(levels: Sequence[Level], lang: str) -> list[tuple[str, str]]:
    """A line for each source: ``inundación: medio; sismo: alto``."""
    names = dict(external.LEVELS.values())
    by_source: dict[str, list[str]] = defaultdict(list)
    for each in levels:
        by_source[each.source].append(f"{each.hazard.of(lang)}: {names[each.level].of(lang)}")
    unsaid = external.UNSAID.of(lang)
    return [
        (words.say(_DISTRICT, lang, source=source or unsaid), "; ".join(said))
        for source, said in by_source.items()
    ]


def _value(about: _About, code: str, asked: Asked) -> Value:
    lang = asked.lang
    district = _district(about.levels, lang)
    held = about.held.get(code)
    if held is None:
        return Value(text=_NO_ASSEMBLY.of(lang), lines=tuple(district))
    found = about.exposed[code]
    lines = [_hazard(about, each, lang) for each in found.hazards]
    if held.population is not None:
        lines.append((_PEOPLE.of(lang), words.num(held.population, lang)))
    if held.mothers_and_children is not None:
        lines.append((_CHILDREN.of(lang), words.num(held.mothers_and_children, lang)))
    lines += district
    old = held.on <= asked.day - FRESH
    if old:
        lines.append((banded.OLD.of(lang), banded.OLDER.of(lang)))
    lines.append((_ASSEMBLY.of(lang), words.day(held.on)))
    return Value(
        value=None if found.share is None else round(found.share, 4),
        x=None if found.share is None else found.families,
        n=None if found.share is None else held.families,
        text=_text(about, found, held, lang),
        people=held.population,
        lines=tuple(lines),
        rank=about.ranks.get(code, ""),
        old=old,
    )


def _text(about: _About, found: Exposure, held: Assembly, lang: str) -> str:
    if not found.hazards:
        return (_NONE if held.hazards_asked else _NOT_ASKED).of(lang)
    if found.families is None:
        return _UNCOUNTED.of(lang)
    if found.share is None:
        return words.say(_SOME, lang, n=words.num(found.families, lang))
    families = words.say(_FAMILIES, lang, n=words.num(held.families or 0, lang))
    word = banded.word_of(about.band, found.share)
    return words.say(_SAID, lang, word=word, n=words.num(found.families, lang), all=families)


def _hazard(about: _About, each: Pointed, lang: str) -> tuple[str, str]:
    """One hazard of a card: its kind, families exposed, the last time."""
    counted = each.families is not None
    number = words.num(each.families or 0, lang)
    said = words.say(_FAMILIES, lang, n=number) if counted else _NOT_COUNTED.of(lang)
    if each.year is not None:
        said = f"{said}; {words.say(_LAST, lang, year=each.year)}"
    return about.kind(each.kind, lang), said


def _sentence(
    about: _About, marks: Sequence[Mark], told: tuple[Sequence[str], int], lang: str
) -> str:
    most, silent = told
    tail = " " + words.some(_SILENT_ONE, _SILENT_MANY, silent, lang) if silent else ""
    times: dict[str, int] = defaultdict(int)
    for exposure in about.exposed.values():
        for kind in {each.kind for each in exposure.hazards}:
            times[kind] += 1
    if not times:
        return _NOBODY.of(lang) + tail
    often = sorted(times, key=lambda kind: (-times[kind], kind))[:3]
    kinds = words.listing([words.inside(about.kind(kind, lang)) for kind in often], lang)
    if not most:
        return words.say(_NAMED, lang, kinds=kinds) + tail
    names = {mark.code: mark.name for mark in marks}
    listed = words.listing([names.get(code, code) for code in most[:3]], lang)
    return words.say(_SENTENCE, lang, names=listed, kinds=kinds) + tail
