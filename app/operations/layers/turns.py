"""How sure it is that a community belongs among the first to visit: its tier, not its place.

The point of the list stays where ``visits`` put it; the draws say between which places each
community falls when the homes that nobody asked, and the weights, are drawn anew. A tier orders
visits and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.capture.fields import Text
from app.gis.classes import Classes, fixed
from app.operations import visits
from app.operations.layers import support, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.planning.smaa import DRAWS, SURE, UNLIKELY, Standing, Tier
from app.store.sessions import Reading

COLOURS = ("#fdebc8", "#e78a4b", "#8a1f2b")
_TIERS: tuple[Tier, ...] = ("baja", "frontera", "alta")

_TITLE = Text("Turno de visita", "Turn of visit")
_WORDS: Mapping[Tier, Text] = {
    "alta": Text("Alta", "High"),
    "frontera": Text("Frontera", "Border"),
    "baja": Text("Menor", "Lower"),
}
_CLASSES: Mapping[Tier, Text] = {
    "alta": Text(
        "Alta: entre las {top} primeras casi siempre", "High: among the first {top} nearly always"
    ),
    "frontera": Text(
        "Frontera: según qué falte saber", "Border: it depends on what is not known yet"
    ),
    "baja": Text(
        "Menor: casi nunca entre las {top} primeras",
        "Lower: hardly ever among the first {top}",
    ),
}
_RANGE = Text("{tier}: entre el puesto {first} y el {last} de {all}",
              "{tier}: between place {first} and {last} of {all}")  # fmt: skip
_PLACE = Text("{tier}: en el puesto {first} de {all}", "{tier}: in place {first} of {all}")
_OFTEN = Text("Entre las {top} primeras", "Among the first {top}")
_SHARE = Text("en {share} de los cálculos", "in {share} of the calculations")
_SENTENCE = Text(
    "Seguras entre las {top} primeras: {names}. {border} más pueden estarlo o no.",
    "Sure among the first {top}: {names}. {border} more may be or not.",
)
_NO_BORDER = Text(
    "Seguras entre las {top} primeras: {names}.", "Sure among the first {top}: {names}."
)
_NONE_SURE = Text(
    "Todavía no se puede asegurar ninguna entre las {top} primeras: {border} pueden estarlo.",
    "None is sure to be among the first {top} yet: {border} may be.",
)
_NOBODY = Text(
    "Todavía no hay datos suficientes para decir a qué comunidades ir primero.",
    "There are too few data yet to say which communities to go to first.",
)
_NOTE = Text(
    "De {draws} cálculos con los hogares no preguntados y los pesos sorteados, en cuántos está "
    "entre las {top} primeras: alta desde {sure}, menor debajo de {unlikely}. Ordena visitas y "
    "acompañamiento, nada más.",
    "Of {draws} calculations with the homes not asked and the weights drawn, in how many it is "
    "among the first {top}: high from {sure}, lower under {unlikely}. It orders visits and "
    "support, nothing else.",
)


def tell(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """The communities by their tier; those with too few data are in none."""
    lang = asked.lang
    order = support.tell(session, asked, marks)
    run = visits.ranges_of(session, asked.where, asked.day, visits.TOP)
    standings = run.standings if run else {}
    values = {
        code: _value(value, standings.get(code), len(standings), lang)
        for code, value in order.values.items()
    }
    members = visits.of_district(session, asked.where, asked.day).members
    sure = [code for code in _in_order(session, asked) if _tier(standings, code) == "alta"]
    border = sum(1 for code in standings if _tier(standings, code) == "frontera")
    return replace(
        order,
        title=_TITLE.of(lang),
        values=values,
        sentence=_sentence([members[code].name for code in sure], border, bool(run), lang),
        unit="%",
        classes=_classes(lang),
        note=words.say(
            _NOTE,
            lang,
            draws=words.num(DRAWS, lang),
            top=visits.TOP,
            sure=words.share(SURE, lang),
            unlikely=words.share(UNLIKELY, lang),
        ),
        first=tuple(sure),
    )


def _in_order(session: Reading, asked: Asked) -> list[str]:
    listed = visits.of_district(session, asked.where, asked.day).listed
    return [each.community for each in listed.ranked]


def _tier(standings: Mapping[str, Standing], code: str) -> Tier | None:
    found = standings.get(code)
    return found.tier if found else None


def _value(before: Value, standing: Standing | None, every: int, lang: str) -> Value:
    """The card of the order of support, with the range in place of the one place."""
    if standing is None:
        return before
    text = _PLACE if standing.first == standing.last else _RANGE
    said = words.say(
        text,
        lang,
        tier=_WORDS[standing.tier].of(lang),
        first=standing.first,
        last=standing.last,
        all=every,
    )
    share = words.say(_SHARE, lang, share=words.share(standing.in_top, lang))
    often = (words.say(_OFTEN, lang, top=visits.TOP), share)
    return replace(before, value=standing.in_top, text=said, lines=(often, *before.lines), rank="")


def _classes(lang: str) -> Classes:
    labels = tuple(words.say(_CLASSES[tier], lang, top=visits.TOP) for tier in _TIERS)
    found = fixed((0, UNLIKELY, SURE, 1), unit="%", ramp=COLOURS, wording=words.wording(lang))
    return replace(found, labels=labels)


def _sentence(sure: Sequence[str], border: int, ranked: bool, lang: str) -> str:
    if not ranked:
        return _NOBODY.of(lang)
    names = words.listing(sure, lang)
    if not sure:
        return words.say(_NONE_SURE, lang, top=visits.TOP, border=border)
    text = _SENTENCE if border else _NO_BORDER
    return words.say(text, lang, top=visits.TOP, names=names, border=border)
