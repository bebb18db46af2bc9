"""When a family counts as healthy: by its own words, over the threshold that its district set.

The self-assessment asks items that a family answers with "sí", "en camino" or "no". The
municipality says from which share of "sí" on it calls a family healthy; without a threshold
nobody is called anything. Source: domain.md 2.4, a category with a threshold of each
municipality (a proposal of the design, not a norm).
"""

from app.errors import Invalid

PER_MILLE = 1000  # thresholds are kept to a tenth of a per cent, and compared exactly


def healthy(yes: int, on_the_way: int, no: int, threshold: float) -> bool | None:
    """Whether "sí" reaches the threshold (0 to 1) of all that was answered; None of nothing."""
    answered = yes + on_the_way + no
    if not answered:
        return None
    return yes * PER_MILLE >= round(threshold * PER_MILLE) * answered


def check_threshold(share: float) -> float:
    """A share that can divide families, to a tenth of a per cent.

    Raises
    ------
    Invalid
        It is not over 0 and up to 1.
    """
    kept = round(share * PER_MILLE) / PER_MILLE if share == share else 0.0  # noqa: PLR0124 - NaN
    if not 0 < kept <= 1:
        raise Invalid(
            "Ese umbral no separa a nadie.",
            remedy="Escriba más de 0 y hasta 100, como 80.",
            field="share",
        )
    return kept
