"""The steps of a process as ``seeds/process_steps.yaml`` tells them, in a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.capture import yaml_text
from app.capture.fields import Text
from app.planning.agents import KINDS
from app.planning.process import PHASES, StepKind
from app.settings import ROOT

FILE = ROOT / "seeds" / "process_steps.yaml"


@dataclass(frozen=True, slots=True)
class Duty:
    """What a role does in a step, and the page where it does it.

    ``page`` is below the year's budget; one that begins with ``/`` is below the district.
    """

    words: Text
    page: str


@dataclass(frozen=True, slots=True)
class StepEntry:
    """A step with its names, its source and the duties by role."""

    kind: StepKind
    name: Text
    source: str
    duties: Mapping[str, Duty]


@cache
def phases() -> Mapping[str, Text]:
    """The names of the phases, in their order."""
    given = yaml_text.read(FILE.read_text(encoding="utf-8"))["phases"]
    return {code: Text(**given[code]) for code in PHASES}


@cache
def entries() -> tuple[StepEntry, ...]:
    """Every step, in the order of the process."""
    given = yaml_text.read(FILE.read_text(encoding="utf-8"))["steps"]
    return tuple(
        StepEntry(
            StepKind(
                each["code"],
                each["phase"],
                each["name"]["es"],
                each["required"],
                tuple(each.get("after", ())),
                tuple(each.get("follows", ())),
                each.get("into_year", False),
            ),
            Text(**each["name"]),
            each["source"],
            {
                role: Duty(Text(duty["es"], duty["en"]), duty["page"])
                for role, duty in each["roles"].items()
            },
        )
        for each in given
    )


@cache
def kinds(lang: str = "es") -> tuple[StepKind, ...]:
    """The steps as the rules read them, named in a language."""
    return tuple(
        StepKind(
            *(each.kind.code, each.kind.phase, each.name.of(lang), each.kind.required),
            *(each.kind.after, each.kind.follows, each.kind.into_year),
        )
        for each in entries()
    )


def entry(code: str) -> StepEntry | None:
    """A step by its code."""
    return next((each for each in entries() if each.kind.code == code), None)


@cache
def agent_kinds() -> Mapping[str, Text]:
    """The kinds of participating agents, in the order of the rules."""
    given = yaml_text.read(FILE.read_text(encoding="utf-8"))["agent_kinds"]
    return {code: Text(**given[code]) for code in KINDS}
