"""A small PDLC to put into any district of the tests."""

from dataclasses import replace
from datetime import date

from app.operations.pdlc_content import (
    ActionText,
    Content,
    LineText,
    ObjectiveText,
    PlanText,
    SheetText,
)

PLAN = PlanText(
    *("Plan de Agua Clara", 2024, 2030, "Un distrito sano", "Ordenanza 001-2024-MDAC"),
    date(2024, 3, 1),
)
WATER = ObjectiveText(
    "OE.01", "Ampliar el acceso a agua segura de las familias", "Más agua", ("P-F2", "theme:water")
)
ROADS = ObjectiveText("OE.02", "Mejorar los caminos de las comunidades")
BUILD = ActionText(
    *("AE.01.01", "Ampliar las redes", "Infraestructura", "Primero lo más lejos", 1),
    (LineText("poi", "AOI-1", "Redes", 2026), LineText("project", "CUI 99")),
)
LINKED = SheetText(
    code="IND.01",
    of="OE.01",
    name="Familias con agua tratada",
    indicator="P-F2",
    baseline_year=2024,
    baseline=20.0,
    targets={2026: 40.0, 2030: 80.0},
    method="=x/n",
    frequency="Semestral",
)
TYPED = SheetText(
    code="IND.02",
    of="AE.01.01",
    name="Kilómetros de red",
    direction="up",
    unit="km",
    baseline_year=2024,
    baseline=3.5,
    targets={2030: 12.25},
)
CONTENT = Content(PLAN, (WATER, ROADS), (BUILD,), (LINKED, TYPED))


def with_sheet(**changed: object) -> Content:
    """The plan with its first indicator sheet changed."""
    return replace(CONTENT, sheets=(replace(LINKED, **changed), TYPED))  # type: ignore[arg-type]
