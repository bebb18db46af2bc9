"""The real national files, and the real dirty ones; each is read and published in a minute."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from app.store.sessions import Store
from tests.operations.imports.house import House, messages, notices
from tests.worlds import Worlds

MINUTE_S = 60.0  # of this process: other work on the same machine must not fail a test
DETAIL = "limites/peru_distritos_2017_detalle.gpkg"


@pytest.fixture(scope="module")
def country(
    worlds: Worlds, tmp_path_factory: pytest.TempPathFactory, data_dir: Path
) -> Iterator[House]:
    """The table of changes and the limits of all districts in full detail."""
    folder = tmp_path_factory.mktemp("country")
    url = f"sqlite:///{(folder / 'sismuni.db').as_posix()}"
    worlds.empty(url)
    house = House(Store(url), Settings(home=folder / "home", database_url=url))
    house.bring("changes", data_dir / "tablas/cambios_ubigeo_2007_2026.csv")
    began = time.process_time()
    house.bring("boundaries", data_dir / DETAIL, vintage=2017)
    assert time.process_time() - began < MINUTE_S
    yield house
    house.store.close()


def test_the_detailed_limits_make_the_whole_tree(country: House) -> None:
    batch = country.rows("SELECT report FROM import_batch WHERE kind = 'boundaries' ORDER BY id")

    assert country.rows("SELECT kind, count(*) FROM place GROUP BY kind ORDER BY kind") == [
        ("country", 1),
        ("district", 1874),
        ("province", 196),
        ("region", 25),
    ]
    # Homonyms are kept apart by their codes.
    homonyms = country.rows(
        "SELECT sum(n) FROM (SELECT count(*) AS n FROM place WHERE kind = 'district' "
        "GROUP BY name HAVING count(*) > 1)"
    )
    assert homonyms[0][0] >= 250
    assert '"sliver_count": 14' in batch[0][0]
    assert '"overlap_m2": 22.' in batch[0][0]
    # The map of the country is asked for once, not by whoever looks at it first.
    assert country.rows("SELECT kind, state FROM job") == [("map_layers", "queued")]


@pytest.mark.parametrize(
    ("name", "level", "rows"),
    [
        ("limites/peru_distritos_2017_simplificado.geojson", "district", 1874),
        ("limites/peru_provincias_2017_simplificado.geojson", "province", 196),
        ("limites/peru_departamentos_2017_simplificado.geojson", "region", 25),
        ("limites/distritos_4regiones_2017_detalle.geojson", "district", 297),
        ("limites/huanuco_distritos_utm18s_shp.zip", "district", 84),
    ],
)
def test_every_layer_of_limits_is_published_and_withdrawn(
    country: House, data_dir: Path, name: str, level: str, rows: int
) -> None:
    before = country.dump()
    began = time.process_time()

    batch = country.bring("boundaries", data_dir / name)

    assert time.process_time() - began < MINUTE_S
    assert batch.report["summary"]["level"] == level
    assert batch.report["counts"]["limits"] == rows
    assert batch.report["summary"]["repair_count"] == 0
    country.undo(batch)
    assert country.dump() == before


def test_the_shapefile_of_a_municipality_is_brought_from_its_metres(
    country: House, data_dir: Path
) -> None:
    batch = country.check("boundaries", data_dir / "limites/huanuco_distritos_utm18s_shp.zip")

    assert batch.report["summary"]["crs"] == "EPSG:32718"
    assert batch.report["summary"]["sliver_count"] > 0
    assert 0 < batch.report["summary"]["sliver_m2"] < 10


def test_a_layer_without_its_system_is_refused_until_it_is_confirmed(
    country: House, data_dir: Path
) -> None:
    path = data_dir / "dirty/huanuco_distritos_sin_prj_shp.zip"

    refused = country.check("boundaries", path)
    confirmed = country.check("boundaries", path, epsg=32718)

    assert refused.report["refusal"]["field"] == "epsg"
    assert "EPSG:32718" in refused.report["refusal"]["remedy"]
    assert (confirmed.state, confirmed.rows) == ("previewed", 84)


def test_the_layer_of_2007_names_its_null_rows_and_follows_old_codes(
    country: House, data_dir: Path
) -> None:
    batch = country.check("boundaries", data_dir / "dirty/peru_distrital_2007_con_nulos.geojson")

    nulls = {error["value"] for error in batch.report["errors"]}
    assert nulls == {
        *("010204", "010523", "020602", "070105", "150137", "190203", "200602", "210103"),
    }
    assert not batch.report["publishable"]
    assert "El código 160109 hoy es 160801: se cambió." in notices(batch)
    assert "El código 160114 hoy es 160803: se cambió." in notices(batch)


def test_all_populated_places_of_the_country(country: House, data_dir: Path) -> None:
    before = country.dump()
    began = time.process_time()

    batch = country.bring("places", data_dir / "puntos/centros_poblados_peru.csv.gz")

    assert time.process_time() - began < MINUTE_S
    assert batch.report["counts"] == {"new": 94_922, "changed": 0, "same": 0}
    assert batch.report["summary"]["outside_district"] == 984
    assert batch.report["summary"]["outside_all"] == 153
    same = country.check("places", data_dir / "puntos/centros_poblados_4regiones.csv")
    assert same.report["counts"] == {"new": 0, "changed": 0, "same": 17_319}
    country.undo(batch)
    assert country.dump() == before


def test_the_health_facilities_of_four_regions(country: House, data_dir: Path) -> None:
    batch = country.bring("facilities", data_dir / "puntos/establecimientos_salud_4regiones.csv")

    assert batch.report["counts"]["new"] == 1652
    # The data's own check counts 158, by a layer of another year and names left unmatched.
    assert 100 < batch.report["summary"]["in_another_district"] < 200
    assert country.rows("SELECT count(*) FROM facility WHERE place_id IS NULL") == [(0,)]
    country.undo(batch)


@pytest.mark.parametrize(
    ("name", "rows", "errors"),
    [
        ("censo2017_social_distrital.csv", 1893, 0),
        ("ubigeo_distrito.csv", 1893, 0),
        ("ubigeo_provincia.csv", 196, 0),
        ("ubigeo_departamento.csv", 25, 0),
        ("indicadores_salud_riesgo_distrital.csv", 1891, 1),
    ],
)
def test_every_table_of_figures(
    country: House, data_dir: Path, name: str, rows: int, errors: int
) -> None:
    before = country.dump()
    began = time.process_time()

    batch = country.bring("indicators", data_dir / "tablas" / name, period="2017",
                          skip_errors=errors > 0)  # fmt: skip

    assert time.process_time() - began < MINUTE_S
    assert (batch.rows, batch.report["error_count"]) == (rows, errors)
    country.undo(batch)
    assert country.dump() == before


def test_the_district_that_no_table_knows_is_named(country: House, data_dir: Path) -> None:
    path = data_dir / "tablas/indicadores_salud_riesgo_distrital.csv"

    batch = country.check("indicators", path, period="2017")

    assert messages(batch) == [(1892, "El código 130112 no existe o ya no está en uso.")]
    # Seventeen districts that came after the census, Mazamari and Pangoa; less Alto Trujillo.
    assert any("«POBLACION_TOTAL» 0 quiere decir que falta" in each for each in notices(batch))


def test_codes_that_lost_their_zero_are_read_with_it(country: House, data_dir: Path) -> None:
    lines = (data_dir / "dirty/censo2017_auditoria_de_anomalias.csv").read_text("utf-8")
    lost = "\n".join(line.removeprefix("0") for line in lines.splitlines())

    batch = country.check("indicators", lost, period="2017")
    whole = country.check("indicators", lines, period="2017")

    assert any("perdieron su cero" in each for each in notices(batch))
    assert batch.report["counts"] == whole.report["counts"]
    assert batch.report["error_count"] == 0


def test_the_latin_file_with_every_slip_names_them_row_by_row(
    country: House, data_dir: Path
) -> None:
    path = data_dir / "dirty/establecimientos_y_vacunatorios_latin1.csv"

    batch = country.check("facilities", path)

    said = {message for _, message in messages(batch)}
    assert batch.report["error_count"] > 1000
    assert any("Latin-1" in each for each in notices(batch))
    assert any("convertidas dos veces" in each for each in notices(batch))
    assert "No es un código de establecimiento (RENIPRESS)." in said
    assert country.rows("SELECT count(*) FROM facility") == [(0,)]


@pytest.mark.parametrize(
    "name",
    [
        "chap_incomplete_locations.csv",
        "chap_missing_covariate_values.csv",
        "chap_non_consecutive_periods.csv",
        "chap_custom_column_names.csv",
    ],
)
def test_a_table_without_codes_is_refused(country: House, data_dir: Path, name: str) -> None:
    batch = country.check("indicators", data_dir / "dirty" / name, period="2010")

    assert batch.state == "failed"
    assert "location" in batch.report["refusal"]["message"]
    assert batch.report["refusal"]["field"] == "ubigeo"
