"""The pictures that a municipality or an installation put under its maps, found and read.

They hold no data of anybody, so whoever sees the map sees them. Each is a published import;
what a map needs to know of it stands in the report of that import.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from app.errors import Unknown
from app.gis import background_files, paper_pictures
from app.gis.background_files import DEEPEST, MEDIA, Source
from app.gis.crs import Bounds
from app.gis.paper_pictures import Laid
from app.gis.plane import Plane
from app.gis.vector_tiles import Tile
from app.operations import attachments
from app.records import imports
from app.records.imports import ImportBatch
from app.records.places import Where
from app.store.sessions import Reading

KIND = "backgrounds"


@dataclass(frozen=True, slots=True)
class Background:
    """One of them: how it is called, who it is by, where and at which zooms there is something."""

    uuid: UUID
    sha256: str
    title: str
    attribution: str
    zooms: tuple[int, int]
    box: Bounds

    @property
    def key(self) -> str:
        """Its name in the address of a map."""
        return self.uuid.hex[-8:]


@dataclass(frozen=True, slots=True)
class Picture:
    """One tile, its media type, and the name of its content."""

    body: bytes
    media_type: str
    tag: str


def of_batch(batch: ImportBatch) -> Background | None:
    """What an import of pictures holds; None where it was not checked or is of another kind."""
    told: Mapping[str, Any] = batch.report.get("summary") or {}
    if batch.kind != KIND or "zooms" not in told:
        return None
    first, last = told["zooms"]
    return Background(
        batch.uuid,
        batch.sha256,
        told["title"],
        told["attribution"],
        (first, last),
        Bounds(*told["box"]),
    )


def of_district(session: Reading, where: Where) -> Sequence[Background]:
    """Those of a district, the newest first, then those of the whole installation."""
    batches = imports.standing(session, KIND, where.code)
    return [found for found in map(of_batch, batches) if found is not None]


def find(session: Reading, where: Where, uuid: UUID) -> Background:
    """One of those of a district.

    Raises
    ------
    Unknown
        It is not offered there.
    """
    for each in of_district(session, where):
        if each.uuid == uuid:
            return each
    raise Unknown("No existe ese fondo de mapa.", remedy="Vuelva a abrir el mapa.")


def picture(folder: Path, sha256: str, tile: Tile) -> Picture | None:
    """A tile of a kept file; None where the file has no picture there.

    Raises
    ------
    Unknown
        The tile is beyond the matrix.
    """
    if not tile.is_there or tile.z > DEEPEST:
        raise Unknown("No hay ninguna tesela ahí.", remedy="Revise el nivel, la fila y la columna.")
    body = _opened(attachments.existing(folder, sha256)).get(tile)
    media = MEDIA.get(background_files.kind_of(body or b""))
    if body is None or media is None:
        return None
    return Picture(body, media, f"{sha256[:16]}-{tile.z}-{tile.x}-{tile.y}")


def on_paper(folder: Path, wanted: Background, plane: Plane) -> list[Laid]:
    """The pictures of a background that a sheet of paper needs, each in its place."""
    zooms = range(wanted.zooms[0], wanted.zooms[1] + 1)
    found = []
    for tile in paper_pictures.tiles_of(plane, zooms, wanted.box):
        drawn = picture(folder, wanted.sha256, tile)
        if drawn is not None:
            matrix = paper_pictures.matrix_of(plane, tile)
            found.append(Laid(drawn.body, drawn.media_type, matrix))
    return found


@lru_cache(maxsize=8)
def _opened(path: Path) -> Source:
    return background_files.opened(path)
