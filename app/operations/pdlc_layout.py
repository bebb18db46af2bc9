"""The sheets and columns in which a PDLC comes and goes: one layout for template and export.

A workbook has these sheets; a text document has the same as tables, with each indicator
sheet a table of two columns. Titles are found whatever their accents and capitals.
"""

from dataclasses import dataclass

from app.records.base import folded

PLAN, OBJECTIVES, ACTIONS, LINES, SHEETS = (
    *("Plan", "Objetivos", "Acciones", "Líneas", "Indicadores"),
)
TARGET = "Meta"  # followed by its year


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name in code, what stands above it, its width, whether it must be filled."""

    key: str
    title: str
    width: int = 18
    required: bool = False
    number: bool = False


PLAN_FIELDS = (
    Heading("title", "Título", 30, True),
    Heading("first_year", "Primer año", 12, True),
    Heading("last_year", "Último año", 12, True),
    Heading("vision", "Visión", 60),
    Heading("ordinance", "Ordenanza", 24),
    Heading("approved_on", "Fecha de aprobación", 16),
)
OBJECTIVE_COLUMNS = (
    Heading("code", "Código OE", 11, True),
    Heading("statement", "Objetivo (verbo + condición + sujeto)", 60, True),
    Heading("expected", "Resultado esperado", 50),
    Heading("needs", "Prioridades que atiende (códigos)", 26),
)
ACTION_COLUMNS = (
    Heading("code", "Código AE", 12, True),
    Heading("of", "Código OE", 11, True),
    Heading("statement", "Acción estratégica", 60, True),
    Heading("responsible", "Responsable", 30),
    Heading("route", "Ruta", 30),
    Heading("priority", "Prioridad", 10, number=True),
)
LINE_COLUMNS = (
    Heading("of", "Código AE", 12, True),
    Heading("kind", "Tipo (PEI, POI o proyecto)", 16, True),
    Heading("code", "Código de la línea o CUI", 20, True),
    Heading("name", "Nombre", 50),
    Heading("year", "Año", 8),
)
SHEET_COLUMNS = (
    Heading("code", "Código del indicador", 16),
    Heading("of", "OE o AE", 11, True),
    Heading("name", "Nombre del indicador", 50, True),
    Heading("justification", "Justificación", 40),
    Heading("responsible", "Responsable del indicador", 26),
    Heading("limitations", "Limitaciones", 34),
    Heading("method", "Método de cálculo", 40),
    Heading("direction", "Sentido esperado (ascendente o descendente)", 16),
    Heading("assumptions", "Supuestos", 34),
    Heading("source", "Fuente o base de datos", 30),
    Heading("unit", "Unidad de medida", 12),
    Heading("frequency", "Periodicidad", 14),
    Heading("indicator", "Indicador de SISMUNI", 14),
    Heading("baseline_year", "Año de la línea base", 10),
    Heading("baseline", "Línea base", 10, number=True),
)
COLUMNS = {
    OBJECTIVES: OBJECTIVE_COLUMNS,
    ACTIONS: ACTION_COLUMNS,
    LINES: LINE_COLUMNS,
    SHEETS: SHEET_COLUMNS,
}
KINDS = {"pei": "PEI", "poi": "POI", "project": "Proyecto"}
DIRECTIONS = {"up": "ascendente", "down": "descendente"}
HELP = (
    "Llene una hoja tras otra; lo que no se sabe queda vacío. No cambie los títulos.",
    "Plan: título, primer y último año, visión, ordenanza y fecha (día/mes/año).",
    "Objetivos: código OE.01, OE.02… y el enunciado con verbo, condición y sujeto. "
    "En prioridades van los códigos de la página Prioridades, separados por punto y coma.",
    "Acciones: código AE.01.01, AE.01.02… Las dos primeras cifras son las de su objetivo.",
    "Líneas: por dónde se ejecuta cada acción: PEI, POI o proyecto con su CUI.",
    "Indicadores: uno por fila. OE o AE dice de qué es. Una columna por año para las metas.",
    "Los porcentajes se escriben como 45, no como 0.45 ni como 45 %. El decimal va con punto o "
    "coma. Si un dato no se sabe, deje la celda vacía: no escriba «n.d.».",
    "Indicador de SISMUNI: el código del catálogo (por ejemplo AG-01a) si las rondas lo miden; "
    "entonces su valor actual se llena solo.",
)


def words_of(title: str) -> str:
    """A title as it is compared: without accents, capitals or what stands in brackets."""
    return folded(title.partition("(")[0])


def key_of(sheet: str, title: str) -> str | None:
    """The column that a title names; ``target 2027`` for the target of a year; None: none."""
    bare = words_of(title)
    for heading in COLUMNS[sheet]:
        if words_of(heading.title) == bare:
            return heading.key
    first, _, year = bare.partition(" ")
    if sheet == SHEETS and first == words_of(TARGET) and len(year) == 4 and year.isdecimal():
        return f"target {year}"
    return None
