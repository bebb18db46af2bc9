"""What is wrong with a document of answers, where it stands and how it is said.

A path names an answer: ``problems[2].votes_women``, rows from 0. People are told rows
from 1 and the words of the question.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.capture.fields import Text
from app.errors import RowError

_INDEX = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known outside the document and its rules may ask for.

    ``sources`` are the codes that a register offers (practices, households...): where a
    source is absent its codes are only checked in their form. ``lookups`` is what
    ``pulldata`` reads: ``{table: {key: {column: text}}}``. The instruments use
    ``previous`` (last round's answers) and ``diagnosis`` under the key ``last``, and
    ``practices`` by code.
    """

    today: date = field(default_factory=date.today)
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lookups: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; a soft one with a reason stands and no longer blocks.

    ``shown_at`` is the path to show it beside, where ``path`` is worked out and on no page.

    ``kind`` is required, type, limit, unknown, forbidden, rule or repeated.
    """

    path: str
    where: Text
    message: Text
    kind: str
    severity: str = "hard"
    reason: str = ""
    shown_at: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the document cannot be sent as it is."""
        return self.severity == "hard" or not self.reason

    @property
    def name(self) -> str:
        """Name of the field to show it beside: ``problems.2.votes_women``."""
        return form_name(self.shown_at or self.path)

    def row_error(self, language: str = "es") -> RowError:
        """Write it as every other refusal of rows is written."""
        index = _INDEX.search(self.path)
        return RowError(
            row=int(index[1]) + 1 if index else None,
            field=self.path,
            message=f"{self.where.of(language)}: {self.message.of(language)}",
        )


def form_name(path: str) -> str:
    """Turn a path into the name that a form posts."""
    return _INDEX.sub(r".\1", path)


def path_of(name: str) -> str:
    """Turn the name that a form posts into a path."""
    return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", name)
