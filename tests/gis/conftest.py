"""Small files made on the spot, one for each thing that may be wrong with an upload."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyogrio
import pyproj
import pytest
import shapely

from app.gis.files import Limits, Upload, admitted

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text or bytes under a name and give the path."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.fixture
def upload(write: Write) -> Callable[..., Upload]:
    """An upload with this name and content, let in."""

    def uploaded(name: str, content: str | bytes, limits: Limits | None = None) -> Upload:
        return admitted(write(name, content), name, limits)

    return uploaded


@pytest.fixture
def zipped(tmp_path: Path) -> Write:
    """A ZIP with these members."""

    def packed(name: str, members: Mapping[str, bytes]) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for inner, content in members.items():
                archive.writestr(inner, content)
        return path

    return packed


def a_collection(*geometries: Any, **properties: list[Any]) -> dict[str, Any]:
    """A FeatureCollection of shapely shapes, dicts or ``None``; properties by column."""
    rows = zip(*properties.values(), strict=True) if properties else [()] * len(geometries)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": dict(zip(properties, row, strict=True)),
                "geometry": shapely.geometry.mapping(shape)
                if isinstance(shape, shapely.Geometry)
                else shape,
            }
            for shape, row in zip(geometries, rows, strict=True)
        ],
    }


def a_square(lon: float = -76.2, lat: float = -10.0, side: float = 0.01) -> shapely.Polygon:
    """A square with its south-west corner there."""
    return shapely.box(lon, lat, lon + side, lat + side)


@pytest.fixture
def geojson_upload(upload: Callable[..., Upload]) -> Callable[..., Upload]:
    """A GeoJSON upload of the shapes given."""

    def uploaded(*geometries: Any, name: str = "capa.geojson", **members: Any) -> Upload:
        return upload(name, json.dumps(a_collection(*geometries) | members))

    return uploaded


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., Path]:
    """A file that GDAL wrote: shapes with their names in the system given."""

    def made(
        name: str, shapes: list[shapely.Geometry], epsg: int | None, driver: str, **options: Any
    ) -> Path:
        path = tmp_path / name
        if epsg not in (None, 4326):
            change = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
            shapes = [
                shapely.transform(shape, change.transform, interleaved=False) for shape in shapes
            ]
        names = [f"Ñaña {place}" for place in range(len(shapes))]
        pyogrio.raw.write(
            path,
            geometry=shapely.to_wkb(shapes),
            field_data=[_objects(names)],
            fields=["nombre"],
            geometry_type=shapes[0].geom_type,
            crs=f"EPSG:{epsg}" if epsg else None,
            driver=driver,
            **options,
        )
        return path

    return made


def _objects(values: list[str]) -> Any:
    import numpy as np

    return np.array(values, dtype=object)


@pytest.fixture
def shapefile(drawn: Callable[..., Path], zipped: Write) -> Callable[..., Path]:
    """A zipped Shapefile; ``without`` leaves parts out."""

    def packed(epsg: int | None = 32718, without: tuple[str, ...] = (), **options: Any) -> Path:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # written without a system on purpose
            shp = drawn("distritos.shp", [a_square()], epsg, "ESRI Shapefile", **options)
        parts = {
            part.name: part.read_bytes()
            for part in shp.parent.glob("distritos.*")
            if part.suffix not in without
        }
        return zipped("distritos.zip", parts)

    return packed
