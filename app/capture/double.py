"""Two typings of one sheet: where they agree, where they differ, and what is chosen.

Rows with a key are set side by side by it, others by their order. A row that only one of
them has is one difference; the answers in it all count as compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.capture.fields import Field, Instrument
from app.capture.values import blank, plain
from app.errors import Invalid

Side = Literal["first", "second"]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing typed otherwise; ``rows`` are the list and row in which it stands, by words.

    ``field`` is the question, or the list where a whole row is missing on one side; then
    the other side holds the row.
    """

    path: str
    rows: tuple[tuple[Field, str], ...]
    field: Field
    first: Any
    second: Any

    @property
    def is_row(self) -> bool:
        """Whether a whole row stands on one side alone."""
        return self.field.type == "repeat"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many answers both typed alike, of how many that either typed, and the others.

    ``alike`` are the answers on which both agree, for whoever wants to see them all.
    """

    equal: int
    compared: int
    differences: tuple[Difference, ...]
    alike: tuple[Difference, ...] = ()

    @property
    def share(self) -> float | None:
        """0 to 1; None where nothing was compared."""
        return self.equal / self.compared if self.compared else None


@dataclass(frozen=True, slots=True)
class _Leaf:
    difference: Difference
    same: bool
    weight: int = 1


def compare(instrument: Instrument, first: Row, second: Row) -> Comparison:
    """Set two documents of one instrument side by side."""
    leaves = list(_leaves(tuple(instrument.fields()), first, second, "", ()))
    alike = [leaf for leaf in leaves if leaf.same]
    return Comparison(
        sum(leaf.weight for leaf in alike),
        sum(leaf.weight for leaf in leaves),
        tuple(leaf.difference for leaf in leaves if not leaf.same),
        tuple(leaf.difference for leaf in alike),
    )


def merged(
    instrument: Instrument, first: Row, second: Row, chosen: Mapping[str, str]
) -> dict[str, Any]:
    """The first document with what was chosen of the second; the rest of it stays as it was.

    Raises
    ------
    Invalid
        A difference has no choice.
    """
    open_ = [
        d for d in compare(instrument, first, second).differences
        if chosen.get(d.path) not in ("first", "second")
    ]  # fmt: skip
    if open_:
        raise Invalid(
            "Falta elegir en {count} diferencias.",
            remedy="Mire la hoja y marque en cada una cuál es la que dice el papel.",
            field=open_[0].path,
            count=len(open_),
        )
    raw = _merged(tuple(instrument.fields()), first, second, "", chosen)
    reasons = {**(first.get("_reasons") or {}), **(second.get("_reasons") or {})}
    return {**raw, "_reasons": reasons} if reasons else raw


def _leaves(
    fields: tuple[Field, ...], a: Row, b: Row, path: str, above: tuple[tuple[Field, str], ...]
) -> Iterator[_Leaf]:
    for field in fields:
        at = path + field.code
        if not field.answered:
            continue
        if field.type != "repeat":
            one, other = plain(a.get(field.code)), plain(b.get(field.code))
            if blank(one) and blank(other):
                continue
            yield _Leaf(Difference(at, above, field, one, other), one == other)
            continue
        for name, left, right in _aligned(field, a, b):
            place = f"{at}[{name}]"
            if left is None or right is None:
                weight = _weight(field.fields, left or right or {})
                found = Difference(place, (*above, (field, name)), field, left, right)
                yield _Leaf(found, same=False, weight=max(weight, 1))
            else:
                yield from _leaves(field.fields, left, right, place + ".", (*above, (field, name)))


def _weight(fields: tuple[Field, ...], row: Row) -> int:
    return sum(
        sum(_weight(f.fields, each) for each in row.get(f.code) or ())
        if f.type == "repeat"
        else not blank(row.get(f.code))
        for f in fields
        if f.answered
    )


def _aligned(field: Field, a: Row, b: Row) -> list[tuple[str, Row | None, Row | None]]:
    left, right = _named(field, a.get(field.code) or ()), _named(field, b.get(field.code) or ())
    names = [*left, *(name for name in right if name not in left)]
    return [(name, left.get(name), right.get(name)) for name in names]


def _named(field: Field, rows: Sequence[Row]) -> dict[str, Row]:
    """Rows by their key, or by their number from 1; the same key again gets its number too."""
    found: dict[str, Row] = {}
    for number, row in enumerate(rows, 1):
        key = " ".join(str(plain(row.get(code)) or "").strip() for code in field.key).strip()
        name = key or str(number)
        found[name if name not in found else f"{name} ({number})"] = row
    return found


def _merged(
    fields: tuple[Field, ...], a: Row, b: Row, path: str, chosen: Mapping[str, str]
) -> dict[str, Any]:
    raw = dict(a)
    for field in fields:
        at = path + field.code
        if not field.answered:
            continue
        if field.type != "repeat":
            if chosen.get(at) == "second":
                raw[field.code] = b.get(field.code)
            continue
        rows = []
        for name, left, right in _aligned(field, a, b):
            place = f"{at}[{name}]"
            if left is not None and right is not None:
                rows.append(_merged(field.fields, left, right, place + ".", chosen))
            elif (left if chosen.get(place) == "first" else right) is not None:
                rows.append(dict(left or right or {}))
        raw[field.code] = rows
    return {code: value for code, value in raw.items() if value is not None}
