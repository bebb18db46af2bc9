"""Agreements of earlier years from the planner's own sheet, so that there is a board at once.

A row is an agreement: year and title, and whatever else the sheet has. Communities are known by
code or by name, several with ``;`` between them. A row that stands already under its year and
CUI, or its year and title, is left as it stands: its news are noted on its page.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from app.errors import Invalid
from app.gis.tables import Table as Sheet
from app.gis.tables import read_table
from app.operations import agreements, standing, typed_money
from app.operations.imports.asked import Asked, Checked, Found, Say
from app.operations.imports.columns import Cells, mapped
from app.planning.works import STATES
from app.records import places, stamps
from app.records.base import folded
from app.store import types
from app.store.sessions import Reading

FIELDS = {
    "year": ("ano", "ano_fiscal", "ejercicio", "anio", "periodo"),
    "title": ("titulo", "acuerdo", "proyecto", "nombre_del_proyecto", "nombre", "obra",
              "denominacion", "descripcion"),
    "community": ("comunidad", "comunidades", "codigo_comunidad", "caserio", "centro_poblado",
                  "lugar", "ubicacion", "localidad"),
    "cui": ("cui", "codigo_unico", "codigo_unico_de_inversiones", "snip", "codigo"),
    "source": ("fuente", "fuente_de_financiamiento", "rubro"),
    "agreed": ("acordado", "monto_acordado", "monto_acordado_s", "monto", "presupuesto"),
    "pim": ("pim", "pim_s"),
    "certified": ("certificado", "certificacion", "certificado_s"),
    "accrued": ("devengado", "ejecutado", "gastado", "devengado_s"),
    "paid": ("pagado", "girado", "pagado_s"),
    "state": ("estado", "situacion", "estado_actual"),
    "on_day": ("al_dia", "al", "fecha_de_corte", "corte", "fecha"),
    "delivered_on": ("entregada_el", "entregado_el", "fecha_de_entrega", "entrega"),
    "conforming_on": ("conforme_el", "conformidad", "fecha_de_conformidad"),
    "need": ("indicador", "necesidad"),
    "upkeep_by": ("mantenimiento", "mantenimiento_a_cargo_de", "responsable_de_mantenimiento"),
    "note": ("nota", "observaciones", "observacion", "comentario"),
}  # fmt: skip
MONEY = ("agreed", "pim", "certified", "accrued", "paid")
STATE_NAMES = {
    "agreed": ("por empezar", "pendiente", "acordada", "acordado", "por iniciar", "sin iniciar",
               "programada", "programado"),
    "procured": ("contratada", "contratado", "convocada", "convocado", "adjudicada", "adjudicado",
                 "en proceso de seleccion", "expediente tecnico", "en expediente"),
    "works": ("en obra", "en ejecucion", "ejecucion", "en proceso", "iniciada", "iniciado"),
    "stopped": ("parada", "parado", "paralizada", "paralizado", "suspendida", "suspendido"),
    "delivered": ("entregada", "entregado", "concluida", "concluido", "terminada", "terminado",
                  "culminada", "culminado", "liquidada", "liquidado", "ejecutada", "ejecutado"),
    "dropped": ("no se hizo", "dejada", "descartada", "descartado", "anulada", "anulado",
                "cancelada", "cancelado", "retirada", "retirado", "no ejecutado"),
}  # fmt: skip
_WORDS = {word: state for state, words in STATE_NAMES.items() for word in words}
_PEOPLES_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SEPARATOR = re.compile(r"[;/|]")
SHOWN = 20


@dataclass(slots=True)
class Line:
    """One agreement as its row says it; ``money`` is None where the sheet does not say."""

    row: int
    year: int
    title: str
    state: str
    served: list[int] = field(default_factory=list)
    cui: str = ""
    source: str = ""
    need: str = ""
    upkeep_by: str = ""
    note: str = ""
    money: dict[str, int | None] = field(default_factory=dict)
    days: dict[str, date | None] = field(default_factory=dict)

    @property
    def keys(self) -> list[tuple[int, str]]:
        """By what it would be known: its CUI and its title, each within its year."""
        return [(self.year, self.cui)] * bool(self.cui) + [(self.year, folded(self.title))]


def check(session: Reading, asked: Asked, say: Say) -> Checked:
    """Read the sheet and compare it with the agreements that stand."""
    if asked.place_code is None:
        raise Invalid(
            "Los acuerdos son de un distrito.", remedy="Impórtelos desde la página del distrito."
        )
    found = Found()
    sheet = read_table(asked.upload(), asked.limits)
    say(1, 2, f"Se leyeron {len(sheet.rows)} filas")
    found.take(sheet.notices, sheet.errors)
    named = mapped(sheet.columns, FIELDS, asked, ("year", "title"))
    where = places.district(session, asked.place_code)
    today = types.today()
    reader = _Reader(session, where, today, found)
    lines = [
        line
        for number, row in zip(sheet.row_numbers, sheet.rows, strict=True)
        if (line := reader.read(Cells(named, row, number, found), _bare(row))) is not None
    ]
    fresh, same = _fresh(session, where, lines, found)
    sound = [line for line in fresh if line.row not in found.refused]
    summary = {"agreements": [_shown(line) for line in sound[:SHOWN]], "left": _left(sheet, named)}
    counts = {"new": len(sound), "same": same}
    basis = stamps.version(session, "territory")
    return Checked(len(sheet.rows), found, counts, (where, sound, today), summary, basis)


def _bare(row: Mapping[str, str]) -> bool:
    return not any(cell.strip() for cell in row.values())


def _left(sheet: Sheet, named: Mapping[str, str]) -> list[str]:
    """Columns that nobody reads, so that a wrong heading shows."""
    return [column for column in sheet.columns if column not in named.values()][:SHOWN]


def _shown(line: Line) -> dict[str, Any]:
    return {
        "year": line.year,
        "title": line.title,
        "state": line.state,
        "communities": len(line.served),
        "cents": line.money.get("agreed"),
    }


class _Reader:
    """Reads rows one by one, knowing the district's communities and indicators."""

    def __init__(self, session: Reading, where: places.Where, today: date, found: Found) -> None:
        members = standing.members(session, where, today)
        self.codes: dict[str, int] = {member.code.casefold(): member.id for member in members}
        self.names: dict[str, list[int]] = {}
        for member in members:
            self.names.setdefault(folded(member.name), []).append(member.id)
        self.shown = {folded(member.name): member.name for member in members}
        self.indicators = {code.casefold(): code for code in standing.indicators(session, where)}
        self.today = today
        self.found = found

    def read(self, cells: Cells, bare: bool) -> Line | None:
        """The agreement of a row; None where it has no year or no title."""
        if bare:
            self.found.tell_row("{count} filas vacías se dejaron; filas: {rows}.", cells.number)
            return None
        year, title = cells.whole("year", 2000, self.today.year + 2), cells.text("title", 200)
        for name, value in (("year", year), ("title", title)):
            if not value and cells.number not in self.found.refused:
                cells.refuse(name, "Falta este dato.", "", "Escríbalo: sin él no hay acuerdo.")
        if not year or not title:
            return None
        line = Line(cells.number, year, title, self._state(cells), self._served(cells))
        line.cui = self._cui(cells)
        line.source, line.note = cells.text("source", 120), cells.text("note", 500)
        line.upkeep_by = cells.text("upkeep_by", 200)
        line.need = self._need(cells)
        line.money = {name: self._money(cells, name) for name in MONEY}
        line.days = {
            name: self._day(cells, name) for name in ("on_day", "delivered_on", "conforming_on")
        }
        if line.days["delivered_on"] and line.state != "delivered":
            if state := cells.text("state"):
                cells.refuse("delivered_on", "Tiene fecha de entrega y su estado es otro.",
                             state, "Corrija el estado o quite la fecha.")  # fmt: skip
            line.state = "delivered"
        return line

    def _state(self, cells: Cells) -> str:
        text = folded(cells.text("state"))
        if not text:
            return "agreed"
        state = text if text in STATES else _WORDS.get(text)
        if state is None:
            likely = get_close_matches(text, _WORDS, 3, 0.5) or [n[0] for n in STATE_NAMES.values()]
            cells.refuse("state", "Ese estado no se conoce.", cells.text("state"),
                         f"Use uno de estos: {', '.join(likely)}.")  # fmt: skip
        return state or "agreed"

    def _served(self, cells: Cells) -> list[int]:
        text = cells.text("community", 500)
        if not text or folded(text) in ("distrital", "todo el distrito", "distrito"):
            return []
        parts = [text] if folded(text) in self.names else _SEPARATOR.split(text)
        return [
            key for part in parts if part.strip() and (key := self._one(cells, part)) is not None
        ]

    def _one(self, cells: Cells, text: str) -> int | None:
        bare = text.strip()
        if (key := self.codes.get(bare.casefold())) is not None:
            return key
        named = self.names.get(folded(bare), [])
        if len(named) == 1:
            return named[0]
        if named:
            cells.refuse("community", "Hay más de una comunidad con ese nombre.", bare,
                         "Escriba su código.")  # fmt: skip
            return None
        likely = get_close_matches(folded(bare), self.shown, 3, 0.6)
        remedy = (
            f"¿Quiso decir {' o '.join(self.shown[name] for name in likely)}?"
            if likely
            else "Escriba el código o el nombre como está en la lista de comunidades."
        )
        cells.refuse("community", "El distrito no tiene esa comunidad.", bare, remedy)
        return None

    def _cui(self, cells: Cells) -> str:
        try:
            return agreements.cui_of(cells.text("cui"))
        except Invalid as refusal:
            cells.refuse_as("cui", refusal)
            return ""

    def _need(self, cells: Cells) -> str:
        text = cells.text("need", 60)
        if text and text.casefold() not in self.indicators:
            cells.refuse("need", "El catálogo no tiene ese indicador.", text,
                         "Escriba su código, o deje la celda vacía.")  # fmt: skip
        return self.indicators.get(text.casefold(), "")

    def _money(self, cells: Cells, name: str) -> int | None:
        text = cells.text(name)
        # A spreadsheet's own number may carry the dust of binary fractions.
        if re.fullmatch(r"\d+\.\d{3,}", text) and len(text.split(".")[1]) > 3:
            text = f"{float(text):.2f}"
        try:
            return typed_money.cents(text, name)
        except Invalid as refusal:
            cells.refuse_as(name, refusal)
            return None

    def _day(self, cells: Cells, name: str) -> date | None:
        text = cells.text(name)
        if not text:
            return None
        day = day_of(text)
        if day is None:
            cells.refuse(name, "No es una fecha.", text, "Escríbala como 31/12/2025.")
        elif day > self.today:
            cells.refuse(name, "Esa fecha todavía no llega.", text, "Revise el año.")
        return day


def day_of(text: str) -> date | None:
    """A day as a spreadsheet or a person writes it; None where it is none."""
    bare = text.strip().split(" ")[0]
    try:
        if found := _PEOPLES_DAY.fullmatch(bare):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(bare)
    except ValueError:
        return None


def _fresh(
    session: Reading, where: places.Where, lines: Sequence[Line], found: Found
) -> tuple[list[Line], int]:
    """The lines that are not there yet; one that the sheet names twice is refused."""
    there: set[tuple[int, str]] = set()
    for row in agreements.listed(session, where):
        there |= {(row.fiscal_year, row.cui)} if row.cui else set()
        there.add((row.fiscal_year, folded(row.title)))
    seen: dict[tuple[int, str], int] = {}
    fresh, same = [], 0
    for line in lines:
        if there.intersection(line.keys):
            same += 1
            told = "{count} filas ya están en el seguimiento y se dejan como están; filas: {rows}."
            found.tell_row(told, line.row)
            continue
        twice = next((seen[key] for key in line.keys if key in seen), None)
        if twice is not None:
            cells = Cells({}, {}, line.row, found)
            cells.refuse("title", f"Ya está en la fila {twice}.", line.title,
                         "Deje una sola fila por acuerdo.")  # fmt: skip
        seen.update(dict.fromkeys(line.keys, line.row))
        fresh.append(line)
    return fresh, same
