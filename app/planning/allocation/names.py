"""The words that ordinances, commands and addresses use for rules and utilities."""

from typing import Literal

Utility = Literal["cost", "cardinality", "points"]
UTILITIES: tuple[Utility, ...] = ("cost", "cardinality", "points")
RULES = (
    "greedy",
    "greedy-stop",
    "mes",
    "mes-add1",
    "mes-add1u",
    "mes-epsilon",
    "phragmen",
    "max-welfare",
)
