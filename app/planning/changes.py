"""What changed between two rounds, said no louder than the numbers allow.

The interval of the difference of two shares joins both Wilson intervals (Newcombe's hybrid
score, method 10). If it holds zero, the change cannot be told from chance. The two rounds
are read as independent samples; where the same homes were asked twice the true interval is
narrower, so this errs on the side of silence. Where both rounds asked everybody the
difference is exact. Nothing here says why it changed.

Only rounds that were asked the same question may be compared (domain.md 5.2); of others it is
said that they cannot be (``asked_otherwise``).

References
----------
Newcombe 1998, Interval estimation for the difference between independent proportions:
comparison of eleven methods, method 10.
"""

from dataclasses import dataclass
from math import hypot
from typing import Literal

from app.planning.counts import Count
from app.planning.gaps import Direction
from app.planning.intervals import Z95, Interval, wilson
from app.planning.reasons import Reason
from app.planning.ties import DECIMALS

Verdict = Literal["better", "worse", "not_told", "unknown"]


@dataclass(frozen=True, slots=True)
class Change:
    """After less before.

    ``difference`` is in shares, -1 to 1, and its sign follows the share itself;
    ``verdict`` follows the direction of the indicator. Both numbers are None where one of
    the rounds has no answers.
    """

    before: Count
    after: Count
    difference: float | None
    interval: Interval | None
    verdict: Verdict
    reason: Reason


def change(before: Count, after: Count, direction: Direction, z: float = Z95) -> Change:
    """Compare two rounds of the same indicator in the same place."""
    numbers = {"x0": before.x, "n0": before.n, "x1": after.x, "n1": after.n}
    interval = difference_interval(before, after, z)
    if before.share is None or after.share is None or interval is None:
        reason = Reason(
            "unknown", "No se puede saber: en una de las rondas no hay respuestas.", numbers
        )
        return Change(before, after, None, None, "unknown", reason)
    verdict = _verdict(interval, direction)
    return Change(
        before,
        after,
        after.share - before.share,
        interval,
        verdict,
        Reason(verdict, _SENTENCES[verdict], numbers),
    )


def asked_otherwise(before: Count, after: Count) -> Change:
    """Two rounds between which the form changed its question: nothing can be told."""
    reason = Reason(
        "asked_otherwise",
        "No se compara: entre las dos rondas la ficha cambió la pregunta. Antes {x0} de {n0}, "
        "ahora {x1} de {n1}.",
        {"x0": before.x, "n0": before.n, "x1": after.x, "n1": after.n},
    )
    return Change(before, after, None, None, "unknown", reason)


def threshold_moved(before: Count, after: Count) -> Change:
    """Two rounds counted by two thresholds: nothing can be told."""
    reason = Reason(
        "threshold_moved",
        "No se compara: entre las dos rondas cambió el umbral. Antes {x0} de {n0}, ahora {x1} de "
        "{n1}.",
        {"x0": before.x, "n0": before.n, "x1": after.x, "n1": after.n},
    )
    return Change(before, after, None, None, "unknown", reason)


def difference_interval(before: Count, after: Count, z: float = Z95) -> Interval | None:
    """Interval of the difference of shares, after less before; None where one is unknown."""
    first, second = wilson(before, z), wilson(after, z)
    if before.share is None or after.share is None or first is None or second is None:
        return None
    difference = after.share - before.share
    down = hypot(after.share - second.low, first.high - before.share)
    up = hypot(second.high - after.share, before.share - first.low)
    return Interval(max(-1.0, difference - down), min(1.0, difference + up))


_SENTENCES: dict[Verdict, str] = {
    "better": "Mejora: antes {x0} de {n0}, ahora {x1} de {n1}.",
    "worse": "Retrocede: antes {x0} de {n0}, ahora {x1} de {n1}.",
    "not_told": "No se distingue un cambio: antes {x0} de {n0}, ahora {x1} de {n1}.",
}


def _verdict(interval: Interval, direction: Direction) -> Verdict:
    low, high = round(interval.low, DECIMALS), round(interval.high, DECIMALS)
    if low <= 0 <= high:
        return "not_told"
    return "better" if (low > 0) == (direction == "up") else "worse"
