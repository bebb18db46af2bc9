"""From what a definition file holds to the frozen shapes, gathering all that is wrong."""

import re
from collections.abc import Mapping
from typing import Any

from app.capture.fields import (
    ROLES,
    SENSITIVITIES,
    SOURCES,
    TEXT_LENGTH,
    TYPES,
    Choice,
    Field,
    Instrument,
    Rule,
    Section,
    Text,
)
from app.errors import Malformed, RowError

CODE = re.compile(r"[a-z][a-z0-9_]{0,47}")
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,47}")
_INSTRUMENT_KEYS = frozenset(
    {
        "code",
        "slug",
        "version",
        "changes",
        "subject",
        "period",
        "fill",
        "see",
        "title",
        "purpose",
        "sections",
    }
)
_SECTION_KEYS = frozenset({"code", "core", "title", "relevant", "fields"})
_FIELD_KEYS = frozenset(
    {
        "code",
        "type",
        "label",
        "hint",
        "required",
        "relevant",
        "constraint",
        "severity",
        "message",
        "rules",
        "calculate",
        "choices",
        "kinds",
        "fields",
        "key",
        "key_message",
        "min",
        "max",
        "max_length",
        "sensitivity",
        "ask",
        "see",
        "unit",
        "prefill",
        "links",
    }
)
_RULE_KEYS = frozenset({"constraint", "severity", "message"})
_SUBJECTS = frozenset({"community", "family", "cycle"})
_PERIODS = frozenset({"cycle", "round", "any"})
_KINDS = frozenset({"point", "line", "polygon"})

Lists = Mapping[str, tuple[Choice, ...]]


class DefinitionReader:
    """Turns plain content into the frozen shapes and gathers what is wrong on the way."""

    def __init__(self, name: str, lists: Lists) -> None:
        self.name = name
        self.lists = lists
        self.errors: list[RowError] = []
        self.seen: set[str] = set()

    def expect(self, holds: bool, where: str, wrong: str) -> bool:
        if not holds:
            self.errors.append(RowError(None, where, wrong))
        return holds

    def finish(self) -> None:
        if self.errors:
            first = self.errors[0]
            raise Malformed(
                "La definición {name} tiene {count} errores; el primero, en {where}: {wrong}",
                rows=self.errors,
                name=self.name,
                count=len(self.errors),
                where=first.field,
                wrong=first.message,
            )

    def text(self, value: Any, where: str) -> Text:
        words = value if isinstance(value, dict) else {}
        es, en = str(words.get("es") or "").strip(), str(words.get("en") or "").strip()
        self.expect(bool(es and en), where, "faltan las palabras en es y en en")
        return Text(es, en)

    def known(self, given: Mapping[str, Any], keys: frozenset[str], where: str) -> None:
        for key in sorted(set(map(str, given)) - keys):
            self.expect(False, f"{where}.{key}", "clave desconocida")

    def roles(self, value: Any, where: str, default: frozenset[str]) -> frozenset[str]:
        if value is None:
            return default
        roles = frozenset(map(str, value if isinstance(value, list) else [value]))
        self.expect(roles <= ROLES, where, f"roles desconocidos: {sorted(roles - ROLES)}")
        return roles

    def instrument(self, given: Mapping[str, Any]) -> Instrument | None:
        self.known(given, _INSTRUMENT_KEYS, "")
        code, slug = str(given.get("code")), str(given.get("slug"))
        version = given.get("version")
        self.expect(bool(CODE.fullmatch(code)), "code", "código no válido")
        self.expect(bool(_SLUG.fullmatch(slug)), "slug", "dirección no válida")
        self.expect(isinstance(version, int) and version > 0, "version", "va un entero desde 1")
        changes = given.get("changes") or []
        self.expect(
            isinstance(changes, list) and all(isinstance(each, str) for each in changes),
            "changes",
            "va una lista de códigos",
        )
        self.expect(not changes or version != 1, "changes", "la versión 1 no cambia ninguna otra")
        self.expect(given.get("subject") in _SUBJECTS, "subject", "sujeto desconocido")
        self.expect(given.get("period") in _PERIODS, "period", "periodo desconocido")
        fill = self.roles(given.get("fill"), "fill", frozenset())
        see = self.roles(given.get("see"), "see", frozenset())
        self.expect(bool(fill and see), "fill", "faltan roles en fill o en see")
        sections = tuple(self.section(s, fill, see) for s in given.get("sections") or ())
        self.expect(any(s.core for s in sections), "sections", "falta una sección principal")
        return Instrument(
            code=code,
            slug=slug,
            version=version if isinstance(version, int) else 0,
            subject=str(given.get("subject")),
            period=str(given.get("period")),
            fill=fill,
            see=see,
            title=self.text(given.get("title"), "title"),
            purpose=self.text(given.get("purpose"), "purpose"),
            sections=sections,
            changes=frozenset(map(str, changes if isinstance(changes, list) else ())),
        )

    def section(
        self, given: Mapping[str, Any], fill: frozenset[str], see: frozenset[str]
    ) -> Section:
        where = str(given.get("code"))
        self.known(given, _SECTION_KEYS, where)
        core = given.get("core") is True
        fields = tuple(self.field(f, where, fill, see) for f in given.get("fields") or ())
        self.expect(bool(fields), where, "la sección no tiene campos")
        for field in fields:
            demands = field.required and not core
            self.expect(not demands, f"{where}.{field.code}", "una sección opcional no exige")
        return Section(
            where, self.text(given.get("title"), where), core, fields, _expression(given)
        )

    def field(
        self, given: Mapping[str, Any], above: str, fill: frozenset[str], see: frozenset[str]
    ) -> Field:
        code, kind = str(given.get("code")), str(given.get("type"))
        where = f"{above}.{code}"
        self.known(given, _FIELD_KEYS, where)
        self.expect(bool(CODE.fullmatch(code)), where, "código no válido")
        self.expect(code not in self.seen, where, "el código ya está en este instrumento")
        self.seen.add(code)
        self.expect(kind in TYPES, where, f"tipo desconocido: {kind}")
        ask = self.roles(given.get("ask"), where, fill)
        may_see = self.roles(given.get("see"), where, see)
        choices, source = self.choices(given, kind, where)
        sensitivity = str(given.get("sensitivity", "none"))
        self.expect(sensitivity in SENSITIVITIES, where, "sensibilidad desconocida")
        inner = given.get("fields") or ()
        self.expect(bool(inner) == (kind == "repeat"), where, "solo un repeat lleva fields")
        calculate = str(given.get("calculate") or "")
        self.expect(bool(calculate) == (kind == "calculated"), where, "calculate y calculated")
        kinds = tuple(map(str, given.get("kinds") or ()))
        self.expect(set(kinds) <= _KINDS, where, "formas desconocidas")
        self.expect(bool(kinds) == (kind == "geometry"), where, "solo geometry lleva kinds")
        low, high, not_future = self.bounds(given, kind, where)
        return Field(
            code=code,
            type=kind,
            label=self.text(given.get("label"), where),
            hint=self.text(given["hint"], where) if "hint" in given else None,
            required=given.get("required") is True,
            relevant=_expression(given),
            calculate=calculate,
            rules=self.rules(given, where),
            choices=choices,
            source=source,
            kinds=kinds,
            fields=tuple(self.field(f, where, ask, may_see) for f in inner),
            key=tuple(map(str, given.get("key") or ())),
            key_message=self.text(given["key_message"], where) if "key_message" in given else None,
            sensitivity=sensitivity,
            ask=ask,
            see=may_see,
            unit=str(given.get("unit") or ""),
            prefill=given.get("prefill") is True,
            minimum=low,
            maximum=high,
            not_future=not_future,
            max_length=int(given.get("max_length", TEXT_LENGTH)),
            links=tuple(map(str, given.get("links") or ())),
        )

    def choices(
        self, given: Mapping[str, Any], kind: str, where: str
    ) -> tuple[tuple[Choice, ...], str]:
        named = given.get("choices")
        if kind == "yes_no_unknown":
            return self.lists.get("yes_no_unknown", ()), ""
        self.expect(bool(named) == kind.startswith("select_"), where, "choices va en select_*")
        if not named:
            return (), ""
        name = str(named)
        if name.startswith("@"):
            self.expect(name[1:] in SOURCES, where, f"no hay registro {name}")
            return (), name[1:]
        self.expect(name in self.lists, where, f"no hay lista {name}")
        return self.lists.get(name, ()), ""

    def bounds(
        self, given: Mapping[str, Any], kind: str, where: str
    ) -> tuple[int | None, int | None, bool]:
        low, high = given.get("min"), given.get("max")
        if kind == "date":
            self.expect(
                low is None and high in (None, "today"), where, "una fecha admite max: today"
            )
            return None, None, high == "today"
        if kind in ("integer", "decimal"):
            low = 0 if low is None else low
        for value in (low, high):
            self.expect(value is None or type(value) is int, where, "min y max son enteros")
        return low, high, False

    def rules(self, given: Mapping[str, Any], where: str) -> tuple[Rule, ...]:
        written = list(given.get("rules") or ())
        if "constraint" in given:
            written.append({k: given[k] for k in _RULE_KEYS if k in given})
        rules = []
        for rule in written:
            self.known(rule, _RULE_KEYS, where)
            severity = str(rule.get("severity", "hard"))
            self.expect(severity in ("hard", "soft"), where, "severity es hard o soft")
            message = self.text(rule.get("message"), f"{where}.message")
            rules.append(Rule(str(rule.get("constraint") or ""), message, severity))
        return tuple(rules)


def _expression(given: Mapping[str, Any]) -> str:
    return str(given.get("relevant") or "")
