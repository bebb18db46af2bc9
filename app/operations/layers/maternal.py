"""Needs of maternal and child health by community: what drives them, in what, and whom.

The colour is how far the answers on pregnancy, check-ups and food stand from what the district
agreed; the size of the symbol is the children under five and pregnant women of its last
diagnosis. A community without a round of the last twelve months is told by its last one, of up
to three years, and drawn fainter. What an indicator kept to the health role would add is left
out, and so is one that counts for an incentive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import func
from sqlmodel import col

from app.capture.fields import Text
from app.operations import needs, risk_bands, standing
from app.operations.figures import Figure, Standing
from app.operations.gathering import ASSEMBLY_HOLDS, UNITS
from app.operations.layers import banded, choices, spoken, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.layers.spoken import FRESH, Assembly
from app.operations.remembered import remembered
from app.operations.risk_bands import InForce
from app.planning import maternal_child
from app.planning.counts import Unit
from app.planning.evidence import Evidence, Indicator
from app.planning.maternal_child import DIMENSIONS, Risk
from app.planning.visits import Part
from app.records.families import Family
from app.store.sessions import Reading, columns

CODE = "maternal_child"
FIRST = 5
REASONS = 4

_TITLE = Text("Necesidades de salud materna e infantil", "Maternal and child health needs")
_POINTS = Text("puntos", "points")
_SCORE = Text("necesidad {word}: {score} de 100", "{word} need: {score} of 100")
_IN = Text("Necesita apoyo en", "Needs support in")
_NO_GAP = Text("nada por debajo de lo acordado", "nothing short of what was agreed")
_THIN = Text("no se sabe: se preguntó {share} de lo que cuenta", "not known: {share} was asked")
_TARGET = Text("{count}; meta {target}", "{count}; target {target}")
_CHILDREN = Text("Menores de 5 años", "Children under 5")
_PREGNANT = Text("Gestantes", "Pregnant women")
_FAMILIES = Text("Familias", "Families")
_REGISTERED = Text("{known}; {n} con ficha", "{known}; {n} with a form")
_SHORT_CHILDREN = Text("Niñas y niños a quienes les falta algo", "Children who lack something")
_SHORT_MOTHERS = Text("Madres y gestantes a quienes les falta algo", "Mothers who lack something")
_AT_LEAST = Text("al menos {n}", "at least {n}")
_ROUND = Text("Ronda", "Round")
_TO_ASK = Text("Por preguntar", "Still to ask")
_ASK_ONE = Text("{n} indicador", "{n} indicator")
_ASK_MANY = Text("{n} indicadores", "{n} indicators")
_SENTENCE = Text(
    "Primero {names}. Lo que más falta ahí: {needs}.",
    "First {names}. What is lacked most there: {needs}.",
)
_CALM = Text(
    "Donde se preguntó, nada está por debajo de lo acordado.",
    "Where people were asked, nothing is short of what was agreed.",
)
_SILENT_ONE = Text("De {n} comunidad no se sabe.", "{n} community is not known.")
_SILENT_MANY = Text("De {n} comunidades no se sabe.", "{n} communities are not known.")
_NOTE = Text(
    "0: nada por debajo de lo acordado; 100: todo tan mal como lo peor acordado. El color dice "
    "cuánto falta; el tamaño, a cuántas personas.",
    "0: nothing short of what was agreed; 100: all as bad as the agreed worst. The colour says "
    "how much is lacking; the size, for how many people.",
)


@dataclass(frozen=True, slots=True)
class Known:
    """The communities in the order of their needs, with all that their cards tell."""

    risks: tuple[Risk, ...]
    figures: Mapping[str, Mapping[str, Figure]]
    standing: Standing
    held: Mapping[str, Assembly]
    registered: Mapping[str, int]
    targets: Mapping[str, float]

    def seen_on(self, risk: Risk) -> date | None:
        """The day of the newest figure behind a score."""
        own = [self.figures[part.indicator][risk.community].held_on for part in risk.parts]
        return max(own, default=None)


def tell(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """The communities by their needs, those that need support most numbered."""
    lang = asked.lang
    known = known_of(session, asked)
    band = risk_bands.in_force(session, asked.where, CODE)
    themes = choices.themes(session)
    told = [risk for risk in known.risks if risk.score is not None]
    first = [risk for risk in told if risk.score]
    ranks = {risk.community: str(place) for place, risk in enumerate(first[:FIRST], 1)}
    values = {
        risk.community: _value(known, risk, (band, themes, ranks), asked) for risk in known.risks
    }
    days = [day for risk in told if (day := known.seen_on(risk))]
    old = any(value.old for value in values.values())
    notes = (_NOTE.of(lang), banded.told(band, lang), banded.FAINT.of(lang) if old else "")
    return Told(
        title=_TITLE.of(lang),
        values=values,
        n=words.of_all(len(told), len(known.standing.members), lang),
        sentence=_sentence(known, first, lang),
        unit=_POINTS.of(lang),
        classes=banded.classes(band, lang),
        on=max(days, default=None),
        note=" ".join(note for note in notes if note),
        first=tuple(ranks),
    )


def known_of(session: Reading, asked: Asked) -> Known:
    """What is known of a district on the asked day."""
    key = ("layer maternal", asked.where.place_id, asked.day)
    return remembered(session, asked.where, key, lambda: _known(session, asked))


def _known(session: Reading, asked: Asked) -> Known:
    where, day = asked.where, asked.day
    gathered = needs.evidence_of(session, where, day)
    wide = standing.within(session, where, day, ASSEMBLY_HOLDS)
    goals = {i.code: i.goal for i in gathered.evidence.indicators}
    left_out = set(gathered.rewarded) | set(gathered.told)
    figures = {
        code: of_code
        for code, of_code in wide.figures.items()
        if wide.indicators[code].dimension in DIMENSIONS
        and not wide.indicators[code].sensitive
        and code not in left_out
        and (code in goals or not wide.indicators[code].practice)
    }
    shown = _current_or_last(figures, day)
    indicators = tuple(
        Indicator(
            code,
            wide.indicators[code].dimension,
            goals.get(code) or maternal_child.plain_goal(wide.indicators[code].direction),
            cast(Unit, unit if (unit := wide.indicators[code].unit) in UNITS else "person"),
        )
        for code in shown
    )
    evidence = Evidence(
        indicators,
        gathered.evidence.communities,
        {(code, place): f.count for code, of_code in shown.items() for place, f in of_code.items()},
    )
    return Known(
        maternal_child.assess(evidence, needs.seed_of(where, day)),
        shown,
        wide,
        spoken.newest(session, asked),
        _registered(session, wide),
        {code: goal.target for code, goal in goals.items()},
    )


def _current_or_last(
    figures: Mapping[str, Mapping[str, Figure]], day: date
) -> dict[str, dict[str, Figure]]:
    """Of each community what it told in the last twelve months; of one that told nothing, its
    last of all: years are not mixed in one score.
    """
    fresh = {
        place
        for of_code in figures.values()
        for place, figure in of_code.items()
        if _is_fresh(figure, day) and figure.count.n
    }
    return {
        code: {p: f for p, f in of_code.items() if p not in fresh or _is_fresh(f, day)}
        for code, of_code in figures.items()
    }


def _is_fresh(figure: Figure, day: date) -> bool:
    return figure.held_on > day - FRESH


def _registered(session: Reading, found: Standing) -> dict[str, int]:
    """How many families of each community have a form: a count, and nothing of them."""
    codes = {member.id: member.code for member in found.members}
    rows = session.rows(
        columns(Family.community_id, func.count())
        .where(col(Family.community_id).in_(list(codes)), col(Family.state) == "active")
        .group_by(col(Family.community_id))
    )
    return {codes[key]: count for key, count in rows}


def _value(
    known: Known,
    risk: Risk,
    about: tuple[InForce, Mapping[str, Text], Mapping[str, str]],
    asked: Asked,
) -> Value:
    band, themes, ranks = about
    lang, held = asked.lang, known.held.get(risk.community)
    seen = known.seen_on(risk)
    old = seen is not None and seen <= asked.day - FRESH
    people = held.mothers_and_children if held else None
    if risk.score is None:
        missing = words.some(_ASK_ONE, _ASK_MANY, len(risk.missing), lang)
        return Value(
            text=words.say(_THIN, lang, share=words.share(risk.coverage, lang)),
            people=people,
            lines=((_TO_ASK.of(lang), missing), *_people(known, risk, lang)),
        )
    lines = [(_IN.of(lang), _needs(risk, themes, lang))]
    lines += [_driver(known, part, lang) for part in risk.parts[:REASONS] if part.points > 0]
    lines += _people(known, risk, lang)
    if old and seen is not None:
        lines.append((banded.OLD.of(lang), banded.OLDER.of(lang)))
    label = max(
        (known.figures[p.indicator][risk.community] for p in risk.parts), key=lambda f: f.held_on
    ).label
    lines.append((_ROUND.of(lang), label))
    word = banded.word_of(band, risk.score)
    return Value(
        value=round(risk.score, 1),
        text=words.say(_SCORE, lang, word=word, score=words.num(risk.score, lang)),
        people=people,
        lines=tuple(lines),
        rank=ranks.get(risk.community, ""),
        old=old,
    )


def _needs(risk: Risk, themes: Mapping[str, Text], lang: str) -> str:
    if not risk.needs:
        return _NO_GAP.of(lang)
    return "; ".join(themes[name].of(lang) if name in themes else name for name in risk.needs)


def _driver(known: Known, part: Part, lang: str) -> tuple[str, str]:
    """One indicator of a card: its name, x of n, and the goal where the district agreed one."""
    indicator = known.standing.indicators[part.indicator]
    count = part.cell.count
    said = f"{words.counted(count, indicator, lang)} ({words.share(part.cell.share, lang)})"
    target = known.targets.get(part.indicator)
    if target is not None:
        said = words.say(_TARGET, lang, count=said, target=words.share(target, lang))
    return words.name(indicator, lang), said


def _people(known: Known, risk: Risk, lang: str) -> list[tuple[str, str]]:
    lines = []
    for label, short in ((_SHORT_CHILDREN, risk.children), (_SHORT_MOTHERS, risk.mothers)):
        if short:
            lines.append((label.of(lang), words.say(_AT_LEAST, lang, n=words.num(short, lang))))
    held, registered = known.held.get(risk.community), known.registered.get(risk.community)
    families = held.families if held else None
    if held and held.children is not None:
        lines.append((_CHILDREN.of(lang), words.num(held.children, lang)))
    if held and held.pregnant is not None:
        lines.append((_PREGNANT.of(lang), words.num(held.pregnant, lang)))
    if families is not None or registered:
        said = words.UNKNOWN.of(lang) if families is None else words.num(families, lang)
        if registered:
            said = words.say(_REGISTERED, lang, known=said, n=words.num(registered, lang))
        lines.append((_FAMILIES.of(lang), said))
    return lines


def _sentence(known: Known, first: Sequence[Risk], lang: str) -> str:
    silent = sum(1 for risk in known.risks if risk.score is None)
    tail = " " + words.some(_SILENT_ONE, _SILENT_MANY, silent, lang) if silent else ""
    if silent == len(known.risks):
        return choices.NO_FIGURES.of(lang)
    if not first:
        return _CALM.of(lang) + tail
    weight: dict[str, float] = {}
    for risk in first[:3]:
        for part in risk.parts:
            weight[part.indicator] = weight.get(part.indicator, 0.0) + part.points
    heaviest = sorted(weight, key=lambda code: (-weight[code], code))[:2]
    names = {member.code: member.name for member in known.standing.members}
    lacked = [words.inside(words.name(known.standing.indicators[c], lang)) for c in heaviest]
    listed = words.listing([names[risk.community] for risk in first[:3]], lang)
    return words.say(_SENTENCE, lang, names=listed, needs="; ".join(lacked)) + tail
