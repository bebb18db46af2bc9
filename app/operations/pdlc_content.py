"""What a PDLC says, apart from any file and any store: as it is read, checked and kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.planning.gaps import Direction

OBJECTIVE = re.compile(r"OE\s*[.\- ]?\s*(\d{1,2})", re.IGNORECASE)
ACTION = re.compile(r"AE\s*[.\- ]?\s*(\d{1,2})\s*[.\- ]\s*(\d{1,2})", re.IGNORECASE)
FIRST_YEAR, LAST_YEAR, LONGEST = 2000, 2100, 30


@dataclass(frozen=True, slots=True)
class PlanText:
    """The plan itself."""

    title: str
    first_year: int
    last_year: int
    vision: str = ""
    ordinance: str = ""
    approved_on: date | None = None


@dataclass(frozen=True, slots=True)
class ObjectiveText:
    """An objective and the needs that it answers."""

    code: str
    statement: str
    expected: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineText:
    """A line of the PEI or POI, or a project."""

    kind: str
    code: str
    name: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class ActionText:
    """A strategic action of the objective whose number its code carries."""

    code: str
    statement: str
    responsible: str = ""
    route: str = ""
    priority: int | None = None
    lines: tuple[LineText, ...] = ()

    @property
    def objective(self) -> str:
        """The code of its objective."""
        return objective_of(self.code)


@dataclass(frozen=True, slots=True)
class SheetText:
    """An indicator sheet; ``of`` is the code of its objective or action."""

    code: str
    of: str
    name: str
    direction: Direction = "up"
    unit: str = "%"
    indicator: str = ""
    baseline_year: int | None = None
    baseline: float | None = None
    targets: Mapping[int, float] = field(default_factory=dict)
    justification: str = ""
    responsible: str = ""
    limitations: str = ""
    method: str = ""
    assumptions: str = ""
    source: str = ""
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A whole plan."""

    plan: PlanText
    objectives: tuple[ObjectiveText, ...] = ()
    actions: tuple[ActionText, ...] = ()
    sheets: tuple[SheetText, ...] = ()


def objective_code(text: str) -> str | None:
    """``OE.01`` from what people write: ``OE 1``, ``oe-01``; None where it is no such code."""
    found = OBJECTIVE.fullmatch(text.strip())
    return f"OE.{int(found[1]):02d}" if found else None


def action_code(text: str) -> str | None:
    """``AE.01.02`` from what people write; None where it is no such code."""
    found = ACTION.fullmatch(text.strip())
    return f"AE.{int(found[1]):02d}.{int(found[2]):02d}" if found else None


def objective_of(code: str) -> str:
    """The objective to which a code of an objective or action belongs."""
    return f"OE.{code[3:5]}"
