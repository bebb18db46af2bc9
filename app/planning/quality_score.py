"""How much care a form shows, 0 to 100, with the reason of every point that it lacks.

It says where to look and help, not who is better: nothing is ever ordered by it. Points go
for core questions left blank (up to 30), soft rules set aside (20), homes that all say the
same one after the other (15), more homes in a day than one can visit (15), leaps since the
last round that chance does not explain (10) and re-interviews that were told otherwise (10).
What cannot be known of a form takes nothing from it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.planning.changes import difference_interval
from app.planning.counts import Count
from app.planning.reasons import Reason

BLANK, OVERRIDDEN, ALIKE, HURRIED, LEAPS, TOLD_OTHERWISE = 30, 20, 15, 15, 10, 10
A_RUN = 5  # homes one after the other with all answers alike: under that it happens
A_DAY = 25  # homes that one person can visit in a day, half an hour each at the most
A_LEAP = 0.3  # of the share, and more than chance explains
ENOUGH = 0.9  # of re-interviewed answers alike: nobody remembers everything alike


@dataclass(frozen=True, slots=True)
class Signs:
    """What a form shows of how it was filled.

    ``homes`` are the answers of each home in the order in which they were written; ``a_day``
    the homes visited on each day; ``agreed`` equal and all answers of re-interviews.
    """

    asked: int
    answered: int
    overridden: int = 0
    homes: Sequence[Hashable] = ()
    a_day: Sequence[int] = ()
    compared: int = 0
    leaps: int = 0
    agreed: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Score:
    """Points, 0 to 100, and why each that lacks does."""

    points: int
    reasons: tuple[Reason, ...]


def score(signs: Signs) -> Score:
    """The score of one form, or of all of a community's round put together."""
    lost = [each for each in _lost(signs) if each.numbers["points"]]
    return Score(100 - sum(int(each.numbers["points"]) for each in lost), tuple(lost))


def together(many: Sequence[Signs]) -> Signs:
    """The signs of several forms as one; homes of two forms are no run."""
    homes: list[Hashable] = []
    for number, each in enumerate(many):
        homes += [(number, home) for home in each.homes]
    return Signs(
        sum(s.asked for s in many),
        sum(s.answered for s in many),
        sum(s.overridden for s in many),
        homes,
        [day for s in many for day in s.a_day],
        sum(s.compared for s in many),
        sum(s.leaps for s in many),
        (sum(s.agreed[0] for s in many), sum(s.agreed[1] for s in many)),
    )


def _lost(s: Signs) -> list[Reason]:
    blank = s.asked - s.answered
    alike = longest_run(s.homes)
    over = sum(max(0, day - A_DAY) for day in s.a_day)
    equal, n = s.agreed
    otherwise = max(0.0, ENOUGH - equal / n) / ENOUGH if n else 0.0
    return [
        _reason("blank", "{blank} de {asked} preguntas principales sin respuesta.",
                _share(BLANK, blank, s.asked), blank=blank, asked=s.asked),
        _reason("overridden", "{count} avisos pasados por alto con su razón escrita.",
                min(OVERRIDDEN, 4 * s.overridden), count=s.overridden),
        _reason("alike", "{run} hogares seguidos con todas las respuestas iguales.",
                min(ALIKE, 3 * (alike - A_RUN + 1)) if alike >= A_RUN else 0, run=alike),
        _reason("hurried", "Un día con {most} hogares visitados: más de los que alcanza el tiempo.",
                min(HURRIED, over), most=max(s.a_day, default=0)),
        _reason("leaps", "{leaps} de {compared} prácticas cambiaron mucho desde la ronda anterior.",
                _share(LEAPS, s.leaps, s.compared), leaps=s.leaps, compared=s.compared),
        _reason("told_otherwise", "Al volver a preguntar, {equal} de {n} respuestas iguales.",
                round(TOLD_OTHERWISE * otherwise), equal=equal, n=n),
    ]  # fmt: skip


def _reason(code: str, text: str, points: int, **numbers: int) -> Reason:
    return Reason(code, text, {**numbers, "points": points})


def _share(most: int, part: int, whole: int) -> int:
    """Of the most that can go, in proportion; something where anything is amiss."""
    return min(most, max(1, round(most * part / whole))) if part > 0 and whole else 0


def longest_run(homes: Sequence[Hashable]) -> int:
    """The most homes one after the other that say exactly the same; of no homes, 0."""
    return max((sum(1 for _ in same) for _, same in groupby(homes)), default=0)


def is_leap(before: Count, after: Count) -> bool:
    """Whether a share moved so far since the last round that somebody should look."""
    interval = difference_interval(before, after)
    if interval is None or before.share is None or after.share is None:
        return False
    told = interval.low > 0 or interval.high < 0
    return told and abs(after.share - before.share) >= A_LEAP
