"""A document of answers to one version of an instrument: read, written, sealed.

``read`` takes what any way in delivers (JSON, a posted form, a spreadsheet row) and gives
typed values with everything that is wrong, never only the first thing. ``canonical`` is
the one spelling that is kept and digested: the same answers are the same bytes whatever
the way in. Worked-out values are not part of it, since reading gives them again.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.capture.expressions import Instance, compiled
from app.capture.fields import Field, Instrument
from app.capture.posted import from_form, to_form
from app.capture.problems import Known, Problem, form_name, path_of
from app.capture.reading import Reading, Values, reasons_of
from app.capture.trying import Trial, let_go
from app.capture.values import plain
from app.errors import Invalid, Malformed

__all__ = [
    "Answers",
    "Known",
    "Problem",
    "canonical",
    "digest",
    "form_name",
    "from_form",
    "parse",
    "path_of",
    "read",
    "redacted",
    "to_form",
]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a document says and what is wrong with it.

    ``values`` holds typed values by field code, rows as tuples of the same; calculated
    fields as text. ``dropped`` are the paths whose answers were not relevant.
    """

    instrument: Instrument
    values: Mapping[str, Any]
    reasons: Mapping[str, str]
    problems: tuple[Problem, ...]
    dropped: tuple[str, ...] = ()

    def blocking(self, *, draft: bool = False) -> list[Problem]:
        """What must be mended before sending; a draft may leave answers for later."""
        later = ("required", "rule") if draft else ()
        return [p for p in self.problems if p.blocks and p.kind not in later]

    @property
    def ok(self) -> bool:
        """Whether it can be sent as it is."""
        return not self.blocking()

    def errors(self, language: str = "es") -> dict[str, str]:
        """What blocks by the name of its field in an HTML form, the first of each."""
        told: dict[str, str] = {}
        for problem in self.blocking():
            told.setdefault(problem.name, problem.message.of(language))
        return told

    def require(self) -> "Answers":
        """Give the answers themselves if nothing blocks.

        Raises
        ------
        Invalid
            With one row for each thing to mend.
        """
        blocking = self.blocking()
        if blocking:
            raise Invalid(
                "Datos por corregir en la ficha: {count}. El primero, en {where}: {why}",
                remedy="Corrija lo señalado y envíe otra vez; lo escrito no se pierde.",
                field=blocking[0].path,
                rows=[problem.row_error() for problem in blocking],
                count=len(blocking),
                where=blocking[0].where.es,
                why=blocking[0].message.es,
            )
        return self


def read(
    instrument: Instrument,
    raw: Mapping[str, Any],
    known: Known | None = None,
    roles: Collection[str] | None = None,
) -> Answers:
    """Read a document; nothing is raised for what a person may mend.

    Parameters
    ----------
    instrument
        The version that was filled, whole: what others may ask is told apart by ``roles``.
    raw
        Answers by field code, rows as lists, and ``_reasons`` by path for soft rules.
    known
        Today, the registers' codes and the lookups; see ``Known``.
    roles
        Those of who fills it: answers to questions that they may not ask are refused.
        None where the roles were checked before, as on a rebuild.

    Raises
    ------
    Malformed
        It is not a document at all.
    """
    if not isinstance(raw, Mapping):
        raise Malformed("La ficha no llegó como un documento de respuestas.")
    known = known or Known()
    reading = Reading(instrument, known, roles)
    values = reading.document(raw)
    expressions = compiled(instrument)
    instance = Instance(instrument, values, known.today, known.lookups)
    dropped = let_go(instrument, expressions, instance, values)
    if dropped:  # rows may be gone: the tree that rules walk is built again without them
        instance = Instance(instrument, values, known.today, known.lookups)
    trial = Trial(expressions, instance, reading.unread, reasons_of(raw))
    trial.sections(instrument.sections, values)
    found = [p for p in reading.problems if not _under_any(p.path, dropped)] + trial.problems
    reasons = {p.path: p.reason for p in found if p.reason}
    return Answers(instrument, values, reasons, tuple(found), tuple(dropped))


def parse(
    instrument: Instrument,
    body: bytes,
    known: Known | None = None,
    roles: Collection[str] | None = None,
) -> Answers:
    """Read a JSON document; decimals keep the digits with which they were written.

    Raises
    ------
    Malformed
        It is not JSON in UTF-8, it says NaN or Infinity, or it is nested without end.
    """
    try:
        raw = json.loads(body, parse_constant=_no_constant, object_pairs_hook=_no_repeats)
    except (ValueError, RecursionError) as broken:
        raise Malformed(
            "La ficha no se puede leer como JSON: {why}",
            remedy="Envíela en UTF-8, sin NaN ni claves repetidas.",
            why=str(broken)[:200],
        ) from broken
    return read(instrument, raw, known, roles)


def canonical(answers: Answers) -> bytes:
    """Write answers in their one spelling: JSON, keys sorted, NFC, UTF-8, no spaces."""
    document = _plain(tuple(answers.instrument.fields()), answers.values)
    if answers.reasons:
        document["_reasons"] = dict(answers.reasons)
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()


def digest(content: bytes, salt: bytes) -> str:
    """Seal content under a salt: 64 hexadecimal digits, HMAC-SHA-256.

    Short answers could be guessed from a bare digest; without the salt they cannot.
    """
    return hmac.new(salt, content, hashlib.sha256).hexdigest()


def redacted(answers: Answers, roles: Collection[str]) -> dict[str, Any]:
    """Plain answers with only what these roles may see."""
    seen = answers.instrument.seen_by(roles)
    return _plain(tuple(seen.fields()), answers.values)


def _plain(fields: tuple[Field, ...], values: Mapping[str, Any]) -> Values:
    found: Values = {"_id": values["_id"]} if "_id" in values else {}
    for field in fields:
        value = values.get(field.code)
        if value is None or not field.answered:
            continue
        if field.type != "repeat":
            found[field.code] = plain(value)
        elif value:
            found[field.code] = [_plain(field.fields, row) for row in value]
    return found


def _under_any(path: str, roots: list[str]) -> bool:
    return any(path == r or path.startswith((r + ".", r + "[")) for r in roots)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a number")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is written twice")
    return found
