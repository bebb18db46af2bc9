"""From the cells of a file to a plan, or to what is wrong with them: sheet, row and column."""

import re
from collections.abc import Iterable, Mapping

from app.operations.figures import Indicator
from app.operations.pdlc_cells import Cells, RawRow
from app.operations.pdlc_content import (
    LONGEST,
    ActionText,
    Content,
    LineText,
    ObjectiveText,
    PlanText,
    SheetText,
    action_code,
    objective_code,
    objective_of,
)
from app.operations.pdlc_layout import ACTIONS, KINDS, LINES, OBJECTIVES, PLAN, SHEETS
from app.planning import pathways
from app.planning.gaps import Direction
from app.planning.pathways import PERCENT, Pathway
from app.records.base import folded

UP = ("ascendente", "aumenta", "aumentar", "sube", "mas es mejor", "up")
DOWN = ("descendente", "disminuye", "disminuir", "reducir", "baja", "menos es mejor", "down")


class Judge(Cells):
    """Reads rows and gathers what is wrong with them; after all is read, ``content`` stands."""

    def __init__(
        self,
        sheets: Mapping[str, Iterable[RawRow]],
        catalogue: Mapping[str, Indicator],
        needs: Iterable[str],
    ) -> None:
        super().__init__(sheets)
        self._catalogue = catalogue
        self._needs = {folded(code): code for code in needs}

    def content(self) -> Content | None:
        """The whole plan; None where something is wrong, then told in ``errors``."""
        plan = self._plan()
        objectives = [self._objective(row) for row in self._rows(OBJECTIVES)]
        known = {each.code for each in objectives if each.code}
        actions = [self._action(row, known) for row in self._rows(ACTIONS)]
        lines = self._lines({each.code for each in actions if each.code})
        of = known | {each.code for each in actions}
        sheets = [self._sheet(row, plan, of, at) for at, row in enumerate(self._rows(SHEETS), 1)]
        self._repeated((OBJECTIVES, "code"), [each.code for each in objectives])
        self._repeated((ACTIONS, "code"), [each.code for each in actions])
        self._repeated((SHEETS, "code"), [each.code for each in sheets])
        if not objectives:
            self._at = (OBJECTIVES, RawRow(1, {}))
            self._wrong("code", "No hay ningún objetivo.", remedy="Escriba al menos uno.")
        if self.errors or plan is None:
            return None
        whole = [
            ActionText(
                *(a.code, a.statement, a.responsible, a.route, a.priority),
                lines=tuple(lines.get(a.code, ())),
            )
            for a in actions
        ]
        return Content(plan, tuple(objectives), tuple(whole), tuple(sheets))

    def _plan(self) -> PlanText | None:
        rows = self._rows(PLAN)
        self._at = (PLAN, rows[0] if rows else RawRow(1, {}))
        title = self._text("title", required=True)
        first, last = (self._year(key, required=True) for key in ("first_year", "last_year"))
        vision, ordinance = self._text("vision"), self._text("ordinance")
        day = self._day("approved_on")
        if first is None or last is None:
            return None
        if not first <= last < first + LONGEST:
            said = "El plan no puede terminar antes de empezar ni durar más de treinta años."
            self._wrong("last_year", said, f"{first}-{last}", "Revise los dos años.")
            return None
        return PlanText(title, first, last, vision, ordinance, day)

    def _objective(self, row: RawRow) -> ObjectiveText:
        self._at = (OBJECTIVES, row)
        code = self._code("code", objective_code, "OE.01")
        needs = []
        for asked in filter(None, re.split(r"[;,\s]+", self._text("needs"))):
            found = self._needs.get(folded(asked))
            if found is None:
                said = "No es el código de una prioridad ni de un tema."
                remedy = "Copie los códigos de la página Prioridades, como AG-01a o theme:water."
                self._wrong("needs", said, asked, remedy)
            elif found not in needs:
                needs.append(found)
        statement = self._text("statement", required=True)
        return ObjectiveText(code, statement, self._text("expected"), tuple(needs))

    def _action(self, row: RawRow, objectives: set[str]) -> ActionText:
        self._at = (ACTIONS, row)
        code = self._code("code", action_code, "AE.01.01")
        of = self._code("of", objective_code, "OE.01") if row.cells.get("of", "").strip() else ""
        if code and of and of != objective_of(code):
            said = "El código de la acción no es de ese objetivo."
            self._wrong("of", said, f"{code}, {of}", "Use las dos cifras del objetivo.")
        elif code and objective_of(code) not in objectives:
            said = "Su objetivo no está en la hoja Objetivos."
            remedy = "Agregue el objetivo o corrija el código de la acción."
            self._wrong("of", said, objective_of(code), remedy)
        priority = self._number("priority")
        if priority is not None and not (priority.is_integer() and 1 <= priority <= 999):
            said = "La prioridad es un número entero desde 1."
            self._wrong("priority", said, row.cells.get("priority", ""), "Escriba 1, 2, 3…")
            priority = None
        return ActionText(
            code,
            self._text("statement", required=True),
            self._text("responsible"),
            self._text("route"),
            None if priority is None else int(priority),
        )

    def _lines(self, actions: set[str]) -> dict[str, list[LineText]]:
        kinds = {folded(words): kind for kind, words in KINDS.items()}
        found: dict[str, list[LineText]] = {}
        for row in self._rows(LINES):
            self._at = (LINES, row)
            of = self._code("of", action_code, "AE.01.01")
            if of and of not in actions:
                said = "Esa acción no está en la hoja Acciones."
                self._wrong("of", said, of, "Agréguela o corrija el código.")
            typed = self._text("kind", required=True)
            kind = kinds.get(folded(typed), "")
            if typed and not kind:
                said = "No es un tipo de línea."
                self._wrong("kind", said, typed, "Escriba PEI, POI o Proyecto.")
            code, name = self._text("code", required=True), self._text("name")
            found.setdefault(of, []).append(LineText(kind, code, name, self._year("year")))
        return found

    def _sheet(self, row: RawRow, plan: PlanText | None, known: set[str], at: int) -> SheetText:
        self._at = (SHEETS, row)
        typed = self._text("of", required=True)
        of = objective_code(typed) or action_code(typed) or ""
        if typed and of not in known:
            said = "No está en las hojas Objetivos ni Acciones."
            self._wrong("of", said, typed, "Escriba el código de un objetivo o de una acción.")
        indicator, unit = self._linked(), self._text("unit") or PERCENT
        if indicator and unit != PERCENT:
            said = "Lo que miden las rondas es un porcentaje."
            self._wrong("unit", said, unit, "Escriba % como unidad o quite el enlace.")
        direction = self._direction(indicator)
        targets = {
            int(key[7:]): value
            for key in row.cells
            if key.startswith("target ") and (value := self._number(key)) is not None
        }
        baseline_year, baseline = self._year("baseline_year"), self._number("baseline")
        if plan is not None:
            way = Pathway(direction, baseline_year, baseline, targets)
            self._pathway(way, (plan.first_year, plan.last_year), unit)
        return SheetText(
            code=self._text("code") or f"IND.{at:02d}",
            of=of,
            name=self._text("name", required=True),
            direction=direction,
            unit=unit,
            indicator=indicator.code if indicator else "",
            baseline_year=baseline_year,
            baseline=baseline,
            targets=targets,
            **{key: self._text(key) for key in PROSE},
        )

    def _linked(self) -> Indicator | None:
        typed = self._text("indicator")
        found = {folded(code): each for code, each in self._catalogue.items()}.get(folded(typed))
        if typed and found is None:
            said = "El catálogo no tiene ese indicador."
            remedy = "Copie el código de la página Datos del distrito o deje la celda vacía."
            self._wrong("indicator", said, typed, remedy)
        return found

    def _direction(self, linked: Indicator | None) -> Direction:
        typed = self._text("direction")
        bare = folded(typed)
        said: Direction | None = "up" if bare in UP else "down" if bare in DOWN else None
        if typed and not said:
            self._wrong(
                "direction",
                "No se entiende el sentido.",
                typed,
                "Escriba ascendente o descendente.",
            )
        if not typed and linked is None:
            self._wrong(
                "direction", "Falta el sentido esperado.", "", "Escriba ascendente o descendente."
            )
        if said and linked is not None and said != linked.direction:
            said_so = "El catálogo dice lo contrario de este indicador."
            self._wrong("direction", said_so, typed, "Corrija el sentido o quite el enlace.")
        return said or (linked.direction if linked else "up")

    def _pathway(self, way: Pathway, years: tuple[int, int], unit: str) -> None:
        values = [v for v in (way.baseline, *way.targets.values()) if v]
        if unit == PERCENT and values and max(values) <= 1 and len(values) > 1:
            said = "Las metas son partes de uno: las celdas tienen formato de porcentaje."
            key = "baseline" if way.baseline is not None else f"target {min(way.targets)}"
            self._wrong(key, said, str(max(values)), "Escriba 45, no 45 % ni 0.45.")
            return
        for fault in pathways.faults(way, years, unit):
            key = "baseline" if fault.year is None else f"target {fault.year}"
            key = "baseline_year" if fault.code == "base_after" else key
            self._wrong(key, fault.reason.sentence, remedy=REMEDIES[fault.code])

    def _repeated(self, about: tuple[str, str], codes: list[str]) -> None:
        sheet, key = about
        seen: dict[str, int] = {}
        for row, code in zip(self._rows(sheet), codes, strict=True):
            if code and folded(code) in seen:
                self._at = (sheet, row)
                said = "El código está repetido."
                self._wrong(
                    key, said, f"{code}, fila {seen[folded(code)]}", "Dé a cada uno el suyo."
                )
            elif code:
                seen[folded(code)] = row.row


PROSE = (
    *("justification", "responsible", "limitations", "method"),
    *("assumptions", "source", "frequency"),
)
REMEDIES = {
    "impossible": "Corrija el valor o la unidad de medida.",
    "base_after": "La línea base es de antes del plan o de sus primeros años.",
    "outside": "Quite esa meta o corrija el periodo en la hoja Plan.",
    "before_base": "Quite esa meta o corrija el año de la línea base.",
    "wrong_side": "Revise la meta, la línea base o el sentido esperado.",
}
