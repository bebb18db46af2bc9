"""The collections of the country: places with their limits, gazetteer, facilities, figures."""

import calendar
import re
from datetime import date

from app.capture.fields import Text
from app.errors import Unknown
from app.operations.layers import external
from app.operations.layers.external import Series
from app.operations.open_layers.declared import Collection, Property, Shelf
from app.operations.open_layers.tables import TableSource
from app.operations.remembered import of_territory
from app.records import open_tables
from app.records.open_tables import TABLES
from app.store.sessions import Reading

_TITLE = Text("Perú: lugares, establecimientos e indicadores", "Peru: places and indicators")
_ABOUT = Text(
    "Límites referenciales, centros poblados, establecimientos de salud e indicadores por "
    "distrito, como se importaron. Todo es público.",
    "Referential limits, populated places, health facilities and indicators by district, as "
    "they were imported. All of it is public.",
)
_WORDS: dict[str, tuple[Text, Text]] = {
    "regions": (
        Text("Departamentos", "Regions"),
        Text("Límites referenciales en vigencia.", "Referential limits in force."),
    ),
    "provinces": (
        Text("Provincias", "Provinces"),
        Text("Límites referenciales en vigencia.", "Referential limits in force."),
    ),
    "districts": (
        Text("Distritos", "Districts"),
        Text("Límites referenciales en vigencia.", "Referential limits in force."),
    ),
    "settlements": (
        Text("Centros poblados", "Populated places"),
        Text("Nomenclátor de centros poblados del INEI.", "INEI's gazetteer of populated places."),
    ),
    "facilities": (
        Text("Establecimientos de salud", "Health facilities"),
        Text("Registro nacional (RENIPRESS).", "National register (RENIPRESS)."),
    ),
}
_FIGURE = Text(
    "Lo publicó otra entidad; las cifras del periodo más nuevo.",
    "Published by another body; the figures of the newest period.",
)
_PROPERTIES = {
    each.name: each
    for each in (
        Property("code", "string", Text("Código", "Code")),
        Property("name", "string", Text("Nombre", "Name")),
        Property("province", "string", Text("Provincia", "Province")),
        Property("region", "string", Text("Departamento", "Region")),
        Property("capital", "string", Text("Capital", "Capital")),
        Property("reniec_code", "string", Text("Código del RENIEC", "RENIEC code")),
        Property("population", "integer", Text("Habitantes", "Inhabitants")),
        Property("altitude_m", "integer", Text("Altitud en metros", "Altitude in metres")),
        Property("valid_from", "date", Text("Existe desde", "Exists since")),
        Property("limits_year", "integer", Text("Año de los límites", "Year of the limits")),
        Property("limits_source", "string", Text("Fuente de los límites", "Source of the limits")),
        Property("district_code", "string", Text("UBIGEO del distrito", "UBIGEO of the district")),
        Property("urban", "boolean", Text("Es urbano", "Is urban")),
        Property("category", "string", Text("Categoría", "Category")),
        Property("value", "number", Text("Valor", "Value")),
        Property("text", "string", Text("Valor en palabras", "Value in words")),
        Property("unit", "string", Text("Unidad", "Unit")),
        Property("period", "string", Text("Periodo", "Period")),
        Property("source", "string", Text("Fuente", "Source")),
    )
}
_POINTS = frozenset({"settlements", "facilities"})
_FIGURES = "figures."
_YEAR = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def shelf(session: Reading, lang: str) -> Shelf:
    """The collections of the country in order."""
    return Shelf(
        _TITLE.of(lang),
        _ABOUT.of(lang),
        lambda: [
            *(_table(code, lang) for code in TABLES),
            *(_figures(session, each, lang) for each in _series(session, lang)),
        ],
        lambda code: _find(session, code, lang),
    )


def _find(session: Reading, code: str, lang: str) -> Collection:
    if code in TABLES:
        return _table(code, lang)
    for each in _series(session, lang):
        if f"{_FIGURES}{each.code}" == code:
            return _figures(session, each, lang)
    raise Unknown(
        "No hay ninguna colección «{code}».",
        remedy="Elija una de /collections.",
        code=code[:60],
    )


def _series(session: Reading, lang: str) -> list[Series]:
    return [each for each in external.series(session, lang) if not each.ours]


def _table(code: str, lang: str) -> Collection:
    title, about = _WORDS[code]
    return Collection(
        code,
        title.of(lang),
        about.of(lang),
        tuple(_PROPERTIES[name] for name in TABLES[code].columns),
        TableSource(code, TABLES[code]),
        True,
        0 if code in _POINTS else 2,
    )


def limits(kind: str, code: str, lang: str) -> Collection:
    """The limits of one place, as a collection of one."""
    whole = _table(f"{kind}s", lang)
    table = open_tables.limits(kind, code)
    title = Text("Límites", "Limits").of(lang)
    return Collection(
        "limits",
        title,
        whole.about,
        whole.properties,
        TableSource(f"limits {code}", table),
        True,
        2,
    )


def _figures(session: Reading, chosen: Series, lang: str) -> Collection:
    periods = of_territory(session, ("open periods",), lambda: open_tables.newest_periods(session))
    code, period = f"{_FIGURES}{chosen.code}", periods.get(chosen.code, "")
    days = days_of(period)
    return Collection(
        code,
        chosen.name,
        _FIGURE.of(lang),
        tuple(_PROPERTIES[name] for name in open_tables.FIGURES),
        TableSource(code, open_tables.figures(chosen.code, period, days), days),
        True,
        2,
    )


def days_of(period: str) -> tuple[date, date] | None:
    """The days of a period as tables write it (2025, 2025-06, 2025-06-30); None if it is none."""
    found = _YEAR.fullmatch(period.strip())
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        start = date(year or 1, month or 1, day or 1)
        if day:
            return start, start
        last = calendar.monthrange(start.year, month or 12)[1]
        return start, date(start.year, month or 12, last)
    except ValueError:
        return None
