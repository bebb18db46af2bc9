"""What a municipality imported to lie under its maps: rivers, roads and the like."""

from collections.abc import Collection, Sequence

from sqlmodel import col

from app.capture.fields import Text
from app.gis.classes import Classes
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
    return Told(
        *("", {}, n, said),
        classes=_classes({int(mark.about.value or 0) for mark in marks}, asked.lang),
        on=asked.day if marks else None,
    )


def _classes(held: Collection[int], lang: str) -> Classes:
    """A class for each kind that there is, so that a legend names no other; for none, for all."""
    kinds = [at for at in range(len(KINDS)) if at in held or not held]
    edges = [kinds[0] - 0.5, *(at - 0.5 for at in kinds[1:]), kinds[-1] + 0.5]
    labels = tuple(list(KINDS.values())[at].of(lang) for at in kinds)
    return Classes(tuple(edges), tuple(COLOURS[at] for at in kinds), labels)
