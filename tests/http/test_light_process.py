"""The web process carries no heavy library: those live in the worker."""

import json
import subprocess
import sys

from app.settings import ROOT

HEAVY = {
    "altair",
    "duckdb",
    "folium",
    "geopandas",
    "mapclassify",
    "matplotlib",
    "pandas",
    "pyogrio",
    "typst",
    "vl_convert",
}


def test_serving_loads_no_heavy_library() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import json, sys; import app.main, app.cli.serving, app.operations.workers;"
            "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))",
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )

    assert HEAVY & set(json.loads(loaded.stdout)) == set()
