"""The layers of a district as tables to take away: what a reader may see of them, no more.

Each has the columns that every layer has, the class of the screen where it is coloured, and
the facts of its legend; what the columns mean stands here too.
"""

from dataclasses import dataclass, replace
from datetime import date

from app.capture.fields import Text
from app.gis.outgoing import CLASS, Look, Table
from app.operations.layers import limits, offered
from app.operations.layers.declared import Asked
from app.operations.layers.offered import COLUMNS, Reader, Sheet
from app.store.sessions import Reading

ALL = "all"
"""Asked for in place of a layer's code."""
LIMITS = "limits"
LEGAL = Text(
    "Límites referenciales, sin efecto legal.",
    "Boundaries for reference only, without legal effect.",
)
MEANINGS: tuple[tuple[str, Text], ...] = (
    ("code", Text("Código de la comunidad o del elemento.", "Code of the community or thing.")),
    ("name", Text("Nombre.", "Name.")),
    (
        "value",
        Text(
            "El número que colorea el mapa, en la unidad de la capa (% va de 0 a 1); vacío: no se"
            " sabe.",
            "The number that colours the map, in the layer's unit (% is 0 to 1); empty: not known.",
        ),
    ),
    ("x", Text("Cuántos tienen lo que se cuenta.", "How many have what is counted.")),
    ("n", Text("De cuántos se supo.", "Of how many it was known.")),
    ("people", Text("Personas, el tamaño del símbolo.", "People, the size of the symbol.")),
    ("text", Text("El dato como se lee.", "The figure as it is read.")),
    ("rank", Text("El puesto, si lo hay.", "The rank, if there is one.")),
    ("details", Text("Lo que dice su ficha.", "What its card says.")),
    ("href", Text("Su página, después de la dirección del servidor.", "Its page, after the host.")),
    (
        CLASS,
        Text(
            "Clase del mapa, desde 0; vacío: no se sabe. El color puede acercarse a la media"
            " cuando se preguntó a pocos.",
            "Class of the map, from 0; empty: not known. The colour may lean to the mean where few"
            " were asked.",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the code of an offer or ``ALL``, the day, the language."""

    code: str
    day: date
    lang: str = "es"

    def asked(self, reader: Reader) -> Asked:
        """The same, as layers are asked."""
        return Asked(reader.where, True, self.day, self.lang)


def tables(session: Reading, reader: Reader, wanted: Wanted) -> list[Table]:
    """The layers that were asked for; of all of them, the limits of the district first.

    Raises
    ------
    Unknown, Unauthenticated, Forbidden
        There is no such layer, or this reader may not see it.
    """
    asked = wanted.asked(reader)
    if wanted.code != ALL:
        return [table(offered.sheet(session, offered.offer(session, reader, asked, wanted.code)))]
    found = [table(offered.sheet(session, each)) for each in offered.offers(session, reader, asked)]
    shape = limits.whole(session, reader.where)
    if shape is None:
        return found
    outline = Table(
        LIMITS,
        Text("Límites del distrito", "Boundary of the district").of(wanted.lang),
        "",
        (("", LEGAL.of(wanted.lang)),),
        (("code", str), ("name", str)),
        ((reader.where.code, reader.where.name),),
        (shape,),
        Look("#6b655b", labelled=False, outline=True),
    )
    return [outline, *found]


def table(sheet: Sheet) -> Table:
    """A layer as its table, coloured as the screen colours it."""
    layer, told, lang = sheet.offer.layer, sheet.told, sheet.offer.asked.lang
    unknown = Text("Sin datos", "No data").of(lang)
    look = Look(
        layer.colour,
        layer.drawing,
        told.classes,
        coloured=layer.ground,
        sized=layer.sized is not None and not sheet.offer.asked.public,
        unknown=unknown,
        labelled=layer.ground,
    )
    columns, rows = COLUMNS, sheet.rows
    if layer.ground:
        columns = (*COLUMNS, (CLASS, int))
        rows = tuple((*row, _class(sheet, str(row[0]))) for row in sheet.rows)
    group = layer.title.of(lang) if layer.choices is not None else ""
    title = told.title if group and told.title else sheet.offer.title
    told_of = replace(sheet.offer, asked=replace(sheet.offer.asked, indicator=told.chosen))
    code = told_of.code if group else sheet.offer.code
    return Table(code, title, group, _facts(sheet), columns, rows, sheet.shapes, look)


def _class(sheet: Sheet, code: str) -> int | None:
    value = sheet.told.values.get(code)
    if sheet.told.classes is None or value is None:
        return None
    return sheet.told.classes.class_of(value.value if value.shade is None else value.shade)


def _facts(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    told, lang = sheet.told, sheet.offer.asked.lang
    said = (
        (Text("En breve", "In short"), told.sentence),
        (Text("n", "n"), told.n),
        (Text("Unidad", "Unit"), told.unit),
        (Text("Datos al", "Data as of"), told.on.isoformat() if told.on else ""),
        (Text("Fuente", "Source"), sheet.offer.layer.source.of(lang)),
        (Text("Nota", "Note"), told.note),
        (Text("Límites", "Boundaries"), LEGAL.of(lang)),
    )
    return tuple((heading.of(lang), text) for heading, text in said)
