"""JavaRosa, the engine inside ODK Collect, as it comes in the jar of pyxform.

One process fills form after form; ``java/Fill.java`` says how. Paths are told as ours:
``problems[0].votes_women``, with the form's own companions (``why_``, ``block_``) under
their own names.
"""

import base64
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.capture.fields import Field, Instrument

PROGRAM = Path(__file__).parent / "java" / "Fill.java"


@dataclass(frozen=True)
class Filled:
    """What came of one case: ``outcome`` is valid, required or constraint, the latter at ``path``.

    ``removed`` are rows that stood by themselves and had to be taken out; ``strange`` are
    answers that their question does not offer; ``unasked`` those whose question never came.
    """

    outcome: str
    path: str
    removed: tuple[str, ...]
    strange: tuple[str, ...]
    unasked: tuple[str, ...]
    xml: bytes


def jar() -> Path:
    """Where the engine stands."""
    spec = find_spec("pyxform")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "validators/odk_validate/bin/ODK_Validate.jar"


class Engine:
    """A running JavaRosa; the caller stops it."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("wb") as talk:
            self.process = subprocess.Popen(
                ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", jar(), PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=talk,
                encoding="utf-8",
            )

    def stop(self) -> None:
        """End it and wait for its end."""
        self.process.communicate(timeout=30)

    def fill(self, form: Path, instrument: Instrument, raw: Mapping[str, Any]) -> Filled:
        """Fill a form whose CSV files stand beside it, with answers as a client writes them."""
        given = dict(_lines(instrument, raw))
        into, out = self.process.stdin, self.process.stdout
        assert into is not None
        assert out is not None
        into.write(f"{form}\n" + "".join(f"{at}\t{text}\n" for at, text in given.items()) + "\n")
        into.flush()
        told: dict[str, list[str]] = {}
        for line in iter(out.readline, "end\n"):
            assert line, self.log.read_text(encoding="utf-8", errors="replace")
            kind, _, rest = line.rstrip("\n").partition("\t")
            told.setdefault(kind, []).append(rest)
        outcome, _, at = told["outcome"][0].partition("\t")
        assert outcome != "broken", f"{at}\n{self.log.read_text('utf-8', 'replace')[-3000:]}"
        asked = set(told.get("asked", ()))
        unasked = [path for path in given if _plain(path) not in asked]
        rows = {field.code for field, _ in instrument.walk() if field.type == "repeat"}

        def ours(paths: Iterable[str]) -> tuple[str, ...]:
            return tuple(_as_ours(path, rows) for path in paths)

        return Filled(
            outcome,
            _as_ours(at, rows),
            removed=ours(told.get("removed", ())),
            strange=ours(told.get("strange", ())),
            unasked=ours(unasked),
            xml=base64.b64decode(told["xml"][0]),
        )


def _lines(instrument: Instrument, raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    used: set[str] = set()
    if "sismuni_community" in raw:
        used.add("sismuni_community")
        yield "/data/sismuni_community", raw["sismuni_community"]
    for section in instrument.sections:
        yield from _row(section.fields, raw, f"/data/s_{section.code}/", used)
    assert set(raw) <= used, f"the form does not ask {set(raw) - used}"


def _row(
    fields: tuple[Field, ...], raw: Mapping[str, Any], at: str, used: set[str]
) -> Iterator[tuple[str, Any]]:
    for field in fields:
        shapes = (f"{field.code}_{kind}" for kind in ("kind", "point", "line", "polygon"))
        for name in (field.code, f"why_{field.code}", *shapes):
            if name not in raw:
                continue
            used.add(name)
            if field.type != "repeat" or name != field.code:
                yield at + name, raw[name]
                continue
            for index, row in enumerate(raw[name], 1):
                inside: set[str] = set()
                yield from _row(field.fields, row, f"{at}{name}[{index}]/", inside)
                assert set(row) <= inside, f"{name} does not ask {set(row) - inside}"


def _plain(path: str) -> str:
    return path.replace("[1]", "")


def _as_ours(path: str, rows: set[str]) -> str:
    parts = []
    for part in path.removeprefix("/data/").split("/"):
        name, _, number = part.rstrip("]").partition("[")
        if name.startswith("s_"):
            continue
        parts.append(f"{name}[{int(number or 1) - 1}]" if name in rows else name)
    return ".".join(parts)
