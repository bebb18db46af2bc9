"""The gate as a proposal's sheet shows it: what it says, and what it still asks."""

from dataclasses import replace
from typing import Any

from app.http.gate import Passage
from app.pages import petition_lines
from app.pages.wording import Words
from app.planning.gate import Answers, Coverage, verdict
from app.records.proposals import Proposal

TYPED = {True: "yes", False: "no", None: ""}


def answers(row: Proposal, share: float | None) -> Answers:
    """What the gate was told of a proposal; whom it reaches is known and never asked."""
    return replace(Answers(**row.gate), share=share)


def card(
    words: Words, passage: Passage, row: Proposal, share: float | None, coverage: Coverage
) -> dict[str, Any]:
    """What the gate says of a proposal, and what it still asks."""
    found = verdict(answers(row, share), coverage)
    answered = {
        name: value if isinstance(value, str) else TYPED[value] for name, value in row.gate.items()
    }
    return {
        "told": petition_lines.told(words, found) if row.gate else None,
        "typed": {name: answered.get(name, "") for name in petition_lines.QUESTIONS},
        "questions": petition_lines.questions(words),
        "routes": petition_lines.routes(words),
        "may_petition": passage.may("petitions", "write"),
    }
