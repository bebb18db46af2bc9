"""Where an agreement stands, what it may become, and what of it needs somebody's attention.

Money is in céntimos since the beginning of the agreement: PIM (the budget as amended), certified
(kept for it), accrued (recognised as owed), paid. The four should fall in that order. A source
that says otherwise is believed and the odd order is named: the town hall corrects it where the
money is kept, not here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.planning.reasons import Number, Reason

STATES = ("agreed", "procured", "works", "stopped", "delivered", "dropped")
NEXT = {
    "agreed": ("procured", "works", "stopped", "dropped"),
    "procured": ("works", "stopped", "dropped"),
    "works": ("delivered", "stopped", "dropped"),
    "stopped": ("procured", "works", "dropped"),
    "delivered": ("works",),  # what was handed over and found wanting goes on
    "dropped": ("agreed",),
}
OPEN = ("agreed", "procured", "works", "stopped")
STALE = timedelta(days=90)  # planning.md section 6: what nobody updates turns grey by itself
ANSWER = timedelta(days=60)
"""How long a hand-over may wait for the community's word before it is asked for."""


@dataclass(frozen=True, slots=True)
class Money:
    """One reading of the budget line; None is not known, never zero."""

    pim: int | None = None
    certified: int | None = None
    accrued: int | None = None
    paid: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A milestone: what, by when, and when it was reached."""

    title: str
    due_on: date | None
    reached_on: date | None = None

    def late(self, day: date) -> bool:
        """It was due before this day and is not reached."""
        return self.reached_on is None and self.due_on is not None and self.due_on < day


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the attention to one agreement is told by.

    ``readings`` are dated, the oldest first; ``words`` are the newest verdicts of those whom it
    serves and of the oversight committee; ``asked`` how many communities it serves.
    """

    state: str
    updated_on: date | None
    agreed: int | None = None
    readings: Sequence[tuple[date, Money]] = ()
    milestones: Sequence[Due] = ()
    delivered_on: date | None = None
    asked: int = 0
    community: Sequence[str] = ()
    oversight: str = ""
    upkeep: str = field(default="")


def moves(state: str) -> tuple[str, ...]:
    """What a state may become; a state of an older time may become any."""
    return NEXT.get(state, STATES)


def stale(state: str, updated_on: date | None, day: date) -> bool:
    """Whether nobody told anything for ninety days of what is not over."""
    return state in OPEN and (updated_on is None or day - updated_on > STALE)


def money_advice(money: Money, agreed: int | None = None) -> list[Reason]:
    """Where the four amounts do not fall in their order, or pass what was agreed."""
    found = []
    for code, over, under in (
        ("paid_over_accrued", money.paid, money.accrued),
        ("accrued_over_certified", money.accrued, money.certified),
        ("certified_over_pim", money.certified, money.pim),
        ("over_agreed", money.accrued, agreed),
    ):
        if over is not None and under is not None and over > under:
            numbers = {"over_centimos": over, "under_centimos": under}
            found.append(_told(code, numbers))
    return found


TEXTS: dict[str, str] = {
    "paid_over_accrued": "Se pagó {over_centimos} y solo se devengó {under_centimos}: "
    "revise la fuente.",
    "accrued_over_certified": "Se devengó {over_centimos} y solo se certificó {under_centimos}: "
    "revise la fuente.",
    "certified_over_pim": "Se certificó {over_centimos} y el PIM es {under_centimos}: "
    "revise la fuente.",
    "over_agreed": "Lleva devengado {over_centimos}; se acordó {under_centimos}.",
    "late_milestone": "El hito «{title}» debía alcanzarse hace {days} días.",
    "no_upkeep": "Nadie figura como responsable de su mantenimiento.",
    "not_conforming": "{n} comunidades no están conformes.",
    "oversight_against": "El comité de vigilancia no está conforme.",
    "no_word": "Se entregó hace {days} días y falta la palabra de la comunidad.",
    "no_day": "Figura como entregada, pero no se sabe qué día.",
    "stopped": "Está parada.",
    "never_told": "Nunca se tuvo noticia de este acuerdo.",
    "stale": "Sin noticias hace {days} días.",
    "money_still": "El dinero no se mueve hace {days} días: sigue en {accrued_centimos} "
    "devengados.",
}
ONE_AGAINST = "La comunidad no está conforme."
LATE_A_DAY = "El hito «{title}» debía alcanzarse ayer."


def earliest_due(year: int, first_news: date | None) -> date:
    """The first day on which a milestone of an agreement of a budget ``year`` may fall due.

    A budget is agreed in the year before it. Whoever brings in an agreement of long ago has
    news of it only from the day on which it came in, and one that runs ahead of its year has
    news before it: the earlier of both days holds.
    """
    agreed = date(year - 1, 1, 1)
    return agreed if first_news is None else min(agreed, first_news)


def _told(code: str, numbers: Mapping[str, Number] | None = None) -> Reason:
    return Reason(code, TEXTS[code], numbers or {})


def attention(facts: Facts, day: date) -> list[Reason]:
    """What of an agreement needs somebody, the most pressing first; empty where nothing does."""
    found = [*_words(facts, day), *_stopped(facts)]
    late = [each for each in facts.milestones if each.late(day)]
    if late and facts.state in OPEN:
        oldest = min(late, key=lambda each: each.due_on or day)
        since = (day - (oldest.due_on or day)).days
        text = LATE_A_DAY if since == 1 else TEXTS["late_milestone"]
        found.append(Reason("late_milestone", text, {"title": oldest.title, "days": since}))
    if stale(facts.state, facts.updated_on, day):
        found.append(_silence(facts.updated_on, day))
    if (still := _still(facts, day)) is not None:
        found.append(still)
    if facts.readings:
        found += money_advice(facts.readings[-1][1], facts.agreed)
    if facts.state == "delivered" and not facts.upkeep:
        found.append(_told("no_upkeep"))
    return found


def _words(facts: Facts, day: date) -> list[Reason]:
    found = []
    against = sum(word == "not_conforming" for word in facts.community)
    if against:
        text = ONE_AGAINST if against == 1 else TEXTS["not_conforming"]
        found.append(Reason("not_conforming", text, {"n": against}))
    if facts.oversight == "not_conforming":
        found.append(_told("oversight_against"))
    waiting = facts.delivered_on is not None and day - facts.delivered_on > ANSWER
    if facts.state == "delivered" and waiting and len(facts.community) < max(1, facts.asked):
        found.append(_told("no_word", {"days": (day - (facts.delivered_on or day)).days}))
    if facts.state == "delivered" and facts.delivered_on is None:
        found.append(_told("no_day"))
    return found


def _stopped(facts: Facts) -> list[Reason]:
    return [_told("stopped")] if facts.state == "stopped" else []


def _silence(updated_on: date | None, day: date) -> Reason:
    if updated_on is None:
        return _told("never_told")
    return _told("stale", {"days": (day - updated_on).days})


def _still(facts: Facts, day: date) -> Reason | None:
    """Works go on, but what is accrued stands where it stood ninety days ago."""
    known = [(on, money.accrued) for on, money in facts.readings if money.accrued is not None]
    if facts.state != "works" or not known:
        return None
    newest = known[-1][1]
    since = known[-1][0]
    for on, accrued in reversed(known):
        if accrued != newest:
            break
        since = on
    if day - since <= STALE:
        return None
    numbers = {"days": (day - since).days, "accrued_centimos": newest or 0}
    return _told("money_still", numbers)
