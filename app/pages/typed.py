"""Whole numbers that a form carries: what is none, or longer than any of ours, is nothing.

Python reads no number of thousands of digits, and no store keeps one of twenty.
"""

DIGITS = 9


def whole(text: object) -> int | None:
    """The number that a field holds; None of anything else."""
    typed = str(text or "").strip()
    fits = len(typed) <= DIGITS and typed.isascii() and typed.isdecimal()
    return int(typed) if fits else None
