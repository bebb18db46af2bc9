"""The classes of the risk maps, agreed by a district version by version; else the shipped ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.errors import Unknown
from app.operations import districts, ordinances, trail
from app.operations.ordinances import Ordinance
from app.operations.remembered import remembered
from app.operations.trail import Act, Author
from app.planning import bands
from app.planning.bands import Bands
from app.records import risk_maps
from app.records.places import Where
from app.records.risk_maps import LAYERS, RiskBands
from app.store.sessions import Reading, Writing
from app.store.types import LIMA


@dataclass(frozen=True, slots=True)
class InForce:
    """The classes that hold; ``version`` 0 are the shipped ones, which nobody verified."""

    layer: str
    bands: Bands
    version: int = 0
    ordinance: str = ""
    on: date | None = None
    since: date | None = None


def in_force(session: Reading, where: Where, layer: str) -> InForce:
    """The classes of a map in a district today."""
    key = ("risk bands", where.place_id, layer)
    return remembered(session, where, key, lambda: _read(session, where, layer))


def _read(session: Reading, where: Where, layer: str) -> InForce:
    row = next(iter(versions(session, where, layer)), None)
    if row is None:
        return InForce(layer, bands.SHIPPED[layer])
    return InForce(
        layer,
        Bands(tuple(row.edges), tuple(row.words)),
        row.version,
        row.ordinance,
        row.ordinance_on,
        (row.at + LIMA).date(),
    )


def versions(session: Reading, where: Where, layer: str) -> Sequence[RiskBands]:
    """What the district agreed for a map, the newest first.

    Raises
    ------
    Unknown
        No risk map is called so.
    """
    if layer not in LAYERS:
        raise Unknown(
            "No hay ningún mapa de riesgo «{layer}».",
            remedy="Elija uno de los dos mapas de riesgo.",
            layer=layer[:40],
        )
    return risk_maps.versions(session, districts.own(where), layer)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a district agreed: where each class after the first begins, and their words."""

    layer: str
    edges: Sequence[float]
    words: Sequence[str]


def agree(
    session: Writing,
    author: Author,
    where: Where,
    agreed: Agreed,
    ordinance: Ordinance,
    reason: str = "",
) -> RiskBands:
    """Write the classes of a map as another version.

    Raises
    ------
    Unknown
        No risk map is called so.
    InvalidBands
        They cannot colour a map.
    Invalid
        Neither ordinance nor acta, or a change without its reason.
    """
    session.hold(f"risk bands {where.code}")
    before = next(iter(versions(session, where, agreed.layer)), None)
    found = bands.agreed(agreed.edges, agreed.words, bands.SHIPPED[agreed.layer])
    last = before.version if before else None
    stands = ordinances.version(author, ordinance, reason, last, acta=True)
    row = RiskBands(
        place_id=districts.own(where),
        layer=agreed.layer,
        edges=list(found.edges),
        words=list(found.words),
        **stands,
    )
    session.add(row)
    act = Act("bands", "maps", row.uuid, where.place_id, reason)
    trail.written(session, author, where, act)
    return row
