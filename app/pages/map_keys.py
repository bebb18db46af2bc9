"""What the colours and signs of a printed map of a district mean: its keys, in words."""

from collections.abc import Sequence

import shapely

from app.documents.map_sheet import Key, Legend
from app.gis import map_signs
from app.gis.map_view import Style
from app.operations.layers.offered import COLUMNS, Sheet
from app.pages import look
from app.pages.language import N_, say
from app.pages.map_shells import kind_words

PLACES = {column: at for at, (column, _) in enumerate(COLUMNS)}
KEY_SIZES = (50, 500, 2_000)


def sized(sheet: Sheet) -> bool:
    """Whether symbols grow with people: there are symbols, and people of some."""
    asks = sheet.offer.layer.sized is not None and not sheet.offer.asked.public
    return asks and any(
        row[PLACES["people"]] and shape is not None and not shapely.get_dimensions(shape)
        for row, shape in zip(sheet.rows, sheet.shapes, strict=True)
    )


def legend(sheet: Sheet, lang: str) -> Legend:
    """The key of a layer, with n, date, source and note."""
    layer, told = sheet.offer.layer, sheet.told
    about = [f"n = {told.n}"] if told.n else []
    if told.on:
        about.append(f"{say(lang, N_('Datos al'))} {look.long_day(told.on, lang)}")
    about.append(f"{say(lang, N_('Fuente'))}: {layer.source.of(lang)}")
    about += [told.note] if told.note else []
    grown = sized(sheet)
    steps = tuple((people, look.num(people, lang)) for people in KEY_SIZES)
    return Legend(
        told.title or sheet.offer.title,
        tuple(_keys(sheet, lang)),
        tuple(about),
        map_signs.sizes(steps) if grown else "",
        layer.sized.of(lang) if grown and layer.sized else "",
    )


def _keys(sheet: Sheet, lang: str) -> list[Key]:
    layer, told = sheet.offer.layer, sheet.told
    if not layer.ground and told.classes is None:
        return _plain_keys(sheet, lang)
    if layer.style is Style.LINES and told.classes is not None:
        pairs = zip(told.classes.colours, told.classes.labels, strict=True)
        return [Key(map_signs.stroke(colour), label) for colour, label in pairs]
    found = []
    if told.classes is not None:
        striped = map_signs.striped(told.classes.colours)
        found = [
            Key(map_signs.sample(layer.drawing, colour, with_stripes=colour in striped), label)
            for colour, label in zip(told.classes.colours, told.classes.labels, strict=True)
        ]
    if told.classes is not None and any(value.old for value in told.values.values()):
        faint = map_signs.sample(layer.drawing, told.classes.colours[-1], old=True)
        found.append(Key(faint, say(lang, N_("dato de hace más de 12 meses"))))
    unknown = map_signs.sample(layer.drawing, None)
    return [*found, Key(unknown, say(lang, N_("Sin datos")))]


def _plain_keys(sheet: Sheet, lang: str) -> list[Key]:
    """A sign for each kind of shape that a layer of one colour has."""
    layer = sheet.offer.layer
    kinds = {int(shapely.get_dimensions(shape)) for shape in sheet.shapes if shape is not None}
    signs = (
        map_signs.sample(layer.drawing, layer.colour),
        map_signs.stroke(layer.colour),
        map_signs.patch(layer.colour, opaque=False),
    )
    return [Key(signs[kind], kind_words(layer, kind, lang)) for kind in sorted(kinds or {0})]


def colour(sheet: Sheet, row: Sequence[object]) -> str | None:
    """The colour that the screen gives it; None where it is not known."""
    layer, told = sheet.offer.layer, sheet.told
    if not layer.ground and told.classes is None:
        return layer.colour
    if told.classes is None:
        return None
    if not layer.ground:  # its marks bring their class themselves
        own = row[PLACES["value"]]
        return told.classes.colour_of(own if isinstance(own, float) else None)
    value = told.values.get(str(row[PLACES["code"]]))
    if value is None:
        return None
    return told.classes.colour_of(value.value if value.shade is None else value.shade)
