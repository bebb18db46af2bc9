"""Filters of CQL2: a tree that names properties which exist, and what it says of each feature.

Held: Basic CQL2, LIKE, BETWEEN and IN, CASEI, S_INTERSECTS; ``app.gis.cql2_judge`` tries them
on rows. What is not known is neither true nor false: ``NOT (value > 3)`` does not select a feature
without a value, as in SQL.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from app.errors import Invalid, Malformed
from app.gis import cql2_text, geojson
from app.gis.cql2_text import DEEPEST, refusal

Scalar = str | float | bool | date
Kinds = Mapping[str, str]
"""Property to its kind: string, number, integer, boolean or date."""
GEOMETRY = "geometry"
MOST_PARTS = 400


@dataclass(frozen=True, slots=True)
class Always:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class Both:
    """All parts, or one of them."""

    parts: tuple["Filter", ...]
    every: bool


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary; what is unknown stays unknown."""

    part: "Filter"


@dataclass(frozen=True, slots=True)
class Compared:
    """A property beside a value; ``sign`` is one of = <> < > <= >=.

    ``folded`` here and below: the property is taken in small letters (CASEI).
    """

    name: str
    sign: str
    value: Scalar
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Among:
    """A property that is one of some values."""

    name: str
    values: tuple[Scalar, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    r"""A text of a pattern: % is any letters, _ is one, \ takes the next as it is."""

    name: str
    pattern: str
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A property that nobody said; the geometry too."""

    name: str


@dataclass(frozen=True, slots=True)
class Meets:
    """The geometry has a point in common with a shape (longitude and latitude)."""

    shape: BaseGeometry


Filter = Always | Both | Not | Compared | Among | Like | Missing | Meets
SIGNS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_PLACES = {"in": 2, "like": 2, "between": 3, "isnull": 1, "not": 1, "s_intersects": 2}
Place = Callable[[BaseGeometry], BaseGeometry]


def of_text(text: str, kinds: Kinds, place: Place | None = None) -> Filter:
    """A filter written as CQL2 text.

    ``kinds`` are the properties that may be named: nothing else can be asked about. ``place``
    brings the shapes of the filter to longitude and latitude; None where they are.

    Raises
    ------
    Malformed
        It cannot be understood, names another property, or compares what does not compare.
    """
    return _Builder(kinds, place).built(cql2_text.parsed(text), 0)


def of_json(tree: Any, kinds: Kinds, place: Place | None = None) -> Filter:
    """As ``of_text``, for the same tree in CQL2 JSON."""
    return _Builder(kinds, place).built(tree, 0)


class _Builder:
    def __init__(self, kinds: Kinds, place: Place | None) -> None:
        self.kinds = kinds
        self.place = place
        self.parts = 0

    def built(self, tree: Any, depth: int) -> Filter:
        self.parts += 1
        if depth > DEEPEST or self.parts > MOST_PARTS:
            raise refusal("El filtro tiene demasiadas partes o niveles.")
        if isinstance(tree, bool):
            return Always(tree)
        op, args = _operation(tree)
        if op in {"and", "or"} and len(args) >= 2:
            return Both(tuple(self.built(each, depth + 1) for each in args), op == "and")
        if op in SIGNS and len(args) == 2:
            return self._compared(op, *args)
        if _PLACES.get(op) != len(args):
            raise refusal("La operación «{op}» no se conoce aquí o le faltan partes.", op=op[:40])
        if op == "not":
            return Not(self.built(args[0], depth + 1))
        if op == "s_intersects":
            return self._meets(*args)
        return self._of_property(op, args[0], args[1:])

    def _of_property(self, op: str, left: Any, args: Sequence[Any]) -> Filter:
        if op == "isnull":
            return Missing(self._name(left, geometry=True))
        name, folded = self._named(left)
        if op == "like":
            pattern = _plain(args[0])
            if self.kinds[name] != "string" or not is_text(pattern):
                raise refusal("LIKE compara un texto con un patrón; «{name}» no lo es.", name=name)
            return Like(name, pattern, folded)
        if op == "between":
            low, high = (self._value(name, each) for each in args)
            return Both(
                (Compared(name, ">=", low, folded), Compared(name, "<=", high, folded)), True
            )
        if not isinstance(args[0], list) or not 0 < len(args[0]) <= MOST_PARTS:
            raise refusal("IN pide una lista de valores.")
        return Among(name, tuple(self._value(name, each) for each in args[0]), folded)

    def _compared(self, sign: str, left: Any, right: Any) -> Filter:
        if not _is_property(_inside(left)):
            left, right, sign = right, left, _TURNED[sign]
        name, folded = self._named(left)
        if self.kinds[name] == "boolean" and sign not in {"=", "<>"}:
            raise refusal("«{name}» es sí o no: solo se compara con = o <>.", name=name)
        return Compared(name, sign, self._value(name, right), folded)

    def _name(self, part: Any, geometry: bool = False) -> str:
        if not _is_property(part):
            raise refusal("El filtro compara una propiedad con un valor, y aquí no hay propiedad.")
        name = str(part["property"])
        if name not in self.kinds and not (geometry and name in {GEOMETRY, "geom"}):
            raise unknown(name, self.kinds)
        return GEOMETRY if name not in self.kinds else name

    def _named(self, part: Any) -> tuple[str, bool]:
        """The property, and whether it is taken in small letters."""
        inside = _inside(part)
        name = self._name(inside)
        folded = inside is not part
        if folded and self.kinds[name] != "string":
            raise refusal("CASEI es de textos, y «{name}» no lo es.", name=name)
        return name, folded

    def _value(self, name: str, given: Any) -> Scalar:
        return value_of(name, self.kinds[name], _plain(given))

    def _meets(self, one: Any, other: Any) -> Filter:
        shape = other if _is_property(one) else one
        named = one if _is_property(one) else other
        if not _is_property(named) or named["property"] not in {GEOMETRY, "geom"}:
            raise refusal("S_INTERSECTS compara «geometry» con una geometría.")
        found = _shape(shape)
        return Meets(self.place(found) if self.place else found)


def _operation(tree: Any) -> tuple[str, list[Any]]:
    if not isinstance(tree, dict) or not isinstance(tree.get("args"), list):
        raise refusal("El filtro no dice qué compara.")
    op = tree.get("op")
    return (op.lower() if isinstance(op, str) else "?"), tree["args"]


def _inside(part: Any) -> Any:
    """What stands within CASEI, or the part itself."""
    if isinstance(part, dict) and str(part.get("op", "")).lower() == "casei":
        _, args = _operation(part)
        if len(args) != 1:
            raise refusal("CASEI toma un solo texto.")
        return args[0]
    return part


def _plain(part: Any) -> Any:
    """A value; one within CASEI in small letters."""
    inside = _inside(part)
    if inside is part:
        return part
    if not is_text(inside):
        raise refusal("CASEI toma un solo texto.")
    return small(str(inside))


def small(text: str) -> str:
    """A text in small letters, as stores write it too."""
    return text.lower()


def _is_property(part: Any) -> bool:
    return isinstance(part, dict) and isinstance(part.get("property"), str)


def unknown(name: str, kinds: Kinds) -> Malformed:
    """The refusal of a property that the collection has not."""
    return Malformed(
        "La colección no tiene la propiedad «{name}».",
        remedy="Use una de estas: {names}.",
        field="filter",
        name=name[:60],
        names=", ".join(kinds),
    )


def value_of(name: str, kind: str, given: Any) -> Scalar:
    """A value as the kind of its property has it.

    Raises
    ------
    Malformed
        It is of another kind.
    """
    match kind:
        case "boolean" if isinstance(given, bool):
            return given
        case "number" | "integer" if type(given) in (int, float) and math.isfinite(given):
            return float(given)
        case "string" if is_text(given):
            return str(given)
        case "date":
            found = _day(given)
            if found is not None:
                return found
    raise Malformed(
        "«{name}» no se compara con «{given}»: es de otro tipo ({kind}).",
        remedy="Escriba los textos entre comillas simples, los números sin ellas y las fechas "
        "como DATE('2026-01-31').",
        field="filter",
        name=name,
        given=str(given)[:40],
        kind=kind,
    )


def is_text(given: Any) -> bool:
    """Whether it is a text that a store can keep."""
    return isinstance(given, str) and "\x00" not in given


def _day(given: Any) -> date | None:
    if isinstance(given, dict):
        given = given.get("date") or given.get("timestamp")
    try:
        return datetime.fromisoformat(given).date() if isinstance(given, str) else None
    except ValueError:
        return None


def _shape(given: Any) -> BaseGeometry:
    if isinstance(given, dict) and isinstance(given.get("bbox"), list):
        numbers = given["bbox"]
        if len(numbers) in {4, 6} and all(
            type(each) in (int, float) and math.isfinite(each) for each in numbers
        ):
            half = len(numbers) // 2
            found: BaseGeometry = shapely.box(*numbers[:2], *numbers[half : half + 2])
            return found
        raise refusal("BBOX pide cuatro números: oeste, sur, este y norte.")
    try:
        return geojson.parsed(given)
    except Invalid as wrong:
        raise refusal("La geometría del filtro no se entiende: {why}", why=str(wrong)) from wrong
