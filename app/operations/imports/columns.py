"""Which column of a person's file is which, and what its cells say.

Columns are found by the names that Peruvian offices use, folded (no accents, no case); a
DBF cuts names to ten characters. The person may map any field by hand
(``options["columns"]``). A value that cannot be read is an error of its row and field.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from app.errors import Invalid, RowError
from app.operations.imports.asked import Asked, Found
from app.records.base import folded

DBF_NAME = 10
_OTHER = re.compile(r"[^a-z0-9]+")
_WHOLE = re.compile(r"[+-]?\d+(?:[.,]0+)?")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?")
EMPTY = frozenset(
    {"", "-", "nan", "null", "none", "na", "n/a", "s/d", "s.d.", "s/i", "s.i.", "sin dato"}
)

Synonyms = Mapping[str, Sequence[str]]

DISTRICT = (
    *("ubigeo", "iddist", "cod_dist", "coddist", "cod_distrito", "id_dist", "ubigeo_distrito"),
    *("inei_distrito", "ubigeo_inei", "inei", "cod_ubigeo", "ubigeo_dist", "codigo_ubigeo"),
)
PROVINCE = ("cod_provincia", "idprov", "id_prov", "cod_prov", "codprov", "first_idpr", "inei_prov")
REGION = ("cod_dep", "iddpto", "id_dpto", "coddep", "cod_departamento", "first_iddp", "cod_dpto")
LON = ("lon", "longitud", "longitude", "lng", "long", "x", "coord_x", "este")
LAT = ("lat", "latitud", "latitude", "y", "coord_y", "norte")
REGION_NAME = ("departamento", "nombdep", "nomb_dep", "nom_dep", "dpto", "region", "first_nomb")
PROVINCE_NAME = ("provincia", "nombprov", "nomb_prov", "nom_prov", "prov")
DISTRICT_NAME = ("distrito", "nombdist", "nomb_dist", "nom_dist", "dist")


def plain(name: str) -> str:
    """A column's name as it is compared."""
    return _OTHER.sub("_", folded(name).replace("ñ", "n")).strip("_")


def mapped(
    columns: Sequence[str], wanted: Synonyms, asked: Asked, needed: Iterable[str] = ()
) -> dict[str, str]:
    """The column of each field that has one.

    Raises
    ------
    Invalid
        The person named a column that the file has not, or a needed field has none.
    """
    there = {plain(column): column for column in columns}
    found = _given(columns, asked)
    for field, names in wanted.items():
        if field in found:
            continue
        hit = next((there[name] for name in names if name in there), None)
        hit = hit or next(
            (there[n[:DBF_NAME]] for n in names if len(n) > DBF_NAME and n[:DBF_NAME] in there),
            None,
        )
        if hit is not None and hit not in found.values():
            found[field] = hit
    for field in needed:
        if field not in found:
            raise Invalid(
                "{name} no tiene una columna para «{what}»; sus columnas son: {columns}.",
                remedy="Llámela «{wanted}», o indique qué columna es.",
                field=field,
                name=asked.name,
                columns=", ".join(columns[:30]),
                what=field,
                wanted=(*wanted.get(field, ()), field)[0],
            )
    return found


def _given(columns: Sequence[str], asked: Asked) -> dict[str, str]:
    by_name = {column.casefold(): column for column in columns}
    found = {}
    given = asked.options.get("columns") or {}
    for field, column in given.items() if isinstance(given, Mapping) else ():
        if not column:
            continue
        if str(column).casefold() not in by_name:
            raise Invalid(
                "{name} no tiene la columna «{column}»; sus columnas son: {columns}.",
                remedy="Elija una de ellas.",
                field=str(field),
                name=asked.name,
                column=str(column)[:60],
                columns=", ".join(columns[:30]),
            )
        found[str(field)] = by_name[str(column).casefold()]
    return found


class Cells:
    """One row's cells by field, read with their own refusals."""

    def __init__(
        self, columns: Mapping[str, str], row: Mapping[str, str], number: int, found: Found
    ) -> None:
        self.columns = columns
        self.row = row
        self.number = number
        self.found = found

    def text(self, field: str, most: int = 120) -> str:
        """The words of a cell, single-spaced; empty where there is no such column.

        A longer text than the store keeps is an error of the row.
        """
        column = self.columns.get(field)
        value = " ".join(self.row.get(column, "").split()) if column else ""
        if len(value) > most:
            self.refuse(field, f"El texto pasa de {most} letras.", value, "Acórtelo.")
            return value[:most]
        return "" if value.casefold() in EMPTY else value

    def whole(self, field: str, least: int, most: int) -> int | None:
        """The whole number of a cell within a range, or None where it is empty or wrong."""
        value = self.text(field)
        if not value:
            return None
        number = int(re.split("[.,]", value)[0]) if _WHOLE.fullmatch(value) else None
        if number is None or not least <= number <= most:
            self.refuse(
                field,
                "No es un número entero." if number is None else "El número no es posible.",
                value,
                f"Escriba un número entero entre {least} y {most}, o deje la celda vacía.",
            )
            return None
        return number

    def refuse(self, field: str, message: str, value: str = "", remedy: str = "") -> None:
        """Note that this row cannot be taken."""
        column = self.columns.get(field, field)
        self.found.refuse_row(RowError(self.number, column, message, value[:80], remedy))

    def refuse_as(self, field: str, refusal: Invalid) -> None:
        """Note that this row cannot be taken, in the words of a rule that refused."""
        remedy = refusal.remedy.format(**refusal.params) if refusal.params else refusal.remedy
        self.refuse(field, str(refusal), self.text(field), remedy)


def number(text: str) -> float | None:
    """The number that a cell holds, with point or comma; None where it is none."""
    bare = text.strip()
    return float(bare.replace(",", ".")) if _NUMBER.fullmatch(bare) else None


_SMALL = frozenset({"de", "del", "la", "las", "los", "el", "y", "e", "en"})


def proper(name: str) -> str:
    """A name that shouts, in lower case with capitals; others as they are."""
    bare = " ".join(name.split())
    if not bare.isupper():
        return bare
    words = [
        word if place and word in _SMALL else "-".join(p.capitalize() for p in word.split("-"))
        for place, word in enumerate(bare.lower().split())
    ]
    return re.sub(r"\((\w)", lambda found: f"({found[1].upper()}", " ".join(words))
