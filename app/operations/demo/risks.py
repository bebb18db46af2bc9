"""What the risk maps of the demonstration stand on: levels of the district, and agreed classes."""

from functools import cache
from random import Random
from typing import Any
from uuid import uuid5

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.capture import yaml_text
from app.operations import districts, risk_bands
from app.operations.demo import terrain
from app.operations.demo.script import FOLDER, SPACE, villages
from app.operations.ordinances import Ordinance
from app.operations.risk_bands import Agreed
from app.operations.trail import Author
from app.records.imports import ImportBatch
from app.records.places import Where
from app.records.risk_maps import OverlayFeature
from app.records.territory import ExternalValue
from app.store.sessions import Writing
from app.store.spatial import to_column

ROADS = 5


@cache
def _told() -> Any:
    return yaml_text.read((FOLDER / "risk_maps.yaml").read_text("utf-8"))


def provide(session: Writing, where: Where, planner: Author) -> None:
    """The levels as an import that was published, and the classes that an acta gives."""
    levels, bands = _told()["levels"], _told()["bands"]
    batch = ImportBatch(
        uuid=uuid5(SPACE, "levels of hazards"),
        kind="indicators",
        file_name="niveles-inventados.csv",
        sha256="0" * 64,
        state="published",
        rows=len(levels["by_indicator"]),
    )
    session.add(batch)
    session.flush()
    for indicator, level in levels["by_indicator"].items():
        session.add(
            ExternalValue(
                place_code=where.code,
                indicator=indicator,
                period=levels["period"],
                import_id=batch.id,
                text=level,
                source=levels["source"],
            )
        )
    _lines(session, where, batch.id)
    agreed = Agreed(bands["layer"], tuple(bands["edges"]), tuple(bands["words"]))
    risk_bands.agree(session, planner, where, agreed, Ordinance(bands["by"]))


def _lines(session: Writing, where: Where, batch: int) -> None:
    """The river and some roads, as the municipality would import them."""
    border = terrain.border()
    stretches = [terrain.at(0, 6 * step) for step in range(-4, 5)]
    river = shapely.union_all([shape(terrain.river(middle)) for middle in stretches])
    town, *around = villages()
    told: list[tuple[str, str, BaseGeometry]] = [("water", "Río Killa", river)]
    for village in around[:ROADS]:
        ends = (town.lon, town.lat), (village.lon, village.lat)
        way = terrain.way(*ends, Random(village.number), 1.0)
        told.append(("road", f"Camino a {village.name}", shape(way)))
    for kind, name, line in told:
        session.add(
            OverlayFeature(
                uuid=uuid5(SPACE, f"own line {name}"),
                place_id=districts.own(where),
                import_id=batch,
                kind=kind,
                name=name,
                geom=to_column(shapely.intersection(line, border)),
            )
        )
