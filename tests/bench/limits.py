"""The full-detail limits of the country by the command line, beside a bare read and load.

Ours reads the GeoPackage, mends, reports overlaps, gaps and slivers in square metres, compares
with what stands, makes the map of what it found, and publishes in one transaction with its
trail. Bare: pyogrio reads the same file and SQLite takes its shapes, and nothing else. Each is
a process of its own, its start included, on a store of its own.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.settings import ROOT
from tests.bench.stores import FOLDER
from tests.bench.table import Goal, Row

TURNS = 3
BARE = """
import sqlite3, sys, pyogrio
meta, _, shapes, columns = pyogrio.raw.read(sys.argv[1])
store = sqlite3.connect(sys.argv[2])
store.execute("CREATE TABLE place (code TEXT PRIMARY KEY, name TEXT, geom BLOB)")
names = list(meta["fields"])
rows = zip(columns[names.index("ubigeo")], columns[names.index("distrito")], shapes)
store.executemany("INSERT INTO place VALUES (?, ?, ?)", rows)
store.commit()
"""
# A small process asks: what one holds is never told as less than its parent held.
WATCH = """
import resource, subprocess, sys, time
began = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def rows(full: bool) -> Iterator[Row]:
    """Seconds and memory of each; nothing without the open data."""
    given = os.environ.get("SISMUNI_TEST_DATA")
    if not given or os.name != "posix":
        print("  limits: needs SISMUNI_TEST_DATA, and a system that tells the memory of a process")
        return
    file = str(Path(given) / "limites" / "peru_distritos_2017_detalle.gpkg")
    ours, bare = [], []
    for _ in range(TURNS if full else 1):
        with tempfile.TemporaryDirectory(dir=_folder()) as home:
            own = {"SISMUNI_HOME": home}
            _measured([sys.executable, "-m", "app.cli", "migrate"], own)
            words = ["import", "boundaries", file, "--option", "vintage=2017"]
            ours.append(_measured([sys.executable, "-m", "app.cli", *words], own))
            store = str(Path(home) / "bare.db")
            bare.append(_measured([sys.executable, "-c", BARE, file, store], {}))
    for at, (name, unit, goal) in enumerate(
        (("time", "s", Goal("<", 6)), ("memory", "MB", Goal("<", 1_000)))
    ):
        yield Row(
            f"import of the limits of 1,874 districts in full detail, {name}",
            unit,
            [each[at] for each in ours],
            [each[at] for each in bare],
            goal,
        )


def _folder() -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    return FOLDER


def _measured(command: Sequence[str], given: Mapping[str, str]) -> tuple[float, float]:
    """Seconds and the most memory (millions of bytes) of a process.

    Raises
    ------
    RuntimeError
        It failed.
    """
    words = [sys.executable, "-c", WATCH, *command]
    said = subprocess.run(
        words, cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True, check=False
    )
    if said.returncode:
        raise RuntimeError(f"{command[1:4]} ended with {said.returncode}: {said.stderr[-500:]}")
    seconds, held = said.stdout.split()[-2:]
    return float(seconds), int(held) * 1024 / 1e6
