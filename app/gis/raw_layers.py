"""A layer as it stands in its file, and the refusals that all readers of layers share."""

import json
from dataclasses import dataclass

from app.errors import Malformed, TooLarge
from app.gis.crs import Geometries
from app.gis.files import Limits


@dataclass(frozen=True, slots=True)
class Raw:
    """A layer before its system of coordinates is settled."""

    name: str
    attributes: list[dict[str, str]]
    geometries: Geometries
    declared_crs: str | None


def broken(name: str) -> Malformed:
    """The refusal for a layer that cannot be read."""
    return Malformed(
        "La capa {name} está cortada o dañada.",
        remedy="Vuelva a exportarla y súbala otra vez.",
        name=name,
    )


def too_many_rows(name: str, limits: Limits) -> TooLarge:
    """The refusal for a layer over the limit of rows."""
    return TooLarge(
        "La capa {name} tiene más de {most} filas.",
        remedy="Divídala por provincias.",
        name=name,
        most=limits.rows,
    )


def too_many_vertices(name: str, limits: Limits) -> TooLarge:
    """The refusal for a layer over the limit of vertices."""
    return TooLarge(
        "La capa {name} tiene más de {most} vértices.",
        remedy="Divídala por provincias o simplifíquela.",
        name=name,
        most=limits.vertices,
    )


def text(value: object) -> str:
    """A property as the text of a table: empty for null, no ``.0`` after whole numbers."""
    if value is None or value != value:  # noqa: PLR0124  # NaN is how tables say empty
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value).strip()
