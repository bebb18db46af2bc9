"""What the risk maps of the demonstration stand on: levels of the district, and agreed classes."""

from functools import cache
from typing import Any
from uuid import uuid5

from app.capture import yaml_text
from app.operations import risk_bands
from app.operations.demo.script import FOLDER, SPACE
from app.operations.ordinances import Ordinance
from app.operations.risk_bands import Agreed
from app.operations.trail import Author
from app.records.imports import ImportBatch
from app.records.places import Where
from app.records.territory import ExternalValue
from app.store.sessions import Writing


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
    agreed = Agreed(bands["layer"], tuple(bands["edges"]), tuple(bands["words"]))
    risk_bands.agree(session, planner, where, agreed, Ordinance(bands["by"]))
