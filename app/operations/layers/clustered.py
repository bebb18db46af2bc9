"""Communities of which an indicator is possibly high or low together with those around them.

Only with thirty communities or more that have a place and a figure; worded as possible, since
the draws say that chance hardly does this and nothing of why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.capture.fields import Text
from app.gis import neighbours
from app.gis.classes import Classes, fixed
from app.operations import standing
from app.operations.figures import Figure, Indicator
from app.operations.layers import choices, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.remembered import remembered
from app.planning import clusters
from app.planning.clusters import FEWEST, Place
from app.store.sessions import Reading

NEAR = 6
COLOURS = ("#2f6f95", "#eeebe4", "#a8442a")

_TITLE = Text("Posibles agrupaciones: {name}", "Possible clusters: {name}")
_CLASSES = (
    Text("posible agrupación donde está mejor", "possible cluster where it is better"),
    Text("no se distingue de la casualidad", "not told from chance"),
    Text("posible agrupación donde está peor", "possible cluster where it is worse"),
)
_AROUND = Text("Ella y las de su alrededor", "It and those around it")
_KINDS = {
    ("worse", "worse"): Text("peor entre peores", "worse among worse"),
    ("better", "better"): Text("mejor entre mejores", "better among better"),
    ("worse", "better"): Text("peor que las de su alrededor", "worse than those around it"),
    ("better", "worse"): Text("mejor que las de su alrededor", "better than those around it"),
}
_COUNT = Text("Su dato", "Its figure")
_FEW = Text(
    "Con {n} comunidades con dato y lugar no se buscan agrupaciones: hacen falta {fewest}.",
    "With {n} communities with a figure and a place no clusters are looked for: it takes {fewest}.",
)
_ALIKE = Text("Todas tienen el mismo valor.", "All of them have the same value.")
_SENTENCE = Text(
    "Posible agrupación donde está peor: {worse} comunidades; donde está mejor: {better}.",
    "Possible cluster where it is worse: {worse} communities; where it is better: {better}.",
)
_NOTHING = Text(
    "Nada que la casualidad no explique: los valores altos y bajos están repartidos.",
    "Nothing that chance does not explain: high and low values are spread.",
)
_NOTE = Text(
    "Gi* y Moran local con las {near} comunidades más cercanas, {draws} permutaciones y 5 % de "
    "falsos hallazgos. Dice dónde preguntar; no dice por qué.",
    "Gi* and local Moran with the {near} nearest communities, {draws} permutations and 5% of "
    "false discoveries. It tells where to ask; it does not tell why.",
)


def tell(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """Where an indicator is possibly worse, or better, in a whole neighbourhood."""
    lang = asked.lang
    code = choices.chosen(
        asked.indicator, choices.indicators(session, asked), choices.most_urgent(session, asked)
    )
    if code is None:
        return choices.nothing(asked, choices.NO_FIGURES)
    found = standing.of_place(session, asked.where, asked.day)
    indicator = found.indicators[code]
    figures = found.by_community(code, health=False)
    known = [m for m in marks if m.shape is not None and (f := figures.get(m.code)) and f.count.n]
    title = words.say(_TITLE, lang, name=words.name(indicator, lang))
    key = ("layer clusters", asked.where.place_id, asked.day, code)
    places = remembered(session, asked.where, key, lambda: _found(known, figures, indicator))
    n = words.of_all(len(known), len(marks), lang)
    if places is None:
        few = words.say(_FEW, lang, n=len(known), fewest=FEWEST)
        said = few if len(known) < FEWEST else _ALIKE.of(lang)
        return Told(title, {}, n, said, chosen=code)
    told = dict(zip((mark.code for mark in known), places, strict=True))
    worse = [code for code, place in told.items() if place.hot]
    better = [code for code, place in told.items() if place.cold]
    counts = words.say(_SENTENCE, lang, worse=len(worse), better=len(better))
    return Told(
        title=title,
        values={c: _value(place, figures[c], indicator, lang) for c, place in told.items()},
        n=n,
        sentence=counts if worse or better else _NOTHING.of(lang),
        classes=_classes(lang),
        on=max(figures[mark.code].held_on for mark in known),
        note=words.say(_NOTE, lang, near=NEAR, draws=words.num(clusters.DRAWS, lang)),
        first=tuple(sorted(worse, key=lambda c: (-told[c].gi, c))[:5]),
        chosen=code,
    )


def _found(
    known: Sequence[Mark], figures: Mapping[str, Figure], indicator: Indicator
) -> tuple[Place, ...] | None:
    """Gi* and local Moran of how bad it is: a hot place is one where it is worse."""
    if len(known) < FEWEST:
        return None
    sign = -1 if indicator.direction == "up" else 1
    bad = [sign * (figures[mark.code].count.share or 0.0) for mark in known]
    near = neighbours.nearest([mark.shape for mark in known if mark.shape is not None], NEAR)
    return clusters.found(bad, near.tolist())


def _classes(lang: str) -> Classes:
    found = fixed((-1.5, -0.5, 0.5, 1.5), ramp=COLOURS)
    return replace(found, labels=tuple(text.of(lang) for text in _CLASSES))


def _value(place: Place, figure: Figure, indicator: Indicator, lang: str) -> Value:
    kind = 1 if place.hot else -1 if place.cold else 0
    count = words.counted(figure.count, indicator, lang)
    lines = [(_COUNT.of(lang), f"{count} ({words.share(figure.count.share or 0, lang)})")]
    if place.around is not None:
        own, near = ("worse" if word == "high" else "better" for word in place.around.split("_"))
        lines.append((_AROUND.of(lang), _KINDS[(own, near)].of(lang)))
    return Value(value=float(kind), text=_CLASSES[kind + 1].of(lang), lines=tuple(lines))
