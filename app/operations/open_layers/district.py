"""The collections of a district: its limits, and every layer that its reader may see."""

from app.capture.fields import Text
from app.errors import Unknown
from app.gis.crs import Bounds
from app.operations.layers import limits, offered
from app.operations.layers.declared import Asked
from app.operations.layers.offered import Offer, Reader
from app.operations.open_layers import country
from app.operations.open_layers.declared import Collection, Property, Shelf
from app.operations.open_layers.sheets import NAMES, SheetSource
from app.records.places import Where
from app.store.sessions import Reading

_ABOUT = Text(
    "Las capas del distrito, como las muestra la pantalla a quien pregunta: sin cuenta, solo lo "
    "publicado.",
    "The layers of the district, as the screen shows them to whoever asks: without an account, "
    "only what is published.",
)
_KINDS = {str: "string", float: "number", int: "integer"}
_TITLES = {
    "code": Text("Código", "Code"),
    "name": Text("Nombre", "Name"),
    "value": Text("Valor", "Value"),
    "x": Text("Cuántos cumplen (x)", "How many do (x)"),
    "n": Text("De cuántos (n)", "Of how many (n)"),
    "people": Text("Personas", "People"),
    "text": Text("Valor en palabras", "Value in words"),
    "rank": Text("Puesto", "Rank"),
    "details": Text("Detalle", "Details"),
    "href": Text("Su página", "Its page"),
    "date": Text("Fecha del dato más nuevo", "Date of the newest figure"),
}
_OWN = {name: _KINDS[kind] for name, kind in offered.COLUMNS} | {"date": "date"}
_PROPERTIES = tuple(Property(name, _OWN[name], _TITLES[name]) for name in NAMES)
LIMITS = "limits"
_BOUNDED = frozenset({"region", "province", "district"})


def shelf(session: Reading, reader: Reader, asked: Asked) -> Shelf:
    """The collections of a district for one reader, in the order of its screens."""
    where = reader.where
    return Shelf(
        where.name,
        _ABOUT.of(asked.lang),
        lambda: [
            *([_limits(where, asked.lang)] if where.kind in _BOUNDED else []),
            *(_of(each, where) for each in offered.offers(session, reader, asked)),
        ],
        lambda code: _find(session, reader, asked, code),
    )


def _find(session: Reading, reader: Reader, asked: Asked, code: str) -> Collection:
    if code == LIMITS and reader.where.kind in _BOUNDED:
        return _limits(reader.where, asked.lang)
    if not code.isprintable():
        raise Unknown("No hay ninguna colección con ese nombre.", remedy="Elija una de la lista.")
    return _of(offered.offer(session, reader, asked, code), reader.where)


def _limits(where: Where, lang: str) -> Collection:
    return country.limits(where.kind, where.code, lang)


def _of(offer: Offer, where: Where) -> Collection:
    def around(session: Reading) -> Bounds | None:
        return limits.outline(session, where).box

    layer, lang = offer.layer, offer.asked.lang
    about = f"{layer.about.of(lang)}. {layer.source.of(lang)}."
    return Collection(offer.code, offer.title, about, _PROPERTIES, SheetSource(offer, around))
