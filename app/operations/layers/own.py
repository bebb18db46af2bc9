"""What a municipality imported to lie under its maps: rivers, roads and the like."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import col

from app.capture.fields import Text
from app.gis.classes import fixed
from app.operations.layers import words
from app.operations.layers.declared import Asked, Mark, Told, Value
from app.operations.remembered import remembered
from app.records.risk_maps import OverlayFeature
from app.store.sessions import Reading, columns
from app.store.spatial import from_column

KINDS = {
    "water": Text("agua", "water"),
    "road": Text("camino", "road"),
    "other": Text("otra línea", "other line"),
}
COLOURS = ("#3b7ea1", "#9c6b30", "#7d7a74")
_SAID = Text(
    "{n} líneas y áreas que importó la municipalidad.",
    "{n} lines and areas that the municipality imported.",
)
_NOTHING = Text(
    "La municipalidad todavía no importó ríos, caminos ni otras líneas.",
    "The municipality has not imported rivers, roads or other lines yet.",
)


def marks(session: Reading, asked: Asked) -> Sequence[Mark]:
    """The lines and areas, each with its name where it has one."""
    key = ("layer own", asked.where.place_id, asked.lang)
    return remembered(session, asked.where, key, lambda: _read(session, asked))


def _read(session: Reading, asked: Asked) -> tuple[Mark, ...]:
    rows = session.rows(
        columns(OverlayFeature.uuid, OverlayFeature.kind, OverlayFeature.name, OverlayFeature.geom)
        .where(col(OverlayFeature.place_id) == asked.where.place_id)
        .order_by(col(OverlayFeature.id))
    )
    return tuple(
        Mark(
            str(uuid),
            name or KINDS[kind].of(asked.lang),
            from_column(geom),
            "",
            Value(float(list(KINDS).index(kind)), text=KINDS[kind].of(asked.lang)),
        )
        for uuid, kind, name, geom in rows
    )


def tell(session: Reading, asked: Asked, marks: Sequence[Mark]) -> Told:
    """How many there are."""
    n = words.num(len(marks), asked.lang)
    said = words.say(_SAID, asked.lang, n=n) if marks else _NOTHING.of(asked.lang)
    classes = fixed((-0.5, 0.5, 1.5, 2.5), ramp=COLOURS)
    labels = tuple(text.of(asked.lang) for text in KINDS.values())
    return Told(
        *("", {}, n, said),
        classes=replace(classes, labels=labels),
        on=asked.day if marks else None,
    )
