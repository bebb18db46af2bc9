"""Which communities to support first and in what; and how much is known of each.

The order is that of the list of visits, which orders support and nothing else. What an
indicator kept to the health role adds stays inside the score: it is never named here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.capture.fields import Text
from app.gis.classes import COOL, Classes, fixed
from app.operations import visits
from app.operations.figures import Indicator, Member, Standing
from app.operations.layers import choices, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.visits import DistrictVisits
from app.planning.visits import Part, Support
from app.store.sessions import Reading

SCORES = (0, 20, 40, 60, 80, 100)
"""Edges of the score's classes, the same in each district and round: two maps compare."""
COVERAGE = (0, 0.35, 0.7, 1)
"""Of what applies to a community, the share with data; under 0.7 nothing is ranked."""
FIRST = 5
_REASONS = 3

POINTS = Text("puntos", "points")
_PLACE = Text("puesto {place} de {all} · puntaje {score}", "place {place} of {all} · score {score}")
_STATE = Text("Brechas", "Gaps")
_NEEDS = Text("Necesita apoyo en", "Needs support in")
_PEOPLE = Text("Personas", "People")
_LAST = Text("Última ronda", "Last round")
_NONE = Text("sin ronda este año", "no round this year")
_TOO_FEW = Text("faltan datos: se sabe {share} de lo que cuenta", "too few data: {share} is known")
_TO_ASK = Text("Por preguntar", "Still to ask")
_ASK_ONE = Text("{n} indicador", "{n} indicator")
_ASK_MANY = Text("{n} indicadores", "{n} indicators")
_NO_GAP = Text("ninguna brecha en lo que se sabe", "no gap in what is known")
_TITLE = Text("Qué comunidades apoyar primero", "Which communities to support first")
_LEAST = Text("menos apoyo", "least support")
_MOST = Text("más apoyo", "most support")
_SENTENCE = Text(
    "Primero {names}. Lo que menos se cumple ahí: {needs}.",
    "First {names}. What is met least there: {needs}.",
)
_SENTENCE_DOWN = Text(
    "Primero {names}. Lo que más pesa en ellas: {needs}.",
    "First {names}. What weighs most there: {needs}.",
)
_NOBODY = Text(
    "Todavía no hay datos suficientes para decir qué comunidades apoyar primero.",
    "There are too few data yet to say which communities to support first.",
)
_SILENT_ONE = Text(
    "De {n} comunidad faltan datos: toca visitarla.", "{n} community lacks data: visit it."
)
_SILENT_MANY = Text(
    "De {n} comunidades faltan datos: toca visitarlas.", "{n} communities lack data: visit them."
)
_NOTE = Text(
    "0: nada por debajo de lo acordado; 100: todo tan mal como lo peor acordado. "
    "Ordena apoyo y visitas, nada más.",
    "0: nothing short of what was agreed; 100: all as bad as the agreed worst. "
    "It orders support and visits, nothing else.",
)


def tell(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """The communities by their score, the first ones numbered."""
    found = visits.of_district(session, asked.where, asked.day)
    themes = choices.themes(session)
    ranked = found.listed.ranked
    values = {each.community: _ranked(found, each, themes, asked) for each in ranked}
    for silent in found.listed.without_data:
        member = found.members[silent.community]
        known = words.share(silent.coverage, asked.lang)
        missing = words.some(_ASK_ONE, _ASK_MANY, len(silent.visit.indicators), asked.lang)
        values[silent.community] = Value(
            text=words.say(_TOO_FEW, asked.lang, share=known),
            people=member.people,
            lines=((_TO_ASK.of(asked.lang), missing), _last(member, asked.lang)),
        )
    return Told(
        title=_TITLE.of(asked.lang),
        values=values,
        n=words.of_all(len(ranked), len(found.members), asked.lang),
        sentence=_sentence(found, asked),
        unit=POINTS.of(asked.lang),
        classes=_bands(asked.lang),
        on=newest(found.gathered.standing),
        note=_NOTE.of(asked.lang),
        first=tuple(each.community for each in ranked[:FIRST]),
    )


def _bands(lang: str) -> Classes:
    found = fixed(SCORES, wording=words.wording(lang))
    low, *middle, high = found.labels
    ends = f"{low} · {_LEAST.of(lang)}", f"{high} · {_MOST.of(lang)}"
    return replace(found, labels=(ends[0], *middle, ends[1]))


def _ranked(
    found: DistrictVisits, support: Support, themes: Mapping[str, Text], asked: Asked
) -> Value:
    lang = asked.lang
    member = found.members[support.community]
    parts = _shown(support.parts, found.gathered.indicators)
    said = words.say(
        _PLACE,
        lang,
        place=support.place,
        all=len(found.listed.ranked),
        score=words.num(support.score, lang),
    )
    kinds = list(dict.fromkeys(part.dimension for part in parts))[:2]
    lines = [
        (_named(part, found, lang), _count(part, found, lang)) for part in parts[:_REASONS]
    ] or [(_STATE.of(lang), _NO_GAP.of(lang))]
    if kinds:
        in_what = "; ".join(themes[k].of(lang) if k in themes else k for k in kinds)
        lines.insert(0, (_NEEDS.of(lang), in_what))
    if member.people is not None:
        lines.append((_PEOPLE.of(lang), words.num(member.people, lang)))
    return Value(
        value=round(support.score, 1),
        text=said,
        people=support.people or None,
        lines=(*lines, _last(member, lang)),
        rank=str(support.place) if support.place <= FIRST else "",
    )


def _shown(parts: Iterable[Part], indicators: Mapping[str, Indicator]) -> list[Part]:
    return [p for p in parts if p.points > 0 and not indicators[p.indicator].sensitive]


def _named(part: Part, found: DistrictVisits, lang: str) -> str:
    return words.name(found.gathered.indicators[part.indicator], lang)


def _count(part: Part, found: DistrictVisits, lang: str) -> str:
    return words.counted(part.cell.count, found.gathered.indicators[part.indicator], lang)


def _last(member: Member, lang: str) -> tuple[str, str]:
    return _LAST.of(lang), member.last_round or _NONE.of(lang)


def _sentence(found: DistrictVisits, asked: Asked) -> str:
    lang, listed = asked.lang, found.listed
    first = [s for s in listed.ranked if s.score > 0][:3]
    silent = ""
    if listed.without_data:
        silent = " " + words.some(_SILENT_ONE, _SILENT_MANY, len(listed.without_data), lang)
    if not first:
        return _NOBODY.of(lang) + silent
    weight: dict[str, float] = {}
    for support in first:
        for part in _shown(support.parts, found.gathered.indicators):
            weight[part.indicator] = weight.get(part.indicator, 0.0) + part.points
    heaviest = sorted(weight, key=lambda code: (-weight[code], code))[:2]
    known = [found.gathered.indicators[code] for code in heaviest]
    needs = [words.inside(words.name(indicator, lang)) for indicator in known]
    names = [found.members[s.community].name for s in first]
    lacking = all(indicator.direction == "up" for indicator in known)
    return (
        words.say(
            _SENTENCE if lacking else _SENTENCE_DOWN,
            lang,
            names=words.listing(names, lang),
            needs="; ".join(needs),
        )
        + silent
    )


def newest(standing: Standing) -> date | None:
    """The day of the newest round of the year."""
    days = [member.held_on for member in standing.members if member.held_on is not None]
    return max(days, default=None)


_COVERAGE = Text("Cuánto se sabe de cada comunidad", "How much is known of each community")
_KNOWN = Text("se sabe {share} de lo que cuenta", "{share} of what counts is known")
_NOTHING = Text("todavía no se sabe nada", "nothing is known yet")
_THIN = Text(
    "De {thin} de {all} comunidades se sabe menos de {bar}: ahí ninguna cifra dice todavía "
    "cómo están.",
    "Under {bar} is known of {thin} of {all} communities: no figure tells yet how they are.",
)
_ALL_KNOWN = Text(
    "De todas las comunidades se sabe lo bastante para ordenarlas.",
    "Enough is known of every community to rank it.",
)
_THIN_NOTE = Text(
    "Tramado o con borde cortado: no hay dato alguno. No es un buen ni un mal resultado.",
    "Hatched or with a broken edge: no data at all. That is neither good nor bad.",
)


def coverage(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """How much of what counts is known of each community; nothing at all is no value."""
    lang = asked.lang
    found = visits.of_district(session, asked.where, asked.day)
    shares = {each.community: each.coverage for each in found.listed.ranked}
    shares |= {each.community: each.coverage for each in found.listed.without_data}
    thin = sum(1 for value in shares.values() if value < COVERAGE[2])
    values = {
        code: Value(
            value=value or None,
            text=words.say(_KNOWN, lang, share=words.share(value, lang))
            if value
            else _NOTHING.of(lang),
            people=found.members[code].people,
            lines=(_last(found.members[code], lang),),
        )
        for code, value in shares.items()
    }
    bar = words.share(COVERAGE[2], lang)
    said = words.say(_THIN, lang, thin=thin, all=len(shares), bar=bar)
    standing = found.gathered.standing
    return Told(
        title=_COVERAGE.of(lang),
        values=values,
        n=words.of_all(sum(1 for value in shares.values() if value), len(standing.members), lang),
        sentence=said if thin else _ALL_KNOWN.of(lang),
        unit="%",
        classes=fixed(COVERAGE, unit="%", ramp=COOL, wording=words.wording(lang)),
        on=newest(standing),
        note=_THIN_NOTE.of(lang),
    )
