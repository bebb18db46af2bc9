"""How an indicator moved between two rounds, only where both of them saw the community.

Blue is better and red is worse, whichever way the indicator counts. Colours say how much; the
card says whether it can be told from chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.capture.fields import Text
from app.gis.classes import CHANGE, Classes, fixed
from app.operations import standing
from app.operations.figures import Figure, Indicator
from app.operations.layers import choices, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.layers.figures import figures_of
from app.planning.changes import Change
from app.planning.counts import total
from app.store.sessions import Reading

EDGES = (-100, -20, -5, 5, 20, 100)  # points, as its unit says
FIRST = 5

_TITLE = Text("Cambio: {name}", "Change: {name}")
_POINTS = Text("puntos", "points")
_WORDS = (
    Text("empeoró 20 puntos o más", "20 points worse or more"),
    Text("empeoró de 5 a 20 puntos", "5 to 20 points worse"),
    Text("casi igual (menos de 5 puntos)", "almost the same (under 5 points)"),
    Text("mejoró de 5 a 20 puntos", "5 to 20 points better"),
    Text("mejoró 20 puntos o más", "20 points better or more"),
)
_ROUND = Text("Ronda {label}", "Round {label}")
_SAID = {
    "better": Text("mejoró {points} puntos", "{points} points better"),
    "worse": Text("empeoró {points} puntos", "{points} points worse"),
    "same": Text("ni mejoró ni empeoró", "neither better nor worse"),
}
_SURE = Text("¿Se distingue de la casualidad?", "Can it be told from chance?")
_YES, _NO = Text("sí", "yes"), Text("no: son pocas respuestas", "no: too few answers")
_ONCE = Text("solo se la vio en la ronda {label}", "seen in round {label} alone")
_NEVER = Text("no se la vio en ninguna de las dos", "seen in neither")
_REWORDED = Text(
    "no se compara: la ficha cambió la pregunta",
    "not compared: the form changed its question",
)
_ALL_REWORDED = Text(
    "Entre las dos rondas la ficha cambió la pregunta: no se comparan.",
    "Between both rounds the form changed its question: they are not compared.",
)
_SENTENCE = Text(
    "De {before} a {after}, en las {known} comunidades vistas las dos veces: mejor {better}, "
    "peor {worse}, igual {same}. Juntas pasaron de {x0} a {x1}.",
    "From {before} to {after}, in the {known} communities seen both times: {better} better, "
    "{worse} worse, {same} the same. Together they went from {x0} to {x1}.",
)
_ONE_ROUND = Text(
    "Hace falta una segunda ronda para comparar.", "A second round is needed to compare."
)
_NOTE = Text(
    "Solo comunidades vistas en las dos rondas. El cambio no dice por qué cambió.",
    "Only communities seen in both rounds. A change does not say why it changed.",
)


def tell(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """Each community by what the later round says less the earlier, in the way that is better."""
    lang = asked.lang
    pair = choices.two_rounds(session, asked)
    code = choices.chosen(
        asked.indicator, choices.indicators(session, asked), _counted_each_round(session, asked)
    )
    if code is None:
        return choices.nothing(asked, choices.NO_FIGURES)
    indicator = standing.indicators(session, asked.where)[code]
    name = words.say(_TITLE, lang, name=words.name(indicator, lang))
    if pair is None:
        return replace(choices.nothing(asked, _ONE_ROUND), title=name, chosen=code)
    before, after = (figures_of(session, asked, code, label) for label in pair)
    found = standing.of_place(session, asked.where, asked.day)
    both = {
        place: found.moved(code, before[place], after[place])
        for place in after
        if place in before and before[place].count.n and after[place].count.n
    }
    moved = {place: each for place, each in both.items() if each.difference is not None}
    seen = _Seen(pair, before, after, moved, indicator)
    values = {mark.code: seen.value(mark.code, lang) for mark in marks}
    return Told(
        title=name,
        values=values,
        n=words.of_all(len(moved), len(marks), lang),
        sentence=seen.sentence(lang),
        unit=_POINTS.of(lang),
        classes=_classes(lang),
        on=max((after[place].held_on for place in moved), default=None),
        note=_NOTE.of(lang),
        first=seen.first,
        chosen=code,
    )


def _counted_each_round(session: Reading, asked: Asked) -> list[str]:
    """Indicators in the order of needs, without those that a document tells once a cycle."""
    found = standing.of_place(session, asked.where, asked.day).figures
    return [
        code
        for code in choices.most_urgent(session, asked)
        if any(figure.source != "register" for figure in found.get(code, {}).values())
    ]


def _classes(lang: str) -> Classes:
    found = fixed(EDGES, ramp=CHANGE[::-1])
    return replace(found, labels=tuple(text.of(lang) for text in _WORDS))


class _Seen:
    """Two rounds of one indicator, beside each other."""

    def __init__(
        self,
        pair: tuple[str, str],
        before: Mapping[str, Figure],
        after: Mapping[str, Figure],
        moved: Mapping[str, Change],
        indicator: Indicator,
    ) -> None:
        self.pair, self.before, self.after = pair, before, after
        self.moved, self.indicator = moved, indicator
        self.sign = 1 if indicator.direction == "up" else -1

    def better(self, code: str) -> float:
        """How much better, in shares; under zero is worse."""
        return self.sign * (self.moved[code].difference or 0.0)

    @property
    def first(self) -> tuple[str, ...]:
        """Those that fell back most, which may need somebody to ask why."""
        worse = [code for code in self.moved if self.better(code) < 0]
        return tuple(sorted(worse, key=lambda code: (self.better(code), code))[:FIRST])

    def value(self, code: str, lang: str) -> Value:
        """What is told of a community."""
        lines = [
            (words.say(_ROUND, lang, label=label), self._count(of_round, code, lang))
            for label, of_round in zip(self.pair, (self.before, self.after), strict=True)
        ]
        if code not in self.moved:
            return Value(text=self._unseen(code, lang), lines=tuple(lines))
        told = self.moved[code].verdict in ("better", "worse")
        lines.append((_SURE.of(lang), (_YES if told else _NO).of(lang)))
        better = self.better(code)
        word = "better" if better > 0 else "worse" if better < 0 else "same"
        points = words.num(abs(100 * better), lang, 0 if abs(better) >= 0.01 else 1)
        return Value(
            value=round(100 * better, 2),
            text=words.say(_SAID[word], lang, points=points),
            lines=tuple(lines),
        )

    def _count(self, of_round: Mapping[str, Figure], code: str, lang: str) -> str:
        figure = of_round.get(code)
        said = words.counted(figure.count if figure else None, self.indicator, lang)
        share = figure.count.share if figure else None
        return said if share is None else f"{said} ({words.share(share, lang)})"

    def _unseen(self, code: str, lang: str) -> str:
        if self._both(code):
            return _REWORDED.of(lang)
        for label, of_round in zip(self.pair, (self.before, self.after), strict=True):
            if code in of_round and of_round[code].count.n:
                return words.say(_ONCE, lang, label=label)
        return _NEVER.of(lang)

    def _both(self, code: str) -> bool:
        return all(code in of and of[code].count.n for of in (self.before, self.after))

    def sentence(self, lang: str) -> str:
        """How many moved which way, and all of them together."""
        if not self.moved:
            twice = any(self._both(code) for code in self.after)
            return (_ALL_REWORDED if twice else _ONE_ROUND).of(lang)
        both = [total(of[code].count for code in self.moved) for of in (self.before, self.after)]
        return words.say(
            _SENTENCE,
            lang,
            before=self.pair[0],
            after=self.pair[1],
            known=len(self.moved),
            better=sum(1 for code in self.moved if self.better(code) > 0),
            worse=sum(1 for code in self.moved if self.better(code) < 0),
            same=sum(1 for code in self.moved if self.better(code) == 0),
            x0=words.share(both[0].share or 0, lang),
            x1=words.share(both[1].share or 0, lang),
        )
