"""The programs of Debian that read our maps: QGIS without a screen, and GDAL's ogrinfo."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
DEBIAN_PYTHON = Path("/usr/bin/python3")


def has(module: str) -> bool:
    """Whether the system's own Python has it: QGIS and GDAL are of Debian, not of the lock."""
    if not DEBIAN_PYTHON.exists():
        return False
    return not subprocess.run(
        [DEBIAN_PYTHON, "-c", f"import {module}"], check=False, capture_output=True
    ).returncode


with_qgis = pytest.mark.skipif(not has("qgis.core"), reason="QGIS is not installed")
with_gdal = pytest.mark.skipif(not has("osgeo_utils.samples.validate_gpkg"), reason="no GDAL")


def probed(kind: str, path: Path, picture: Path, account: str = "") -> dict[str, Any]:
    """What QGIS says of a project or a package; it draws it too.

    ``account`` is the ``login:password`` that a person would type where QGIS asks for one.
    """
    told = subprocess.run(
        [DEBIAN_PYTHON, HERE / "qgis_probe.py", kind, path, picture, account],
        env={
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_RUNTIME_DIR": str(picture.parent),
            "LC_ALL": "C.UTF-8",
        },
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    (line,) = [each for each in told.stdout.splitlines() if each.startswith("PROBE ")]
    found: dict[str, Any] = json.loads(line.removeprefix("PROBE "))
    assert "may only be partially supported" not in told.stderr
    return found


def ogrinfo(*words: str, account: str = "", refused: bool = False) -> str:
    """What ogrinfo says of a source; where it is ``refused``, what it complains of."""
    program = shutil.which("ogrinfo")
    assert program is not None, "apt-get install gdal-bin"
    shown = ["--config", "GDAL_HTTP_USERPWD", account] if account else []
    done = subprocess.run(
        [program, *shown, "-ro", *words], capture_output=True, text=True, check=False, timeout=120
    )
    complained = done.returncode != 0 or "ERROR" in done.stderr
    assert complained == refused, done.stderr
    return done.stderr + done.stdout if refused else done.stdout
