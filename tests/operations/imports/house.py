"""A store with a files folder, small files made on the spot, and dumps to compare."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.operations import importing
from app.operations.importing import Wish
from app.operations.trail import SYSTEM
from app.records.imports import ImportBatch
from app.records.tables import METADATA
from app.settings import Settings
from app.store.sessions import Store

# What an undo leaves on purpose: the batch, its file, the trail, the stamps, the entries,
# and the work on the map that the worker was asked for.
KEPT = {
    "import_batch",
    "attachment",
    "audit",
    "stamp",
    "boundary",
    "entry",
    "payload",
    "derivation",
    "policy",
    "instrument_version",
    "job",
}


@dataclass(frozen=True)
class House:
    """A store, its settings, and short ways to import."""

    store: Store
    settings: Settings

    def check(self, kind: str, content: bytes | str | Path, name: str = "", **options: Any) -> Any:
        """Check a file and give its batch."""
        if isinstance(content, Path):
            name, content = name or content.name, content.read_bytes()
        data = content.encode() if isinstance(content, str) else content
        place = options.pop("place", None)
        health = options.pop("health", False)
        wish = Wish(kind, name or "archivo.csv", options, place, health)
        return importing.preview(self.store, self.settings, SYSTEM, wish, io.BytesIO(data))

    def publish(self, batch: ImportBatch) -> ImportBatch:
        """Publish a checked file."""
        return importing.publish(self.store, self.settings, SYSTEM, batch.uuid)

    def bring(self, kind: str, content: bytes | str | Path, **options: Any) -> ImportBatch:
        """Check and publish."""
        return self.publish(self.check(kind, content, **options))

    def undo(self, batch: ImportBatch, reason: str = "era una prueba") -> ImportBatch:
        """Take a batch back."""
        return importing.undo(self.store, SYSTEM, batch.uuid, reason)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Whatever a statement gives."""
        with self.store.reading() as session:
            return [tuple(row) for row in session.rows(text(sql))]

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table that an undo restores."""
        found = {}
        for table in METADATA.sorted_tables:
            if table.name not in KEPT:
                rows = self.rows(f'SELECT * FROM "{table.name}"')
                found[table.name] = sorted(map(repr, rows))
        if self.store.is_sqlite:
            for name in ("settlement", "facility", "community"):
                found[f"rtree_{name}"] = sorted(map(repr, self.rows(f"SELECT * FROM rtree_{name}")))
        return found  # type: ignore[return-value]


def square(west: float, south: float, side: float = 0.1) -> list[list[list[float]]]:
    """A square polygon's coordinates, in degrees."""
    east, north = west + side, south + side
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def layer(*rows: tuple[Mapping[str, Any], Any], **members: Any) -> str:
    """A GeoJSON layer of properties and polygon coordinates (None: no geometry)."""
    features = [
        {
            "type": "Feature",
            "properties": dict(properties),
            "geometry": None if shape is None else {"type": "Polygon", "coordinates": shape},
        }
        for properties, shape in rows
    ]
    return json.dumps({"type": "FeatureCollection", **members, "features": features})


def district_row(code: str, name: str, west: float = -76.3, south: float = -10.0) -> Any:
    """One district of a layer, as the national file has it."""
    about = {
        "ubigeo": code,
        "departamento": "HUANUCO",
        "provincia": "HUANUCO",
        "distrito": name,
        "capital": f"{name} /1",
    }
    return about, square(west, south)


TWO_DISTRICTS = layer(
    district_row("100101", "HUANUCO"), district_row("100102", "AMARILIS", west=-76.2)
)


def messages(batch: ImportBatch) -> list[tuple[int | None, str]]:
    """Row and message of each error of a report."""
    return [(error["row"], error["message"]) for error in batch.report["errors"]]


def notices(batch: ImportBatch) -> list[str]:
    """What a report tells besides, in words."""
    return [each["message"].format(**each["params"]) for each in batch.report["notices"]]
