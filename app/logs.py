"""The log: one JSON object a line, with the request it belongs to and nothing personal.

An error is told by its kind and the places in the code that it passed through, never by
its message: a message may quote what somebody wrote in a form.
"""

import json
import logging
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from app.settings import ROOT, Settings

FILE_BYTES = 5_000_000
FILES = 5


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def __init__(self, context: Callable[[], str]) -> None:
        super().__init__()
        self.context = context

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if request := self.context():
            line["request"] = request
        line |= _content(record.getMessage())
        if record.exc_info and record.exc_info[1]:
            line["error"] = _chain(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _content(message: str) -> dict[str, Any]:
    if message.startswith("{"):
        try:
            fields = json.loads(message)
        except ValueError:
            return {"message": message}
        return fields if isinstance(fields, dict) else {"message": message}
    return {"message": message}


def _chain(error: BaseException) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    each: BaseException | None = error
    while each is not None and len(told) < 5:
        frames = traceback.extract_tb(each.__traceback__)[-12:]
        at = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        told.append({"kind": type(each).__name__, "at": at})
        each = each.__cause__ or each.__context__
    return told


def _short(name: str) -> str:
    path = Path(name)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def set_up(settings: Settings, name: str, context: Callable[[], str] = str) -> None:
    """Send the log of this process where the settings say.

    ``name`` is the process (``web``, ``worker``, ``shell``): each writes its own file, since
    two that turn the same file over would lose lines. ``context`` gives the request id.
    """
    handler: logging.Handler
    if settings.log == "-":
        handler = logging.StreamHandler(sys.stderr)
    else:
        folder = Path(settings.log) if settings.log else settings.home / "log"
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / f"{name}.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8"
        )
    handler.setFormatter(JsonLines(context))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for ours in ("sismuni", "uvicorn.error"):
        logging.getLogger(ours).setLevel(logging.INFO)
    # uvicorn's own access lines hold addresses of people and whole queries.
    logging.getLogger("uvicorn.access").disabled = True
