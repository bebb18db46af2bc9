"""The bytes of a layer: its marks as GeoJSON, its values with their legend as JSON.

Kept by audience, choices and the stamps of the district, and named by their content.
"""

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.gis import geojson
from app.gis.classes import Classes
from app.gis.geojson import Feature
from app.operations.layers.declared import Asked, Layer, Mark, Told, Value
from app.operations.layers.external import National
from app.operations.remembered import answer, remembered
from app.store.sessions import Reading


@dataclass(frozen=True, slots=True)
class Bytes:
    """An answer ready to send, named by its content."""

    body: bytes
    tag: str

    def __len__(self) -> int:
        """How many bytes."""
        return len(self.body)


def drawn(session: Reading, layer: Layer, asked: Asked) -> tuple[Sequence[Mark], Told]:
    """What stands where, and what is told of it."""
    key = (
        *("layer drawn", layer.code, asked.where.place_id, asked.public, asked.day, asked.lang),
        *(asked.indicator, asked.round, asked.since, asked.only_gap),
    )
    return remembered(session, asked.where, key, lambda: _draw(session, layer, asked))


def _draw(session: Reading, layer: Layer, asked: Asked) -> tuple[Sequence[Mark], Told]:
    marks = layer.marks(session, asked)
    return marks, layer.tell(session, asked, marks)


def features(session: Reading, layer: Layer, asked: Asked) -> Bytes:
    """The marks as GeoJSON; where values colour them, those come apart and by code."""
    key = (
        *("layer features", layer.code, asked.where.place_id, asked.public),
        *(asked.day, asked.lang),
    )
    return answer(session, asked.where, key, lambda: _features(session, layer, asked), len)


def _features(session: Reading, layer: Layer, asked: Asked) -> Bytes:
    listed = [
        Feature(
            mark.shape,
            {
                "code": mark.code,
                "name": mark.name,
                **({"href": mark.href} if mark.href else {}),
                **_told(mark.about),
            },
            mark.code,
        )
        for mark in layer.marks(session, asked)
    ]
    body = geojson.feature_collection(
        listed,
        5,
        layer=layer.code,
        title=layer.title.of(asked.lang),
        source=layer.source.of(asked.lang),
        day=asked.day.isoformat(),
    )
    return named(body)


def values(session: Reading, layer: Layer, asked: Asked) -> Bytes:
    """The values of a layer with its legend, as JSON."""
    key = (
        *("layer values", layer.code, asked.where.place_id, asked.public, asked.day, asked.lang),
        *(asked.indicator, asked.round, asked.since, asked.only_gap),
    )
    return answer(session, asked.where, key, lambda: _values(session, layer, asked), len)


def _values(session: Reading, layer: Layer, asked: Asked) -> Bytes:
    _, told = drawn(session, layer, asked)
    title = told.title or layer.title.of(asked.lang)
    return _written(layer.code, title, told, layer.source.of(asked.lang))


def national(found: National) -> Bytes:
    """The values of all districts by UBIGEO."""
    return _written("districts", found.told.title, found.told, found.source)


def _written(code: str, title: str, told: Told, source: str) -> Bytes:
    content = {
        "layer": code,
        "title": title,
        "unit": told.unit,
        "n": told.n,
        "date": told.on.isoformat() if told.on else None,
        "source": source,
        "note": told.note,
        "sentence": told.sentence,
        "first": told.first,
        "legend": legend(told.classes),
        "values": plain(told),
    }
    return named(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def unpacked(body: bytes) -> bytes:
    """What was kept compressed, plain."""
    return gzip.decompress(body)


def legend(classes: Classes | None) -> list[dict[str, Any]]:
    """The classes as plain JSON, from the lowest."""
    if classes is None:
        return []
    parts = zip(classes.edges, classes.edges[1:], classes.colours, classes.labels, strict=False)
    return [
        {"from": low, "to": high, "colour": colour, "label": label}
        for low, high, colour, label in parts
    ]


def plain(told: Told) -> dict[str, Any]:
    """The values by code; one of which nothing else is told is its bare number."""
    found = {code: _told(value) for code, value in told.values.items()}
    return {
        code: each["value"] if each.keys() == {"value"} else each for code, each in found.items()
    }


def _told(value: Value) -> dict[str, Any]:
    """What is told of a mark, without what nobody said; an unknown value stays told as such."""
    found = {
        "value": value.value if value.shade is None else value.shade,
        "x": value.x,
        "n": value.n,
        "text": value.text,
        "people": value.people,
        "lines": value.lines,
        "rank": value.rank,
        "hidden": value.hidden,
        "old": value.old,
    }
    return {
        name: each
        for name, each in found.items()
        if not (each is None or each is False or each in ("", ()))  # 0 is a figure
    }


def named(body: bytes) -> Bytes:
    """Bytes with the name of their content, for ETag and addresses."""
    return Bytes(body, hashlib.sha256(body).hexdigest()[:20])
