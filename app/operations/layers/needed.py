"""Communities by a need of the district: whom it reaches there, at least."""

from collections.abc import Mapping, Sequence

from app.capture.fields import Text
from app.gis.classes import COOL, Method, of_values
from app.operations import needs
from app.operations.layers import choices, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.layers.support import newest
from app.operations.needs import DistrictNeeds
from app.store.sessions import Reading

FIRST = 5
_PEOPLE_UNIT = Text("personas", "people")
_NAMED = Text("La nombró su asamblea", "Its assembly named it")
_VOTES = Text("{women} votos de mujeres, {men} de varones", "{women} votes of women, {men} of men")
_NOT_NAMED = Text("no", "no")
_NOT_HELD = Text("no hubo asamblea", "no assembly was held")
_AFFECTED = Text("unas {n} personas", "about {n} people")
_NONE_AFFECTED = Text("nadie por debajo de la meta", "nobody short of the target")
_LACKED = Text(
    "Les falta a unas {people} personas en {n} comunidades; a más en {names}.",
    "About {people} people in {n} communities lack it; most in {names}.",
)
_SUFFERED = Text(
    "Afecta a unas {people} personas en {n} comunidades; a más en {names}.",
    "It affects about {people} people in {n} communities; most in {names}.",
)
_NO_NEED = Text(
    "No se sabe a cuántas personas alcanza.", "How many people it reaches is not known."
)
_NEED_NOTE = Text(
    "Personas que no tienen lo que la meta pide; de los problemas sin indicador, las que dijo "
    "la asamblea.",
    "People without what the target asks for; of problems without an indicator, those that "
    "the assembly told.",
)


def tell(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """Whom a need of the district reaches in each community, at least."""
    offered = choices.ranked_needs(session, asked)
    code = choices.chosen(asked.indicator, offered)
    if code is None:
        return choices.nothing(asked, choices.NO_FIGURES)
    found = needs.of_district(session, asked.where, asked.day)
    affected = _affected(found, code)
    members = found.gathered.standing.members
    values = {m.code: _need_value(found, code, m.code, affected, asked) for m in members}
    known = {place: people for place, people in affected.items() if people > 0}
    first = tuple(sorted(known, key=lambda place: (-known[place], place))[:FIRST])
    names = {mark.code: mark.name for mark in marks}
    title = dict(offered)[code]
    indicator = found.gathered.indicators.get(code)
    reached = _LACKED if indicator is not None and indicator.direction == "up" else _SUFFERED
    return Told(
        title=title,
        values=values,
        n=words.of_all(len(affected), len(found.gathered.standing.members), asked.lang),
        sentence=words.say(
            reached if known else _NO_NEED,
            asked.lang,
            people=words.num(sum(known.values()), asked.lang),
            n=len(known),
            names=words.listing([names.get(c, c) for c in first[:2]], asked.lang),
        ),
        unit=_PEOPLE_UNIT.of(asked.lang),
        classes=of_values(
            known.values(),
            Method.NATURAL,
            unit=_PEOPLE_UNIT.of(asked.lang),
            ramp=COOL,
            wording=words.wording(asked.lang),
        ),
        on=newest(found.gathered.standing),
        note=_NEED_NOTE.of(asked.lang),
        first=first,
        chosen=code,
    )


def _affected(found: DistrictNeeds, code: str) -> dict[str, float]:
    """People affected by community; one without data is not among them."""
    evidence = found.gathered.evidence
    indicator = next((i for i in evidence.indicators if i.code == code), None)
    if indicator is None:
        return {
            place: float(people)
            for (problem, place), people in evidence.reported.items()
            if problem == code
        }
    cells = [evidence.cell(indicator, community) for community in evidence.communities]
    return {cell.community: cell.affected if cell.gap else 0.0 for cell in cells if cell}


def _need_value(
    found: DistrictNeeds, code: str, place: str, affected: Mapping[str, float], asked: Asked
) -> Value:
    lang, evidence = asked.lang, found.gathered.evidence
    votes = evidence.votes.get((code, place))
    if votes is not None and votes.all:
        named = words.say(_VOTES, lang, women=votes.women, men=votes.men)
    else:
        named = (_NOT_NAMED if place in evidence.held else _NOT_HELD).of(lang)
    lines = [(_NAMED.of(lang), named)]
    count = evidence.counts.get((code, place))
    if count is not None and count.n:
        known = found.gathered.indicators[code]
        said = f"{words.counted(count, known, lang)} ({words.share(count.share or 0, lang)})"
        lines.insert(0, (words.name(known, lang), said))
    if place not in affected:
        return Value(lines=tuple(lines), hidden=asked.only_gap)
    people = affected[place]
    text = _NONE_AFFECTED if people <= 0 else _AFFECTED
    return Value(
        value=round(people, 1),
        text=words.say(text, lang, n=words.num(people, lang)),
        people=round(people) or None,
        lines=tuple(lines),
        hidden=asked.only_gap and people <= 0,
    )
