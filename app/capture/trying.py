"""Second half of reading a document: what depends on other answers.

In the order of the form, so that what comes later sees what came before: what is not
relevant is let go, as XForms does on sending, and calculations are worked out. Then,
over the whole: what is demanded, rows that repeat each other, and the rules.
"""

from typing import Any

from app.capture.expressions import Compiled, Instance, Tried
from app.capture.fields import Field, Instrument, Section, Text
from app.capture.problems import Problem
from app.capture.reading import Values

_REQUIRED = Text("Falta responder.", "An answer is missing.")
_REPEATED = Text("Esta fila repite otra. Deje una sola.", "This row repeats another. Leave one.")


def let_go(
    instrument: Instrument, compiled: Compiled, instance: Instance, values: Values
) -> list[str]:
    """Take out what is not relevant and put in what is calculated; say what was taken out.

    Answers that stop being relevant are taken from ``values`` and from ``instance``.
    """
    dropped: list[str] = []
    for section in instrument.sections:
        open_ = _open(compiled.tried["/" + section.code], instance, "")
        _settle(section.fields, compiled, instance, _At(values, "", open_, dropped))
    return dropped


class _At:
    """Where the walk stands: a row, its path, whether it is relevant, what was let go."""

    def __init__(self, values: Values, path: str, relevant: bool, dropped: list[str]) -> None:
        self.values = values
        self.path = path
        self.relevant = relevant
        self.dropped = dropped

    @property
    def holder(self) -> str:
        return self.path.removesuffix(".")


def _open(tried: Tried, instance: Instance, path: str) -> bool:
    return tried.relevant is None or instance.holds(tried.relevant, path)


def _settle(fields: tuple[Field, ...], compiled: Compiled, instance: Instance, at: _At) -> None:
    for field in fields:
        if field.type == "note":
            continue
        tried, path = compiled.tried[field.code], at.path + field.code
        standing = at.holder if field.type == "repeat" else path
        relevant = at.relevant and _open(tried, instance, standing)
        if not relevant and field.code in at.values:
            at.dropped.append(path)
        if field.type == "repeat":
            for index, row in enumerate(at.values.get(field.code, ())):
                below = _At(row, f"{path}[{index}].", relevant, [])
                _settle(field.fields, compiled, instance, below)
                at.dropped.extend(below.dropped if relevant else ())
            if not relevant:
                at.values.pop(field.code, None)
        elif not relevant:
            at.values.pop(field.code, None)
            instance.write(path, "")
        elif field.type == "calculated":
            _work_out(field, tried, instance, at)


def _work_out(field: Field, tried: Tried, instance: Instance, at: _At) -> None:
    path = at.path + field.code
    text = instance.gives(tried.calculate, path)
    instance.write(path, text)
    if text:
        at.values[field.code] = text


class Trial:
    """Tries a settled document; irrelevant rows must already be out of the instance."""

    def __init__(
        self, compiled: Compiled, instance: Instance, unread: set[str], reasons: dict[str, str]
    ) -> None:
        self.compiled = compiled
        self.instance = instance
        self.unread = unread
        self.reasons = reasons
        self.problems: list[Problem] = []

    def sections(self, sections: tuple[Section, ...], values: Values) -> None:
        """Try every section that is relevant."""
        for section in sections:
            if _open(self.compiled.tried["/" + section.code], self.instance, ""):
                self._row(section.fields, values, "", Text("", ""))

    def _row(self, fields: tuple[Field, ...], values: Values, path: str, above: Text) -> None:
        for field in fields:
            if field.type == "note" or path + field.code in self.unread:
                continue
            here = path + field.code
            where = field.label if not above.es else _joined(above, field.label)
            standing = path.removesuffix(".") if field.type == "repeat" else here
            tried = self.compiled.tried[field.code]
            if not _open(tried, self.instance, standing):
                continue
            value = values.get(field.code)
            if field.type == "repeat":
                self._repeat(field, value or (), here, where)
            elif value is None:
                if field.required:
                    self.problems.append(Problem(here, where, _REQUIRED, "required"))
                continue
            self._rules(tried, here, standing, where, path + self.compiled.shown_at(field))

    def _repeat(self, field: Field, rows: tuple[Values, ...], path: str, where: Text) -> None:
        fewest = max(field.minimum or 0, int(field.required))
        if len(rows) < fewest:
            words = _REQUIRED if fewest == 1 else _at_least(fewest)
            self.problems.append(Problem(path, where, words, "required"))
        self._repeated(field, rows, path, where)
        for index, row in enumerate(rows):
            above = Text(f"{where.es}, fila {index + 1}", f"{where.en}, row {index + 1}")
            self._row(field.fields, row, f"{path}[{index}].", above)

    def _repeated(self, field: Field, rows: tuple[Values, ...], path: str, where: Text) -> None:
        seen: set[tuple[Any, ...]] = set()
        for index, row in enumerate(rows):
            mark = tuple(row.get(code) for code in field.key)
            if mark in seen and any(part is not None for part in mark):
                at = f"{path}[{index}].{field.key[0]}"
                words = Text(f"{where.es}, fila {index + 1}", f"{where.en}, row {index + 1}")
                message = field.key_message or _REPEATED
                self.problems.append(Problem(at, words, message, "repeated"))
            seen.add(mark)

    def _rules(self, tried: Tried, path: str, standing: str, where: Text, shown: str) -> None:
        for rule, token in tried.rules:
            if self.instance.holds(token, standing):
                continue
            # A page asks for the reason where it shows the problem, which may be elsewhere.
            told = self.reasons.get(path) or self.reasons.get(shown) or ""
            reason = told if rule.severity == "soft" else ""
            self.problems.append(
                Problem(path, where, rule.message, "rule", rule.severity, reason, shown)
            )


def _joined(above: Text, label: Text) -> Text:
    return Text(f"{above.es}: {label.es}", f"{above.en}: {label.en}")


def _at_least(fewest: int) -> Text:
    return Text(f"Van al menos {fewest} filas.", f"At least {fewest} rows.")
