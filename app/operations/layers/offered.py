"""Every layer of a district with each of its choices, as one table: what files, services, paper
and whatever else leaves the house are made from.

A layer that takes a choice stands here once for each: ``gap.AG-02`` is the gap of one indicator.
What a reader may know is settled as for the screens: there is no other way to the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shapely.geometry.base import BaseGeometry

from app.errors import Unknown
from app.operations.access import Actor
from app.operations.layers import registry, serving, visible
from app.operations.layers.declared import Asked, Layer, Mark, Told, Value
from app.records.places import Where
from app.records.policy import Policy
from app.store.sessions import Reading

COLUMNS: tuple[tuple[str, type], ...] = (
    ("code", str),
    ("name", str),
    ("value", float),
    ("x", int),
    ("n", int),
    ("people", int),
    ("text", str),
    ("rank", str),
    ("details", str),
    ("href", str),
)
"""What every layer has of a feature, in order; None where nobody said it. ``details`` are the
lines of its card, ``href`` its page without the host."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, where and under which policy."""

    policy: Policy
    actor: Actor
    where: Where


@dataclass(frozen=True, slots=True)
class Offer:
    """A layer as it can be asked for by itself, for one reader."""

    layer: Layer
    title: str
    asked: Asked

    @property
    def code(self) -> str:
        """Its name in addresses and files: the layer's, and that of its choice."""
        return _code(self.layer, self.asked.indicator)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An offer with its features: ``rows`` are as ``COLUMNS``, each with its shape (EPSG:4326)."""

    offer: Offer
    told: Told
    rows: tuple[tuple[object, ...], ...]
    shapes: tuple[BaseGeometry | None, ...]


def offers(session: Reading, reader: Reader, asked: Asked) -> list[Offer]:
    """All that this reader may see of a district, in the order of the registry.

    ``asked`` gives the day, the language and the round; its audience is settled here.
    """
    found: list[Offer] = []
    for layer in visible.layers(reader.policy, reader.actor, reader.where):
        found += _of_layer(session, layer, _asked(reader, layer, asked))
    return found


def offer(session: Reading, reader: Reader, asked: Asked, code: str) -> Offer:
    """The one of this code.

    Raises
    ------
    Unknown
        There is none.
    Unauthenticated, Forbidden
        It stands, and this reader may not see it.
    """
    name, _, choice = code.partition(".")
    layer = registry.by_code(name)
    for each in _of_layer(session, layer, _asked(reader, layer, asked)):
        if each.code == code:
            return each
    raise Unknown(
        "La capa «{layer}» no tiene «{choice}».",
        remedy="Elija una de la lista de capas del distrito.",
        layer=layer.title.es,
        choice=choice[:40],
    )


def as_shown(reader: Reader, layer: Layer, asked: Asked) -> Offer:
    """A layer as its page shows it: with the choice that ``asked`` names, else its first.

    Raises
    ------
    Unauthenticated, Forbidden
        This reader may not see it.
    """
    settled = _asked(reader, layer, asked)
    settled = replace(
        settled,
        indicator=asked.indicator if "indicator" in layer.asks else "",
        only_gap=asked.only_gap and "gap" in layer.asks and not settled.public,
    )
    return Offer(layer, layer.title.of(asked.lang), settled)


def sheet(session: Reading, wanted: Offer) -> Sheet:
    """The features of an offer, those with a shape and those without."""
    marks, told = serving.drawn(session, wanted.layer, wanted.asked)
    pairs = [(mark, told.values.get(mark.code, mark.about)) for mark in marks]
    pairs = [(mark, value) for mark, value in pairs if not value.hidden]
    return Sheet(
        wanted,
        told,
        tuple(_row(mark, value) for mark, value in pairs),
        tuple(mark.shape for mark, _ in pairs),
    )


def _asked(reader: Reader, layer: Layer, asked: Asked) -> Asked:
    audience = visible.audience(reader.policy, reader.actor, reader.where, layer)
    return replace(
        asked,
        where=reader.where,
        public=audience,
        indicator="",
        round=asked.round if "round" in layer.asks else "",
        since=asked.since if "since" in layer.asks else "",
    )


def _of_layer(session: Reading, layer: Layer, asked: Asked) -> Sequence[Offer]:
    title = layer.title.of(asked.lang)
    if layer.choices is None:
        return [Offer(layer, title, asked)]
    return [
        Offer(layer, f"{title}: {words}", replace(asked, indicator=choice))
        for choice, words in layer.choices(session, asked)
    ]


def _code(layer: Layer, choice: str) -> str:
    # A theme is named theme:water: a colon is no part of a file's name.
    return f"{layer.code}.{choice.replace(':', '_')}" if choice else layer.code


def _row(mark: Mark, value: Value) -> tuple[object, ...]:
    return (
        *(mark.code, mark.name, value.value, value.x, value.n, value.people),
        *(value.text or None, value.rank or None),
        "; ".join(f"{label}: {text}" for label, text in value.lines) or None,
        mark.href or None,
    )
