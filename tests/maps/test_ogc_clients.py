"""Programs that nobody here wrote read every collection, with an account and without one."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import geopandas
import pyogrio
import pytest
from owslib.ogcapi.features import Features
from owslib.util import Authentication

from app.settings import ROOT
from tests import world
from tests.http.town import PASSWORD, Town
from tests.maps.district import KEPT, NAMED, NAMES, SAID
from tests.maps.programs import ogrinfo

UTM = "http://www.opengis.net/def/crs/EPSG/0/32718"


@dataclass(frozen=True)
class Live:
    """The application on a port of this machine."""

    town: Town
    address: str

    def root(self, where: str) -> str:
        return f"{self.address}/ogc" if where == "country" else f"{self.address}/d/{where}/ogc"


@contextmanager
def _serving(town: Town, log: Path) -> Iterator[str]:
    """In a process of its own: GDAL keeps this one busy while it waits for an answer."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    own = {k: v for k, v in os.environ.items() if not k.startswith("SISMUNI_")}
    given = {
        "SISMUNI_DATABASE_URL": town.settings.url,
        "SISMUNI_HOME": str(town.settings.home),
        "SISMUNI_WORKER": "0",
    }
    with log.open("wb") as said:
        running = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
            cwd=ROOT,
            env=own | given,
            stdout=said,
            stderr=said,
        )
        try:
            _await(running, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(30)


def _await(running: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and running.poll() is None:
        with contextlib.suppress(OSError), urlopen(f"{address}/ogc", timeout=5):
            return
        time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture
def live(mapped: Town, tmp_path: Path) -> Iterator[Live]:
    """The district of the maps, served over real HTTP."""
    with _serving(mapped, tmp_path / "server.log") as address:
        yield Live(mapped, address)


@contextmanager
def as_somebody(login: str) -> Iterator[None]:
    """GDAL shows the name and password of an account; empty shows nothing."""
    shown = f"{login}:{PASSWORD}" if login else None
    kept = {"GDAL_HTTP_USERPWD": shown, "GDAL_HTTP_MAX_RETRY": "0"}
    pyogrio.set_gdal_config_options(kept)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(kept))


def layers(root: str) -> list[str]:
    """The collections that GDAL lists."""
    return [str(name) for name, _ in pyogrio.list_layers(f"OAPIF:{root}")]


def read(root: str, layer: str, **options: Any) -> geopandas.GeoDataFrame:
    return pyogrio.read_dataframe(f"OAPIF:{root}", layer=layer, **options)


@pytest.mark.parametrize("login", ["", "oficial"])
@pytest.mark.parametrize("where", ["country", world.UBIGEO])
def test_gdal_reads_every_collection(live: Live, where: str, login: str) -> None:
    root = live.root(where)
    with as_somebody(login):
        listed = layers(root)
        texts = []
        for layer in listed:
            whole = read(root, layer)
            paged = read(root, layer, PAGE_SIZE="1")
            nowhere = read(root, layer, bbox=(0, 0, 1, 1))
            assert len(nowhere) == 0
            assert len(paged) == len(whole)
            if len(whole):  # GDAL learns what a feature has from the first one
                assert sorted(paged.code) == sorted(whole.code)
            texts.append(whole.to_string())

    assert listed
    if where != "country" and login:
        assert {"support", "indicator.P-F1", "limits"} <= set(listed)
    if not login:
        assert "support" not in listed
        assert all(word not in text for text in texts for word in (SAID, NAMED, KEPT))


def test_gdal_reads_by_box_filter_and_system(live: Live) -> None:
    root = live.root(world.UBIGEO)
    with as_somebody("oficial"):
        whole = read(root, "indicator.P-F1")
        spot = whole.set_index("code").geometry["A"]
        near = read(root, "indicator.P-F1", bbox=spot.buffer(0.001).bounds)
        named = read(root, "indicator.P-F1", where=f"name = '{NAMES['A']}'")
        metres = read(root, "indicator.P-F1", CRS=UTM)

    assert whole.crs.is_geographic
    assert list(near.code) == list(named.code) == ["A"]
    assert metres.crs.to_epsg() == 32718
    back = metres.to_crs(4326).set_index("code").geometry["A"]
    assert back.distance(spot) < 1e-5


@pytest.mark.parametrize("login", ["", "oficial"])
@pytest.mark.parametrize("where", ["country", world.UBIGEO])
def test_owslib_reads_every_collection(live: Live, where: str, login: str) -> None:
    account = Authentication(username=login, password=PASSWORD) if login else None
    service = Features(live.root(where), auth=account)

    assert service.api()["openapi"].startswith("3.0")
    assert any("features-1/1.0/conf/core" in each for each in service.conformance()["conformsTo"])
    for code in service.feature_collections():
        told = service.collection(code)
        asked = service.collection_queryables(code)["properties"]
        whole = service.collection_items(code, limit=500)
        assert told["id"] == code
        assert service.collection_items(code, bbox=[0, 0, 1, 1])["numberMatched"] == 0
        assert service.collection_items(code, limit=1)["numberReturned"] == min(
            1, whole["numberMatched"]
        )
        assert (
            service.collection_items(code, datetime_="../..")["numberMatched"]
            == whole["numberMatched"]
        )
        assert service.collection_items(code, filter="FALSE")["numberMatched"] == 0
        for feature in whole["features"][:1]:
            one = service.collection_item(code, feature["id"])
            assert one["properties"] == feature["properties"]
            assert set(one["properties"]) <= set(asked)


@pytest.mark.verify
@pytest.mark.parametrize("login", ["", "oficial"])
@pytest.mark.parametrize("where", ["country", world.UBIGEO])
def test_ogrinfo_of_debian_reads_every_collection(live: Live, where: str, login: str) -> None:
    """An older GDAL than the one in the wheel, as a GIS officer has it."""
    account = f"{login}:{PASSWORD}" if login else ""

    def said(*words: str) -> str:
        return ogrinfo(*words, account=account)

    source = f"OAPIF:{live.root(where)}"
    listed = re.findall(r"^\d+: (\S+)", said(source), re.MULTILINE)

    assert listed
    assert ("support" in listed) == (where != "country" and bool(login))
    for layer in listed:
        whole = said("-so", source, layer)
        count = re.search(r"Feature Count: (\d+)", whole)
        assert count is not None
        nowhere = said("-so", "-spat", "0", "0", "1", "1", source, layer)
        assert "Feature Count: 0" in nowhere
        if not login:
            assert all(word not in said(source, layer) for word in (SAID, NAMED, KEPT))
