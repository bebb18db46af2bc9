"""How long the way to the health facility takes, as the assemblies said.

Minutes in the rain, else in the dry season, of the newest diagnosis. A straight line on the map
is never coloured as time: where nobody said, nothing is known.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.capture.fields import Text
from app.gis.classes import COOL, fixed
from app.operations.layers import banded, spoken, words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.layers.spoken import FRESH, Assembly
from app.store.sessions import Reading

EDGES = (0, 30, 60, 120, 240, 2880)
FAR = 60
"""Over an hour a home is at risk (domain.md 2.6)."""
FIRST = 5

_WORDS = (
    Text("menos de media hora", "under half an hour"),
    Text("de media hora a 1 hora", "half an hour to 1 hour"),
    Text("de 1 a 2 horas", "1 to 2 hours"),
    Text("de 2 a 4 horas", "2 to 4 hours"),
    Text("4 horas o más", "4 hours or more"),
)
_TITLE = Text("Tiempo al establecimiento de salud", "Time to the health facility")
_UNIT = Text("minutos", "minutes")
_TAKES = Text("{time} en lluvia", "{time} in the rain")
_TAKES_DRY = Text("{time} en tiempo seco", "{time} in the dry season")
_DRY = Text("En tiempo seco", "In the dry season")
_UNSAID = Text("la asamblea no dijo cuánto demora", "the assembly did not say how long it takes")
_CHILDREN = Text("Menores de 5 años y gestantes", "Children under 5 and pregnant women")
_ASSEMBLY = Text("Asamblea del", "Assembly of")
_MINUTES = Text("{n} min", "{n} min")
_HOURS = Text("{h} h", "{h} h")
_BOTH = Text("{h} h {n} min", "{h} h {n} min")
_SENTENCE = Text(
    "{far} de {known} comunidades están a más de una hora. La más lejana: {names}, a {time}.",
    "{far} of {known} communities are over an hour away. The farthest: {names}, {time}.",
)
_NOBODY = Text(
    "Ninguna asamblea dijo todavía cuánto demora llegar.",
    "No assembly has told yet how long the way takes.",
)
_NOTE = Text(
    "Minutos que dijo cada asamblea, en lluvia donde los dijo; no es una distancia en línea recta.",
    "Minutes that each assembly told, in the rain where it did; no straight-line distance.",
)


def tell(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """The communities by their declared minutes, the farthest first."""
    lang = asked.lang
    held = spoken.newest(session, asked)
    minutes = {c: m for c, each in held.items() if (m := each.minutes) is not None}
    values = {mark.code: _value(held.get(mark.code), asked) for mark in marks}
    far = sorted(minutes, key=lambda code: (-minutes[code], code))
    classes = fixed(EDGES, ramp=COOL)
    notes = [_NOTE.of(lang)]
    notes += [banded.FAINT.of(lang)] if any(v.old for v in values.values()) else []
    names = {mark.code: mark.name for mark in marks}
    said = _NOBODY.of(lang)
    if far:
        said = words.say(
            _SENTENCE,
            lang,
            far=sum(1 for m in minutes.values() if m > FAR),
            known=len(minutes),
            names=names.get(far[0], far[0]),
            time=_time(minutes[far[0]], lang),
        )
    return Told(
        title=_TITLE.of(lang),
        values=values,
        n=words.of_all(len(minutes), len(marks), lang),
        sentence=said,
        unit=_UNIT.of(lang),
        classes=replace(classes, labels=tuple(text.of(lang) for text in _WORDS)),
        on=max((held[code].on for code in minutes), default=None),
        note=" ".join(notes),
        first=tuple(far[:FIRST]),
    )


def _value(held: Assembly | None, asked: Asked) -> Value:
    lang = asked.lang
    if held is None or held.minutes is None:
        return Value(text=_UNSAID.of(lang), people=held.population if held else None)
    lines = []
    rain = held.minutes_rain is not None
    if rain and held.minutes_dry is not None:
        lines.append((_DRY.of(lang), _time(held.minutes_dry, lang)))
    if held.mothers_and_children is not None:
        lines.append((_CHILDREN.of(lang), words.num(held.mothers_and_children, lang)))
    old = held.on <= asked.day - FRESH
    if old:
        lines.append((banded.OLD.of(lang), banded.OLDER.of(lang)))
    lines.append((_ASSEMBLY.of(lang), words.day(held.on)))
    return Value(
        value=float(held.minutes),
        text=words.say(_TAKES if rain else _TAKES_DRY, lang, time=_time(held.minutes, lang)),
        people=held.population,
        lines=tuple(lines),
        old=old,
    )


def _time(minutes: int, lang: str) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return words.say(_MINUTES, lang, n=rest)
    return words.say(_BOTH if rest else _HOURS, lang, h=words.num(hours, lang), n=rest)
