"""pygeoapi in an environment of its own, since it wants other versions than those that we lock."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import make_url

from tests.bench.serving import Server, process
from tests.bench.stores import FOLDER

WANTED = ("pygeoapi==0.21.0", "geoalchemy2", "psycopg2-binary", "uvicorn", "starlette")
HOME = FOLDER / "pygeoapi"
PROPERTIES = ["code", "name", "district_code", "urban"]


def _python() -> Path | None:
    """Its interpreter, installed now if it was not; None where that cannot be."""
    found = HOME / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (HOME / "installed").exists():
        made = [sys.executable, "-m", "venv", str(HOME / "venv")]
        put = [str(found), "-m", "pip", "install", "--quiet", *WANTED]
        for words in (made, put):
            if subprocess.run(words, capture_output=True, check=False).returncode:
                return None
        (HOME / "installed").touch()
    return found


@contextmanager
def serving(url: str) -> Iterator[Server | None]:
    """It over the populated places of a store on PostgreSQL; None where it cannot be had."""
    python = _python()
    if python is None:
        print("  ogc: pygeoapi could not be installed, so it is left out")
        yield None
        return
    config, described = HOME / "config.yml", HOME / "openapi.yml"
    config.write_text(yaml.safe_dump(_config(url)), encoding="utf-8")
    given = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(described)}
    program = str(python.with_name("pygeoapi"))
    words = [program, "openapi", "generate", str(config), "--output-file", str(described)]
    subprocess.run(words, env=os.environ | given, check=True, capture_output=True)
    asked = ["uvicorn", "pygeoapi.starlette_app:APP", "--log-level", "error", "--no-access-log"]
    with process([*asked, "--port"], given, python) as server:
        yield server


def _config(url: str) -> dict[str, Any]:
    at = make_url(url)
    data = {
        "host": at.host,
        "port": at.port,
        "dbname": at.database,
        "user": at.username,
        "password": at.password,
        "search_path": ["public"],
    }
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": data,
        "id_field": "code",
        "table": "settlement",
        "geom_field": "geom",
        "properties": PROPERTIES,
    }
    words = {"title": "places", "description": "places", "keywords": ["places"]}
    crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 1},
            "url": "http://127.0.0.1",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": ["en-US"],
            "limits": {"default_items": 1_000, "max_items": 10_000},
            "pretty_print": False,
            "map": {"url": "none", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                **words,
                "keywords_type": "theme",
                "terms_of_service": "",
                "url": "",
            },
            "license": {"name": "-", "url": "-"},
            "provider": {"name": "-", "url": "-"},
            "contact": {"name": "-"},
        },
        "resources": {
            "settlement": {
                "type": "collection",
                **words,
                "extents": {"spatial": {"bbox": [-82, -19, -68, 1], "crs": crs}},
                "providers": [provider],
            }
        },
    }
