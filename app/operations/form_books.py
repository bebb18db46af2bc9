"""The template of an instrument as a workbook, for one community or for a whole district."""

from collections.abc import Collection, Iterator
from uuid import UUID

from app.capture import spreadsheets
from app.capture.fields import Field, Instrument
from app.capture.spreadsheets import COMMUNITY, FICHA, LINKS, REASON, Column, Layout, Tab
from app.documents import forms_book
from app.documents.forms_book import Asked, Book, Leaf
from app.operations import instruments
from app.operations.imports.form_files import ABOUT
from app.operations.imports.form_places import practices
from app.records.places import Where
from app.store.sessions import Reading
from app.store.types import uuid7

LINES, INNER_LINES = 500, 3_000
"""Lines of a main sheet, and of a sheet of details."""
KINDS = {"integer": "whole", "decimal": "decimal", "date": "day"}
PLACE = "Grados con decimales, como {example}; en el Perú los dos llevan el signo menos."
SHAPE = "Puntos separados por «;», cada uno latitud y longitud: -9.93 -76.24; -9.94 -76.25"
MANY = "Puede poner varias, separadas por «;». Use las palabras de la hoja Listas: {words}."


def template(
    session: Reading,
    where: Where,
    instrument: Instrument,
    roles: Collection[str],
    *,
    health: bool = False,
    key: UUID | None = None,
) -> bytes:
    """The workbook that a person with these roles fills for a community, or for a district.

    ``key`` is the template's own; a line of one template is one document, however often the
    file comes.
    """
    district = where.community_id is None
    asked = instrument.asked_by(roles) if roles else instrument
    layout = spreadsheets.layout(asked, practices(session, health=health), district=district)
    lists = dict(_lists(session, where, layout))
    book = Book(
        leaves=[_leaf(tab, layout, lists, _codes(session, where, tab)) for tab in layout.tabs],
        lists=lists,
        about={
            "ficha": instrument.code,
            "version": str(instrument.version),
            "plantilla": str(key or uuid7()),
            "comunidad": where.community_code or "",
            "distrito": where.code,
        },
        notes=list(_notes(instrument, layout, where)),
        about_sheet=ABOUT,
    )
    return forms_book.as_xlsx(book)


def _codes(session: Reading, where: Where, tab: Tab) -> list[str]:
    """Codes of the registered homes, to stand in the lines of a sheet of homes already."""
    if where.community_id is None or len(tab.target) != 1:
        return []
    keys = [c for c in tab.columns if c.field is not None and c.field.source == "households"]
    if not keys:
        return []
    return [code for code, _ in instruments.choices(session, where, "households")]


def _lists(session: Reading, where: Where, layout: Layout) -> Iterator[tuple[str, list[str]]]:
    done: set[str] = set()
    for tab in layout.tabs:
        for column in tab.columns:
            name = _list_of(column, where)
            if not name or name in done or column.field is None:
                continue
            done.add(name)
            yield name, list(_words(session, where, column.field))


def _words(session: Reading, where: Where, field: Field) -> Iterator[str]:
    if field.choices:
        yield from (choice.label.es for choice in field.choices)
        return
    offered = instruments.choices(session, where, field.source)
    words = [text.es for _, text in offered]
    for code, text in offered:  # of two with the same words only the code says which
        yield text.es if words.count(text.es) == 1 and len(text.es) <= 250 else code


def _list_of(column: Column, where: Where) -> str:
    """The name of a column's list; none where each community of a district has its own."""
    field = column.field
    if field is None or column.part:
        return ""
    own = field.source in ("households", "problems", "actions", "sectors")
    if not field.choices and (not field.source or (own and where.community_id is None)):
        return ""
    return field.source or field.code


def _leaf(tab: Tab, layout: Layout, lists: dict[str, list[str]], codes: list[str]) -> Leaf:
    main = not tab.target or tab.target == (layout.homes,)
    lines = LINES if main else INNER_LINES
    columns = [_asked(column, lists) for column in tab.columns]
    if codes:
        columns = [
            Asked(c.code, c.title, "code", c.listed, required=c.required, note=c.note, fill=codes)
            if _is_home(tab, c.code)
            else c
            for c in columns
        ]
    elif main and any(c.code == FICHA for c in columns):
        numbers = [str(n) for n in range(1, lines + 1)]
        columns[0] = Asked(FICHA, columns[0].title, "code", fill=numbers)
    return Leaf(_name(tab), columns, lines)


def _is_home(tab: Tab, code: str) -> bool:
    return any(
        c.code == code and c.field is not None and c.field.source == "households"
        for c in tab.columns
    )


def _name(tab: Tab) -> str:
    """A sheet's name: 31 letters without the signs that workbooks refuse."""
    if tab.target[-1:] == (spreadsheets.OBSERVED.roster,):
        return "Personas"
    words = "".join(" " if sign in "[]:*?/\\'" else sign for sign in tab.title)
    return words.split(",")[0].strip()[:31]


def _asked(column: Column, lists: dict[str, list[str]]) -> Asked:
    field = column.field
    if field is None:
        needed = column.code in LINKS and column.code != FICHA
        return Asked(column.code, column.title.es, "code" if column.code != REASON else "text",
                     required=needed, note=_link_note(column.code))  # fmt: skip
    if column.part:
        return _part(column)
    many = field.type == "select_many"
    listed = "" if many else next((n for n in (field.source, field.code) if n in lists), "")
    note = field.hint.es if field.hint is not None else ""
    if many:
        words = ", ".join(choice.label.es for choice in field.choices)
        note = MANY.format(words=words)
    kind = "code" if field.source == "households" else KINDS.get(field.type, "text")
    required = field.required and not field.relevant and not column.item
    return Asked(column.code, column.title.es, kind, listed, field.minimum, field.maximum,
                 required, note)  # fmt: skip


def _part(column: Column) -> Asked:
    if column.part == "shape":
        return Asked(column.code, column.title.es, "text", note=SHAPE)
    example = "-9.93" if column.part == "lat" else "-76.24"
    return Asked(column.code, column.title.es, "decimal", note=PLACE.format(example=example))


def _link_note(code: str) -> str:
    return {
        FICHA: "El número une esta fila con las de las otras hojas.",
        COMMUNITY: "El código de INEI de diez cifras, con su cero inicial, o el código local.",
        REASON: "Solo si un dato llama la atención y es verdad: cuente por qué.",
    }.get(code, "")


def _notes(instrument: Instrument, layout: Layout, where: Where) -> Iterator[str]:
    place = where.community_name or where.name
    yield f"{instrument.title.es} · {place}"
    yield instrument.purpose.es
    first = layout.tabs[0]
    if layout.homes:
        yield (
            f"Hoja «{_name(first)}»: una fila por hogar. La fecha en que se completó basta "
            "ponerla en la primera fila. Si se conversó con la familia, anote en cada práctica "
            "lo que respondió; deje en blanco lo que no se preguntó."
        )
    else:
        yield f"Hoja «{_name(first)}»: una fila por ficha. El número de ficha ya está puesto."
    for tab in layout.tabs[1:]:
        how = "el código del hogar" if layout.homes else "el número de ficha"
        yield (
            f"Hoja «{_name(tab)}»: una fila por cada uno. Escriba en cada fila {how}, "
            "para saber de quién es."
        )
    yield "Las columnas con fondo de color y asterisco (*) se llenan siempre."
    yield (
        "Las respuestas con flecha se eligen de la lista. Puede pegar datos: al subir el "
        "archivo se avisa, celda por celda, lo que no se entienda."
    )
    yield "Las fechas van como día/mes/año. Los decimales pueden llevar coma o punto."
    yield "No cambie la segunda fila (oculta). Puede quitar columnas que no use y cambiar su orden."
    yield (
        "Al terminar, guarde el archivo y súbalo en la misma página de donde lo descargó. "
        "Primero se muestra lo que trae; nada se guarda hasta que usted lo confirme."
    )
    yield "Si sube dos veces el mismo archivo, cuenta una sola vez."
