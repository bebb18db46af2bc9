"""Communities by an indicator, by its gap or by a need: x of n of each, never a name.

Who may see more than is published gets each community's last approved figure of the year,
or that of one round; indicators kept to the health role are in none of these layers, since
below the district they stay with the facility. The public gets the publication table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import col

from app.capture.fields import Text
from app.errors import Unknown
from app.gis.classes import fixed
from app.operations import form_versions, needs, standing
from app.operations.figures import Figure, Indicator, Member, Standing
from app.operations.layers import choices, published, words
from app.operations.layers.declared import Asked, Choice, Mark, Told, Value
from app.operations.remembered import remembered
from app.planning import gaps
from app.planning.counts import Count, total
from app.planning.gaps import Goal
from app.planning.shrinkage import shaded
from app.records.aggregates import Aggregate
from app.records.cycles import Round
from app.store.sessions import Reading, columns

FIRST = 5

_MISSING = Text("Sin respuesta", "No answer")
_TARGET = Text("Meta", "Target")
_GAP = Text("Brecha", "Gap")
_WHOLE = Text(
    "En las {known} comunidades con dato: {count} ({share}).",
    "In the {known} communities with data: {count} ({share}).",
)
_SHORT = Text(
    "{short} no llegan a la meta de {target}; la que está más lejos es {worst}.",
    "{short} are short of the target of {target}; the farthest is {worst}.",
)
_REACHED = Text("Todas llegan a la meta de {target}.", "All of them reach the target of {target}.")
_GAP_TITLE = Text("Brecha: {name}", "Gap: {name}")
_SHADE_NOTE = Text(
    "El color acerca a la media del distrito lo que se preguntó a pocos; el texto dice lo contado.",
    "Colours draw what few were asked towards the district's mean; texts say what was counted.",
)
_GAP_NOTE = Text(
    "0 %: la meta está cumplida; 100 %: tan mal como lo peor acordado, o más.",
    "0%: the target is reached; 100%: as bad as the agreed worst, or worse.",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One indicator over the communities, as its reader may know it."""

    indicator: Indicator
    goal: Goal | None
    figures: Mapping[str, Figure]
    standing: Standing

    def gap(self, code: str) -> float | None:
        """How far a community stands from the target, None where nobody can say."""
        figure = self.figures.get(code)
        share = figure.count.share if figure else None
        return None if share is None or self.goal is None else gaps.gap(share, self.goal)


def value(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """The share of each community; dark is what is worse."""
    if asked.public:
        return published.value(session, asked, marks)
    shown = _shown(session, asked, choices.indicators(session, asked))
    if shown is None:
        return choices.nothing(asked, choices.NO_FIGURES)
    up = shown.indicator.direction == "up"
    return Told(
        title=words.name(shown.indicator, asked.lang),
        values=_values(shown, asked, by_gap=False),
        n=_known(shown, asked),
        sentence=_sentence(shown, marks, asked),
        unit="%",
        classes=fixed(choices.FIFTHS, unit="%", dark_low=up, wording=words.wording(asked.lang)),
        on=_newest(shown),
        note=_SHADE_NOTE.of(asked.lang),
        first=_worst(shown),
        chosen=shown.indicator.code,
    )


def gap(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """How far each community stands from the target, on the goalposts in force."""
    shown = _shown(session, asked, choices.with_goal(session, asked))
    if shown is None:
        return choices.nothing(asked, choices.NO_FIGURES)
    name = words.name(shown.indicator, asked.lang)
    return Told(
        title=words.say(_GAP_TITLE, asked.lang, name=name),
        values=_values(shown, asked, by_gap=True),
        n=_known(shown, asked),
        sentence=_sentence(shown, marks, asked),
        unit="%",
        classes=fixed(choices.FIFTHS, unit="%", wording=words.wording(asked.lang)),
        on=_newest(shown),
        note=_GAP_NOTE.of(asked.lang),
        first=_worst(shown),
        chosen=shown.indicator.code,
    )


def _shown(session: Reading, asked: Asked, offered: Sequence[Choice]) -> Shown | None:
    code = choices.chosen(asked.indicator, offered, choices.most_urgent(session, asked))
    if code is None:
        return None
    found = standing.of_place(session, asked.where, asked.day)
    goals = {
        i.code: i.goal
        for i in needs.evidence_of(session, asked.where, asked.day).evidence.indicators
    }
    figures = found.by_community(code, health=False)
    if asked.round:
        figures = figures_of(session, asked, code, asked.round)
    return Shown(found.indicators[code], goals.get(code), figures, found)


def figures_of(session: Reading, asked: Asked, code: str, label: str) -> Mapping[str, Figure]:
    """The figures of one indicator in one round, by community; none of one kept to health.

    Raises
    ------
    Unknown
        The district held no such round.
    """
    found = standing.of_place(session, asked.where, asked.day)
    if label not in choices.rounds(session, asked):
        raise Unknown(
            "El distrito no tuvo la ronda «{round}».",
            remedy="Elija una ronda de la lista.",
            field="round",
            round=label[:40],
        )
    if found.indicators[code].sensitive:
        return {}
    key = ("layer figures", asked.where.place_id, asked.day, code, label)
    return remembered(session, asked.where, key, lambda: _of_round(session, found, code, label))


def _of_round(session: Reading, found: Standing, code: str, label: str) -> dict[str, Figure]:
    rows = session.rows(
        columns(Aggregate, Round.held_on)
        .join(
            Round,
            (col(Round.id) == Aggregate.round_id)
            & (col(Round.community_id) == Aggregate.community_id),
        )
        .where(
            col(Aggregate.community_id).in_([member.id for member in found.members]),
            col(Aggregate.indicator_id) == found.indicators[code].id,
            col(Round.label) == label,
            col(Round.held_on) <= found.day,
        )
    )
    codes = {member.id: member.code for member in found.members}
    versions = form_versions.of_rounds(
        session, col(Round.community_id).in_(list(codes)), col(Round.label) == label
    )
    return {
        codes[row.community_id]: Figure(
            Count(row.x, row.n, row.missing, row.population),
            row.verified,
            row.source,
            label,
            row.held_on,
            None if row.typed_n is None else (row.typed_x, row.typed_n),
            versions.get(row.round_id, {}).get(row.source, ()),
        )
        for row in rows
    }


def _values(shown: Shown, asked: Asked, *, by_gap: bool) -> dict[str, Value]:
    members = shown.standing.members
    if by_gap:
        return {m.code: _value(shown, m, asked, by_gap=True) for m in members}
    shades = shaded({code: figure.count for code, figure in shown.figures.items()})
    return {
        m.code: replace(_value(shown, m, asked, by_gap=False), shade=_four(shades.get(m.code)))
        for m in members
    }


def _four(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _value(shown: Shown, member: Member, asked: Asked, *, by_gap: bool) -> Value:
    lang, code, people = asked.lang, member.code, member.people
    figure, short = shown.figures.get(code), shown.gap(code)
    hidden = asked.only_gap and not short
    if figure is None or not figure.count.n:
        return Value(people=people, hidden=hidden)
    count = figure.count
    lines = [(choices.ROUND.of(lang), figure.label)]
    if count.missing:
        lines.append((_MISSING.of(lang), words.num(count.missing, lang)))
    if shown.goal is not None and short is not None:
        lines.append((_TARGET.of(lang), words.share(shown.goal.target, lang)))
        lines.append((_GAP.of(lang), words.share(short, lang)))
    said = f"{words.counted(count, shown.indicator, lang)} ({words.share(count.share or 0, lang)})"
    return Value(
        value=round(short if by_gap and short is not None else count.share or 0.0, 4),
        x=count.x,
        n=count.n,
        text=said,
        people=people,
        lines=tuple(lines),
        hidden=hidden,
    )


def _known(shown: Shown, asked: Asked) -> str:
    known = sum(1 for figure in shown.figures.values() if figure.count.n)
    return words.of_all(known, len(shown.standing.members), asked.lang)


def _newest(shown: Shown) -> date | None:
    return max((f.held_on for f in shown.figures.values() if f.count.n), default=None)


def _worst(shown: Shown) -> tuple[str, ...]:
    known = [code for code, figure in shown.figures.items() if figure.count.n]
    if shown.goal is not None:
        known = [code for code in known if shown.gap(code)]
        return tuple(sorted(known, key=lambda code: (-(shown.gap(code) or 0), code))[:FIRST])
    sign = 1 if shown.indicator.direction == "up" else -1
    return tuple(
        sorted(known, key=lambda code: (sign * (shown.figures[code].count.share or 0), code))
    )[:FIRST]


def _sentence(shown: Shown, marks: Sequence[Mark], asked: Asked) -> str:
    lang = asked.lang
    counts = [figure.count for figure in shown.figures.values() if figure.count.n]
    if not counts:
        return choices.NO_FIGURES.of(lang)
    whole = total(counts)
    said = words.say(
        _WHOLE,
        lang,
        known=len(counts),
        count=words.counted(whole, shown.indicator, lang),
        share=words.share(whole.share or 0, lang),
    )
    if shown.goal is None:
        return said
    target = words.share(shown.goal.target, lang)
    short = [code for code in shown.figures if shown.gap(code)]
    if not short:
        return f"{said} {words.say(_REACHED, lang, target=target)}"
    names = {mark.code: mark.name for mark in marks}
    worst = _worst(shown)[0]
    told = words.say(_SHORT, lang, short=len(short), target=target, worst=names.get(worst, worst))
    return f"{said} {told}"
