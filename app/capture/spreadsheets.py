"""An instrument as the sheets of a workbook: which column stands where, and under which code.

A line of the main sheet is one document, and each repeat is a sheet of its own whose lines
name their document by its number (``ficha``). Where a repeat walks the registered homes, the
main sheet has one line a home instead, and the community's lines together are the document;
the practices of homes and persons are then columns. Codes are those of the fields, which are
unique in an instrument; what is no field has a Spanish code.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.capture.fields import Choice, Field, Instrument, Text

FICHA, COMMUNITY, UUID, ROUND = "ficha", "comunidad", "uuid", "ronda"
DISTRICT, REASON, HOW = "ubigeo", "motivo", "como_se_supo"
LINKS = (FICHA, COMMUNITY, UUID, ROUND, DISTRICT)
TITLES = {
    FICHA: Text("N.º de ficha", "Form no."),
    COMMUNITY: Text("Código de la comunidad", "Code of the community"),
    UUID: Text("Identificador de la ficha", "Key of the form"),
    ROUND: Text("Ronda", "Round"),
    DISTRICT: Text("UBIGEO del distrito", "UBIGEO of the district"),
    REASON: Text("Motivo, si un dato es poco común", "Reason, if an answer is unusual"),
    HOW: Text("¿Cómo se supo? (de toda la fila)", "How was it known? (the whole line)"),
}
NOT_IN_CELLS = frozenset({"photo", "file"})
MAIN = "Fichas"


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice that may be a column: its code, its words, and whose it is."""

    code: str
    name: Text
    unit: str


@dataclass(frozen=True, slots=True)
class Wide:
    """A repeat of which each row answers one item of a catalogue, laid out in columns.

    ``item``, ``value``, ``how`` and ``person`` are its fields; ``roster`` the repeat of the
    persons beside it, and ``number`` the field that counts them.
    """

    repeat: str
    item: str
    value: str
    how: str
    person: str
    roster: str
    number: str


OBSERVED = Wide(
    "observations", "practice", "value", "verified", "person", "persons", "person_no"
)  # of household_monitoring


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``field`` is None for what is no question; ``part`` is lat, lon or shape of a place;
    ``item`` the practice that the column answers.
    """

    code: str
    title: Text
    field: Field | None = None
    chain: tuple[str, ...] = ()
    part: str = ""
    item: str = ""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The answers of the definition, where the whole cell is one of them."""
        return self.field.choices if self.field is not None else ()


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet: its title, the repeat whose rows its lines are, and its columns."""

    title: str
    target: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """All the sheets; ``homes`` is the repeat of homes whose rows are the main lines, or blank."""

    instrument: Instrument
    tabs: tuple[Tab, ...]
    homes: str = ""

    def column(self, code: str) -> Column | None:
        """The column with this code, on whatever sheet."""
        return next((c for tab in self.tabs for c in tab.columns if c.code == code), None)

    def known(self) -> dict[str, Column]:
        """Every column that a file may have, by code: those of the sheets and the links."""
        found = {code: link(code) for code in (*LINKS, REASON)}
        for tab in self.tabs:
            found |= {column.code: column for column in tab.columns}
        return found


def link(code: str) -> Column:
    """A column that is no question."""
    return Column(code, TITLES[code])


def layout(
    instrument: Instrument, practices: Sequence[Practice] = (), *, district: bool = False
) -> Layout:
    """The sheets of an instrument.

    Parameters
    ----------
    instrument
        Narrowed to what whoever fills it may be asked, or to what a reader may see.
    practices
        Those that may be columns of their own.
    district
        The lines are of several communities, so that each says its own.
    """
    first = (link(COMMUNITY),) if district else ()
    homes = homes_of(instrument)
    if homes is not None:
        return _by_home(instrument, homes, practices, first)
    tabs = [Tab(MAIN, (), (link(FICHA), *first, *columns_of(instrument.fields()), link(REASON)))]
    for field in instrument.fields():
        if field.type == "repeat":
            tabs += _tabs(field, (), (link(FICHA),))
    return Layout(instrument, tuple(tabs))


def homes_of(instrument: Instrument) -> Field | None:
    """The repeat whose rows are the registered homes, if the instrument has one."""
    for field in instrument.fields():
        inner = {each.code: each for each in field.fields}
        if field.type == "repeat" and any(
            inner[code].source == "households" for code in field.key if code in inner
        ):
            return field
    return None


def _tabs(repeat: Field, above: tuple[str, ...], links: tuple[Column, ...]) -> Iterator[Tab]:
    chain = (*above, repeat.code)
    own = tuple(columns_of(repeat.fields, chain))
    yield Tab(repeat.label.es, chain, (*links, *own, link(REASON)))
    keys = tuple(column for column in own if column.code in repeat.key)
    for field in repeat.fields:
        if field.type == "repeat":
            yield from _tabs(field, chain, (*links, *keys))


def _by_home(
    instrument: Instrument,
    homes: Field,
    practices: Sequence[Practice],
    first: tuple[Column, ...],
) -> Layout:
    chain = (homes.code,)
    own = tuple(columns_of(homes.fields, chain))
    keys = tuple(column for column in own if column.code in homes.key)
    main = (*first, *keys, *columns_of(instrument.fields()), *(c for c in own if c not in keys))
    tabs = [Tab(homes.label.es, chain, (*main, *_wide(homes, practices, "home"), link(REASON)))]
    for field in homes.fields:
        if field.type != "repeat":
            continue
        for tab in _tabs(field, chain, (*first, *keys)):
            columns = tab.columns
            if field.code == OBSERVED.roster and tab.target == (*chain, field.code):
                columns = (*columns[:-1], *_wide(homes, practices, "person"), columns[-1])
            tabs.append(Tab(tab.title, tab.target, columns))
    for field in instrument.fields():
        if field.type == "repeat" and field.code != homes.code:
            tabs += _tabs(field, (), first)
    return Layout(instrument, tuple(tabs), homes.code)


def _wide(homes: Field, practices: Sequence[Practice], unit: str) -> Iterator[Column]:
    """A column for each practice of homes, or of persons, and one that says how it was known."""
    repeat = next((f for f in homes.fields if f.code == OBSERVED.repeat), None)
    inner = {f.code: f for f in repeat.fields} if repeat is not None else {}
    if not {OBSERVED.item, OBSERVED.value} <= inner.keys():
        return
    chain = (homes.code, OBSERVED.repeat)
    mine = [each for each in practices if each.unit == unit]
    for each in mine:
        yield Column(each.code, each.name, inner[OBSERVED.value], chain, item=each.code)
    if mine and OBSERVED.how in inner:
        yield Column(HOW, TITLES[HOW], inner[OBSERVED.how], chain, item=HOW)


def columns_of(
    fields: Iterator[Field] | tuple[Field, ...], chain: tuple[str, ...] = ()
) -> Iterator[Column]:
    """A column for each question that a cell can answer; two or three for a place."""
    for field in fields:
        if not field.answered or field.type == "repeat" or field.type in NOT_IN_CELLS:
            continue
        if field.type == "geometry":
            yield from _place(field, chain)
        else:
            yield Column(field.code, field.label, field, chain)


def _place(field: Field, chain: tuple[str, ...]) -> Iterator[Column]:
    parts: Mapping[str, Text] = {
        "lat": Text("latitud", "latitude"),
        "lon": Text("longitud", "longitude"),
        "shape": Text("línea o área (lat lon; lat lon)", "line or area (lat lon; lat lon)"),
    }
    wanted = (("lat", "lon") if "point" in field.kinds else ()) + (
        ("shape",) if set(field.kinds) - {"point"} else ()
    )
    for part in wanted:
        words = parts[part]
        title = Text(f"{field.label.es}: {words.es}", f"{field.label.en}: {words.en}")
        yield Column(f"{field.code}.{part}", title, field, chain, part)
