"""The open data of the country as an installation has it after its imports."""

import io
from pathlib import Path

from app.operations import importing
from app.operations.importing import Wish
from app.operations.trail import SYSTEM
from app.settings import Settings
from app.store.sessions import Store
from tests.bench import stores
from tests.bench.stores import FOLDER, SQLITE, Bed

FILES = (
    ("boundaries", "limites/peru_distritos_2017_detalle.gpkg", {"vintage": "2017"}),
    ("places", "puntos/centros_poblados_peru.csv.gz", {}),
    (
        "indicators",
        "tablas/indicadores_salud_riesgo_distrital.csv",
        {"period": "2017", "skip_errors": True},
    ),
)
OTHER = "porcentaje_anemia"
TILE = "/ogc/collections/settlements/tiles/WebMercatorQuad/5/16/9"


def made(data: Path) -> Bed:
    """The store, from an earlier run if there was one."""
    return stores.kept(SQLITE, "open_country", (Path(__file__),), lambda store: _fill(store, data))


def _fill(store: Store, data: Path) -> None:
    settings = Settings(home=FOLDER / "home")
    for kind, path, options in FILES:
        stream = io.BytesIO((data / path).read_bytes())
        wish = Wish(kind, Path(path).name, options)
        batch = importing.preview(store, settings, SYSTEM, wish, stream)
        importing.publish(store, settings, SYSTEM, batch.uuid)
