"""How commands speak: a line at once, progress on one line, JSON for programs."""

import json
import sys
from collections.abc import Mapping
from typing import Any


def say(text: str) -> None:
    """One line for the person who waits, at once even where output is a file."""
    print(text, flush=True)


def answer(content: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    """The same answer for a program or for a person."""
    say(json.dumps(content, ensure_ascii=False, default=str) if as_json else text)


def progress(done: int, total: int | None = None, message: str | None = None) -> None:
    """Rewrite one line of progress; silent where nobody watches."""
    if not sys.stderr.isatty():
        return
    share = f"{done * 100 // total} %" if total else str(done)
    end = "\n" if total and done >= total else ""
    print(f"\r{message or 'Avance'}: {share}   ", end=end, file=sys.stderr, flush=True)
